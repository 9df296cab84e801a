"""The page "Kiriman susulan": who waits and why, what each decision comes to, and what was fine."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from pelatihan import codes
from pelatihan.accounts.actor import Actor, staff
from pelatihan.attendance import sessions, writer
from pelatihan.attendance.locked import Scan
from pelatihan.codes import new_code
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, AttendanceEvent, Registration, Session
from pelatihan.registration import changes
from pelatihan.registration.application import Application
from pelatihan.registration.walk_ins import WalkIn
from pelatihan.registration.writer import move
from tests.factories import AngkatanFactory, SessionFactory, a_person, a_registration, clerk
from tests.pelatihan.door import Door, at

DEVICE = "Ponsel meja 2"


def sent(
    door: Door, person: Registration | None, clock: str, arrived: str = "10.00", shown: str = "present", **fields
) -> AttendanceEvent:
    """A scan that a device answered by itself, and that arrives later."""
    device, error = fields.pop("device", DEVICE), timedelta(seconds=fields.pop("error", 0))
    if not {"ref", "walk_in"} & set(fields):
        fields = {"code": person.code if person else new_code()} | fields
    scan = Scan(uuid.uuid4(), at(clock) + error, let_in=shown in writer.LET_IN, shown=shown, **fields)
    session = Session.objects.select_related("angkatan").get(pk=door.session.pk)
    actor = Actor(staff(door.officer).role, door.officer, device)
    return writer.record(session, [scan], actor=actor, at=at(arrived), sent_at=at(arrived) + error)[0].event


def address(door: Door) -> str:
    return reverse("late", args=[door.session.angkatan.slug])


def read(client: Client, door: Door, query: str = "") -> str:
    """What somebody reads on the page, with single spaces."""
    html = client.get(address(door) + query).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html[html.index("<main") :])).split())


def seen(client: Client, door: Door, event: AttendanceEvent, query: str = "") -> str:
    html = client.get(address(door) + query).content.decode()
    return re.findall(rf'name="lihat-{event.pk}" value="([^"]*)"', html)[0]


def say(client: Client, door: Door, *choices: tuple[AttendanceEvent, str, str], query: str = "", **more: str):
    """Choose on the page as it is, and save."""
    fields = dict(more)
    for event, choice, reason in choices:
        fields |= {f"putusan-{event.pk}": choice, f"alasan-{event.pk}": reason}
        fields.setdefault(f"lihat-{event.pk}", seen(client, door, event, query))
    return client.post(address(door) + query, fields, follow=True)


def words(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture
def cancelled(door, person) -> Registration:
    move(person, Action.CANCEL, actor=clerk(), at=at("07.40"), reason="Berhalangan")
    return person


# ---- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["petugas", "verifikator", "pemantau"])
def test_only_organisers_decide(door, client_of, cancelled, role):
    event = sent(door, cancelled, "08.00")
    client = client_of(role)
    answers = [client.get(address(door)), client.post(address(door), {f"putusan-{event.pk}": "pertahankan"})]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert "hanya diputuskan oleh panitia" in answers[0].content.decode()
    assert door.state(cancelled) is None


def test_events_of_another_batch_are_not_decided_here(door, organiser, cancelled):
    event = sent(door, cancelled, "08.00")
    other = reverse("late", args=[AngkatanFactory().slug])
    organiser.post(other, {f"putusan-{event.pk}": "pertahankan", f"lihat-{event.pk}": "0.0"})
    assert door.state(cancelled) is None
    assert organiser.get(f"{other}?catatan={event.pk}").status_code == 404


# ---- What waits, and why -------------------------------------------------------------------------


def test_card_says_who_did_what_when_and_what_each_decision_comes_to(door, organiser, cancelled):
    sent(door, cancelled, "08.31", "10.24", error=-192)
    text = read(organiser, door)
    assert "Kiriman susulan: 1 perlu putusan" in text
    assert "Senin, 11 Maret 2019, 08.00–09.30 WIB" in text
    assert f"Siti Rahmawati {cancelled.ormas.name} Dibatalkan sebelum dipindai" in text
    assert "Dipindai 08.31 · Ponsel meja 2 · tiba 10.24 · jam dikoreksi +3 menit 12 detik" in text
    assert "Pendaftarannya dibatalkan pukul 07.40 oleh Rina Kartika. Perangkat belum tahu." in text
    assert "Pertahankan terlambat 08.31 Coret tidak dihitung" in text


@pytest.mark.parametrize(
    ("status", "badge", "sentence"),
    [
        (Status.REJECTED, "Ditolak sebelum dipindai", "Pendaftarannya ditolak 20 Februari 2019 pukul 12.00 oleh"),
        (Status.REPLACED, "Digantikan sebelum dipindai", "Digantikan orang lain 20 Februari 2019 pukul 12.00"),
        (Status.WAITLISTED, "Masih cadangan saat dipindai", "Saat itu masih peserta cadangan, dan sampai sekarang."),
        (Status.SUBMITTED, "Belum diterima saat dipindai", "Saat itu menunggu verifikasi, dan sampai sekarang."),
        (Status.NEEDS_FIX, "Belum diterima saat dipindai", "Saat itu masih perlu perbaikan, dan sampai sekarang."),
    ],
)
def test_each_status_has_its_badge_and_sentence(door, organiser, status, badge, sentence):
    sent(door, a_registration(door.session.angkatan, status), "08.00")
    text = read(organiser, door)
    assert badge in text
    assert sentence in text


def test_who_was_accepted_later_is_told_with_the_time(door, organiser):
    person = a_registration(door.session.angkatan, Status.SUBMITTED)
    move(person, Action.ACCEPT, actor=clerk(), at=at("09.05"))
    sent(door, person, "08.38", shown="not_accepted")
    assert "Saat itu menunggu verifikasi; diterima pukul 09.05 oleh Rina Kartika." in read(organiser, door)


def test_who_registered_after_the_scan_was_nobody_then(door, organiser):
    batch = door.session.angkatan
    Angkatan.objects.filter(pk=batch.pk).update(closes_at=at("10.00"))
    person = a_registration(batch, at=at("09.00", day=10))
    old = Scan(uuid.uuid4(), at("08.00", day=10), code=person.code, let_in=True, shown="late")
    door.session.starts_at, door.session.ends_at = at("07.00", day=10), at("09.30", day=10)
    door.session.save()
    Angkatan.objects.filter(pk=batch.pk).update(starts_on=at("00.00", day=10).date() + timedelta(days=1))
    door.take(old, at("10.00"))
    assert "Saat itu belum terdaftar; diterima pukul 09.00" in read(organiser, door)


def test_scan_before_the_doors_names_the_session_that_may_be_meant(door, organiser, person):
    SessionFactory(angkatan=door.session.angkatan, hour=6)
    sent(door, person, "06.30", shown="saved")
    text = read(organiser, door)
    assert "Sebelum presensi dibuka" in text
    assert "Presensi sesi ini dibuka pukul 07.00. Mungkin sesi pukul 06.00 yang dimaksud." in text


def test_session_that_was_moved_meanwhile_is_said(door, organiser, person):
    door.session.starts_at, door.session.ends_at = at("13.00"), at("14.30")
    door.session.save()
    sent(door, person, "07.50", "09.00")
    text = read(organiser, door)
    assert "Presensi sesi ini dibuka pukul 12.00. Menurut salinan di perangkat saat itu sudah dibuka" in text
    assert "Pertahankan hadir 07.50" in text


def test_session_moved_back_since_says_that_its_hours_changed(door, organiser, person):
    sent(door, person, "06.30")
    Session.objects.update(starts_at=at("07.00"))
    assert "Di luar jam presensi" in read(organiser, door)


def test_scan_after_closing_says_when_that_was(door, organiser, person):
    sessions.close(door.session, at=at("08.20"))
    sent(door, person, "08.31")
    text = read(organiser, door)
    assert "Setelah sesi ditutup" in text
    assert "Sesi ditutup pukul 08.20." in text


def test_scan_after_the_batch_was_called_off_says_so(door, organiser, person):
    Angkatan.objects.update(cancelled_at=at("08.10"), cancel_reason="Banjir")
    sent(door, person, "08.31")
    text = read(organiser, door)
    assert "Setelah angkatan dibatalkan" in text
    assert "Catat sebagai dilihat" in text


def test_right_person_at_a_shut_door_is_about_the_door(door, organiser, person):
    """Cancelled since; at that moment accepted, but the doors were shut."""
    move(person, Action.CANCEL, actor=clerk(), at=at("09.00"), reason="Berhalangan")
    event = sent(door, person, "06.30")
    assert event.outcome == "not_accepted"
    assert "Sebelum presensi dibuka" in read(organiser, door)


def test_who_is_of_another_batch_is_seen_not_kept(door, organiser):
    stranger = a_registration(SessionFactory().angkatan)
    event = sent(door, stranger, "08.00")
    text = read(organiser, door)
    assert f"Terdaftar di {stranger.angkatan.name}, bukan di angkatan ini." in text
    assert "Pertahankan" not in text

    say(organiser, door, (event, "dilihat", ""))
    assert AttendanceEvent.objects.get(kind="strike").reason == "Sudah dilihat panitia"
    assert "Tidak ada yang menunggu putusan" in read(organiser, door)


def test_who_was_turned_away_wrongly_is_said(door, organiser, person):
    sent(door, person, "08.00", shown="not_accepted")
    text = read(organiser, door)
    assert "Ditolak di meja, seharusnya boleh" in text
    assert "Pastikan dulu orangnya akhirnya masuk" in text


def test_code_that_nobody_has_is_seen(door, organiser):
    event = sent(door, None, "08.00", shown="saved")
    text = read(organiser, door)
    assert f"Kode {codes.display(event.code)} Kode tidak dikenal" in text
    assert "di sini pun tidak ada yang memilikinya" in text
    say(organiser, door, (event, "dilihat", ""))
    text = read(organiser, door, f"?catatan={event.pk}")
    assert "Dicoret oleh Rina Kartika" in text
    assert "Sudah dilihat panitia" in text


def test_walk_in_whom_nobody_could_register_is_named(door, organiser):
    sessions.close(door.session, at=at("08.10"))
    sent(
        door, None, "08.20", walk_in=WalkIn("Budi Santoso", ormas_text="Ormas Baru"), reason="Budi Santoso, Ormas Baru"
    )
    text = read(organiser, door)
    assert "Budi Santoso, Ormas Baru Setelah sesi ditutup" in text
    assert "Ditulis 08.20" in text


def test_override_that_was_refused_gives_the_officer_s_reason(door, organiser):
    rejected = a_registration(door.session.angkatan, Status.REJECTED)
    sent(door, rejected, "08.00", is_override=True, reason="Ketua ormasnya", ref=rejected.ref)
    assert "Alasan petugas: “Ketua ormasnya”." in read(organiser, door)


def test_session_that_takes_no_attendance_any_more_is_said(door, organiser, person):
    Session.objects.update(takes_attendance=False)
    sent(door, person, "08.00")
    assert "Sesi tanpa daftar hadir" in read(organiser, door)


def test_markup_in_a_device_s_name_stays_text(door, organiser, cancelled):
    sent(door, cancelled, "08.00", device="<b>Meja</b>")
    assert "<b>Meja" not in organiser.get(address(door)).content.decode()


# ---- A wrong clock -------------------------------------------------------------------------------


def of_wrong_clock(door: Door, number: int, device: str = "Ponsel meja 3") -> list[AttendanceEvent]:
    people = [a_registration(door.session.angkatan) for _ in range(number)]
    return [sent(door, one, "08.10", device=device, error=-86_400) for one in people]


def group(html: str, device: str) -> dict[str, str]:
    """The hidden fields of a device's card."""
    place = re.findall(rf'name="perangkat-(jam\d+)" value="{device}"', html)[0]
    until = re.findall(rf'name="sampai-{place}" value="(\d+)"', html)[0]
    return {f"perangkat-{place}": device, f"sampai-{place}": until, "place": place}


