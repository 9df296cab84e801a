"""The pages on which the committee says who sleeps where."""

import re

import pytest
import time_machine

from pelatihan.lifecycle import Action
from pelatihan.lodging import house
from pelatihan.models import Guest, Stay
from pelatihan.registration import writer
from tests.factories import NOON, AngkatanFactory, UserFactory, clerk
from tests.pelatihan.lodging.houses import find, lies, lodger, with_rooms

pytestmark = pytest.mark.django_db
ADDRESS = "/panitia/2019-ii/kamar/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def angkatan():
    return AngkatanFactory(number=2)


@pytest.fixture
def panitia(client):
    client.force_login(UserFactory(role="panitia"))
    return client


def text(response) -> str:
    """What a person reads of the page's main part."""
    main = re.search(r"<main.*</main>", " ".join(response.text.split()))
    assert main is not None
    return " ".join(re.sub(r"<[^>]+>", " ", main.group()).split())


def hidden(response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.text)
    assert found is not None
    return found[1]


def test_without_rooms_the_page_says_what_to_do_and_takes_many_at_once(panitia, angkatan):
    assert "Tulis kamar yang diberikan hotel" in text(panitia.get(ADDRESS))

    sent = {"rooms": "101–110\n201, 3 tempat tidur", "beds": "2", "note": "Lantai dasar", "is_near": "on"}
    page = panitia.post(ADDRESS, sent, follow=True)

    assert "11 kamar disimpan." in page.text
    assert "11 kamar dengan 23 tempat tidur." in text(page)
    assert "Cetak untuk hotel" not in page.text  # nobody lies anywhere yet
    assert set(angkatan.bedrooms.values_list("beds", "note", "is_near")) == {
        (2, "Lantai dasar", True), (3, "Lantai dasar", True),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"rooms": "", "beds": "2"}, "Tulis nomor atau nama kamarnya"),
        ({"rooms": "101, 101", "beds": "2"}, "Kamar 101 tertulis dua kali"),
        ({"rooms": "101", "beds": "11"}, "Tulis angka 1 sampai 10."),
        ({"rooms": "101", "beds": ""}, "Tulis angka 1 sampai 10."),
        ({"rooms": "7-9", "beds": "2"}, "Kamar 7 sudah ada"),
        ({"rooms": "Kamar ☃", "beds": "2"}, "Tanda “☃” tidak dapat dicetak"),
        ({"rooms": "1" * 3_000, "beds": "2"}, "Terlalu panjang. Tulis paling banyak 2000 huruf."),
        ({"rooms": "8", "beds": "2", "note": "x" * 81}, "Terlalu panjang. Tulis paling banyak 80 huruf."),
    ],
)
def test_rooms_that_cannot_be_made_come_back_with_a_sentence(panitia, angkatan, sent, sentence):
    with_rooms(angkatan, "7")

    page = panitia.post(ADDRESS, sent)

    assert sentence in text(page)
    assert angkatan.bedrooms.count() == 1


def test_the_page_shows_rooms_people_and_who_has_none(panitia, angkatan):
    with_rooms(angkatan, "101, 102")
    for name, sex in (("Ani", "P"), ("Budi", "L")):
        lodger(angkatan, name, sex, special_needs="Memakai kursi roda" if name == "Ani" else "")
    Guest.objects.create(angkatan=angkatan, category="speaker", name="Dr. Ratih")
    panitia.post(f"{ADDRESS}orang/{find(angkatan, 'Ani').key}/", {"act": "tempatkan", "room": room(angkatan, "101")})

    page = text(panitia.get(ADDRESS))

    assert "1 orang sudah punya kamar, 1 peserta belum" in page
    assert "101 Perempuan · 1 dari 2 Ani Alfa kebutuhan khusus" in page
    assert "102 kosong · 2 tempat tidur" in page
    assert "Narasumber, panitia, dan undangan tanpa kamar (1)" in page
    assert "Cetak untuk hotel" in page
    assert "kursi roda" not in page


def room(angkatan, name: str) -> int:
    return int(angkatan.bedrooms.get(name=name).pk)


