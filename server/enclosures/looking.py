"""The parent of ``looker.py``: has a file looked at, and gives it up when that takes too long."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from server.web.apart import bare_environment

TIME_S = 30
MEMORY_MB = 448  # with the libraries below 512; a picture of 80 million points takes 320


class BadFile(Exception):
    """``code``: file_unknown, file_broken, file_locked, picture_too_large, too_much_memory."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Seen:
    """``sort``: of ``Enclosure.Sort``. width, height: pixels of the picture that was made; 0 of a document."""

    sort: str
    width: int = 0
    height: int = 0


def look_at(path: Path, out: Path) -> Seen:
    """What this file is. Of a photo, ``photo.jpg`` and ``small.jpg`` are in ``out`` then. Raises BadFile."""
    job = json.dumps({"path": str(path), "out": str(out), "memory_mb": MEMORY_MB}).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "server.enclosures.looker"],
            input=job,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env=bare_environment(),
            timeout=TIME_S,
            check=True,
        )
        told = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise BadFile("file_broken") from error
    if "refused" in told:
        raise BadFile(told["refused"])
    return Seen(sort=told["sort"], width=told.get("width", 0), height=told.get("height", 0))
