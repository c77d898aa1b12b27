"""Ink beside the boxes: on the printed numbers, and along the rows.

People circle or cross a number and leave its box empty; they strike out a row that they marked before; they write a
word into it. What is printed there is known: the page is drawn once without any sheet's code, and only paper that
should be bare is looked at, on a coarse straight picture of the whole page.

Next to a box its own mark may overshoot at the corners, where the arms of crosses and ticks go: there only what lies
level with the box, or above and below its middle, belongs to the row. Boxes of one choice (a grid) share their row.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from printouts.geometry import Layout, MarkBox, Page
from printouts.read.corners import Watch
from printouts.read.images import Grey
from printouts.read.kept import kept
from printouts.read.prints import FINE, printed
from printouts.read.straighten import Projection, coarse
from printouts.typefaces import width

STEP = 0.4  # mm between two samples
INK = 0.3  # darkness (0 paper, 1 print) that is ink
ROW_MM2 = 40.0  # ink along a row that counts as 1: a line of 3 mm is 0.03
_MARGIN = 1.2  # mm looked at before a number, and above and below a box
_CLEAR_OF_BOX = 0.6  # mm, of the number's place
_BESIDE = 1.3  # mm next to a box that its own ring looks at (module ``marks``)
_OVERSHOOT = 2.8  # mm that the arms of a cross may reach over the corners of a box
_USUAL = 8.5  # mm: in larger boxes all of this grows with the box
_CORNER = 1.4  # mm from the corners of a box, along its sides, that belong to such arms
_CLEAR_OF_PRINT = 0.5  # mm: paper stretches, ink spreads
_CLEAR_WHERE_BENT = 0.7
_FAR = 25_000  # micrometres: a number belongs to the box if it ends nearer than this
_SIDE = 20.0  # mm at the sides of the page that belong to no row
_COLUMN = 14.0  # mm before a box where its column begins
_PAPER = 15  # samples: in a square of this size some paper is bare
_PIECES = 6  # of a page's width: print may lie beside its place differently in each
_LOOSE, _LOOSE_NUMBERS = 2, 1  # samples: a number stands near its box, the end of a row does not
_SPECK = 3  # samples of ink that need no second look
_KEPT = 16


@dataclass(frozen=True)
class _Place:
    """Samples (flat indices into the coarse picture), to which piece each belongs, and how many each piece has."""

    at: np.ndarray
    of: np.ndarray
    counts: np.ndarray

    def inked(self, ink: np.ndarray, loose: int) -> np.ndarray:
        """Return for each piece how many samples are ink: the least within ``loose`` samples of its place.

        Print that lies a little beside its place would count as ink; ink that people left stays beside the print
        wherever that is.
        """
        flat = ink.ravel()
        least = np.bincount(self.of, flat[self.at], len(self.counts))
        if least.max(initial=0) <= _SPECK:
            return least
        with_ink = (least > 0)[self.of]
        at, of = self.at[with_ink], self.of[with_ink]
        for down in range(-loose, loose + 1):
            for across in range(-loose, loose + 1):
                moved = np.clip(at + down * ink.shape[1] + across, 0, flat.size - 1)
                least = np.minimum(least, np.bincount(of, flat[moved], len(self.counts)))
        return least


@dataclass(frozen=True)
class _Zones:
    numbers: _Place  # by box
    rows: _Place  # by piece of a row, ``_PIECES`` to each
    row_of: list[int]  # of each box
    bare: np.ndarray  # bool, the whole coarse picture


@dataclass(frozen=True)
class Beside:
    """numbers: share of the bare paper around each box's number that has ink; rows: ink along its row. Both 0..1."""

    numbers: list[float]
    rows: list[float]


def ink_beside(
    grey: Grey, projection: Projection, layout: Layout, page: Page, *, black: float, watch: Watch | None = None
) -> Beside:
    """Return the ink beside each mark box of a page; black: grey level of print on it."""
    zones = _zones_of(layout, page, projection.bend is not None)
    seen = coarse(grey, projection, (layout.width / 1000, layout.height / 1000), STEP)
    paper = cv2.blur(cv2.dilate(cv2.blur(seen, (3, 3)), np.ones((_PAPER, _PAPER), np.uint8)), (_PAPER, _PAPER))
    limit = paper.astype(np.float32) * (1 - INK) + black * INK - _folds(seen, paper, zones.bare)
    ink = seen < np.minimum(limit, paper - 10.0)
    if watch:
        watch("ink beside", _shown(seen, ink, zones))
    numbers = zones.numbers.inked(ink, _LOOSE_NUMBERS) / np.maximum(zones.numbers.counts, 1)
    rows = np.minimum(1, zones.rows.inked(ink, _LOOSE).reshape(-1, _PIECES).sum(1) * STEP**2 / ROW_MM2)
    return Beside(numbers.tolist(), [float(rows[row]) for row in zones.row_of])


def _folds(seen: Grey, paper: Grey, bare: np.ndarray) -> np.ndarray:
    """Return for each line of samples how much darker it is than paper, all across the page: a fold is no ink."""
    darker = np.where(bare, cv2.subtract(paper, seen), 0)
    return (darker.sum(1) / np.maximum(bare.sum(1), 1))[:, None].astype(np.float32)


