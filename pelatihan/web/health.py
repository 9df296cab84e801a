"""Is this server fit to serve? ``/sehat/`` for monitors and load balancers."""

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache


@login_not_required
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 ``{"database": "ok", "migrations": "ok"}``; 503 when the database is away or behind the code."""
    try:
        pending = _known_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    except DatabaseError:
        return JsonResponse({"database": "unreachable", "migrations": "unknown"}, status=503)
    if pending:
        return JsonResponse({"database": "ok", "migrations": "pending"}, status=503)
    return JsonResponse({"database": "ok", "migrations": "ok"})


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)
