"""Lists of a hundred thousand rows: sorted and searched by indexes, in as many questions as a list of one row.

Tables of a test hold a few rows, of which PostgreSQL rather reads all, or by any index. What it may not do is switched
off, other indexes are taken away for the time of the test, and the plan is read.
"""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench import seed
from ormas.models import Delegate, Ormas
from pelatihan import codes
from pelatihan.admin import lists, registration_list
from pelatihan.admin.lists import CappedPaginator, counted
from pelatihan.lifecycle import Status
from pelatihan.models import Attendance, Invitation, Message, Registration
from pelatihan.registration import networks
from tests.factories import AngkatanFactory, OrmasFactory, a_registration

LIST = reverse("admin:pelatihan_registration_changelist")
pytestmark = pytest.mark.django_db


def many(batch, ormas, number):
    """So many registrations, written at once."""
    people = Delegate.objects.bulk_create(Delegate(name=f"Siti Orang {place}") for place in range(number))
    return Registration.objects.bulk_create(
        Registration(
            angkatan=batch, delegate=one, ormas=ormas, name=one.name, code=codes.new_code(), ref=uuid.uuid4(),
            status=Status.ACCEPTED, source="web", position="Anggota", submitted_at=timezone.now(),
        )
        for one in people
    )  # fmt: skip


@pytest.fixture
def batch():
    return AngkatanFactory()


@pytest.fixture
def rempug():
    return OrmasFactory(name="Forum Betawi Rempug", abbreviation="FBR", city="Jakarta Timur")


def explained(sql, *off):
    """The plan when PostgreSQL may not go these ways."""
    with connection.cursor() as cursor:
        for way in off:
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        for way in off:
            cursor.execute(f"SET LOCAL enable_{way} = on")
    return plan


@pytest.fixture
def only():
    """Takes every index of registrations away but one."""

    def take(kept):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexname FROM pg_indexes WHERE tablename = 'pelatihan_registration'"
                " AND indexname LIKE 'registration\\_%%' AND indexname <> %s",
                [kept],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name}")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("DROP INDEX one_active_registration_a_delegate")
            cursor.execute("ALTER TABLE pelatihan_registration DROP CONSTRAINT one_place_a_queue_number")

    return take


def queries_of(client, **query):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(LIST, query).status_code == 200
    return [one["sql"] for one in asked.captured_queries]


# ---- Questions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        {}, {"status": "accepted"}, {"q": "siti"}, {"q": "siti rempug"}, {"ormas": "betawi"}, {"o": "1"}, {"o": "-2.4"},
        {"kota": "Jakarta Timur"}, {"angkatan": "semua"}, {"angkatan": "semua", "q": "orang fbr"},
    ],
)  # fmt: skip
def test_list_asks_as_much_for_three_hundred_as_for_one(verifier, batch, rempug, query):
    asked = {"angkatan": batch.slug} | query
    many(batch, rempug, 1)
    queries_of(verifier, **asked)
    of_one = queries_of(verifier, **asked)
    many(batch, rempug, 299)

    of_many = queries_of(verifier, **asked)

    assert len(of_many) == len(of_one) <= 12


def test_second_page_asks_as_much_as_the_first(verifier, batch, rempug):
    many(batch, rempug, 150)
    first, second = (
        [queries_of(verifier, angkatan=batch.slug, p=page) for _ in range(2)][1]  # the first time keeps where one was
        for page in ("1", "2")
    )

    assert len(second) == len(first)


def test_pages_hold_everybody_once(verifier, batch, rempug):
    everybody = {one.pk for one in many(batch, rempug, 150)}

    pages = [verifier.get(LIST, {"angkatan": batch.slug, "p": page, "o": "1"}) for page in ("1", "2")]

    shown = [row.pk for page in pages for row in page.context["cl"].result_list]
    assert (len(shown), set(shown)) == (150, everybody)


def test_rows_are_sorted_by_their_numbers_alone(verifier, batch, rempug):
    many(batch, rempug, 2)
    sorting = [
        sql for sql in queries_of(verifier, angkatan=batch.slug, o="3") if "LIMIT 2" in sql and "ORDER BY" in sql
    ]

    assert [sql.partition(" FROM ")[0].count(",") for sql in sorting] == [0]


