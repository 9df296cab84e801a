"""gunicorn's threaded worker, with a thread kept free for ``/sehat/`` and none given to who sends nothing."""

import socket
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker  # type: ignore[attr-defined]

HEALTH = (b"GET /sehat/ ", b"HEAD /sehat/ ")
LONGEST_HEADERS = 4096


class Worker(ThreadWorker):
    """While the other threads all wait (for a locked table, for paper, for slow senders), monitors get an answer."""

    def init_process(self) -> None:
        self.health_pool = ThreadPoolExecutor(1)
        super().init_process()

    def enqueue_req(self, conn: Any) -> None:
        if not (conn.initialized or conn.data_ready):
            self._await_data(conn)
            return
        pool = self.health_pool if _asks_health(conn.sock) else self.tpool
        pool.submit(self.handle, conn).add_done_callback(
            lambda done: self.method_queue.defer(partial(self.finish_request, conn, done))
        )

    def _await_data(self, conn: Any) -> None:
        """To the poller, as if a thread had waited in vain."""
        waited: Future[Any] = Future()
        waited.set_result(_DEFER)
        self.finish_request(conn, waited)


def _asks_health(client: socket.socket) -> bool:
    """Whether the whole request has come and is one; what was read stays to be read."""
    try:
        head = client.recv(LONGEST_HEADERS, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return False
    return head.startswith(HEALTH) and b"\r\n\r\n" in head
