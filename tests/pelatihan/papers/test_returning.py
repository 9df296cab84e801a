"""Which signed pages are back: every way in which one is, is not, or need not be."""

from collections import Counter

import pytest

from pelatihan.models import Angkatan, Printed, PrintedSheet, Session
from pelatihan.papers import returning
from pelatihan.papers.returning import Status
from tests.factories import AngkatanFactory, SessionFactory
from tests.pelatihan.door import at
from tests.pelatihan.papers.prints import EVENING, a_print, a_scan, entered
from tests.pelatihan.scans.world import a_batch, a_printed_list

pytestmark = pytest.mark.django_db

NOON = at("12.00")


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory()


@pytest.fixture
def morning(batch) -> Session:
    return SessionFactory(angkatan=batch)


@pytest.fixture
def night(batch) -> Session:
    return SessionFactory(angkatan=batch, hour=19)


def statuses(batch: Angkatan, moment=EVENING) -> list[list[str]]:
    """Of each list, of each of its leaves."""
    return [[leaf.status.value for leaf in one.leaves] for one in returning.lists_of(batch, moment).lists]


# ---- One list ------------------------------------------------------------------------------------


def test_page_is_owed_once_its_session_is_over(batch, morning, night):
    a_print(morning, pages=2)
    a_print(night)

    assert statuses(batch, NOON) == [["owed", "owed"], ["not_yet"]]
    assert returning.number_owed(batch, NOON) == 2


def test_session_that_was_closed_is_over(batch, night):
    a_print(night)
    Session.objects.update(closed_at=NOON)

    assert statuses(batch, NOON) == [["owed"]]


def test_page_that_was_entered_is_done(batch, morning):
    entered(a_print(morning, pages=2), 2)

    assert statuses(batch) == [["owed", "done"]]


def test_what_was_undone_is_owed_again(batch, morning):
    entry = entered(a_print(morning), 1)[0]
    entry.undone_at, entry.undone_by = EVENING, entry.by
    entry.save()

    assert statuses(batch) == [["owed"]]


def test_page_that_nobody_needs_is_not_owed(batch, morning):
    entered(a_print(morning), 1, kind="unused")

    assert statuses(batch) == [["unused"]]
    assert returning.number_owed(batch, EVENING) == 0


@pytest.mark.parametrize(
    ("state", "problem", "status"),
    [("read", "", "review"), ("waiting", "", "reading"), ("problem", "unreadable", "again")],
)
def test_page_of_which_there_is_a_picture(batch, morning, state, problem, status):
    scan = a_scan(a_print(morning), 1, state, problem)

    assert statuses(batch) == [[status]]
    assert returning.lists_of(batch, EVENING).lists[0].leaves[0].scan == scan.pk


def test_picture_that_cannot_be_used_leaves_the_page_missing(batch, morning):
    sheet = a_print(morning, pages=3)
    entered(sheet, 1)
    a_scan(sheet, 2, "problem", "unreadable")

    assert returning.number_owed(batch, EVENING) == 2
    assert [leaf.number for leaf in returning.lists_of(batch, EVENING).lists[0].missing] == [2, 3]


@pytest.mark.parametrize("state", ["filed", "dismissed"])
def test_picture_that_was_set_aside_brings_nothing_back(batch, morning, state):
    sheet = a_print(morning)
    a_scan(sheet, 1, state, settled_at=EVENING, settled_by=sheet.printing.by)

    assert statuses(batch) == [["owed"]]


def test_picture_that_can_be_judged_counts_before_one_that_cannot(batch, morning):
    sheet = a_print(morning)
    good = a_scan(sheet)
    a_scan(sheet, 1, "problem", "twice")
    a_scan(sheet, 1, "waiting")

    assert statuses(batch) == [["review"]]
    assert returning.lists_of(batch, EVENING).lists[0].leaves[0].scan == good.pk


def test_entry_counts_before_any_picture(batch, morning):
    sheet = a_print(morning)
    a_scan(sheet, 1, "problem", "twice")
    entered(sheet, 1)

    assert statuses(batch) == [["done"]]


# ---- Several prints of one list ------------------------------------------------------------------


def test_only_the_print_that_lies_there_is_owed(batch, morning):
    a_print(morning, pages=3)
    a_print(morning, pages=2)

    assert statuses(batch) == [["owed", "owed"]]


def test_older_print_that_came_back_with_everybody_settles_the_page(batch, morning):
    old = a_print(morning, pages=2)
    a_print(morning, pages=2)
    entered(old, 1)

    assert statuses(batch) == [["needless", "done", "owed"]]
    told = returning.lists_of(batch, EVENING).lists[0].leaves
    assert [(leaf.number, leaf.version) for leaf in told] == [(1, 0), (1, 1), (2, 0)]


