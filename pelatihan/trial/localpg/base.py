"""PostgreSQL backend that has its private server running before it connects (no DATABASE_URL)."""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from pelatihan.trial.localpg.server import PORT, USER, server_in


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own PostgreSQL backend, pointed at the server below ``settings.LOCAL_PG_DIR``."""

    def get_connection_params(self) -> dict[str, Any]:
        server = server_in(settings.LOCAL_PG_DIR, durable=settings.LOCAL_PG_DURABLE)
        server.use()
        return super().get_connection_params() | {"user": USER, "host": str(server.sockets), "port": PORT}
