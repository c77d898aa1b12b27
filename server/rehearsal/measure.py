"""How long each stage took and how much memory all processes held together."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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


class Measure:
    """Stages with their seconds; ``peak_mb`` sampled twice a second over this process and its descendants."""

    def __init__(self, *, is_quiet: bool = False) -> None:
        self.seconds: dict[str, float] = {}
        self.peak_mb = 0.0
        self.is_quiet = is_quiet
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
            self.peak_mb = max(self.peak_mb, resident_mb(family(os.getpid())))
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
        """One line that is written over, a hundred times at the most."""
        step = max(1, total // 100)
        if not self.is_quiet and sys.stderr.isatty() and (done % step == 0 or done == total):
            print(f"\r    {done} of {total} {what}", end="\n" if done == total else "", file=sys.stderr, flush=True)
