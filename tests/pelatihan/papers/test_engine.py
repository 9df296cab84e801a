"""The child that sets a paper: what it may, how it ends, what is said when it fails."""

import ast
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import psutil
import pytest

from pelatihan.papers import engine, typesetter
from pelatihan.papers.engine import QueueFull, Template, TooLong, TypesettingFailed, check_length, render_pdf
from pelatihan.web.turns import Turn
from tests.pelatihan.papers.lists import a_list, people

PRINTING = """
import django; django.setup()
import sys; from pathlib import Path
from pelatihan.papers import engine
from tests.pelatihan.papers.lists import a_list
engine.queue_folder = lambda: Path(sys.argv[1])
engine.render_pdf(engine.Template.ATTENDANCE_SESSION, a_list(9000))
"""


def typesetter_of(parent: int) -> psutil.Process:
    """The child at work, as soon as it has its limits."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for child in psutil.Process(parent).children():
            if str(engine.TYPESETTER) in child.cmdline() and child.nice() == typesetter.PATIENCE:
                return child
    raise TimeoutError


def is_over(process: psutil.Process) -> bool:
    """Whether it ends within some seconds; a machine's first process may be slow to bury it."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
    return False


@pytest.fixture
def long_print(queue) -> Iterator[tuple[Future[bytes], psutil.Process]]:
    """A print that is under way, and its child."""
    paper = a_list(9000)
    with ThreadPoolExecutor() as pool:
        printing = pool.submit(render_pdf, paper.template, paper)
        child = typesetter_of(os.getpid())
        yield printing, child
        with suppress(psutil.NoSuchProcess):
            child.kill()


# ---- The child -------------------------------------------------------------------------------------


def test_child_knows_typst_and_the_standard_library_only():
    tree = ast.parse(engine.TYPESETTER.read_text())
    named = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    named += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

    assert {name for name in named if name.split(".")[0] not in sys.stdlib_module_names} == {"typst"}


def test_child_sees_no_secret_and_has_limits(long_print):
    _, child = long_print

    assert set(child.environ()) - {"LC_CTYPE"} == {"PYTHONPATH", "RAYON_NUM_THREADS"}
    assert resource.prlimit(child.pid, resource.RLIMIT_AS) == (typesetter.MOST_MEMORY,) * 2
    assert resource.prlimit(child.pid, resource.RLIMIT_CPU) == (typesetter.MOST_CPU,) * 2
    assert resource.prlimit(child.pid, resource.RLIMIT_CORE) == (0, 0)


def test_killed_child_is_told_and_buried(long_print, queue):
    printing, child = long_print
    child.kill()

    with pytest.raises(TypesettingFailed, match="terhenti") as failure:
        printing.result(timeout=10)
    assert failure.value.may_pass
    assert not psutil.pid_exists(child.pid)
    with Turn(queue) as turn:
        assert turn.number == 0


def test_child_without_memory_is_told(long_print):
    printing, child = long_print
    resource.prlimit(child.pid, resource.RLIMIT_AS, (1, typesetter.MOST_MEMORY))

    with pytest.raises(TypesettingFailed, match="terhenti"):
        printing.result(timeout=30)


def test_child_that_takes_too_long_is_stopped(queue, monkeypatch):
    monkeypatch.setattr(engine, "SET_SECONDS", 0.2)
    paper = a_list(9000)

    with pytest.raises(TypesettingFailed, match="terhenti"):
        render_pdf(paper.template, paper)
    assert [one for one in psutil.Process().children() if str(engine.TYPESETTER) in one.cmdline()] == []


def test_child_ends_with_a_killed_parent_and_frees_the_place(queue):
    with subprocess.Popen([sys.executable, "-c", PRINTING, queue]) as parent:
        child = typesetter_of(parent.pid)
        parent.send_signal(signal.SIGKILL)

    assert is_over(child)
    with Turn(queue) as turn:
        assert turn.number == 0


def test_fault_is_logged_by_its_place_without_names(queue, caplog):
    paper = a_list(people=people(1))

    with pytest.raises(TypesettingFailed, match="tidak dapat disusun") as failure:
        render_pdf(Template.ATTENDANCE_DAY, paper)

    assert not failure.value.may_pass
    assert "attendance_day.typ:" in caplog.text
    assert "Endang" not in caplog.text
    assert "Rahmawati" not in caplog.text


def test_fault_names_places_only():
    said = 'error: dictionary does not contain key "Budi"\n  ┌─ sheet.typ:12:3\n  │ let x\n sheet.typ:12:3 day.typ:1:2'

    assert typesetter.places(said) == "sheet.typ:12:3 day.typ:1:2"


# ---- Refusals --------------------------------------------------------------------------------------


def test_full_queue_says_how_many_are_ahead(full_queue):
    paper = a_list()

    with pytest.raises(QueueFull, match="Saat ini 3 cetakan lain"):
        render_pdf(paper.template, paper)


def test_waiting_ends(queue, monkeypatch):
    monkeypatch.setattr(engine, "WAIT_SECONDS", 0)
    paper = a_list()

    with Turn(queue), pytest.raises(QueueFull, match="Saat ini 1 cetakan lain"):
        render_pdf(paper.template, paper)


@pytest.mark.parametrize(("people", "sheets"), [(5000, 1), (97, 10), (0, 1), (9995, 1)])
def test_usual_lists_are_not_too_long(people, sheets):
    check_length(people, sheets, 5)


@pytest.mark.parametrize(
    ("people", "sheets", "advice"),
    [(9996, 1, "Cetak lembar kosong"), (5000, 2, "Pilih satu sesi atau satu hari"), (97, 100, "Pilih satu sesi")],
)
def test_too_long_says_what_to_choose(people, sheets, advice):
    with pytest.raises(TooLong, match=advice):
        check_length(people, sheets, 5)
