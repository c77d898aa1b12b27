"""What lies around a marked box: how far the ink goes on outside, and on which side of the box it lies.

Crosses, ticks and filled boxes overshoot at the corners of their box, by less than half its size. What goes on further
level with the box, or above and below its middle, goes around it, through it, or strikes it out; a mark that lies at
one side of the box may belong to the next. Nobody but people can say what was meant.

The neighbourhood is laid under the box's own outline, so that print can be told from ink to half a millimetre. Only
boxes that would count as marked are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from printouts.geometry import Layout, MarkBox, Page
from printouts.read.images import Grey
from printouts.read.kept import kept
from printouts.read.marks import MOST_PALE, Scores
from printouts.read.prints import FINE, printed
from printouts.read.straighten import Projection, sample

STEP = 0.25  # mm between two samples
REACH = 1.25  # sizes of the box from its middle that are looked at
INK = 0.25  # darkness (0 paper, 1 print) that is ink
LEAST_SCORE = 0.14  # of a box that is looked at
AROUND_MM = 2.5  # of ink beyond two sides: it goes around the box, or through it
STRUCK_MM = 5.0  # of ink beyond one side
GOES_ON_MM = 1.2  # the same, of a box with a line across
LINE_MM = 0.3  # of ink beyond both sides of a box in which there is one line
LINE_BESIDE = 0.02  # where print may hide the one end: the share of the bands on both sides
THIN = 0.7  # cells: a line is thinner; ticks are not, nor crosses
MOST_ALONG = 0.02  # of ``beside.ROW_MM2``: a line of 2 mm along the row
MOST_COVER = 1.05  # of the four bands together: a scribble covers more, a filled box less
MOST_ASIDE = 0.33  # sizes between the middle of the ink and that of the box
ASIDE = 0.24  # the same, sideways, of two arms of a cross without its middle
ASIDE_LEAVING, LEAVING = 0.19, 0.25  # the same, where the arms leave at that side; the share of its band they cover
_FAR = 0.78  # sizes from the middle, beyond which a mark reaches at corners only
_SECTOR = 28.0  # degrees on each side of level and upright
_CLEAR = 0.45  # mm kept from print
_OVERSHOOT = 1.8  # mm around other boxes that their marks may reach
_BAND = (0.4, 1.3)  # mm outside the outline
_WEIGHED = (-0.8, 2.5)  # mm outside the outline: the ink between is its own line
_STROKE, _USUAL = 0.6, 6.5  # mm: width of a stroke, size of a box
_EDGE = 3.0  # mm at the rim of the page of which nothing is known
_NEXT = 2.5  # sizes between two boxes side by side
_LEAST_PAPER = 50  # samples
_KEPT = 16


@dataclass(frozen=True)
class Near:
    """The ink of one neighbourhood; sides in the order left, right, above, below.

    beyond: ink further away than marks reach, level with the box or over its middle, as the length in mm that a stroke
    of 0.6 mm would have beside a box of 6.5 mm. bands: share of the band beside
    each side that has ink. aside: from the middle of the box to the middle of its ink, x and y, in sizes of the box.
    others: whether another box stands beside this one, left and right.
    """

    beyond: tuple[float, ...]
    bands: tuple[float, ...]
    aside: tuple[float, float]
    others: tuple[bool, bool] = (False, False)

    def is_unclear(self, cells: np.ndarray) -> bool:
        """True if the ink goes around the box, through it or beside it; cells: 6 x 6, 0..1, inside the box."""
        on = cells >= 0.5
        least, most = sorted(self.beyond)[-2:]
        if least > AROUND_MM or most > STRUCK_MM or sum(self.bands) > MOST_COVER:
            return True
        return self._is_line(on) or self._is_struck(on) or self._is_aside(on)

    def _is_line(self, on: np.ndarray) -> bool:
        """True if one line crosses the box from side to side and goes on."""
        goes_on = min(self.beyond[:2]) > LINE_MM or min(self.beyond[2:]) > LINE_MM
        leaves = min(self.bands[:2]) > LINE_BESIDE and max(self.beyond[:2]) > LINE_MM
        columns, rows = np.asarray(on.any(0)), np.asarray(on.any(1))
        is_level = leaves and _extent(columns) >= 5 and _extent(rows) <= 4
        # A tick leaves the middle of a box empty.
        return (goes_on or is_level) and bool(on[2:4, 2:4].any()) and _thickness(on) < THIN

    def _is_struck(self, on: np.ndarray) -> bool:
        """True if a line lies across the whole box beside a mark that does not fill it, and goes on."""
        return max(self.beyond[:2]) > GOES_ON_MM and bool(on.all(1).any() and (on.sum(1) <= 4).sum() >= 2)

    def _is_aside(self, on: np.ndarray) -> bool:
        """True if the ink lies at one side of the box, so that it may belong to the next."""
        sideways, upright = map(abs, self.aside)
        if np.hypot(sideways, upright) > MOST_ASIDE:
            return True
        if sideways <= ASIDE_LEAVING or not self.others[self.aside[0] > 0]:
            return False
        is_hollow, leaves = not on[2:4, 2:4].any(), max(self.bands[:2]) > LEAVING
        return (leaves or (sideways > ASIDE and is_hollow)) and _is_forked(on)


def _is_forked(on: np.ndarray) -> bool:
    """True if two strokes lie above each other somewhere, as the arms of a cross do; a tick stands open at its top."""
    return bool((np.diff(on.astype(int), axis=0, prepend=0) > 0).sum(0).max() > 1)


def _extent(line: np.ndarray) -> int:
    places = np.flatnonzero(line)
    return int(places[-1] - places[0] + 1) if len(places) else 0


def _thickness(on: np.ndarray) -> float:
    """Return how far the cells with ink lie from a straight line through them, in cells (root of the mean square)."""
    rows, columns = np.nonzero(on)
    if len(rows) < 3:
        return 0.0
    down, across = rows - rows.mean(), columns - columns.mean()
    spread, lean = (down @ down - across @ across) / 2, down @ across
    least = (down @ down + across @ across) / 2 - np.hypot(spread, lean)  # the smaller of two eigenvalues
    return float(np.sqrt(max(0.0, least) / (len(rows) - 1)))


@dataclass(frozen=True, eq=False)
class _Square:
    """The samples around a box of one size: where they are (mm from its middle), and which belong to what."""

    places: np.ndarray  # rows x columns x 2
    beyond: list[np.ndarray]  # flat indices by side: left, right, above, below
    bands: list[np.ndarray]  # the same
    inside: np.ndarray  # flat, bool
    weighed: np.ndarray  # flat, bool: outside


@dataclass(frozen=True, eq=False)
class _Bare:
    """Which samples of a square should be bare paper (flat, bool), and which of them no other box's mark reaches."""

    paper: np.ndarray
    alone: np.ndarray
    others: tuple[bool, bool]  # whether another box stands left of it, and right of it


