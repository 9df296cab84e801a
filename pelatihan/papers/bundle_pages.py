"""The pages of files with many papers: what would be in it, how far it is, and the file itself."""

import uuid
from datetime import date
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pelatihan import dates, ids
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.jobs import running
from pelatihan.models import Angkatan, Bundle, Job
from pelatihan.papers import bundles, catalogue, remembered
from pelatihan.papers.bundles import BundleRefused, Form, Plan, What
from pelatihan.papers.catalogue import Desk
from pelatihan.papers.forms import DAY_UNREADABLE, read_day
from pelatihan.papers.offers import BY_KEY
from pelatihan.papers.views import desk_of

GONE = "Berkas ini sudah dihapus: berkas gabungan disimpan tujuh hari. Buat lagi di halaman Cetak."
LEADS = {
    What.DAY: "Semua yang ditandatangani pada satu hari, berurutan, dengan satu lembar kosong.",
    What.ALL: "Setiap lembar satu kali, dari yang dikirim sebelum kegiatan sampai yang dibagikan sesudahnya.",
    What.PACK: "Satu map untuk malam sebelumnya: cara bekerja tanpa listrik, daftar nama dan kode, daftar telepon,"
    " lalu semua lembar hari yang akan datang. Setiap halaman bernomor menurut daftar isinya.",
}
TYPES = {Form.PDF: "application/pdf", Form.ZIP: "application/zip"}
OPEN = (Job.State.WAITING, Job.State.RUNNING)


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.PRINT, "letterhead")
def bundle(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """What would be in it and what not, to begin it."""
    desk = desk_of(request, angkatan, remembered.known_of(angkatan))
    wish = request.POST if request.method == "POST" else request.GET
    if wish.get("isi") == What.PAPER:
        plan, refusal = _of_paper(desk, wish.dict()), ""
    else:
        what = What(wish["isi"]) if wish.get("isi") in LEADS else What.DAY if desk.soon else What.ALL
        day, refusal = _day(wish.get("hari", ""))
        plan = bundles.plan_of(desk, what, day)
    if request.method == "POST" and not refusal:
        try:
            return _begun(request, desk, plan)
        except BundleRefused as refused:
            refusal = str(refused)
    context = {
        "angkatan": angkatan, "tab": "print", "plan": plan, "refusal": refusal, "lead": LEADS.get(plan.what, ""),
        "key": uuid.uuid4(), "days": _days(desk), "is_pack": plan.what == What.PACK, "left": set(),
        "day": next((part.choices.day for part in plan.parts if part.choices.day), None),
        "whats": [(what, what.label) for what in LEADS], "sent": {"isi": plan.what} | _told(wish.dict()),
    }  # fmt: skip
    return render(request, "papers/bundle.html", context, status=400 if refusal else 200)


def _begun(request: HttpRequest, desk: Desk, plan: Plan) -> HttpResponse:
    """Without what was unticked. The page's key makes a second press the same."""
    ticked, known = set(request.POST.getlist("bagian")), {part.key for part in plan.parts}
    form = Form.ZIP if request.POST.get("bentuk_berkas") == Form.ZIP and plan.what != What.PACK else Form.PDF
    wanted = plan if plan.what == What.PAPER else plan.without(known - ticked)
    if plan.parts and not wanted.parts:
        raise BundleRefused("Belum ada lembar yang dipilih. Centang paling sedikit satu.")
    made = bundles.start(
        wanted, form, angkatan=desk.angkatan, key=ids.of_page(request.POST.get("kunci", "")), by=desk.by, at=desk.at
    )
    return redirect("bundle_made", desk.angkatan.slug, made.pk)


def _of_paper(desk: Desk, sent: dict[str, str]) -> Plan:
    """One paper in several, with the choices that were too many for one request."""
    offer = BY_KEY.get(sent.get("lembar_apa", ""))
    if offer is None or offer.split is None:
        raise Http404
    access.check(desk.by, offer.permission)
    return bundles.plan_of_paper(desk, offer, catalogue.choices_of(desk.form(offer, sent), offer))


def _told(sent: dict[str, str]) -> dict[str, str]:
    """What the form carries on of a paper's choices."""
    if sent.get("isi") != What.PAPER:
        return {}
    return {name: value for name, value in sent.items() if name not in {"csrfmiddlewaretoken", "kunci", "isi"}}


def _day(text: str) -> tuple[date | None, str]:
    """The day, and why it cannot be read."""
    try:
        return (read_day(text, DAY_UNREADABLE) if text else None), ""
    except ValidationError as unreadable:
        return None, str(unreadable.message)


def _days(desk: Desk) -> list[tuple[str, str]]:
    return [(day.isoformat(), dates.long_date(day)) for day in sorted({session.day for session in desk.sessions})]


# ---- One that was asked for ----------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.PRINT)
def made(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """How far it is; the file when it is there. Whoever may print what is in it may stop it, too."""
    found = _found(request, angkatan, key)
    job = found.job
    if request.method == "POST" and job:
        if request.POST.get("lalu") == "berhenti":
            running.stop(job, author=cast(User, request.user), at=timezone.now())
        elif not running.resume(job):
            messages.info(request, f"Tidak ada yang perlu dilanjutkan: {job.get_state_display().lower()}.")
        return redirect("bundle_made", angkatan.slug, key)
    context = {
        "angkatan": angkatan, "tab": "print", "bundle": found, "job": job, "gone": GONE,
        "stays_until": found.made_at + bundles.STAYS if found.made_at else None,
        "is_there": found.made_at is not None and bundles.FILES.path(bundles.file_name(found)).exists(),
        "is_open": job is not None and job.state in OPEN and found.made_at is None,
    }  # fmt: skip
    return render(request, "papers/bundle_made.html", context)


@require_safe
@of_batch(access.PRINT)
def file(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    found = _found(request, angkatan, key)
    place = bundles.FILES.path(bundles.file_name(found))
    if found.made_at is None or not place.exists():
        return redirect("bundle_made", angkatan.slug, key)
    answer = FileResponse(
        place.open("rb"), as_attachment=found.form == Form.ZIP, filename=bundles.shown_name(found),
        content_type=TYPES[Form(found.form)],
    )  # fmt: skip
    return cast(HttpResponse, answer)  # which is one in all that the guard asks of it


def _found(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> Bundle:
    """Opened by whoever may print every paper in it and see what stands there, whoever asked for it."""
    found = get_object_or_404(Bundle.objects.select_related("job", "by", "angkatan"), pk=key, angkatan=angkatan)
    for permission in found.needs:
        access.check(request.user, permission)
    return found
