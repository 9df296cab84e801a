"""One truth: whatever happens at the doors and on paper, every page tells the same, of everybody and in numbers.

Random histories of what desks, organisers, verifiers and delegates' own phones do, sensible or not, are played through
the rooms that write; signed sheets come back among it (``on_paper``). Then the events are summed by hand, and all that
shows attendance is compared with that. A history that fails is shortened before it is shown.
``LONG_HISTORIES=1`` plays fifty times as many, ``HISTORIES=20000`` so many; ``SEED=7`` begins with that one.
"""

import csv
import io
import json
import os
import random
import re
import sys
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from pelatihan.accounts.actor import Actor, staff
from pelatihan.attendance import deciding, figures, marking, rules, sessions, writer
from pelatihan.attendance.locked import Scan
from pelatihan.attendance.marking import Mark
from pelatihan.certificates import issuing
from pelatihan.certificates.standing import standings
from pelatihan.dates import thousands
from pelatihan.desk import search, snapshot, walk_ins
from pelatihan.lifecycle import Action, NotAllowed, Status
from pelatihan.merging import people as merging
from pelatihan.messaging import mailing
from pelatihan.models import (
    Attendance,
    AttendanceEvent,
    AttendanceState,
    Certificate,
    CertificateException,
    CertificateRevocation,
    CertificateRule,
    Merge,
    MessageKind,
    NumberSeries,
    PaymentList,
    PrintedSheet,
    Registration,
    Session,
)
from pelatihan.models.office import office
from pelatihan.papers import participants, recap_sheet, receipt_list
from pelatihan.papers.attendance_sheet import attendance_list
from pelatihan.papers.choices import Choices
from pelatihan.papers.offered import Asked
from pelatihan.payments.receivers import receivers
from pelatihan.registration import changes
from pelatihan.registration import writer as registrations
from pelatihan.registration.application import Application
from pelatihan.registration.pages.own import page as own
from pelatihan.registration.refusals import Refusal
from pelatihan.registration.walk_ins import WalkIn
from pelatihan.scans.claimed import NotEntered
from tests.factories import OrmasFactory, SessionFactory, UserFactory, a_person, a_registration, clerk
from tests.pelatihan.door import at
from tests.pelatihan.on_paper import OnPaper, counted_by_paper

HISTORIES = int(os.environ.get("HISTORIES", 20 * (50 if os.environ.get("LONG_HISTORIES") else 1)))
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(10**9)))
MINUTE = timedelta(minutes=1)
Kind, State = AttendanceEvent.Kind, AttendanceState
REFUSED = (Refusal, NotAllowed, writer.NotChanged, writer.IdTaken, sessions.BatchClosed, issuing.NotDone, NotEntered)
NAMES = ("Ahmad Fauzi", "Ahmad Fauzie", "Maria Tukan")  # of those who come without a registration
LEAST_PERCENT = 30  # of the hours: one session of three
MOVES = (Action.ACCEPT, Action.REJECT, Action.CANCEL, Action.REOPEN, Action.WAITLIST)
LETTERS = {"": "–"} | {state.value: letter for state, letter in recap_sheet.LETTERS.items()}
LETTER = r'(?:<abbr[^>]*>|<span class="print-letter"[^>]*>)([^<]*)<'  # on the page of the recap
SUM_OF_ROW, SUM_OF_COLUMN = r"Hadir </span>(\d+)<", r'<td class="grid-sum[^>]*>([^<]*)<'
WORDS = {"": "Belum"} | {state.value: str(state.label) for state in State}

type States = dict[tuple[int, int], str]  # by session and person
type Act = tuple[str, int, int, int, int, int]


# ---- What happens --------------------------------------------------------------------------------


