"""Files between preview and confirmation: what was shown is what is written.

A file lies in a private folder under a name made of who brought it, for what, and a random token that the page carries.
Another person's token, or one for another roll, names no file. Leftovers go after a day.

A large file comes in parts (``grow``) and is read as a stream (``opened``); nobody holds all of it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import time
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings

if TYPE_CHECKING:
    from server.accounts.models import User

KEPT_S = 24 * 3600
TOKEN = re.compile(r"[0-9a-f]{32}")


def shown_name(filename: str, otherwise: str) -> str:
    """A file's name as people see it: its last part, without control characters, at most 200 characters."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if unicodedata.category(c)[0] != "C")[:200] or otherwise


def _folder() -> Path:
    folder = Path(settings.PARVIS_VAR) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(user: User, purpose: str, token: str) -> Path:
    return _folder() / hashlib.sha256(f"{user.pk}\n{purpose}\n{token}".encode()).hexdigest()


def keep(*, user: User, purpose: str, content: bytes, token: str = "") -> str:
    """Put the file aside and return its token. ``purpose`` names what it is for, like ``roll 12``.

    token: of another file, where this one belongs to it; it then takes the place of an earlier one.
    """
    _clear_old()
    token = token or secrets.token_hex(16)
    path = _path(user, purpose, token)
    path.touch(mode=0o600)
    path.write_bytes(content)
    return token


def _clear_old() -> None:
    for old in _folder().iterdir():
        with suppress(FileNotFoundError):  # another hand may just have taken it
            if old.stat().st_mtime < time.time() - KEPT_S:
                old.unlink()


def grow(*, user: User, purpose: str, token: str, at: int, content: bytes) -> int:
    """Put one more part of a file where it belongs; return how many bytes of the file are here now.

    A part that does not begin where the file ends changes nothing: whoever sends it goes on from the answer. All of a
    part or nothing of it stays, also on a disk that is full. Raises ValueError for a token that is none.
    """
    if not TOKEN.fullmatch(token):
        raise ValueError("no token")
    if at == 0:
        _clear_old()
    descriptor = os.open(_path(user, purpose, token), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        here = file.seek(0, os.SEEK_END)
        if at != here:
            return here
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(here)
            raise
        return here + len(content)


def size(*, user: User, purpose: str, token: str) -> int:
    """How many bytes of the file are here; 0 when it is not."""
    try:
        return _path(user, purpose, token).stat().st_size if TOKEN.fullmatch(token) else 0
    except FileNotFoundError:
        return 0


def opened(*, user: User, purpose: str, token: str) -> BinaryIO | None:
    """The file, to be read as a stream and closed by the caller; None when it is not there."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        return _path(user, purpose, token).open("rb")
    except FileNotFoundError:
        return None


def drop(*, user: User, purpose: str, token: str) -> None:
    """Throw the file away. Not there: nothing to do."""
    if TOKEN.fullmatch(token):
        _path(user, purpose, token).unlink(missing_ok=True)


def forget(text: str) -> int:
    """Throw away every file that speaks of this, whoever brought it and for what; returns how many."""
    wanted, found = text.encode(), 0
    for path in _folder().iterdir():
        with suppress(FileNotFoundError):
            if _speaks_of(path, wanted):
                path.unlink()
                found += 1
    return found


def _speaks_of(path: Path, wanted: bytes) -> bool:
    end = b""
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            if wanted in end + part:
                return True
            end = part[-len(wanted) :]
    return False


def read(*, user: User, purpose: str, token: str) -> bytes | None:
    """The file, which stays: work in the background reads it, and takes it when it is done."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        return _path(user, purpose, token).read_bytes()
    except FileNotFoundError:
        return None


def take(*, user: User, purpose: str, token: str) -> bytes | None:
    """The file, once: whoever presses twice finds nothing the second time (D19). None also when it never was."""
    if not TOKEN.fullmatch(token):
        return None
    path = _path(user, purpose, token)
    mine = path.with_name(secrets.token_hex(16))
    try:
        path.rename(mine)
    except FileNotFoundError:
        return None
    try:
        return mine.read_bytes()
    finally:
        mine.unlink()