def test_one_decision_for_all_of_a_device(door, organiser):
    events = of_wrong_clock(door, 3)
    other = of_wrong_clock(door, 1, "Ponsel meja 4")[0]
    html, text = organiser.get(address(door)).content.decode(), read(organiser, door)
    assert "Kiriman susulan: 4 perlu putusan" in text
    assert "3 catatan dari Ponsel meja 3" in text
    assert "Tertulis 10 Maret 2019 08.10 · tiba 11 Maret 2019 10.00" in text
    assert "Jam perangkat terlambat 1 hari. Setelah koreksi: 11 Maret 2019 pukul 08.10. Satu putusan untuk" in text
    assert "Pertahankan dengan jam koreksi" in text

    fields = group(html, "Ponsel meja 3")
    late_one = of_wrong_clock(door, 1)[0]  # came after the page was shown
    answer = organiser.post(address(door), fields | {f"putusan-{fields.pop('place')}": "pertahankan"}, follow=True)
    assert words(answer) == "Disimpan: 3 dipertahankan."
    assert {door.state(event.registration) for event in events} == {"present"}
    assert list(AttendanceEvent.objects.waiting_for_decision()) == [other, late_one]


def test_strike_of_a_device_owes_one_reason(door, organiser):
    of_wrong_clock(door, 2)
    fields = group(organiser.get(address(door)).content.decode(), "Ponsel meja 3")
    place = fields.pop("place")
    choice = fields | {f"putusan-{place}": "coret"}
    answer = organiser.post(address(door), choice)
    assert "Tulis alasan mencoretnya." in answer.content.decode()
    organiser.post(address(door), choice | {f"alasan-{place}": "Ponsel dipinjam orang"})
    assert AttendanceEvent.objects.filter(kind="strike", reason="Ponsel dipinjam orang").count() == 2