def test_older_print_that_lacks_somebody_settles_nothing(batch, morning):
    old = a_print(morning)
    a_print(morning, rows=[[1, "a"], [99, "a"]])
    entered(old, 1)

    assert statuses(batch) == [["owed", "done"]]


def test_people_of_a_page_may_have_signed_on_two_older_ones(batch, morning):
    old = a_print(morning, pages=2)
    a_print(morning, rows=[[1, "a"], [2, "a"], [3, "a"]], ends=[3])
    entered(old, 1, 2)

    assert statuses(batch) == [["needless", "done", "done"]]


def test_page_without_people_is_settled_by_its_like_only(batch, morning):
    old = a_print(morning, pages=2, ends=[4, 4])
    a_print(morning, pages=2, ends=[4, 4])
    entered(old, 1)

    assert statuses(batch) == [["needless", "done", "owed"]]


def test_picture_of_an_older_print_waits_beside_the_page(batch, morning):
    old = a_print(morning)
    a_print(morning)
    a_scan(old)

    assert statuses(batch) == [["owed", "review"]]


def test_pages_that_were_put_in_lie_there(batch, morning):
    whole = a_print(morning, pages=2)
    one = a_print(morning, pages=2, only=[2], lies=False)
    settled = {"head": "", "rows": [], "leaves": [[whole.pk, 1], [one.pk, 2]]}
    Printed.objects.update(settled=settled, settled_at=EVENING, settled_by=whole.printing.by)

    leaves = returning.lists_of(batch, EVENING).lists[0].leaves

    assert [(leaf.sheet, leaf.page) for leaf in leaves] == [(whole.pk, 1), (one.pk, 2)]


def test_page_that_was_replaced_elsewhere_is_owed_without_a_print(batch, morning):
    whole = a_print(morning)
    Printed.objects.update(
        settled={"head": "", "rows": [], "leaves": [None]}, settled_at=EVENING, settled_by=whole.printing.by
    )

    leaf = returning.lists_of(batch, EVENING).lists[0].leaves[0]

    assert (leaf.status, leaf.sheet) == (Status.OWED, None)


def test_chosen_pages_wait_only_for_who_puts_them_in(batch, morning):
    a_print(morning, pages=2)
    a_print(morning, pages=2, only=[2], lies=False)

    assert statuses(batch) == [["owed", "owed"]]


def test_list_of_which_only_chosen_pages_were_printed(batch, morning):
    a_print(morning, pages=3, only=[2], lies=False)
    a_print(morning, pages=3, only=[2, 3], lies=False)

    leaves = returning.lists_of(batch, EVENING).lists[0].leaves

    assert [leaf.number for leaf in leaves] == [2, 3]


def test_sheet_without_names_is_never_owed(batch, morning):
    a_print(morning, is_blank=True, pages=2, ends=[0, 0], rows=[])
    again = a_print(morning, is_blank=True, ends=[0], rows=[])
    entered(again, 1)

    assert statuses(batch) == [["spare", "spare"], ["done"]]
    assert returning.number_owed(batch, EVENING) == 0


def test_sheet_without_names_is_no_list_of_its_session(batch, morning):
    a_print(morning, is_blank=True, ends=[0], rows=[])

    assert returning.lists_of(batch, EVENING).unprinted == (morning,)


# ---- Session and day -----------------------------------------------------------------------------


def test_table_of_a_day_is_owed_when_its_last_session_is_over(batch, morning, night):
    a_print(morning, night, daily=True)

    assert statuses(batch, NOON) == [["not_yet"]]
    assert statuses(batch, at("21.00")) == [["owed"]]
    assert returning.lists_of(batch, NOON).unprinted == ()


def test_table_is_not_owed_when_each_session_was_entered_by_its_list(batch, morning, night):
    a_print(morning, night, pages=2, daily=True)
    entered(a_print(morning), 1)
    assert "owed" in statuses(batch, at("21.00"))[-1]

    entered(a_print(night), 1)

    assert statuses(batch, at("21.00")) == [["done"], ["done"], ["needless", "needless"]]
    assert all(one.also for one in returning.lists_of(batch, EVENING).lists)


def test_lists_are_not_owed_when_the_table_was_entered(batch, morning, night):
    a_print(morning)
    a_print(night)
    entered(a_print(morning, night, daily=True, pages=2), 1, 2)

    assert statuses(batch, at("21.00")) == [["needless"], ["needless"], ["done", "done"]]


