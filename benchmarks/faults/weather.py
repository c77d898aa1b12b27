"""A broken network: a proxy between kiosks and server that cuts, swallows, waits, and logs in (bench NX).

Every request is a connection of its own. What happens to it is drawn beforehand, from a seed:

    cut        the connection breaks after so many bytes, in the request or in the answer
    swallowed  the server gets the request and answers; nobody hears it
    slow       5 s pass before the server gets it
    portal     while the log-in page of the hall answers, the server gets nothing: 200 with a page, 302, or an empty 201
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

CHUNK = 16 * 1024
DELAY_S = 5.0
LOGIN = b"<!doctype html><title>Log in to the hall</title>"
PORTALS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
    % (len(LOGIN), LOGIN),
    b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
)


class Weather:
    """The proxy, in a thread of its own. ``port``: where kiosks knock; ``counts``: what became of their requests.

    chances: of ``cut``, ``swallowed``, ``slow``; portal_s: from when to when, in seconds after the first request,
    it logs in.
    """

    def __init__(
        self, server_port: int, seed: int, chances: dict[str, float], portal_s: Sequence[tuple[float, float]]
    ) -> None:
        self.server_port, self.rng, self.chances, self.portal_s = server_port, random.Random(seed), chances, portal_s
        self.counts: Counter[str] = Counter()
        self.sent_bytes = self.received_bytes = self.port = 0
        self.began = 0.0
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Weather:
        self._thread.start()
        self._is_up.wait()
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._meet, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._is_up.set()
        self._loop.run_forever()

    def _is_portal(self) -> bool:
        self.began = self.began or time.monotonic()
        now = time.monotonic() - self.began
        return any(start <= now < end for start, end in self.portal_s)

    def _fate(self) -> str:
        drawn = self.rng.random()
        for fate, chance in self.chances.items():
            if drawn < chance:
                return fate
            drawn -= chance
        return "well"

    async def _meet(self, kiosk: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        is_told = False
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = await kiosk.readuntil(b"\r\n\r\n")
            is_told = await self._carry(head, kiosk, answer)
        # A whole answer is left to be read; anything else breaks off at once.
        answer.close() if is_told else answer.transport.abort()

    async def _carry(self, head: bytes, kiosk: asyncio.StreamReader, answer: asyncio.StreamWriter) -> bool:
        """Whether the kiosk was given a whole answer."""
        fate = "portal" if self._is_portal() else self._fate()
        self.counts[fate] += 1
        self.counts["requests"] += 1
        self.sent_bytes += len(head)
        length = _length(head)
        if fate == "portal":
            self.sent_bytes += len(await kiosk.readexactly(length))
            return await self._give(answer, self.rng.choice(PORTALS))
        if fate == "slow":
            await asyncio.sleep(DELAY_S)
        # Half of the cuts fall into the request, by its size, and half into the answer.
        is_early = fate == "cut" and self.rng.random() < 0.5
        most = self.rng.randrange(length + 1) if is_early else length
        told = await self._ask(head, kiosk, length, most)
        if not told or is_early or fate == "swallowed":
            return False
        if fate == "cut":
            await self._give(answer, told[: self.rng.randrange(len(told))])
            return False
        return await self._give(answer, told)

    async def _ask(self, head: bytes, kiosk: asyncio.StreamReader, length: int, most: int) -> bytes | None:
        """The server's answer to this request; None where only ``most`` bytes of its body came through."""
        source, server = await asyncio.open_connection("127.0.0.1", self.server_port)
        try:
            server.write(_closing(head))
            passed = 0
            while passed < most:
                chunk = await kiosk.read(min(CHUNK, most - passed))
                if not chunk:
                    return None
                passed += len(chunk)
                self.sent_bytes += len(chunk)
                server.write(chunk)
                await server.drain()
            return await source.read(-1) if passed == length else None
        finally:
            server.transport.abort()

    async def _give(self, answer: asyncio.StreamWriter, content: bytes) -> bool:
        self.received_bytes += len(content)
        answer.write(content)
        await answer.drain()
        return True


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _closing(head: bytes) -> bytes:
    """The same request, after which the server closes the connection."""
    lines = [line for line in head[:-4].split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close", b"", b""])