@pytest.mark.parametrize("days", [400, -3])
def test_impossible_time_counts_on_arrival(door, organiser, person, days):
    made = at("08.00") + timedelta(days=days)
    door.take(Scan(uuid.uuid4(), made, code=person.code, let_in=True, shown="present"), at("08.20"))
    text = read(organiser, door)
    assert "Pertahankan dengan jam tiba" in text
    assert ("belum tiba" if days > 0 else "sebelum hari pertama") in text
    assert "1 catatan dari perangkat tanpa nama" in text


# ---- Saving --------------------------------------------------------------------------------------


def test_what_is_decided_is_saved_and_the_rest_stays(door, organiser):
    people = [a_registration(door.session.angkatan, Status.REJECTED) for _ in range(3)]
    events = [sent(door, one, "08.00") for one in people]
    answer = say(organiser, door, (events[0], "pertahankan", ""), (events[1], "coret", " Salah   orang "))
    assert words(answer) == "Disimpan: 1 dipertahankan, 1 dicoret."
    assert [door.state(one) for one in people] == ["present", None, None]
    assert AttendanceEvent.objects.get(kind="strike").reason == "Salah orang"
    assert list(AttendanceEvent.objects.waiting_for_decision()) == [events[2]]


def test_missing_reason_holds_back_that_card_alone(door, organiser):
    people = [a_registration(door.session.angkatan, Status.REJECTED) for _ in range(2)]
    events = [sent(door, one, "08.00") for one in people]
    answer = say(organiser, door, (events[0], "pertahankan", ""), (events[1], "coret", " "))
    html = answer.content.decode()
    assert (door.state(people[0]), "Tulis alasan mencoretnya." in html) == ("present", True)
    assert "1 putusan belum disimpan" in html
    assert re.search(rf'name="putusan-{events[1].pk}" value="coret" checked', html)


