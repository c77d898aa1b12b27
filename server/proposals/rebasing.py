"""An amendment that was written against an older version, as it reads against the present one. Pure.

Three texts: ``base``, which its author read; ``present``, which stands now; ``wanted``, which its author wrote. What
the author changed is done to the present text, word by word. Where both changed the same words the author's stand,
and the result says so: a person looks before it is taken up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .texts import PARTS, Text, edits


@dataclass(frozen=True)
class Rebased:
    """``is_clean``: no words were changed by both."""

    text: Text
    is_clean: bool


def rebase(base: Text, present: Text, wanted: Text) -> Rebased:
    if present.fingerprint == base.fingerprint:
        return Rebased(wanted, is_clean=True)
    title, is_title_clean = _carried(base.title, present.title, wanted.title)
    body, is_body_clean = _carried(base.body, present.body, wanted.body)
    return Rebased(Text(title, body, present.language), is_title_clean and is_body_clean)


def _carried(base: str, present: str, wanted: str) -> tuple[str, bool]:
    """``present`` with what was changed between ``base`` and ``wanted``, and whether the two changes keep apart."""
    if present in (base, wanted):
        return wanted, True
    if wanted == base:
        return present, True
    old = PARTS.findall(base)
    ours, theirs = _edits(old, PARTS.findall(present)), _edits(old, PARTS.findall(wanted))
    is_clean = not any(_meet(one, other) for one in ours for other in theirs if one != other)
    kept = [one for one in ours if one not in theirs and not any(_clash(one, other) for other in theirs)]
    told: list[str] = []
    at = 0
    # What was added at the same place by both stands one after the other, what stands already first.
    for start, end, words in sorted([*kept, *theirs], key=lambda edit: edit[:2]):
        told += old[at:start]
        told += [" ", *words] if at == start and _would_join(told, words) else words
        at = max(at, end)
    return "".join([*told, *old[at:]]), is_clean


def _would_join(before: Sequence[str], words: Sequence[str]) -> bool:
    """Whether two words would become one where both were added."""
    return bool(before and words and (before[-1][-1] + words[0][0]).isalnum())


Edit = tuple[int, int, list[str]]


def _edits(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """``(start, end, words)``: that part of ``old`` is replaced by these words."""
    return [(a, b, list(new[c:d])) for tag, a, b, c, d in edits(old, new) if tag != "equal"]


def _meet(one: Edit, other: Edit) -> bool:
    """Whether two replacements touch the same words, or stand at the same place."""
    return _clash(one, other) or one[0] == other[0]


def _clash(one: Edit, other: Edit) -> bool:
    """Whether both cannot be done."""
    return max(one[0], other[0]) < min(one[1], other[1]) or _within(one, other)


def _within(one: Edit, other: Edit) -> bool:
    """Whether one of them only adds words inside what the other replaces."""
    return any(a[0] == a[1] and b[0] < a[0] < b[1] for a, b in ((one, other), (other, one)))
