"""The collector of garbage waits while a batch is at work.

Of the thousands of things that two hundred records are made of none points back at another: each is freed when it is
let go of. The collector would look through them again and again and, because they are still there, keep them for old,
until it looks through everything that the process holds, which takes as long as several pushes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Begin no collection in here. What others make meanwhile is looked through afterwards.

    It holds for the process: of two batches at work at once, the first to end lets the collector begin again.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()