def test_reason_that_is_too_long_comes_back_whole(door, organiser, cancelled):
    event = sent(door, cancelled, "08.00")
    answer = say(organiser, door, (event, "coret", "a" * 301))
    assert "paling banyak 300 huruf" in answer.content.decode()
    assert "a" * 301 in answer.content.decode()


def test_nothing_chosen_is_told(door, organiser, cancelled):
    sent(door, cancelled, "08.00")
    assert words(say(organiser, door)) == "Tidak ada yang berubah."


def test_pressing_twice_is_once(door, organiser, cancelled):
    event = sent(door, cancelled, "08.00")
    before = {f"lihat-{event.pk}": seen(organiser, door, event)}
    fields = before | {f"putusan-{event.pk}": "pertahankan"}
    answers = [organiser.post(address(door), fields, follow=True) for _ in range(2)]
    assert [words(answer) for answer in answers] == ["Disimpan: 1 dipertahankan."] * 2
    assert AttendanceEvent.objects.filter(kind="keep").count() == 1


def test_second_organiser_reads_what_the_first_decided(door, organiser, client_of, cancelled):
    event = sent(door, cancelled, "08.00")
    before = {f"lihat-{event.pk}": seen(organiser, door, event)}
    say(client_of("panitia"), door, (event, "coret", "Sudah digantikan"))
    answer = organiser.post(address(door), before | {f"putusan-{event.pk}": "pertahankan"}, follow=True)
    assert "Siti Rahmawati: Sementara halaman ini terbuka, sudah dicoret oleh Rina Kartika" in words(answer)
    assert door.state(cancelled) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"putusan-jam0": "coret"},
        {"putusan-jam0": "pertahankan", "sampai-jam0": "9" * 40, "perangkat-jam0": "x\0y"},
        {"putusan-jam0": "pertahankan", "sampai-jam0": "²", "perangkat-jam0": ""},
        {"putusan-": "pertahankan"},
        {"putusan-x": "pertahankan", "lihat-x": "1.1"},
        {f"putusan-{uuid.uuid4()}": "pertahankan"},
    ],
)
def test_hostile_fields_change_nothing(door, organiser, cancelled, fields):
    sent(door, cancelled, "08.00")
    assert organiser.post(address(door), fields).status_code == 302
    assert not AttendanceEvent.objects.filter(about__isnull=False).exists()


