"""The parent of ``reader.py``: starts it, watches its clock, starts it again behind a page that killed it.

One bad page never stops the good ones (I9): a page on which the process dies or stands still is refused by name, and a
new process goes on with the next.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from server.web.apart import bare_environment

PAGE_TIME_S = 20  # by the clock; the reader also bounds its own computing time, which a busy machine does not stretch
OPENING_TIME_S = 30
MEMORY_MB = 512  # and twice the size of the file itself
MOST_DEATHS = 5  # pages of one file that may kill the process before the file is given up


class FileRefused(Exception):
    """The file as a whole cannot be read; ``code`` as in ``printouts.read.refusals``, or ``reader_died``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class SeenPage:
    """What the reader saw on one page. Scores are thousandths; ``code`` is the sheet's, 39 characters, or empty."""

    page: int
    refused: str = ""
    code: str = ""
    image: str = ""
    scores: dict[str, dict[str, int]] = field(default_factory=dict)
    around: dict[str, dict[str, int]] = field(default_factory=dict)
    quality: dict[str, int] = field(default_factory=dict)
    fingerprint: str = ""


class _Died(Exception):
    """The process ended, or stood still, without saying so. ``is_open``: it had opened the file before."""

    def __init__(self, why: str, is_open: bool) -> None:
        super().__init__(why)
        self.why = why
        self.is_open = is_open


def read_pages(
    path: Path,
    out: Path,
    layouts: Sequence[dict[str, str]],
    *,
    first: int = 1,
    page_time_s: float = PAGE_TIME_S,
    on_open: Callable[[int | None], None] = lambda count: None,
) -> Iterator[SeenPage]:
    """Yield the pages of a file from ``first`` on, as they are read. Raises FileRefused.

    on_open is told the number of pages, None where the format does not say beforehand.
    """
    deaths, memory_mb = 0, MEMORY_MB + 2 * path.stat().st_size // 1_048_576
    while True:
        job = {"path": str(path), "out": str(out), "first": first, "memory_mb": memory_mb, "layouts": list(layouts)}
        try:
            for seen in _run(job, page_time_s, on_open):
                first = seen.page + 1
                yield seen
            return
        except _Died as death:
            deaths += 1
            if not death.is_open or deaths > MOST_DEATHS:
                raise FileRefused(death.why) from death
            yield SeenPage(page=first, refused=death.why)
            first += 1


def _run(job: dict[str, Any], page_time_s: float, on_open: Callable[[int | None], None]) -> Iterator[SeenPage]:
    process = subprocess.Popen(
        [sys.executable, "-m", "server.paper.reader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=settings.BASE_DIR,
        # Each reader has one core to itself.
        env=bare_environment() | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        close_fds=True,
    )
    is_open = False
    try:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(job).encode())
        process.stdin.close()
        for line in _lines(process.stdout.fileno(), page_time_s):
            fact = json.loads(line)
            if "refused_file" in fact:
                raise FileRefused(fact["refused_file"])
            if "end" in fact:
                return
            if "page" in fact:
                yield SeenPage(**fact)
            else:
                is_open = True
                on_open(fact["open"])
        raise _Died("too_slow" if process.wait(1) == -signal.SIGXCPU else "reader_died", is_open)
    except TimeoutError as error:
        raise _Died("too_slow", is_open) from error
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _lines(descriptor: int, page_time_s: float) -> Iterator[bytes]:
    """Yield whole lines. Raises TimeoutError when none comes in time."""
    buffer, wait_s = b"", OPENING_TIME_S
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            if not selector.select(wait_s):
                raise TimeoutError
            chunk = os.read(descriptor, 1 << 16)
            if not chunk:
                return
            *whole, buffer = (buffer + chunk).split(b"\n")
            if whole:
                wait_s = page_time_s
            yield from whole
