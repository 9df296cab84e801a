"""Papers of these tests: few, whatever else is offered."""

import pytest

from pelatihan.papers import attendance_sheet, bundles, emergency, recap_sheet, views

FEW = (attendance_sheet.OFFER, recap_sheet.OFFER, emergency.OFFER)


@pytest.fixture
def few(monkeypatch) -> None:
    """The gallery and files of many papers know three: the daftar hadir, the recap and the emergency pack."""
    for page in (views, bundles):
        monkeypatch.setattr(page, "OFFERS", FEW)
