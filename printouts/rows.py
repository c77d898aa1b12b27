"""The rows of a ballot: how many choices find their place in the room there is.

A *rung* is one manner of setting the rows, from roomy to tight. The roomiest
rung in which everything fits is taken. Titles are never cut: what does not fit one page
goes on on the next (``layout``). A long note may end with "…", and the last rung leaves all
notes out; the layout says so (``is_shortened``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, islice

from printouts.geometry import MarkBox, Rule, Text, mm, pt
from printouts.typefaces import CAP_HEIGHT, printable, width, wrap


@dataclass(frozen=True)
class Choice:
    """One choice of a contest. number and the texts are printed; all but the title may be empty.

    second: the title in the form's second language.
    """

    id: str
    number: str
    title: str
    note: str = ""
    price_text: str = ""
    second: str = ""


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
)

# Where one page is not enough. None sets smaller than 9 points: there is room.
MANY_RUNGS = (
    Rung(1, 12, 10, 7, 12.0, 99, 1),
    Rung(2, 10.5, 9, 6.5, 11.5, 99, 1),
    Rung(2, 10, 9, 6.5, 11.0, 99, 2),
    Rung(2, 9.5, 8.5, 6, 10.5, 99, 2),
    Rung(2, 9, 8.5, 6, 9.5, 99, 2),
)
LARGE_RUNGS = (Rung(1, 18, 14, 9, 20.0, 99, 3), Rung(1, 18, 14, 8, 16.0, 99, 3))
BIG_RUNGS = (Rung(1, 28, 14, 15, 30.0, 99, 0), Rung(1, 22, 12, 12, 20.0, 99, 1))
LARGE_BIG_RUNGS = tuple(replace(rung, head=3) for rung in BIG_RUNGS)

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
    second: list[str]
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


@dataclass(frozen=True)
class Place:
    """Where rows go: left, top and the height that is shared out evenly, at least what they need."""

    contest: str
    shape: str
    left: int
    top: int
    height: int


class Placed:
    """What rows become on a page."""

    def __init__(self) -> None:
        self.texts: list[Text] = []
        self.rules: list[Rule] = []
        self.marks: list[MarkBox] = []


def set_rows(choices: Sequence[Choice], rung: Rung, room: int) -> Setting:
    """Return the rows set in the width ``room``; the caller compares the height."""
    column_width = (room - GUTTER * (rung.columns - 1)) // rung.columns
    columns = _columns(choices, rung, column_width)
    rows = [set_row(choice, rung, columns) for choice in choices]
    return _in_columns(Setting(rung, columns, [rows], column_width, 0), rows)


def _in_columns(setting: Setting, rows: list[Row]) -> Setting:
    """Return the setting with these rows alone, parted among its columns."""
    split = len(rows) if setting.rung.columns == 1 else _even_split([row.height for row in rows])
    lists = [rows[:split]] if setting.rung.columns == 1 else [rows[:split], rows[split:]]
    return replace(setting, lists=lists, height=max(sum(row.height for row in part) for part in lists))


def part_of(setting: Setting, start: int, count: int) -> Setting:
    """Return the setting of some rows of it: what one page shows of many."""
    rows = list(islice(chain.from_iterable(setting.lists), start, start + count))
    return _in_columns(setting, rows)


def _even_split(heights: list[int]) -> int:
    """Return how many rows stand in the first column so that the taller one is least tall."""
    total = sum(heights)
    taller = [max(left, total - left) for left in accumulate(heights)]
    return min(range(1, len(heights) + 1), key=lambda k: (taller[k - 1], -k))


def number_columns(choices: Sequence[Choice], rung: Rung) -> tuple[int, int]:
    """Return where the numbers end and their size; 0 and the size where no choice has a number."""
    number_size = pt(rung.title + 1)
    most = mm(18) if rung.columns == 1 else mm(11)
    numbers = max(width(printable(choice.number), "display", number_size) for choice in choices)
    if numbers > most:
        number_size = number_size * most // numbers
    if not numbers:
        return 0, number_size
    return max(min(numbers, most), mm(8) if rung.columns == 1 else mm(5)), number_size


def _columns(choices: Sequence[Choice], rung: Rung, column_width: int) -> Columns:
    gap = mm(4) if rung.columns == 1 else mm(2.6)
    number_end, number_size = number_columns(choices, rung)
    box = number_end + gap if number_end else mm(1)
    title = box + mm(rung.box) + (gap if number_end else mm(8))
    prices = max(width(printable(choice.price_text), "semi", _price_size(rung)) for choice in choices)
    price_room = prices + gap if prices else 0
    return Columns(number_end, number_size, box, title, column_width - title - price_room)


def set_row(choice: Choice, rung: Rung, columns: Columns) -> Row:
    """Return the choice with its lines wrapped in the room of the columns."""
    room = columns.title_room
    title = wrap(choice.title, "bold", pt(rung.title), room, most=rung.most)
    second = wrap(choice.second, "text", pt(rung.title), room)
    note = wrap(choice.note, "text", pt(rung.note), room, most=1 if rung.columns > 1 else 2) if rung.note else []
    block = _block(len(title) + len(second), len(note), rung)
    height = max(block + mm(3.8 if rung.columns == 1 else 2.9), mm(rung.pitch))
    return Row(choice, printable(choice.number), title, second, note, printable(choice.price_text), height)


def _leading(points: float) -> int:
    return round(pt(points) * 1.18)


def _price_size(rung: Rung) -> int:
    return pt(max(rung.title - 0.5, 8.5))


def _block(titles: int, notes: int, rung: Rung) -> int:
    """Return the height from the top of the first capital to the last baseline."""
    first = round(pt(rung.title) * CAP_HEIGHT["bold"])
    return first + (titles - 1) * _leading(rung.title) + (notes * _leading(rung.note) + mm(0.4) if notes else 0)


def place_rows(setting: Setting, place: Place) -> Placed:
    """Return the rows at their place."""
    placed = Placed()
    size = mm(setting.rung.box)
    for index, rows in enumerate(setting.lists):
        x = place.left + index * (setting.column_width + GUTTER)
        for row, y, tall in shared_out(rows, place.top, place.height):
            placed.texts += row_texts(row, setting, x, y, tall)
            at = (x + setting.columns.box, y + (tall - size) // 2)
            placed.marks.append(MarkBox(place.contest, row.choice.id, place.shape, *at, size, LINE))
            placed.rules.append(rule_under(x, y + tall, setting.column_width, is_last=row is rows[-1]))
    return placed


def shared_out(rows: Sequence[Row], top: int, height: int) -> Iterator[tuple[Row, int, int]]:
    """Yield each row with its top and its height: what it needs and its share of the rest."""
    y, spare = top, height - sum(row.height for row in rows)
    for position, row in enumerate(rows):
        tall = row.height + spare * (position + 1) // len(rows) - spare * position // len(rows)
        yield row, y, tall
        y += tall


def rule_under(x: int, y: int, width: int, *, is_last: bool) -> Rule:
    """Return the hairline under a row; under the last one of a list it is a thick one."""
    rule = END_RULE if is_last else HAIRLINE
    return Rule(x, y - rule // 2, width, rule)


def row_texts(row: Row, setting: Setting, x: int, y: int, tall: int) -> list[Text]:
    """Return number, title, note and price of a row, centred in its height."""
    rung, columns = setting.rung, setting.columns
    middle = y + tall // 2
    texts = []
    if row.number:
        number_y = middle + round(columns.number_size * CAP_HEIGHT["display"] / 2)
        texts.append(Text(x + columns.number_end, number_y, columns.number_size, "display", "end", row.number))
    block = _block(len(row.title) + len(row.second), len(row.note), rung)
    baseline = y + (tall - block) // 2 + round(pt(rung.title) * CAP_HEIGHT["bold"])
    for face, lines in (("bold", row.title), ("text", row.second)):
        for line in lines:
            texts.append(Text(x + columns.title, baseline, pt(rung.title), face, "start", line))
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
