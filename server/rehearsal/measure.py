"""How long each stage took and how much memory all processes held together.

Memory is PSS of ``/proc/<pid>/smaps_rollup``: what a process holds alone, and its share of what it holds with others,
so that a sum counts every page once. Sampled twice a second; a shorter peak may be missed.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

EVERY_S = 10


def _parents() -> dict[int, int]:
    """Parent of every process, from ``/proc``."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name in brackets may hold anything; the fields start after the last closing bracket.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
    return parents


def family(root: int) -> set[int]:
    """This process and all that descend from it."""
    parents, found = _parents(), {root}
    while new := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= new
    return found


def resident_mb(pids: set[int]) -> float:
    """Memory of these processes; pages that several share are divided among them (PSS)."""
    total_kb = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total_kb += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return total_kb / 1024


def is_readable(pid: int) -> bool:
    """Whether the memory of this process may be read: of another user's only by the administrator."""
    try:
        return "Pss:" in Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return False


class Measure:
    """Stages with their seconds; ``peak_mb`` over this process, all that it started, and ``also`` with theirs.

    also: first processes of servers that work for us without being started by us, as the database's.
    """

    def __init__(self, *, also: Iterable[int] = (), is_quiet: bool = False) -> None:
        self.seconds: dict[str, float] = {}
        self.peak_mb = 0.0
        self.is_quiet = is_quiet
        self.also = tuple(also)
        self._told_at = 0.0
        self._stop = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Measure:
        self._sampler.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._sampler.join()

    def _sample(self) -> None:
        while not self._stop.is_set():
            pids = set().union(*(family(pid) for pid in (os.getpid(), *self.also)))
            self.peak_mb = max(self.peak_mb, resident_mb(pids))
            self._stop.wait(0.5)

    @contextmanager
    def stage(self, name: str, words: str) -> Iterator[None]:
        started = time.monotonic()
        self.say(f"{words} …")
        yield
        self.seconds[name] = round(self.seconds.get(name, 0) + time.monotonic() - started, 2)
        self.say(f"    {self.seconds[name]:.1f} s")

    def say(self, words: str) -> None:
        if not self.is_quiet:
            print(words, file=sys.stderr, flush=True)

    def progress(self, done: int, total: int, what: str) -> None:
        """On a terminal one line that is written over, a hundred times at most; elsewhere one every ten seconds."""
        if self.is_quiet:
            return
        if sys.stderr.isatty():
            if done % max(1, total // 100) == 0 or done == total:
                end = "\n" if done == total else ""
                print(f"\r    {done} of {total} {what}", end=end, file=sys.stderr, flush=True)
        elif time.monotonic() - self._told_at >= EVERY_S:
            self._told_at = time.monotonic()
            self.say(f"    {done} of {total} {what}")
