"""The committee's pages: who gets one and why, the rule, issuing, one person's; and the delegate's own copy."""

import io
import re
import zipfile

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from pelatihan.certificates import issuing
from pelatihan.models import (
    Angkatan,
    Certificate,
    CertificateException,
    CertificateRule,
    Message,
    NumberSeries,
    Registration,
)
from tests.factories import UserFactory
from tests.pelatihan.certificates.course import END, certificate_of, course

__all__ = ["course"]


@pytest.fixture(autouse=True)
def _after_the_last_session():
    with time_machine.travel(END, tick=False):
        yield


@pytest.fixture
def committee(course) -> Client:
    client = Client()
    client.force_login(course.by)
    return client


def page(client: Client, name: str, course, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=[course.angkatan.slug, *args]), query, follow=True)
    assert answer.status_code == 200
    return text_of(answer.text)


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def press(client: Client, course, **changes: str):
    """The button on the page that asks once more."""
    address = reverse("certificate_issue", args=[course.angkatan.slug])
    html = client.get(address).text
    sent = dict(re.findall(r'name="(key|seen)"[^>]*value="([^"]*)"', html))
    return client.post(address, sent | {"sure": "on"} | changes, follow=True)


# ---- The list --------------------------------------------------------------------------------------


def test_list_tells_who_gets_one_and_who_not_and_why(committee, course):
    course.person("Ahmad", 0, 1)
    course.person("Budi", 0)

    assert "Hadir paling sedikit 80 % jam pelajaran: 4 dari 5 JP." in page(committee, "certificates", course)
    assert "Siap terbit (1) Sudah terbit (0) Tidak mendapat (1)" in page(committee, "certificates", course)
    assert "Budi" in page(committee, "certificates", course, tampil="tidak")
    assert "2 dari 5 JP; perlu paling sedikit 4." in page(committee, "certificates", course, tampil="tidak")


def test_list_is_searched_by_name_ormas_and_number(committee, course):
    course.person("Ahmad", 0, 1)
    course.person("Budi", 0, 1)
    course.issue()

    asked = {"AHM": "Ahmad", "bud": "Budi", f"00{number_of('Budi')}": "Budi"}
    for words, name in asked.items():
        found = page(committee, "certificates", course, tampil="terbit", cari=words)
        assert [one for one in ("Ahmad", "Budi") if one in found] == [name]
    assert "Tidak ada yang cocok dengan “zzz”" in page(committee, "certificates", course, cari="zzz")


def number_of(name: str) -> int:
    return Certificate.objects.get(registration__name=name).no


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_a_fixed_number_of_queries(committee, course, count, django_assert_max_num_queries):
    for letter in "abc"[:count]:
        course.person(f"Peserta {letter}", 0, 1)
    course.issue()
    address = reverse("certificates", args=[course.angkatan.slug])
    committee.get(address)

    with django_assert_max_num_queries(14):
        committee.get(address, {"tampil": "terbit"})


# ---- Issuing ---------------------------------------------------------------------------------------


def test_press_issues_after_what_stands_in_the_way_was_read(committee, course):
    course.person("Ahmad", 0, 1)
    assert "001/SERT/III/2019" in page(committee, "certificate_issue", course)

    unread = press(committee, course, sure="")

    assert "Beri centang bila memang akan diterbitkan sekarang." in unread.text
    assert not Certificate.objects.exists()

    read = press(committee, course)

    assert "1 sertifikat terbit." in read.text
    assert number_of("Ahmad") == 1


def test_press_with_nothing_to_issue_leads_back_with_why(committee, course):
    course.person("Ahmad")

    assert "Belum ada yang berhak." in page(committee, "certificate_issue", course)


def test_without_a_series_the_page_leads_to_the_rule(committee, course):
    course.person("Ahmad", 0, 1)
    CertificateRule.objects.update(series=None)

    found = page(committee, "certificates", course)

    assert "Seri nomornya belum dipilih." in found
    assert "Pilih seri nomor" in found
    assert "Terbitkan 1" not in found


# ---- The rule --------------------------------------------------------------------------------------

USUAL = {
    "measure": "percent", "least_percent": "80", "title": "Sertifikat", "role": "sebagai peserta",
    "text": "selama {jp}.", "has_back": "on", "signer": "", "back_signer": "", "dated_on": "",
}  # fmt: skip


def keep(client: Client, course, **changes: str) -> str:
    address = reverse("certificate_rule", args=[course.angkatan.slug])
    seen = dict(re.findall(r'name="(as-seen)" value="([^"]*)"', client.get(address).text))
    sent = {**USUAL, "series": str(course.series.pk), **seen, **changes}
    return text_of(client.post(address, sent, follow=True).text)


def test_rule_is_kept(committee, course):
    told = keep(committee, course, measure="all", excused_counts="on", title="Piagam", dated_on="2019-03-20")

    rule = CertificateRule.objects.get()
    assert "Aturan sertifikat disimpan." in told
    assert (rule.measure, rule.excused_counts, rule.title, str(rule.dated_on)) == ("all", True, "Piagam", "2019-03-20")
    assert "Piagam Hadir di semua sesi materi dan diskusi (3 sesi). Izin dihitung hadir." in told