class Story(OnPaper):
    """One batch on its first day: three sessions, those who registered, and what becomes of them act by act.

    Numbers choose: of people, sessions and what was done before the one at that place, and round again.
    """

    def __init__(self, rundown: list[Session], officer: Actor, organiser: User, other: User) -> None:
        self.rundown, self.officer, self.organiser, self.clerk = rundown, officer, staff(organiser), organiser
        self.other_clerk = other
        self.batch = rundown[0].angkatan
        self.now = at("07.30")
        self.sent: list[tuple[Session, Scan]] = []
        self.marked: list[tuple[Session, uuid.UUID]] = []
        self.ids = (uuid.UUID(int=number) for number in count(1))

    def play(self, act: Act) -> None:
        """Some minutes later; what is refused is refused."""
        kind, minutes, *numbers = act
        self.now += minutes * MINUTE
        with suppress(*REFUSED), transaction.atomic():
            getattr(self, kind)(*numbers)

    # at the door

    def scan(self, who: int, where: int, way: int, lag: int) -> None:
        person = self._person(who)
        means = {"ref": person.ref} if way % 3 == 0 else {"code": person.code}
        self._send(self._session(where), Scan(next(self.ids), self.now, **means))

    def late(self, who: int, where: int, way: int, lag: int) -> None:
        """What a device did without a signal and sends now; sometimes twice, sometimes by a wrong clock."""
        shown = ("present", "saved", "late", "", "not_accepted")[way % 5]
        made = self.now - lag % 25 * 4 * MINUTE + (timedelta(days=1) if way % 8 == 7 else 0 * MINUTE)
        scan = Scan(next(self.ids), made, code=self._person(who).code, shown=shown, let_in=shown in writer.LET_IN)
        self._send(self._session(where), scan)

    def again(self, which: int, *_: int) -> None:
        if self.sent:
            self._send(*self.sent[which % len(self.sent)])

    def undo(self, which: int, *_: int) -> None:
        if self.sent:
            session, scan = self.sent[-1 - which % len(self.sent)]
            self._send(session, Scan(next(self.ids), self.now, undoes=scan.id))

    def vouch(self, who: int, where: int, *_: int) -> None:
        """Let in by the organiser on responsibility."""
        scan = Scan(next(self.ids), self.now, ref=self._person(who).ref, is_override=True, reason="Kata ketuanya")
        self._send(self._session(where), scan, self.organiser)

    def own_phone(self, who: int, where: int, way: int, *_: int) -> None:
        """By the code of the room, with one of three phones."""
        person = self._person(who)
        phone = f"{way % 3:032}"
        self._send(self._session(where), Scan(next(self.ids), self.now, ref=person.ref, phone=phone))

    def walk_in(self, who: int, where: int, way: int, lag: int) -> None:
        wish = WalkIn(NAMES[who % len(NAMES)], None, "Karang Taruna")
        shown = "present" if way % 2 else ""
        made = self.now - (lag % 25 * 4 * MINUTE if shown else 0 * MINUTE)
        scan = Scan(next(self.ids), made, walk_in=wish, shown=shown, let_in=bool(shown))
        self._send(self._session(where), scan)

    def _send(self, session: Session, scan: Scan, actor: Actor | None = None) -> None:
        self.sent.append((session, scan))
        walk_ins.record(self._fresh(session), [scan], actor=actor or self.officer, at=self.now)

    # by the organiser's hand

    def mark(self, who: int, where: int, which: int, many: int) -> None:
        """One cell or several; one in nine as a page of before would send it."""
        session, state = self._fresh(self._session(where)), [*State, ""][which % (len(State) + 1)]
        people = {self._person(who + place).pk: self._person(who + place) for place in range(1 + many % 3)}
        marks = [self._mark(session, person, state, is_old=many % 9 == 0) for person in people.values()]
        done = marking.mark_many(session, marks, actor=self.organiser, at=self.now)
        assert [one.mark for one in done] == marks
        self.marked += [(session, one.mark.id) for one in done if not one.refusal and not one.was_so]

    def unmark(self, which: int, where: int, way: int, many: int) -> None:
        if self.marked:
            session, event = self.marked[-1 - which % len(self.marked)]
            marking.undo(self._fresh(session), [event], actor=self.organiser, at=self.now)

    def _mark(self, session: Session, person: Registration, state: str, *, is_old: bool) -> Mark:
        row = Attendance.objects.filter(session=session, registration=person).first()
        seen = None if is_old or row is None else row.event_id
        left = max(session.starts_at, self.now - 5 * MINUTE) if state == State.LEFT else None
        return Mark(next(self.ids), person.ref, state, seen, "Menurut lembar hadir", left)

    def decide(self, which: int, where: int, way: int, *_: int) -> None:
        """About something that arrived late, or waits."""
        late = [one for one in AttendanceEvent.objects.order_by("number") if deciding.is_late(one)]
        if late:
            event = late[which % len(late)]
            wish = deciding.Wish(event.pk, Kind.STRIKE if way % 2 else Kind.KEEP, "Bukan orangnya")
            deciding.decide(self._fresh(event.session), [wish], actor=self.organiser, at=self.now)

    def close(self, which: int, where: int, *_: int) -> None:
        sessions.close(self._fresh(self._session(where)), at=self.now, actor=self.organiser)

    def reopen(self, which: int, where: int, *_: int) -> None:
        sessions.reopen(self._fresh(self._session(where)), at=self.now, actor=self.organiser)

    # certificates

    def certify(self, *_: int) -> None:
        """To everybody who is entitled by now and has none."""
        due = issuing.digest(standings(self.batch))
        issuing.issue(self.batch, next(self.ids), due, by=self.clerk, at=self.now)

    def decide_alone(self, who: int, where: int, way: int, *_: int) -> None:
        """One or none for somebody, whatever the rule says; or the rule again."""
        kind = CertificateException.Kind.values[way % 3]
        issuing.decide(self._person(who), kind, "Keputusan ketua", by=self.clerk, at=self.now)

    def revoke(self, which: int, where: int, way: int, *_: int) -> None:
        given = list(Certificate.objects.order_by("no"))
        if given and way % 2:
            issuing.revoke(given[which % len(given)], "Keliru", by=self.clerk, at=self.now)
        elif given:
            issuing.restore(given[which % len(given)], by=self.clerk, at=self.now)

    # at the verifier's

    def move(self, who: int, where: int, way: int, *_: int) -> None:
        action = MOVES[way % len(MOVES)]
        registrations.move(self._person(who), action, actor=clerk(), at=self.now, reason="Alasan")

    def replace(self, who: int, *_: int) -> None:
        wish = Application(a_person(name=f"Pengganti {'abcdefgh'[who % 8]}"), Registration.Source.STAFF)
        changes.replace(self._person(who), wish, actor=clerk(), at=self.now)

    def merge(self, who: int, other: int, *_: int) -> None:
        """Two rows of a person become one, whoever they are."""
        kept, gone = self._person(who).delegate, self._person(other).delegate
        mine, theirs = (list(one.registrations.select_related("angkatan").order_by("pk")) for one in (kept, gone))
        twice = merging.twice_in(mine, theirs)
        choice = merging.Choice({}, {one.angkatan.pk: one.likely.pk for one in twice})
        seen = merging.print_of(kept, gone, [*mine, *theirs])
        merging.merge(kept, gone, choice, key=next(self.ids), seen=seen, actor=clerk(), at=self.now)

    def part(self, *_: int) -> None:
        """The last merge taken back."""
        if merge := Merge.objects.order_by("-at").first():
            merging.undo(merge, actor=clerk(), at=self.now)

    # of whom and where

    def _person(self, place: int) -> Registration:
        people = list(self.batch.registrations.select_related("angkatan", "ormas", "delegate").order_by("pk"))
        return people[place % len(people)]

    def _session(self, place: int) -> Session:
        """Mostly one whose doors are open, else any."""
        opened = [one for one in self.rundown if one.opens_at <= self.now] or self.rundown
        return (opened if place % 5 else self.rundown)[place % 7 % len(opened)]

    def _fresh(self, session: Session) -> Session:
        return Session.objects.select_related("angkatan").get(pk=session.pk)


