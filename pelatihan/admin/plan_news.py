"""Telling people, one by one by WhatsApp, that a batch has other days, is called off, or takes place after all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from ormas import phones
from pelatihan import dates, numbers
from pelatihan.accounts import access
from pelatihan.admin import telling
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.messaging import by_hand, texts, whatsapp, words
from pelatihan.models import Angkatan, Invitation, PlanAnswer, PlanChange, Registration, Told
from pelatihan.registration import plan_changes

CHANGE = "admin:pelatihan_angkatan_change"
NEWS = "admin:pelatihan_angkatan_news"
FOLDER = "admin/pelatihan/angkatan"
SHOWN = 50
MOST_ALONE = 100  # without a phone number: they go from the list as they are told
ABOUT = {
    PlanChange.Kind.POSTPONED: "tanggal baru",
    PlanChange.Kind.CANCELLED: "pembatalan",
    PlanChange.Kind.REVIVED: "batalnya pembatalan",
}
TITLES = {
    PlanChange.Kind.POSTPONED: "Kabari peserta: tanggal baru",
    PlanChange.Kind.CANCELLED: "Kabari peserta: dibatalkan",
    PlanChange.Kind.REVIVED: "Kabari peserta: jadi dilaksanakan",
}
CHANGED_AGAIN = "Rencananya berubah lagi sejak halaman ini dibuka. Kabarkan yang terbaru di bawah ini."
NOT_AMONG_THEM = "Orang itu tidak perlu dikabari tentang perubahan ini."

# ---- Who is not told yet, for other pages ----------------------------------------------------------


@dataclass(frozen=True)
class Owed:
    """How many of a batch are still to be told, and of what."""

    angkatan: Angkatan
    change: PlanChange
    count: int

    @property
    def sentence(self) -> str:
        about = ABOUT[PlanChange.Kind(self.change.kind)]
        return f"{dates.thousands(self.count)} peserta belum dikabari tentang {about}."


def owed(request: HttpRequest, angkatan: Angkatan, at: datetime) -> Owed | None:
    """For who may tell them; asks nothing while the plan is as it always was."""
    change = plan_changes.news(angkatan, at)
    if change is None or not access.has(request.user, access.CONTACT):
        return None
    return Owed(angkatan, change, plan_changes.concerned(change).filter(is_owed=True).count())


def all_owed(request: HttpRequest, at: datetime) -> list[Owed]:
    """The batches of which somebody is still to be told, for who may tell them; one query."""
    if not access.has(request.user, access.CONTACT):
        return []
    return [
        Owed(batch, batch.plan_change, vars(batch)["owed"]) for batch in plan_changes.owing(at) if batch.plan_change
    ]


def next_page(request: HttpRequest, angkatan: Angkatan, at: datetime) -> HttpResponse:
    """Where one goes on after the plan was changed: to those who do not know it yet; back to the batch without any."""
    found = owed(request, angkatan, at)
    if found and (found.count or plan_changes.silent_invitations(angkatan).exists()):
        return redirect(NEWS, angkatan.pk)
    return redirect(CHANGE, angkatan.pk)


# ---- The page --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """How far the telling has come."""

    total: int
    owed: int
    coming: int
    cannot: int

    @property
    def done(self) -> int:
        return self.total - self.owed

    @property
    def silent(self) -> int:
        return self.total - self.coming - self.cannot

    @property
    def sentence(self) -> str:
        return f"{dates.thousands(self.done)} dari {dates.thousands(self.total)} dikabari"


VIEWS = {  # of the address, each with its word, the figure that counts it, and what it narrows the list to
    "belum": ("Belum dikabari", "owed", Q(is_owed=True)),
    "semua": ("Semua", "total", Q()),
    "datang": ("Tetap datang", "coming", Q(plan_answer=PlanAnswer.Answer.COMING)),
    "tidak": ("Tidak bisa", "cannot", Q(plan_answer=PlanAnswer.Answer.CANNOT)),
}


def page(admin: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody whom the latest change concerns, by organisation; a POST tells one of them."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    access.check(request.user, access.CONTACT)
    angkatan = get_object_or_404(Angkatan.objects.select_related("plan_change"), pk=pk)
    change = plan_changes.news(angkatan, timezone.now())
    if change is None:
        return _answer(admin, request, "news_none", angkatan, {"title": f"Kabari peserta {angkatan.name}"})
    change.angkatan = angkatan
    if request.method == "POST":
        return _tell(admin, request, change)
    return _answer(admin, request, "news", angkatan, _shown(request, change))


def _answer(
    admin: OfficeModelAdmin, request: HttpRequest, template: str, angkatan: Angkatan, context: dict[str, Any]
) -> HttpResponse:
    shared = {**admin.admin_site.each_context(request), "opts": admin.opts, "angkatan": angkatan}
    return TemplateResponse(request, f"{FOLDER}/{template}.html", shared | context)


def _figures(concerned: QuerySet[Any]) -> Figures:
    counts = {name: Count("pk", filter=narrow) for name, narrow in ((f, q) for _word, f, q in VIEWS.values() if q)}
    return Figures(**concerned.aggregate(total=Count("pk"), **counts))


def _shown(request: HttpRequest, change: PlanChange) -> dict[str, Any]:
    concerned = plan_changes.concerned(change)
    figures = _figures(concerned)
    view = request.GET.get("tampil", "")
    view = view if view in VIEWS else "belum" if figures.owed else "semua"
    rows = concerned.filter(VIEWS[view][2]).select_related("ormas", "delegate")
    numbered = Paginator(rows.exclude(delegate__phone="").sorted_by_ormas(), SHOWN)  # type: ignore[attr-defined]
    people = numbered.get_page(request.GET.get("hal"))
    alone = list(rows.filter(delegate__phone="").sorted_by_ormas()[: MOST_ALONE + 1])  # type: ignore[attr-defined]
    _add_notes(change, [*people, *alone])
    return {
        "title": TITLES[PlanChange.Kind(change.kind)],
        "change": change,
        "asks": change.kind != PlanChange.Kind.CANCELLED,
        "figures": figures,
        "view": view,
        "views": [(key, word, getattr(figures, figure)) for key, (word, figure, _narrow) in VIEWS.items()],
        "people": people,
        "alone": alone[:MOST_ALONE],
        "more_alone": len(alone) > MOST_ALONE,
        "contacts": _contacts(request, change),
        "here": urlencode({"tampil": view, "hal": str(people.number)}),
    }


def _add_notes(change: PlanChange, people: Iterable[Registration]) -> None:
    """To each, for the template: ``told_note``, when and by whom they were told of this change. One query."""
    told = Told.objects.standing().filter(
        Q(plan_change=change) | Q(plan_change=None, at__gte=change.at),
        registration__in=people,
        role__in=plan_changes.TOLD_BY,
    )
    newest = told.order_by("registration_id", "-at", "-pk").distinct("registration_id").select_related("actor")
    notes = {note.registration_id: telling.note_of(note) for note in newest}
    for one in people:
        vars(one)["told_note"] = notes.get(one.pk, "")


@dataclass(frozen=True)
class Contact:
    """The contact person of an organisation that has not named anybody yet."""

    ormas: str
    name: str
    phone: str
    wa: str


def _contacts(request: HttpRequest, change: PlanChange) -> list[Contact]:
    url = request.build_absolute_uri(change.angkatan.get_absolute_url())
    may_name = request.user.has_perm("ormas.view_ormas")
    invitations = list(plan_changes.silent_invitations(change.angkatan))
    text = texts.text_of(words.KIND_OF_PLAN[PlanChange.Kind(change.kind)]) if invitations else None
    return [
        _contact(invitation, whatsapp.plan_text_for_contact(invitation, change, url, text), may_name)
        for invitation in invitations
    ]


def _contact(invitation: Invitation, text: str, may_name: bool) -> Contact:
    ormas = invitation.ormas
    number = ormas.contact_phone
    wa = phones.wa_link(number, text) if number and phones.display(number) != number else ""  # no landline has it
    return Contact(str(ormas), ormas.contact_name if may_name else "", phones.display(number), wa)


# ---- One tap ---------------------------------------------------------------------------------------


def _tell(admin: OfficeModelAdmin, request: HttpRequest, change: PlanChange) -> HttpResponse:
    """Noted, and on to WhatsApp in a tab of its own; who has no phone number is only noted."""
    back = f"{reverse(NEWS, args=[change.angkatan_id])}?{urlencode(_place(request))}"
    if numbers.read(request.POST.get("perubahan", "")) != change.number:
        messages.warning(request, CHANGED_AGAIN)
        return redirect(back)
    concerned = plan_changes.concerned(change).select_related("delegate")
    person = concerned.filter(pk=numbers.read(request.POST.get("orang", "")) or 0).first()
    if person is None:
        messages.error(request, NOT_AMONG_THEM)
        return redirect(back)
    person.angkatan = change.angkatan
    phone, text = person.delegate.phone, _text(request, person, change)
    by, at = cast(User, request.user), timezone.now()
    if not telling.mark(by_hand.owed_plan, person, by=by, at=at, text=text):
        Told.objects.create(registration=person, status=person.status, plan_change=change, actor=by, at=at)
    if not phone:
        messages.success(request, f"{person.full_name} ditandai sudah dikabari.")
        return redirect(back)
    context = {
        "title": "Membuka WhatsApp",
        "registration": person,
        "back": f"{back}#peserta-{person.pk}",
        "wa": phones.wa_link(phone, text),
    }
    return _answer(admin, request, "news_told", change.angkatan, context)


def _place(request: HttpRequest) -> dict[str, str]:
    """Where on the list one was, as the address says it."""
    view, number = request.GET.get("tampil", ""), numbers.read(request.GET.get("hal", ""))
    return {"tampil": view if view in VIEWS else "semua"} | ({"hal": str(number)} if number else {})


def _text(request: HttpRequest, person: Registration, change: PlanChange) -> str:
    """The own page's address holds the code: who may not see codes sends the page that asks for it."""
    with_code = access.has(request.user, access.CODES)
    path = person.get_absolute_url() if with_code else reverse("find")
    return whatsapp.plan_text(person, change, request.build_absolute_uri(path), with_code=with_code)
