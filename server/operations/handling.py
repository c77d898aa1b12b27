"""Requests are answered by threads that stay, and each of them keeps its connection to the database for a while.

Django's own handler makes a thread and a connection for every request and throws both away, and goes from the loop into
that thread and back several times. Here a request is taken into its thread once, where the whole chain of middleware
and the view run one after the other, as behind page workers; then its answer is sent.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.db import connections
from django.http import FileResponse, HttpRequest, HttpResponseBase

from server.web.live import ring_beside

from .lines import kept_for

# A thread at rest is let go of after so long. On SQLite the last connection to go empties the write-ahead log, in which
# what was destroyed may still stand.
REST_S = 5
# A connection is made anew after so long: whoever restored a backup under a running server is not ignored for ever.
KEEP_S = 30


class OneThread(ThreadPoolExecutor):
    """A thread that does one thing after the other and knows whether it still does one."""

    def __init__(self) -> None:
        super().__init__(max_workers=1, thread_name_prefix="page", initializer=_keep_connections)
        self.in_hand = 0
        self.since = 0.0
        self._count = threading.Lock()
        self.when_free: Callable[[OneThread], None] | None = None

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with self._count:
            self.in_hand += 1
        done: Future[Any] = super().submit(work, *args, **kwargs)
        done.add_done_callback(self._ended)
        return done

    def _ended(self, _done: Future[Any]) -> None:
        with self._count:
            self.in_hand -= 1
            is_free, self.when_free = (self.when_free, None) if not self.in_hand else (None, self.when_free)
        if is_free:
            is_free(self)

    def give_back(self, to: Callable[[OneThread], None]) -> None:
        """Call this with the thread once it has nothing in hand: whoever asked may have gone while it still worked."""
        with self._count:
            if self.in_hand:
                self.when_free = to
                return
        to(self)

    def let_go(self) -> None:
        super().submit(connections.close_all)
        self.shutdown(wait=False)


def _keep_connections() -> None:
    """In the thread itself: connections are a thread's own."""
    for one in connections.all():
        one.settings_dict = {**one.settings_dict, **kept_for(KEEP_S)}


class Threads:
    """As many as there are requests at the same moment, used again."""

    def __init__(self) -> None:
        # The one used last is used first, so that those too many come to rest.
        self._free: deque[OneThread] = deque()

    def take(self) -> OneThread:
        try:
            return self._free.pop()
        except IndexError:
            return OneThread()

    def _free_again(self, thread: OneThread) -> None:
        thread.since = time.monotonic()
        self._free.append(thread)

    def give_back(self, thread: OneThread) -> None:
        thread.give_back(self._free_again)

    def let_go(self, rested_s: float = 0) -> bool:
        """Let go of those that have had nothing to do for so long. Returns whether others are left."""
        latest = time.monotonic() - rested_s
        while self._free and self._free[0].since <= latest:
            self._free.popleft().let_go()
        return bool(self._free)


class Handler(ASGIHandler):
    """Django's handler with its chain of middleware run in a thread of ours."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self.threads = Threads()
        self._will_look = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        ring_beside(asyncio.get_running_loop())
        thread = self.threads.take()
        try:
            async with ThreadSensitiveContext(executor=thread):
                await super().__call__(scope, receive, send)
        finally:
            self.threads.give_back(thread)
            self._look_later()

    def _look_later(self) -> None:
        if not self._will_look:
            self._will_look = True
            asyncio.get_running_loop().call_later(REST_S, self._look)

    def _look(self) -> None:
        self._will_look = False
        if self.threads.let_go(rested_s=REST_S):
            self._look_later()

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        response: Any = await sync_to_async(self.get_response)(request)
        response._handler_class = self.__class__
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        return response
