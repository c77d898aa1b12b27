"""How much a text looks like advertising, between 0 and 1. Pure: no Django, no clock, no network, no list of words.

Each sign has a weight; signs add up like chances: 1 − ∏ (1 − weight). Whether that is too much is another function's
business, so that the limit can be argued about without touching how it is reckoned.

    a link (http…, www.…)               0.35 for one, 0.6 for two, 0.8 for more
    an e-mail address or telephone number    0.2
    the same text as one of ``earlier``      0.7
    one word is a third of twelve or more    0.4
    one sign eight times in a row            0.3
    mostly capitals, twenty letters or more  0.4
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}|(?<!\d)(?:\+|0)\d(?:[ .\-/]?\d){7,12}(?!\d)")
AGAIN_AND_AGAIN = re.compile(r"([^\s.\-_])\1{7}")
WORD = re.compile(r"\w+")
ENOUGH = 0.6


def spam_score(text: str, earlier: Iterable[str] = ()) -> float:
    """earlier: what the same author wrote lately."""
    links = len(LINK.findall(text))
    words = [word.casefold() for word in WORD.findall(text)]
    letters = [one for one in text if one.isalpha()]
    capitals = sum(one.isupper() for one in letters)
    signs = [
        (0.0, 0.35, 0.6, 0.8)[min(links, 3)],
        0.2 if CONTACT.search(text) else 0.0,
        0.7 if words and any(words == [w.casefold() for w in WORD.findall(one)] for one in earlier) else 0.0,
        0.4 if len(words) >= 12 and Counter(words).most_common(1)[0][1] * 3 >= len(words) else 0.0,
        0.3 if AGAIN_AND_AGAIN.search(text) else 0.0,
        0.4 if len(letters) >= 20 and capitals * 10 > len(letters) * 7 else 0.0,
    ]
    left = 1.0
    for sign in signs:
        left *= 1 - sign
    return 1 - left


def waits_for_a_moderator(score: float) -> bool:
    return score >= ENOUGH
