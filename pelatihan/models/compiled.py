"""Queries that every visitor asks, turned into SQL once: turning them takes Django longer than PostgreSQL answers.

What is asked stands where it always does, in querysets with their rules; only the values differ from call to call.
"""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.db import connections
from django.db.models import Model, QuerySet


class Compiled[M: Model]:
    """``Compiled(lambda slug: Angkatan.objects.filter(slug=slug), str)``; called with a slug it answers the rows.

    Each value must reach the database as it is: text for a column of text, a whole number for a number.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], *kinds: type) -> None:
        self._build = build
        self._marks = [f"«{place}»" if kind is str else -9_000_000_000 - place for place, kind in enumerate(kinds)]
        self._kept: tuple[QuerySet[M], Any, str, tuple[Any, ...]] | None = None

    def __call__(self, *values: Any) -> list[M]:
        if self._kept is None:
            self._kept = self._compile()
        queryset, compiler, text, parameters = self._kept
        by_mark = dict(zip(self._marks, values, strict=True))
        filled = tuple(by_mark.get(one, one) for one in parameters)
        asked, compiler = queryset.all(), copy(compiler)
        compiler.connection = connections[asked.db]  # each thread has its own
        compiler.as_sql = lambda *_args, **_options: (text, filled)
        compiler.setup_query = lambda *_args, **_options: None
        asked.query.get_compiler = lambda *_args, **_options: compiler  # type: ignore[method-assign]
        return list(asked)

    def first(self, *values: Any) -> M | None:
        return next(iter(self(*values)), None)

    def _compile(self) -> tuple[QuerySet[M], Any, str, tuple[Any, ...]]:
        queryset = self._build(*self._marks)
        compiler = queryset.query.get_compiler(using=queryset.db)
        text, parameters = compiler.as_sql()
        if missing := [mark for mark in self._marks if mark not in parameters]:
            raise TypeError(f"These values do not reach the database as they are: {missing}")
        return queryset, compiler, text, tuple(parameters)
