"""Lost codes that people asked for and no mail can bring: staff send them by WhatsApp."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from ormas import phones
from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.messaging import whatsapp
from pelatihan.models import CodeRequest
from pelatihan.registration import code_requests

LIST = "admin:pelatihan_registration_code_requests"
RIGHTS = (access.DECIDE, access.CONTACT, access.CODES)
MOST, MOST_ANSWERED = 200, 20
WHOSE = ("registration__angkatan", "registration__ormas", "registration__delegate", "told_by")
DOUBTFUL = "Surelnya mungkin sudah terkirim. Tanyakan dulu, atau kirim saja lewat WhatsApp."
NO_PHONE = "Nomor HP sudah tidak tercatat. Selesaikan tanpa kirim, atau catat nomornya dulu."


@dataclass(frozen=True)
class Asked:
    """What one number asked for: the requests of all people it belongs to."""

    requests: list[CodeRequest]

    @property
    def first(self) -> CodeRequest:
        return self.requests[0]

    @property
    def phone(self) -> str:
        return self.first.registration.delegate.phone

    @property
    def note(self) -> str:
        """Why staff have it, where it is not the usual: no mail address."""
        if not self.phone:
            return NO_PHONE
        if any(each.maybe_sent for each in self.requests):
            return DOUBTFUL
        tries = max(each.tries for each in self.requests)
        if tries:
            return f"Surel gagal dikirim {tries} kali."
        is_mail = any(each.way == CodeRequest.Way.EMAIL for each in self.requests)
        return "Surel belum terkirim juga." if is_mail else ""


def may_answer(user: access.Person) -> bool:
    return all(access.has(user, right) for right in RIGHTS)


def count(at: datetime) -> int:
    return code_requests.for_staff(at).count()


def waiting(page: OfficeModelAdmin, request: HttpRequest) -> HttpResponse:
    """Who waits, the longest wait first; below it what was answered last."""
    _check(request)
    at = timezone.now()
    rows = list(code_requests.for_staff(at).select_related(*WHOSE)[: MOST + 1])
    context = {
        **page.admin_site.each_context(request),
        "title": "Permintaan kode",
        "opts": page.opts,
        "asked": _by_number(rows[:MOST]),
        "has_more": len(rows) > MOST,
        "on_the_way": CodeRequest.objects.by_mail().count(),
        "answered": [(each, _told(each)) for each in _answered()],
    }
    return TemplateResponse(request, "admin/pelatihan/registration/code_requests.html", context)


def answer(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Dealt with: by WhatsApp, which the answer opens with the ready text, or without."""
    _check(request)
    asked = CodeRequest.objects.select_related(*WHOSE).filter(pk=pk).first()
    if request.method != "POST" or asked is None:
        return redirect(LIST)
    at, by = timezone.now(), cast(User, request.user)
    by_whatsapp = request.POST.get("cara") == "whatsapp"
    together = code_requests.of_one_number(asked, at)
    if by_whatsapp and not asked.registration.delegate.phone:
        messages.error(request, f"{asked.registration.full_name}: {NO_PHONE}")
        return redirect(LIST)
    if asked not in together or not code_requests.answer(together, by=by, at=at, by_whatsapp=by_whatsapp):
        messages.info(request, _not_waiting(pk))
        return redirect(LIST)
    if not by_whatsapp:
        messages.success(request, f"Permintaan {_names(together)} diselesaikan tanpa kirim.")
        return redirect(LIST)
    people = [each.registration for each in together]
    urls = [request.build_absolute_uri(person.get_absolute_url()) for person in people]
    context = {
        **page.admin_site.each_context(request),
        "title": "Membuka WhatsApp",
        "opts": page.opts,
        "names": _names(together),
        "wa": phones.wa_link(people[0].delegate.phone, whatsapp.code_text(people, urls)),
    }
    return TemplateResponse(request, "admin/pelatihan/registration/code_told.html", context)


def _check(request: HttpRequest) -> None:
    access.check(request.user, access.DECIDE)
    access.check(request.user, access.CONTACT)
    access.check(request.user, access.CODES)


def _by_number(rows: Iterable[CodeRequest]) -> list[Asked]:
    """In the order in which each number asked first."""
    kept: dict[str, list[CodeRequest]] = {}
    for each in rows:
        kept.setdefault(each.registration.delegate.phone or str(each.pk), []).append(each)
    return [Asked(requests) for requests in kept.values()]


def _answered() -> list[CodeRequest]:
    return list(code_requests.newest_answers(MOST_ANSWERED).select_related(*WHOSE))


def _told(asked: CodeRequest) -> str:
    if asked.sent_at:
        return f"Surel terkirim {dates.long_moment(asked.sent_at)}"
    if asked.told_at and asked.told_by:
        who = asked.told_by.get_full_name() or asked.told_by.get_username()
        how = "Dikirim lewat WhatsApp" if asked.by_whatsapp else "Selesai tanpa kirim"
        return f"{how} {dates.long_moment(asked.told_at)} oleh {who}"
    return ""


def _not_waiting(pk: int) -> str:
    """Somebody else was faster, or a mail."""
    asked = CodeRequest.objects.select_related(*WHOSE).get(pk=pk)
    told = _told(asked)
    return f"{asked.registration.full_name}: {told if told else 'surelnya masih dikirim'}. Tidak ada yang dicatat lagi."


def _names(together: Iterable[CodeRequest]) -> str:
    return ", ".join(dict.fromkeys(each.registration.full_name for each in together))
