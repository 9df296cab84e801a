"""The pages by which two rows of one organisation become one: which other row it is, both beside each other, after."""

import uuid

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from ormas import phones
from ormas.models import Ormas
from ormas.search import plain, search_words
from pelatihan import dates, numbers
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.admin.pairs import Line, chosen_stays, key_of
from pelatihan.merging import organisations
from pelatihan.merging.organisations import Choice
from pelatihan.merging.people import A, B
from pelatihan.merging.reasons import Reasons, alike
from pelatihan.models import Invitation, Merge, Registration
from pelatihan.registration.refusals import Refusal

FOLDER = "admin/ormas/ormas"
CHANGE, PAIR, MERGED = (f"admin:ormas_ormas_{name}" for name in ("change", "pair", "merged"))
MOST_NEAR = 8
MOST_FOUND = 20
NEARLY = 50  # percent of trigrams, from which a name speaks for one organisation


# ---- Which other row -------------------------------------------------------------------------------


def candidates(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Rows that may be the same organisation; those found by ``?cari=``, when a clerk searches."""
    access.check(request.user, access.MERGE)
    one = get_object_or_404(Ormas, pk=pk)
    words = " ".join(search_words(request.GET.get("cari", "")))
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": f"Gabungkan {one.name}",
        "ormas": one,
        "words": words,
        "found": _near(one, words),
    }
    return TemplateResponse(request, f"{FOLDER}/merge.html", context)


def _near(one: Ormas, words: str) -> list[Ormas]:
    others = Ormas.objects.exclude(pk=one.pk)
    if words:
        return list(others.found_by(words).nearest_first(words)[:MOST_FOUND])
    same = Q(abbreviation__iexact=one.abbreviation) if one.abbreviation else Q(pk=None)
    if one.contact_phone:
        same |= Q(contact_phone=one.contact_phone)
    known = list(others.filter(same).order_by("pk")[:MOST_NEAR])
    near = list(others.near(one.name).nearest_first(one.name)[:MOST_NEAR])
    return list({ormas.pk: ormas for ormas in [*near, *known]}.values())[:MOST_NEAR]


# ---- Both beside each other ------------------------------------------------------------------------


def _two(a: int, b: int) -> tuple[Ormas, Ormas]:
    """Both rows; the first one is kept."""
    found = {one.pk: one for one in Ormas.with_merged.filter(pk__in=[a, b]).select_related("merged_into")}
    if len(found) < 2:
        raise Http404
    return found[a], found[b]


def pair(page: OfficeModelAdmin, request: HttpRequest, a: int, b: int) -> HttpResponse:
    access.check(request.user, access.MERGE)
    kept, gone = _two(a, b)
    if merged_one := next((each for each in (kept, gone) if each.merged_into), None):
        return _merged_already(request, merged_one)
    return _merge(page, request, kept, gone) if request.method == "POST" else _pair_page(page, request, kept, gone)


def _merged_already(request: HttpRequest, gone: Ormas) -> HttpResponse:
    assert gone.merged_into
    messages.info(request, f"{gone.name} sudah digabung ke {gone.merged_into.name}.")
    last = Merge.objects.standing().filter(gone_ormas=gone).first()
    return redirect(MERGED, last.pk) if last else redirect(CHANGE, gone.merged_into_id)


def _pair_page(page: OfficeModelAdmin, request: HttpRequest, a: Ormas, b: Ormas, *, error: str = "") -> HttpResponse:
    sees_contact, at = access.has(request.user, access.CONTACT), timezone.now()
    twice = organisations.invited_twice(a, b)
    sent = chosen_stays(request)
    stays = {one.angkatan.pk: sent.get(one.angkatan.pk, one.likely.pk) for one in twice}
    chosen = organisations.likely_values(a, b) | _chosen_values(request)
    counted = Registration.objects.filter(ormas__in=[a.pk, b.pk]).order_by().values_list("ormas").annotate(Count("pk"))
    people = dict(counted)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": "Apakah ini satu ormas?",
        "error": error,
        "a": a,
        "b": b,
        "heads": [(one, people.get(one.pk, 0)) for one in (a, b)],
        "reasons": _reasons(a, b, sees_contact),
        "lines": _lines(a, b, chosen, sees_contact),
        "twice": [(one, stays[one.angkatan.pk]) for one in twice],
        "oversold": organisations.oversold(a, b, stays, at),
        "is_disputed": a.is_disputed or b.is_disputed,
        "moving": {
            "people": people.get(b.pk, 0),
            "delegates": b.delegates.filter(merged_into=None).count(),
            "papers": b.documents.count(),
            "invitations": Invitation.objects.filter(ormas=b).count(),
        },
        "seen": organisations.print_of(a, b, twice),
        "key": uuid.uuid4(),
    }
    return TemplateResponse(request, f"{FOLDER}/pair.html", context)


def _reasons(a: Ormas, b: Ormas, sees_contact: bool) -> Reasons:
    same = []
    if plain(a.name) == plain(b.name):
        same.append(f"Nama sama: “{a.name}”")
    elif (percent := alike(plain(a.name), plain(b.name))) >= NEARLY:
        same.append(f"Nama mirip {percent}%")
    if a.abbreviation and plain(a.abbreviation) == plain(b.abbreviation):
        same.append(f"Singkatan sama: {a.abbreviation}")
    if a.contact_phone and a.contact_phone == b.contact_phone:
        number = phones.display(a.contact_phone) if sees_contact else phones.masked(a.contact_phone)
        same.append(f"Nomor narahubung sama: {number}")
    if a.secretariat_address and plain(a.secretariat_address) == plain(b.secretariat_address):
        same.append("Alamat sekretariat sama")
    different = [f"{one.name} sedang bersengketa: mungkin dua kepengurusan" for one in (a, b) if one.is_disputed]
    unknown = {"", str(Ormas.LegalForm.UNKNOWN.label)}
    for field in ("level", "city", "kind", "legal_form"):
        values = [_shown(one, field, sees_contact) for one in (a, b)]
        if values[0] != values[1] and not unknown & set(values):
            different.append(f"{organisations.LABELS[field]} berbeda: {values[0]} dan {values[1]}")
    return Reasons(same, different)


def _lines(a: Ormas, b: Ormas, chosen: dict[str, str], sees_contact: bool) -> list[Line]:
    lines = []
    for field in organisations.FIELDS:
        is_same = getattr(a, field) == getattr(b, field)
        if is_same and not getattr(a, field):
            continue
        of_a, of_b = (_shown(one, field, sees_contact) for one in (a, b))
        lines.append(Line(field, organisations.LABELS[field], of_a, of_b, chosen[field], is_same))
    return lines


def _shown(one: Ormas, field: str, sees_contact: bool) -> str:
    value = getattr(one, field)
    if not value:
        return ""
    if field == "contact_phone":
        return phones.display(value) if sees_contact else phones.masked(value)
    if field in ("contact_name", "contact_email") and not sees_contact:
        return "(disembunyikan)"
    if field == "board_term_until":
        return dates.plain_date(value)
    named = getattr(one, f"get_{field}_display", None)
    return str(named() if named else value)


def _chosen_values(request: HttpRequest) -> dict[str, str]:
    sent = {field: request.POST.get(f"isi-{field}", "") for field in organisations.FIELDS}
    return {field: value for field, value in sent.items() if value in (A, B)}


def _merge(page: OfficeModelAdmin, request: HttpRequest, kept: Ormas, gone: Ormas) -> HttpResponse:
    choice = Choice(_chosen_values(request), chosen_stays(request), "sengketa" in request.POST)
    try:
        done = organisations.merge(
            kept, gone, choice,
            key=key_of(request), seen=request.POST.get("seen", ""), actor=staff(request.user), at=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        now_kept, now_gone = _two(kept.pk, gone.pk)
        if merged_one := next((each for each in (now_kept, now_gone) if each.merged_into), None):
            messages.error(request, str(refusal))
            return _merged_already(request, merged_one)
        return _pair_page(page, request, now_kept, now_gone, error=str(refusal))
    page.log_change(request, kept, f"Digabung dengan {gone.name}")
    page.log_change(request, gone, f"Digabung ke {kept.name}")
    return redirect(MERGED, done.pk)


# ---- After -----------------------------------------------------------------------------------------


def _found(key: uuid.UUID) -> tuple[Merge, Ormas, Ormas]:
    related = ("kept_ormas", "gone_ormas", "actor", "undone_by")
    done = get_object_or_404(Merge.objects.filter(pk=key, gone_ormas__isnull=False).select_related(*related))
    assert done.kept_ormas
    assert done.gone_ormas
    return done, done.kept_ormas, done.gone_ormas


def merged(page: OfficeModelAdmin, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What a merge made, with the way back; after an undo, what did not go back."""
    access.check(request.user, access.MERGE)
    done, kept, gone = _found(key)
    lines = list(done.rows.values_list("table", "field"))
    moved = [
        (word, number)
        for table, field, word in (
            ("registration", "ormas_id", "pendaftaran"), ("delegate", "ormas_id", "peserta"),
            ("document", "ormas_id", "dokumen legalitas"), ("invitation", "ormas_id", "undangan"),
            ("listing", "ormas_id", "permintaan"),
        )
        if (number := lines.count((table, field)))
    ]  # fmt: skip
    dead = [line.row for line in done.rows.filter(table="invitation", field="merged_into_id")]
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": "Sudah dipisahkan lagi" if done.is_undone else "Sudah menjadi satu ormas",
        "merge": done,
        "kept": kept,
        "gone": gone,
        "moved": moved,
        "dead": [
            one.angkatan.name
            for one in Invitation.with_merged.filter(pk__in=numbers.read_all(dead)).select_related("angkatan")
        ],
        "stays": done.not_undone if done.is_undone else organisations.back(done).stays,
    }
    return TemplateResponse(request, f"{FOLDER}/merged.html", context)


def undo(page: OfficeModelAdmin, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Two again."""
    access.check(request.user, access.MERGE)
    done, kept, gone = _found(key)
    if request.method != "POST":
        return redirect(MERGED, key)
    try:
        organisations.undo(done, actor=staff(request.user), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(MERGED, key)
    if not done.is_undone:
        page.log_change(request, kept, f"Penggabungan dengan {gone.name} diurungkan")
        page.log_change(request, gone, f"Penggabungan ke {kept.name} diurungkan")
    return redirect(MERGED, key)
