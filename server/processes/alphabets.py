"""Words whose letters look like those of another alphabet, such as ``Pаris`` with a Cyrillic а (X22). Pure.

Nothing is refused for it: a name may be spelled in any way. Whoever prepares a vote is told, because two projects or
two people of one look are told apart by nobody. Two kinds of words are named, after Unicode Technical Standard 39,
narrowed to the alphabets that share shapes with Latin:

    mixed     its letters come from more than one alphabet, or are in costume ("mixed-script confusables")
    disguised all its letters come from another alphabet, and each of them looks like one of ours ("whole-script
              confusables"), as ``рорауа`` in Cyrillic

A text that holds a letter of another alphabet which looks like none of ours is in somebody's language: no word of it is
in disguise.
"""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W\d_]+")
ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"}
# Letters that exist to look like others: bold and script letters of formulas, letters as wide as Chinese signs.
COSTUMES = {"MATHEMATICAL", "FULLWIDTH", "CIRCLED", "SQUARED", "PARENTHESIZED"}
# Letters of these alphabets that look like one Latin letter, by their code points: the lines of ``confusables.txt`` of
# Unicode 14.0 (https://www.unicode.org/Public/security/14.0.0/) that lead from one of them to one of A-Z or a-z.
# Cyrillic, Greek, Armenian, Cherokee, Coptic, Lisu.
_POINTS = """
    0405 0406 0408 0410 0412 0415 041a 041c 041d 041e 0420 0421 0422 0423 0425 042c 0430 0433 0435 043e 0440 0441 0443
    0445 0455 0456 0458 0461 0474 0475 04ae 04af 04bb 04bd 04c0 04cf 0501 050c 051b 051c 051d a647
    037a 037f 0391 0392 0395 0396 0397 0399 039a 039c 039d 039f 03a1 03a4 03a5 03a7 03b1 03b3 03b9 03bd 03bf 03c1 03c3
    03c5 03d2 03dc 03f1 03f2 03f3 03f9 03fa 1d26
    054d 054f 0555 0561 0563 0566 0570 0578 057c 057d 0581 0584 0585
    13a0 13a1 13a2 13a5 13a9 13aa 13ab 13ac 13b3 13b7 13bb 13bd 13c0 13c2 13c3 13cf 13d2 13d4 13d5 13d9 13da 13de 13df
    13e2 13e6 13e7 13f3 13f4 ab75 ab81 ab83 ab93 aba9 abaa abaf
    2c85 2c8e 2c92 2c94 2c98 2c9a 2c9e 2c9f 2ca2 2ca3 2ca4 2ca5 2ca6 2ca8 2cac 2cd0
    a4d0 a4d1 a4d2 a4d3 a4d4 a4d6 a4d7 a4d9 a4da a4dc a4dd a4df a4e0 a4e1 a4e2 a4e3 a4e6 a4e7 a4ea a4eb a4ec a4ee a4f0
    a4f2 a4f3 a4f4
"""
LOOKS_LATIN = frozenset(chr(int(point, 16)) for point in _POINTS.split())


def mixed_words(text: str) -> list[str]:
    """The words of a text that hold letters of more than one alphabet, or letters in costume, in their order."""
    if text.isascii():
        return []
    return [word for word in WORD.findall(text) if _is_mixed(word)]


def disguised_words(text: str) -> list[str]:
    """The words of a text wholly in letters of another alphabet that look like ours, in their order.

    For texts in a language that is written in Latin letters. What stands together is looked at together: a family name
    with letters that look like none of ours says that the given name beside it is no disguise.
    """
    if text.isascii() or any(_is_unlike(letter) for letter in _letters(text)):
        return []
    return [word for word in WORD.findall(text) if all(letter in LOOKS_LATIN for letter in _letters(word))]


def _letters(text: str) -> list[str]:
    """Without their accents: ``ё`` looks like ``ë`` because ``е`` looks like ``e``."""
    return [sign for sign in unicodedata.normalize("NFD", text) if unicodedata.category(sign)[0] == "L"]


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _is_unlike(letter: str) -> bool:
    return letter not in LOOKS_LATIN and _alphabet(letter) in ALIKE - {"LATIN"}


def _is_mixed(word: str) -> bool:
    kinds = {_alphabet(letter) for letter in word if unicodedata.category(letter)[0] == "L"}
    return bool(kinds & COSTUMES) or len(kinds & ALIKE) > 1
