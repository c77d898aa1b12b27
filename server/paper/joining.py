"""The pages of one sheet, joined by its serial and by nothing else (row B9): pure, no Django, no clock.

A ballot of many choices stands on several pages, each with the sheet's serial, its own number n and their number N.
Pages come in any order, in any file, mixed with those of other sheets, some of them twice. So a page is laid beside the
others of its serial, wherever and whenever they were seen; the order of scanning says nothing.

A sheet becomes a ballot with the page that completes it, whichever that is: then the marks of all its pages are one
answer, and whether it has too many marks or costs too much is judged over all of them. Until then its pages wait, and
people are told which is missing; if it stays lost, two of them type in what the others say. A page that was read twice
with different marks, or could not be read, stops the sheet until people have looked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Scores = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class SeenOnce:
    """One standing reading of one page. signature: what it shows, as text; empty where it could not be read."""

    signature: str
    scores: Scores = field(default_factory=dict)
    around: Scores = field(default_factory=dict)


@dataclass
class Sheaf:
    """What was read of one sheet so far, page by page. decided: signatures of what people said of all of it."""

    pages: dict[int, list[SeenOnce]] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)
    is_settled: bool = False  # it has its ballot, or people declared it invalid

    def add(self, page: int, seen: SeenOnce) -> None:
        self.pages.setdefault(page, []).append(seen)

    def earlier(self, page: int, pages: int) -> frozenset[str]:
        """Signatures of what was read of this page before; of a sheet of one page also what people said."""
        read = {seen.signature for seen in self.pages.get(page, ())}
        return frozenset(read | self.decided if pages == 1 else read)

    def missing(self, page: int, pages: int) -> tuple[int, ...]:
        """The pages of the sheet that nobody has seen, this one apart."""
        return tuple(number for number in range(1, pages + 1) if number != page and number not in self.pages)

    def is_in_doubt(self, page: int) -> bool:
        """Whether another page was read in two ways, or could not be read."""
        return any(
            len({seen.signature for seen in readings}) > 1 or not all(seen.signature for seen in readings)
            for number, readings in self.pages.items()
            if number != page
        )

    def joined(self, page: int, seen: SeenOnce) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
        """Scores and ink around of all pages together, this one among them; of one read twice its first reading."""
        first = {number: readings[0] for number, readings in self.pages.items() if number != page} | {page: seen}
        scores: dict[str, dict[str, int]] = {}
        around: dict[str, dict[str, int]] = {}
        for number in sorted(first):
            for whole, part in ((scores, first[number].scores), (around, first[number].around)):
                for contest, values in part.items():
                    whole.setdefault(contest, {}).update(values)
        return scores, around
