"""The pages of one registration: verify and decide, mend what was typed, replace the person, record a caller."""

import uuid
from dataclasses import replace as replace_with
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.html import format_html
from django.utils.timezone import localdate

from ormas import nik as niks
from ormas import phones
from pelatihan import numbers
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.admin import came_from, deciding, history, letters, telling, verification, wishes
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.admin.person_forms import (
    STAFF_NIK,
    MendForm,
    ReplaceForm,
    StaffPersonForm,
    StaffRegistrationForm,
)
from pelatihan.lifecycle import TRANSITIONS, Action, NotAllowed
from pelatihan.merging import beside
from pelatihan.models import ChangeRequest, Correction, Registration
from pelatihan.registration import changes, decisions, nik, requests, writer
from pelatihan.registration.application import Application, Person
from pelatihan.registration.earlier import earlier
from pelatihan.registration.legality import legality
from pelatihan.registration.person_form import typed
from pelatihan.registration.refusals import AlreadyRegistered, Overtaken, Refusal, RequestGone, StatusMoved
from pelatihan.retention import RETENTION
from pelatihan.web.seen import NOTHING_CHANGED

CHANGE = "admin:pelatihan_registration_change"
AFTER = "sesudah"  # of the address: who was decided just before
FOLDER = "admin/pelatihan/registration"


