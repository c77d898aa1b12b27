"""What a proposal says: its words, their fingerprint, and what changed between two of its versions. Pure."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

PARTS = re.compile(r"\s+|[\w’'-]+|[^\w\s]")


@dataclass(frozen=True)
class Text:
    """Title and body as their author wrote them; line ends are ``\\n``."""

    title: str
    body: str
    language: str = "fr"

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, of title, a line feed and body, in UTF-8."""
        return hashlib.sha256(f"{self.title}\n{self.body}".encode()).hexdigest()


def changes(before: str, after: str) -> list[tuple[str, str]]:
    """``(what, words)`` in reading order; what: ``same``, ``gone`` or ``new``. Joined without ``gone`` it is after."""
    old, new = PARTS.findall(before), PARTS.findall(after)
    told: list[tuple[str, str]] = []
    for tag, a, b, c, d in edits(old, new):
        if tag == "equal":
            told.append(("same", "".join(old[a:b])))
            continue
        told += [(what, words) for what, words in (("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))) if words]
    return told


def edits(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """How ``new`` comes of ``old``, as ``difflib`` says it: ``(tag, from, to, from, to)``.

    What both begin and end with is left out of the search, and words that stand in a long text again and again are no
    places to begin from: two texts of one word a thousand times would be compared for hours.
    """
    least = min(len(old), len(new))
    head = next((at for at in range(least) if old[at] != new[at]), least)
    tail = next((at for at in range(least - head) if old[-1 - at] != new[-1 - at]), least - head)
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    told = [("equal", 0, head, 0, head)] if head else []
    told += [
        (tag, a + head, b + head, c + head, d + head)
        for tag, a, b, c, d in difflib.SequenceMatcher(None, *middle, autojunk=True).get_opcodes()
    ]
    ends = (len(old) - tail, len(old), len(new) - tail, len(new))
    return [*told, ("equal", *ends)] if tail else told
