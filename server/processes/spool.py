"""Files between preview and confirmation: what was shown is what is written.

A file lies in a private folder under a name made of who brought it, for what, and a random token that the page carries.
Another person's token, or one for another roll, names no file. Leftovers go after a day.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from server.accounts.models import User

KEPT_S = 24 * 3600
TOKEN = re.compile(r"[0-9a-f]{32}")


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
    for old in _folder().iterdir():
        with suppress(FileNotFoundError):  # another hand may just have taken it
            if old.stat().st_mtime < time.time() - KEPT_S:
                old.unlink()
    token = token or secrets.token_hex(16)
    path = _path(user, purpose, token)
    path.touch(mode=0o600)
    path.write_bytes(content)
    return token


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
