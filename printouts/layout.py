"""From a ballot form to its layout: one page where everything fits, else as many as are needed.

The page, from the top: the institution's word (authority, period, title, lead)
beside the QR code, the instructions between double rules, the choices, and the
end with what to do with the sheet. A later page repeats what it belongs to and the rule
in one sentence; the sheet's end stands on the last one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from printouts.forms import SHAPES, BallotForm, Scale, TooManyChoices, TooManyColumns, Words
from printouts.geometry import PAPERS, BadLayout, Layout, MarkBox, Page, mm
from printouts.grids import GRID_RUNGS, LARGE_GRID_RUNGS, Grid, place_grid, set_grid
from printouts.page_parts import (
    HEADS,
    QR_SIZE,
    SIDE,
    TOP,
    Sheet,
    finish_page,
    place_end,
    place_head,
    place_next,
    place_short_head,
)
from printouts.rows import (
    BIG_RUNGS,
    LARGE_BIG_RUNGS,
    LARGE_RUNGS,
    MANY_RUNGS,
    RUNGS,
    Choice,
    Place,
    Placed,
    Rung,
    Setting,
    part_of,
    place_rows,
    set_rows,
)
from printouts.typefaces import UnprintableText, printable

__all__ = [
    "QR_SIZE",
    "SIDE",
    "TOP",
    "BadLayout",
    "BallotForm",
    "Choice",
    "Layout",
    "MarkBox",
    "Scale",
    "TooManyChoices",
    "TooManyColumns",
    "UnprintableText",
    "Words",
    "lay_out",
]

TALLEST_ROW = mm(26)
LEAST_TITLE = mm(28)
MOST_PAGES = 24  # of one sheet: twelve leaves
MOST_STRETCH = 1400  # thousandths
EVEN_STEPS = 24  # how finely rows are shared out among pages


@dataclass(frozen=True)
class _Rows:
    """All rows of a form set by one rung; ``grid`` where they have columns."""

    form: BallotForm
    setting: Setting
    grid: Grid | None

    @property
    def count(self) -> int:
        return sum(len(part) for part in self.setting.lists)

    def height(self, start: int, count: int) -> int:
        """What these rows need on a page of their own."""
        if self.grid is None:
            return part_of(self.setting, start, count).height
        rows = self.setting.lists[0]
        return self.setting.height - sum(row.height for row in [*rows[:start], *rows[start + count :]])

    def place(self, sheet: Sheet, start: int, count: int, top: int, height: int) -> None:
        """Share the height out among these rows; it is at least what they need."""
        place = Place(self.form.contest, self.form.shape, sheet.side, top, height)
        part = part_of(self.setting, start, count)
        _add(sheet, place_grid(part, self.grid, place) if self.grid else place_rows(part, place))


def _add(sheet: Sheet, placed: Placed) -> None:
    sheet.texts += placed.texts
    sheet.rules += placed.rules
    sheet.marks += placed.marks


def lay_out(form: BallotForm, *, paper: str = "A4", number: int = 1) -> Layout:
    """Return the layout of the form; the same form gives the same bytes.

    number: 0..65535, printed in the QR code. Raises TooManyChoices, TooManyColumns, UnprintableText,
    and ValueError for an impossible form (no choice, an id twice, unknown paper or shape).
    """
    _check(form, paper, number)
    pages, setting = _on_one_page(form, paper) or _on_pages(form, paper)
    width, height = PAPERS[paper]
    return Layout(
        number=number,
        paper=paper,
        width=width,
        height=height,
        language=form.language,
        title=printable(form.title),
        is_large_print=form.is_large_print,
        is_shortened=setting.is_shortened,
        pages=tuple(pages),
    )


def _check(form: BallotForm, paper: str, number: int) -> None:
    ids = [choice.id for choice in form.choices]
    if not ids or len(set(ids)) != len(ids):
        raise ValueError("a form has choices, each with its own id")
    if paper not in PAPERS or form.shape not in SHAPES or not 0 <= number <= 0xFFFF:
        raise ValueError("unknown paper, shape or number of layout")
    values = form.scale.values if form.scale else [0]
    if not values or len(set(values)) != len(values):
        raise ValueError("a grid has columns, each with its own value")


def _on_one_page(form: BallotForm, paper: str) -> tuple[list[Page], Setting] | None:
    """The roomiest manner in which everything fits one page; None where none does."""
    for rung in _rungs(form):
        sheet, head = Sheet(paper), HEADS[rung.head]
        top = place_head(sheet, form, head)
        foot = place_end(sheet, form, head)
        rows = _rows(form, rung, sheet)
        if rows and rows.setting.height <= foot - top:
            # Never so much room that a row falls apart.
            longest = max(len(part) for part in rows.setting.lists) * (mm(60) if form.is_big else TALLEST_ROW)
            rows.place(sheet, 0, rows.count, top, min(foot - top, max(rows.setting.height, longest)))
            return [finish_page(sheet, form)], rows.setting
    return None


def _rungs(form: BallotForm) -> Sequence[Rung]:
    is_large = form.is_large_print or bool(form.steps)
    if form.scale:
        return LARGE_GRID_RUNGS if is_large else GRID_RUNGS
    if form.is_big:
        return LARGE_BIG_RUNGS if is_large else BIG_RUNGS
    return LARGE_RUNGS if is_large else RUNGS


def _many_rungs(form: BallotForm) -> Sequence[Rung]:
    """The rungs for several pages: none that is tighter than it must be to be read with ease."""
    if form.scale and not form.is_large_print and not form.steps:
        return GRID_RUNGS[2:5]
    return MANY_RUNGS if _rungs(form) is RUNGS else _rungs(form)[-1:]


def _rows(form: BallotForm, rung: Rung, sheet: Sheet) -> _Rows | None:
    """The form's rows; None where the rung leaves too little room for the titles."""
    if form.scale:
        found = set_grid(form.choices, rung, sheet.room, form.scale)
        return _Rows(form, *found) if found else None
    setting = set_rows(form.choices, rung, sheet.room)
    return _Rows(form, setting, None) if setting.columns.title_room >= LEAST_TITLE else None


