"""The pages of people who may be one: the list of pairs, two beside each other, what came of a merge."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from ormas import phones
from ormas.models import Delegate, Gender
from pelatihan import dates, numbers
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.attendance import rules
from pelatihan.jobs import running
from pelatihan.merging import pairs, people, reasons
from pelatihan.merging.people import Choice, Twice
from pelatihan.merging.reasons import Known, Reasons
from pelatihan.models import (
    Angkatan,
    AttendanceEvent,
    LikelyPair,
    Merge,
    Message,
    Registration,
    Session,
    Strength,
    Uncompared,
)
from pelatihan.models.merge import LikelyPairQuerySet
from pelatihan.registration.refusals import Refusal
from pelatihan.web.tags import badge

FOLDER = "admin/ormas/delegate"
LIST, PAIR, MERGED = (f"admin:ormas_delegate_{name}" for name in ("pairs", "pair", "merged"))
EACH = 25
AT_A_LOOK = 100  # people whom a page compares before it shows its list
MOST_COUNTED = 1_000
MOST_BATCHES = 30  # the newest, to narrow by
LOOKS = {
    Strength.STRONG: ("accepted", "check-circle-fill"),
    Strength.LIKELY: ("submitted", "info-circle-fill"),
    Strength.WEAK: ("cancelled", "question-circle-fill"),
}

# ---- Which pairs -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """How the list is narrowed: it goes along from pair to pair."""

    angkatan: Angkatan | None
    strength: int | None

    @classmethod
    def of(cls, request: HttpRequest) -> "Wish":
        slug = request.GET.get("angkatan", "")
        strength = numbers.read(request.GET.get("kekuatan", ""))
        found = Angkatan.objects.filter(slug=slug).first() if slug and "\0" not in slug else None
        return cls(found, strength if strength in Strength.values else None)

    @property
    def asked(self) -> dict[str, Any]:
        both = {"angkatan": self.angkatan.slug if self.angkatan else None, "kekuatan": self.strength}
        return {name: value for name, value in both.items() if value}

    @property
    def question(self) -> str:
        return urlencode(self.asked)

    def with_(self, name: str, value: Any) -> str:
        """The address of the list with one of the two otherwise."""
        asked = {**self.asked, name: value}
        return f"?{urlencode({key: each for key, each in asked.items() if each})}"

    def pairs(self) -> LikelyPairQuerySet:
        found = LikelyPair.objects.open()
        if self.angkatan:
            found = found.of_batch(self.angkatan)
        return found.filter(strength=self.strength) if self.strength else found

    def address(self, name: str, *args: object) -> str:
        there = reverse(name, args=args)
        return f"{there}?{self.question}" if self.question else there


def _in_turn(found: "QuerySet[LikelyPair]", pair: LikelyPair, *, behind: bool) -> "QuerySet[LikelyPair]":
    """Those that come after this one, or before it, in the order of the list."""
    way = "lt" if behind else "gt"
    return found.filter(
        Q(**{f"strength__{way}": pair.strength})
        | Q(strength=pair.strength, **{f"percent__{way}": pair.percent})
        | Q(strength=pair.strength, percent=pair.percent, **{f"pk__{way}": pair.pk})
    )


@dataclass(frozen=True)
class Place:
    """Where a pair stands in its list, and its neighbours."""

    number: int
    total: int
    previous: str
    following: str


def _place(wish: Wish, pair: LikelyPair) -> Place:
    found = wish.pairs()
    before, behind = (_in_turn(found, pair, behind=after) for after in (False, True))
    previous = before.order_by("strength", "percent", "pk").first()
    return Place(before.count() + 1, found.count(), _address(wish, previous), _following(wish, pair, behind))


def _following(wish: Wish, pair: LikelyPair, behind: "QuerySet[LikelyPair]") -> str:
    return _address(wish, behind.order_by("-strength", "-percent", "-pk").first())


def _address(wish: Wish, pair: LikelyPair | None) -> str:
    return wish.address(PAIR, pair.first_id, pair.second_id) if pair else ""


# ---- The list --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One pair of the list."""

    pair: LikelyPair
    look: Any
    reasons: Reasons
    address: str

    @property
    def people(self) -> list[Delegate]:
        return [self.pair.first, self.pair.second]


