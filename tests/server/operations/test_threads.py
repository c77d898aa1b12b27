"""Under daphne requests are answered by threads that stay, and each request goes into its thread once."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest
from asgiref.sync import SyncToAsync
from asgiref.testing import ApplicationCommunicator
from django.db import connection, connections

from server.operations import figures, handling
from server.operations.handling import Handler, OneThread, Threads

SCOPE = {
    "type": "http", "method": "GET", "path": "/healthz", "raw_path": b"/healthz", "query_string": b"", "root_path": "",
    "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 4711),
    "server": ("127.0.0.1", 8000), "scheme": "http",
}  # fmt: skip


async def ask(pages: Handler) -> int:
    asked = ApplicationCommunicator(pages, dict(SCOPE))
    await asked.send_input({"type": "http.request", "body": b"", "more_body": False})
    status = (await asked.receive_output(timeout=20))["status"]
    while (await asked.receive_output(timeout=20)).get("more_body"):
        pass
    await asked.wait(timeout=20)
    return status


def test_a_request_does_not_go_to_its_thread_for_each_middleware(monkeypatch):
    crossings = []
    cross = SyncToAsync.__call__

    async def counted(self: SyncToAsync, *arguments: Any, **named: Any) -> Any:
        crossings.append(self.func)
        return await cross(self, *arguments, **named)

    monkeypatch.setattr(SyncToAsync, "__call__", counted)
    assert asyncio.run(ask(Handler())) == 200
    # The chain of middleware with the view, and the signals at both ends.
    assert len(crossings) <= 3, crossings


@pytest.fixture
def threads(monkeypatch) -> list[threading.Thread]:
    """Those that answer."""
    seen: list[threading.Thread] = []
    monkeypatch.setattr(figures, "count_request", lambda **_facts: seen.append(threading.current_thread()))
    return seen


def test_one_thread_answers_one_request_after_the_other(threads, monkeypatch):
    monkeypatch.setattr(handling, "REST_S", 600)

    async def three() -> None:
        pages = Handler()
        for _turn in range(3):
            assert await ask(pages) == 200
        pages.threads.let_go()

    asyncio.run(three())
    assert len(threads) == 3
    assert len(set(threads)) == 1


def test_a_thread_rests_when_nobody_asks(threads, monkeypatch):
    monkeypatch.setattr(handling, "REST_S", 0.05)

    async def one() -> None:
        assert await ask(Handler()) == 200
        latest = time.monotonic() + 20
        while threads[0].is_alive() and time.monotonic() < latest:
            await asyncio.sleep(0.02)

    asyncio.run(one())
    assert not threads[0].is_alive()


def test_whoever_asks_meanwhile_has_a_thread_of_their_own(monkeypatch):
    both = threading.Barrier(2, timeout=20)
    monkeypatch.setattr(figures, "count_request", lambda **_facts: both.wait())

    async def two() -> list[int]:
        pages = Handler()
        return await asyncio.gather(ask(pages), ask(pages))

    assert asyncio.run(two()) == [200, 200]


def test_a_thread_that_still_works_is_given_to_nobody():
    threads, goes_on = Threads(), threading.Event()
    busy = threads.take()
    done = busy.submit(goes_on.wait, 20)
    threads.give_back(busy)
    assert threads.take() is not busy
    goes_on.set()
    done.result(timeout=20)
    latest = time.monotonic() + 10
    while (again := threads.take()) is not busy and time.monotonic() < latest:
        time.sleep(0.01)
    assert again is busy


def test_its_connection_stays_between_requests_and_goes_with_the_thread(monkeypatch):
    closed = []
    thread = OneThread()
    kept = thread.submit(lambda: dict(connection.settings_dict)).result(timeout=20)
    assert kept["CONN_MAX_AGE"] == handling.KEEP_S
    assert connection.settings_dict["CONN_MAX_AGE"] == 0, "nobody else's"
    monkeypatch.setattr(connections, "close_all", lambda: closed.append(threading.current_thread()))
    here = thread.submit(threading.current_thread).result(timeout=20)
    thread.let_go()
    here.join(timeout=20)
    assert closed == [here]