def _shown(seen: Grey, ink: np.ndarray, zones: _Zones) -> np.ndarray:
    """The coarse picture with the places looked at in blue and the ink found there in red."""
    picture = cv2.cvtColor(seen, cv2.COLOR_GRAY2BGR).reshape(-1, 3)
    for place in (zones.rows, zones.numbers):
        picture[place.at, 0] = 255
        picture[place.at[ink.ravel()[place.at]]] = (0, 0, 255)
    return picture.reshape(*seen.shape, 3)


@kept(_KEPT)
def _zones_of(layout: Layout, page: Page, is_bent: bool) -> _Zones:
    """Return the zones of a page; those of the last few layouts are kept."""
    bare = ~_print_and_rim(layout, page, _CLEAR_WHERE_BENT if is_bent else _CLEAR_OF_PRINT)
    numbers, rows = np.full(bare.shape, -1), np.full(bare.shape, -1)
    row_of: list[int] = []
    names: dict[tuple[str, str], int] = {}
    for box in page.marks:
        row_of.append(names.setdefault((box.contest, box.choice), len(names)))
        _fill(rows, _row(layout, page, box), row_of[-1])
    for box in page.marks:
        _keep_clear(rows, box, is_first=not _has_left(page, box))
    for box, row in zip(page.marks, row_of, strict=True):
        _look_over(rows, box, row)
    for index, box in enumerate(page.marks):
        zone = _number(page, box)
        if zone:
            _fill(numbers, zone, index)
    pieces = np.arange(bare.shape[1]) * _PIECES // bare.shape[1]
    rows = np.where(rows >= 0, rows * _PIECES + pieces, -1)
    return _Zones(_place(numbers, bare, len(page.marks)), _place(rows, bare, len(names) * _PIECES), row_of, bare)


def _place(labels: np.ndarray, bare: np.ndarray, count: int) -> _Place:
    at = np.flatnonzero(bare.ravel() & (labels.ravel() >= 0))
    of = labels.ravel()[at]
    return _Place(at, of, np.bincount(of, minlength=count))


Rectangle = tuple[float, float, float, float]  # left, top, right, foot in mm


def _fill(labels: np.ndarray, zone: Rectangle, value: int) -> None:
    left, top, right, foot = (max(0, round(edge / STEP)) for edge in zone)
    labels[top:foot, left:right] = value


def _has_left(page: Page, box: MarkBox) -> bool:
    """True if another box stands just left of this one, as in a grid."""
    return any(abs(other.y - box.y) < box.size and 0 < box.x - other.x < _FAR for other in page.marks)


def _keep_clear(rows: np.ndarray, box: MarkBox, *, is_first: bool) -> None:
    """Take out of the rows what a box's own mark may reach: near its sides, and further at its corners.

    is_first: no box stands left of it, so that a tick may begin there as far away as at a corner.
    """
    x, y, size = box.x / 1000, box.y / 1000, box.size / 1000
    large = max(1.0, size / _USUAL)
    far, near, corner = _OVERSHOOT * large, _BESIDE, _CORNER * large
    _fill(rows, (x - far, y - far, x + size + far, y + corner), -1)
    _fill(rows, (x - far, y + size - corner, x + size + far, y + size + far), -1)
    _fill(rows, (x - (far if is_first else near), y, x + size + near, y + size), -1)


def _look_over(rows: np.ndarray, box: MarkBox, row: int) -> None:
    """Give a row the places above and below the middle of its box, where a circle around it goes."""
    x, y, size = box.x / 1000, box.y / 1000, box.size / 1000
    for top in (y - _OVERSHOOT, y + size + _BESIDE):
        _fill(rows, (x + size / 3, top, x + size * 2 / 3, top + _OVERSHOOT - _BESIDE), row)


def _row(layout: Layout, page: Page, box: MarkBox) -> Rectangle:
    """Return the place of a choice's row in its column of the page."""
    number = _number(page, box)
    left = number[0] if number else box.x / 1000 - _COLUMN / 2
    ends = [
        other.x / 1000 - _COLUMN
        for other in page.marks
        if other.x > box.x + box.size and (other.contest, other.choice) != (box.contest, box.choice)
    ]
    right = min([*ends, layout.width / 1000 - _SIDE])
    top, foot = box.y / 1000 - _MARGIN, (box.y + box.size) / 1000 + _MARGIN
    return max(left, _SIDE - 2), top, max(right, (box.x + box.size) / 1000), foot


def _number(page: Page, box: MarkBox) -> Rectangle | None:
    """Return the place of a box's number."""
    numbers = [
        text
        for text in page.texts
        if text.align == "end" and box.y < text.y < box.y + box.size and 0 < box.x - text.x < _FAR
    ]
    if not numbers:
        return None
    number = max(numbers, key=lambda text: text.x)
    start = number.x - width(number.text, number.face, number.size)
    return start / 1000 - _MARGIN, box.y / 1000, box.x / 1000 - _CLEAR_OF_BOX, (box.y + box.size) / 1000


def _print_and_rim(layout: Layout, page: Page, clear: float) -> np.ndarray:
    """Return where the page is printed, with some margin: bool, one value each STEP."""
    reach = 2 * round(clear / FINE) + 1
    print_ = cv2.dilate(printed(layout, page), np.ones((reach, reach), np.uint8))
    fine = round(STEP / FINE)
    columns, rows = round(layout.width / 1000 / STEP), round(layout.height / 1000 / STEP)
    whole = np.ones((rows * fine, columns * fine), np.uint8)
    whole[: print_.shape[0], : print_.shape[1]] = print_[: rows * fine, : columns * fine]
    return whole.reshape(rows, fine, columns, fine).max((1, 3)).astype(bool)