class _FewCounted(Paginator[Any]):
    """Counts no further than somebody works through."""

    object_list: Any

    @cached_property
    def counted(self) -> int:
        return int(self.object_list.order_by().values("pk")[: MOST_COUNTED + 1].count())

    @property
    def count(self) -> int:
        return min(self.counted, MOST_COUNTED)

    @property
    def has_more(self) -> bool:
        return self.counted > MOST_COUNTED


def listed(page: OfficeModelAdmin, request: HttpRequest) -> HttpResponse:
    """``?angkatan=2019-v&kekuatan=3&hal=2``; a POST asks a worker to compare all who still wait."""
    access.check(request.user, access.MERGE)
    if request.method == "POST":
        return _compare_all(request)
    pairs.compare(AT_A_LOOK)
    wish = Wish.of(request)
    shown = _page(wish, request)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": "Mungkin orang yang sama",
        "wish": wish,
        "page": shown,
        "waiting": pairs.waiting(),
        "most_waiting": pairs.MOST_WAITING,
        "key": uuid.uuid4(),
        "strengths": _choices(wish, "kekuatan", [(one.value, str(one.label)) for one in reversed(Strength)]),
        "batches": _choices(wish, "angkatan", [(one.slug, one.name) for one in _batches()]),
        "merges": list(_last_merges()),
    }
    return TemplateResponse(request, f"{FOLDER}/pairs.html", context)


def _batches() -> "QuerySet[Angkatan]":
    return Angkatan.objects.order_by("-starts_on", "-number")[:MOST_BATCHES]


def _choices(wish: Wish, name: str, options: list[tuple[Any, str]]) -> list[dict[str, Any]]:
    """What a filter offers, as the filters of other lists have it."""
    chosen = wish.asked.get(name)
    offered = [{"display": "Semua", "selected": chosen is None, "query_string": wish.with_(name, None)}]
    for value, word in options:
        offered.append({"display": word, "selected": value == chosen, "query_string": wish.with_(name, value)})
    return offered


def _page(wish: Wish, request: HttpRequest) -> "Page[Any]":
    found = wish.pairs().strongest_first().select_related("first__ormas", "second__ormas")
    shown: Page[Any] = _FewCounted(found, EACH).get_page(request.GET.get("hal"))
    ones = list(shown.object_list)
    known = Known.of([one for pair in ones for one in (pair.first, pair.second)])
    sees_contact = access.has(request.user, access.CONTACT)
    shown.object_list = [
        Row(
            pair,
            _strength(pair.strength),
            reasons.of_pair(pair, known, sees_contact=sees_contact),
            wish.address(PAIR, pair.first_id, pair.second_id),
        )
        for pair in ones
    ]
    return shown


def _strength(value: int) -> Any:
    look, icon = LOOKS[Strength(value)]
    return badge(look, Strength(value).label, icon)


def _last_merges() -> "QuerySet[Merge]":
    return Merge.objects.filter(gone__isnull=False).select_related("kept", "gone", "actor").order_by("-at")[:5]


def _compare_all(request: HttpRequest) -> HttpResponse:
    key, count = key_of(request), Uncompared.objects.count()
    if count:
        assert isinstance(request.user, User)
        running.start(
            "pelatihan.merging.pairs.compare_next", key=key, author=request.user, title="Membandingkan peserta",
            total=count, plan={}, shown_at=reverse(LIST),
        )  # fmt: skip
        messages.success(
            request, f"{dates.thousands(count)} peserta sedang dibandingkan. Daftar ini bertambah sambil jalan."
        )
    return redirect(LIST)


