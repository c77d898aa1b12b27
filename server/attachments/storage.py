"""Files on the disk: pieces are written one behind the other, and a file has its name once its hash fits.

Below ``PARVIS_VAR/media/attachments``: ``<2 hex>/<sha256>`` is a whole file; ``.<sha256>.<16 hex of the device>`` is
what a device has brought of it so far, hidden, so that no backup takes it along. Each device writes a file of its own:
another one that sends wrong bytes under the same hash spoils nothing but its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

FOLDER = "attachments"
MODE = 0o600


def media() -> Path:
    return Path(settings.PARVIS_VAR) / "media"


def name_of(sha256: str) -> str:
    """Where a whole file lies, below media."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}"


def path_of(sha256: str) -> Path:
    return media() / name_of(sha256)


def draft_of(sha256: str, dev: str) -> Path:
    """Where the pieces of one device lie."""
    return path_of(sha256).with_name(f".{sha256}.{dev[:16]}")


def count_held(sha256: str, dev: str) -> int:
    """How many bytes of this file the device has brought."""
    try:
        return draft_of(sha256, dev).stat().st_size
    except FileNotFoundError:
        return 0


def add_piece(sha256: str, dev: str, *, offset: int, piece: bytes, size: int) -> tuple[int, bool]:
    """Put a piece where it belongs, on the disk when this returns; how many bytes are held then, and if that is all.

    What is known of the piece is passed over; one that begins beyond what is held changes nothing. A file that is
    complete and has another hash is thrown away: 0 bytes are held, and the device begins anew. A piece beyond the size
    that the record names is cut there: the hash tells.
    """
    with _open_draft(sha256, dev) as file:
        held = os.fstat(file).st_size
        new = piece[held - offset :][: size - held] if offset <= held else b""
        if new:
            _write_all(file, new, held)
            os.fsync(file)
            held += len(new)
        if held < size:
            return held, False
        if _hash(file) != sha256:
            os.ftruncate(file, 0)
            return 0, False
        _finish(sha256, dev)
        return size, True


def is_whole(sha256: str) -> bool:
    """Whether the file lies there under its name: written by a process that ended before it could say so."""
    return path_of(sha256).is_file()


def forget_draft(sha256: str, dev: str) -> None:
    """What a device brought of a file that is here by another way."""
    draft_of(sha256, dev).unlink(missing_ok=True)


@contextmanager
def _open_draft(sha256: str, dev: str) -> Iterator[int]:
    """The draft, held: two requests of one device at once take turns."""
    path = draft_of(sha256, dev)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(path, os.O_RDWR | os.O_CREAT, MODE)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _write_all(file: int, content: bytes, offset: int) -> None:
    """All of it, or nothing: a disk that is full must not leave half a piece that nobody counted."""
    try:
        written = 0
        while written < len(content):
            written += os.pwrite(file, content[written:], offset + written)
    except OSError:
        os.ftruncate(file, offset)
        raise


def _hash(file: int) -> str:
    digest, offset = hashlib.sha256(), 0
    while chunk := os.pread(file, 1 << 20, offset):
        digest.update(chunk)
        offset += len(chunk)
    return digest.hexdigest()


def _finish(sha256: str, dev: str) -> None:
    """Give it its name, for good: the folder is written to the disk too. Of two that are the same, one stays."""
    draft_of(sha256, dev).replace(path_of(sha256))
    folder = os.open(path_of(sha256).parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
