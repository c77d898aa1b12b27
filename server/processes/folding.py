"""Text as people compare it who are in a hurry: without accents, capitals and signs. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST_QUERY = 100
MOST_WORDS = 8
# Letters that Unicode does not take apart, as people type them who have no such key.
TAKEN_APART = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"}
)
SIGNS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Without accents, case and hyphens: ``Lefèvre-Roux`` → ``lefevre roux``."""
    bare = text if text.isascii() else _without_accents(text)
    return bare.replace("-", " ").replace("'", " ").replace("’", " ").casefold()


def _without_accents(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(TAKEN_APART))
    return "".join(c for c in plain if not unicodedata.combining(c))


def words_of(query: str) -> list[str]:
    """The first words of what somebody looks for, folded; whatever is neither letter nor digit parts them."""
    return SIGNS.sub(" ", fold(query[:LONGEST_QUERY])).split()[:MOST_WORDS]
