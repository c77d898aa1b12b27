"""How much ink is in each mark box: a score from 0 to 1.

The layout knows the outline of every box, so the printed line never counts: a
box is first laid exactly under its outline (paper stretches; the shift is at
most 0.9 mm), then only what lies well inside the line is looked at. The inside
is cut into 6 x 6 cells; a cell is fully marked when 30 % of it is ink, and the
score is the mean of the cells. So a thin cross and a thick one score alike, a
speck scores little, and a filled box scores 1. Ink is measured between the
white of the paper around the box and the black of the markers. Pale ink alone
(a pencil hardly pressed, a stain, print that shines through) scores 0.15 at
most, however much of it there is: keep ``clear_above`` over that.

Ink just outside the outline, left and right (0.4 to 1.3 mm), is told apart
(``around``), and so is ink on the printed number and along the row (module
``beside``): a reason to ask a person where the box is not marked. Where it is, ink
that goes on beside it may have taken the mark back (module ``near``).

Comparing scores with thresholds is the business of ``interpret``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from printouts.geometry import MarkBox, Marker
from printouts.read.corners import Watch
from printouts.read.images import Grey
from printouts.read.refusals import ReadingRefused
from printouts.read.straighten import Projection, sample

STEP = 0.15  # mm between two samples
REACH = 2.2  # mm looked at around a box
SHIFT = 0.9  # mm a box may lie beside its place
CELLS = 6
FULL_CELL = 0.30  # share of ink from which a cell counts as marked
FULL_CELL_MM2 = 0.35  # of ink: no larger cell needs more, or a dot in a box of 15 mm would be nothing
FULL_SCORE = 0.87  # share of the cells from which a score is 1: a thin tick just counts
PALE, RISE = 0.07, 0.33  # darkness (0 paper, 1 print) at which ink begins; how much more makes it certain
DARK, DARK_RISE = 0.30, 0.20  # the same for ink as a pen leaves it
DARKEST, STROKE = 97, 0.36  # percentile of a box's darkness, and what it is at least where there is a stroke of a pen
MOST_FOLD = 0.28  # darkness of a fold or a stain, which ends on no side of a box
MOST_PALE = 0.15  # score of a box without such ink: stains and print that shines through are for people
MOST_GRAIN = 0.03  # of a score: grain that most boxes of a page have in common
LEAST_SPAN = 4  # cells across or down that a mark reaches: a dot is for people
DIM = 0.05  # how marked with dark ink a cell is where a stroke is out of focus
GRAIN = 3.0  # steps between samples that are the paper's own
PALEST = 0.12  # what the grain of a noisy scan may raise PALE to: never enough to hide a stroke
LEAST_OUTLINE = 0.3  # darkness of a box's outline: less, and it was not the box that was looked at
LEAST_CONTRAST = 60  # grey levels between paper and print
_CLEAR_OF_LINE = 0.40  # mm kept from the outline on either side
_RING = 0.9  # mm: the hairline between two rows is no nearer than 1.5


@dataclass(frozen=True)
class Scores:
    """One entry per mark box, in the order given.

    inside, around: 0..1. outline: how well the printed outline was seen, 0..1.
    cells: boxes x 6 x 6, 0..1. samples: the grey levels around all boxes, as bytes.
    shifts: from the place of each box to where its outline was found, mm, boxes x 2 (x, y).
    """

    inside: list[float]
    around: list[float]
    outline: list[float]
    cells: np.ndarray
    samples: bytes
    shifts: np.ndarray

    @property
    def shift_mm(self) -> float:
        """How far the outlines lay beside their places, at most."""
        return float(np.hypot(*self.shifts.T).max(initial=0))


@dataclass(frozen=True, eq=False)
class _Template:
    """What belongs to what in the square of samples around a box of one size and shape."""

    side: int  # samples across the whole square
    line: np.ndarray  # kernel that answers most where the outline lies
    ink: np.ndarray  # flat indices of the outline, kernel's square
    inside: np.ndarray  # flat indices of the samples inside, kernel's square, cell by cell
    starts: np.ndarray  # where among them each cell begins that exists
    counts: np.ndarray  # how many samples it has
    exist: np.ndarray  # which of the 36 cells exist: a round box has none in its corners
    ring: np.ndarray  # flat indices, kernel's square
    paper: np.ndarray  # flat indices, whole square: outside the outline
    away: np.ndarray  # of each place of the kernel from the middle one, 1 at the spare's end


def score_marks(
    grey: Grey,
    projection: Projection,
    marks: Sequence[MarkBox],
    *,
    black: float,
    watch: Watch | None = None,
) -> Scores:
    """Return the scores of all boxes of a page; black: its ``print_level``.

    Raises ReadingRefused: too_faint, box_unseen.
    """
    patches = _patches(grey, projection, marks)
    pale = _pale(patches, black)
    order: dict[_Template, list[int]] = {}
    for index, box in enumerate(marks):
        order.setdefault(_template(box.shape, box.size, box.line), []).append(index)
    seen = _Seen.of(len(marks))
    for template, indices in order.items():
        darkness = _darkness(np.stack([patches[index] for index in indices]), template, black)
        seen.look(darkness, template, indices, pale)
    for box, outline in zip(marks, seen.outline, strict=True):
        if outline < LEAST_OUTLINE:
            raise ReadingRefused("box_unseen", choice=box.key, outline=round(float(outline), 2))
    grain = min(MOST_GRAIN, 2 * float(np.median(seen.cells.mean(1))))
    inside = np.zeros(len(marks))
    for template, indices in order.items():
        inside[indices] = _score(seen, indices, template, grain)
    if watch:
        for box, patch in zip(marks, patches, strict=True):
            watch(f"mark {box.key}", patch)
    return Scores(
        inside=inside.tolist(),
        around=seen.around.tolist(),
        outline=seen.outline.tolist(),
        cells=seen.cells.reshape(-1, CELLS, CELLS),
        samples=b"".join(patch.tobytes() for patch in patches),
        shifts=seen.shifts,
    )


@dataclass
class _Seen:
    """What was seen in all boxes of a page. cells, dark: boxes x 36, any ink and dark ink; darkest: by box."""

    cells: np.ndarray
    dark: np.ndarray
    darkest: np.ndarray
    around: np.ndarray
    outline: np.ndarray
    shifts: np.ndarray

    @staticmethod
    def of(count: int) -> _Seen:
        cells, dark = np.zeros((2, count, CELLS**2))
        darkest, around, outline = np.zeros((3, count))
        return _Seen(cells, dark, darkest, around, outline, shifts=np.zeros((count, 2)))

    def look(self, darkness: np.ndarray, template: _Template, indices: list[int], pale: float) -> None:
        """Fill in the boxes of one size and shape."""
        places = _settle(darkness, template)
        self.shifts[indices] = (np.array(places)[:, ::-1] - round(SHIFT / STEP)) * STEP
        there = _under(darkness, places, template)
        self.outline[indices] = there[:, template.ink].mean(1)
        self.around[indices] = np.clip((there[:, template.ring] - pale) / RISE, 0, 1).mean(1)
        level = _under(darkness - _folds(darkness), places, template)
        self.cells[indices] = _by_cell(np.clip((level - pale) / RISE, 0, 1), template)
        self.dark[indices] = _by_cell(np.clip((there - DARK) / DARK_RISE, 0, 1), template)
        self.darkest[indices] = np.percentile(there[:, template.inside], DARKEST, axis=1)


def _folds(darkness: np.ndarray) -> np.ndarray:
    """Return for each row of each square what goes on beside the box on both sides: a fold or a stain, no mark in it.

    Print and pens are darker than MOST_FOLD: they are left alone.
    """
    margin = round((REACH - 0.3) / STEP)
    both = np.minimum(np.median(darkness[:, :, :margin], 2), np.median(darkness[:, :, -margin:], 2))
    return np.where(both <= MOST_FOLD, both, 0)[:, :, None].astype(np.float32)


def _darkness(squares: np.ndarray, template: _Template, black: float) -> np.ndarray:
    """Return the squares (boxes x side x side) as 0 (the paper around each box) to 1 (print). Raises too_faint."""
    paper = squares.reshape(len(squares), -1)[:, template.paper]
    at = round(0.75 * (paper.shape[1] - 1))
    white = np.partition(paper, at, axis=1)[:, at].astype(np.float32)
    if white.min() - black < LEAST_CONTRAST:
        raise ReadingRefused("too_faint", contrast=round(float(white.min()) - black))
    white = white[:, None, None]
    return np.clip((white - squares) / (white - np.float32(black)), 0, 1)


def _pale(patches: Sequence[np.ndarray], black: float) -> float:
    """Return the darkness at which ink begins on this page: its grain is no ink.

    Measured by the steps between neighbouring samples of all boxes, which print and
    marks hardly move.
    """
    steps = np.concatenate([np.abs(np.diff(patch.astype(np.int16), axis=1)).ravel() for patch in patches])
    contrast = float(np.median(np.concatenate([patch.ravel() for patch in patches]))) - black
    return float(np.clip(GRAIN * np.percentile(steps, 70) / max(contrast, 1), PALE, PALEST))


def _score(seen: _Seen, indices: list[int], template: _Template, grain: float) -> np.ndarray:
    """Return for each box the mean of the cells that exist.

    Dark ink counts in full, and so does all ink of a box whose strokes are dark somewhere: a thin pen out of focus.
    Other ink, but for the grain, scores MOST_PALE at most; so does dark ink that spans less than half a box: there a
    pen rested, as far as a machine can say.
    """
    cells, dark_cells, darkest = seen.cells[indices], seen.dark[indices], seen.darkest[indices]
    exist = template.exist
    any_ink = np.clip(cells[:, exist].mean(1) - grain, 0, 1)
    dark = dark_cells[:, exist].mean(1)
    is_mark = _spans(dark_cells) >= LEAST_SPAN
    # A dot under a stain is dark somewhere and reaches across the box, but not with the same ink.
    is_stroke = (darkest >= STROKE) & (_spans(cells) > LEAST_SPAN) & (_spans(dark_cells, DIM) >= LEAST_SPAN)
    certain = np.maximum(np.where(is_mark, dark, 0), np.where(is_stroke, any_ink, 0))
    certain = np.minimum(1, certain / FULL_SCORE)
    return np.maximum(certain, np.minimum(np.maximum(any_ink, dark), MOST_PALE))


def _spans(cells: np.ndarray, least: float = 0.5) -> np.ndarray:
    """Return over how many rows or columns of cells the ink of each box reaches, whichever are more.

    least: how marked a cell is that counts.
    """
    inked = cells.reshape(-1, CELLS, CELLS) >= least
    lines = np.concatenate([inked.any(1), inked.any(2)])
    reach = np.where(lines.any(1), CELLS - lines.argmax(1) - lines[:, ::-1].argmax(1), 0)
    return np.maximum(*np.split(reach, 2))


def _by_cell(ink: np.ndarray, template: _Template) -> np.ndarray:
    """Return boxes x 36 values 0..1: how marked each cell is."""
    result = np.zeros((len(ink), CELLS * CELLS))
    sums = np.add.reduceat(ink[:, template.inside], template.starts, axis=1)
    full = np.minimum(FULL_CELL * template.counts, FULL_CELL_MM2 / STEP**2)
    result[:, template.exist] = np.clip(sums / full, 0, 1)
    return result


def _settle(darkness: np.ndarray, template: _Template) -> list[tuple[int, int]]:
    """Lay the kernel on the outline of each box: its row and column there."""
    places = []
    for square in darkness:
        answer = cv2.matchTemplate(square, template.line, cv2.TM_CCORR)
        # A mark can imitate a piece of the outline: the nearer place wins if both are about as good.
        row, column = divmod(int(np.argmax(answer - 0.06 * template.away)), answer.shape[1])
        places.append((row, column))
    return places


def _under(squares: np.ndarray, places: list[tuple[int, int]], template: _Template) -> np.ndarray:
    """Return what lies under the kernel: boxes x samples."""
    size = len(template.line)
    return np.stack(
        [
            square[row : row + size, column : column + size].ravel()
            for square, (row, column) in zip(squares, places, strict=True)
        ]
    )


def _patches(grey: Grey, projection: Projection, marks: Sequence[MarkBox]) -> list[np.ndarray]:
    """Return for each box its square of samples, uint8, upright whatever the image's turn."""
    sides = [_template(box.shape, box.size, box.line).side for box in marks]
    most = max(sides)
    steps = np.arange(most) * STEP
    grid = np.stack(np.meshgrid(steps, steps), -1)
    starts = np.array([[box.x / 1000 - REACH, box.y / 1000 - REACH] for box in marks])
    places = projection.project((starts[:, None, None, :] + grid).reshape(len(marks) * most, most, 2))
    seen = cv2.blur(sample(grey, places), (3, 3))  # grain goes, a stroke of 0.35 mm stays
    return [patch[:side, :side] for patch, side in zip(seen.reshape(len(marks), most, most), sides, strict=True)]


