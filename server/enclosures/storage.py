"""Where the files lie: below ``PARVIS_VAR/media/enclosures``, by the hash of what they hold.

<2 hex>/<sha256>.jpg         a photo, made anew
<2 hex>/<sha256>.small.jpg   the same, small
<2 hex>/<sha256>.pdf         a document
"""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

WHOLE, SMALL, DOCUMENT = ".jpg", ".small.jpg", ".pdf"


def path_of(sha256: str, ending: str) -> Path:
    return Path(settings.PARVIS_VAR) / "media" / "enclosures" / sha256[:2] / f"{sha256}{ending}"


def keep(content: bytes, sha256: str, ending: str) -> None:
    """On the disk when this returns, under its name or not at all. The same again changes nothing."""
    path = path_of(sha256, ending)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def destroy(sha256: str) -> None:
    for ending in (WHOLE, SMALL, DOCUMENT):
        path_of(sha256, ending).unlink(missing_ok=True)
