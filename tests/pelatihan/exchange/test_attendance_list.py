"""The attendance of a batch as a file: what stands in it, who may take it, and that its numbers are the recap's."""

import csv
import io
import uuid

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse
from openpyxl import load_workbook

from ormas.models import Ormas
from pelatihan.accounts import access
from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import marking, writer
from pelatihan.attendance.marking import Mark
from pelatihan.exchange import attendance_list, exports
from pelatihan.jobs import running
from pelatihan.lifecycle import Action
from pelatihan.models import AttendanceState, Export
from pelatihan.registration import writer as registrations
from pelatihan.web.private_files import DOWNLOADS
from tests.factories import OrmasFactory, SessionFactory, UserFactory, a_registration, clerk
from tests.pelatihan.door import at
from tests.pelatihan.exchange.files import cells_of

SUMS = ["Jumlah hadir", "Dari sesi", *(str(state.label) for state in AttendanceState), "Belum"]


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    settings.PRIVATE_DIR = tmp_path


@pytest.fixture
def people(door):
    """Of the first session: one came, one came late, one is ill, of one nobody knows. Another follows at 14.00."""
    door.session.title = "Pembukaan"
    door.session.save()
    SessionFactory(angkatan=door.session.angkatan, hour=14, title="Materi")
    SessionFactory(angkatan=door.session.angkatan, hour=12, title="Makan siang", takes_attendance=False)
    ormas = {sign: OrmasFactory(name=f"Ormas {sign}") for sign in "dcba"}
    people = [a_registration(door.session.angkatan, name=f"Peserta {sign}", ormas=ormas[sign]) for sign in "abcd"]
    a_registration(door.session.angkatan, "waitlisted")
    door.scan(people[0], "08.00")
    door.scan(people[1], "08.50")
    writer.mark(
        door.session, people[2], AttendanceState.SICK, event_id=uuid.uuid4(), actor=SYSTEM, at=at("09.00")
    )  # fmt: skip
    return people


def taken(client, door, clock="12.00", **more):
    with time_machine.travel(at(clock), tick=False):
        return client.post(reverse("recap_file", args=[door.session.angkatan.slug]), more)


def as_rows(answer) -> list[dict[str, object]]:
    head, *rows = cells_of(answer.content)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_a_row_a_person_and_a_column_a_session(door, organiser, people):
    head, *rows = cells_of(taken(organiser, door).content)

    assert head == ["Nama", "Ormas", "Jabatan", "Sen 11 08.00 Pembukaan", "Sen 11 14.00 Materi", *SUMS]
    assert [row[3] for row in rows[:4]] == ["Hadir", "Terlambat", "Sakit", "Belum"]
    assert {row[4] for row in rows} == {None}  # it has not begun: nobody is missing yet
    assert [row[0] for row in rows[:4]] == [f"Peserta {sign}" for sign in "abcd"]


def test_each_person_is_summed_over_what_has_begun(door, organiser, people):
    rows = as_rows(taken(organiser, door, clock="14.00"))[:4]

    assert [(row["Jumlah hadir"], row["Dari sesi"]) for row in rows] == [(1, 2), (1, 2), (0, 2), (0, 2)]
    assert [(row["Hadir"], row["Terlambat"], row["Sakit"], row["Belum"]) for row in rows] == [
        (1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1), (0, 0, 0, 2),
    ]  # fmt: skip


def test_who_left_early_came_and_is_told_when(door, organiser, people):
    mark = Mark(uuid.uuid4(), people[3].ref, AttendanceState.LEFT, None, left_at=at("09.10"))
    marking.mark_many(door.session, [mark], actor=SYSTEM, at=at("09.20"))
    *_, row, below = as_rows(taken(organiser, door))[:5]

    assert (row["Sen 11 08.00 Pembukaan"], row["Jumlah hadir"], row["Pulang awal"]) == ("Pulang awal pukul 09.10", 1, 1)
    assert (below["Nama"], below["Sen 11 08.00 Pembukaan"]) == ("Jumlah hadir", 3)


def test_session_is_summed_from_the_moment_it_begins(door, organiser, people):
    told = [as_rows(taken(organiser, door, clock=clock))[-1]["Sen 11 14.00 Materi"] for clock in ("13.59", "14.00")]
    assert told == [None, 4]


