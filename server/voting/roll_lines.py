"""What a version of a roll commits to: its lines, one person each, in bytes that anyone shown the list can make again.

    line        ["number","family name","given name","1980-05-31","address","e-mail"] as JSON without spaces, and a line
                end; the date empty where there is none
    commitment  SHA-256(salt ‖ all lines, sorted by number as UTF-8 bytes), 32 bytes of salt, in hex

Who was struck has no line. Pure: nothing of Django (``docs/protocol.md`` §10).

The list that a sworn observer is given, ``parvis-roll-1``: one line of JSON, ``{"format", "version", "people",
"commitment", "salt"}``, the salt in hex, and then the lines, byte for byte as they are hashed. ``check_roll.py`` of the
room ``opendata`` reads it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping

Line = tuple[str, str, str, dt.date | None, str, str]
LINE = ("number", "family_name", "given_name", "birth_date", "address", "email")
FORMAT = "parvis-roll-1"


def commitment(salt: bytes, lines: Iterable[Line]) -> str:
    """Raises ValueError unless the salt has 32 bytes, or where two lines have one number."""
    return commitment_of_texts(salt, texts_of(lines))


def texts_of(lines: Iterable[Line]) -> dict[str, bytes]:
    """Each line as it is hashed, by its number. Raises ValueError where two lines have one number."""
    texts: dict[str, bytes] = {}
    for line in lines:
        if line[0] in texts:
            raise ValueError("two lines have one number")
        texts[line[0]] = text_of(line)
    return texts


def commitment_of_texts(salt: bytes, texts: Mapping[str, bytes]) -> str:
    if len(salt) != 32:
        raise ValueError("a salt has 32 bytes")
    digest = hashlib.sha256(salt)
    for text in in_order(texts):
        digest.update(text)
    return digest.hexdigest()


def in_order(texts: Mapping[str, bytes]) -> Iterable[bytes]:
    return (texts[number] for number in sorted(texts, key=str.encode))


def text_of(line: Line) -> bytes:
    number, family_name, given_name, birth_date, address, email = line
    cells = [number, family_name, given_name, birth_date.isoformat() if birth_date else "", address, email]
    return (json.dumps(cells, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def list_head(*, version: int, people: int, commitment: str, salt: bytes) -> bytes:
    """The first line of a list that is given out."""
    facts = {"format": FORMAT, "version": version, "people": people, "commitment": commitment, "salt": salt.hex()}
    return (json.dumps(facts) + "\n").encode()