def key_of(request: HttpRequest) -> uuid.UUID:
    """Made when the page was shown, so that a button pressed twice is pressed once."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


# ---- Two beside each other -------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One field of both, in words."""

    field: str
    label: str
    a: str
    b: str
    chosen: str
    is_same: bool


def _shown(one: Delegate, field: str, sees_contact: bool) -> str:
    value = getattr(one, field)
    if field in people.CONSENTS:
        since = f", sejak {dates.plain_date(one.privacy_at)}" if one.privacy_at else ""
        return f"{'Ya' if value else 'Tidak'}{since}"
    if not value:
        return ""
    if field == "ormas_id":
        return str(one.ormas)
    if field == "phone":
        return phones.display(value) if sees_contact else phones.masked(value)
    if field == "email" and not sees_contact:
        return "(disembunyikan)"
    return str(Gender(value).label) if field == "gender" else str(value)


def _lines(a: Delegate, b: Delegate, chosen: dict[str, str], sees_contact: bool) -> list[Line]:
    lines = []
    for field in people.FIELDS:
        is_same = getattr(a, field) == getattr(b, field)
        if is_same and not getattr(a, field) and field not in people.CONSENTS:
            continue
        of_a, of_b = _shown(a, field, sees_contact), _shown(b, field, sees_contact)
        lines.append(Line(field, people.LABELS[field], of_a, of_b, chosen[field], is_same))
    return lines


@dataclass(frozen=True)
class Stay:
    """A batch in which both are active: which registration stays."""

    twice: Twice
    chosen: int
    is_closed: bool


@dataclass(frozen=True)
class Meeting:
    """A session for which both have something noted, and what would count."""

    session: Session
    a: str
    b: str
    total: str


def _meetings(twice: Sequence[Twice]) -> list[Meeting]:
    """Two statements."""
    of = {one.pk: pair for pair in twice for one in (pair.a, pair.b)}
    events: dict[Session, dict[int, list[AttendanceEvent]]] = {}
    if of:
        read = AttendanceEvent.objects.filter(registration__in=of).select_related("session__angkatan")
        for event in read:
            events.setdefault(event.session, {}).setdefault(event.registration_id or 0, []).append(event)
    meetings = []
    for session, theirs in sorted(events.items(), key=lambda item: (item[0].starts_at, item[0].pk)):
        pair = of[next(iter(theirs))]
        a, b = theirs.get(pair.a.pk, []), theirs.get(pair.b.pk, [])
        sums = [rules.sum_of(some) for some in (a, b, [*a, *b])]
        if sums[0] and sums[1] and sums[2]:
            words = [f"{one.word} {dates.clock(one.first_at)}" for one in sums if one]
            meetings.append(Meeting(session, *words))
    return meetings


def _two(a: int, b: int) -> tuple[Delegate, Delegate]:
    """Both rows, the older one first: it is kept."""
    found = Delegate.objects.filter(pk__in=[a, b]).select_related("ormas", "merged_into").order_by("pk")
    ones = list(found)
    if len(ones) < 2:
        raise Http404
    return ones[0], ones[1]


def pair(page: OfficeModelAdmin, request: HttpRequest, a: int, b: int) -> HttpResponse:
    """Merge, part, or look at the next."""
    access.check(request.user, access.MERGE)
    one, other = _two(a, b)
    if merged_one := next((each for each in (one, other) if each.merged_into), None):
        return _merged_already(request, merged_one)
    wish = Wish.of(request)
    if request.method == "POST":
        act = _part if request.POST.get("act") == "beda" else _merge
        return act(page, request, wish, one, other)
    return _pair_page(page, request, wish, one, other)


def _merged_already(request: HttpRequest, gone: Delegate) -> HttpResponse:
    assert gone.merged_into
    messages.info(request, f"{gone.full_name} sudah digabung ke {gone.merged_into.full_name}.")
    last = Merge.objects.standing().filter(gone=gone).first()
    return redirect(MERGED, last.pk) if last else redirect(LIST)


