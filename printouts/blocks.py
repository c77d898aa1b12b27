"""What a document is made of, and how each part is set in lines.

A document (``documents``) is a row of blocks. Setting a block gives *strips*: pieces of the column that are never cut,
each with its height and, inside, texts, rules and QR codes measured from the page's left edge and from the strip's own
top. Pages are broken between strips only, and not after one that ``binds``. Lengths are whole micrometres.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from printouts.geometry import PAPERS, Rule, Square, Text, mm, pt
from printouts.typefaces import substituted, wrap, wrap_evenly

PAPER = PAPERS["A4"]
MARGIN = mm(20)
LEFT, RIGHT = MARGIN, PAPER[0] - MARGIN
HAIR, THIN, THICK = mm(0.12), mm(0.3), mm(0.6)
BODY, SMALL = pt(10.5), pt(9.5)
LEADING = 1.36
GUTTER = mm(4)
ENDLESS = 1_000_000
MOST_BOUND = 14  # lines: a longer row of a table may go on on the next page
MOST_TOGETHER = 4  # rows: a shorter table is not cut


@dataclass(frozen=True)
class Heading:
    """Level 2 opens a part, under a rule; level 3 stands within one."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """size: micrometres."""

    text: str
    face: str = "text"
    size: int = BODY


@dataclass(frozen=True)
class Notice:
    """What must not be overlooked, between double rules."""

    title: str
    text: str


@dataclass(frozen=True)
class Column:
    """width: millimetres, or 0 for an equal share of what the others leave. align: ``start`` or ``end``.

    lead: the face of a cell's first paragraph, where it is another.
    """

    head: str = ""
    width: float = 0
    align: str = "start"
    face: str = "text"
    lead: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells; a line end in a cell begins a new line. The head, if any column has one, stands on every page.

    is_whole: kept on one page; a table of few rows is so in any case.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    size: int = SMALL
    is_whole: bool = False


@dataclass(frozen=True)
class Scannable:
    """A QR code of ``size`` millimetres, and paragraphs beside it."""

    code: str
    beside: Sequence[str]
    size: float = 45


@dataclass(frozen=True)
class Signatures:
    """Room to sign by hand, two beside each other. under: the words under the two lines, name and signature."""

    people: Sequence[str]
    under: tuple[str, str]


Block = Heading | Paragraph | Notice | Table | Scannable | Signatures


def facts(rows: Iterable[tuple[str, str]], *, width: float = 52, is_whole: bool = False) -> Table:
    """Pairs of a word and what is to be said of it. width: of the words, in millimetres."""
    columns = (Column(width=width, face="bold"), Column())
    return Table(columns, [*rows], size=pt(10), is_whole=is_whole)


@dataclass(frozen=True)
class Scan:
    """A QR code at a place."""

    code: str
    place: Square


Item = Text | Rule | Scan


@dataclass(frozen=True)
class Strip:
    """binds: stays with the next. is_space: left out at the top of a page. again: strips that stand above it there."""

    height: int
    items: tuple[Item, ...] = ()
    binds: bool = False
    is_space: bool = False
    again: tuple[Strip, ...] = ()


def space(millimetres: float, *, binds: bool = False) -> Strip:
    return Strip(mm(millimetres), binds=binds, is_space=True)


def _line(height: int, size: int, *texts: tuple[int, str, str, str]) -> Strip:
    """One line of texts ``(x, face, align, text)``, on one baseline."""
    baseline = (height + round(size * 0.68)) // 2
    return Strip(height, tuple(Text(x, baseline, size, face, align, text) for x, face, align, text in texts if text))


def _leading(size: int) -> int:
    return round(size * LEADING)


def lines(text: str, face: str, size: int, *, left: int = LEFT, right: int = RIGHT, is_even: bool = False) -> list[str]:
    """The text in lines between two edges. A letter that no face has becomes ``?``; a line end begins a new line."""
    told: list[str] = []
    for part in map(substituted, text.split("\n")):
        room = right - left
        told += (wrap_evenly(part, face, size, room) if is_even else wrap(part, face, size, room, most=ENDLESS)) or [""]
    return told


def set_text(
    text: str, face: str, size: int, *, left: int = LEFT, right: int = RIGHT, is_even: bool = False, binds: bool = False
) -> list[Strip]:
    """A paragraph, line by line: no line of it stands alone on a page."""
    told = lines(text, face, size, left=left, right=right, is_even=is_even)
    strips = [_line(_leading(size), size, (left, face, "start", line)) for line in told]
    return bound(strips, all_of_it=binds, to_next=binds)


def bound(strips: Sequence[Strip], *, all_of_it: bool, to_next: bool = False) -> list[Strip]:
    """The strips kept together: all of them, or the first two and the last two."""
    last = len(strips) - 1
    return [
        Strip(
            strip.height,
            strip.items,
            binds=to_next if place == last else all_of_it or place in (0, last - 1),
            is_space=strip.is_space,
            again=strip.again,
        )
        for place, strip in enumerate(strips)
    ]


def rule(thickness: int, *, y: int = 0, left: int = LEFT, right: int = RIGHT) -> Rule:
    return Rule(left, y, right - left, thickness)


def double_rule(*, binds: bool = False) -> Strip:
    """The institution's: a thick line over a thin one."""
    return Strip(mm(1.6), (rule(THICK), rule(HAIR * 2, y=mm(1.3))), binds=binds)


def set_block(block: Block) -> list[Strip]:
    match block:
        case Heading():
            return _heading(block)
        case Paragraph():
            return [*set_text(block.text, block.face, block.size), space(2)]
        case Notice():
            return _notice(block)
        case Table():
            return _table(block)
        case Scannable():
            return _scannable(block)
        case Signatures():
            return _signatures(block)