# ---- The truth, summed by hand -------------------------------------------------------------------


class Truth:
    """What the events come to: of each person in each session, and in numbers."""

    def __init__(self, story: Story) -> None:
        self.at, self.batch = story.now, story.batch
        self.sessions = list(self.batch.sessions.taking_attendance().in_time_order())
        self.people = list(self.batch.registrations.select_related("angkatan", "delegate", "ormas").order_by("pk"))
        self.begun = [one for one in self.sessions if one.starts_at <= self.at]
        self.states = self._states()
        self.expected = [one.pk for one in self.people if one.status == Status.ACCEPTED or self._has_come(one)]

    def _states(self) -> States:
        stands_for = {one.pk: one.counts_for_id or one.pk for one in self.people}
        events: dict[tuple[int, int], list[AttendanceEvent]] = {}
        for event in AttendanceEvent.objects.exclude(registration=None).select_related("session__angkatan"):
            events.setdefault((event.session_id, stands_for[event.registration_id]), []).append(event)
        sums = {key: rules.sum_of(theirs) for key, theirs in events.items()}
        return {key: total.state for key, total in sums.items() if total}

    def _has_come(self, person: Registration) -> bool:
        return any(self.state(session, person.pk) in rules.CAME for session in self.sessions)

    def state(self, session: Session, person: int) -> str:
        return self.states.get((session.pk, person), "")

    def number(self, session: Session) -> Counter[str]:
        return Counter(self.state(session, person) for person in self.expected)

    def came(self, session: Session) -> int:
        return sum(self.state(session, person) in rules.CAME for person in self.expected)

    def each(self, tell: Callable[[Session], Any]) -> dict[str, Any]:
        return {one.title: tell(one) for one in self.sessions}


