"""Documents on A4 in black: reports and records that people sign by hand, from blocks (``blocks``) to PDF.

Every page says what it is, which page of how many, and whether it is final (``mark``). The same document gives
the same bytes: nothing is drawn by lot, and the file names no time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from reportlab.pdfgen.canvas import Canvas

from printouts.blocks import (
    HAIR,
    LEFT,
    PAPER,
    RIGHT,
    THIN,
    Block,
    Scan,
    Strip,
    double_rule,
    moved,
    rule,
    set_block,
    set_text,
    space,
)
from printouts.draw import POINTS, draw_qr, draw_text, open_canvas
from printouts.geometry import Rule, Text, mm, pt
from printouts.typefaces import substituted, width, wrap

FIRST_TOP, TOP, FOOT = mm(17), mm(27), PAPER[1] - mm(20)


@dataclass(frozen=True)
class Document:
    """authority: who speaks. page_words: what page n of N is called. mark: "Draft" and the like, on every page.

    foot: what else stands on every page, so that a page that went astray is known again. language: of the words.
    """

    title: str
    authority: str
    subtitle: str
    blocks: Sequence[Block]
    foot: str
    page_words: Callable[[int, int], str]
    mark: str = ""
    language: str = "fr"


def draw_document(document: Document, out: BinaryIO) -> int:
    """Write the document as PDF and return the number of its pages."""
    pages = list(_pages([*_opening(document), *(strip for block in document.blocks for strip in set_block(block))]))
    canvas = open_canvas(out, *PAPER, title=document.title, language=document.language)
    for number, strips in enumerate(pages, start=1):
        canvas.setFillGray(0)
        y = FIRST_TOP if number == 1 else TOP
        for strip in strips:
            for item in strip.items:
                draw_item(canvas, moved(item, y))
            y += strip.height
        if number > 1:
            _running_head(canvas, document)
        elif document.mark:
            _mark(canvas, document.mark, mm(16))
        _foot(canvas, document, number, len(pages))
        canvas.showPage()
    canvas.save()
    return len(pages)


def _opening(document: Document) -> list[Strip]:
    """Who speaks, under it the double rule, the title, and what it is about."""
    room = RIGHT - (mm(60) if document.mark else 0)
    return [
        *set_text(document.authority, "bold", pt(12), right=room),
        Strip(mm(2)),
        double_rule(),
        Strip(mm(5)),
        *set_text(document.title, "display", pt(22), is_even=True),
        Strip(mm(1)),
        *set_text(document.subtitle, "text", pt(13)),
        space(3),
    ]


def _pages(strips: Sequence[Strip]) -> Iterator[list[Strip]]:
    page: list[Strip] = []
    y = FIRST_TOP
    for unit in units(strips):
        whole = sum(strip.height for strip in unit)
        for place, strip in enumerate(unit):
            needed = whole if place == 0 and whole <= FOOT - TOP else strip.height
            if page and y + needed > FOOT:
                yield page
                page = [*strip.again]
                y = TOP + sum(head.height for head in page)
            if strip.is_space and not page:
                continue
            page.append(strip)
            y += strip.height
    yield page


def units(strips: Sequence[Strip]) -> Iterator[list[Strip]]:
    """Runs of strips that are kept on one page."""
    unit: list[Strip] = []
    for strip in strips:
        unit.append(strip)
        if not strip.binds:
            yield unit
            unit = []
    if unit:
        yield unit


def draw_item(canvas: Canvas, item: Text | Rule | Scan) -> None:
    """Draw one item of a strip where it stands on the page."""
    if isinstance(item, Text):
        draw_text(canvas, item, PAPER[1])
    elif isinstance(item, Rule):
        foot = PAPER[1] - item.y - item.height
        place = (item.x, foot, item.width, item.height)
        canvas.rect(*(length * POINTS for length in place), stroke=0, fill=1)
    else:
        draw_qr(canvas, item.code, item.place, PAPER[1], version=None)


def _running_head(canvas: Canvas, document: Document) -> None:
    room = RIGHT - LEFT - (mm(60) if document.mark else 0)
    for line in wrap(substituted(document.title), "bold", pt(9.5), room, most=1):
        draw_item(canvas, Text(LEFT, mm(16), pt(9.5), "bold", "start", line))
    draw_item(canvas, rule(THIN, y=mm(19)))
    if document.mark:
        _mark(canvas, document.mark, mm(12))


def _mark(canvas: Canvas, words: str, top: int) -> None:
    """The word in a frame at the end of the line."""
    wide, high, line = width(words, "bold", pt(11)) + mm(7), mm(7), mm(0.5)
    top -= mm(1.5)
    edges = ((0, 0, wide, line), (0, high - line, wide, line), (0, 0, line, high), (wide - line, 0, line, high))
    for x, y, across, down in edges:
        draw_item(canvas, Rule(RIGHT - wide + x, top + y, across, down))
    draw_item(canvas, Text(RIGHT - wide // 2, top + mm(4.85), pt(11), "bold", "middle", words))


def _foot(canvas: Canvas, document: Document, number: int, count: int) -> None:
    draw_item(canvas, rule(HAIR, y=PAPER[1] - mm(16)))
    y = PAPER[1] - mm(11)
    words = document.page_words(number, count)
    room = RIGHT - LEFT - width(words, "text", pt(9)) - mm(6)
    for line in wrap(substituted(document.foot), "text", pt(9), room, most=1):
        draw_item(canvas, Text(LEFT, y, pt(9), "text", "start", line))
    draw_item(canvas, Text(RIGHT, y, pt(9), "text", "end", words))