def found(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> Registration:
    """The registration with all that its page shows of its neighbours.

    :raises Http404: when there is none
    """
    related = ("angkatan", "delegate", "ormas", "invitation__letter_received_by", "replaces", "replaced_by")
    asked = Prefetch("requests", ChangeRequest.objects.select_related("decided_by", "ormas", "reserve"))
    everybody = page.get_queryset(request).select_related(*related).prefetch_related(asked)
    registration: Registration | None = everybody.filter(pk=pk).first()
    if registration is None:
        raise Http404
    return registration


# ---- Verify and decide ---------------------------------------------------------------------------


def change(page: OfficeModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The verification page; a POST mends what was typed."""
    if not page.has_view_or_change_permission(request):
        raise PermissionDenied
    registration = found(page, request, numbers.read(object_id) or 0)
    if request.method != "POST":
        return _verification(page, request, registration)
    if not _may_mend(page, request):
        raise PermissionDenied
    form = _mending(request, registration, request.POST)
    if not form.is_valid():
        return _verification(page, request, registration, form=form)
    try:
        return _mend(page, request, registration, form)
    except Overtaken:  # between reading and writing; read anew, the form says where
        return change(page, request, object_id)


def decide(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """One of the decision buttons; on to the next in the queue."""
    access.check(request.user, access.DECIDE)
    registration = found(page, request, pk)
    if request.POST.get("decision") not in Action.values:
        return redirect(CHANGE, pk)
    action = Action(request.POST["decision"])
    words = deciding.given(request, action)
    if words.error:
        return _verification(page, request, registration, words=words, pending=action)
    decided = decisions.decide(
        [registration],
        action,
        actor=staff(request.user),
        at=timezone.now(),
        reason=words.text,
        seen=deciding.seen_in(request, [pk]),
        key=deciding.key_in(request),
        fields=verification.fields_in(request) or (words.listed.fields if words.listed else []),
    )
    if decided.owes_reason:
        words = replace_with(words, error=str(decided.refused[0][1]))
        return _verification(page, request, registration, words=words, pending=action)
    if decided.refused:
        return _refused(page, request, pk, decided, words)
    following = _next(registration, decided)
    if following is None:
        deciding.tell(request, decided)
    return redirect(f"{reverse(CHANGE, args=[following.pk if following else pk])}?{AFTER}={pk}")


def _refused(
    page: OfficeModelAdmin, request: HttpRequest, pk: int, decided: decisions.Decided, words: deciding.Given
) -> HttpResponse:
    """Nothing was saved, and what was written is kept: beside what somebody else decided meanwhile, or with the
    sentence that says why not.
    """
    registration, (_, refusal) = found(page, request, pk), decided.refused[0]
    if isinstance(refusal, StatusMoved):
        seen = deciding.seen_in(request, [pk])[pk]  # the refusal is about it
        clash = verification.clash(registration, decided.action, seen, timezone.now())
        return _verification(page, request, registration, words=words, clash=clash)
    deciding.tell(request, decided)
    return _verification(page, request, registration, words=words)


def decide_request(page: OfficeModelAdmin, request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """What was asked for, granted as far as ticked or refused with a reason; on to the next who asked for something."""
    access.check(request.user, access.DECIDE)
    registration = found(page, request, pk)
    asked = registration.requests.filter(pk=key).first()
    if asked is None:
        raise Http404
    if request.method != "POST":
        return redirect(CHANGE, pk)
    note, error = deciding.read_reason(request)
    error = error or _answer(request, registration, asked, note)
    if error:
        kept = {"key": key, "note": note, "error": error, "fields": request.POST.getlist("fields")}
        return _verification(page, request, found(page, request, pk), answer=kept)
    following = wishes.waiting_in(registration.angkatan).first()
    return redirect(CHANGE, following.registration_id if following else pk)


def _answer(request: HttpRequest, registration: Registration, asked: ChangeRequest, note: str) -> str:
    """Grant or refuse; the sentence that says why nothing was done, empty when it was."""
    actor, at, name = staff(request.user), timezone.now(), registration.full_name
    seen = request.POST.get("seen", "")
    try:
        if "refuse" in request.POST:
            requests.refuse(asked, actor=actor, at=at, note=note, seen=seen)
            messages.success(request, f"{name}: permintaan tidak disetujui. Data dan statusnya tetap.")
            return ""
        fields = request.POST.getlist("fields") if asked.kind == ChangeRequest.Kind.CORRECT else None
        granted = requests.grant(asked, actor=actor, at=at, fields=fields, note=note, seen=seen)
    except RequestGone as gone:
        messages.warning(request, f"{name}: {gone}")
        return ""
    except (Refusal, NotAllowed) as refusal:
        return str(refusal)
    what = ", ".join(str(Correction.Field(field).label) for field in granted.granted)
    messages.success(request, f"{name}: permintaan disetujui{f' ({what})' if what else ''}.")
    return ""


def _next(registration: Registration, decided: decisions.Decided) -> Registration | None:
    """Who comes after this one in the queue that the decision took it from; nobody when it stood in none."""
    change = decided.decision.changes.filter(registration=registration).first() if decided.decision else None
    if change is None or change.from_status not in verification.QUEUES:
        return None
    return verification.following(registration, change.from_status)


def _may_mend(page: OfficeModelAdmin, request: HttpRequest) -> bool:
    """Who cannot see the phone number or the special needs cannot mend them either."""
    sees_all = all(access.has(request.user, right) for right in (access.CONTACT, access.SPECIAL_NEEDS))
    return page.has_change_permission(request) and sees_all


def _mending(request: HttpRequest, registration: Registration, data: Any = None) -> MendForm:
    form = MendForm(data, initial=typed(registration))
    if registration.angkatan.asks_nik and access.has(request.user, access.NIK):
        form.ask_nik_anew(nik.masked(registration), note=STAFF_NIK)
    return form


def _mend(page: OfficeModelAdmin, request: HttpRequest, registration: Registration, form: MendForm) -> HttpResponse:
    """:raises Overtaken: somebody else saved since the form was compared"""
    stands = Person.of(registration)
    actor, reason = staff(request.user), form.cleaned_data["reason"]
    try:
        corrections = changes.correct(
            registration, form.mended(stands), actor=actor, at=timezone.now(), seen=stands, nik=form.new_nik,
            reason=reason,
        )  # fmt: skip
    except Overtaken:
        raise
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _verification(page, request, registration, form=form)
    if corrections:
        mended = ", ".join(line.get_field_display() for line in corrections)
        messages.success(request, f"Data {registration.full_name} disimpan: {mended}.")
    else:
        messages.info(request, NOTHING_CHANGED)
    return redirect(CHANGE, registration.pk)


def _verification(
    page: OfficeModelAdmin,
    request: HttpRequest,
    registration: Registration,
    *,
    form: MendForm | None = None,
    words: deciding.Given = deciding.NOTHING_GIVEN,
    pending: Action | None = None,
    answer: dict[str, Any] | None = None,
    clash: verification.Clash | None = None,
) -> HttpResponse:
    """``words``: the reason as it was sent, for the decision that is ``pending``; ``answer``: to a request, as it was
    typed, with what is wrong in it; ``clash``: what somebody else decided before.
    """
    context = {
        **page.admin_site.each_context(request),
        **_about(request, registration, stood=clash.seen if clash else ""),
        **_choices(page, request, registration),
        "title": registration.full_name,
        "opts": page.opts,
        "form": (form or _mending(request, registration)) if _may_mend(page, request) else None,
        "form_is_open": form is not None,
        "words": words,
        "clash": clash,
        "pending": pending or "",
        "answer": answer,
        "ticked_fields": verification.fields_in(request),
    }
    return TemplateResponse(request, f"{FOLDER}/verification.html", context)


def _about(request: HttpRequest, registration: Registration, stood: str = "") -> dict[str, Any]:
    """What the clerk reads. Phone, mail, code and special needs only for those who may see them."""
    phone, sees_contact = registration.delegate.phone, access.has(request.user, access.CONTACT)
    last = verification.last_decided(registration.angkatan, request.user.pk, timezone.now())
    telling.add_news(request, [registration, *(one.registration for one in last)])
    return {
        "last": last,
        "after": next((one for one in last if str(one.registration.pk) == request.GET.get(AFTER)), None),
        "is_after": AFTER in request.GET,
        "registration": registration,
        "angkatan": registration.angkatan,
        "phone": phones.display(phone) if sees_contact else phones.masked(phone),
        "wa": phones.wa_link(phone) if phone and sees_contact else "",
        "email": registration.delegate.email if sees_contact else "",
        "code": registration.shown_code if access.has(request.user, access.CODES) else "",
        "nik": nik.masked(registration) if access.has(request.user, access.NIK) else "",
        "asks_nik": registration.angkatan.asks_nik and access.has(request.user, access.NIK),
        "special_needs": registration.special_needs if access.has(request.user, access.SPECIAL_NEEDS) else "",
        "checks": legality(registration.ormas, on=localdate(timezone.now())),
        "seats": verification.seats_note(registration),
        "letter": letters.state(registration.invitation, request.user) if registration.invitation else None,
        "alike": beside.alike(registration.delegate, sees_contact=sees_contact),
        "earlier": earlier(registration),
        "last_told": verification.last_told(registration),
        "wishes": wishes.waiting(registration),
        "mended": verification.mended(registration, request.user),
        "history": history.of(registration, request.user),
        "queue": verification.queue(registration, verification.SHOWN_IN_QUEUE - len(last), stood),
    }


def _choices(page: OfficeModelAdmin, request: HttpRequest, registration: Registration) -> dict[str, Any]:
    """What the clerk can do."""
    may_decide = access.has(request.user, access.DECIDE)
    buttons = decisions.buttons(registration) if may_decide else []
    return {
        "buttons": [(action, deciding.KEYS[action]) for action in buttons],
        "key": uuid.uuid4(),
        "may_decide": may_decide,
        "fixable": verification.fixable(registration.angkatan) if Action.ASK_FIX in buttons else [],
        "destructive": decisions.DESTRUCTIVE,
        "reason_groups": deciding.ready_reasons(buttons),
        "free_words": " dan ".join(str(action.label) for action in buttons if not TRANSITIONS[action].needs_reason),
        "owing": [str(action.label) for action in buttons if TRANSITIONS[action].needs_reason],
        "may_replace": may_decide and decisions.may_replace(registration),
    }


# ---- NIK -----------------------------------------------------------------------------------------


def show_nik(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The number in full, once, for whoever compares it with a card. The history says who looked, and when."""
    access.check(request.user, access.NIK)
    registration = found(page, request, pk)
    number = nik.opened(registration)
    if request.method != "POST" or not registration.nik_sealed:
        return redirect(CHANGE, pk)
    if number:
        page.log_change(request, registration, "NIK dilihat lengkap")
    context = {
        **page.admin_site.each_context(request),
        "title": f"NIK {registration.full_name}",
        "opts": page.opts,
        "registration": registration,
        "number": niks.spaced(number) if number else "",
        "kept_until": registration.angkatan.ends_on + timedelta(days=RETENTION.nik_days),
    }
    answer = TemplateResponse(request, f"{FOLDER}/nik.html", context)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


# ---- Replace, record a caller --------------------------------------------------------------------


def replace(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else of the same organisation comes instead and takes the seat."""
    access.check(request.user, access.DECIDE)
    old = found(page, request, pk)
    form = ReplaceForm(request.POST or None, initial={"position": old.position})
    if old.angkatan.asks_nik:
        form.ask_nik(required=False, help_text=STAFF_NIK)
    if request.method == "POST" and form.is_valid() and (new := _replaced(request, old, form)):
        messages.success(request, f"{new.full_name} menggantikan {old.full_name} dan langsung diterima.")
        return redirect(CHANGE, new.pk)
    texts = {
        "title": f"Gantikan {old.full_name}",
        "lead": f"Pengganti dari {old.ormas_name}. Ia menempati kursi {old.name} dan langsung diterima.",
        "warning": verification.replacing_note(old),
        "button": "Gantikan",
        "back": reverse(CHANGE, args=[old.pk]),
    }
    return _person_page(page, request, form, texts)


def _replaced(request: HttpRequest, old: Registration, form: ReplaceForm) -> Registration | None:
    wish = Application(form.person(), Registration.Source.STAFF, nik=form.typed_nik)
    actor, reason = staff(request.user), form.cleaned_data["reason"]
    try:
        return changes.replace(old, wish, actor=actor, at=timezone.now(), reason=reason)
    except (Refusal, NotAllowed) as refusal:
        form.add_error(None, _with_link(refusal))
        return None


def register(page: OfficeModelAdmin, request: HttpRequest) -> HttpResponse:
    """Somebody telephones: recorded with source "staff"."""
    if not (page.has_add_permission(request) and access.has(request.user, access.CONTACT)):
        raise PermissionDenied
    initial = {"token": uuid.uuid4(), "angkatan": request.GET.get("angkatan")}
    form = StaffRegistrationForm(request.POST or None, initial=initial, site=page.admin_site)
    if request.method == "POST" and form.is_valid() and (new := _registered(request, form)):
        page.log_addition(request, new, "Dicatat petugas")
        messages.success(request, f"{new.full_name} terdaftar dengan kode {new.shown_code}.")
        return redirect(CHANGE, new.pk)
    texts = {
        "title": "Tambah pendaftaran",
        "lead": "Untuk orang yang mendaftar lewat telepon atau surat. Nomor HP boleh dikosongkan.",
        "button": "Daftarkan",
        "back": came_from.address(request, page.opts),
    }
    return _person_page(page, request, form, texts)


def _registered(request: HttpRequest, form: StaffRegistrationForm) -> Registration | None:
    actor = staff(request.user)
    try:
        return writer.register(form.cleaned_data["angkatan"], form.application(), actor=actor, at=timezone.now())
    except Refusal as refusal:
        form.add_error(None, _with_link(refusal))
        return None


def _with_link(refusal: Exception) -> str:
    """The sentence; where the same person stands in the batch already, with the way to that registration."""
    other = refusal.other if isinstance(refusal, AlreadyRegistered) else None
    if other is None:
        return str(refusal)
    return format_html(
        '{} sudah terdaftar di {} dengan nomor HP dan ormas ini ({}). <a href="{}">Buka pendaftaran {}</a>, jangan'
        " dicatat lagi.",
        other.name,
        other.angkatan.name,
        other.get_status_display(),
        reverse(CHANGE, args=[other.pk]),
        other.full_name,
    )


def _person_page(
    page: OfficeModelAdmin, request: HttpRequest, form: StaffPersonForm, texts: dict[str, str]
) -> HttpResponse:
    context = {**page.admin_site.each_context(request), "opts": page.opts, "form": form, "media": form.media, **texts}
    return TemplateResponse(request, f"{FOLDER}/person.html", context)
