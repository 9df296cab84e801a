"""Names as papers can print them."""

import pytest
from django.core.exceptions import ValidationError

from ormas import names


@pytest.mark.parametrize(
    "name",
    [
        "Suparman",
        "Mathla'ul Anwar",
        "d'Élise",
        "H. M. Nur/Aini (alm.)",
        "Ng",
        "Mc Donald-Putra",
        "Fx. Xaverius",
        "a" * 150,
    ],
)
def test_credible_name_is_taken(name: str) -> None:
    names.check_name(names.tidy(name))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "terlalu pendek"),
        ("A", "terlalu pendek"),
        ("a" * 151, "terlalu panjang"),
        ("<b>Budi</b>", "Tanda “<”"),
        ("Budi 🙂", "Tanda “🙂”"),
        ("Budi\x00", "Tanda “U\\+0000”"),
        ("Budi2", "Tanda “2”"),
        ("Иван", "tidak dapat dipakai"),
        ("..", "harus memuat huruf"),
        ("Budi ✝", "Tanda “✝”"),  # a Latin cross is no Latin letter
        ("Budi \U00017000", "Tanda “"),  # a letter for which Unicode has no name
    ],
)
def test_name_that_no_paper_shows_is_refused(name: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        names.check_name(names.tidy(name))


def test_typographic_apostrophe_becomes_plain() -> None:
    assert names.tidy("  ’Aisyiyah   Nur’aini ") == "'Aisyiyah Nur'aini"


@pytest.mark.parametrize(("sign", "plain"), [*((sign, "'") for sign in "’‘ʼ`´ʻ"), ("‐", "-"), ("‑", "-")])
def test_every_typographic_sign_becomes_plain(sign: str, plain: str) -> None:
    assert names.tidy(f"Nur{sign}aini") == f"Nur{plain}aini"


def test_composed_letters_are_one_and_others_stay_as_typed() -> None:
    assert names.tidy("Jose\u0301") == "José"
    assert names.tidy("RW ²") == "RW ²"  # refused by name, not read as RW 2

    with pytest.raises(ValidationError, match="Tanda “²”"):
        names.check_position("RW ²")


def test_line_breaks_stay() -> None:
    assert names.tidy("Jalan Contoh\n Nomor\t 1") == "Jalan Contoh\n Nomor 1"


def test_titles_stand_around_the_name() -> None:
    assert names.with_titles("Drs. H.", "Budi", "M.Si.") == "Drs. H. Budi, M.Si."
    assert names.with_titles("", "Budi", "") == "Budi"


def test_position_may_count_its_place() -> None:
    names.check_position("Ketua RW 03 & Wakil II")

    with pytest.raises(ValidationError, match="huruf Latin, angka"):
        names.check_position("Ketua <1>")


@pytest.mark.parametrize("letter", ["ƛ", "ȿ", "ɐ", "ᴀ", "Ꜣ", "ꭓ", "ﬀ", "ỻ"])
def test_letter_that_the_font_lacks_is_refused(letter: str) -> None:
    with pytest.raises(ValidationError, match=f"Tanda “{letter}” tidak dapat dipakai"):
        names.check_name(f"Budi {letter}")


@pytest.mark.parametrize("letter", ["é", "Ḥ", "ā", "ñ", "ş", "ơ", "ẞ", "ỹ", "ɏ"])
def test_letter_with_a_diacritic_is_taken(letter: str) -> None:
    names.check_name(f"Budi {letter}")


def test_unseen_sign_is_named_by_its_number() -> None:
    for sign in ("\u0301", "\u200b", "\u00ad", "\u202e"):
        with pytest.raises(ValidationError, match=f"Tanda “U\\+{ord(sign):04X}”"):
            names.check_text(f"1{sign}")


def test_texts_take_every_sign_of_a_western_keyboard() -> None:
    keyboard = [chr(number) for number in range(256)]

    printed = [sign for sign in keyboard if names.is_printed(sign)]
    assert printed == [sign for sign in keyboard if sign.isprintable() or sign == "\u00a0"]


@pytest.mark.parametrize("sign", "ʾʿ–—‘’‚“”„†•…′″‹›⁄€№™−≈≠≤≥½⅓⅔→←ẞā")
def test_texts_take_the_marks_and_letters_of_printed_matter(sign: str) -> None:
    names.check_text(f"Tema {sign}")


@pytest.mark.parametrize("sign", "ƛ✓☎✝ꜣ")
def test_texts_take_no_sign_that_the_font_lacks(sign: str) -> None:
    with pytest.raises(ValidationError, match=f"Tanda “{sign}” tidak dapat dicetak"):
        names.check_text(f"Tema {sign}")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_text_of_several_lines_is_looked_at_line_by_line(place: int) -> None:
    lines = ["Satu", "Dua", "Tiga"]
    names.check_lines("\n".join(lines))

    lines[place] = "Tanda 日"
    with pytest.raises(ValidationError):
        names.check_lines("\r\n".join(lines))
