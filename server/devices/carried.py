"""The bytes of an answer that is carried by hand (``docs/protocol.md`` §8): its runs, its file, its QR codes. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

FORMAT = "parvis-answers-1"
CODE = "PA1"
# As many characters as a tablet's camera reads from a sheet without care: version 18 of the standard at level M.
CODE_CHARACTERS = 560

Row = tuple[int, str, str, int]


def runs(rows: Iterable[Row]) -> list[list[int | str]]:
    """``[first number, last number, verdict, reason, index]`` of neighbours that were judged alike.

    rows: ``(number, verdict, reason, index)`` by number; the index of a run is the largest of its records.
    """
    found: list[list[Any]] = []
    for seq, verdict, reason, index in rows:
        if found and found[-1][1] == seq - 1 and found[-1][2:4] == [verdict, reason]:
            found[-1][1], found[-1][4] = seq, max(found[-1][4], index)
        else:
            found.append([seq, seq, verdict, reason, index])
    return found


def answers_file(answers: Sequence[tuple[str, str]]) -> bytes:
    """The small file: all answers to one device."""
    told = {"format": FORMAT, "answers": [{"reply": reply, "sig": sig} for reply, sig in answers]}
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def codes_of(reply: str, sig: str) -> list[str]:
    """One answer as the texts of QR codes: ``PA1.<number>.<of>.<mark>.<part>``, read in any order.

    The mark is the beginning of the hash of the whole: so that codes of two answers are not joined.
    """
    text = json.dumps({"reply": reply, "sig": sig}, ensure_ascii=True, separators=(",", ":"))
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    room = CODE_CHARACTERS - len(f"{CODE}.99.99.{mark}.")
    count = -(-len(text) // room)
    room = -(-len(text) // count)
    parts = [text[start : start + room] for start in range(0, len(text), room)]
    return [f"{CODE}.{number}.{count}.{mark}.{part}" for number, part in enumerate(parts, start=1)]
