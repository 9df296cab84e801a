"""How gunicorn serves the site: ``gunicorn -c python:pelatihan.web.serving pelatihan.wsgi``.

HOST, PORT and WEB_CONCURRENCY (worker processes) come from the environment.
"""

import gc
import os
import signal
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from gunicorn import glogging
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.http import Request
from gunicorn.http.wsgi import Response

from pelatihan.web.children import die_with_parent
from pelatihan.web.logs import ACCOUNT, PrivateFormatter, without_secrets
from pelatihan.web.worker import Worker


class PrivateLogger(glogging.Logger):
    """Writes what was asked for, and by which account of the staff; no address, query, referrer or browser, codes
    masked. So after a leak one can say what an account has opened (docs/operations.md)."""

    error_fmt = "%(asctime)s %(levelname)s gunicorn %(message)s"

    def access(self, resp: Response, req: Request, environ: MutableMapping[str, Any], request_time: timedelta) -> None:
        # Quoted, so that a line break in an address cannot forge a line in the log.
        path = without_secrets(quote(environ.get("PATH_INFO", ""), safe="/:@-._~"))
        account = quote(environ.get(ACCOUNT, "-"), safe="@+")
        super().access(resp, req, {**environ, "PATH_INFO": path, ACCOUNT: account}, request_time)

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(PrivateFormatter(self.error_fmt, self.datefmt))


def when_ready(server: Arbiter) -> None:
    """The workers share the memory that the master has filled; the collector would write into each page of it."""
    gc.collect()
    gc.freeze()


def post_fork(server: Arbiter, worker: Worker) -> None:
    """A worker whose master was killed ends at once: it would go on answering, and hold the port."""
    if ask_kernel := die_with_parent(signal.SIGKILL):
        ask_kernel()
    if os.getppid() != worker.ppid:  # the master was gone before the kernel was asked
        os._exit(1)


_host = os.environ.get("HOST") or "127.0.0.1"
bind = f"{f'[{_host}]' if ':' in _host else _host}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = Worker
threads = 8
preload_app = True  # loaded once, shared by the workers
timeout = 60
graceful_timeout = 10
max_requests = 20_000  # a worker that leaks is replaced before it hurts
max_requests_jitter = 2_000
control_socket_disable = True
logger_class = PrivateLogger
accesslog = "-"
access_log_format = f"%(t)s %(m)s %(U)s %(s)s %(B)s byte %(M)s ms account=%({{{ACCOUNT}}}e)s"
