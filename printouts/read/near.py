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
LEAST_SCORE = 0.05  # of a box that is looked at
AROUND_MM = 2.5  # of ink beyond two sides: it goes around the box, or through it
STRUCK_MM = 5.0  # of ink beyond one side
GOES_ON_MM = 1.2  # the same, of a box with a line across
LINE_MM = 0.3  # of ink beyond both sides of a box in which there is one line
LINE_BESIDE = 0.02  # where print may hide the one end: the share of the bands on both sides
THIN = 0.7  # cells: a line is thinner; ticks are not, nor crosses
MOST_ALONG = 0.02  # of ``beside.ROW_MM2``: a line of 2 mm along the row
MOST_COVER, COVER_FILLED = 1.05, 0.8  # of the four bands together: a scribble covers more; the same, of a filled box
FILLED = 30  # cells of a filled box
MOST_FILLED = 1.17  # sizes that the ink of a filled box reaches, across or down, wherever it lies
LINE_WIDTH, LINE_LEVEL = 1.3, 30  # sizes that a line on its way elsewhere reaches; degrees from the row at most
LINE_LONG, LINE_STEEP, LINE_LEAVES = 1.5, 38, 0.05  # the same, of one that covers this share of both bands
STRAIGHT = 0.08  # sizes that a line spreads: a tick spreads more
TICK_WIDTH, TICK_HEIGHT = 0.85, 0.55  # sizes that a mark reaches of which less than half lies in the box
TICK_ASIDE, TICK_BEYOND = 0.4, 0.5  # the same as MOST_ASIDE, sideways; as AROUND_MM, of all sides together
GRID_HEIGHT, GRID_ASIDE, GRID_BEYOND = 0.75, 0.2, 0.2  # the same three, where another box stands beside
TICK = 0.2  # score of such a mark
MOST_ASIDE = 0.33  # sizes between the middle of the ink and that of the box
BETWEEN = 0.21  # the same, sideways, where another box stands on that side
ASIDE_LEAVING, LEAVING = 0.19, 0.25  # the same, where the arms leave at that side; the share of its band they cover
_FAR = 0.78  # sizes from the middle, beyond which a mark reaches at corners only
_SECTOR = 28.0  # degrees on each side of level and upright
_CLEAR = 0.45  # mm kept from print
_OVERSHOOT = 1.8  # mm around other boxes that their marks may reach
_BAND = (0.4, 1.3)  # mm outside the outline
_WEIGHED = (-0.8, 2.5)  # mm outside the outline: the ink between is its own line
_LINE = 0.8  # mm on both sides of a round outline: its own ink
_STROKE, _USUAL = 0.6, 6.5  # mm: width of a stroke, size of a box
_EDGE = 3.0  # mm at the rim of the page of which nothing is known
_NEXT = 2.5  # sizes between two boxes side by side
_LEAST_PAPER = 50  # samples
_KEPT = 16