@pytest.mark.parametrize(
    ("field", "typed", "refusal"),
    [
        ("least_percent", "0", "Tulis angka 1 sampai 100."),
        ("least_percent", "101", "Tulis angka 1 sampai 100."),
        ("least_percent", "", "Tulis angka 1 sampai 100."),
        ("least_percent", "80,5", "Tulis angka 1 sampai 100."),
        ("title", "", "Tulis isinya."),
        ("title", "x" * 41, "Terlalu panjang."),
        ("text", "oleh {siapa}", "{siapa} tidak dikenal. Yang dapat dipakai: {kantor}, {tempat}, {tanggal}, {jp}."),
        ("text", "oleh {kantor", "Kurung kurawal tidak berpasangan."),
        ("text", "日本", "Tanda “日” tidak dapat dicetak."),
        ("text", "x" * 401, "Terlalu panjang."),
        ("dated_on", "2019-03-10", "Pilih tanggal dari 11 Maret 2019 sampai"),
        ("dated_on", "9999-12-31", "Pilih tanggal dari 11 Maret 2019 sampai"),
        ("series", "999999", "Pilihan ini tidak ada lagi."),
    ],
)
def test_rule_that_makes_no_sense_is_refused(committee, course, field, typed, refusal):
    assert refusal in keep(committee, course, **{field: typed})
    assert CertificateRule.objects.get().text.startswith("diselenggarakan")


def test_rule_of_a_closed_batch_stands_still(committee, course):
    Angkatan.objects.update(closed_at=END)

    assert "aturan sertifikatnya tidak berubah lagi" in keep(committee, course, title="Piagam")
    assert CertificateRule.objects.get().title == "Sertifikat"


def test_what_two_people_write_differently_is_asked(committee, course):
    address = reverse("certificate_rule", args=[course.angkatan.slug])
    seen = dict(re.findall(r'name="(as-seen)" value="([^"]*)"', committee.get(address).text))
    CertificateRule.objects.update(title="Piagam")

    answer = committee.post(address, {**USUAL, "series": str(course.series.pk), **seen, "title": "Tanda Ikut"})

    assert "Ada isian yang baru saja diubah orang lain" in answer.text
    assert CertificateRule.objects.get().title == "Piagam"


# ---- One person -------------------------------------------------------------------------------------


def act(client: Client, person: Registration, name: str, **sent: str) -> str:
    address = reverse("certificate_person", args=[person.angkatan.slug, person.ref])
    return text_of(client.post(address, {"act": name, **sent}, follow=True).text)


def test_exception_is_decided_with_a_reason_and_told(committee, course):
    person = course.person("Ahmad", 0)

    assert "Tulis alasannya" in act(committee, person, "putus", kind="grant")
    told = act(committee, person, "putus", kind="grant", reason="Bertugas mendampingi")

    assert "Keputusan disimpan." in told
    assert "Diberi dengan keputusan: “Bertugas mendampingi”" in told
    assert "Diberi, walau syaratnya belum terpenuhi, Rina Kartika" in told
    assert course.standing(person).is_due


def test_decision_that_does_not_fit_is_refused(committee, course):
    person = course.person("Ahmad", 0)

    assert "Pilih salah satu keputusan ini." in act(committee, person, "putus", kind="deny", reason="x y")
    assert not CertificateException.objects.exists()


def test_copy_and_revoking_from_the_page(committee, course):
    person = course.person("Ahmad", 0, 1)
    course.issue()
    Registration.objects.filter(pk=person.pk).update(name="Ahmad Fauzi")

    told = act(committee, person, "salinan", **{"salinan-reason": "Nama dibetulkan", "salinan-copies": "1"})
    assert "Salinan ke-2 dibuat atas nama Ahmad Fauzi. Nomor dan kodenya tetap." in told
    assert "Salinan ke-2 sudah dibuat." in act(
        committee, person, "salinan", **{"salinan-reason": "Nama dibetulkan", "salinan-copies": "1"}
    )
    assert "Sertifikat dicabut." in act(committee, person, "cabut", **{"cabut-reason": "Keliru orang"})
    assert "Keadaannya sudah berubah" in act(committee, person, "cabut", **{"cabut-reason": "Keliru orang"})
    assert "Sertifikat ini berlaku lagi." in act(committee, person, "berlaku")
    assert "Keadaannya sudah berubah" in act(committee, person, "entah")


def test_history_tells_all_that_happened_the_newest_first(committee, course):
    person = course.person("Ahmad", 0, 1)
    course.issue()
    issuing.revoke(certificate_of(person), "Keliru orang", by=course.by, at=END)
    issuing.restore(certificate_of(person), by=course.by, at=END)

    found = page(committee, "certificate_person", course, person.ref)

    for line in ("Terbit atas nama Ahmad, Rina Kartika", "Dicabut, Rina Kartika “Keliru orang”", "Diberlakukan lagi,"):
        assert line in found


# ---- Paper, zip, news -------------------------------------------------------------------------------


