"""What an organiser sent from the page of late arrivals: read, saved, and told what became of it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from pelatihan import dates, ids
from pelatihan.accounts.actor import staff
from pelatihan.attendance import arrivals, deciding
from pelatihan.attendance.deciding import Decided, Wish
from pelatihan.attendance.rules import Kind
from pelatihan.attendance.writer import NotChanged
from pelatihan.desk import late_words
from pelatihan.desk.late_cards import Sent, clock_key
from pelatihan.models import Angkatan, AttendanceEvent, Session
from pelatihan.web.seen import NOTHING_CHANGED

KINDS = {"pertahankan": Kind.KEEP, "coret": Kind.STRIKE, "dilihat": Kind.STRIKE}
MOST_LETTERS = AttendanceEvent._meta.get_field("reason").max_length or 0
MOST_DIGITS = 19  # of a number of the database
MOST_TOLD = 5  # refusals, each in a sentence
SEEN = "Sudah dilihat panitia"
REASON_OWED = "Tulis alasan mencoretnya."
TOO_LONG = f"Alasan paling banyak {MOST_LETTERS} huruf."


@dataclass(frozen=True)
class Chosen:
    """One choice of the page: about an event, or about all of a ``device`` whose clock was wrong."""

    event: uuid.UUID | None
    device: str
    until: int
    choice: str
    reason: str
    seen: str

    @property
    def key(self) -> str:
        return str(self.event) if self.event else clock_key(self.device)

    @property
    def error(self) -> str:
        if self.choice == "coret" and not self.reason:
            return REASON_OWED
        return TOO_LONG if len(self.reason) > MOST_LETTERS else ""

    def wish(self, event: AttendanceEvent) -> Wish:
        reason = self.reason if self.choice == "coret" else SEEN if self.choice == "dilihat" else ""
        return Wish(event.pk, KINDS[self.choice], reason, self.seen if self.event else None)


def save(request: HttpRequest, angkatan: Angkatan) -> dict[str, Sent]:
    """Save what is decided and complete, and tell it.

    :returns: what is not, as it was sent
    """
    chosen = list(_chosen(request))
    try:
        done = _decide(request, angkatan, [one for one in chosen if not one.error])
    except NotChanged as refusal:
        messages.error(request, str(refusal))
        return {}
    _tell(request, done, is_all=all(not one.error for one in chosen))
    return {one.key: Sent(one.choice, one.reason, one.error) for one in chosen if one.error}


def _chosen(request: HttpRequest) -> Iterable[Chosen]:
    """The fields of a card end in its event; those of a device's clock in a place, beside the device's name."""
    for field, choice in request.POST.items():
        kind, _, key = field.partition("-")
        if kind != "putusan" or choice not in KINDS:
            continue
        sent = {name: request.POST.get(f"{name}-{key}", "") for name in ("alasan", "lihat", "perangkat", "sampai")}
        reason = "".join(sign if sign.isprintable() else " " for sign in sent["alasan"])
        until = int(sent["sampai"]) if sent["sampai"].isdecimal() and len(sent["sampai"]) < MOST_DIGITS else 0
        event = ids.read(key)
        if event or sent["sampai"]:
            device = sent["perangkat"].replace("\0", "")
            yield Chosen(event, device, until, str(choice), " ".join(reason.split()), sent["lihat"])


def _decide(request: HttpRequest, angkatan: Angkatan, chosen: Sequence[Chosen]) -> list[Decided]:
    """:raises NotChanged: the batch is closed; nothing was written"""
    actor, at = staff(request.user), timezone.now()
    done: list[Decided] = []
    for session, wishes in _by_session(angkatan, chosen).items():
        done += deciding.decide(session, wishes, actor=actor, at=at)
    return done


def _by_session(angkatan: Angkatan, chosen: Sequence[Chosen]) -> dict[Session, list[Wish]]:
    single = {one.event: one for one in chosen if one.event}
    pairs = [(event, single[event.pk]) for event in arrivals.of(angkatan).filter(pk__in=single)]
    for one in chosen:
        if not one.event:
            waiting = arrivals.doubted(angkatan).filter(device=one.device, number__lte=one.until)
            pairs += [(event, one) for event in waiting]
    sessions = {each.pk: each for each in angkatan.sessions.select_related("angkatan")}
    wishes: dict[Session, list[Wish]] = {}
    for event, one in sorted(pairs, key=lambda pair: pair[0].number):
        wishes.setdefault(sessions[event.session_id], []).append(one.wish(event))
    return wishes


# ---- What became of it ---------------------------------------------------------------------------


def _tell(request: HttpRequest, done: Sequence[Decided], *, is_all: bool) -> None:
    refused = [one for one in done if one.refusal]
    for one in refused[:MOST_TOLD]:
        name = late_words.name_of(one.about) if one.about else "Satu catatan"
        messages.warning(request, f"{name}: {one.refusal}")
    if len(refused) > MOST_TOLD:
        messages.warning(request, f"Dan {dates.thousands(len(refused) - MOST_TOLD)} lagi yang belum disimpan.")
    if saved := [one for one in done if not one.refusal]:
        messages.success(request, f"Disimpan: {_counts(saved)}.")
    elif is_all and not refused:
        messages.info(request, NOTHING_CHANGED)


def _counts(saved: Sequence[Decided]) -> str:
    """``3 dipertahankan, 1 dicoret``."""
    numbers = [(sum(one.kind == kind for one in saved), word) for kind, word in deciding.WORDS.items()]
    return ", ".join(f"{dates.thousands(number)} {word}" for number, word in numbers if number)
