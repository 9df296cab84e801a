"""How passwords are kept, and that many at once take neither memory nor threads."""

from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from threading import Event

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, identify_hasher, make_password
from django.contrib.auth.models import User

from pelatihan.accounts import hashing
from pelatihan.web.limits import TooMany
from tests.pelatihan.accounts.people import PASSWORD, a_user, attempt


def test_password_is_kept_at_owasps_figures():
    assert make_password("x").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_old_figures_are_renewed_at_log_in(client, db):
    user = a_user()
    User.objects.update(password=Argon2PasswordHasher().encode(PASSWORD, "garam-yang-lama-sekali"))
    assert "m=102400" in User.objects.get().password

    assert attempt(client, password=PASSWORD).status_code == 302
    user.refresh_from_db()
    assert "m=19456,t=2,p=1" in user.password
    assert client.get("/sandi/").status_code == 200


def test_unknown_name_costs_a_hash_like_a_wrong_password(client, db, monkeypatch):
    a_user()
    done: list[str] = []
    hasher = identify_hasher(make_password("x"))
    for name in ("encode", "verify"):
        monkeypatch.setattr(type(hasher), name, counted(done, getattr(type(hasher), name)))

    attempt(client)
    wrong, done[:] = len(done), []
    attempt(client, "tidak-ada")

    assert wrong == len(done) == 1


def counted(done, real):
    def call(*arguments):
        done.append(real.__name__)
        return real(*arguments)

    return call


def test_two_work_four_wait_the_others_are_sent_away():
    gate, leave = hashing.Gate(at_once=2, waiting=4, patience=30), Event()

    def work() -> str:
        try:
            with gate():
                leave.wait(timeout=30)
                return "done"
        except TooMany:
            return "away"

    with ThreadPoolExecutor(24) as pool:
        everybody = [pool.submit(work) for _ in range(24)]
        sent_away = list(islice(as_completed(everybody), 18))  # while nobody leaves
        leave.set()

    assert [each.result() for each in sent_away] == ["away"] * 18
    assert sorted(each.result() for each in everybody) == ["away"] * 18 + ["done"] * 6


def test_who_waits_too_long_is_sent_away():
    gate = hashing.Gate(at_once=1, waiting=1, patience=0.01)

    with gate(), pytest.raises(TooMany) as refusal, gate():
        pass
    assert "banyak orang masuk" in refusal.value.reason
    with gate():
        pass  # and the place is free again


def test_busy_log_in_gets_a_sentence(client, db, monkeypatch):
    a_user()
    gate = hashing.Gate(at_once=1, waiting=0, patience=0.01)
    monkeypatch.setattr(hashing, "gate", gate)

    with gate():
        answer = attempt(client, password=PASSWORD)
    assert answer.status_code == 429
    assert "Sedang banyak orang masuk" in answer.content.decode()
    assert attempt(client, password=PASSWORD).status_code == 302


def test_hashing_goes_through_the_gate(monkeypatch):
    kept, gate = make_password("x"), hashing.Gate(at_once=1, waiting=0, patience=0.01)
    monkeypatch.setattr(hashing, "gate", gate)

    with gate():
        with pytest.raises(TooMany):
            make_password("x")
        with pytest.raises(TooMany):
            check_password("x", kept)


def refused(gate: hashing.Gate) -> TooMany:
    with pytest.raises(TooMany) as refusal, gate():
        pass
    return refusal.value


def test_who_waits_too_long_is_sent_away_and_leaves_the_queue():
    gate = hashing.Gate(at_once=1, waiting=1, patience=0.01)
    with gate():
        for _ in range(3):
            assert refused(gate).seconds == 1  # a second at least
    with gate():
        pass


def test_who_finds_the_queue_full_is_told_at_once():
    gate = hashing.Gate(at_once=1, waiting=0, patience=30)
    with gate():
        told = refused(gate)

    assert (told.seconds, told.reason) == (30, hashing.SENTENCE)


def test_work_that_fails_makes_room():
    gate = hashing.Gate(at_once=1, waiting=0, patience=30)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), gate():
            raise ZeroDivisionError


def test_figures_are_what_the_decision_says():
    assert (hashing.AT_ONCE, hashing.WAITING, hashing.PATIENCE) == (2, 4, 5)
    hasher = hashing.OfficeArgon2Hasher()
    assert (hasher.time_cost, hasher.memory_cost, hasher.parallelism) == (2, 19_456, 1)
