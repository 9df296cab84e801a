"""What stands on a daftar hadir, before it is set: who, in which order, under which head."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pelatihan.attendance import writer as attendance
from pelatihan.attendance.locked import Scan
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, AngkatanSignatory, Office, Session
from pelatihan.papers import marking, parts
from pelatihan.papers.attendance_sheet import (
    AttendanceList,
    DayColumn,
    DaySheet,
    SessionSheet,
    attendance_list,
    day_sheets,
)
from pelatihan.papers.choices import Choices, Order, Shape, chosen_sessions
from pelatihan.papers.engine import Template
from pelatihan.registration import writer
from tests.factories import (
    NOON,
    AngkatanFactory,
    LetterheadFactory,
    OrmasFactory,
    SessionFactory,
    SignatoryFactory,
    a_registration,
    clerk,
)

pytestmark = pytest.mark.django_db
AT = datetime(2019, 3, 11, 0, 45, 12, tzinfo=UTC)  # 07.45 WIB
OFFICE = Office(short_name="Kesbangpol", name="Badan Contoh", city="Jakarta", zone_label="WIB")


def a_list_of(angkatan: Angkatan, **choices: Any) -> AttendanceList:
    wish = Choices(**choices)
    return attendance_list(angkatan, chosen_sessions(sessions_of(angkatan), wish), wish, OFFICE, AT)


def sessions_of(angkatan: Angkatan) -> list[Session]:
    return list(angkatan.sessions.taking_attendance().in_time_order())


def test_list_tells_all_that_is_printed():
    angkatan = AngkatanFactory(number=2, letterhead=LetterheadFactory(), theme="Peran Ormas", venue="Hotel Contoh")
    SessionFactory(angkatan=angkatan, title="Wawasan kebangsaan", speaker="Akademisi", room="Ruang Puncak")
    official = SignatoryFactory(name="Drs. Budi", title="Kepala Bidang", prefix="Plt.")
    AngkatanSignatory.objects.create(angkatan=angkatan, signatory=official, heading="Mengetahui,")
    ormas = OrmasFactory(name="'Aisyiyah")
    a_registration(angkatan, ormas=ormas, front_title="Hj.", name="Nur'aini", back_title="S.Pd.", position="Ketua")

    assert a_list_of(angkatan) == AttendanceList(
        title="Daftar Hadir Peserta Angkatan II Tahun 2019, Senin 08.00 · Wawasan kebangsaan, F4,"
        " Daftar per 11 Maret 2019 pukul 07.45 WIB",
        heading="Daftar Hadir Peserta",
        paper="f4",
        letterhead=parts.PrintedLetterhead(
            "Pemerintah Provinsi Daerah Khusus Ibukota Jakarta",
            "Badan Kesatuan Bangsa dan Politik",
            "Jalan Contoh Nomor 1",
            "Jakarta",
            "10110",
        ),
        theme="Pelatihan Peran Ormas",
        batch="Angkatan II Tahun 2019",
        people=(parts.PrintedPerson("Hj.", "Nur'aini", "S.Pd.", "Ketua", "'Aisyiyah"),),
        spare_rows=5,
        signers=(parts.PrintedSigner("Mengetahui,", "Plt. Kepala Bidang,", "Drs. Budi", "19800101 200501 1 001"),),
        taken_at=(2019, 3, 11, 0, 45),
        as_of="Daftar per 11 Maret 2019 pukul 07.45 WIB",
        sheets=(
            SessionSheet(
                name="Senin 08.00 · Wawasan kebangsaan",
                day="Senin, 11 Maret 2019",
                time="08.00–09.30 WIB",
                place="Ruang Puncak, Hotel Contoh",
                subject_label="Materi",
                subject="Wawasan kebangsaan",
                speaker="Akademisi",
                town_and_date="Bogor, 11 Maret 2019",
            ),
        ),
    )


def test_day_table_has_a_column_a_session():
    angkatan = AngkatanFactory(venue="Hotel Contoh")
    for day, hour in ((0, 8), (0, 10), (1, 8)):
        SessionFactory(angkatan=angkatan, day=day, hour=hour, title=f"Hari {day} jam {hour}")

    paper = a_list_of(angkatan, shape=Shape.DAY, day=date(2019, 3, 11))

    assert paper.template == Template.ATTENDANCE_DAY
    assert paper.sheets == (
        DaySheet(
            name="Senin, 11 Maret 2019",
            day="Senin, 11 Maret 2019",
            part="",
            place="Hotel Contoh",
            sessions=(DayColumn("08.00–09.30", "Hari 0 jam 8"), DayColumn("10.00–11.30", "Hari 0 jam 10")),
            town_and_date="Bogor, 11 Maret 2019",
        ),
    )


def test_nine_sessions_a_day_share_two_tables():
    angkatan = AngkatanFactory()
    sessions = [SessionFactory.build(angkatan=angkatan, hour=hour) for hour in range(8, 17)]

    assert [(sheet.part, len(sheet.sessions)) for sheet in day_sheets(angkatan, sessions)] == [
        ("Bagian 1 dari 2", 5),
        ("Bagian 2 dari 2", 4),
    ]


def test_session_over_midnight_shows_both_dates():
    angkatan = AngkatanFactory(venue="Hotel Contoh")
    night = SessionFactory(angkatan=angkatan, hour=22)
    night.ends_at = night.starts_at + timedelta(hours=3, minutes=30)
    night.save()

    (sheet,) = a_list_of(angkatan).sheets
    (table,) = a_list_of(angkatan, shape=Shape.DAY).sheets

    assert isinstance(sheet, SessionSheet)
    assert isinstance(table, DaySheet)
    assert (sheet.day, sheet.time) == ("Senin–Selasa, 11–12 Maret 2019", "Senin 22.00 – Selasa 01.30 WIB")
    assert sheet.town_and_date == table.town_and_date == "Bogor, 12 Maret 2019"
    assert (table.day, table.sessions[0].time) == ("Senin–Selasa, 11–12 Maret 2019", "22.00–01.30 (12 Mar)")


def test_session_that_ends_at_midnight_has_one_date():
    angkatan = AngkatanFactory()
    late = SessionFactory(angkatan=angkatan, hour=22)
    late.ends_at = late.starts_at + timedelta(hours=2)
    late.save()

    assert [sheet.day for sheet in a_list_of(angkatan).sheets] == ["Senin, 11 Maret 2019"]


def test_cancelled_batch_says_so():
    angkatan = AngkatanFactory(cancelled_at=datetime(2019, 3, 3, 2, tzinfo=UTC), cancel_reason="Banjir")
    SessionFactory(angkatan=angkatan)

    assert a_list_of(angkatan).cancelled == "DIBATALKAN pada 3 Maret 2019"
    assert a_list_of(AngkatanFactory(number=7), blank=True).cancelled == ""


def test_gender_and_phone_are_printed_only_when_chosen():
    angkatan = AngkatanFactory()
    SessionFactory(angkatan=angkatan)
    a_registration(angkatan, name="Togar", phone="+6281200000101", gender="L")

    def shown(*columns: str) -> list[tuple[str, str]]:
        return [(one.sex, one.phone) for one in a_list_of(angkatan, columns=columns).people]

    assert shown() == [("", "")]
    assert shown("sex") == [("L", "")]
    assert shown("sex", "phone") == [("L", "0812-0000-0101")]


# ---- Who stands on it ----------------------------------------------------------------------------


def test_only_accepted_people_stand_on_it():
    angkatan = AngkatanFactory()
    SessionFactory(angkatan=angkatan)
    for status in set(Status) - {Status.REPLACED}:
        a_registration(angkatan, status, name=f"Orang {status.name.capitalize().replace('_', ' ')}")
    a_registration(AngkatanFactory(), name="Orang Lain")

    assert [one.name for one in a_list_of(angkatan).people] == ["Orang Accepted"]


def test_replacement_stands_on_it_instead():
    angkatan = AngkatanFactory()
    SessionFactory(angkatan=angkatan)
    a_registration(angkatan, Status.REPLACED, name="Yang Lama")

    assert len(a_list_of(angkatan).people) == 1
    assert "Yang Lama" not in [one.name for one in a_list_of(angkatan).people]


def test_who_was_let_in_stays_on_it():
    angkatan = AngkatanFactory()
    session = SessionFactory(angkatan=angkatan)
    guest = a_registration(angkatan, name="Togar")
    scan = Scan(id=uuid.uuid4(), at=session.starts_at, code=guest.code)
    attendance.record(session, [scan], actor=clerk(), at=session.starts_at)
    writer.move(guest, Action.CANCEL, actor=clerk(), at=NOON, reason="Keliru")

    assert [one.name for one in a_list_of(angkatan).people] == ["Togar"]


def mixed_crowd() -> Angkatan:
    angkatan = AngkatanFactory()
    SessionFactory(angkatan=angkatan)
    women, alliance = OrmasFactory(name="Wanita Contoh"), OrmasFactory(name="aliansi Contoh")
    for ormas, name in ((women, "Ani"), (alliance, "Zulfa"), (alliance, "budi")):
        a_registration(angkatan, ormas=ormas, name=name)
    return angkatan


def test_people_stand_by_ormas_then_name():
    assert [one.name for one in a_list_of(mixed_crowd()).people] == ["budi", "Zulfa", "Ani"]


def test_people_stand_by_name_when_asked():
    assert [one.name for one in a_list_of(mixed_crowd(), order=Order.NAME).people] == ["Ani", "budi", "Zulfa"]


def test_written_ormas_stands_among_the_listed():
    angkatan = mixed_crowd()
    registration = a_registration(angkatan, name="Metta")
    registration.ormas, registration.invitation, registration.ormas_text = None, None, "Perkumpulan Baru"
    registration.save()

    assert [one.ormas for one in a_list_of(angkatan).people][2:] == ["Perkumpulan Baru", "Wanita Contoh"]


def test_blank_sheet_names_nobody():
    paper = a_list_of(mixed_crowd(), blank=True, spare_rows=13)

    assert (paper.people, paper.spare_rows) == ((), 13)
    assert [(sheet.day, sheet.time, sheet.subject) for sheet in paper.sheets] == [("", "", "")]


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("columns", [(), ("sex", "phone")])
def test_list_is_read_with_two_queries(many, columns, django_assert_num_queries):
    angkatan = AngkatanFactory(letterhead=LetterheadFactory())
    for place in range(many):
        SessionFactory(angkatan=angkatan, day=place)
        a_registration(angkatan)
        AngkatanSignatory.objects.create(angkatan=angkatan, signatory=SignatoryFactory(), place=place + 1)
    sessions = sessions_of(angkatan)

    with django_assert_num_queries(2):
        attendance_list(angkatan, sessions, Choices(columns=columns), OFFICE, AT)


# ---- Parts ---------------------------------------------------------------------------------------


def test_office_stands_in_for_a_missing_letterhead():
    assert parts.letterhead(None, OFFICE) == parts.PrintedLetterhead("", "Badan Contoh", "", "Jakarta", "")


def test_places_to_sign_stay_blank_until_somebody_is_chosen():
    assert parts.signers([]) == (parts.PrintedSigner("Mengetahui,"), parts.PrintedSigner(""))


def test_signers_stand_in_their_places():
    angkatan = AngkatanFactory()
    SessionFactory(angkatan=angkatan)
    for place, name in ((2, "Kedua"), (1, "Pertama")):
        AngkatanSignatory.objects.create(angkatan=angkatan, signatory=SignatoryFactory(name=name), place=place)

    assert [one.name for one in a_list_of(angkatan).signers] == ["Pertama", "Kedua"]


def test_theme_says_training_once():
    assert parts.theme(Angkatan(theme="Pelatihan Hukum")) == "Pelatihan Hukum"
    assert parts.theme(Angkatan(theme="Hukum")) == "Pelatihan Hukum"


def test_ceremony_is_called_an_event():
    angkatan = AngkatanFactory()
    SessionFactory(angkatan=angkatan, kind=Session.Kind.CEREMONY)

    assert [sheet.subject_label for sheet in a_list_of(angkatan).sheets] == ["Acara"]


# ---- By what a signed sheet is known again ---------------------------------------------------------


def test_each_sheet_of_each_print_has_a_code_of_its_own():
    angkatan = mixed_crowd()
    SessionFactory(angkatan=angkatan, title="Diskusi")
    once, again = a_list_of(angkatan), a_list_of(angkatan)

    assert len(once.codes) == len(once.sheets) == 2
    assert len({*once.codes, *again.codes}) == 4
    assert once == again


def test_blank_sheet_of_a_known_session_has_one_but_none_whose_head_is_to_be_written():
    angkatan = mixed_crowd()

    assert len(a_list_of(angkatan, blank=True, session=sessions_of(angkatan)[0].pk).codes) == 1
    assert a_list_of(angkatan, blank=True).codes == ()


def test_first_page_is_the_same_each_time_and_of_no_sheet():
    angkatan = mixed_crowd()
    one, other = a_list_of(angkatan).first_page(), a_list_of(angkatan).first_page()

    assert one.codes == other.codes == (marking.NO_CODE,)
    assert one.pages == (1,)
    assert len(one.sheets) == 1