def test_table_need_not_wait_for_its_last_session_when_the_lists_are_in(batch, morning, night):
    a_print(morning, night, daily=True)
    for one in (morning, night):
        entered(a_print(one), 1)

    assert statuses(batch, NOON)[-1] == ["needless"]


def test_list_is_whole_with_a_page_that_nobody_used(batch, morning):
    a_print(morning, daily=True)
    sheet = a_print(morning, pages=2)
    entered(sheet, 1)
    entered(sheet, 2, kind="unused")

    assert statuses(batch) == [["done", "unused"], ["needless"]]


def test_list_is_whole_with_a_page_that_an_older_print_settles(batch, morning):
    a_print(morning, daily=True)
    old = a_print(morning)
    a_print(morning)
    entered(old, 1)

    assert statuses(batch) == [["needless", "done"], ["needless"]]


def test_half_a_list_settles_no_table(batch, morning):
    a_print(morning, daily=True)
    entered(a_print(morning, pages=2), 1)

    assert statuses(batch) == [["done", "owed"], ["owed"]]


def test_list_that_nobody_used_settles_no_table(batch, morning):
    a_print(morning, daily=True)
    entered(a_print(morning), 1, kind="unused")

    assert statuses(batch) == [["unused"], ["owed"]]


# ---- Sessions that went, batches that fell -------------------------------------------------------


def test_session_without_a_list_is_said(batch, morning, night):
    a_print(morning)

    found = returning.lists_of(batch, NOON)

    assert (found.unprinted, found.sessions) == ((night,), (morning, night))


def test_nothing_was_printed(batch, morning, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert returning.lists_of(batch, NOON) == returning.Lists((), (morning,), (morning,))


def test_session_that_takes_no_attendance_any_more_owes_nothing(batch, morning):
    sheet = a_print(morning, pages=2)
    Session.objects.update(takes_attendance=False)
    assert statuses(batch) == []

    entered(sheet, 1)

    assert statuses(batch) == [["done", "needless"]]


def test_what_was_called_off_owes_nothing(batch, morning, night):
    a_print(morning)
    a_print(night)
    Angkatan.objects.update(cancelled_at=NOON, cancel_reason="Banjir")
    batch.refresh_from_db()

    assert statuses(batch, at("21.00")) == [["owed"], ["needless"]]


def test_other_papers_and_other_batches_are_not_asked(batch, morning):
    a_print(SessionFactory())
    a_print(morning, of=PrintedSheet.Of.GUEST)
    a_print(morning, kind=PrintedSheet.Kind.RECAP, slot="rekap:1", lies=False)

    assert statuses(batch) == []


def test_tables_of_before_columns_were_kept_are_not_asked(batch, morning):
    a_print(morning, daily=True, columns=[])

    assert returning.lists_of(batch, EVENING).unprinted == (morning,)


# ---- Together ------------------------------------------------------------------------------------


def test_lists_come_in_the_order_of_time(batch, morning, night):
    second = SessionFactory(angkatan=batch, day=1)
    for one in (second, night, morning):
        a_print(one)
    a_print(morning, is_blank=True, ends=[0], rows=[])

    found = returning.lists_of(batch, EVENING).lists

    assert [(one.day.day, one.sessions[0].pk, one.is_blank) for one in found] == [
        (11, morning.pk, False), (11, morning.pk, True), (11, night.pk, False), (12, second.pk, False),
    ]  # fmt: skip


def test_counts_are_of_all_lists(batch, morning, night):
    entered(a_print(morning, pages=3), 1)
    a_print(night)

    assert returning.lists_of(batch, NOON).counts == Counter({Status.OWED: 2, Status.DONE: 1, Status.NOT_YET: 1})


@pytest.mark.parametrize("count", [2, 12])
def test_queries_are_the_same_for_many(batch, count, django_assert_num_queries):
    for hour in range(count):
        one = SessionFactory(angkatan=batch, day=hour % 3, hour=8 + hour % 4 * 2)
        old = a_print(one, pages=4)
        a_scan(a_print(one, pages=4), 3)
        entered(old, 1)

    with django_assert_num_queries(6):
        returning.lists_of(batch, EVENING)


def test_list_of_the_real_road(django_assert_num_queries):
    batch = a_batch(people=30)
    sheet = a_printed_list(batch)

    with django_assert_num_queries(5):
        found = returning.lists_of(batch, EVENING)

    assert [(leaf.sheet, leaf.page, leaf.status) for leaf in found.lists[0].leaves] == [
        (sheet.pk, 1, Status.OWED), (sheet.pk, 2, Status.OWED),
    ]  # fmt: skip