@dataclass(frozen=True)
class Stroke:
    """The ink of one mark, inside its box and just outside, in sizes of the box.

    width, height: how far it reaches. level: degrees between the straight line through it and the row, 0 to 90.
    spread: how far it lies from that line (root of the mean square).
    """

    width: float
    height: float
    level: float
    spread: float

    @classmethod
    def of(cls, places: np.ndarray) -> Stroke:
        """places: of its samples, n x 2."""
        if len(places) < 3:
            return cls(0.0, 0.0, 0.0, 0.0)
        away = places - places.mean(0)
        spreads, lines = np.linalg.eigh(away.T @ away / len(places))
        across, down = np.abs(lines[:, 1])
        width, height = np.ptp(places, axis=0)
        spread = float(np.sqrt(max(0.0, spreads[0])))
        return cls(float(width), float(height), float(np.degrees(np.arctan2(down, across))), spread)


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
    stroke: Stroke
    others: tuple[bool, bool] = (False, False)

    def is_unclear(self, cells: np.ndarray) -> bool:
        """True if the ink goes around the box, through it or beside it; cells: 6 x 6, 0..1, inside the box."""
        on = cells >= 0.5
        least, most = sorted(self.beyond)[-2:]
        if least > AROUND_MM or most > STRUCK_MM or min(self.beyond[2:]) > LINE_MM:
            return True
        return self._is_scribble(on) or self._is_line(on) or self._is_struck(on) or self._is_aside(on)

    def is_tick(self) -> bool:
        """True if ink that marks little of the box is a whole mark that belongs to no other: a tick that overshoots."""
        least, most_aside, most_beyond = (
            (GRID_HEIGHT, GRID_ASIDE, GRID_BEYOND) if any(self.others) else (TICK_HEIGHT, TICK_ASIDE, TICK_BEYOND)
        )
        if sum(self.beyond) > most_beyond or self._is_level_line():
            return False
        sideways, upright = map(abs, self.aside)
        is_large = self.stroke.width >= TICK_WIDTH and self.stroke.height >= least
        return is_large and sideways <= most_aside and upright <= MOST_ASIDE

    def _is_scribble(self, on: np.ndarray) -> bool:
        """True if ink covers the box and what lies around it; a filled box may lie beside its place, but is smaller."""
        if max(self.stroke.width, self.stroke.height) <= MOST_FILLED:
            return False
        return sum(self.bands) > (COVER_FILLED if np.count_nonzero(on) >= FILLED else MOST_COVER)

    def _is_level_line(self) -> bool:
        return self.stroke.width > LINE_WIDTH and self.stroke.level < LINE_LEVEL

    def _is_line(self, on: np.ndarray) -> bool:
        """True if one line crosses the box from side to side and goes on."""
        is_long = self.stroke.width > LINE_LONG and self.stroke.level < LINE_STEEP
        if is_long and self.stroke.spread < STRAIGHT and min(self.bands[:2]) > LINE_LEAVES:
            return True
        if _thickness(on) >= THIN:
            return False
        goes_on = min(self.beyond[:2]) > LINE_MM
        leaves = min(self.bands[:2]) > LINE_BESIDE and max(self.beyond[:2]) > LINE_MM
        columns, rows = np.asarray(on.any(0)), np.asarray(on.any(1))
        is_level = (leaves or self._is_level_line()) and _extent(columns) >= 5 and _extent(rows) <= 4
        # A tick leaves the middle of a box empty.
        return (goes_on or is_level) and bool(on[2:4, 2:4].any())

    def _is_struck(self, on: np.ndarray) -> bool:
        """True if a line lies across the whole box beside a mark that does not fill it, and goes on."""
        return max(self.beyond[:2]) > GOES_ON_MM and bool(on.all(1).any() and (on.sum(1) <= 4).sum() >= 2)

    def _is_aside(self, on: np.ndarray) -> bool:
        """True if the ink lies at one side of the box, so that it may belong to the next."""
        sideways, upright = map(abs, self.aside)
        if np.hypot(sideways, upright) > MOST_ASIDE:
            return True
        if any(beyond > LINE_MM for beyond, is_there in zip(self.beyond, self.others, strict=False) if is_there):
            return True
        if sideways <= ASIDE_LEAVING or not self.others[self.aside[0] > 0]:
            return False
        if sideways > BETWEEN:
            return True
        return max(self.bands[:2]) > LEAVING and _is_forked(on)


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
class Square:
    """The samples around a box of one size: where they are (mm from its middle), and which belong to what."""

    places: np.ndarray  # rows x columns x 2
    beyond: list[np.ndarray]  # flat indices by side: left, right, above, below
    bands: list[np.ndarray]  # the same
    inside: np.ndarray  # flat, bool
    weighed: np.ndarray  # flat, bool: outside


@dataclass(frozen=True, eq=False)
class Bare:
    """Which samples of a square should be bare paper (flat, bool), and which of them no other box's mark reaches."""

    paper: np.ndarray
    alone: np.ndarray
    others: tuple[bool, bool]  # whether another box stands left of it, and right of it


def look_near(
    grey: Grey, projection: Projection, layout: Layout, page: Page, scores: Scores, *, black: float
) -> list[Near | None]:
    """Return what lies near each box that would count as marked, None for the others; black: grey of print."""
    return [
        _near(look(grey, projection, box, shift).ravel(), box, bare, black) if inside >= LEAST_SCORE else None
        for box, inside, shift, bare in zip(
            page.marks, scores.inside, scores.shifts, bare_places(layout, page), strict=True
        )
    ]


