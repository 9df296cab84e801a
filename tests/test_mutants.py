"""The tool behind make mutants: what it breaks, and that its two lists fit the code of today."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from pelatihan.accounts.access import make_groups
from tools.mutants import child, session, table
from tools.mutants.source import MODULE_LEVEL, ROOT, mutants_of


def test_table_names_what_is_there():
    assert table.modules()


def test_every_mutant_is_another_source_with_a_key_of_its_own():
    mutants = mutants_of("pelatihan/codes.py")
    source = (ROOT / "pelatihan/codes.py").read_text()

    assert len({mutant.key for mutant in mutants}) == len({mutant.source for mutant in mutants}) == len(mutants)
    assert source not in {mutant.source for mutant in mutants}


def test_rules_outside_functions_and_behind_decorators_are_broken_too():
    moves = [mutant for mutant in mutants_of("pelatihan/lifecycle.py") if mutant.function == MODULE_LEVEL]
    steps = mutants_of("pelatihan/batches/steps.py")

    assert any("Role.STAFF" in mutant.before and "Role.STAFF" not in mutant.after for mutant in moves)
    assert any((mutant.before, mutant.after) == ("@transaction.atomic", "") for mutant in steps)
    assert any(mutant.function == "take" and "StepGone" in mutant.before for mutant in steps)


def test_decorator_less_is_tried_with_every_test():
    """Whom a guard keeps out never runs the body: which tests run a line says nothing about it."""
    guards = [mutant for mutant in mutants_of("pelatihan/accounts/batch.py") if mutant.after == ""]
    less = {mutant.before: mutant.lines for mutant in guards if mutant.before.startswith("@")}

    assert less == {"@access.needs(permission)": frozenset(), "@login_not_required": frozenset()}


@pytest.mark.django_db
def test_run_on_a_database_that_others_use_is_none():
    """pytest-django's fixture, were it to win over ours, would give all children one database."""
    connection.ensure_connection()

    with pytest.raises(SystemExit, match="which others use as well, not on mutants_0"):
        child.Ordered(child.Job([], database="mutants_0")).pytest_sessionfinish()


@pytest.mark.django_db
def test_roles_of_the_template_are_forgotten_where_the_module_makes_them():
    child.forget_roles()
    assert not Group.objects.exists()

    make_groups()
    assert Group.objects.get(name="petugas").permissions.count() == 3


def test_slice_is_judged_anew_and_what_is_known_of_the_others_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "FOLDER", tmp_path)
    module = next(each for each in table.modules() if each.path == "pelatihan/codes.py")
    mutants, first = mutants_of(module.path), session.Session(module)
    for mutant in mutants:
        first.note(mutant, session.KILLED)

    later = session.Session(module)
    later.load()
    chosen = later.slice(mutants, 3, seed=7)
    later.note(chosen[0], session.KILLED)

    assert [later.verdict(mutant) is None for mutant in chosen] == [False, True, True]
    assert len(later.verdicts) == len(mutants) - 2


def test_models_are_broken_in_functions_only():
    assert MODULE_LEVEL not in {
        mutant.function for mutant in mutants_of("pelatihan/models/session.py", functions_only=True)
    }


def test_kept_survivors_are_still_there():
    """By their lines; that nothing kills them meanwhile, make mutants tells."""
    modules = {module.path for module in table.modules()}
    sources = {module: " ".join((ROOT / module).read_text().split()) for module in modules}

    assert [row for row in table.kept() if row.before not in sources.get(row.module, "")] == []


@pytest.mark.parametrize("row", table.kept(), ids=lambda row: row.after[:40])
def test_kept_survivor_has_a_reason(row):
    assert row.reason.endswith(".")