def look_near(
    grey: Grey, projection: Projection, layout: Layout, page: Page, scores: Scores, *, black: float
) -> list[Near | None]:
    """Return what lies near each box that would count as marked, None for the others; black: grey of print."""
    return [
        _look(grey, projection, box, shift, bare, black) if inside >= LEAST_SCORE else None
        for box, inside, shift, bare in zip(
            page.marks, scores.inside, scores.shifts, _bare_places(layout, page), strict=True
        )
    ]


def believed(scores: Scores, near: Sequence[Near | None], rows: Sequence[float]) -> list[float]:
    """Return the scores with those lowered to MOST_PALE that may not mean their box; rows: ink along each row, 0..1."""
    return [
        min(score, MOST_PALE) if row > MOST_ALONG or (seen and seen.is_unclear(cells)) else score
        for score, row, seen, cells in zip(scores.inside, rows, near, scores.cells, strict=True)
    ]


def _look(
    grey: Grey, projection: Projection, box: MarkBox, shift: np.ndarray, bare: _Bare, black: float
) -> Near | None:
    square, size = _square(box.size), box.size / 1000
    middle = np.array([box.x, box.y]) / 1000 + size / 2 + shift
    seen = cv2.blur(sample(grey, projection.project(square.places + middle)), (3, 3)).ravel()
    paper = seen[bare.paper]
    if len(paper) < _LEAST_PAPER:
        return None
    at = round(0.75 * (len(paper) - 1))
    white = float(np.partition(paper, at)[at])
    ink = seen < white - INK * max(white - black, 1)
    outside, alone = ink & bare.paper, ink & bare.alone
    weighed = np.flatnonzero(ink & square.inside | outside & square.weighed)
    aside = square.places.reshape(-1, 2)[weighed].mean(0) / size if len(weighed) else np.zeros(2)
    unit = STEP**2 / _STROKE * min(1.0, _USUAL / size)
    return Near(
        beyond=tuple(np.count_nonzero(alone[part]) * unit for part in square.beyond),
        bands=tuple(
            int(np.count_nonzero(outside[part])) / max(1, int(np.count_nonzero(bare.paper[part])))
            for part in square.bands
        ),
        aside=(float(aside[0]), float(aside[1])),
        others=bare.others,
    )


