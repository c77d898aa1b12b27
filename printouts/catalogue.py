"""A catalogue of proposals on A4, to lay on a table in the town hall: ordinary, or in letters of 18 points.

A title page with the parts and how many proposals each has; then part by part each proposal with its number in the
margin. It is drawn as its entries come: of thousands, one page is held at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from reportlab.pdfgen.canvas import Canvas

from printouts.blocks import (
    HAIR,
    LEFT,
    PAPER,
    RIGHT,
    THICK,
    THIN,
    Scan,
    Strip,
    bound,
    double_rule,
    moved,
    rule,
    set_text,
    space,
)
from printouts.documents import FOOT, TOP, draw_item, units
from printouts.draw import open_canvas
from printouts.geometry import Square, Text, mm, pt
from printouts.typefaces import substituted, width, wrap


@dataclass(frozen=True)
class Entry:
    """One proposal. byline: who put it forward and by which door; beside: where, and what else it is filed under."""

    number: int
    title: str
    text: str
    byline: str
    beside: str = ""


@dataclass(frozen=True)
class Part:
    """title: "" where there is one part alone."""

    title: str
    count: int
    entries: Iterable[Entry]


@dataclass(frozen=True)
class CatalogueWords:
    """lead: paragraphs on the title page; address: under them, also as a square to scan.

    foot: on every page. page_words: what page n is called.
    """

    authority: str
    title: str
    subtitle: str
    lead: Sequence[str]
    address: str
    contents: str
    foot: str
    page_words: Callable[[int], str]
    language: str = "fr"
    is_large_print: bool = False


@dataclass(frozen=True)
class Sizes:
    """Sizes of type in micrometres; margin: of the column of numbers."""

    cover: int
    part: int
    number: int
    title: int
    text: int
    small: int
    margin: int


ORDINARY = Sizes(pt(38), pt(24), pt(17), pt(13.5), pt(10.5), pt(9), mm(17))
LARGE = Sizes(pt(44), pt(32), pt(26), pt(24), pt(18), pt(16), mm(24))


def draw_catalogue(
    words: CatalogueWords, parts: Sequence[Part], out: BinaryIO, *, on_progress: Callable[[int], None] | None = None
) -> int:
    """Write the catalogue as PDF and return the number of its pages. on_progress is told the number of entries done."""
    sizes = LARGE if words.is_large_print else ORDINARY
    pages = _Pages(open_canvas(out, *PAPER, title=substituted(words.title), language=words.language), words, sizes)
    pages.put(_cover(words, parts, sizes), y=mm(58))
    done = 0
    for part in parts:
        pages.open(part.title)
        if part.title:
            pages.put(_opening(part.title, sizes))
        for place, entry in enumerate(part.entries):
            pages.put(_entry(entry, sizes, is_first=place == 0 and bool(part.title)))
            done += 1
            if on_progress and done % 50 == 0:
                on_progress(done)
    pages.end()
    if on_progress:
        on_progress(done)
    return pages.number


def _cover(words: CatalogueWords, parts: Sequence[Part], sizes: Sizes) -> list[Strip]:
    strips = [
        *set_text(words.authority, "bold", pt(16 if words.is_large_print else 13)),
        space(3),
        double_rule(),
        space(8),
        *set_text(words.title, "display", sizes.cover, is_even=True),
        space(2),
        *set_text(words.subtitle, "semi", pt(22 if words.is_large_print else 17), is_even=True),
        space(10),
    ]
    for paragraph in words.lead:
        strips += [*set_text(paragraph, "text", pt(18 if words.is_large_print else 13)), space(2)]
    strips += [
        *set_text(words.address, "bold", pt(15 if words.is_large_print else 11)),
        Strip(mm(38), (Scan(words.address, Square(LEFT - mm(4), 0, mm(38))),)),
    ]
    named = [part for part in parts if part.title]
    if not named:
        return strips
    strips += [space(6), *set_text(words.contents, "bold", sizes.title, binds=True), space(2, binds=True)]
    for part in named:
        strips += _line_of_contents(part, sizes)
    return strips


def _line_of_contents(part: Part, sizes: Sizes) -> list[Strip]:
    count = str(part.count)
    told = set_text(part.title, "text", sizes.text, right=RIGHT - width(count, "bold", sizes.text) - mm(6))
    first = told[0]
    baseline = next(item.y for item in first.items if isinstance(item, Text))
    told[0] = Strip(first.height, (*first.items, Text(RIGHT, baseline, sizes.text, "bold", "end", count)), first.binds)
    return [Strip(mm(1.2)), *told, Strip(mm(1.2), (rule(HAIR, y=mm(1)),))]


def _opening(title: str, sizes: Sizes) -> list[Strip]:
    """The head of a part, on a page of its own making."""
    return bound(
        [
            *set_text(title, "display", sizes.part, is_even=True),
            Strip(mm(2)),
            double_rule(),
            Strip(mm(5)),
        ],
        all_of_it=True,
        to_next=True,
    )


def _entry(entry: Entry, sizes: Sizes, *, is_first: bool) -> list[Strip]:
    """is_first: right under the head of its part, which has a rule already."""
    left = LEFT + sizes.margin
    head = [] if is_first else [Strip(THIN, (rule(THIN),), binds=True), Strip(mm(2.6), binds=True)]
    title = set_text(entry.title, "semi", sizes.title, left=left, binds=True)
    first = title[0]
    baseline = next(item.y for item in first.items if isinstance(item, Text))
    number = str(entry.number)
    size = min(sizes.number, sizes.number * (sizes.margin - mm(3)) // max(1, width(number, "display", sizes.number)))
    title[0] = Strip(first.height, (*first.items, Text(LEFT, baseline, size, "display", "start", number)), binds=True)
    strips = [*head, *title]
    for words in (entry.byline, entry.beside):
        if words:
            strips += [Strip(mm(0.6), binds=True), *set_text(words, "text", sizes.small, left=left, binds=True)]
    strips.append(Strip(mm(1.8), binds=True))
    for paragraph in filter(str.strip, entry.text.split("\n\n")):
        strips += [*set_text(paragraph.strip(), "text", sizes.text, left=left), space(1.6)]
    return [*strips, space(5)]


class _Pages:
    """Pages that fill from the top; one is held at a time."""

    def __init__(self, canvas: Canvas, words: CatalogueWords, sizes: Sizes) -> None:
        self.canvas, self.words, self.sizes = canvas, words, sizes
        self.number, self.y, self.is_empty = 1, TOP, True
        self.part = self.ahead = ""  # of which the page is that fills, and the next one

    def put(self, strips: Sequence[Strip], *, y: int = 0) -> None:
        self.y = y or self.y
        for unit in units(strips):
            whole = sum(strip.height for strip in unit)
            for place, strip in enumerate(unit):
                needed = whole if place == 0 and whole <= FOOT - TOP else strip.height
                if not self.is_empty and self.y + needed > FOOT:
                    self.turn(self.ahead)
                if strip.is_space and self.is_empty:
                    continue
                for item in strip.items:
                    draw_item(self.canvas, moved(item, self.y))
                self.y += strip.height
                self.is_empty = False

    def open(self, part: str) -> None:
        """Begin a part: on a page of its own, unless the one before has left a third of its page."""
        self.ahead = part
        if self.number == 1 or self.y > (TOP + 2 * FOOT) // 3:
            self.turn(part)
        else:
            self.y += mm(12)

    def turn(self, part: str) -> None:
        """Begin a new page, of this part."""
        self._finish()
        self.number += 1
        self.part, self.y, self.is_empty = part, TOP, True

    def end(self) -> None:
        self._finish()
        self.canvas.save()

    def _finish(self) -> None:
        canvas, size = self.canvas, pt(12 if self.words.is_large_print else 9)
        canvas.setFillGray(0)
        if self.number > 1:
            for line in wrap(substituted(self.part or self.words.title), "bold", size, RIGHT - LEFT, most=1):
                draw_item(canvas, Text(LEFT, mm(16), size, "bold", "start", line))
            draw_item(canvas, rule(THICK, y=mm(19)))
        draw_item(canvas, rule(HAIR, y=PAPER[1] - mm(16)))
        page = self.words.page_words(self.number)
        room = RIGHT - LEFT - width(page, "bold", size) - mm(6)
        for line in wrap(substituted(self.words.foot), "text", size, room, most=1):
            draw_item(canvas, Text(LEFT, PAPER[1] - mm(10.5), size, "text", "start", line))
        draw_item(canvas, Text(RIGHT, PAPER[1] - mm(10.5), size, "bold", "end", page))
        canvas.showPage()