def test_a_suggestion_is_looked_at_written_and_undone(panitia, angkatan):
    with_rooms(angkatan, "101, 102")
    for name, sex in (("Ani", "P"), ("Budi", "L"), ("Cici", "P")):
        lodger(angkatan, name, sex)

    shown = panitia.get(f"{ADDRESS}usulan/?cara=seormas")
    assert "3 orang mendapat kamar. Belum ada yang disimpan." in text(shown)
    assert not Stay.objects.exists()
    sent = {name: hidden(shown, name) for name in ("cara", "key", "shown")}
    done = panitia.post(f"{ADDRESS}usulan/", sent, follow=True)
    assert "3 orang ditempatkan menurut usulan." in done.text
    assert lies(angkatan) == {"101": ["Ani", "Cici"], "102": ["Budi"]}

    undone = panitia.post(f"{ADDRESS}usulan/urungkan/", {"key": hidden(done, "key")}, follow=True)
    assert "Usulan diurungkan: 3 orang tanpa kamar lagi." in undone.text
    assert not Stay.objects.exists()
    again = panitia.post(f"{ADDRESS}usulan/urungkan/", {"key": sent["key"]}, follow=True)
    assert "Usulan ini sudah diurungkan" in again.text


def test_a_suggestion_that_changed_is_shown_again_before_it_is_written(panitia, angkatan):
    with_rooms(angkatan, "101")
    lodger(angkatan, "Ani")
    shown = panitia.get(f"{ADDRESS}usulan/")
    lodger(angkatan, "Cici", ormas="Beta")

    page = panitia.post(f"{ADDRESS}usulan/", {name: hidden(shown, name) for name in ("cara", "key", "shown")})

    assert "Periksa usulan yang baru ini" in text(page)
    assert "2 orang mendapat kamar" in text(page)
    assert not Stay.objects.exists()


def test_more_people_than_beds_are_told_by_name(panitia, angkatan):
    with_rooms(angkatan, "101", beds=1)
    lodger(angkatan, "Ani")
    lodger(angkatan, "Cici")

    page = text(panitia.get(f"{ADDRESS}usulan/"))

    assert "1 orang mendapat kamar, 1 belum" in page
    assert "Cici (P) Alfa Tempat tidur tidak cukup." in page


def test_one_is_placed_moved_swapped_and_cleared_by_hand(panitia, angkatan):
    with_rooms(angkatan, "101, 102", beds=1)
    with_rooms(angkatan, "103", beds=2)
    lodger(angkatan, "Ani")
    lodger(angkatan, "Cici")

    def act(name: str, **sent):
        address = f"{ADDRESS}orang/{find(angkatan, name).key}/"
        page = panitia.get(address)
        return panitia.post(address, {"seen": hidden(page, "seen")} | sent, follow=True)

    assert "Ani sekarang di kamar 101." in act("Ani", act="tempatkan", room=room(angkatan, "101")).text
    assert "Ani sekarang di kamar 102." in act("Ani", act="tempatkan", room=room(angkatan, "102")).text
    act("Cici", act="tempatkan", room=room(angkatan, "103"))
    cici = find(angkatan, "Cici")
    assert "Ani dan Cici bertukar tempat." in act("Ani", act="tukar", other=f"{cici.key} {cici.seen}").text
    assert lies(angkatan) == {"101": [], "102": ["Cici"], "103": ["Ani"]}
    assert "Tempat Cici dikosongkan." in act("Cici", act="kosongkan").text
    full = act("Cici", act="tempatkan", room="")
    assert "Pilih kamar yang masih punya tempat dari daftar ini." in text(full)


def test_a_page_that_is_old_moves_nobody(panitia, angkatan):
    with_rooms(angkatan, "101, 102")
    lodger(angkatan, "Ani")
    address = f"{ADDRESS}orang/{find(angkatan, 'Ani').key}/"
    panitia.post(address, {"act": "tempatkan", "room": room(angkatan, "101"), "seen": ""})

    late = panitia.post(address, {"act": "tempatkan", "room": room(angkatan, "102"), "seen": ""}, follow=True)

    assert "Ani sekarang di kamar 101. Periksa, lalu pilih lagi." in late.text
    assert lies(angkatan)["101"] == ["Ani"]


def test_of_whom_it_is_not_known_the_page_asks(panitia, angkatan):
    with_rooms(angkatan, "101")
    guest = Guest.objects.create(angkatan=angkatan, category="speaker", name="Dr. Ratih")
    address = f"{ADDRESS}orang/t-{guest.pk}/"
    sent = {"act": "tempatkan", "room": room(angkatan, "101"), "seen": ""}

    assert "Pilih laki-laki atau perempuan" in panitia.post(address, sent, follow=True).text
    panitia.post(address, sent | {"sex": "P"})
    assert Stay.objects.get().sex == "P"