def _pair_page(
    page: OfficeModelAdmin, request: HttpRequest, wish: Wish, a: Delegate, b: Delegate, *, error: str = ""
) -> HttpResponse:
    pairs.compare(people=[a.pk, b.pk])
    found, sees_contact = pairs.pair_of(a.pk, b.pk), access.has(request.user, access.CONTACT)
    known = Known.of([a, b])
    theirs = {one.pk: known.registrations[one.pk] for one in (a, b)}
    twice = people.twice_in(theirs[a.pk], theirs[b.pk])
    chosen = people.likely_values(a, b) | _chosen_values(request)
    stays = chosen_stays(request)
    percent = found.percent if found else reasons.percent_of(a, b)
    why = reasons.reasons(
        a, b, percent, known, same_nik=bool(found and found.same_nik), sees_contact=sees_contact
    )  # fmt: skip
    moving = [one.pk for one in theirs[b.pk]]
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": "Apakah ini satu orang?",
        "wish": wish,
        "list_address": wish.address(LIST),
        "error": error,
        "pair": found,
        "place": _place(wish, found) if found and found.parted_at is None else None,
        "a": a,
        "b": b,
        "heads": [_head(one, known) for one in (a, b)],
        "reasons": why,
        "lines": _lines(a, b, chosen, sees_contact),
        "stays": [
            Stay(one, stays.get(one.angkatan.pk, one.likely.pk), one.angkatan.closed_at is not None) for one in twice
        ],
        "meetings": _meetings(twice),
        "moving": len(moving),
        "told": Message.objects.filter(registration__in=moving).count(),
        "kept_names": reasons.named_few([one.angkatan.name for one in theirs[b.pk]]),
        "seen": people.print_of(a, b, [*theirs[a.pk], *theirs[b.pk]]),
        "key": uuid.uuid4(),
        "sees_codes": access.has(request.user, access.CODES),
        "parted": LikelyPair.objects.filter(pk=numbers.read(request.GET.get("beda", "")) or 0).first(),
    }
    return TemplateResponse(request, f"{FOLDER}/pair.html", context)


def _head(one: Delegate, known: Known) -> dict[str, Any]:
    batches = {each.angkatan_id for each in known.registrations[one.pk]}
    return {"person": one, "batches": len(batches), "inside": len(known.inside[one.pk])}


def _chosen_values(request: HttpRequest) -> dict[str, str]:
    sent = {field: request.POST.get(f"isi-{field}", "") for field in people.FIELDS}
    return {field: value for field, value in sent.items() if value in (people.A, people.B)}


def chosen_stays(request: HttpRequest) -> dict[int, int]:
    """Which row stays, by batch."""
    sent = {name.removeprefix("tetap-"): value for name, value in request.POST.items() if name.startswith("tetap-")}
    read = {numbers.read(batch): numbers.read(str(value)) for batch, value in sent.items()}
    return {batch: stays for batch, stays in read.items() if batch and stays}


