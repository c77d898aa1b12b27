"""A server that is told to stop answers what it has in hand, and is gone in time."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools.services import free_port

ROOT = Path(__file__).resolve().parents[3]
# As pages of Django do: a thread of its own, in which something waits for the loop.
SERVER = """
import asyncio, sys, time
from asgiref.sync import async_to_sync, sync_to_async, ThreadSensitiveContext
import django
django.setup()
from server.operations.serving import leave, serve_application

async def application(scope, receive, send):
    async def slowly():
        await asyncio.sleep(float(scope["path"].strip("/") or 0))
    async with ThreadSensitiveContext():
        await sync_to_async(lambda: async_to_sync(slowly)())()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"7")]})
    await send({"type": "http.response.body", "body": b"thanks!"})

serve_application(application, bind="127.0.0.1", port=int(sys.argv[1]), patience_s=float(sys.argv[2]))
leave(within_s=1)
"""


@contextmanager
def served(patience_s: float) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    command = [sys.executable, "-c", SERVER, str(port), str(patience_s)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def ask(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read()


def until_up(address: str) -> None:
    for _attempt in range(200):
        try:
            ask(address)
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("the server did not start")


def test_requests_in_hand_are_answered_before_the_process_ends():
    with served(patience_s=20) as (process, address), ThreadPoolExecutor(6) as people:
        until_up(address)
        waiting = [people.submit(ask, f"{address}/1.5") for _person in range(6)]
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        assert [one.result() for one in waiting] == [b"thanks!"] * 6
        assert process.wait(timeout=20) == 0
        with pytest.raises(OSError):
            ask(address)


def test_a_request_that_never_ends_does_not_keep_the_process_alive():
    with served(patience_s=0.5) as (process, address), ThreadPoolExecutor(1) as people:
        until_up(address)
        endless = people.submit(ask, f"{address}/3600")
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        with pytest.raises(OSError):
            endless.result()