@pytest.mark.parametrize("people", [1, 40])
def test_verification_page_asks_a_fixed_number_of_questions(verifier, batch, people, django_assert_max_num_queries):
    for _ in range(people):
        last = a_registration(batch, Status.SUBMITTED)
    address = reverse("admin:pelatihan_registration_change", args=[last.pk])
    verifier.get(address)

    with django_assert_max_num_queries(28):
        verifier.get(address)


# ---- Sorted by an index ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({}, "registration_newest_of_batch"),
        ({"o": "6"}, "registration_newest_of_batch"),
        ({"o": "1"}, "registration_name_order"),
        ({"status": "accepted"}, "registration_in_turn"),
        ({"status": "needs_fix"}, "registration_in_turn"),
        ({"angkatan": "semua"}, "registration_newest"),
        ({"angkatan": "semua", "status": "accepted"}, "registration_by_status"),
        ({"angkatan": "semua", "status": "needs_fix"}, "registration_by_status"),
        ({"angkatan": "semua", "status": "submitted"}, "registration_to_decide"),
    ],
)
def test_lists_come_in_the_order_of_an_index(verifier, batch, rempug, query, index, only):
    many(batch, rempug, 3)
    Registration.objects.update(status=query.get("status", "accepted"))
    only(index)
    page = [sql for sql in queries_of(verifier, **({"angkatan": batch.slug} | query)) if "LIMIT 3" in sql]

    plan = explained(page[0], "seqscan", "sort", "bitmapscan")

    assert f"using {index} on" in plan, plan
    assert not re.search(r"^ *(-> *)?Sort  ", plan, re.M), plan


def test_queue_is_shown_from_numbers(verifier, batch):
    for _ in range(3):
        last = a_registration(batch, Status.SUBMITTED)
    with CaptureQueriesContext(connection) as asked:
        verifier.get(reverse("admin:pelatihan_registration_change", args=[last.pk]))

    shown = [one["sql"] for one in asked.captured_queries if "answered_at" in one["sql"] and "OFFSET" in one["sql"]]
    assert all(re.search(r"IN \(SELECT \w+\.\"id\"|IN \(SELECT \"\w+\"\.\"id\"", sql) for sql in shown), shown


def test_figures_of_a_batch_are_read_from_an_index_alone(batch, rempug, only):
    many(batch, rempug, 3)
    only("registration_in_turn")
    with CaptureQueriesContext(connection) as asked:
        batch.registrations.figures()

    plan = explained(asked.captured_queries[0]["sql"], "seqscan", "bitmapscan", "indexscan", "sort", "hashagg")

    assert "Index Only Scan using registration_in_turn" in plan, plan


def test_seats_of_an_ormas_are_found_by_batch_and_ormas_at_once(batch, rempug, only):
    """By two indexes, each by itself, all 50,000 of a batch were read for each ormas that is invited."""
    only("registration_of_ormas")
    Invitation.objects.create(angkatan=batch, ormas=rempug)
    with CaptureQueriesContext(connection) as asked:
        list(batch.invitations.with_seats_held())

    plan = explained(asked.captured_queries[0]["sql"], "seqscan", "bitmapscan")

    assert "using registration_of_ormas" in plan, plan
    assert re.search(r"Index Cond: \(\(ormas_id = .*AND \(angkatan_id = ", plan), plan


def test_crowded_places_are_found_among_those_of_a_place(batch, rempug):
    many(batch, rempug, 3)
    with CaptureQueriesContext(connection) as asked:
        networks.crowds(batch)

    plan = explained(asked.captured_queries[0]["sql"], "seqscan", "hashjoin", "mergejoin")

    assert plan.count("registration_network") + plan.count("registration_held_back") >= 2, plan


def test_long_lists_are_sorted_by_indexes_alone(verifier, batch, rempug, monkeypatch):
    monkeypatch.setattr(lists, "MOST_SORTED", 2)
    many(batch, rempug, 3)

    page = verifier.get(LIST, {"angkatan": "semua", "o": "3"})
    by_time = verifier.get(LIST, {"angkatan": "semua", "o": "6"})

    assert "terlalu panjang untuk diurutkan" in page.content.decode()
    assert len(page.context["cl"].result_list) == 3
    assert "terlalu panjang" not in by_time.content.decode()


