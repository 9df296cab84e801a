"""Printed lists as the office has them: printed by the road that the page Cetak takes, and their leaves.

Everything happens on 11 March 2019: printed in the morning, signed, entered in the evening.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from pelatihan.models import Angkatan, PrintedSheet, Registration, Session
from pelatihan.models.office import office
from pelatihan.papers import making
from pelatihan.papers.choices import Choices, Shape
from pelatihan.papers.offered import Asked
from pelatihan.papers.offers import BY_KEY
from pelatihan.scans.leaves import Leaf, leaf_of
from tests.factories import (
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    SessionFactory,
    UserFactory,
    a_registration,
)
from tests.pelatihan.door import at

PRINTED, EVENING = at("07.00"), at("20.00")
NAMES = ("Budi Santoso", "Siti Rahmawati", "Togar Simanjuntak", "Metta Dharma", "Zulfa Hanifah", "Yosef Tukan")


def a_batch(people: int = 3, sessions: int = 1) -> Angkatan:
    """So many accepted people of one organisation, by name in the order of the sheet; sessions from 08.00 on, two
    hours apart."""
    batch = AngkatanFactory(capacity=people + 10)
    for place in range(sessions):
        SessionFactory(angkatan=batch, hour=8 + 2 * place, title=f"Materi {'ABCDEFGH'[place]}")
    ormas = OrmasFactory()
    InvitationFactory(angkatan=batch, ormas=ormas, own_seats=people + 10)
    for number in range(people):
        name = f"{chr(65 + number // 26 % 26)}{chr(97 + number % 26)} {NAMES[number % len(NAMES)]}"
        a_registration(batch, "accepted", name=name, ormas=ormas)
    return batch


def a_printed_list(
    angkatan: Angkatan,
    session: Session | None = None,
    *,
    daily: bool = False,
    spare: int = 5,
    by: User | None = None,
    at: datetime = PRINTED,
    **choices: Any,
) -> PrintedSheet:
    """The daftar hadir of a session (the first one, when none is given), or the table of its day, set by typst and
    kept; with ``angkatan`` and ``printing`` at hand. ``choices`` are those of ``papers.choices.Choices``.
    """
    sessions = list(angkatan.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    wanted = session or sessions[0]
    where: dict[str, Any] = {"day": wanted.day, "shape": Shape.DAY} if daily else {"session": wanted.pk}
    wish = Choices(**({"spare_rows": spare} | where | choices))
    whole = Angkatan.objects.select_related("letterhead").get(pk=angkatan.pk)
    asked = Asked(whole, sessions, wish, office(), at, by or _printer())
    printing = making.make(BY_KEY["daftar-hadir"], asked).printing
    return printing.sheets.select_related("angkatan", "printing").order_by("number")[0]


def a_leaf(sheet: PrintedSheet, page: int = 1) -> Leaf:
    """A page of it, as it stands now."""
    leaf = leaf_of(PrintedSheet.objects.select_related("angkatan", "printing").get(pk=sheet.pk), page)
    assert leaf is not None
    return leaf


def people_of(leaf: Leaf) -> Sequence[Registration]:
    """Those who were printed, in the order of the sheet."""
    return [row.printed for row in leaf.people if row.printed]


def _printer() -> User:
    known = User.objects.filter(username="pencetak-contoh").first()
    return known or UserFactory(username="pencetak-contoh", role="panitia")
