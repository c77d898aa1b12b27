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
(``around``), and so is ink on the printed number (module ``numbers``): an
overshoot where the box is marked, a reason to ask a person where it is not.

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
PALE, RISE = 0.07, 0.33  # darkness (0 paper, 1 print) at which ink begins; how much more makes it certain
DARK, DARK_RISE = 0.30, 0.20  # the same for ink as a pen leaves it
MOST_PALE = 0.15  # score of a box without such ink: stains and print that shines through are for people
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
    """

    inside: list[float]
    around: list[float]
    outline: list[float]
    cells: np.ndarray
    samples: bytes


@dataclass(frozen=True)
class _Template:
    """What belongs to what in the square of samples around a box of one size and shape."""

    side: int  # samples across the whole square
    spare: int  # samples by which the box may be shifted either way
    line: np.ndarray  # kernel that answers most where the outline lies
    ink: np.ndarray  # samples of the outline, bool, of the kernel's size
    cells: np.ndarray  # cell number 0..35 of each sample inside, -1 elsewhere; kernel's size
    ring: np.ndarray  # bool, kernel's size
    paper: np.ndarray  # bool, whole square: outside the outline


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
    inside, around, outline, cells, samples = [], [], [], [], []
    patches = _patches(grey, projection, marks)
    pale = _pale(patches, black)
    for box, patch in zip(marks, patches, strict=True):
        template = _template(box.shape, box.size, box.line)
        white = float(np.percentile(patch[template.paper], 75))
        if white - black < LEAST_CONTRAST:
            raise ReadingRefused("too_faint", contrast=round(white - black))
        darkness = np.clip((white - patch) / (white - black), 0, 1)
        row, column, seen = _settle(darkness, template)
        if seen < LEAST_OUTLINE:
            raise ReadingRefused("box_unseen", choice=box.choice, outline=round(seen, 2))
        there = darkness[row : row + len(template.ink), column : column + len(template.ink)]
        ink = np.clip((there - pale) / RISE, 0, 1)
        grid = _by_cell(ink, template)
        inside.append(_score(grid, _by_cell((there - DARK) / DARK_RISE, template), template))
        around.append(float(ink[template.ring].mean()))
        outline.append(seen)
        cells.append(grid.reshape(CELLS, CELLS))
        samples.append(patch.tobytes())
        if watch:
            watch(f"mark {box.choice}", patch)
    return Scores(inside, around, outline, np.array(cells), b"".join(samples))


def _pale(patches: Sequence[np.ndarray], black: float) -> float:
    """Return the darkness at which ink begins on this page: its grain is no ink.

    Measured by the median step between neighbouring samples of all boxes, which
    print and marks hardly move.
    """
    steps = np.concatenate([np.abs(np.diff(patch.astype(np.int16), axis=1)).ravel() for patch in patches])
    contrast = float(np.median(np.concatenate([patch.ravel() for patch in patches]))) - black
    return float(np.clip(GRAIN * np.percentile(steps, 70) / max(contrast, 1), PALE, PALEST))


def _score(any_ink: np.ndarray, dark_ink: np.ndarray, template: _Template) -> float:
    """Return the mean of the cells that exist: of dark ink, or of any ink up to MOST_PALE."""
    exist = _counts(template) > 0
    return max(float(dark_ink[exist].mean()), min(float(any_ink[exist].mean()), MOST_PALE))


def _by_cell(ink: np.ndarray, template: _Template) -> np.ndarray:
    """Return 36 values 0..1: how marked each cell is."""
    within = template.cells >= 0
    sums = np.bincount(template.cells[within], np.clip(ink[within], 0, 1), CELLS * CELLS)
    return np.clip(sums / np.maximum(_counts(template), 1) / FULL_CELL, 0, 1)


def _counts(template: _Template) -> np.ndarray:
    """Return how many samples each of the 36 cells has; a round box has none in its corners."""
    return np.bincount(template.cells[template.cells >= 0], minlength=CELLS * CELLS)


def _settle(darkness: np.ndarray, template: _Template) -> tuple[int, int, float]:
    """Return the row and column where the kernel lies on the outline, and the outline's darkness there."""
    answer = cv2.matchTemplate(darkness.astype(np.float32), template.line, cv2.TM_CCORR)
    # A mark can imitate a piece of the outline: the nearer place wins if both are about as good.
    rows, columns = np.indices(answer.shape)
    away = np.hypot(rows - template.spare, columns - template.spare) / template.spare
    row, column = np.unravel_index(int(np.argmax(answer - 0.06 * away)), answer.shape)
    size = len(template.ink)
    seen = float(darkness[row : row + size, column : column + size][template.ink].mean())
    return int(row), int(column), seen


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
    return _Template(side, spare, line_kernel, ink, _cells(within), ring, depth < -0.3)


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
