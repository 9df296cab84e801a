"""One person's certificate: what was reached session by session, what was decided and given out, what can be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.certificates import issuing
from pelatihan.certificates.issuing import NotDone
from pelatihan.certificates.rule import teaches
from pelatihan.certificates.standing import Standing, standing_of
from pelatihan.models import Angkatan, Attendance, Certificate, CertificateException, Registration, Session
from pelatihan.preparing.certificate_forms import DecideForm, ReasonForm


@dataclass(frozen=True)
class Line:
    """One thing that happened, as it is told."""

    what: str
    who: str
    at: datetime
    reason: str


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.CERTIFY)
def person(request: HttpRequest, angkatan: Angkatan, ref: UUID) -> HttpResponse:
    """One person: what was reached session by session, what was decided, what was given out; and what can be done."""
    rows = Registration.objects.select_related("angkatan", "ormas")
    registration = get_object_or_404(rows, angkatan=angkatan, ref=ref)
    standing = standing_of(registration)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    sent = request.POST if request.method == "POST" else None
    forms = _forms(standing, act, sent)
    if act:
        try:
            told = _do(request, standing, act, forms)
        except NotDone as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)
        if told:
            messages.success(request, told)
            return redirect(request.path)
    context: dict[str, Any] = {"angkatan": angkatan, "tab": "print", "standing": standing, "person": registration}
    context |= {
        "given": standing.given,
        "forms": forms,
        "lines": history(registration),
        "sessions": _sessions(registration),
    }
    context["shut"] = issuing.may_change_rule(angkatan)
    context["failed"] = forms.get(act)
    return render(request, "preparing/certificate_person.html", context)


def _forms(standing: Standing, act: str, sent: Any) -> dict[str, Any]:
    """Those that make sense now; what was sent stays in the one that was."""
    forms: dict[str, Any] = {}
    if standing.is_expected:
        forms["putus"] = DecideForm(standing.exception, standing.is_entitled, sent if act == "putus" else None)
    if standing.given and not standing.given.revoked:
        copies = standing.given.version.copy
        for name in ("salinan", "cabut"):
            forms[name] = ReasonForm(name, copies, sent if act == name else None)
    return forms


def _do(request: HttpRequest, standing: Standing, act: str, forms: dict[str, Any]) -> str:
    """Do what was asked; what to tell, or nothing when the form has to be mended.

    :raises NotDone: nothing was written
    """
    by, at, given = cast(User, request.user), timezone.now(), standing.given
    if act == "berlaku" and given:
        return "Sertifikat ini berlaku lagi." if issuing.restore(given.certificate, by=by, at=at) else "Sudah berlaku."
    form = forms.get(act)
    if form is None:
        raise NotDone("Keadaannya sudah berubah sejak halaman ini dibuka. Periksa lagi.")
    if not form.is_valid():
        return ""
    sent = form.cleaned_data
    if act == "putus":
        issuing.decide(standing.person, sent["kind"], sent["reason"], by=by, at=at)
        return "Keputusan disimpan."
    assert given is not None  # only then is there such a form
    if act == "cabut":
        issuing.revoke(given.certificate, sent["reason"], by=by, at=at)
        return "Sertifikat dicabut. Siapa pun yang memeriksa kodenya membaca bahwa sertifikat ini tidak berlaku lagi."
    version = issuing.reissue(given.certificate, sent["reason"], copies=sent["copies"] or 0, by=by, at=at)
    return f"Salinan ke-{version.copy} dibuat atas nama {version.full_name}. Nomor dan kodenya tetap."


def _sessions(registration: Registration) -> list[tuple[Session, str]]:
    """Each session that the rule asks about, and what counts of the person there."""
    rows = registration.angkatan.sessions.in_time_order()
    states = dict(Attendance.objects.filter(registration=registration).values_list("session", "state"))
    return [(session, states.get(session.pk, "")) for session in rows if teaches(session)]


def history(registration: Registration) -> list[Line]:
    """What was decided and given out, the newest first."""
    lines = [
        Line(str(one.get_kind_display()), _name(one.by), one.at, one.reason)
        for one in CertificateException.objects.filter(registration=registration).select_related("by")
    ]
    certificate = Certificate.objects.filter(registration=registration).first()
    for version in certificate.versions.select_related("by") if certificate else ():
        what = "Terbit" if version.copy == 1 else f"Salinan ke-{version.copy}"
        lines.append(Line(f"{what} atas nama {version.full_name}", _name(version.by), version.at, version.reason))
    for gone in certificate.revocations.select_related("by", "restored_by") if certificate else ():
        lines.append(Line("Dicabut", _name(gone.by), gone.at, gone.reason))
        if gone.restored_at:
            lines.append(Line("Diberlakukan lagi", _name(gone.restored_by), gone.restored_at, ""))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""