@lru_cache(maxsize=32)
def _square(size: int) -> _Square:
    """size: of the box, micrometres."""
    across = size / 1000
    half = round(REACH * across / STEP)
    at = np.arange(-half, half + 1) * STEP
    x, y = np.meshgrid(at, at)
    away = np.maximum(abs(x), abs(y)) - across / 2  # mm outside the outline
    far = np.hypot(x, y) > _FAR * across
    near = (away > _BAND[0]) & (away < _BAND[1])
    lean = np.tan(np.radians(_SECTOR))
    level, upright = abs(y) < abs(x) * lean, abs(x) < abs(y) * lean
    sides = [(x < 0, level, y), (x > 0, level, y), (y < 0, upright, x), (y > 0, upright, x)]
    return _Square(
        places=np.stack([x, y], -1),
        beyond=[np.flatnonzero(far & side & sector) for side, sector, _along in sides],
        bands=[np.flatnonzero(near & side & (abs(along) < across / 2)) for side, _sector, along in sides],
        inside=(away < _WEIGHED[0]).ravel(),
        weighed=((away > _BAND[0]) & (away < _WEIGHED[1])).ravel(),
    )


@kept(_KEPT)
def _bare_places(layout: Layout, page: Page) -> list[_Bare]:
    """Return what should be bare paper around each box; that of the last few layouts is kept."""
    print_ = printed(layout, page)
    boxes, reached = np.zeros_like(print_), np.zeros_like(print_)
    for box in page.marks:
        for taken, more in ((boxes, 0), (reached, _OVERSHOOT)):
            left, top = (max(0, round((edge / 1000 - more) / FINE)) for edge in (box.x, box.y))
            right, foot = (round(((edge + box.size) / 1000 + more) / FINE) for edge in (box.x, box.y))
            taken[top : foot + 1, left : right + 1] = 1
    reach = 2 * round(_CLEAR / FINE) + 1
    bare = cv2.dilate(print_ | boxes, np.ones((reach, reach), np.uint8)) == 0
    rim = round(_EDGE / FINE)
    for edge in (bare, bare.T):
        edge[:rim] = edge[-rim:] = False
    alone = bare & (reached == 0)
    return [_Bare(_under(bare, box), _under(alone, box), _others(page, box)) for box in page.marks]


def _others(page: Page, box: MarkBox) -> tuple[bool, bool]:
    away = [other.x - box.x for other in page.marks if abs(other.y - box.y) < box.size]
    return any(-_NEXT * box.size < x < 0 for x in away), any(0 < x < _NEXT * box.size for x in away)


def _under(bare: np.ndarray, box: MarkBox) -> np.ndarray:
    """Return what a page's fine picture says at the samples of a box."""
    middle = np.array([box.x + box.size / 2, box.y + box.size / 2]) / 1000
    at = ((_square(box.size).places + middle) / FINE).astype(int).reshape(-1, 2)
    return np.asarray(bare[np.clip(at[:, 1], 0, len(bare) - 1), np.clip(at[:, 0], 0, bare.shape[1] - 1)])
