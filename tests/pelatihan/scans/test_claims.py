"""From a form to what somebody says of a leaf: whatever is sent, a fault is a sentence and never an error."""

import uuid

import pytest
from django.http import QueryDict

from pelatihan.scans import claims, fields, written
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Mark
from tests.factories import OrmasFactory
from tests.pelatihan.scans.world import a_batch, a_leaf, a_printed_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaf() -> Leaf:
    return a_leaf(a_printed_list(a_batch(people=2)))


@pytest.fixture
def table() -> Leaf:
    """A daily table of two sessions, with blank rows on its last page."""
    sheet = a_printed_list(a_batch(people=2, sessions=2), daily=True)
    return a_leaf(sheet, len(sheet.ends))


def whole(leaf: Leaf) -> dict[str, str]:
    """A form in which everybody is present."""
    cells = fields.cells_of_people(leaf)
    counts = {fields.count(session): str(len(leaf.people)) for session in fields.sessions_of(leaf)}
    return {fields.mark(*cell): "hadir" for cell in cells} | counts


def first(leaf: Leaf) -> tuple[int, int]:
    return fields.cells_of_people(leaf)[0]


def test_whole_form_is_read_without_fault(leaf):
    claim, faults = claims.read(whole(leaf), leaf)

    assert faults == {}
    assert set(claim.marks.values()) == {Mark.PRESENT}
    assert claim.counts == dict.fromkeys(fields.sessions_of(leaf), 2)


def test_what_is_missing_is_named_cell_by_cell(leaf):
    _, faults = claims.read({}, leaf)

    assert faults[fields.mark(*first(leaf))] == claims.MISSING
    assert faults[fields.count(first(leaf)[1])] == claims.NOT_COUNTED
    assert len(faults) == 3


@pytest.mark.parametrize(
    "name",
    ["b99.{session}", "b1.999999999", "jumlah.4", "nama1", "lihat77.{session}", "pilih1.0", "b" + "9" * 400 + ".1"],
)
def test_row_or_session_of_another_leaf_is_refused(leaf, name):
    sent = whole(leaf) | {name.format(session=first(leaf)[1]): "hadir"}

    assert claims.read(sent, leaf)[1] == {"": claims.FOREIGN}


def test_what_is_no_field_of_a_leaf_is_nothing(leaf):
    sent = whole(leaf) | {"kunci": "x", "csrfmiddlewaretoken": "y", "bogus": "z", "b1": "hadir", "lihat": "1"}

    assert claims.read(sent, leaf)[1] == {}


@pytest.mark.parametrize("value", ["HADIR", "present", "\0", "\ud800", "hadir ", "ada" * 10_000])
def test_mark_that_nobody_offered_is_refused(leaf, value):
    _, faults = claims.read(whole(leaf) | {fields.mark(*first(leaf)): value}, leaf)

    assert faults == {fields.mark(*first(leaf)): claims.NOT_A_MARK}


@pytest.mark.parametrize("value", ["-1", "1.000", "12a", "1000", "1" + "0" * 9, "9" * 5_000, "٣", "²", "\0"])
def test_count_that_is_no_small_number_is_refused(leaf, value):
    name = fields.count(first(leaf)[1])

    assert claims.read(whole(leaf) | {name: value}, leaf)[1] == {name: claims.NO_NUMBER}


def test_spaces_around_a_count_are_none_of_it(leaf):
    name = fields.count(first(leaf)[1])

    assert claims.read(whole(leaf) | {name: " 0012 "}, leaf)[0].counts == {first(leaf)[1]: 12}


@pytest.mark.parametrize("value", ["kertas", "\0", "paper,desk"])
def test_choice_that_nobody_offered_is_refused(leaf, value):
    name = fields.choice(*first(leaf))

    assert claims.read(whole(leaf) | {name: value}, leaf)[1] == {name: claims.NOT_A_CHOICE}


def test_what_was_seen_is_an_event_or_none(leaf):
    event = uuid.uuid4()
    one, other = fields.cells_of_people(leaf)
    sent = whole(leaf) | {fields.seen(*one): str(event).upper(), fields.seen(*other): ""}

    assert claims.read(sent, leaf)[0].seen == {one: str(event), other: None}


def test_what_was_seen_and_is_no_event_is_refused(leaf):
    assert claims.read(whole(leaf) | {fields.seen(*first(leaf)): "x"}, leaf)[1] == {"": claims.FOREIGN}


def test_of_a_field_sent_twice_the_last_counts(leaf):
    sent = QueryDict(mutable=True)
    sent.update(whole(leaf))
    sent.setlist(fields.mark(*first(leaf)), ["hadir", "izin"])

    assert claims.read(sent, leaf)[0].marks[first(leaf)] == Mark.EXCUSED


def test_five_thousand_fields_are_looked_at_once(leaf):
    sent = whole(leaf) | {f"b{number}.{number}": "hadir" for number in range(100, 5_100)}

    assert claims.read(sent, leaf)[1] == {"": claims.FOREIGN}