def test_seen_that_was_made_up_decides_nothing(door, organiser, cancelled):
    event = sent(door, cancelled, "08.00")
    organiser.post(address(door), {f"putusan-{event.pk}": "pertahankan", f"lihat-{event.pk}": "x" * 5000})
    organiser.post(address(door), {f"putusan-{event.pk}": "pertahankan"})
    assert door.state(cancelled) is None


def test_closed_batch_says_so(door, organiser, cancelled):
    event = sent(door, cancelled, "08.00")
    before = seen(organiser, door, event)
    Angkatan.objects.update(closed_at=at("12.00", day=14))
    answer = organiser.post(
        address(door), {f"putusan-{event.pk}": "pertahankan", f"lihat-{event.pk}": before}, follow=True
    )
    assert "Buka lagi dulu angkatannya" in words(answer)


# ---- What was fine, and the other decision later -------------------------------------------------


def test_nothing_came_late_yet(door, organiser):
    assert "Belum ada kiriman susulan" in read(organiser, door)


def test_what_was_fine_is_folded_by_device(door, organiser):
    people = [a_registration(door.session.angkatan, name=f"Budi {letter}") for letter in "abcdefghijklmnop"]
    for number, one in enumerate(people):
        sent(door, one, f"08.{number + 10}", device="Laptop pintu" if number < 3 else DEVICE)
    text = read(organiser, door)
    assert "Laptop pintu 3 catatan sudah dihitung, dipindai 11 Maret 2019 08.10–08.12, tiba 10.00" in text
    assert "Ponsel meja 2 13 catatan sudah dihitung" in text
    assert "Semua 13 nama" in text
    assert "Budi o Dipindai 08.24" in text
    assert "Budi p" not in text  # the thirteenth


def test_two_devices_saw_one_person(door, organiser, person):
    sent(door, person, "08.20")
    sent(door, person, "08.05", device="Laptop pintu")
    assert "Dipindai di dua meja: 2" in read(organiser, door)
    first = AttendanceEvent.objects.get(device="Laptop pintu")
    assert "Coret tetap terlambat 08.20" in read(organiser, door, f"?catatan={first.pk}")
    text = read(organiser, door, "?lihat=dua-meja")
    assert "Dipindai 08.05 · Laptop pintu · tiba 10.00" in text
    assert "Presensi: Terlambat Dipindai 08.20" in text
    assert "Presensi: Hadir, juga tercatat lewat yang lain Dipindai 08.05" in text


def test_what_a_device_told_otherwise_is_listed(door, organiser, person):
    sent(door, person, "08.40", shown="present")
    assert "Dijawab lain oleh perangkat: 1" in read(organiser, door)


def test_what_was_refused_at_the_door_is_listed(door, organiser, cancelled):
    sent(door, cancelled, "08.40", shown="not_accepted")
    assert "Tidak dihitung: 1" in read(organiser, door)
    assert "Presensi tidak dicatat: Belum diterima" in read(organiser, door, "?lihat=tidak-dihitung")


def test_counted_one_can_be_struck_and_kept_again(door, organiser, person):
    event = sent(door, person, "08.10")
    query = f"?catatan={event.pk}"
    text = read(organiser, door, query)
    assert "Pertahankan hadir 08.10 Coret tidak dihitung" in text
    say(organiser, door, (event, "coret", "Bukan orangnya"), query=query)
    assert door.state(person) is None
    assert "Sudah diputuskan: 1" in read(organiser, door)
    assert "Kiriman susulan dicoret: “Bukan orangnya” Dipindai 08.10" in read(organiser, door, "?lihat=diputuskan")
    say(organiser, door, (event, "pertahankan", ""), query=query)
    assert door.state(person) == "present"
    assert "Sudah diputuskan: 1" in read(organiser, door)


def test_list_is_paged_and_keeps_its_device(door, organiser, monkeypatch):
    monkeypatch.setattr("pelatihan.desk.late.A_LIST", 2)
    for number in range(5):
        sent(door, a_registration(door.session.angkatan), f"08.1{number}", device="Meja & <1>")
    query = "?lihat=dihitung&perangkat=Meja%20%26%20%3C1%3E"
    html = organiser.get(address(door) + query + "&hal=2").content.decode()
    assert "perangkat=Meja%20%26%20%3C1%3E&amp;hal=3" in html
    assert html.count("list-item") == 2


