"""How people are called on the screen in the room, and on the card that they wear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ormas import name_words, names
from ormas.called import LONGEST, first_name, short_name

CALLED = """
Budi Santoso                    Budi S.
Budi Santoso Wijaya             Budi S.
BUDI SANTOSO                    BUDI S.
Rizky                           Rizky
Sri-Rahayu Ningsih              Sri-Rahayu N.
'Aisyah Nur                     'Aisyah N.
Maria d'Cruz                    Maria D.
Budi 'Umar                      Budi U.
Ali émile                       Ali É.
Agus S. Permana                 Agus S.

Drs. H. Budi Santoso, M.Si.     Budi S.
Budi Santoso, S.Sos.            Budi S.
K.H. Ahmad Dahlan               Ahmad D.
Hj. Siti                        Siti
Budi SE                         Budi
Budi Santoso SE MM              Budi S.
Agus M                          Agus M.
Ma Huan                         Ma H.
R. Budi Santoso                 Budi S.
R.A. Kartini                    Kartini
Raden Ajeng Kartini Djojo       Kartini D.
Mas Budi                        Mas B.
Raden Mas                       Mas
Drs. H.                         H.
Budi (Anto) Santoso             Budi S.
Budi Santoso / Anto             Budi S.
Budi -                          Budi
Budi - SE                       Budi
Budi H                          Budi H.
Budi bin H                      Budi H.
Ma SE                           Ma
Drs. Mas Budi                   Mas B.
Rd. Mas Budi                    Budi
Rr. Ayu Lestari                 Lestari

I Gusti Ayu Laksmi Dewi         I Gusti Ayu L.
I Wayan Sudarma                 I Wayan S.
Ni Made Ayu                     Ni Made Ayu
Ida Bagus Mantra                Ida Bagus M.
Ida Royani                      Ida R.
Ayu Lestari                     Ayu L.
I Sudarma                       I Sudarma
La Ode Kaimuddin                La Ode K.
Cut Nyak Dien                   Cut Nyak D.
M. Rizky Pratama                M. Rizky P.
M Rizky Pratama                 M Rizky P.
Muh. Ali                        Muh. Ali
A. M. Fatwa                     A. M. Fatwa

Ahmad bin Saleh                 Ahmad S.
Siti binti Ahmad bin Saleh      Siti A.
Togar A/L Sim                   Togar S.
""".strip().splitlines()


@pytest.mark.parametrize("line", [line for line in CALLED if line], ids=lambda line: " ".join(line.split()))
def test_name_is_told_as_one_is_called(line):
    name, called = line[:32].strip(), line[32:]

    assert short_name(name) == called


@pytest.mark.parametrize(
    ("name", "called"), [("", ""), (",", ""), (", Budi", "Budi"), ("(Budi)", "(Budi)"), ("H. ", "H.")]
)
def test_name_of_signs_alone_breaks_nothing(name, called):
    assert short_name(name) == called


def test_long_name_ends_between_words_or_with_a_sign():
    assert short_name("Ni " + "Luh Putu " * 15 + "Sari") == "Ni Luh Putu Luh Putu Luh S."
    assert short_name("A" * 25 + " Budi") == "A" * 23 + "…"
    assert short_name("A" * 24 + " Budi") == "A" * 24 + " B."


@given(st.text(st.sampled_from("aBé '.,-()/"), min_size=names.LEAST, max_size=names.MOST))
def test_whatever_a_name_holds_is_told_in_a_few_letters(name):
    assert 0 <= len(short_name(name)) <= LONGEST + 3


# ---- Words that are no name by themselves --------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "name", "called"),
    [
        (name_words.BEHIND, "{} Budi Santoso", "{} B."),
        (name_words.BEHIND, "Budi {}", "Budi"),
        (name_words.NOBLE, "Raden {} Budi Santoso", "Budi S."),
        (name_words.NOBLE, "R. {} Budi Santoso", "Budi S."),
        (name_words.NOBLE, "Budi {}", "Budi {0[0]}."),
        (name_words.NOBLE_SHORT, "{} Budi Santoso", "Budi S."),
        (name_words.BALI, "I {} Budi", "I {} B."),
        (name_words.BALI, "Budi {} Santoso", "Budi {0[0]}."),
        (name_words.BETWEEN, "Budi {} Santoso", "Budi S."),
    ],
)
def test_words_that_are_no_name_are_known(words, name, called):
    written = [word.title().replace(" ", "/") for word in sorted(words)]  # A/L

    assert [short_name(name.format(word)) for word in written] == [called.format(word) for word in written]


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Drs. H. Budi Santoso, M.Si.", "Budi"),
        ("Siti", "Siti"),
        ("M. Rizky Pratama", "Rizky"),
        ("Muh. A. Fauzan", "Fauzan"),
        ("A. B. C.", "C."),
        ("I Gusti Ayu Ketut Laksmi", "I Gusti Ayu Ketut"),
        ("'Aisyah Nur", "'Aisyah"),
        ("Sri-Rahayu Ningsih", "Sri-Rahayu"),
        ("Dr. Ir.", "Ir."),
        ("", ""),
    ],
)
def test_a_card_says_the_first_name(name, called):
    assert first_name(name) == called
