"""Certificates as the committee prepares them: who gets one and why, the rule, issuing, telling, the zip."""

import io
import zipfile
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ormas.search import plain
from pelatihan import dates, numbering, numbers
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.certificates import issuing
from pelatihan.certificates.issuing import NotDone
from pelatihan.certificates.standing import (
    Given,
    Standing,
    Standings,
    given_of,
    rule_of,
    standings,
    warning,
)
from pelatihan.certificates.wording import Signer, dated_on, signer_of
from pelatihan.messaging import post
from pelatihan.models import Angkatan, Certificate, Message, Registration
from pelatihan.models.office import office
from pelatihan.papers import certificate as paper
from pelatihan.papers.choices import Choices
from pelatihan.papers.engine import LetterMissing, Print, QueueFull, TypesettingFailed
from pelatihan.preparing.certificate_forms import IssueForm, RuleForm
from pelatihan.web.seen import NOTHING_CHANGED

PER_PAGE = 100
SHOWN: dict[str, tuple[str, Callable[[Standings], list[Standing]]]] = {  # ?tampil=; the first that has somebody
    "perlu-dilihat": ("Perlu dilihat", lambda found: found.changed),
    "siap": ("Siap terbit", lambda found: found.due),
    "terbit": ("Sudah terbit", lambda found: found.given),
    "tidak": ("Tidak mendapat", lambda found: found.refused),
}


# ---- All of a batch ------------------------------------------------------------------------------


