"""Telling a person by WhatsApp what was decided, and remembering that it was done."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from ormas import phones
from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.messaging import by_hand, whatsapp
from pelatihan.models import Message, Registration, Told
from pelatihan.registration import plan_changes

CHANGE = "admin:pelatihan_registration_change"


def tell(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Noted, and on to WhatsApp with the ready text. The form opens it in a tab of its own: the list stays."""
    access.check(request.user, access.DECIDE)
    access.check(request.user, access.CONTACT)
    registration = page.get_queryset(request).select_related("angkatan", "delegate").filter(pk=pk).first()
    if request.method != "POST" or registration is None:
        return redirect(CHANGE, pk)
    phone = registration.delegate.phone
    if not phone:
        messages.error(request, f"Nomor HP {registration.full_name} belum dicatat, jadi belum dapat dikabari.")
        return redirect(CHANGE, pk)
    by, at = cast(User, request.user), timezone.now()
    handed = mark(by_hand.owed_status, registration, by=by, at=at)
    if handed is None:
        Told.objects.create(registration=registration, status=registration.status, actor=by, at=at)
    url = request.build_absolute_uri(registration.get_absolute_url())
    context = {
        **page.admin_site.each_context(request),
        "title": "Membuka WhatsApp",
        "opts": page.opts,
        "registration": registration,
        "wa": phones.wa_link(phone, handed.text if handed else text_for(registration, url)),
    }
    return TemplateResponse(request, "admin/pelatihan/registration/told.html", context)


def mark(
    owed: Callable[[Registration], Message | None],
    registration: Registration,
    *,
    by: User,
    at: datetime,
    text: str = "",
) -> by_hand.Handed | None:
    """The message that waited to tell the person the same, if there was one: it is sent by this, and not again.

    :param text: what goes out instead of the message's own words
    """
    with transaction.atomic():
        message = owed(registration)
        return by_hand.mark(message, by=by, at=at, text=text) if message else None


def text_for(registration: Registration, url: str) -> str:
    """What is ready to be sent about the status; of a batch that is called off, that it is."""
    change = registration.angkatan.plan_change
    if registration.angkatan.cancelled_at and change:
        return whatsapp.plan_text(registration, change, url, with_code=True)
    return whatsapp.ready_text(registration, url)


def add_news(request: HttpRequest, registrations: Iterable[Registration]) -> None:
    """To each, for templates: ``told_note``, when and by whom they were told of the status they stand at, and
    ``can_be_told``, whether this clerk can. Two queries.
    """
    ones = list(registrations)  # somebody may stand on a page twice
    pks = {one.pk for one in ones}
    may_tell = all(access.has(request.user, right) for right in (access.DECIDE, access.CONTACT))
    moved = dict(Registration.objects.filter(pk__in=pks).order_by().values_list("pk").annotate(Max("history__at")))
    by_office = Told.objects.standing().filter(registration__in=pks, role__in=plan_changes.TOLD_BY, plan_change=None)
    newest = by_office.order_by("registration_id", "-at", "-pk").distinct("registration_id")
    notes = {note.registration_id: note for note in newest.select_related("actor")}
    for one in ones:
        note = notes.get(one.pk)
        is_news = note is not None and note.status == one.status and note.at >= moved[one.pk]
        vars(one)["told_note"] = note_of(note) if note and is_news else ""
        vars(one)["can_be_told"] = may_tell and bool(one.delegate.phone)


def note_of(told: Told) -> str:
    """When somebody was told, and by whom; by nobody means by mail."""
    who = (told.actor.get_full_name() or told.actor.get_username()) if told.actor else ""
    return f"Dikabari {dates.long_moment(told.at)} {f'oleh {who}' if who else 'lewat surel'}"
