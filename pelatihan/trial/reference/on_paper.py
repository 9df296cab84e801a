"""What came back on paper of a reference batch: the list of its first session, printed in the morning. All pages but
the last were entered in the evening, as the desk has it, so the last one is still owed.
"""

from datetime import timedelta
from uuid import UUID, uuid5

from pelatihan.attendance import rules
from pelatihan.models import Angkatan, AttendanceState, SheetEntry
from pelatihan.models.office import office
from pelatihan.papers import attendance_sheet, making
from pelatihan.papers.choices import Choices
from pelatihan.papers.offered import Asked
from pelatihan.scans import entering, fields
from pelatihan.scans.leaves import Leaf, leaf_of
from pelatihan.scans.shapes import Claim, Mark
from pelatihan.scans.standing import standing_of
from pelatihan.trial.reference.office import Desk

ENTRIES = UUID("1f8f2b66-5e0c-5a3e-9d0a-2b0b1d2f7c11")
EXCUSES: dict[str, Mark] = {AttendanceState.EXCUSED: Mark.EXCUSED, AttendanceState.SICK: Mark.SICK}
MARKS = dict.fromkeys(map(str, rules.CAME), Mark.PRESENT) | EXCUSES


def bring_back(angkatan: Angkatan, desk: Desk) -> None:
    """Print, sign, enter."""
    whole = Angkatan.objects.select_related("letterhead").get(pk=angkatan.pk)
    sessions = list(whole.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    first = sessions[0]
    morning, evening = first.starts_at - timedelta(hours=2), first.ends_at + timedelta(hours=8)
    asked = Asked(whole, sessions, Choices(session=first.pk), office(), morning, desk.committee)
    sheet = making.make(attendance_sheet.OFFER, asked).printing.sheets.select_related("angkatan").get()
    for page in range(1, len(sheet.ends)):
        leaf = leaf_of(sheet, page)
        assert leaf is not None  # asked for by its number
        entering.enter(
            leaf, _as_the_desk_has_it(leaf), kind=SheetEntry.Kind.TYPED, scan=None,
            key=uuid5(ENTRIES, f"{angkatan.slug} {page}"), by=desk.committee, at=evening + page * timedelta(minutes=3),
        )  # fmt: skip


def _as_the_desk_has_it(leaf: Leaf) -> Claim:
    marks = {cell: MARKS.get(stands.state, Mark.EMPTY) for cell, stands in standing_of(leaf).items()}
    signed = sum(mark == Mark.PRESENT for mark in marks.values())
    return Claim(marks, dict.fromkeys(fields.sessions_of(leaf), signed))