def test_people_stand_in_the_order_of_the_sheets(door, organiser, people):
    """By organisation, then by name."""
    Ormas.objects.filter(name="Ormas a").update(name="Ormas z")
    assert [row["Nama"][-1] for row in as_rows(taken(organiser, door))[:4]] == ["b", "c", "d", "a"]


def test_who_sees_the_recap_alone_takes_nothing_out(door, people, client):
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="view_recap"))
    client.force_login(user)
    answer = taken(client, door)
    assert (answer.status_code, Export.objects.count()) == (403, 0)
    assert access.REFUSALS[access.EXPORT] in answer.content.decode()


def test_each_session_is_summed_below(door, organiser, people):
    below = {row["Nama"]: row["Sen 11 08.00 Pembukaan"] for row in as_rows(taken(organiser, door))[4:]}

    assert below == {
        "Jumlah hadir": 2, "Hadir": 1, "Terlambat": 1, "Izin": 0, "Sakit": 1, "Tanpa keterangan": 0, "Belum": 1,
    } | {word: 0 for word in SUMS[2:] if word not in {"Hadir", "Terlambat", "Sakit", "Belum"}}  # fmt: skip


def test_filters_leave_the_sums_alone(door, organiser, people):
    sheet = load_workbook(io.BytesIO(taken(organiser, door).content)).worksheets[0]
    assert sheet.auto_filter.ref.endswith("5")


def test_who_left_the_list_is_not_in_it_unless_they_came(door, organiser, people):
    for person in (people[1], people[3]):
        registrations.move(person, Action.CANCEL, actor=clerk(), at=at("09.00"), reason="Berhalangan")

    assert [row["Nama"] for row in as_rows(taken(organiser, door))[:3]] == ["Peserta a", "Peserta b", "Peserta c"]


def test_text_file_holds_the_same(door, organiser, people):
    text = taken(organiser, door, bentuk="csv")
    rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig")), delimiter=";"))

    same = [["" if cell is None else str(cell) for cell in row] for row in cells_of(taken(organiser, door).content)]
    assert rows == same


def test_long_list_is_written_by_a_worker_and_is_the_same(door, organiser, people, monkeypatch):
    same = cells_of(taken(organiser, door).content)
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    monkeypatch.setattr(exports, "PART", 1)

    answer = taken(organiser, door)

    export = Export.objects.get(job__isnull=False)
    assert answer.url == reverse("admin:pelatihan_export_wait", args=[export.pk])
    running.carry_out(export.job.pk)
    assert cells_of(DOWNLOADS.path(exports.file_name(export)).read_bytes()) == same


def test_log_tells_who_took_which_batch(door, organiser, people):
    answer = taken(organiser, door)

    export = Export.objects.get()
    assert (export.list, export.filters, export.number) == (
        "Kehadiran", f"angkatan: {door.session.angkatan.name}", 4,
    )  # fmt: skip
    assert answer["Content-Disposition"] == 'attachment; filename="kehadiran-20190311.xlsx"'
    facts = dict(row[:2] for row in cells_of(answer.content, sheet=1))
    assert facts["Angkatan"] == door.session.angkatan.full_name


def test_batch_without_anybody_is_told_on_the_recap(door, organiser):
    answer = taken(organiser, door)
    assert answer.url == reverse("recap", args=[door.session.angkatan.slug])
    assert not Export.objects.exists()


@pytest.mark.parametrize("role", ["panitia", "pemantau"])
def test_recap_offers_it_to_who_may(door, client_of, people, role):
    batch = door.session.angkatan
    page = client_of(role).get(reverse("recap", args=[batch.slug])).content.decode()
    assert reverse("recap_file", args=[batch.slug]) in page


def test_queries_do_not_grow_with_people(door, people, django_assert_num_queries):
    listing = attendance_list.of(door.session.angkatan, at("12.00"))
    keys, shown = listing.keys(), listing.columns(UserFactory(role="panitia"))
    with django_assert_num_queries(3):
        assert len([shown.row(one) for one in listing.rows(keys)]) == 4