def believed(
    inside: Sequence[float], cells: np.ndarray, near: Sequence[Near | None], rows: Sequence[float]
) -> list[float]:
    """Return the scores inside, but MOST_PALE at most where a mark may not mean its box, and TICK where it surely does.

    cells: of each box; rows: ink along each row, 0..1.
    """
    result = []
    for score, row, seen, box in zip(inside, rows, near, cells, strict=True):
        is_alone = row <= MOST_ALONG
        if seen and is_alone and LEAST_SCORE <= score < TICK and seen.is_tick():
            result.append(TICK)
        elif not is_alone or (seen and seen.is_unclear(box)):
            result.append(min(score, MOST_PALE))
        else:
            result.append(score)
    return result


def look(grey: Grey, projection: Projection, box: MarkBox, shift: np.ndarray) -> Grey:
    """Return the samples around a box, laid under its own outline; shift: from its place, mm."""
    middle = np.array([box.x, box.y]) / 1000 + box.size / 2000 + shift
    return np.asarray(cv2.blur(sample(grey, projection.project(square_of(box.size).places + middle)), (3, 3)))


def _near(seen: np.ndarray, box: MarkBox, bare: Bare, black: float) -> Near | None:
    square, size = square_of(box.size), box.size / 1000
    paper = seen[bare.paper]
    if len(paper) < _LEAST_PAPER:
        return None
    at = round(0.75 * (len(paper) - 1))
    white = float(np.partition(paper, at)[at])
    ink = seen < white - INK * max(white - black, 1)
    outside, alone = ink & bare.paper, ink & bare.alone
    weighed = np.flatnonzero(ink & square.inside | outside & square.weighed)
    places = square.places.reshape(-1, 2)
    aside = places[weighed].mean(0) / size if len(weighed) else np.zeros(2)
    own = weighed[np.abs(np.hypot(*places[weighed].T) - size / 2) > _LINE] if box.shape == "round" else weighed
    unit = STEP**2 / _STROKE * min(1.0, _USUAL / size)
    return Near(
        beyond=tuple(np.count_nonzero(alone[part]) * unit for part in square.beyond),
        bands=tuple(
            int(np.count_nonzero(outside[part])) / max(1, int(np.count_nonzero(bare.paper[part])))
            for part in square.bands
        ),
        aside=(float(aside[0]), float(aside[1])),
        stroke=Stroke.of(places[own] / size),
        others=bare.others,
    )


@lru_cache(maxsize=32)
def square_of(size: int) -> Square:
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
    return Square(
        places=np.stack([x, y], -1),
        beyond=[np.flatnonzero(far & side & sector) for side, sector, _along in sides],
        bands=[np.flatnonzero(near & side & (abs(along) < across / 2)) for side, _sector, along in sides],
        inside=(away < _WEIGHED[0]).ravel(),
        weighed=((away > _BAND[0]) & (away < _WEIGHED[1])).ravel(),
    )


@kept(_KEPT)
def bare_places(layout: Layout, page: Page) -> list[Bare]:
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
    return [Bare(_under(bare, box), _under(alone, box), _others(page, box)) for box in page.marks]


def _others(page: Page, box: MarkBox) -> tuple[bool, bool]:
    away = [other.x - box.x for other in page.marks if abs(other.y - box.y) < box.size]
    return any(-_NEXT * box.size < x < 0 for x in away), any(0 < x < _NEXT * box.size for x in away)


def _under(bare: np.ndarray, box: MarkBox) -> np.ndarray:
    """Return what a page's fine picture says at the samples of a box."""
    middle = np.array([box.x + box.size / 2, box.y + box.size / 2]) / 1000
    at = ((square_of(box.size).places + middle) / FINE).astype(int).reshape(-1, 2)
    return np.asarray(bare[np.clip(at[:, 1], 0, len(bare) - 1), np.clip(at[:, 0], 0, bare.shape[1] - 1)])
