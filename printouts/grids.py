"""The rows of a grid: a choice and, beside it, one mark box for each column.

Like the rungs of ``rows``, from roomy to tight; titles are never cut. The captions of the
columns stand again on every page. Hairlines lead the eye from the title to its boxes; no
row is shaded, since paper must be white around a mark box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from printouts.forms import Scale
from printouts.geometry import MarkBox, Rule, Text, mm, pt
from printouts.rows import (
    HAIRLINE,
    LINE,
    Choice,
    Columns,
    Place,
    Placed,
    Rung,
    Setting,
    number_columns,
    row_texts,
    rule_under,
    set_row,
    shared_out,
)
from printouts.typefaces import printable, width

GRID_RUNGS = (
    Rung(1, 14, 10.5, 7.5, 15.0, 99, 0),
    Rung(1, 13, 10, 7, 13.0, 99, 0),
    Rung(1, 12, 10, 7, 12.0, 99, 0),
    Rung(1, 11, 9, 6.5, 11.0, 99, 1),
    Rung(1, 10.5, 9, 6.2, 10.0, 99, 2),
    Rung(1, 10, 8.5, 6, 9.2, 99, 2),
)
LARGE_GRID_RUNGS = (Rung(1, 18, 14, 8.5, 17.0, 99, 3), Rung(1, 18, 14, 7, 17.0, 99, 3))
LEAST_TITLE = mm(44)  # a grid with less room for its titles has too many columns
_LEAST_GAP, _MOST_GAP = mm(2.6), mm(6)  # between two boxes: the reader looks 2.2 mm around each
_CAPTION, _OVER = pt(11), pt(9.5)


@dataclass(frozen=True)
class Grid:
    """Where the boxes of every row stand, from the left of the rows."""

    scale: Scale
    left: int
    pitch: int
    box: int

    @property
    def right(self) -> int:
        return self.left + self.pitch * (len(self.scale.values) - 1) + self.box

    @property
    def band(self) -> int:
        """Height of the words over the columns."""
        return mm(11.5) if self.scale.captions else mm(8)


def set_grid(choices: Sequence[Choice], rung: Rung, room: int, scale: Scale) -> tuple[Setting, Grid] | None:
    """Return the rows set in the width ``room``; None where the columns leave no room for the titles."""
    count, box, gap = len(scale.values), mm(rung.box), mm(4)
    number_end, number_size = number_columns(choices, rung)
    title = number_end + (gap if number_end else 0)
    spare = room - title - LEAST_TITLE - gap - count * box
    between = min(_MOST_GAP, (spare // max(count - 1, 1)))
    if between < _LEAST_GAP or spare < 0:
        return None
    # The rest goes to the titles: boxes that stand close are told apart by the captions over them.
    between = min(between, max(_LEAST_GAP, mm(rung.box * (0.6 if count <= 7 else 0.45))))
    grid = Grid(scale, room - count * box - (count - 1) * between, box + between, box)
    columns = Columns(number_end, number_size, grid.left, title, grid.left - title - gap)
    rows = [set_row(_without_price(choice), rung, columns) for choice in choices]
    return Setting(rung, columns, [rows], room, sum(row.height for row in rows) + grid.band), grid


def _without_price(choice: Choice) -> Choice:
    """The price stands in the note: beside the boxes it would be taken for one."""
    note = " · ".join(words for words in (choice.note, choice.price_text) if words)
    return replace(choice, note=note, price_text="")


def place_grid(setting: Setting, grid: Grid, place: Place) -> Placed:
    """Return the captions and the rows at their place."""
    placed = Placed()
    left, [rows] = place.left, setting.lists
    _captions(placed, grid, left, place.top, setting.column_width)
    for row, y, tall in shared_out(rows, place.top + grid.band, place.height - grid.band):
        placed.texts += row_texts(row, setting, left, y, tall)
        box_y = y + (tall - grid.box) // 2
        for column, value in enumerate(grid.scale.values):
            x = left + grid.left + column * grid.pitch
            placed.marks.append(MarkBox(place.contest, row.choice.id, place.shape, x, box_y, grid.box, LINE, value))
        placed.rules.append(rule_under(left, y + tall, setting.column_width, is_last=row is rows[-1]))
    return placed


def _captions(placed: Placed, grid: Grid, left: int, top: int, across: int) -> None:
    scale = grid.scale
    low = top + grid.band - mm(2)
    middle = left + (grid.left + grid.right) // 2
    # With captions the title stands over them; without, on their line.
    over = top + mm(4.6) if scale.captions else low
    if scale.title:
        words = printable(scale.title)
        start = min(middle, left + grid.right - width(words, "bold", _OVER) // 2)
        placed.texts.append(Text(start, over, _OVER, "bold", "middle", words))
    if scale.choices_title:
        placed.texts.append(Text(left, low, _OVER, "bold", "start", printable(scale.choices_title)))
    size = _caption_size(grid)
    for column, caption in enumerate(scale.captions):
        x = left + grid.left + column * grid.pitch + grid.box // 2
        placed.texts.append(Text(x, low, size, "semi", "middle", printable(caption)))
    placed.rules.append(Rule(left, top + grid.band - HAIRLINE // 2, across, HAIRLINE))


def _caption_size(grid: Grid) -> int:
    """The captions' size: all alike, so that the widest leaves a white between itself and the next."""
    widest = max((width(printable(one), "semi", _CAPTION) for one in grid.scale.captions), default=0)
    room = grid.pitch - mm(1)
    return _CAPTION if widest <= room else max(pt(7), _CAPTION * room // widest)
