"""Deciding many at once: a page that first says what will happen to whom, one with the results, and the undo."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from pelatihan import dates, numbers
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.admin import deciding, telling
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.lifecycle import TRANSITIONS, Action, ReasonOwed, Role, target_of
from pelatihan.models import Angkatan, Decision, Registration
from pelatihan.models.registration import UNDO_FOR
from pelatihan.registration import decisions, planning
from pelatihan.registration.refusals import Refusal
from pelatihan.registration.seats import seats_of

LIST = "admin:pelatihan_registration_changelist"
CHANGE = "admin:pelatihan_registration_change"
RESULT = "admin:pelatihan_registration_decided"
FOLDER = "admin/pelatihan/registration"
TICKS = "tanda"  # of the list's address: who is ticked when one comes back


# ---- Back to the list ----------------------------------------------------------------------------


def take_ticks(request: HttpRequest) -> set[int]:
    """Who is to be ticked, taken out of the address before the list reads it."""
    ticked = set(numbers.read_all(request.GET.get(TICKS, "").split(".")))
    if TICKS in request.GET:
        left = request.GET.copy()
        del left[TICKS]
        request.GET = left  # type: ignore[assignment]  # Django's own setter takes it
    return ticked


def _list_address(question: str, ticked: list[int] | None = None) -> str:
    """The list as it was filtered, whatever else was sent as its question."""
    asked = QueryDict(question, mutable=True)
    asked.pop(TICKS, None)
    if ticked:
        asked[TICKS] = ".".join(map(str, ticked))
    return f"{reverse(LIST)}?{asked.urlencode()}" if asked else reverse(LIST)


# ---- Before --------------------------------------------------------------------------------------


def preview(page: OfficeModelAdmin, request: HttpRequest, action: Action) -> HttpResponse:
    """What would happen to those ticked in the list. Nothing has changed yet."""
    ids = numbers.read_all(request.POST.getlist(ACTION_CHECKBOX_NAME))
    return _plan_page(page, request, action, ids, question=request.GET.urlencode())


def _plan_page(
    page: OfficeModelAdmin,
    request: HttpRequest,
    action: Action,
    ids: list[int],
    *,
    question: str,
    unticked: frozenset[int] = frozenset(),
    reason: str = "",
    error: str = "",
) -> HttpResponse:
    related = ("angkatan", "ormas", "invitation")
    chosen = list(Registration.objects.filter(pk__in=ids).select_related(*related))
    planned = planning.plan(chosen, action, at=timezone.now())
    context = {
        **page.admin_site.each_context(request),
        "title": f"{action.label}: {len(chosen)} pendaftaran",
        "opts": page.opts,
        "plan": planned,
        "action": action,
        "target": TRANSITIONS[action].target.label,
        "needs_reason": TRANSITIONS[action].needs_reason,
        "is_destructive": action in decisions.DESTRUCTIVE,
        "unticked": unticked,
        "checkbox": ACTION_CHECKBOX_NAME,
        "reason": reason,
        "error": error,
        "key": uuid.uuid4(),
        "question": question,
        "back": _list_address(question, [one.pk for one in chosen]),
        "minutes": int(UNDO_FOR.total_seconds() // 60),
    }
    return TemplateResponse(request, f"{FOLDER}/plan.html", context)


def decide(page: OfficeModelAdmin, request: HttpRequest) -> HttpResponse:
    """The plan carried out: those left ticked, with the statuses that the plan showed."""
    access.check(request.user, access.DECIDE)
    if request.POST.get("action") not in decisions.LIST_DECISIONS:
        return redirect(LIST)
    action, question = Action(request.POST["action"]), request.POST.get("question", "")
    everyone = numbers.read_all(request.POST.getlist("semua"))
    ticked = numbers.read_all(request.POST.getlist(ACTION_CHECKBOX_NAME))
    reason, error = deciding.read_reason(request)
    if not error and ticked:
        error = _owed(action, reason)
    if error or not ticked:
        if not ticked:
            messages.error(request, "Belum ada orang yang ditandai. Tandai sedikitnya satu, atau kembali ke daftar.")
        unticked = frozenset(everyone) - frozenset(ticked) if ticked else frozenset[int]()
        return _plan_page(
            page, request, action, everyone, question=question, unticked=unticked, reason=reason, error=error
        )
    answer = decisions.decide(
        Registration.objects.filter(pk__in=ticked).select_related("angkatan", "ormas"),
        action,
        actor=staff(request.user),
        at=timezone.now(),
        reason=reason,
        seen=deciding.seen_in(request, ticked),
        key=deciding.key_in(request),
    )
    if answer.decision is None:
        deciding.tell(request, answer)
        return _plan_page(page, request, action, everyone, question=question, reason=reason)
    return redirect(result_address(answer.decision.pk, question))


def _owed(action: Action, reason: str) -> str:
    """The table's own sentence when the reason is missing."""
    try:
        target_of(action, min(TRANSITIONS[action].sources), Role.STAFF, reason)
    except ReasonOwed as owed:
        return str(owed)
    return ""