# ---- What the pages say --------------------------------------------------------------------------


class Pages:
    """Everything that shows attendance, read at one moment and compared with the truth."""

    def __init__(self, truth: Truth, organiser: Client, user: Any) -> None:
        self.truth, self.client, self.user = truth, organiser, user
        self.slug = truth.batch.slug

    def compare(self) -> None:
        for name in dir(self):
            if name.startswith("_check_"):
                getattr(self, name)()

    def _get(self, name: str, *args: Any, **query: Any) -> Any:
        answer = self.client.get(reverse(name, args=[self.slug, *args]), query)
        assert answer.status_code == 200, name
        return answer

    def _check_stored_sums(self) -> None:
        stored = Attendance.objects.values_list("session", "registration", "state")
        assert {(session, person): state for session, person, state in stored} == self.truth.states

    def _check_rebuild_finds_nothing_wrong(self) -> None:
        assert [writer.rebuild(one) for one in self.truth.sessions] == [0] * len(self.truth.sessions)

    def _check_board(self) -> None:
        """Each session's row, and in large the first: its numbers, and the names of those who are missing."""
        first = self.truth.sessions[0]
        answer = self._get("board", sesi=first.pk, hari=first.day.isoformat())
        if not self.truth.expected:
            return
        rows = answer.context["board"].rows
        told = {row.session.title: (row.figures.came, row.figures.expected) for row in rows}
        assert told == self.truth.each(lambda one: (self.truth.came(one), len(self.truth.expected)))
        missing = {one.person.pk for group in answer.context["board"].missing for one in group.people}
        assert not first.opens_at <= self.truth.at or missing == self._missing(first)
        large = re.findall(r"<strong>(\d+) dari (\d+)</strong>", answer.content.decode())
        assert large == [(str(self.truth.came(first)), str(len(self.truth.expected)))]

    def _missing(self, session: Session) -> set[int]:
        known = {*rules.CAME, State.EXCUSED, State.SICK}
        return {one for one in self.truth.expected if self.truth.state(session, one) not in known}

    def _check_figures(self) -> None:
        """The parts of each bar add up, and are the numbers of the states."""
        for row in figures.of_sessions(self.truth.batch, self.truth.sessions):
            numbers = self.truth.number(row.session)
            assert sum(number for _look, _word, number in row.figures.parts) == len(self.truth.expected)
            assert +Counter(row.figures.counts) == numbers - Counter({"": numbers[""]})

    def _check_recap(self) -> None:
        """Cells, the sum of each row, the sum of each column: as they stand on the page."""
        answer = self._get("recap", lembar="semua")
        if not self.truth.expected:
            return
        _head, _tbody, rest = answer.content.decode().partition("<tbody")
        body, _tfoot, foot = rest.partition("</tbody>")
        people = [line.person.pk for line in answer.context["grid"].lines]
        rows = dict(zip(people, re.findall(r"<tr[ >].*?</tr>", body, re.DOTALL), strict=True))
        assert {who: (re.findall(LETTER, row), re.findall(SUM_OF_ROW, row)) for who, row in rows.items()} == {
            who: (list(self._letters(who)), [str(came)]) for who, came in self._came_of_each().items()
        }
        assert re.findall(SUM_OF_COLUMN, foot) == self._sums()
        assert re.findall(r"Hadir dari semua \((\d+)\)", foot) == [str(len(self.truth.expected))]

    def _letters(self, person: int) -> tuple[str, ...]:
        return tuple(LETTERS[self.truth.state(one, person)] for one in self.truth.sessions)

    def _sums(self) -> list[str]:
        return [str(self.truth.came(one)) if one in self.truth.begun else "–" for one in self.truth.sessions]

    def _came_of_each(self) -> dict[int, int]:
        return {
            person: sum(self.truth.state(one, person) in rules.CAME for one in self.truth.begun)
            for person in self.truth.expected
        }

    def _check_printed_recap(self) -> None:
        sheet = recap_sheet.recap_list(
            self.truth.batch, self.truth.sessions, Choices(), office(), self.truth.at
        )  # fmt: skip
        rows = {key: (row.marks, row.came) for key, row in zip(sheet.keys, sheet.people, strict=True)}
        assert rows == {who: (self._letters(who), str(came)) for who, came in self._came_of_each().items()}
        assert [column.came for column in sheet.columns] == self._sums()
        self._compare_totals(sheet)

    def _compare_totals(self, sheet: recap_sheet.RecapList) -> None:
        """A row for each state; those that are rare stand there only when there is somebody."""
        numbers = [self.truth.number(one) for one in self.truth.begun]
        shown = [one in self.truth.begun for one in self.truth.sessions]
        told = {
            row.word.partition(" (")[0]: ([one for one in row.numbers if one != "–"], row.all) for row in sheet.totals
        }
        of_all = {word: [of[state] for of in numbers] for state, word in WORDS.items()}
        rare = {word for word in (WORDS[""], WORDS[State.LEFT]) if not sum(of_all[word])}
        assert told == {
            word: (list(map(str, every)), str(sum(every))) for word, every in of_all.items() if word not in rare
        }
        assert {tuple(one != "–" for one in row.numbers) for row in sheet.totals} == {tuple(shown)}
        assert sheet.came == str(sum(map(self.truth.came, self.truth.begun)))
        assert dict(sheet.summary) == self._summary()

    def _summary(self) -> dict[str, str]:
        people = [one for one in self.truth.people if one.pk in self.truth.expected]
        sexes = Counter(one.delegate.gender for one in people)
        bodies = {(one.ormas_id, one.ormas_name) for one in people}
        numbers = {"Peserta": len(people), "Ormas": len(bodies), "Laki-laki": sexes["L"], "Perempuan": sexes["P"]}
        unknown = {"L/P belum dicatat": sexes[""]} if sexes[""] else {}
        return {word: str(number) for word, number in (numbers | unknown).items()}

    def _check_printed_list_of_participants(self) -> None:
        if not self.truth.expected:
            return
        asked = Asked(self.truth.batch, self.truth.sessions, Choices(), office(), self.truth.at, self.user)
        sheet = participants.build(asked)
        assert sorted(sheet.keys) == sorted(self.truth.expected)
        assert dict(sheet.summary) == self._summary()
        statuses = Counter(one.status for one in self.truth.people)
        assert dict(sheet.statuses) == {str(Status(one).label): str(number) for one, number in statuses.items()}
        parts = [(one.male, one.female, one.people) for one in sheet.ormas]
        assert tuple(map(sum, zip(*parts, strict=True))) == (
            sheet.totals.male, sheet.totals.female, len(self.truth.expected)
        )  # fmt: skip

    def _check_printed_sheet_to_sign(self) -> None:
        sheet = attendance_list(
            self.truth.batch, self.truth.sessions, Choices(), office(), self.truth.at
        )  # fmt: skip
        assert sorted(sheet.keys) == sorted(self.truth.expected)

    def _check_who_is_paid(self) -> None:
        """By each of the rules; the printed list names the same people and sums."""
        for payment in PaymentList.objects.filter(angkatan=self.truth.batch):
            right = {who for who in self.truth.expected if self._is_paid(payment, who)}
            found = receivers(payment)
            assert {one.pk for one in found.paid} == right
            assert {one.person.pk for one in found.left_out} == set(self.truth.expected) - right
            if right:
                asked = Asked(
                    self.truth.batch, self.truth.sessions, Choices(subject=payment.pk), office(), self.truth.at,
                    self.user,
                )  # fmt: skip
                sheet = receipt_list.build(asked)
                assert set(sheet.keys) == right
                assert sheet.total.gross == thousands(payment.gross * len(right))

    def _is_paid(self, payment: PaymentList, person: int) -> bool:
        here = [one for one in self.truth.sessions if self.truth.state(one, person) in rules.CAME]
        days = {one.day for one in self.truth.sessions}
        return {
            PaymentList.Rule.ALL.value: True,
            PaymentList.Rule.SESSIONS.value: len(here) >= (payment.least_sessions or 1),
            PaymentList.Rule.DAYS.value: {one.day for one in here} == days,
        }[payment.rule]

    def _check_certificates(self) -> None:
        """Who gets one by what counts, and what the page says of those who have one."""
        found = standings(self.truth.batch)
        assert {one.person.pk for one in found.all if one.is_expected} == set(self.truth.expected)
        gone = CertificateRevocation.objects.filter(restored_at=None).values("certificate")
        in_force = Certificate.objects.exclude(pk__in=gone)
        merged = set(in_force.values_list("registration__counts_for", flat=True))
        total, counting = sum(one.jp for one in self.truth.sessions), {*rules.CAME, State.EXCUSED}
        for one in found.all:
            hours = sum(part.jp for part in self.truth.sessions if self.truth.state(part, one.person.pk) in counting)
            assert (one.reached.reached, one.reached.total) == (hours, total)
            is_enough = one.exception.kind == "grant" if one.exception else hours * 100 >= total * LEAST_PERCENT
            assert one.is_entitled == (one.is_expected and is_enough)
            assert one.is_due == (one.is_entitled and one.given is None and one.person.pk not in merged)
            if one.given and not one.given.revoked:
                assert any("Sekarang tidak berhak" in change for change in one.changes) != one.is_entitled
        drawn = list(Certificate.objects.order_by("no").values_list("no", flat=True))
        assert drawn == list(range(1, len(drawn) + 1))

    def _check_file_from_the_recap(self) -> None:
        answer = self.client.post(reverse("recap_file", args=[self.slug]), {"bentuk": "csv"})
        if not self.truth.expected:
            return
        head, *lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
        rows, below = lines[: len(self.truth.expected)], lines[len(self.truth.expected) :]
        names = {one.pk: one.full_name for one in self.truth.people}
        came, places = self._came_of_each(), range(3, 3 + len(self.truth.sessions))
        told = [(row[0], *(row[place].partition(" pukul ")[0] for place in places)) for row in rows]
        assert Counter(told) == Counter((names[who], *self._words(who)) for who in self.truth.expected)
        of_each = [(row[0], int(row[head.index("Jumlah hadir")])) for row in rows]
        assert Counter(of_each) == Counter((names[who], number) for who, number in came.items())
        assert {row[head.index("Dari sesi")] for row in rows} == {str(len(self.truth.begun))}
        numbers = [self.truth.number(one) for one in self.truth.sessions]
        sums = {"Jumlah hadir": [self.truth.came(one) for one in self.truth.sessions]}
        sums |= {word: [of[state] for of in numbers] for state, word in WORDS.items()}
        told_below = {row[0]: [row[place] for place in places] for row in below}
        assert told_below == {word: self._begun_only(every) for word, every in sums.items()}

    def _words(self, person: int) -> list[str]:
        """Of a session that has not begun nobody is missing yet."""
        states = [(self.truth.state(one, person), one in self.truth.begun) for one in self.truth.sessions]
        return [WORDS[state] if state or is_begun else "" for state, is_begun in states]

    def _begun_only(self, numbers: list[int]) -> list[str]:
        both = zip(self.truth.sessions, numbers, strict=True)
        return [str(number) if one in self.truth.begun else "" for one, number in both]

    def _check_desk(self) -> None:
        """The list of sessions, the counter of the first, and the state beside each name that is searched for."""
        text = self._get("desk", pilih="").content.decode()
        told = re.findall(r"(\d+) dari (\d+) tercatat hadir", text)
        of = str(len(self.truth.expected))
        assert told == [(str(self.truth.came(one)), of) for one in self.truth.sessions]
        first = self.truth.sessions[0]
        crowd = self._get("desk_session", first.pk).context["crowd"]
        assert (crowd.inside, crowd.expected) == (self.truth.came(first), len(self.truth.expected))
        found = search.find(first, "peserta").people
        assert found
        assert [one.state for one in found] == [self.truth.state(first, one.person.pk) for one in found]

    def _check_who_closing_would_write_down(self) -> None:
        for session in self.truth.sessions:
            session.refresh_from_db()
            assert session.closed_at or sessions.rest(session).people == self.truth.number(session)[""]

    def _check_screen_of_the_room(self) -> None:
        crowd = self._get("room", self.truth.sessions[0].pk).context["crowd"]
        assert (crowd.inside, crowd.expected) == (self.truth.came(self.truth.sessions[0]), len(self.truth.expected))

    def _check_copy_of_the_devices(self) -> None:
        copy = json.loads(snapshot.written(snapshot.of(self.truth.batch, self.user, self.truth.at))[0])
        refs = {str(one.ref): one.pk for one in self.truth.people}
        told = {
            (int(session), refs[person["r"]]): state
            for person in copy["people"]
            for session, state in person["a"].items()
        }
        assert told == self.truth.states

    def _check_own_pages(self) -> None:
        for person in self.truth.people:
            days = own.read(person, at=self.truth.at).days
            rows = [row for day in days for row in day.rows if row.session.takes_attendance]
            assert [row.state for row in rows] == [self.truth.state(row.session, person.pk) for row in rows]
            assert all(row.is_told for row in rows if row.state)

    def _check_signed_pages(self) -> None:
        """What counts now, beside what the paper said; and what a page wrote that nobody has taken back is there."""
        for sheet in PrintedSheet.objects.filter(angkatan=self.truth.batch):
            shown = self._get("sheet_leaf", sheet.pk, 1).context["shown"]
            for column in shown.columns:
                told = [(one.person.pk, one.now.state) for one in column.lines]
                assert told == [(who, self.truth.state(column.session, who)) for who, _state in told]
        written = {(one.session_id, one.registration_id) for one in AttendanceEvent.objects.filter(means="paper")}
        stands_for = {one.pk: one.counts_for_id or one.pk for one in self.truth.people}
        assert counted_by_paper(self.truth.people) <= {(where, stands_for[who]) for where, who in written}

    def _check_who_is_written_to(self) -> None:
        """ "Yang hadir" of a session, as a mailing means it; and those who never came."""
        every = tuple(Status)
        for session in self.truth.sessions:
            choice = mailing.Choice(statuses=every, attendance=mailing.PRESENT, session=session.pk)
            there = {one.pk for one in mailing.receivers(self.truth.batch.pk, MessageKind.REMINDER, choice)}
            assert there == {
                one.pk for one in self.truth.people if self.truth.state(session, one.pk) in rules.CAME
            }  # fmt: skip