@pytest.mark.parametrize("odd", ["99", "-", "x", "3.99.-", "²"])
def test_order_of_no_column_is_no_order(verifier, batch, rempug, odd, monkeypatch):
    monkeypatch.setattr(lists, "MOST_SORTED", 0)
    many(batch, rempug, 1)

    assert verifier.get(LIST, {"angkatan": "semua", "o": odd}).status_code == 200


# ---- Searched by indexes -----------------------------------------------------------------------------


@pytest.fixture
def siti(batch, rempug):
    return a_registration(batch, ormas=rempug, name="Siti Rahmawati")


def found(client, **query):
    return [row.name for row in client.get(LIST, {"angkatan": "semua"} | query).context["cl"].result_list]


@pytest.mark.parametrize("words", ["siti", "rahmawati", "siti betawi", "betawi rempug", "si", "r", "siti r"])
def test_words_are_looked_up_by_indexes(verifier, siti, words):
    asked = queries_of(verifier, angkatan="semua", q=words)
    looked_up = next(sql for sql in asked if "UNION ALL" in sql)

    plan = explained(looked_up, "seqscan")

    assert "Seq Scan on pelatihan_registration" not in plan, plan
    assert found(verifier, q=words) == ["Siti Rahmawati"]


def test_one_or_two_letters_begin_a_word(verifier, siti):
    assert found(verifier, q="ti") == []
    assert found(verifier, q="ra") == ["Siti Rahmawati"]
    assert found(verifier, q="iti") == ["Siti Rahmawati"]


@pytest.mark.parametrize("signs", ["%", "_", "\\", "%_%", "--", "'"])
def test_signs_alone_find_nothing_and_count_for_nothing(verifier, siti, signs):
    assert found(verifier, q=signs) == []
    assert found(verifier, q=f"siti {signs} rempug") == ["Siti Rahmawati"]


def test_more_words_than_are_looked_up_count_as_well(verifier, siti):
    assert found(verifier, q="siti rahmawati forum betawi rempug") == ["Siti Rahmawati"]
    assert found(verifier, q="siti rahmawati forum betawi xyz") == []


def test_near_names_are_looked_up_once(verifier, siti):
    """As a part of the list's own query PostgreSQL did it for each of 50,000 rows: 36 seconds."""
    near = [sql for sql in queries_of(verifier, angkatan="semua", q="rempg") if "SIMILARITY" in sql]

    assert [sql for sql in near if "pelatihan_registration" in sql] == []
    assert len(near) == 1
    assert found(verifier, q="rempg") == ["Siti Rahmawati"]


@pytest.mark.parametrize("query", [{"q": "siti"}, {"q": "siti betawi"}, {"ormas": "betawi"}])
def test_what_thousands_hold_is_not_counted(verifier, batch, rempug, query, monkeypatch):
    monkeypatch.setattr(registration_list, "COMMON", 3)
    monkeypatch.setattr(registration_list, "MOST", 3)
    monkeypatch.setattr(CappedPaginator, "LIMIT", 2)
    many(batch, rempug, 4)

    page = verifier.get(LIST, {"angkatan": "semua"} | query)

    assert "2 pendaftaran pertama; persempit" in page.content.decode()
    assert len(page.context["cl"].result_list) == 2
    assert not [
        sql for sql in queries_of(verifier, angkatan="semua", **query) if sql.startswith("SELECT COUNT(*) FROM (")
    ]


def test_what_is_narrowed_further_is_counted_again(rempug, batch):
    many(batch, rempug, 3)
    vague = counted(Registration.objects.filter(ormas=rempug), 10_001)

    assert CappedPaginator(vague.order_by("pk"), 10).is_capped
    assert CappedPaginator(vague.filter(name__endswith="0"), 10).count == 1


# ---- The seed ----------------------------------------------------------------------------------------


def test_seed_fills_every_table_the_same_way():
    """It leaves out what the database fills by itself, so it goes on working when columns are added."""
    seed.fill(seed.Scale(ormas=60, registrations=5300, crowd=100, messages=200, batches_a_year=2))

    today = Registration.objects.filter(angkatan__number=99)
    assert today.count() == 100
    assert Registration.objects.count() == 5300
    assert Ormas.objects.count() == 60
    assert {Attendance.objects.exists(), Message.objects.count() > 100} == {True}
    twins = Delegate.objects.order_by("pk")[20:22]
    assert twins[0].ormas == twins[1].ormas
    assert twins[0].name != twins[1].name
