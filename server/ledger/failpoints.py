"""Failpoints: named places where a bench has this process killed, as a power cut would (F1, S7, S8).

They do nothing unless ``PARVIS_FAILPOINTS`` names a folder, which no installation with a public address may do
(``server/config/demands.py``). The bench writes ``NAME PASSES ID`` into the file ``armed`` there; whichever process
first passes that place so many times takes the file away and kills itself with SIGKILL. Each name that a process
passes stands in the file ``visited``, so that the bench knows of a place where it never comes.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from pathlib import Path

from django.db import transaction

FOLDER = os.environ.get("PARVIS_FAILPOINTS", "")

_visited: set[str] = set()
_passes: Counter[str] = Counter()
_one_at_a_time = threading.Lock()


def failpoint(name: str) -> None:
    """A place where the bench may cut the power."""
    if FOLDER:
        with _one_at_a_time:
            _pass(name, Path(FOLDER))


def failpoint_on_commit(name: str) -> None:
    """The same, once this transaction is committed. Call it before what is to be announced."""
    if FOLDER:
        transaction.on_commit(lambda: failpoint(name))


def _pass(name: str, folder: Path) -> None:
    if name not in _visited:
        _visited.add(name)
        with (folder / "visited").open("a") as file:
            file.write(f"{name}\n")
    try:
        wanted, passes, mark = (folder / "armed").read_text().split()
    except (FileNotFoundError, ValueError):  # nothing is wanted; or it is being written
        return
    _passes[mark] += name == wanted
    if name == wanted and _passes[mark] >= int(passes):
        try:
            (folder / "armed").rename(folder / f"fired-{mark}")
        except FileNotFoundError:
            return  # another process was first
        die()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
