"""Texts that staff edit: what is refused and why, what is filled in, back to the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pelatihan.messaging import texts
from pelatihan.messaging.texts import KINDS, PLACEHOLDERS, filled, filled_subject, problems_of
from pelatihan.models import MessageKind, TextOfOffice
from tests.factories import NOON, UserFactory

GOOD = ("Kabar {angkatan}", "Yth. {penerima},\n\nKode: {kode}\n{tautan}")


def body_problem(body: str, kind: str = "accepted") -> str:
    """The one sentence about a body."""
    (sentence,) = problems_of(kind, GOOD[0], body)["body"]
    return sentence


# ---- The originals -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MessageKind)
def test_original_is_a_text_that_staff_could_save(kind):
    assert problems_of(kind, *texts.original(kind)) == {}


@pytest.mark.parametrize("kind", MessageKind)
def test_original_greets_signs_and_uses_no_markup(kind):
    body = texts.original(kind).body

    assert body.startswith("Yth. {penerima},\n\n")
    assert body.endswith("{kantor}")
    assert "<" not in body


@pytest.mark.parametrize("kind", MessageKind)
def test_what_is_needed_is_allowed_and_explained(kind):
    assert set(KINDS[kind].needed) <= set(KINDS[kind].allowed) <= set(PLACEHOLDERS)
    assert [each.name for each in texts.placeholders_of(kind)]


# ---- What is refused -----------------------------------------------------------------------------


def test_good_text_has_no_problems():
    assert problems_of("accepted", *GOOD) == {}


def test_unknown_placeholder_is_named_with_its_line_the_nearest_and_the_list():
    sentence = body_problem("Yth. {penerima}\n{kode} {tautan}\nKumpul {waktu_kumpul}.")

    assert sentence.startswith("{waktu_kumpul} pada baris 3 tidak dikenal. Maksud Anda {waktu_mulai}?")
    assert "Yang dapat dipakai: {penerima}, {nama}," in sentence
    assert "{daftar_kode}" not in sentence


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("{Nama}", "{nama}"), ("{ nama }", "{nama}"), ("{xyz}", ""), ("{{kode}}", None), ("{titik}", "{titik_kumpul}")],
)  # fmt: skip
def test_nearly_right_placeholder_gets_the_right_one_offered(typed, meant):
    sentences = problems_of("accepted", GOOD[0], f"{GOOD[1]}\n{typed}")["body"]

    if meant is None:
        assert "Kurung kurawal pada baris 5 tidak berpasangan" in sentences[0]
    else:
        assert ("Maksud Anda" in sentences[0]) is bool(meant)
        assert meant in sentences[0]


def test_placeholder_of_another_kind_is_told_apart_from_an_unknown_one():
    assert "{daftar_kode} pada baris 5 tidak tersedia di sini." in body_problem(f"{GOOD[1]}\n{{daftar_kode}}")


def test_same_mistake_is_told_once():
    assert body_problem(f"{GOOD[1]} {{x}} {{x}}").count("{x}") == 1


@pytest.mark.parametrize(
    ("body", "line"), [("{kode} {tautan} {", 1), ("{kode}\n{tautan}\n}", 3), ("{kode\n} {tautan}", 0)]
)
def test_brace_without_its_half_is_named_by_its_line(body, line):
    sentences = problems_of("accepted", GOOD[0], body)["body"]

    assert not line or f"baris {line} tidak berpasangan" in sentences[0]
    assert sentences


@pytest.mark.parametrize("markup", ["<b>Halo</b>", "<script>alert(1)</script>", "<br/>", "<!-- x -->", "<A HREF=x>"])
def test_markup_is_refused_for_people_would_read_it(markup):
    assert "tidak memakai HTML" in body_problem(f"{GOOD[1]}\n{markup}")


def test_signs_of_comparison_are_no_markup():
    assert problems_of("accepted", GOOD[0], f"{GOOD[1]}\n2 < 3 > 1, a<3") == {}


@pytest.mark.parametrize("code", ["{% if x %}", "{{ x }}", "{0}", "{nama.__class__}", "{nama!r}", "{}"])
def test_code_of_templates_is_refused(code):
    assert problems_of("accepted", GOOD[0], f"{GOOD[1]}\n{code}")["body"]


def test_text_without_what_it_is_for_is_refused():
    assert body_problem("Yth. {penerima}, kode {kode}") == (
        "Tanpa {tautan} (Alamat halaman penerima) pesan ini tidak ada gunanya. Tambahkan ke isi."
    )


def test_length_is_counted_as_kept():
    rest = "a" * (texts.LONGEST_BODY - len(GOOD[1]) - 1)

    assert problems_of("accepted", GOOD[0], f"{GOOD[1]}\r\n{rest}\r\n\r\n") == {}
    assert "hapus 1 huruf" in body_problem(f"{GOOD[1]}\n{rest}b")
    assert "hapus 1 huruf" in problems_of("accepted", "a" * 151, GOOD[1])["subject"][0]


def test_text_that_grows_too_long_when_filled_is_refused():
    assert "isian terpanjang" in body_problem(f"{GOOD[1]} {'{bawaan} ' * 4}")


@pytest.mark.parametrize(
    ("subject", "body"), [("", GOOD[1]), (" \n", GOOD[1]), (GOOD[0], "  "), ("satu\ndua", GOOD[1])]
)
def test_empty_and_two_line_subjects_are_refused(subject, body):
    assert problems_of("accepted", subject, body)


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f"])
def test_signs_that_nobody_sees_are_refused(sign):
    assert "tidak terlihat" in problems_of("accepted", GOOD[0] + sign + "x", GOOD[1])["subject"][0]


# ---- Filling in ----------------------------------------------------------------------------------


def values(**given):
    return lambda name: given.get(name, "")


def test_line_of_which_something_is_missing_goes_away():
    text = "Halo {nama}\nTitik kumpul: {titik_kumpul}\n\nDari {kantor} ke {tempat}\n\nAkhir"

    assert filled(text, values(nama="Siti", kantor="Kantor")) == "Halo Siti\n\nAkhir"


def test_value_is_no_text_to_be_filled_again():
    assert filled("{nama}", values(nama="{kode} {", kode="X")) == "{kode} {"


def test_subject_is_one_line_whatever_stands_in_it():
    assert filled_subject("free", "Dari {nama}", values(nama="A\r\nBcc: b@contoh.id")) == "Dari A Bcc: b@contoh.id"
    assert filled_subject("free", "{nama}", values()) == "Pesan bebas"
    assert len(filled_subject("free", "{nama}", values(nama="a" * 900))) == 200


def test_sent_text_has_an_end():
    assert len(filled("{nama}", values(nama="a" * 9000))) == 4000


@given(st.text(alphabet="{}nama kode\n<%", max_size=60))
def test_filling_never_fails_and_leaves_no_placeholder(text):
    assert not any(texts._PLACE.search(line) for line in filled(text, values(nama="Siti")).split("\n"))


# ---- Keeping -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_text_of_the_office_holds_until_it_is_reset():
    clerk = UserFactory()

    kept = texts.save("accepted", *GOOD, by=clerk, at=NOON)

    assert (texts.text_of("accepted"), kept.changed_by) == (texts.Text(*GOOD), clerk)
    assert list(texts.changed()) == ["accepted"]
    assert [texts.reset("accepted"), texts.reset("accepted")] == [True, False]
    assert texts.text_of("accepted") == texts.original("accepted")


@pytest.mark.django_db
def test_saving_twice_is_one_text_and_saving_the_original_none():
    clerk = UserFactory()
    texts.save("accepted", *GOOD, by=clerk, at=NOON)
    texts.save("accepted", "Lain {angkatan}", GOOD[1], by=clerk, at=NOON)
    assert TextOfOffice.objects.get().subject == "Lain {angkatan}"

    subject, body = texts.original("accepted")

    assert texts.save("accepted", f" {subject} ", body.replace("\n", "\r\n"), by=clerk, at=NOON) is None
    assert not TextOfOffice.objects.exists()


@pytest.mark.django_db
def test_refused_text_is_not_kept():
    with pytest.raises(texts.TextRefused) as refusal:
        texts.save("accepted", "{x}", GOOD[1], by=UserFactory(), at=NOON)

    assert list(refusal.value.problems) == ["subject"]
    assert not TextOfOffice.objects.exists()