def _heading(block: Heading) -> list[Strip]:
    if block.level > 2:
        return [space(3, binds=True), *set_text(block.text, "bold", pt(11), binds=True), space(1, binds=True)]
    over = [space(6, binds=True), Strip(THICK, (rule(THICK),), binds=True), Strip(mm(2.4), binds=True)]
    return [*over, *set_text(block.text, "semi", pt(14), is_even=True, binds=True), space(1.6, binds=True)]


def _notice(block: Notice) -> list[Strip]:
    inside = [
        double_rule(),
        Strip(mm(2)),
        *set_text(block.title, "bold", pt(12)),
        *set_text(block.text, "text", BODY),
        Strip(mm(2)),
        double_rule(),
    ]
    return [space(3), *bound(inside, all_of_it=True), space(3)]


Place = tuple[Column, tuple[int, int]]


def _places(columns: Sequence[Column]) -> list[Place]:
    """Each column with its left and right edge."""
    fixed = sum(mm(column.width) for column in columns)
    sharing = sum(not column.width for column in columns)
    left_over = RIGHT - LEFT - fixed - GUTTER * (len(columns) - 1)
    places: list[Place] = []
    x = LEFT
    for column in columns:
        wide = mm(column.width) or left_over // sharing
        places.append((column, (x, x + wide)))
        x += wide + GUTTER
    return places


def _table(block: Table) -> list[Strip]:
    places = _places(block.columns)
    head: tuple[Strip, ...] = ()
    if any(column.head for column in block.columns):
        cells = [[("bold", line) for line in _cell(column.head, "bold", block, place)] for column, place in places]
        head = tuple(bound(_row(block, cells, places, THIN), all_of_it=True, to_next=True))
    strips: list[Strip] = [*head]
    is_short = block.is_whole or len(block.rows) <= MOST_TOGETHER
    for number, row in enumerate(block.rows, start=1):
        cells = [_paragraphs(cell, block, place) for cell, place in zip(row, places, strict=True)]
        told = _row(block, cells, places, HAIR)
        is_low = len(told) <= MOST_BOUND
        kept = bound(told, all_of_it=is_low, to_next=is_short and is_low and number < len(block.rows))
        strips += [Strip(one.height, one.items, one.binds, one.is_space, head) for one in kept]
    return [*strips, space(3)]


def _cell(text: str, face: str, block: Table, place: tuple[int, int]) -> list[str]:
    return lines(text, face, block.size, left=place[0], right=place[1])


def _paragraphs(cell: str, block: Table, place: Place) -> list[tuple[str, str]]:
    """The lines of a cell, each with its face."""
    column, edges = place
    first, *others = cell.split("\n")
    told = [(column.lead or column.face, line) for line in _cell(first, column.lead or column.face, block, edges)]
    return told + [(column.face, line) for text in others for line in _cell(text, column.face, block, edges)]


def _row(block: Table, cells: Sequence[Sequence[tuple[str, str]]], places: Sequence[Place], under: int) -> list[Strip]:
    """One row, line by line, with a rule of this thickness under it. cells: the lines of each, with their faces."""
    strips = [Strip(mm(1.1))]
    for number in range(max(map(len, cells))):
        texts = [
            (right if column.align == "end" else left, told[number][0], column.align, told[number][1])
            for told, (column, (left, right)) in zip(cells, places, strict=True)
            if number < len(told)
        ]
        strips.append(_line(_leading(block.size), block.size, *texts))
    return [*strips, Strip(mm(1.2), (rule(under, y=mm(1.2) - under),))]


def _scannable(block: Scannable) -> list[Strip]:
    """The white around the code is inside its square, so the square may touch the margin."""
    side = mm(block.size)
    items: list[Item] = [Scan(block.code, Square(LEFT - mm(3), 0, side))]
    y = mm(3)
    for text in block.beside:
        for strip in set_text(text, "text", pt(10), left=LEFT + side + mm(1)):
            items += [moved(item, y) for item in strip.items]
            y += strip.height
        y += mm(2)
    return [Strip(max(side, y), tuple(items)), space(2)]


def moved(item: Item, by: int) -> Item:
    """The same, lower by so much."""
    if isinstance(item, Text):
        return Text(item.x, item.y + by, item.size, item.face, item.align, item.text)
    if isinstance(item, Rule):
        return Rule(item.x, item.y + by, item.width, item.height)
    return Scan(item.code, Square(item.place.x, item.place.y + by, item.place.size))


def _signatures(block: Signatures) -> list[Strip]:
    middle = (LEFT + RIGHT) // 2
    halves = ((LEFT, middle - mm(5)), (middle + mm(5), RIGHT))
    strips = [space(2)]
    people = list(block.people)
    for start in range(0, len(people), 2):
        items: list[Item] = []
        for person, (left, right) in zip(people[start : start + 2], halves, strict=False):
            items += _signature(person, block.under, left, right)
        strips.append(Strip(mm(49), tuple(items)))
    return bound(strips, all_of_it=True)


def _signature(person: str, under: tuple[str, str], left: int, right: int) -> list[Item]:
    items: list[Item] = []
    y = mm(5)
    for line in lines(person, "bold", BODY, left=left, right=right)[:2]:
        items.append(Text(left, y, BODY, "bold", "start", line))
        y += _leading(BODY)
    for words, foot in zip(under, (mm(19), mm(37)), strict=True):
        items.append(rule(THIN, y=foot, left=left, right=right))
        items.append(Text(left, foot + mm(4), pt(9), "text", "start", substituted(words)))
    return items