def _on_pages(form: BallotForm, paper: str) -> tuple[list[Page], Setting]:
    """Take the rung that needs the fewest leaves (two pages each); among equals the roomiest."""
    found = [(rung, rows) for rung in _many_rungs(form) if (rows := _rows(form, rung, Sheet(paper)))]
    if not found:
        raise TooManyColumns(len(form.scale.values)) if form.scale else TooManyChoices(len(form.choices))
    plans = [(rung, rows, counts) for rung, rows in found if (counts := _counts(rows, _rooms(form, paper, rung)))]
    if not plans:
        raise TooManyChoices(len(form.choices))
    rung, rows, counts = min(plans, key=lambda plan: (len(plan[2]) + 1) // 2)
    counts = _even_counts(rows, _rooms(form, paper, rung), counts)
    return list(_draw_pages(form, paper, rung, rows, counts)), rows.setting


def _even_counts(rows: _Rows, rooms: tuple[int, int, int], best: list[int]) -> list[int]:
    """How many rows each page shows, about as full one as the other, on as many pages as ``best`` has."""
    for step in range(EVEN_STEPS // 3, EVEN_STEPS):
        first, later, last = (room * step // EVEN_STEPS for room in rooms)
        counts = _counts(rows, (first, later, last))
        if counts and len(counts) == len(best):
            return counts
    return best


def _rooms(form: BallotForm, paper: str, rung: Rung) -> tuple[int, int, int]:
    """Micrometres for rows on the first page, on one in between, and on the last."""
    head, most = HEADS[rung.head], MOST_PAGES
    first, later = Sheet(paper), Sheet(paper)
    first_top, later_top = place_head(first, form, head), place_short_head(later, form, head, most - 1, most)
    foot, end = place_next(later, form, head, most - 1, most), place_end(first, form, head, is_one_of_many=True)
    return foot - first_top, foot - later_top, end - later_top


def _counts(rows: _Rows, rooms: tuple[int, int, int]) -> list[int] | None:
    first, later, last = rooms
    counts: list[int] = []
    done = 0
    while done < rows.count:
        if len(counts) == MOST_PAGES:
            return None
        left = rows.count - done
        fitting = _fitting(rows, done, left, later if counts else first)
        # Whatever fits beside the sheet's end is the last page; else one row at least goes on to the next.
        if fitting == left and not (counts and rows.height(done, left) <= last):
            fitting -= 1
        if not fitting:
            return None
        counts.append(fitting)
        done += fitting
    return counts


def _fitting(rows: _Rows, start: int, left: int, room: int) -> int:
    """How many of the rows left fit the room, counted upwards: there may be thousands."""
    count = 0
    while count < left and rows.height(start, count + 1) <= room:
        count += 1
    return count


def _draw_pages(form: BallotForm, paper: str, rung: Rung, rows: _Rows, counts: list[int]) -> Iterator[Page]:
    """Draw the pages; their rows are stretched alike, as far as the fullest page allows."""
    head, done = HEADS[rung.head], 0
    stretch = _stretch(rows, counts, _rooms(form, paper, rung))
    for number, count in enumerate(counts, start=1):
        sheet, which = Sheet(paper), (number, len(counts))
        top = place_head(sheet, form, head) if number == 1 else place_short_head(sheet, form, head, *which)
        if number == len(counts):
            place_end(sheet, form, head, is_one_of_many=True)
        else:
            place_next(sheet, form, head, *which)
        rows.place(sheet, done, count, top, rows.height(done, count) * stretch // 1000)
        done += count
        yield finish_page(sheet, form, number)


def _stretch(rows: _Rows, counts: list[int], rooms: tuple[int, int, int]) -> int:
    """By how much, in thousandths, the rows of all pages may grow."""
    first, later, last = rooms
    have = [first, *[later] * (len(counts) - 2), last]
    starts = [sum(counts[:page]) for page in range(len(counts))]
    need = [rows.height(start, count) for start, count in zip(starts, counts, strict=True)]
    return min(MOST_STRETCH, *(room * 1000 // height for room, height in zip(have, need, strict=True)))
