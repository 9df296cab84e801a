"""Deciding many at once: a page that first says what will happen to whom, one with the results, and the undo."""

import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce, Lower
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from pelatihan import dates, numbers
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.admin import deciding, pages_of, telling
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.lifecycle import TRANSITIONS, Action, ReasonOwed, Role, target_of
from pelatihan.models import Angkatan, Decision, Job, Registration, Selection
from pelatihan.models.reason import WITH_READY_REASONS
from pelatihan.models.registration import UNDO_FOR
from pelatihan.registration import deciding_many, decisions, planning
from pelatihan.registration.refusals import Refusal
from pelatihan.registration.seats import seats_of

LIST = "admin:pelatihan_registration_changelist"
CHANGE = "admin:pelatihan_registration_change"
RESULT = "admin:pelatihan_registration_decided"
CHOSEN = "admin:pelatihan_registration_chosen"
GONE = "Pilihan itu sudah tidak disimpan, dan tidak ada yang diputuskan. Pilih sekali lagi dari daftar."
FOLDER = "admin/pelatihan/registration"
SHOWN_OF_RESULT = 100
MOST_NAMED = 20
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


def tick_for_all(request: HttpRequest) -> None:
    """Who chose all that the list holds need not tick anybody besides; Django wants to see one."""
    if request.POST.get("select_across") and ACTION_CHECKBOX_NAME not in request.POST:
        sent = request.POST.copy()
        sent[ACTION_CHECKBOX_NAME] = "0"
        request.POST = sent  # type: ignore[assignment]  # Django's own setter takes it


def _list_address(question: str, ticked: list[int] | None = None) -> str:
    """The list as it was filtered, whatever else was sent as its question."""
    asked = QueryDict(question, mutable=True)
    asked.pop(TICKS, None)
    if ticked:
        asked[TICKS] = ".".join(map(str, ticked))
    return f"{reverse(LIST)}?{asked.urlencode()}" if asked else reverse(LIST)


# ---- Before --------------------------------------------------------------------------------------


def preview(
    page: OfficeModelAdmin, request: HttpRequest, action: Action, chosen: QuerySet[Registration]
) -> HttpResponse:
    """What would happen to those ticked in the list, or to all that it holds. Nothing has changed yet."""
    question = request.GET.urlencode()
    ids = list(chosen.order_by().values_list("pk", flat=True)[: deciding_many.MOST_AT_ONCE + 1])
    if len(ids) <= deciding_many.MOST_AT_ONCE:
        return _plan_page(page, request, action, ids, question=question)
    author, at = staff(request.user).user, timezone.now()
    assert author is not None  # staff have an account
    try:
        selection = deciding_many.choose(chosen, action, author=author, at=at, question=question)
    except deciding_many.TooMany as refusal:
        messages.error(request, str(refusal))
        return redirect(_list_address(question))
    return redirect(CHOSEN, selection.pk)


