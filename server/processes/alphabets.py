"""Words that mix alphabets whose letters look alike, such as ``Pаris`` with a Cyrillic а (X22). Pure.

Nothing is refused for it: a name may be spelled in any way. Whoever prepares a vote is told, because two projects or
two people of one look are told apart by nobody. After Unicode Technical Standard 39, "mixed-script confusables",
narrowed to the alphabets that share shapes with Latin; a word wholly in another alphabet is somebody's language and is
not named.
"""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W\d_]+")
ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"}
# Letters that exist to look like others: bold and script letters of formulas, letters as wide as Chinese signs.
COSTUMES = {"MATHEMATICAL", "FULLWIDTH", "CIRCLED", "SQUARED", "PARENTHESIZED"}


def mixed_words(text: str) -> list[str]:
    """The words of a text that hold letters of more than one alphabet, or letters in costume, in their order."""
    if text.isascii():
        return []
    return [word for word in WORD.findall(text) if _is_mixed(word)]


def _is_mixed(word: str) -> bool:
    kinds = {
        unicodedata.name(letter, "").partition(" ")[0] for letter in word if unicodedata.category(letter)[0] == "L"
    }
    return bool(kinds & COSTUMES) or len(kinds & ALIKE) > 1
