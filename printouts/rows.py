"""The rows of a ballot: how many choices find their place in the room there is.

A *rung* is one manner of setting the rows, from roomy to tight. The roomiest
rung in which everything fits is taken; only the last rungs leave out the notes
or cut a long title, which then ends with "…" (its number names it on posters),
and the layout says so (``is_shortened``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from printouts.geometry import MarkBox, Rule, Text, mm, pt
from printouts.typefaces import CAP_HEIGHT, printable, width, wrap


@dataclass(frozen=True)
class Choice:
    """One choice of a contest. number and the texts are printed; note and price_text may be empty."""

    id: str
    number: str
    title: str
    note: str = ""
    price_text: str = ""


@dataclass(frozen=True)
class Rung:
    """columns; title and note: points (0: no notes); box; pitch: least height of a row; most: lines of a title.

    head: how small header and footer become (0 roomy, 1, 2 tight).
    """

    columns: int
    title: float
    note: float
    box: float
    pitch: float
    most: int
    head: int


RUNGS = (
    Rung(1, 15, 11, 7, 19.0, 99, 0),
    Rung(1, 13, 10, 7, 14.0, 99, 0),
    Rung(1, 12.5, 10, 7, 12.5, 99, 0),
    Rung(1, 12, 10, 7, 12.0, 99, 0),
    Rung(1, 11.5, 9.5, 7, 12.0, 99, 1),
    Rung(1, 11, 9, 6.5, 11.0, 99, 1),
    Rung(1, 10.5, 9, 6.5, 10.0, 99, 2),
    Rung(2, 11, 9, 6.5, 12.0, 99, 1),
    Rung(2, 10.5, 9, 6.5, 11.5, 99, 1),
    Rung(2, 10, 9, 6.5, 11.0, 99, 2),
    Rung(2, 9.5, 8.5, 6, 10.5, 99, 2),
    Rung(2, 9, 8.5, 6, 9.5, 99, 2),
    Rung(2, 8.5, 8.5, 5.5, 8.6, 99, 2),
    Rung(2, 8.5, 0, 5.5, 8.6, 99, 2),
    Rung(2, 8.5, 0, 5.5, 8.6, 4, 2),
    Rung(2, 8.5, 0, 5.5, 8.6, 3, 2),
    Rung(2, 8.5, 0, 5.5, 8.6, 2, 2),
)

LARGE_RUNGS = (Rung(1, 18, 14, 8, 20.0, 99, 0), Rung(1, 18, 14, 8, 15.0, 99, 1))

HAIRLINE = mm(0.25)
END_RULE = mm(0.8)
LINE = mm(0.55)  # of a mark box
GUTTER = mm(8)  # between two columns


@dataclass(frozen=True)
class Columns:
    """Where the parts of a row stand, from the start of its column; all micrometres."""

    number_end: int
    number_size: int
    box: int
    title: int
    title_room: int


@dataclass(frozen=True)
class Row:
    """A choice with its lines wrapped; height: the least it needs."""

    choice: Choice
    number: str
    title: list[str]
    note: list[str]
    price: str
    height: int


@dataclass(frozen=True)
class Setting:
    """Rows set by a rung: one list of rows per column, and the height they need."""

    rung: Rung
    columns: Columns
    lists: list[list[Row]]
    column_width: int
    height: int

    @property
    def is_shortened(self) -> bool:
        """True if a title was cut or a note left out."""
        return any(_is_shortened(row) for rows in self.lists for row in rows)


def _is_shortened(row: Row) -> bool:
    whole = "".join(row.title).replace(" ", "") == printable(row.choice.title).replace(" ", "")
    return not whole or bool(printable(row.choice.note)) != bool(row.note) or "…" in "".join(row.note[-1:])


def set_rows(choices: Sequence[Choice], rung: Rung, room: int) -> Setting:
    """Return the rows set in the width ``room``; the caller compares the height."""
    column_width = (room - GUTTER * (rung.columns - 1)) // rung.columns
    columns = _columns(choices, rung, column_width)
    rows = [_row(choice, rung, columns) for choice in choices]
    split = len(rows) if rung.columns == 1 else _even_split([row.height for row in rows])
    lists = [rows[:split]] if rung.columns == 1 else [rows[:split], rows[split:]]
    height = max(sum(row.height for row in part) for part in lists)
    return Setting(rung, columns, lists, column_width, height)


def _even_split(heights: list[int]) -> int:
    """Return how many rows stand in the first column so that the taller one is least tall."""
    return min(range(1, len(heights) + 1), key=lambda k: (max(sum(heights[:k]), sum(heights[k:])), -k))


def _columns(choices: Sequence[Choice], rung: Rung, column_width: int) -> Columns:
    gap = mm(4) if rung.columns == 1 else mm(2.6)
    number_size = pt(rung.title + 1)
    most = mm(18) if rung.columns == 1 else mm(11)
    numbers = max(width(printable(choice.number), "display", number_size) for choice in choices)
    if numbers > most:
        number_size = number_size * most // numbers
    number_end = max(min(numbers, most), mm(8) if rung.columns == 1 else mm(5))
    box = number_end + gap
    title = box + mm(rung.box) + gap
    prices = max(width(printable(choice.price_text), "semi", _price_size(rung)) for choice in choices)
    price_room = prices + gap if prices else 0
    return Columns(number_end, number_size, box, title, column_width - title - price_room)


def _row(choice: Choice, rung: Rung, columns: Columns) -> Row:
    room = columns.title_room
    title = wrap(choice.title, "bold", pt(rung.title), room, most=rung.most)
    note = wrap(choice.note, "text", pt(rung.note), room, most=1 if rung.columns > 1 else 2) if rung.note else []
    height = max(_block(len(title), len(note), rung) + mm(3.8 if rung.columns == 1 else 2.9), mm(rung.pitch))
    return Row(choice, printable(choice.number), title, note, printable(choice.price_text), height)


def _leading(points: float) -> int:
    return round(pt(points) * 1.18)


def _price_size(rung: Rung) -> int:
    return pt(max(rung.title - 0.5, 8.5))


def _block(titles: int, notes: int, rung: Rung) -> int:
    """Return the height from the top of the first capital to the last baseline."""
    first = round(pt(rung.title) * CAP_HEIGHT["bold"])
    return first + (titles - 1) * _leading(rung.title) + (notes * _leading(rung.note) + mm(0.4) if notes else 0)


def place_rows(
    setting: Setting, *, contest: str, shape: str, left: int, top: int, height: int
) -> tuple[list[Text], list[Rule], list[MarkBox]]:
    """Return the rows at their place; ``height`` (at least the setting's) is shared out evenly."""
    texts: list[Text] = []
    rules: list[Rule] = []
    marks: list[MarkBox] = []
    for index, rows in enumerate(setting.lists):
        x, y = left + index * (setting.column_width + GUTTER), top
        spare = height - sum(row.height for row in rows)
        for position, row in enumerate(rows):
            tall = row.height + spare * (position + 1) // len(rows) - spare * position // len(rows)
            texts += _row_texts(row, setting, x, y, tall)
            size = mm(setting.rung.box)
            box_y = y + (tall - size) // 2
            marks.append(MarkBox(contest, row.choice.id, shape, x + setting.columns.box, box_y, size, LINE))
            y += tall
            rule = END_RULE if position == len(rows) - 1 else HAIRLINE
            rules.append(Rule(x, y - rule // 2, setting.column_width, rule))
    return texts, rules, marks


def _row_texts(row: Row, setting: Setting, x: int, y: int, tall: int) -> list[Text]:
    rung, columns = setting.rung, setting.columns
    middle = y + tall // 2
    number_y = middle + round(columns.number_size * CAP_HEIGHT["display"] / 2)
    texts = [Text(x + columns.number_end, number_y, columns.number_size, "display", "end", row.number)]
    block = _block(len(row.title), len(row.note), rung)
    baseline = y + (tall - block) // 2 + round(pt(rung.title) * CAP_HEIGHT["bold"])
    for line in row.title:
        texts.append(Text(x + columns.title, baseline, pt(rung.title), "bold", "start", line))
        baseline += _leading(rung.title)
    baseline += _leading(rung.note) - _leading(rung.title) + mm(0.4)
    for line in row.note:
        texts.append(Text(x + columns.title, baseline, pt(rung.note), "text", "start", line))
        baseline += _leading(rung.note)
    if row.price:
        size = _price_size(rung)
        price_y = middle + round(size * CAP_HEIGHT["semi"] / 2)
        texts.append(Text(x + setting.column_width, price_y, size, "semi", "end", row.price))
    return texts
