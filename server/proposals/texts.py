"""What a proposal says: its words, their fingerprint, and what changed between two of its versions. Pure."""

from __future__ import annotations

import difflib
import hashlib
import re
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
    for tag, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            told.append(("same", "".join(old[a:b])))
            continue
        told += [(what, words) for what, words in (("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))) if words]
    return told