@require_safe
@of_batch(access.CERTIFY)
def certificates(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """Who gets one, who does not and why, who has one, and of whom something has changed since."""
    found, at = standings(angkatan), timezone.now()
    lists = {key: (word, pick(found)) for key, (word, pick) in SHOWN.items()}
    wanted = request.GET.get("tampil", "")
    shown = wanted if wanted in lists else next((key for key, (_word, rows) in lists.items() if rows), "siap")
    asked = " ".join(request.GET.get("cari", "").split())[:100]
    rows = [one for one in lists[shown][1] if _matches(one, asked)]
    page = Paginator(rows, PER_PAGE).get_page(numbers.read(request.GET.get("halaman", "")) or 1)
    context: dict[str, Any] = {
        "angkatan": angkatan,
        "tab": "print",
        "found": found,
        "rule": found.rule,
        "needed": needed(found),
        "refusal": issuing.refusal(found),
        "warning": warning(found, at) if found.due else "",
        "filters": [(key, word, len(rows)) for key, (word, rows) in lists.items()],
        "shown": shown,
        "shown_word": lists[shown][0],
        "page": page,
        "asked": asked,
        "untold": untold(angkatan).count() if found.given else 0,
        "in_force": sum(one.given is not None and one.given.revoked is None for one in found.given),
        "most_files": paper.MOST_FILES,
    }
    context["parts"] = _parts(context["in_force"])
    return render(request, "preparing/certificates.html", context)


def _parts(count: int) -> list[dict[str, Any]]:
    """The zips of a long list: ``1–200``, ``201–400``."""
    starts = range(1, count + 1, paper.MOST_FILES)
    ends = (min(start + paper.MOST_FILES - 1, count) for start in starts)
    words = (f"{dates.thousands(start)}–{dates.thousands(end)}" for start, end in zip(starts, ends, strict=True))
    return [{"number": number, "word": word} for number, word in enumerate(words, start=1)]


def _matches(one: Standing, asked: str) -> bool:
    words = plain(f"{one.person.full_name} {one.person.ormas_name} {one.given.certificate.number if one.given else ''}")
    return all(word in words for word in plain(asked).split())


def needed(found: Standings) -> str:
    """The rule in one sentence."""
    rule, total = found.rule, sum(session.jp for session in found.teaching)
    also = [word for word, counts in (("izin", rule.excused_counts), ("sakit", rule.sick_counts)) if counts]
    counted = f" {' dan '.join(also).capitalize()} dihitung hadir." if also else ""
    if rule.measure == rule.Measure.ALL:
        return f"Hadir di semua sesi materi dan diskusi ({dates.thousands(len(found.teaching))} sesi).{counted}"
    least = -(-total * rule.least_percent // 100)
    return (
        f"Hadir paling sedikit {rule.least_percent} % jam pelajaran: {dates.thousands(least)} dari"
        f" {dates.thousands(total)} JP.{counted}"
    )


def untold(angkatan: Angkatan) -> Any:
    """Who holds a certificate and was not told of it."""
    told = Message.objects.filter(event=post.CERTIFICATE, angkatan=angkatan).values("registration")
    return Registration.objects.filter(angkatan=angkatan, certificate__in=Certificate.objects.in_force()).exclude(
        pk__in=told
    )


# ---- The rule ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.CERTIFY)
def rule(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """Who gets one, and what stands on it."""
    kept = rule_of(angkatan)
    form = RuleForm(request.POST if request.method == "POST" else None, instance=kept)
    shut = issuing.may_change_rule(angkatan)
    if request.method == "POST" and form.is_valid():
        try:
            issuing.keep_rule(form.instance, form.edited_columns())
        except NotDone as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Aturan sertifikat disimpan." if form.has_changed() else NOTHING_CHANGED)
            return redirect("certificates", angkatan.slug)
    context = {"angkatan": angkatan, "tab": "print", "form": form, "shut": shut}
    context["has_issued"] = angkatan.certificate_issues.exists()
    return render(request, "preparing/certificate_rule.html", context)


# ---- Issuing -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.CERTIFY)
def issue(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """Before numbers are drawn: how many, from which number on, who signs. It cannot be taken back, only revoked."""
    found, at = standings(angkatan), timezone.now()
    heed = warning(found, at)
    if request.method == "POST":
        form = IssueForm(heed, request.POST)
        if form.is_valid():
            key, seen = form.cleaned_data["key"], form.cleaned_data["seen"]
            try:
                done = issuing.issue(angkatan, key, seen, by=cast(User, request.user), at=at)
            except NotDone as refusal:
                messages.error(request, str(refusal))
                return redirect("certificates" if issuing.refusal(found) else "certificate_issue", angkatan.slug)
            count = dates.thousands(done.certificates.count())
            messages.success(request, f"{count} sertifikat terbit. Unduh berkasnya, lalu kirim kabar kepada peserta.")
            return redirect(reverse("certificates", args=[angkatan.slug]) + "?tampil=terbit")
    else:
        form = IssueForm(heed, initial={"seen": issuing.digest(found)})
    if sentence := issuing.refusal(found):
        messages.warning(request, sentence)
        return redirect("certificates", angkatan.slug)
    series, day = found.rule.series, dated_on(found.rule, angkatan)
    assert series is not None  # refused above
    first, last = (
        numbering.written(series, no, angkatan=angkatan, on=day)
        for no in (series.last + 1, series.last + len(found.due))
    )
    context = {
        "angkatan": angkatan,
        "tab": "print",
        "found": found,
        "form": form,
        "warning": heed,
        "first": first,
        "last": last,
        "day": day,
        "signer": Signer.of(signer_of(found.rule, angkatan)),
    }
    return render(request, "preparing/certificate_issue.html", context)


@require_POST
@of_batch(access.CERTIFY)
def tell(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """Write to everybody who holds one and was not told yet; pressed twice is once."""
    count = post.of_certificates(untold(angkatan), angkatan, at=timezone.now())
    if count:
        messages.success(
            request,
            f"Kabar untuk {dates.thousands(count)} orang ditulis. Surel terkirim sendiri; yang lewat WhatsApp menunggu"
            " verifikator di halaman Pesan.",
        )
    else:
        messages.info(request, "Semua pemegang sertifikat sudah dikabari.")
    return redirect("certificates", angkatan.slug)


@require_safe
@of_batch(access.CERTIFY, "letterhead")
def archive(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """A file for each, in one zip, named by the numbers; of many only so many at once (``?bagian=2``)."""
    part = max(numbers.read(request.GET.get("bagian", "")) or 1, 1)
    keys = list(paper.chosen(angkatan, Choices()).values_list("pk", flat=True))
    keys = keys[(part - 1) * paper.MOST_FILES : part * paper.MOST_FILES]
    given = list(given_of(Certificate.objects.filter(pk__in=keys).order_by("no", "pk")).values())
    if not given:
        way = "Lihat siapa yang berhak", reverse("certificates", args=[angkatan.slug])
        context = {"angkatan": angkatan, "refusal": paper.NONE, "way": way}
        return render(request, "papers/nothing.html", context, status=404)
    try:
        files = alone(angkatan, given)
    except (LetterMissing, QueueFull, TypesettingFailed) as refusal:
        messages.error(request, str(refusal))
        return redirect("certificates", angkatan.slug)
    packed = io.BytesIO()
    names = paper.file_names(one.certificate.number for one in given)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:
        for name, file in zip(names, files, strict=True):
            box.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), file)
    name = f"sertifikat-{angkatan.slug}-{part}.zip"
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(packed.getvalue(), content_type="application/zip", headers=headers)


def alone(angkatan: Angkatan, given: list[Given]) -> list[bytes]:
    """Each as a file of its own."""
    made = paper.certificate_paper(angkatan, given, office())
    with Print() as place:
        if not connection.in_atomic_block:
            connection.close()  # none is held while waiting there
        return place.each(made.template, made, "holders")