def test_who_does_not_come_is_put_in_order(panitia, angkatan):
    with_rooms(angkatan, "101")
    ani = lodger(angkatan, "Ani")
    address = f"{ADDRESS}orang/{find(angkatan, 'Ani').key}/"
    panitia.post(address, {"act": "tempatkan", "room": room(angkatan, "101"), "seen": ""})
    writer.move(ani, Action.CANCEL, actor=clerk(), at=NOON, reason="Berhalangan")

    page = panitia.get(address)
    assert "Tidak lagi diharapkan" in text(panitia.get(ADDRESS))
    assert "Kosongkan tempatnya agar dapat dipakai orang lain." in text(page)
    panitia.post(address, {"act": "kosongkan", "seen": hidden(page, "seen")})
    assert house.read(angkatan).gone == []
    assert panitia.get(address).status_code == 404


def test_a_room_is_changed_and_deleted_after_a_question(panitia, angkatan):
    with_rooms(angkatan, "101, 102")
    lodger(angkatan, "Ani")
    panitia.post(
        f"{ADDRESS}orang/{find(angkatan, 'Ani').key}/", {"act": "tempatkan", "room": room(angkatan, "101"), "seen": ""}
    )
    address = f"{ADDRESS}{room(angkatan, '101')}/"

    changed = panitia.post(address, {"name": "Melati 1", "beds": "3", "note": "", "is_near": "on"}, follow=True)
    assert "Kamar Melati 1 disimpan." in changed.text
    assert "sudah ada" in text(panitia.post(address, {"name": "1 02", "beds": "3", "note": ""}))
    assert "1 orang di kamar ini kembali" in text(panitia.get(f"{address}hapus/"))
    gone = panitia.post(f"{address}hapus/", follow=True)
    assert "Kamar Melati 1 dihapus. 1 orang tanpa kamar lagi." in gone.text
    assert "Kamar ini sudah dihapus." in panitia.post(f"{address}hapus/", follow=True).text


def test_two_clerks_change_one_room(panitia, angkatan):
    with_rooms(angkatan, "101")
    address = f"{ADDRESS}{room(angkatan, '101')}/"
    old = hidden(panitia.get(address), "as-seen")
    angkatan.bedrooms.update(note="Lantai 2")

    page = panitia.post(address, {"name": "101", "beds": "2", "note": "Lantai 3", "as-seen": old})

    assert "Ada isian yang baru saja diubah orang lain" in text(page)
    assert angkatan.bedrooms.get().note == "Lantai 2"


def test_a_closed_batch_shows_and_changes_nothing(panitia, angkatan):
    with_rooms(angkatan, "101")
    lodger(angkatan, "Ani")
    type(angkatan).objects.filter(pk=angkatan.pk).update(closed_at=NOON)
    sentence = "Angkatan II 2019 sudah ditutup, jadi pembagian kamarnya tidak berubah lagi."

    page = panitia.get(ADDRESS)
    assert sentence in text(page)
    assert "Simpan kamar" not in page.text
    address = f"{ADDRESS}orang/{find(angkatan, 'Ani').key}/"
    assert sentence in panitia.post(address, {"act": "tempatkan", "room": room(angkatan, "101")}, follow=True).text
    assert sentence in text(panitia.post(ADDRESS, {"rooms": "102", "beds": "2"}))
    assert not Stay.objects.exists()


@pytest.mark.parametrize("role", ["petugas", "verifikator", "pemantau"])
def test_only_the_committee_arranges_rooms(client, angkatan, role):
    client.force_login(UserFactory(role=role))

    page = client.get(ADDRESS)

    assert page.status_code == 403
    assert "Kamar hanya dibagi oleh panitia." in page.text


@pytest.mark.parametrize("many", [1, 5])
def test_the_page_asks_the_same_queries_for_many(panitia, angkatan, many, django_assert_num_queries):
    with_rooms(angkatan, "101-105")
    for number in range(many):
        lodger(angkatan, f"Ani {number}", ormas=f"Ormas {number}")
        key = find(angkatan, f"Ani {number}").key
        panitia.post(f"{ADDRESS}orang/{key}/", {"act": "tempatkan", "room": room(angkatan, f"10{number + 1}")})
        lodger(angkatan, f"Budi {number}", "L", ormas=f"Ormas {number}")
    panitia.get(ADDRESS)
    with django_assert_num_queries(8):  # session, user, batch, stays, people, guests, rooms, the last suggestion
        panitia.get(ADDRESS)
