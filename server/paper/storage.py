"""Where the files of paper lie: under ``PARVIS_VAR/media``, never in a folder that the web server shows.

Names are made here, of row numbers and random characters; nothing a person typed becomes part of a path (row X1).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings


def media() -> Path:
    return Path(settings.PARVIS_VAR) / "media"


def folder(*parts: str) -> Path:
    """A folder under media, made if it is missing, readable by this user alone."""
    path = media().joinpath(*parts)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def print_folder() -> Path:
    return folder("print")


def upload_folder(session_ref: str) -> Path:
    return folder("scans", session_ref)


def image_folder(session_ref: str, batch_pk: int) -> Path:
    return folder("scans", session_ref, str(batch_pk))


def new_name(prefix: str, suffix: str) -> str:
    return f"{prefix}-{secrets.token_hex(8)}{suffix}"


def relative(path: Path) -> str:
    """The name of a file as a row keeps it."""
    return path.relative_to(media()).as_posix()


def absolute(name: str) -> Path:
    """The file that a row names. Raises ValueError for a name that leads out of media."""
    path = (media() / name).resolve()
    if not path.is_relative_to(media().resolve()):
        raise ValueError("outside of media")
    return path


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only this user reads, and wait until the disk has it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