# ---- The property --------------------------------------------------------------------------------

ACTS = {
    "scan": 8, "late": 4, "own_phone": 4, "again": 1, "undo": 3, "vouch": 2, "walk_in": 3, "mark": 9, "unmark": 3,
    "decide": 4, "close": 2, "reopen": 1, "move": 3, "replace": 1, "merge": 1, "part": 1,
    "certify": 3, "decide_alone": 2, "revoke": 1,
    "print_list": 4, "sign": 9, "sign_again": 2, "unsign": 2, "put_aside": 1,
}  # fmt: skip
MINUTES = (0, 1, 3, 10, 25, 40)
CHOICES = 5040  # any number of things that there are divides it


def history_of(seed: int) -> list[Act]:
    """The same each time."""
    dice = random.Random(seed)
    kinds = dice.choices(list(ACTS), list(ACTS.values()), k=dice.randint(6, 26))
    return [_act(dice, kind) for kind in kinds]


def _act(dice: random.Random, kind: str) -> Act:
    who, where, way, many = (dice.randrange(CHOICES) for _ in range(4))
    return kind, dice.choice(MINUTES), who, where, way, many


def shortest(history: list[Act], fails: Callable[[list[Act]], bool]) -> list[Act]:
    """What is left of a history that fails when nothing more can be left out."""
    for place in reversed(range(len(history))):
        shorter = history[:place] + history[place + 1 :]
        if fails(shorter):
            return shortest(shorter, fails)
    return history


