"""Pushes stand in line: those that came first are answered first, and each is at work without the others in its way.

A hall sends at the same moment when its network returns. All at once would take as long for each as for all of them
together, and locks hand themselves on as they like, so that some would wait twice.
"""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType

from django.db import connection

from server.web.busy import Busy

# At work at the same time in a process: where the database takes one writer at a time, one; elsewhere one may think
# while the other waits for the disk.
AT_WORK = 1 if connection.vendor == "sqlite" else 2
# A device gives up after half a minute: what it has turned away from must not stand in the line for ever.
PATIENCE_S = 20


class Line:
    """So many at once, in the order in which they came. Raises Busy for whoever has waited ``patience_s``.

    Not inside a transaction: who holds the database must wait for nobody here.
    """

    def __init__(self, at_once: int, patience_s: float = PATIENCE_S) -> None:
        self._free = at_once
        self._patience_s = patience_s
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if self._free:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if not turn.acquire(timeout=self._patience_s) and self._leave(turn):
            raise Busy

    def _leave(self, turn: threading.Lock) -> bool:
        """Whether it was still in the line: it may have been handed over at the last moment."""
        with self._guard:
            try:
                self._waiting.remove(turn)
            except ValueError:
                return False
            return True

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


LINE = Line(AT_WORK)
