"""Rows of a model read and written by plain SQL, each value as Django's own queries would have it.

Columns, converters and prepared values come from the model's fields, so a new field of any kind (JSON, encrypted,
generated, filled by the database) needs nothing here or where this is used.

PostgreSQL plans each statement once for a connection: planning what a check-in asks costs it four times the answer.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import AutoField, Field, Model
from django.db.models.sql import InsertQuery

type Row = tuple[Any, ...]
type Names = tuple[str, ...]  # of fields
type Converter = Callable[[Any, Any, Any], Any]


def table(model: type[Model]) -> str:
    return f'"{model._meta.db_table}"'


@cache
def columns(model: type[Model], only: Names = ()) -> str:
    """All columns, or those of some fields, with the table's name, in the order that ``made`` expects."""
    return ", ".join(f'{table(model)}."{field.column}"' for field in _fields(model, only))


@cache
def width(model: type[Model]) -> int:
    """How many columns a row of the model takes."""
    return len(model._meta.concrete_fields)


def rows(text: str, values: Sequence[Any], *, once: bool = False) -> list[Row]:
    """What a statement answers. Its text is one of few, and planned but once; what differs are the values.

    :param once: this text will hardly come again: no plan is kept
    """
    with connection.cursor() as cursor:
        if once:
            cursor.execute(text, values)
        else:
            _run_planned(cursor, text, values)
        found: list[Row] = cursor.fetchall()
        return found


def made[M: Model](model: type[M], row: Row, only: Names = ()) -> M:
    """The object whose columns come first in the row. A field that was not asked for is read when it is wanted."""
    names = _names(model, only)
    values = list(row[: len(names)])
    for place, converter, expression in _converters(model, only):
        values[place] = converter(values[place], expression, connection)
    return model.from_db(connection.alias, names, values)


def insert(model: type[Model], objects: Sequence[Model], on_conflict: str) -> list[Row]:
    """Write new rows by one statement; ``on_conflict`` says what becomes of those that are there already.

    :returns: what it asks for by ``RETURNING``
    """
    text, values = insertion(model, objects, on_conflict)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else []


def insertion(model: type[Model], objects: Sequence[Model], on_conflict: str) -> tuple[str, list[Any]]:
    """The statement that writes new rows, and its values."""
    fields = written(model)
    values: list[Any] = []
    places = [", ".join(_placed(field, one, values) for field in fields) for one in objects]
    text = f"INSERT INTO {table(model)} ({', '.join(f'"{field.column}"' for field in fields)})"
    return f"{text} VALUES ({'), ('.join(places)}) {on_conflict}", values


def selection(model: type[Model], like: Model, given: Mapping[str, str], source: str) -> tuple[str, list[Any]]:
    """The statement that writes a row like this one for each of a selection, and its values.

    :param given: by column what comes from the selection
    :param source: what stands behind ``FROM``; its own values come after those returned
    """
    fields, values = written(model), list[Any]()
    places = [given.get(str(field.column)) or _placed(field, like, values) for field in fields]
    names = ", ".join(f'"{field.column}"' for field in fields)
    return f"INSERT INTO {table(model)} ({names}) SELECT {', '.join(places)} FROM {source}", values


@cache
def written(model: type[Model]) -> "list[Field[Any, Any]]":
    """The fields that a new row brings along: not what the database numbers or computes."""
    return [field for field in model._meta.concrete_fields if not (field.generated or isinstance(field, AutoField))]


def _placed(field: "Field[Any, Any]", one: Model, values: list[Any]) -> str:
    """The place of a value in the statement; the value itself is added to ``values``."""
    value = field.get_db_prep_save(field.pre_save(one, add=True), connection)
    placed_by_field = getattr(field, "get_placeholder_sql", None)
    if placed_by_field is None and not hasattr(value, "as_sql"):  # all of today's
        values.append(value)
        return "%s"
    compiler = InsertQuery(type(one)).get_compiler(connection=connection)
    place, parameters = compiler.field_as_sql(field, placed_by_field, value)
    values.extend(parameters)
    return str(place)


# ---- Planned once --------------------------------------------------------------------------------

_numbers = count(1)
_plans: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()  # by connection: the name of each text's plan


def _run_planned(cursor: CursorWrapper, text: str, values: Sequence[Any]) -> None:
    """Run a statement by the plan that the connection keeps for its text."""
    known = _plans.setdefault(connection.connection, {})
    if text not in known:
        known[text] = _plan(text, len(values))
    given = f"({', '.join(['%s'] * len(values))})" if values else ""
    cursor.execute(f"EXECUTE {known[text]} {given}", values)


def _plan(text: str, values: int) -> str:
    """Have the statement planned, by a cursor that counts no queries: it is none of those that a page asks. Its name is
    never used twice, whatever became of the statement."""
    name = f"plan_{next(_numbers)}"
    numbered = text % tuple(f"${place}" for place in range(1, values + 1))
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(f"PREPARE {name} AS {numbered}")
    return name


# ---- Fields --------------------------------------------------------------------------------------


@cache
def _fields(model: type[Model], only: Names) -> "list[Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not only or field.attname in only]


@cache
def _names(model: type[Model], only: Names) -> list[str]:
    return [field.attname for field in _fields(model, only)]


@cache
def _converters(model: type[Model], only: Names) -> list[tuple[int, Converter, Any]]:
    """What turns a column's value into the field's, where there is something to turn. (PostgreSQL has none itself.)"""
    expressions = [field.get_col(model._meta.db_table) for field in _fields(model, only)]
    return [
        (place, converter, expression)
        for place, expression in enumerate(expressions)
        for converter in expression.get_db_converters(connection)
    ]