def chosen(page: OfficeModelAdmin, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """More than can be ticked by name: who would be moved and who not, page by page; then a worker carries it out."""
    access.check(request.user, access.DECIDE)
    selection = Selection.objects.filter(pk=key, author=request.user.pk).first()
    if selection is None:
        messages.warning(request, GONE)
        return redirect(LIST)
    action = Action(selection.action)
    if Job.objects.filter(pk=key).exists():  # pressed twice, or back from the page that shows how far it is
        return redirect("admin:job", key)
    words = deciding.given(request, action) if request.method == "POST" else deciding.NOTHING_GIVEN
    if request.method == "POST":
        error = words.error or _owed(action, words.text)
        if not error:
            return _start(request, selection, words)
        words = replace(words, error=error)
    return _chosen_page(page, request, selection, words)


def _start(request: HttpRequest, selection: Selection, words: deciding.Given) -> HttpResponse:
    job = deciding_many.start(
        selection,
        author=selection.author,
        at=timezone.now(),
        reason=words.text,
        fields=words.listed.fields if words.listed else [],
        shown_at=reverse(RESULT, args=[selection.pk]),
    )
    return redirect("admin:job", job.pk)


def _chosen_page(
    page: OfficeModelAdmin, request: HttpRequest, selection: Selection, words: deciding.Given
) -> HttpResponse:
    action = Action(selection.action)
    there = Registration.objects.filter(pk__in=selection.ids).select_related("angkatan", "ormas", "invitation")
    planned = planning.plan(list(there), action, at=timezone.now())
    total = len(selection.ids)
    context = {
        **page.admin_site.each_context(request),
        "title": f"{action.label}: {dates.thousands(total)} pendaftaran",
        "opts": page.opts,
        "plan": planned,
        "gone": total - len(planned.will) - len(planned.already) - len(planned.cannot),
        "action": action,
        "target": TRANSITIONS[action].target.label,
        "may_reason": action in WITH_READY_REASONS,
        "needs_reason": TRANSITIONS[action].needs_reason,
        "is_destructive": action in decisions.DESTRUCTIVE,
        "reason_groups": deciding.ready_reasons([action]),
        "words": words,
        "cannot": pages_of.cut(request, planned.cannot, "lewati"),
        "will": pages_of.cut(request, planned.will, "orang"),
        "back": _list_address(selection.question),
        "minutes": int(UNDO_FOR.total_seconds() // 60),
    }
    return TemplateResponse(request, f"{FOLDER}/chosen.html", context)


def _plan_page(
    page: OfficeModelAdmin,
    request: HttpRequest,
    action: Action,
    ids: list[int],
    *,
    question: str,
    unticked: frozenset[int] = frozenset(),
    words: deciding.Given = deciding.NOTHING_GIVEN,
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
        "may_reason": action in WITH_READY_REASONS,
        "reason_groups": deciding.ready_reasons([action]),
        "words": words,
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
    words = deciding.given(request, action)
    error = words.error or (_owed(action, words.text) if ticked else "")
    if error or not ticked:
        if not ticked:
            messages.error(request, "Belum ada orang yang ditandai. Tandai sedikitnya satu, atau kembali ke daftar.")
        unticked = frozenset(everyone) - frozenset(ticked) if ticked else frozenset[int]()
        return _plan_page(
            page, request, action, everyone, question=question, unticked=unticked, words=replace(words, error=error)
        )
    answer = decisions.decide(
        Registration.objects.filter(pk__in=ticked).select_related("angkatan", "ormas"),
        action,
        actor=staff(request.user),
        at=timezone.now(),
        reason=words.text,
        fields=words.listed.fields if words.listed else [],
        seen=deciding.seen_in(request, ticked),
        key=deciding.key_in(request),
    )
    if answer.decision is None:
        deciding.tell(request, answer)
        return _plan_page(page, request, action, everyone, question=question, words=words)
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
    related = ("registration__ormas", "registration__angkatan", "registration__invitation", "registration__delegate")
    changes = decision.changes.select_related(*related)
    by_ormas = changes.filter(role=Role.STAFF).order_by(
        Lower(Coalesce("registration__ormas__name", "registration__ormas_text")),
        "registration__ormas_id", "registration__angkatan_id", "pk",
    )  # fmt: skip
    shown = pages_of.cut(request, by_ormas, "orang", SHOWN_OF_RESULT)
    done = [change.registration for change in shown.rows]
    promoted = changes.filter(role=Role.SYSTEM).order_by("pk")
    telling.add_news(request, done)
    now, question = timezone.now(), _question(request, decision)
    word = "Diurungkan" if decision.undone_at else TRANSITIONS[Action(decision.action)].target.label
    sentence = decisions.undo_sentence(decision, now)
    context = {
        **page.admin_site.each_context(request),
        "title": f"{word}: {dates.thousands(shown.total)} orang",
        "opts": page.opts,
        "decision": decision,
        "target": TRANSITIONS[Action(decision.action)].target,
        "done": done,
        "shown": shown,
        "groups": _by_ormas(done),
        "promoted": [change.registration for change in promoted[:MOST_NAMED]],
        "promoted_count": promoted.count(),
        "refused": _cut_told(request, decision.refused, "tidak"),
        "not_undone": _cut_told(request, decision.not_undone, "tetap"),
        "jobs": _jobs_of(decision),
        "can_undo": not sentence,
        "undo_sentence": sentence,
        "undo_until": dates.clock(decision.undo_until),
        "question": question,
        "back": _list_address(question),
    }
    return TemplateResponse(request, f"{FOLDER}/decided.html", context)


def _question(request: HttpRequest, decision: Decision) -> str:
    """The filters of the list that one came from: of the address, or of what was chosen there."""
    if "daftar" in request.GET:
        return request.GET["daftar"]
    selection = Selection.objects.filter(pk=decision.pk).only("question").first()
    return selection.question if selection else ""


def _jobs_of(decision: Decision) -> list[Job]:
    """The work of carrying it out, and of taking it back, where a worker does it."""
    both = [decision.pk, deciding_many.undo_key(decision.pk)]
    return list(Job.objects.filter(pk__in=both).order_by("created_at"))


def _cut_told(request: HttpRequest, pairs: list[list[Any]], name: str) -> pages_of.Cut:
    cut = pages_of.cut(request, pairs, name)
    return replace(cut, rows=_told(cut.rows))


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
    actor, at = staff(request.user), timezone.now()
    try:
        if deciding_many.is_long(decision):
            assert actor.user  # staff have an account
            job = deciding_many.start_undo(
                decision.pk, author=actor.user, at=at, shown_at=reverse(RESULT, args=[decision.pk])
            )
            return redirect("admin:job", job.pk)
        undone = decisions.take_back(decision.pk, actor=actor, at=at)
    except Refusal as gone:
        messages.warning(request, str(gone))
        return back
    if undone.count:
        messages.success(request, f"Diurungkan: {undone.count} pendaftaran kembali ke status semula.")
    deciding.tell_refused(request, undone.refused)
    return back