def print_level(grey: Grey, projection: Projection, markers: Sequence[Marker]) -> float:
    """Return the grey of printed black: the median along the black rims of the markers."""
    points = []
    for marker in markers:
        cell = marker.size / 6
        along = np.linspace(0.5, 5.5, 11) * cell
        for across in (0.5 * cell, 5.5 * cell):
            points += [(marker.x + a, marker.y + across) for a in along]
            points += [(marker.x + across, marker.y + a) for a in along]
    return float(np.median(sample(grey, projection.project(np.array(points)[None] / 1000))))


@lru_cache(maxsize=32)
def _template(shape: str, size: int, line: int) -> _Template:
    """size and line: micrometres, as in the layout."""
    half, thick = size / 2000, line / 1000
    side = round((2 * half + 2 * REACH) / STEP) + 1
    spare = round(SHIFT / STEP)
    depth = _depth(shape, side, half)  # mm inside the outer edge; negative outside
    kernel = slice(spare, side - spare)
    near = depth[kernel, kernel]
    ink = (near > 0.05) & (near < thick - 0.05)
    beside = ((near < -0.1) & (near > -0.5)) | ((near > thick + 0.1) & (near < thick + 0.5))
    line_kernel = (ink / ink.sum() - beside / beside.sum()).astype(np.float32)
    within = near > thick + _CLEAR_OF_LINE
    beside_box = (near < -_CLEAR_OF_LINE) & (near > -_CLEAR_OF_LINE - _RING)
    ring = beside_box & _between(size / 1000, len(near))
    rows, columns = np.indices((2 * spare + 1, 2 * spare + 1))
    cells = _cells(within).ravel()
    order = np.argsort(cells, kind="stable")
    inside_box = order[np.searchsorted(cells[order], 0) :]
    exist, starts, counts = np.unique(cells[inside_box], return_index=True, return_counts=True)
    return _Template(
        side=side,
        line=line_kernel,
        ink=np.flatnonzero(ink),
        inside=inside_box,
        starts=starts,
        counts=counts,
        exist=exist,
        ring=np.flatnonzero(ring),
        paper=np.flatnonzero(depth < -0.3),
        away=np.hypot(rows - spare, columns - spare) / spare,
    )


def _between(size: float, side: int) -> np.ndarray:
    """True in the rows that the box spans: above and below it neighbours overshoot and rules run."""
    at = np.abs(np.arange(side) - (side - 1) / 2) * STEP < size / 2
    return np.repeat(at[:, None], side, 1)


def _depth(shape: str, side: int, half: float) -> np.ndarray:
    at = np.arange(side) * STEP - REACH - half
    x, y = np.meshgrid(at, at)
    if shape == "round":
        return half - np.hypot(x, y)
    return half - np.maximum(np.abs(x), np.abs(y))


def _cells(within: np.ndarray) -> np.ndarray:
    """Number the samples inside by cell; cells with less than a third of their samples inside are left out."""
    rows, columns = np.nonzero(within)
    top, left, span = rows.min(), columns.min(), rows.max() - rows.min() + 1
    cells = np.full(within.shape, -1)
    cells[rows, columns] = (rows - top) * CELLS // span * CELLS + (columns - left) * CELLS // span
    counts = np.bincount(cells[cells >= 0], minlength=CELLS * CELLS)
    few = np.flatnonzero(counts < counts.max() / 3)
    cells[np.isin(cells, few)] = -1
    return cells
