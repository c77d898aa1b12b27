"""Pushes stand in line: those that came first are answered first, and each is at work without the others in its way.

A hall sends at the same moment when its network returns. All at once would take as long for each as for all of them
together, and locks hand themselves on as they like, so that some would wait twice.
"""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType

from django.db import connection

# At work at the same time in a process: where the database takes one writer at a time, one; elsewhere one may think
# while the other waits for the disk.
AT_WORK = {"sqlite": 1}
OTHERWISE_AT_WORK = 2


class Line:
    """So many at once, in the order in which they came.

    Not inside a transaction: who holds the database must wait for nobody here.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
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
        turn.acquire()  # until it is handed over

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


LINE = Line(AT_WORK.get(connection.vendor, OTHERWISE_AT_WORK))