@pytest.fixture
def world(db, client):
    """A session of 08.00, one of 10.00 and one of 13.00, lunch between them; five people, three accepted."""
    first = SessionFactory(title="Pembukaan")
    batch = first.angkatan
    rundown = [first, *(SessionFactory(angkatan=batch, hour=hour, title=f"Materi {hour}") for hour in (10, 13))]
    SessionFactory(angkatan=batch, hour=12, title="Makan siang", takes_attendance=False)
    for place, status in enumerate(["accepted", "accepted", "accepted", "submitted", "waitlisted"]):
        a_registration(batch, status, name=f"Peserta {'abcde'[place]}", ormas=OrmasFactory())
    series = NumberSeries.objects.create(label="Sertifikat")
    CertificateRule.objects.create(angkatan=batch, series=series, least_percent=LEAST_PERCENT, excused_counts=True)
    for rule, least in (("all", None), ("sessions", 2), ("days", None)):
        PaymentList.objects.create(angkatan=batch, label=rule, gross=150_000, rule=rule, least_sessions=least)
    user = UserFactory(role="panitia")
    client.force_login(user)
    return rundown, staff(UserFactory(role="petugas")), user, UserFactory(role="panitia"), client


def test_every_page_tells_the_same(world):
    rundown, officer, user, other, client = world

    def play(history: list[Act]) -> None:
        with transaction.atomic():
            try:
                story = Story(rundown, officer, user, other)
                for act in history:
                    story.play(act)
                with time_machine.travel(story.now, tick=False):
                    Pages(Truth(story), client, user).compare()
            finally:
                connection.set_rollback(True)

    def fails(history: list[Act]) -> bool:
        try:
            play(history)
        except Exception:  # whatever it is, it is what we look for
            return True
        return False

    for seed in range(SEED, SEED + HISTORIES):
        if fails(history := history_of(seed)):
            history = shortest(history, fails)
            sys.stderr.write(f"History {seed}, shortened: {history}\n")
            play(history)