def test_papers_hold_those_in_force_and_nobody_else(committee, course):
    people = [course.person(name, 0, 1) for name in ("Ahmad", "Budi", "Citra")]
    course.issue()
    issuing.revoke(certificate_of(people[1]), "Keliru orang", by=course.by, at=END)
    address = reverse("paper", args=[course.angkatan.slug, "sertifikat"])

    whole = PdfReader(io.BytesIO(committee.get(address).content))
    one = PdfReader(io.BytesIO(committee.get(address, {"siapa": str(people[2].ref)}).content))

    assert len(whole.pages) == 4
    assert "Citra" in one.pages[0].extract_text()
    assert committee.get(address, {"siapa": str(people[1].ref)}).status_code == 404


def test_sample_is_printed_before_anything_is_issued_and_draws_nothing(committee, course):
    course.person("Ahmad", 0, 1)
    address = reverse("paper", args=[course.angkatan.slug, "sertifikat"])

    sample = PdfReader(io.BytesIO(committee.get(address, {"ragam": "contoh"}).content))

    assert "CONTOH" in sample.pages[0].extract_text()
    assert "Nomor contoh" in sample.pages[0].extract_text()
    none = committee.get(address)
    assert none.status_code == 404
    assert reverse("certificates", args=[course.angkatan.slug]) in none.text  # where to issue them
    assert "Pilih sesi" not in none.text
    assert NumberSeries.objects.get().last == 0


def test_zip_holds_a_file_for_each_named_by_its_number(committee, course, monkeypatch):
    for name in ("Ahmad", "Budi", "Citra"):
        course.person(name, 0, 1)
    course.issue()
    monkeypatch.setattr("pelatihan.papers.certificate.MOST_FILES", 2)
    address = reverse("certificate_archive", args=[course.angkatan.slug])

    boxes = [zipfile.ZipFile(io.BytesIO(committee.get(address, {"bagian": part}).content)) for part in ("1", "2")]

    assert [box.namelist() for box in boxes] == [
        ["sertifikat-001-SERT-III-2019.pdf", "sertifikat-002-SERT-III-2019.pdf"],
        ["sertifikat-003-SERT-III-2019.pdf"],
    ]
    assert len(PdfReader(io.BytesIO(boxes[1].read(boxes[1].namelist()[0]))).pages) == 2
    assert "bagian=2" in committee.get(reverse("certificates", args=[course.angkatan.slug])).text
    for nonsense in ("3", "99999999999999999999", "x", "-1"):
        assert committee.get(address, {"bagian": nonsense}).status_code in (200, 404)


def test_news_goes_once_to_each_who_holds_one(committee, course):
    by_mail = course.person("Ahmad", 0, 1, email="ahmad@ormas.example.org")
    by_hand, gone = course.person("Budi", 0, 1), course.person("Citra", 0, 1)
    course.issue()
    issuing.revoke(certificate_of(gone), "Keliru orang", by=course.by, at=END)
    address = reverse("certificate_tell", args=[course.angkatan.slug])

    first, again = (text_of(committee.post(address, follow=True).text) for _ in range(2))

    assert "Kabar untuk 2 orang ditulis." in first
    assert "Semua pemegang sertifikat sudah dikabari." in again
    told = Message.objects.filter(kind="certificate")
    assert {one.registration for one in told} == {by_mail, by_hand}


# ---- The delegate's own ------------------------------------------------------------------------------


@pytest.fixture
def own(course) -> tuple[Client, Registration]:
    person = course.person("Ahmad", 0, 1, phone="+6281298765432")
    client = Client()
    client.post(person.get_absolute_url(), {"phone": "081298765432"})
    return client, person


def test_delegate_reads_and_downloads_it_once_it_is_issued(own, course):
    client, person = own
    address = reverse("own_certificate", args=[person.shown_code])
    assert "Unduh sertifikat" not in client.get(person.get_absolute_url()).text
    assert client.get(address).status_code == 404

    course.issue()

    text = text_of(client.get(person.get_absolute_url()).text)
    assert "Sertifikat Anda Nama Ahmad Nomor 001/SERT/III/2019 Jam pelajaran 5 JP" in text
    file = client.get(address)
    assert file["Content-Disposition"] == 'attachment; filename="sertifikat-001-SERT-III-2019.pdf"'
    assert "Ahmad" in PdfReader(io.BytesIO(file.content)).pages[0].extract_text()
    assert file.content == client.get(address).content


def test_delegate_reads_that_it_was_revoked_and_gets_no_file(own, course):
    client, person = own
    course.issue()
    issuing.revoke(certificate_of(person), "Keliru orang", by=course.by, at=END)

    text = text_of(client.get(person.get_absolute_url()).text)

    assert "dicabut pada 11 Maret 2019 dan tidak berlaku lagi" in text
    assert "Keliru orang" not in text
    assert client.get(reverse("own_certificate", args=[person.shown_code])).status_code == 404


def test_stranger_gets_no_file_of_anybody(own, course):
    _client, person = own
    course.issue()

    answer = Client().get(reverse("own_certificate", args=[person.shown_code]))

    assert answer.status_code == 302
    assert UserFactory(role="verifikator").has_perm("pelatihan.issue_certificates") is False