def result_address(key: uuid.UUID, question: str) -> str:
    """The page with the results, from which one goes back to the list as it was filtered."""
    asked = QueryDict(mutable=True)
    if question:
        asked["daftar"] = question
    return reverse(RESULT, args=[key]) + (f"?{asked.urlencode()}" if asked else "")


# ---- After ---------------------------------------------------------------------------------------


@dataclass
class OfOrmas:
    """Those of one organisation in one batch, with its seats as they are now."""

    name: str
    angkatan: Angkatan
    people: list[Registration] = field(default_factory=list)
    seats: str = ""


def _decision(key: uuid.UUID) -> Decision:
    found = Decision.objects.select_related("actor", "undone_by").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def decided(page: OfficeModelAdmin, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Who was moved, by organisation; who was not; and for ten minutes the button that takes it all back."""
    access.check(request.user, access.DECIDE)
    decision = _decision(key)
    changes = list(
        decision.changes.select_related(
            "registration__ormas", "registration__angkatan", "registration__invitation", "registration__delegate"
        ).order_by("pk")
    )
    done = [change.registration for change in changes if change.role == Role.STAFF]
    telling.add_news(request, done)
    now, question = timezone.now(), request.GET.get("daftar", "")
    word = "Diurungkan" if decision.undone_at else TRANSITIONS[Action(decision.action)].target.label
    context = {
        **page.admin_site.each_context(request),
        "title": f"{word}: {len(done)} orang",
        "opts": page.opts,
        "decision": decision,
        "target": TRANSITIONS[Action(decision.action)].target,
        "done": done,
        "groups": _by_ormas(done),
        "promoted": [change.registration for change in changes if change.role == Role.SYSTEM],
        "refused": _told(decision.refused),
        "not_undone": _told(decision.not_undone),
        "can_undo": decision.can_be_undone(now),
        "undo_sentence": decisions.undo_sentence(decision, now),
        "undo_until": dates.clock(decision.undo_until),
        "question": question,
        "back": _list_address(question),
    }
    return TemplateResponse(request, f"{FOLDER}/decided.html", context)


def _told(pairs: list[list[Any]]) -> list[tuple[Registration, str]]:
    """The refused ones as they are now, with what was told of them."""
    known = Registration.objects.select_related("ormas", "angkatan").in_bulk([pk for pk, _ in pairs])
    return [(known[pk], sentence) for pk, sentence in pairs if pk in known]


def _by_ormas(people: list[Registration]) -> list[OfOrmas]:
    groups: dict[tuple[int, int | None, str], OfOrmas] = {}
    for one in people:
        group = groups.setdefault(
            (one.angkatan_id, one.ormas_id, one.ormas_text), OfOrmas(str(one.ormas or one.ormas_text), one.angkatan)
        )
        group.people.append(one)
    held = _held({one.angkatan_id for one in people})
    for (batch, ormas, _), group in groups.items():
        if ormas is not None:
            group.seats = f"{held.get((batch, ormas), 0)} dari {seats_of(group.angkatan, group.people[0].invitation)}"
    return sorted(groups.values(), key=lambda group: group.name.lower())


def _held(batches: set[int]) -> dict[tuple[int, int], int]:
    holding = Registration.objects.filter(angkatan__in=batches, ormas__isnull=False).holding_seat().order_by()
    counted = holding.values_list("angkatan", "ormas").annotate(number=Count("pk"))
    return {(batch, ormas): number for batch, ormas, number in counted}


# ---- Back ----------------------------------------------------------------------------------------


def undo(page: OfficeModelAdmin, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The whole decision is taken back, or a sentence says why not; each who stays as decided is named."""
    access.check(request.user, access.DECIDE)
    decision = _decision(key)
    person = numbers.read(request.POST.get("orang", ""))
    back = redirect(CHANGE, person) if person else redirect(result_address(key, request.POST.get("question", "")))
    if request.method != "POST":
        return back
    try:
        undone = decisions.take_back(decision.pk, actor=staff(request.user), at=timezone.now())
    except Refusal as gone:
        messages.warning(request, str(gone))
        return back
    if undone.count:
        messages.success(request, f"Diurungkan: {undone.count} pendaftaran kembali ke status semula.")
    deciding.tell_refused(request, undone.refused)
    return back
