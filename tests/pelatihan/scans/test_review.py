"""A page that was read is confirmed by a person: what is in doubt, what differs, what is counted on paper."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from pelatihan.models import Attendance, SheetDraft, SheetEntry, SheetScan
from pelatihan.scans import drafts, fields
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Reason, Warn
from tests.factories import UserFactory
from tests.pelatihan.scans.scanned import a_reading, a_scan
from tests.pelatihan.scans.world import a_batch, a_leaf, a_printed_list

pytestmark = pytest.mark.django_db


class World:
    """A printed list of five people whose page came back as a picture; the third cell is in doubt, the fourth empty."""

    def __init__(self, client: Any, **reading: Any) -> None:
        self.client, self.clerk = client, UserFactory(role="panitia", first_name="Rina", last_name="Kartika")
        self.batch = a_batch(5)
        self.leaf: Leaf = a_leaf(a_printed_list(self.batch))
        usual = {"unsure": {(3, 0): Reason.THIN}, "empty": {(4, 0)}}
        self.scan = a_scan(self.leaf, a_reading(self.leaf, **(usual | reading)), by=self.clerk)
        client.force_login(self.clerk)

    @property
    def session(self) -> int:
        return fields.sessions_of(self.leaf)[0]

    @property
    def address(self) -> str:
        return reverse("sheet_review", args=[self.batch.slug, self.scan.pk])

    def get(self, **asked: str) -> Any:
        return self.client.get(self.address, asked)

    def send(self, marks: str = "hhhkh", counted: int | str = 4, **more: Any) -> Any:
        """``marks``: one letter a row, a point for none."""
        words = {"h": "hadir", "k": "kosong", "i": "izin", "s": "sakit"}
        form = {fields.mark(row, self.session): words[one] for row, one in enumerate(marks, 1) if one in words}
        form |= {fields.count(self.session): str(counted), "kunci": str(more.pop("key", uuid.uuid4()))}
        return self.client.post(self.address, form | more)

    def states(self) -> dict[str, str]:
        people = {row.person.pk: row.number for row in self.leaf.people if row.person}
        return {str(people[one.registration_id]): one.state for one in Attendance.objects.filter(session=self.session)}


def test_page_shows_what_is_in_doubt_with_its_reason(client):
    page = World(client).get().content.decode()

    assert "1 ragu, paling ragu dahulu" in page
    assert "3 bertanda tangan" in page
    assert "1 kosong" in page
