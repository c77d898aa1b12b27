"""How much of the list lies in a backup that ended: what stands for a witness where there is none (protocol §8).

A small file beside the keys, written by ``parvis backup`` when all of it is on the disk. A restored installation has
none, and one that was left speaks of an earlier time of the list: nothing is said then.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

NAME = ".backed-up"  # a backup leaves it out: it speaks of this installation


def _path() -> Path:
    return Path(settings.PARVIS_VAR) / "keys" / NAME  # not by way of the keys: a page must not make them


def note_backup(log_epoch: int, size: int) -> None:
    """A backup of the list of this size ended. Written aside and moved: nobody reads half a number."""
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f"{NAME}.{os.getpid()}")
    aside.write_text(f"{log_epoch} {size}\n", encoding="ascii")
    aside.chmod(0o600)
    aside.replace(path)


def backed_up(log_epoch: int) -> int:
    """The size of the list of this time that lies in a backup; 0 where none is known."""
    try:
        of, size = map(int, _path().read_text(encoding="ascii").split())
    except (FileNotFoundError, ValueError):
        return 0
    return size if of == log_epoch else 0
