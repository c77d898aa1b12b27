"""``parvis serve``: daphne, with the worker of tasks in a thread. Told to stop, it first answers what it has in hand.

Daphne itself drops its requests when it is told to stop. What they had begun in the database is done or undone all the
same, but whoever asked is not told; and a request that waits for the loop that is gone keeps the process alive.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.http_protocol import WebRequest
from daphne.server import Server
from twisted.internet.defer import Deferred

from .loading import load_pages
from .worker import start_thread

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.05
# Together less than the half minute that is given to us before we are killed (``stop_grace_period`` in compose.yaml).
PATIENCE_S = 10
CANCEL_S = 2
LEAVE_WITHIN_S = 15
# A body that has arrived is handed on in pieces of so many bytes, each a turn of the loop: a push in one or two.
HANDED_ON_BYTES = 256 * 1024


class GentleServer(Server):
    """Told to stop: take no new connection, answer the requests in hand, then close the sockets."""

    def __init__(self, *, patience_s: float = PATIENCE_S, **options: Any) -> None:
        super().__init__(**options)
        self._patience_s = patience_s
        self._ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self._ports.append(port)

    def kill_all_applications(self) -> Deferred[None]:
        """The reactor calls this before it stops, and waits for it."""
        return Deferred.fromFuture(asyncio.ensure_future(self._end()))

    async def _end(self) -> None:
        for port in self._ports:
            port.stopListening()
        loop = asyncio.get_running_loop()
        latest = loop.time() + self._patience_s
        while loop.time() < latest and any(isinstance(one, WebRequest) for one in self._in_hand()):
            await asyncio.sleep(LOOK_EVERY_S)
        left = list(self._in_hand().values())
        for application in left:
            application.cancel()
        if left:
            await asyncio.wait(left, timeout=CANCEL_S)
        await asyncio.sleep(LOOK_EVERY_S)  # the last answers go out

    def _in_hand(self) -> dict[Any, asyncio.Future[Any]]:
        """Applications at work, by connection. A connection that is kept open between two requests has none."""
        found = {one: details.get("application_instance") for one, details in self.connections.items()}
        return {one: application for one, application in found.items() if application and not application.done()}


def serve_application(application: Any, *, bind: str, port: int, patience_s: float = PATIENCE_S) -> None:
    """Serve until SIGTERM or SIGINT. Returns when nothing is in hand, or when patience is at its end."""
    GentleServer(
        application=application,
        endpoints=build_endpoint_description_strings(host=bind, port=port),
        server_name="parvis",
        # A busy hall: better late than refused.
        websocket_handshake_timeout=30,
        request_buffer_size=HANDED_ON_BYTES,
        action_logger=None,
        verbosity=0,
        patience_s=patience_s,
    ).run()


def leave(within_s: float = LEAVE_WITHIN_S) -> None:
    """After this the process ends in time, though a thread may never come back."""

    def leave_it() -> None:
        log.warning("ended while a request was still at work")
        os._exit(0)

    timer = threading.Timer(within_s, leave_it)
    timer.daemon = True
    timer.start()


def serve(*, port: int, bind: str, has_worker: bool) -> int:
    """The worker shares the process because the in-memory channel layer reaches no other one."""
    from server.config.asgi import application, pages

    load_pages()
    worker = start_thread() if has_worker else None
    print(f"Parvis: http://localhost:{port}/   kiosk: http://localhost:{port}/kiosk/", flush=True)
    serve_application(application, bind=bind, port=port)
    pages.threads.let_go()
    leave()
    if worker:
        worker.stop()
        worker.ended.wait(PATIENCE_S)
    return 0