def _merge(page: OfficeModelAdmin, request: HttpRequest, wish: Wish, kept: Delegate, gone: Delegate) -> HttpResponse:
    choice = Choice(_chosen_values(request), chosen_stays(request))
    found = pairs.pair_of(kept.pk, gone.pk)
    following = _place(wish, found).following if found else ""
    try:
        done = people.merge(
            kept, gone, choice,
            key=key_of(request), seen=request.POST.get("seen", ""), actor=staff(request.user), at=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        now_kept, now_gone = _two(kept.pk, gone.pk)
        if now_kept.merged_into or now_gone.merged_into:
            messages.error(request, str(refusal))
            return _merged_already(request, now_kept if now_kept.merged_into else now_gone)
        return _pair_page(page, request, wish, now_kept, now_gone, error=str(refusal))
    page.log_change(request, kept, f"Digabung dengan {gone.full_name}")
    page.log_change(request, gone, f"Digabung ke {kept.full_name}")
    question = urlencode({"lalu": following}) if following else ""
    return redirect(f"{reverse(MERGED, args=[done.pk])}{'?' if question else ''}{question}")


def _part(page: OfficeModelAdmin, request: HttpRequest, wish: Wish, a: Delegate, b: Delegate) -> HttpResponse:
    found = pairs.pair_of(a.pk, b.pk)
    if found is None:
        messages.error(request, "Pasangan ini sudah tidak ada: datanya berubah.")
        return redirect(wish.address(LIST))
    following = _place(wish, found).following
    assert isinstance(request.user, User)
    try:
        pairs.part(found.pk, facts=request.POST.get("facts", ""), by=request.user, at=timezone.now())
    except pairs.Unpaired as refusal:
        return _pair_page(page, request, wish, a, b, error=str(refusal))
    there = following or wish.address(LIST)
    return redirect(f"{there}{'&' if '?' in there else '?'}beda={found.pk}")


def join_again(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Two who were parted may be one again."""
    access.check(request.user, access.MERGE)
    found = get_object_or_404(LikelyPair, pk=pk)
    if request.method == "POST" and pairs.join_again(found.pk):
        messages.success(request, "Keduanya masuk daftar pasangan lagi.")
    return redirect(PAIR, found.first_id, found.second_id)


# ---- After -----------------------------------------------------------------------------------------


def merged(page: OfficeModelAdmin, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What a merge made, with the way back; after an undo, what did not go back."""
    access.check(request.user, access.MERGE)
    done = _found(key)
    kept, gone = done.kept, done.gone
    assert kept
    assert gone
    sees_contact = access.has(request.user, access.CONTACT)
    rows = list(done.rows.all())
    taken = {row.field for row in rows if row.table == "delegate" and row.row == str(kept.pk)}
    moved = {int(row.row) for row in rows if (row.table, row.field) == ("registration", "delegate_id")}
    shown = ("ormas_id", "position", "phone", "email")
    following = request.GET.get("lalu", "")
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": "Sudah menjadi satu peserta" if not done.is_undone else "Sudah dipisahkan lagi",
        "merge": done,
        "kept": kept,
        "gone": gone,
        "facts": [(people.LABELS[name], _shown(kept, name, sees_contact) or "–", name in taken) for name in shown],
        "registrations": [(one, one.pk in moved) for one in _registrations(kept, gone, done)],
        "moved": len(moved),
        "stays": done.not_undone if done.is_undone else people.back(done).stays,
        "sees_codes": access.has(request.user, access.CODES),
        "following": following if following.startswith(reverse(LIST)) else "",
    }
    return TemplateResponse(request, f"{FOLDER}/merged.html", context)


def _found(key: uuid.UUID) -> Merge:
    found = Merge.objects.filter(pk=key, gone__isnull=False).select_related(
        "kept__ormas", "gone__ormas", "actor", "undone_by"
    )
    done = get_object_or_404(found)
    if done.kept is None or done.gone is None:  # deleted as the privacy notice promises
        raise Http404
    return done


def _registrations(kept: Delegate, gone: Delegate, done: Merge) -> "QuerySet[Registration]":
    whose = [kept.pk, gone.pk] if done.is_undone else [kept.pk]
    inside = Count("attendances", filter=Q(attendances__state__in=sorted(rules.CAME)))
    found = Registration.objects.filter(delegate__in=whose).select_related("angkatan", "delegate")
    return found.annotate(inside=inside).order_by("-angkatan__starts_on", "pk")


def undo(page: OfficeModelAdmin, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Two again."""
    access.check(request.user, access.MERGE)
    done = _found(key)
    if request.method != "POST":
        return redirect(MERGED, key)
    was_undone = done.is_undone
    try:
        people.undo(done, actor=staff(request.user), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(MERGED, key)
    if not was_undone and done.kept and done.gone:
        page.log_change(request, done.kept, f"Penggabungan dengan {done.gone.full_name} diurungkan")
        page.log_change(request, done.gone, f"Penggabungan ke {done.kept.full_name} diurungkan")
    return redirect(MERGED, key)
