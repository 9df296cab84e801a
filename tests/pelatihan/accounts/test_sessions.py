"""How long a session lives, to the second, which ones a person has, and what a browser is called."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.http import HttpResponse

from pelatihan.accounts import sessions
from pelatihan.accounts.sessions import SessionStore, expires
from pelatihan.models import LoginSession
from pelatihan.web import logs
from tests.factories import UserFactory

MORNING = datetime(2019, 3, 11, 1, 0, tzinfo=UTC)  # 08.00 WIB
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


# ---- How long ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("used", "at_desk", "end"),
    [
        (timedelta(), False, HOUR),
        (timedelta(), True, 12 * HOUR),
        (11 * HOUR, False, 12 * HOUR),
        (11.5 * HOUR, False, 12 * HOUR),
        (12 * HOUR, True, 24 * HOUR),
        (20 * HOUR, True, 24 * HOUR),
    ],
)
def test_session_ends_after_its_rest_or_at_its_longest(used, at_desk, end):
    assert expires(MORNING + used, MORNING, at_desk=at_desk) == MORNING + end


def test_use_is_written_every_five_minutes():
    assert sessions.STEP == 5 * MINUTE


@pytest.mark.django_db
def test_desk_alone_is_who_checks_in_and_looks_at_the_board():
    roles = [None, "petugas", "panitia", "verifikator", "pemantau", "admin"]

    assert [sessions.works_at_desk_alone(UserFactory(role=role)) for role in roles] == [False, True] + [False] * 4
    assert not sessions.works_at_desk_alone(UserFactory(role="petugas", is_superuser=True))


# ---- What is kept --------------------------------------------------------------------------------


@pytest.fixture
def clock(db):
    with time_machine.travel(MORNING, tick=False) as moves:
        yield moves


def begun(rf, user, **more) -> SessionStore:
    """As after a log-in in that browser."""
    request = rf.get("/", HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 10) Chrome/120.0")
    request.session = SessionStore()
    request.session["_auth_user_id"] = str(user.pk)
    sessions.begin(request, user)
    request.session.update(more)
    request.session.save()
    return request.session


def test_row_says_whose_it_is_since_when_and_where(rf, clock):
    user = UserFactory(role="petugas")
    begun(rf, user)

    row = LoginSession.objects.get()
    assert (row.user, row.device, row.started_at, row.used_at) == (user, "Chrome di Android", MORNING, MORNING)
    assert row.expire_date == MORNING + 12 * HOUR


def test_session_counts_from_the_log_in(rf, clock):
    store = begun(rf, UserFactory(role="panitia"))
    clock.shift(HOUR / 2)
    store["seen"] = 1
    store.save()

    row = LoginSession.objects.get()
    assert (row.started_at, row.used_at) == (MORNING, MORNING + HOUR / 2)
    assert row.expire_date == MORNING + 1.5 * HOUR


def test_session_that_has_ended_or_never_was_is_none(rf, clock):
    key = begun(rf, UserFactory(role="panitia")).session_key
    clock.shift(HOUR - timedelta(seconds=1))
    assert "_auth_user_id" in SessionStore(key).load()
    clock.shift(timedelta(seconds=1))
    for gone in (SessionStore(key), SessionStore("x" * 32)):
        assert gone.load() == {}
        assert (gone.session_key, gone.row) == (None, None)


def test_what_a_session_holds_is_read_after_an_upgrade_too(rf, clock):
    begun(rf, UserFactory(role="petugas"))

    row = LoginSession.objects.get()
    kept = SessionStore(row.pk).load()
    assert (kept["since"], kept["device"], kept["at_desk"]) == (MORNING.isoformat(), "Chrome di Android", True)


def test_session_of_a_stranger_counts_from_its_first_save(clock):
    store = SessionStore()
    store["token"] = 1
    store.save()
    clock.shift(MINUTE)
    store.save()

    assert LoginSession.objects.get().started_at == MORNING


def test_session_of_a_stranger_has_no_name(clock):
    store = SessionStore()
    store["token"] = 1
    store.save()

    row = LoginSession.objects.get()
    assert (row.user, row.device, row.started_at, row.expire_date) == (None, "", MORNING, MORNING + HOUR)


def used(store: SessionStore, user) -> LoginSession:
    """Read anew, as by the next request, and noted as in use."""
    again = SessionStore(store.session_key)
    assert again["_auth_user_id"] == str(user.pk)
    sessions.touch(again, user)
    if again.modified:
        again.save()
    return LoginSession.objects.get(pk=store.session_key)


@pytest.mark.parametrize(("rest", "moves"), [(5 * MINUTE, False), (5 * MINUTE + timedelta(seconds=1), True)])
def test_use_within_five_minutes_is_not_written(rf, clock, rest, moves):
    user = UserFactory(role="panitia")
    store, other = begun(rf, user), begun(rf, user)
    clock.shift(rest)

    row = used(store, user)
    assert row.used_at == (MORNING + rest if moves else MORNING)
    assert row.expire_date == row.used_at + HOUR
    assert LoginSession.objects.get(pk=other.session_key).used_at == MORNING


def test_desk_s_use_moves_its_longer_end(rf, clock):
    user = UserFactory(role="petugas")
    store = begun(rf, user)
    clock.shift(HOUR)

    assert used(store, user).expire_date == MORNING + 13 * HOUR


@pytest.mark.parametrize(("role", "was_at_desk", "end"), [("panitia", True, HOUR), ("petugas", False, 12 * HOUR)])
def test_role_that_changed_counts_from_now(rf, clock, role, was_at_desk, end):
    user = UserFactory(role=role)
    store = begun(rf, user, at_desk=was_at_desk)
    clock.shift(MINUTE)

    assert used(store, user).expire_date == MORNING + MINUTE + end


def test_session_that_is_saved_anyway_is_not_written_twice(rf, clock, django_assert_num_queries):
    user = UserFactory(role="panitia")
    store = SessionStore(begun(rf, user).session_key)
    clock.shift(HOUR / 2)
    store["seen"] = 1
    sessions.works_at_desk_alone(user)

    with django_assert_num_queries(0):
        sessions.touch(store, user)


# ---- One's own -----------------------------------------------------------------------------------


def test_own_sessions_are_those_that_live_last_used_first(rf, clock):
    user = UserFactory(role="panitia")
    first, second, _ended = (begun(rf, user) for _ in range(3))
    begun(rf, UserFactory(role="panitia"))
    LoginSession.objects.filter(pk=_ended.session_key).update(expire_date=MORNING)
    LoginSession.objects.filter(pk=first.session_key).update(used_at=MORNING + MINUTE)

    assert [row.pk for row in sessions.of(user)] == [first.session_key, second.session_key]


def test_one_is_ended_by_its_name_or_all_but_the_kept(rf, clock):
    user = UserFactory(role="panitia")
    keys = [begun(rf, user).session_key for _ in range(4)]
    theirs = begun(rf, UserFactory(role="panitia")).session_key
    name = sessions.name_of(LoginSession.objects.get(pk=keys[0]))

    assert (sessions.end(user, name=name), sessions.end(user, name=name)) == (1, 0)
    assert sessions.end(user, keep=keys[1]) == 2
    assert sessions.end(user, name=sessions.name_of(LoginSession.objects.get(pk=theirs))) == 0
    assert set(LoginSession.objects.values_list("pk", flat=True)) == {keys[1], theirs}
    assert sessions.end(user) == 1


def test_name_is_short_and_keyed(settings):
    one, other = LoginSession(session_key="a" * 32), LoginSession(session_key="b" * 32)
    name = sessions.name_of(one)

    assert (len(name), name == sessions.name_of(other), name == sessions.name_of(one)) == (20, False, True)
    settings.SECRET_KEY = "another"
    assert sessions.name_of(one) != name


@pytest.mark.parametrize(
    ("line", "device"),
    [
        ("Windows Chrome/120 Safari/537 Edg/120", "Edge di Windows"),
        ("Windows Chrome/120 Safari/537 OPR/106", "Opera di Windows"),
        ("Linux; Android 13 SamsungBrowser/23.0 Chrome/115 Safari", "Samsung Internet di Android"),
        ("X11; Linux x86_64 Firefox/120.0", "Firefox di Linux"),
        ("iPhone; like Mac OS X FxiOS/120.0 Safari/605", "Firefox di iPhone"),
        ("Linux; Android 13 Chrome/120 Safari/537", "Chrome di Android"),
        ("iPad; like Mac OS X CriOS/120 Safari/604", "Chrome di iPad"),
        ("Macintosh; Intel Mac OS X 10_15 Version/17.0 Safari/605", "Safari di Mac"),
        ("Windows NT 10.0", "Peramban di Windows"),
        ("Firefox/120.0", "Firefox"),
        ("curl/8", "Peramban"),
    ],
)
def test_browser_is_known_again_by_its_owner(rf, line, device):
    assert sessions.device_of(rf.get("/", HTTP_USER_AGENT=line)) == device


def test_browser_that_says_nothing_is_a_browser(rf):
    assert sessions.device_of(rf.get("/")) == "Peramban"


# ---- The middleware ------------------------------------------------------------------------------


def passed(rf, user, **session) -> tuple[dict[str, object], list[object]]:
    """A request through the middleware: what the log is told, and what was noted as in use."""
    noted: list[object] = []
    request = rf.get("/")
    request.session = session
    if user is not None:
        request._cached_user = user
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sessions, "touch", lambda used, who: noted.append((used, who)))
        answer = HttpResponse()
        assert sessions.SessionLifeMiddleware(lambda _: answer)(request) is answer
    return request.META, noted


def test_use_is_noted_of_who_is_logged_in(rf):
    user = SimpleNamespace(is_authenticated=True, get_username=lambda: "rina")
    nobody = SimpleNamespace(is_authenticated=False, get_username=lambda: "")

    told, noted = passed(rf, user, _auth_user_id="1")
    assert (told[logs.ACCOUNT], noted) == ("rina", [({"_auth_user_id": "1"}, user)])
    for other, session in ((user, {}), (nobody, {"_auth_user_id": "1"}), (None, {"_auth_user_id": "1"})):
        told, noted = passed(rf, other, **session)
        assert (logs.ACCOUNT in told, noted) == (False, [])
