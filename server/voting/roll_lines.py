"""What a version of a roll commits to: its lines, one person each, in bytes that anyone shown the list can make again.

    line        ["number","family name","given name","1980-05-31","address","e-mail"] as JSON without spaces, and a line
                end; the date empty where there is none
    commitment  SHA-256(salt ‖ all lines, sorted by number as UTF-8 bytes), 32 bytes of salt, in hex

Who was struck has no line. Pure: nothing of Django (``docs/protocol.md`` §11).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable

Line = tuple[str, str, str, dt.date | None, str, str]


def commitment(salt: bytes, lines: Iterable[Line]) -> str:
    """Raises ValueError unless the salt has 32 bytes, or where two lines have one number."""
    if len(salt) != 32:
        raise ValueError("a salt has 32 bytes")
    digest = hashlib.sha256(salt)
    last = None
    for line in sorted(lines, key=lambda one: one[0].encode()):
        if line[0] == last:
            raise ValueError("two lines have one number")
        last = line[0]
        digest.update(_text(line))
    return digest.hexdigest()


def _text(line: Line) -> bytes:
    number, family_name, given_name, birth_date, address, email = line
    cells = [number, family_name, given_name, birth_date.isoformat() if birth_date else "", address, email]
    return (json.dumps(cells, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