# ---- Blank rows ----------------------------------------------------------------------------------


def in_blank(leaf: Leaf, name: str, ormas: str, **more: str) -> dict[str, str]:
    row = leaf.blanks[0].number
    return whole(leaf) | {fields.name(row): name, fields.ormas(row): ormas} | more


def test_whoever_wrote_their_name_into_the_list_of_a_session_came(leaf):
    claim, faults = claims.read(in_blank(leaf, " Ahmad  Fauzi ", "HCR"), leaf)

    assert faults == {}
    [one] = claim.written_in
    assert (one.name, one.ormas_text, one.sessions) == ("Ahmad Fauzi", "HCR", fields.sessions_of(leaf))


def test_in_a_table_the_sessions_that_were_signed_are_ticked(table):
    row, (_, second) = table.blanks[0].number, fields.sessions_of(table)
    assert claims.read(in_blank(table, "Ahmad Fauzi", "HCR"), table)[1] == {
        fields.mark(row, fields.sessions_of(table)[0]): written.SESSION_OWED
    }

    claim, faults = claims.read(in_blank(table, "Ahmad Fauzi", "HCR", **{fields.mark(row, second): "hadir"}), table)
    assert faults == {}
    assert [one.sessions for one in claim.written_in] == [(second,)]


@pytest.mark.parametrize(
    ("name", "ormas", "field", "sentence"),
    [
        ("", "HCR", fields.name, written.NAME_OWED),
        ("Ahmad", "", fields.ormas, written.ORMAS_OWED),
        ("A", "HCR", fields.name, "Nama terlalu pendek"),
        ("Ahmad\0", "HCR", fields.name, "U+0000"),
        ("Ahmad \ud800", "HCR", fields.name, "U+D800"),
        ("愛新", "HCR", fields.name, "tidak dapat dipakai"),
        ("a" * 151, "HCR", fields.name, "terlalu panjang"),
        ("Ahmad", "H\0", fields.ormas, "U+0000"),
        ("Ahmad", "x" * 201, fields.ormas, "terlalu panjang"),
    ],
)
def test_name_that_cannot_be_taken_is_said_at_its_field(leaf, name, ormas, field, sentence):
    claim, faults = claims.read(in_blank(leaf, name, ormas), leaf)

    assert list(faults) == [field(leaf.blanks[0].number)]
    assert sentence in next(iter(faults.values()))
    assert not claim.written_in


def test_phone_that_is_none_costs_nobody_their_place(leaf):
    claim, faults = claims.read(in_blank(leaf, "Ahmad", "HCR", **{fields.phone(leaf.blanks[0].number): "12"}), leaf)

    assert faults == {}
    assert [one.phone for one in claim.written_in] == [""]


def test_organisation_is_recognised_by_what_is_written(leaf):
    ormas = OrmasFactory(name="Himpunan Contoh Raya", abbreviation="HCR")

    assert [one.ormas for one in claims.read(in_blank(leaf, "Ahmad", "HCR"), leaf)[0].written_in] == [ormas.pk]


def test_organisation_that_was_picked_is_that_one_as_long_as_its_name_stands_there(leaf):
    OrmasFactory(name="Himpunan Contoh Raya")
    ormas = OrmasFactory(name="Himpunan Contoh Raya")  # two rivals of one name
    picked = {fields.ormas_id(leaf.blanks[0].number): str(ormas.pk)}

    [one] = claims.read(in_blank(leaf, "Ahmad", "himpunan contoh raya", **picked), leaf)[0].written_in
    assert one.ormas == ormas.pk
    [other] = claims.read(in_blank(leaf, "Ahmad", "Yayasan Lain", **picked), leaf)[0].written_in
    assert other.ormas is None


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "\0"])
def test_picked_number_that_means_nothing_leaves_the_text(leaf, number):
    sent = in_blank(leaf, "Ahmad", "Belum Dikenal", **{fields.ormas_id(leaf.blanks[0].number): number})

    assert [(one.ormas, one.ormas_text) for one in claims.read(sent, leaf)[0].written_in] == [(None, "Belum Dikenal")]


def test_many_blank_rows_ask_the_database_as_often_as_one(leaf, django_assert_max_num_queries):
    sent = whole(leaf)
    for row in leaf.blanks:
        sent |= {fields.name(row.number): "Ahmad", fields.ormas(row.number): f"Belum {row.number}"}
        sent[fields.ormas_id(row.number)] = "7"
    with django_assert_max_num_queries(7):
        claim, _ = claims.read(sent, leaf)

    assert len([*claim.written_in]) == len(leaf.blanks) == 5


def test_form_of_a_table_with_a_column_whose_session_is_gone_has_no_field_for_it(table):
    gone, kept = fields.sessions_of(table)
    table.sessions[0].delete()
    left = a_leaf(table.sheet, table.page)

    assert fields.sessions_of(left) == (kept,)
    assert claims.read(whole(left), left)[1] == {}
    assert claims.read(whole(left) | {fields.mark(1, gone): "hadir"}, left)[1] == {"": claims.FOREIGN}
