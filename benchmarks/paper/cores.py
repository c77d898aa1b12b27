"""How much quicker two processes read than one: by the clock, so it means something on a quiet machine only."""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.pool import Pool

ROUNDS = 3


def ratio(data: bytes, layout: bytes, *, processes: int = 2) -> float:
    """Return pages by second of that many processes at once, each reading all of the file, to those of one.

    layout: as JSON.
    """
    with multiprocessing.get_context("spawn").Pool(processes, _prepare, (data, layout)) as pool:
        _seconds(pool, processes)  # all of them start, and warm up
        alone = min(_seconds(pool, 1) for _round in range(ROUNDS))
        together = min(_seconds(pool, processes) for _round in range(ROUNDS))
    return processes * alone / together


def _seconds(pool: Pool, count: int) -> float:
    started = time.perf_counter()
    pool.map(_read, range(count), chunksize=1)
    return time.perf_counter() - started


def _prepare(data: bytes, layout: bytes) -> None:
    global _work
    import cv2

    from printouts.geometry import Layout

    cv2.setNumThreads(1)
    _work = data, Layout.from_json(layout)


def _read(_number: int) -> None:
    from .__main__ import read_all

    read_all(*_work)


_work: tuple = ()