@pytest.mark.parametrize("query", ["?lihat=apa", "?hal=x", "?lihat=dihitung&hal=99", "?lihat=jam"])
def test_strange_addresses_show_a_page(door, organiser, query):
    assert organiser.get(address(door) + query).status_code == 200


@pytest.mark.parametrize("query", ["?catatan=", "?catatan=x", f"?catatan={uuid.UUID(int=9)}"])
def test_unknown_event_is_not_there(door, organiser, query):
    assert organiser.get(address(door) + query).status_code == 404


def test_live_scan_is_not_decided_on(door, organiser, person):
    event = door.scan(person, "08.00").event
    assert organiser.get(f"{address(door)}?catatan={event.pk}").status_code == 404


# ---- Many ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 4])
def test_page_asks_the_same_number_of_questions(door, organiser, number, django_assert_num_queries):
    for place in range(number):
        other = Door(SessionFactory(angkatan=door.session.angkatan, hour=10 + place), door.officer)
        sent(door, a_registration(door.session.angkatan, Status.REJECTED), "08.10")
        sent(other, a_registration(door.session.angkatan), "08.10", "10.30")
        sent(door, a_registration(door.session.angkatan), "08.20", device=f"HP {place}")
        sent(door, None, "08.20", shown="saved")
    of_wrong_clock(door, number)
    with django_assert_num_queries(17):
        assert organiser.get(address(door)).status_code == 200
    for key, queries in (("dihitung", 5), ("tidak-dihitung", 4), ("diputuskan", 4)):
        with django_assert_num_queries(queries):
            organiser.get(f"{address(door)}?lihat={key}")


def test_cards_are_paged_the_earliest_first(door, organiser, monkeypatch):
    monkeypatch.setattr("pelatihan.desk.late.A_PAGE", 2)
    people = [a_registration(door.session.angkatan, Status.REJECTED, name=f"Budi {letter}") for letter in "abc"]
    for one, clock in zip(people, ("08.20", "08.00", "08.10"), strict=True):
        sent(door, one, clock)
    first, second = read(organiser, door), read(organiser, door, "?hal=2")
    assert first.index("Budi b") < first.index("Budi c")
    assert ("Budi a" in first, "Budi a" in second, "Halaman 1 dari 2" in first) == (False, True, True)


# ---- Signs elsewhere -----------------------------------------------------------------------------


def test_sign_leads_there_from_board_desk_and_recap(door, organiser, client_of, cancelled):
    slug = door.session.angkatan.slug
    pages = [reverse("board", args=[slug]), reverse("recap", args=[slug])]
    pages.append(reverse("desk_session", args=[slug, door.session.pk]))
    a_registration(door.session.angkatan)
    assert not any("kiriman susulan menunggu" in organiser.get(page).content.decode() for page in pages)
    sent(door, cancelled, "08.00")
    for page in pages:
        html = organiser.get(page).content.decode()
        assert "1 kiriman susulan menunggu" in html
        assert address(door) in html
    assert "kiriman susulan" not in client_of("petugas").get(pages[0]).content.decode()
    assert "kiriman susulan" not in client_of("petugas").get(pages[2]).content.decode().lower()


def test_who_replaced_somebody_is_not_the_one_who_came(door, organiser, person):
    changes.replace(person, Application(a_person(), Registration.Source.WEB), actor=clerk(), at=at("07.30"))
    sent(door, person, "08.00")
    assert "Digantikan orang lain pukul 07.30 oleh Rina Kartika. Perangkat belum tahu." in read(organiser, door)


def test_histories_tell_of_decisions(door, organiser, cancelled):
    event = sent(door, cancelled, "08.10")
    say(organiser, door, (event, "pertahankan", ""))
    mark = reverse("mark", args=[door.session.angkatan.slug, door.session.pk, cancelled.ref])
    assert "Kiriman susulan dipertahankan: Hadir" in organiser.get(mark).content.decode()
    say(organiser, door, (event, "coret", "Sudah digantikan"), query=f"?catatan={event.pk}")
    html = organiser.get(mark).content.decode()
    assert "Kiriman susulan dicoret" in html
    assert "Sudah digantikan" in html


def test_organiser_s_name_is_kept(door, organiser, cancelled):
    say(organiser, door, (sent(door, cancelled, "08.10"), "pertahankan", ""))
    assert AttendanceEvent.objects.get(kind="keep").author.groups.get().name == "panitia"
