"""What a leaf says, entered: the one writer of ``SheetEntry``. All of a leaf counts, or nothing of it.

The batch is locked first, as by every writer of registrations: two clerks at one leaf come one after the other, and
whoever locks several people besides holds a lock of their batch, too (``attendance.locked``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.contrib.auth.models import User
from django.db import transaction

from pelatihan import dates
from pelatihan.accounts.actor import staff
from pelatihan.attendance import marking, rules
from pelatihan.attendance.locked import Means
from pelatihan.attendance.writer import IdTaken
from pelatihan.models import Angkatan, PrintedSheet, Registration, Session, SheetEntry, SheetScan
from pelatihan.models.scan import MOST_REASON
from pelatihan.phases import shut_sentence
from pelatihan.scans import claimed, drafts, fields, newcomers, states
from pelatihan.scans.claimed import NotEntered as NotEntered  # which whoever enters has to know
from pelatihan.scans.leaves import Leaf, leaf_of
from pelatihan.scans.shapes import Claim, Entered, Mark, as_json
from pelatihan.scans.standing import AGREES, NOTHING, PAPER, STATE_OF, Cell, PersonAt, Stands, standing_among

NOT_A_LIST = "Lembar ini bukan daftar hadir peserta, jadi tidak ada kehadiran yang dimasukkan dari sini."
NO_SESSION = (
    "Sesi lembar ini sudah dihapus atau tidak memakai daftar hadir lagi, jadi tidak ada kehadiran yang dimasukkan."
    " Gambarnya dapat disimpan sebagai bukti."
)
OTHER_LEAF = "Isian ini memakai nomor milik lembar lain, jadi belum disimpan. Muat ulang halaman, lalu coba lagi."
UNDONE_SINCE = "Isian ini sudah diurungkan, jadi belum disimpan lagi. Muat ulang halaman, lalu simpan."
REASON_OWED = "Tulis alasan mengapa lembar ini tidak dipakai."
CAME_BACK = "Lembar ini sudah kembali dan menunggu ditinjau. Tinjau gambarnya, atau sisihkan gambarnya lebih dulu."
OR_DESK = "Bila kertasnya tidak dihitung untuk orang ini, pilih “Meja”."


def entry_of(sheet: PrintedSheet, page: int) -> SheetEntry | None:
    """What stands of a leaf, with who entered it; None while nothing does."""
    return SheetEntry.objects.standing().select_related("by", "scan").filter(sheet=sheet, page=page).first()


def refusal(leaf: Leaf, at: datetime) -> str:
    """Why nothing of a leaf can be entered at that moment, and what to do; empty while it can."""
    if not leaf.is_attendance:
        return NOT_A_LIST
    sessions = [one for one in leaf.sessions if one]
    if not sessions:
        return NO_SESSION
    told = [(one.title, sentence) for one in sessions if (sentence := rules.mark_sentence_of_session(one, at))]
    if not told:
        return ""
    title, sentence = told[-1]  # of sessions that are not open yet the last one opens all
    is_of_all = len(told) == len(sessions) and len({each for _, each in told}) == 1
    return sentence if is_of_all else f"{title}: {sentence}"


def enter(
    leaf: Leaf,
    claim: Claim,
    *,
    kind: SheetEntry.Kind,
    scan: SheetScan | None,
    key: UUID,
    by: User,
    at: datetime,
) -> SheetEntry:
    """Make what a person says of a leaf count. The same key again is the same entry.

    :raises NotEntered: nothing was written, nobody registered
    """
    with transaction.atomic():
        _hold(leaf.sheet.angkatan_id)
        if known := _repeated(key, leaf.sheet, leaf.page):
            return known
        _check_free(leaf.sheet, leaf.page)
        if scan and (scan.sheet_id, scan.page) != (leaf.sheet.pk, leaf.page):
            raise NotEntered(OTHER_LEAF)
        now = leaf_of(leaf.sheet, leaf.page) or leaf
        if sentence := refusal(now, at):
            raise NotEntered(sentence)
        claimed.check(now, claim)
        cells = _entered(now, claim, key, by=by, at=at)
        entry = SheetEntry.objects.create(
            pk=key, angkatan=now.angkatan, sheet=now.sheet, page=now.page, kind=kind, scan=scan,
            cells=[as_json(cell) for cell in cells], counts={str(one): count for one, count in claim.counts.items()},
            at=at, by=by,
        )  # fmt: skip
        _settle_pictures(entry)
        drafts.forget(now.sheet, now.page)
        return entry


def unused(sheet: PrintedSheet, page: int, reason: str, *, key: UUID, by: User, at: datetime) -> SheetEntry:
    """Say that nobody needs a leaf, and why. The same key again is the same entry.

    :raises NotEntered: nothing was written
    """
    reason = " ".join("".join(sign if sign.isprintable() else " " for sign in reason).split())
    with transaction.atomic():
        angkatan = _hold(sheet.angkatan_id)
        if known := _repeated(key, sheet, page):
            return known
        _check_free(sheet, page)
        if sentence := shut_sentence(angkatan.closed_at, angkatan.name, "lembarnya"):
            raise NotEntered(sentence)
        if not reason:
            raise NotEntered(fields={"alasan": REASON_OWED})
        if len(reason) > MOST_REASON:
            raise NotEntered(fields={"alasan": f"Alasannya paling banyak {MOST_REASON} huruf. Ringkaskan."})
        if SheetScan.objects.to_review().filter(sheet=sheet, page=page).exists():
            raise NotEntered(CAME_BACK)
        made = SheetEntry.objects.create(
            pk=key, angkatan=angkatan, sheet=sheet, page=page, kind=SheetEntry.Kind.UNUSED, reason=reason, at=at, by=by
        )
        _settle_pictures(made)
        drafts.forget(sheet, page)
        return made


# ---- Taking back ---------------------------------------------------------------------------------


def undo(entry: SheetEntry, *, by: User, at: datetime) -> list[str]:
    """Take back what was entered of a leaf, in one act. Quiet when repeated. Who was written in stays registered, as
    at the desk; what was entered becomes a draft of whoever takes it back.

    :returns: what was left alone, because somebody changed it since, in sentences
    :raises NotEntered: nothing was taken back
    """
    with transaction.atomic():
        angkatan = _hold(entry.angkatan_id)
        locked = SheetEntry.objects.select_for_update(of=("self",), no_key=True)
        now = locked.select_related("sheet__angkatan", "angkatan", "scan__sheet", "scan__upload").get(pk=entry.pk)
        if now.undone_at:
            return []
        if sentence := shut_sentence(angkatan.closed_at, angkatan.name, "lembarnya"):
            raise NotEntered(sentence)
        left = _taken_back(now, by=by, at=at)
        now.undone_at, now.undone_by = at, by
        now.save(update_fields=["undone_at", "undone_by"])
        _reopen_pictures(now)
        drafts.restore(now, by=by, at=at)
        return left


def _taken_back(entry: SheetEntry, *, by: User, at: datetime) -> list[str]:
    """Session by session. What somebody changed since stays as it is."""
    cells = [cell for cell in map(Entered.of, entry.cells) if cell.event]
    rows = {UUID(cell.event): cell.row for cell in cells if cell.event}
    left: list[str] = []
    found = entry.angkatan.sessions.select_related("angkatan").in_bulk({cell.session for cell in cells})
    for number, session in sorted(found.items()):
        if sentence := rules.mark_sentence_of_session(session, at):
            raise NotEntered(sentence if len(found) == 1 else f"{session.title}: {sentence}")
        events = [UUID(cell.event) for cell in cells if cell.session == number and cell.event]
        for done in marking.undo(session, events, actor=staff(by), at=at):
            if done.refusal:
                name = done.person.name if done.person else "Peserta"
                left.append(f"Baris {rows[done.mark.id]}, {name}: {done.refusal}")
    return left


def _reopen_pictures(entry: SheetEntry) -> None:
    """The picture that was entered waits for a person again; without one the newest of the leaf that could be read."""
    try:
        if entry.scan:
            states.reopened(entry.scan)
        else:
            states.leaf_reopened(entry.sheet, entry.page)
    except states.ScanMoved as moved:
        raise NotEntered(str(moved)) from None


# ---- Under the lock ------------------------------------------------------------------------------


def _hold(angkatan: int) -> Angkatan:
    return Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan)


def _repeated(key: UUID, sheet: PrintedSheet, page: int) -> SheetEntry | None:
    """What was entered by this key before; None when it is new.

    :raises NotEntered: another leaf was; or this one, and it was undone since: who goes back in the browser and sends
        the page again means to enter it anew
    """
    known = SheetEntry.objects.select_related("by").filter(pk=key).first()
    if known and (known.sheet_id, known.page) != (sheet.pk, page):
        raise NotEntered(OTHER_LEAF)
    if known and known.undone_at:
        raise NotEntered(UNDONE_SINCE)
    return known


def _settle_pictures(entry: SheetEntry) -> None:
    """:raises NotEntered: somebody else has decided about the picture meanwhile"""
    try:
        if entry.scan:
            states.entered(entry.scan, by=entry.by, at=entry.at)
        else:
            states.leaf_entered(entry.sheet, entry.page)
    except states.ScanMoved as moved:
        raise NotEntered(str(moved)) from None


def _check_free(sheet: PrintedSheet, page: int) -> None:
    """:raises NotEntered: somebody was first, naming who and when"""
    if (standing := entry_of(sheet, page)) is None:
        return
    who = standing.by.get_full_name() or standing.by.get_username()
    when = f"{dates.short_date(standing.at)} pukul {dates.clock(standing.at)}"
    if standing.kind == SheetEntry.Kind.UNUSED:
        raise NotEntered(
            f"Lembar ini dinyatakan tidak dipakai oleh {who}, {when}. Urungkan dulu di halaman lembarnya, lalu simpan."
        )
    raise NotEntered(
        f"Lembar ini sudah disimpan oleh {who}, {when}. Isian Anda belum disimpan: lihat hasilnya di halaman lembar,"
        " dan urungkan di sana bila perlu dibetulkan."
    )


@dataclass(frozen=True)
class _Act:
    """A leaf on its way in. ``people``: whose each row is that is not blank; ``counted``: what counts of them now, by
    registration and session; ``signed``: cells of blank rows that were signed."""

    leaf: Leaf
    people: Mapping[int, Registration]
    counted: Mapping[PersonAt, Stands]
    signed: Collection[Cell]
    key: UUID

    @property
    def sessions(self) -> list[Session]:
        return [one for one in self.leaf.sessions if one]

    def stands(self, row: int, session: int) -> Stands:
        person = self.people.get(row)
        return self.counted.get((person.pk, session), NOTHING) if person else NOTHING

    def standing(self) -> dict[Cell, Stands]:
        return {(row, one.pk): self.stands(row, one.pk) for row in self.people for one in self.sessions}

    def cells(self, marks: Mapping[Cell, Mark], wins: Mapping[Cell, str]) -> list[Entered]:
        """What becomes of each cell."""
        return [
            self._written(row.number, one.pk)
            if row.is_blank
            else self._cell(row.number, one.pk, marks[row.number, one.pk], wins.get((row.number, one.pk), ""))
            for row in self.leaf.rows
            for one in self.sessions
        ]

    def _written(self, row: int, session: int) -> Entered:
        """Who signed a row of their own hand has come, whatever the desk had written of them."""
        is_signed, stands = (row, session) in self.signed, self.stands(row, session)
        wins = PAPER if is_signed and stands.state not in AGREES[Mark.PRESENT] else ""
        return self._cell(row, session, Mark.PRESENT if is_signed else Mark.EMPTY, wins, is_blank=True)

    def _cell(self, row: int, session: int, mark: Mark, wins: str, *, is_blank: bool = False) -> Entered:
        person = self.people.get(row)
        event = str(uuid5(self.key, f"{row}.{session}")) if wins == PAPER else None
        number, was = person.pk if person else None, self.stands(row, session).state
        return Entered(row, session, mark, number, was, wins, event, is_blank and person is not None)

    def wish(self, cell: Entered) -> marking.Mark:
        """What attendance is to note for a cell that changes."""
        seen = self.stands(cell.row, cell.session).event
        return marking.Mark(
            UUID(cell.event), self.people[cell.row].ref, STATE_OF[Mark(cell.mark)], UUID(seen) if seen else None,
            f"Lembar {self.leaf.code or self.leaf.page}, baris {cell.row}",
        )  # fmt: skip


def _entered(leaf: Leaf, claim: Claim, key: UUID, *, by: User, at: datetime) -> list[Entered]:
    """Write down who was written in and the events of those cells that change; what became of each cell."""
    written = newcomers.register(leaf, claim, key, by=by, at=at)
    people = {row.number: row.person for row in leaf.people if row.person} | written
    signed = {(one.row, session) for one in claim.written_in for session in one.sessions}
    act = _Act(leaf, people, standing_among(filter(None, leaf.sessions), people.values()), signed, key)
    cells = act.cells(claim.marks, claimed.decided(leaf, claim, act.standing()))
    refused: dict[str, str] = {}
    for session in act.sessions:
        changed = [cell for cell in cells if cell.session == session.pk and cell.event]
        refused |= _refused(changed, _marked(session, [act.wish(cell) for cell in changed], by=by, at=at))
    if refused:
        raise NotEntered(fields=refused)
    return cells


def _marked(session: Session, marks: list[marking.Mark], *, by: User, at: datetime) -> list[marking.Marked]:
    try:
        return marking.mark_many(session, marks, actor=staff(by), at=at, means=Means.PAPER) if marks else []
    except IdTaken as taken:
        raise NotEntered(str(taken)) from None


def _refused(cells: Sequence[Entered], done: Sequence[marking.Marked]) -> dict[str, str]:
    """Why what was refused was, by name of the field where it is decided."""
    refused = {}
    for cell, one in zip(cells, done, strict=True):
        if one.refusal and cell.is_written_in:
            refused[fields.name(cell.row)] = one.refusal
        elif one.refusal:
            refused[fields.choice(cell.row, cell.session)] = f"{one.refusal} {OR_DESK}"
    return refused
