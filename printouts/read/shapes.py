"""What the ink of one mark says: whether it means the box that it lies in.

Crosses, ticks and filled boxes overshoot at the corners of their box, by less than half its size. What goes on further
level with the box, above and below its middle, or from corner to corner goes around it, through it, or strikes it out;
a mark that lies at one side of the box may belong to the next, unless it turns or crosses in this one. Nobody but
people can say what was meant by the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

AROUND_MM = 2.5  # of ink beyond two sides: it goes around the box, or through it
STRUCK_MM = 5.0  # of ink beyond one side
GOES_ON_MM = 1.2  # the same, of a box with a line across
LINE_MM = 0.3  # of ink beyond both sides of a box in which there is one line
LINE_BESIDE = 0.02  # where print may hide the one end: the share of the bands on both sides
THIN = 0.7  # cells: a line is thinner; ticks are not, nor crosses
MOST_COVER, COVER_FILLED = 1.05, 0.8  # of the four bands together: a scribble covers more; the same, of a filled box
FILLED = 30  # cells of a filled box
MOST_FILLED = 1.17  # sizes that the ink of a filled box reaches, across or down, wherever it lies
LINE_WIDTH, LINE_LEVEL = 1.3, 30  # sizes that a line on its way elsewhere reaches; degrees from the row at most
LINE_LONG, LINE_STEEP, LINE_LEAVES = 1.5, 38, 0.05  # the same, of one that covers this share of both bands
STRAIGHT = 0.08  # sizes that a line spreads: a tick spreads more
TICK_WIDTH, TICK_HEIGHT = 0.85, 0.55  # sizes that a mark reaches of which less than half lies in the box
TICK_ASIDE, TICK_BEYOND = 0.4, 0.5  # the same as MOST_ASIDE, sideways; as AROUND_MM, of all sides together
GRID_HEIGHT, GRID_ASIDE, GRID_BEYOND = 0.75, 0.2, 0.2  # the same three, where another box stands beside
MOST_ASIDE = 0.33  # sizes between the middle of the ink and that of the box
BETWEEN = 0.21  # the same, sideways, where another box stands on that side
ASIDE_LEAVING, LEAVING = 0.19, 0.25  # the same, where the arms leave at that side; the share of its band they cover
# Of a tick, which belongs to the box in which it turns: sizes between its foot and the middle of the box, sideways, and
# how far below at least; as MOST_ASIDE, and as ``beyond`` on the side to which its arm goes; ``spread``, ``forked``.
FOOT_ASIDE, FOOT_BELOW, FOOT_MOST_ASIDE, FOOT_BEYOND, FOOT_SPREAD, FOOT_FORKED = 0.3, 0.12, 0.38, 1.3, 0.06, 0.12
# The same of a cross, which belongs to the box in which it crosses; how much of the box it covers at least.
CROSS_FORKED, CROSS_MOST_ASIDE, CROSS_BEYOND, CROSS_COVERS = 0.2, 0.2, 0.6, 0.4
_FOOT = 0.12  # share of the ink that is its foot


@dataclass(frozen=True)
class Stroke:
    """The ink of one mark, inside its box and just outside, in sizes of the box.

    width, height: how far it reaches. level: degrees between the straight line through it and the row, 0 to 90.
    spread: how far it lies from that line (root of the mean square). foot: the middle of its lowest part, from the
    middle of the box, x and y. forked: the share of its width in which two strokes lie above each other.
    """

    width: float
    height: float
    level: float
    spread: float
    foot: tuple[float, float] = (0.0, 0.0)
    forked: float = 0.0

    @classmethod
    def of(cls, places: np.ndarray, forked: float = 0.0) -> Stroke:
        """places: of its samples, n x 2."""
        if len(places) < 3:
            return cls(0.0, 0.0, 0.0, 0.0)
        away = places - places.mean(0)
        spreads, lines = np.linalg.eigh(away.T @ away / len(places))
        across, down = np.abs(lines[:, 1])
        width, height = np.ptp(places, axis=0)
        spread = float(np.sqrt(max(0.0, spreads[0])))
        lowest = places[np.argsort(places[:, 1])[-max(1, round(_FOOT * len(places))) :]].mean(0)
        level = float(np.degrees(np.arctan2(down, across)))
        return cls(float(width), float(height), level, spread, (float(lowest[0]), float(lowest[1])), forked)


@dataclass(frozen=True)
class Near:
    """The ink of one neighbourhood; sides in the order left, right, above, below.

    beyond: ink further away than marks reach, level with the box or over its middle, as the length in mm that a stroke
    of 0.6 mm would have beside a box of 6.5 mm. corners: the same beyond the corners, further than the arms of a wide
    cross; above left, below right, above right, below left. bands: share of the band beside each side that has ink.
    aside: from the middle of the box to the middle of its ink, x and y, in sizes of the box. others: whether another
    box stands beside this one, left and right.
    """

    beyond: tuple[float, ...]
    bands: tuple[float, ...]
    aside: tuple[float, float]
    stroke: Stroke
    others: tuple[bool, bool] = (False, False)
    corners: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)

    def is_unclear(self, cells: np.ndarray) -> bool:
        """True if the ink goes around the box, through it or beside it; cells: 6 x 6, 0..1, inside the box."""
        on = cells >= 0.5
        least, most = sorted(self.beyond)[-2:]
        if least > AROUND_MM or most > STRUCK_MM or min(self.beyond[2:]) > LINE_MM:
            return True
        if self._is_diagonal():
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

    def _is_diagonal(self) -> bool:
        """True if a line goes on beyond two opposite corners; of one that is straight, one end may lie under print."""
        is_long = min(self.stroke.width, self.stroke.height) > LINE_WIDTH
        if is_long and self.stroke.spread < STRAIGHT and max(self.corners) > LINE_MM:
            return True
        return min(self.corners[:2]) > LINE_MM or min(self.corners[2:]) > LINE_MM

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
        goes_through = min(self.beyond[:2]) > LINE_MM
        if not goes_through and (self._stands_inside() or self._crosses_inside(on)):
            return False
        sideways = abs(self.aside[0])
        if self._away() > MOST_ASIDE:
            return True
        if any(beyond > LINE_MM for beyond, is_there in zip(self.beyond, self.others, strict=False) if is_there):
            return True
        if sideways <= ASIDE_LEAVING or not self.others[self.aside[0] > 0]:
            return False
        if sideways > BETWEEN:
            return True
        return max(self.bands[:2]) > LEAVING and _is_forked(on)

    def _stands_inside(self) -> bool:
        """True if it is a tick that turns in the box, however far its arm reaches over the next."""
        if self.stroke.forked > FOOT_FORKED or self.stroke.spread < FOOT_SPREAD:
            return False
        if self._away() > FOOT_MOST_ASIDE or max(self.beyond) > FOOT_BEYOND:
            return False
        sideways, below = self.stroke.foot
        return abs(sideways) <= FOOT_ASIDE and below >= FOOT_BELOW

    def _crosses_inside(self, on: np.ndarray) -> bool:
        """True if it is a cross whose arms lie around the middle of the box, though one reaches over the next."""
        if self.stroke.forked < CROSS_FORKED or on.mean() < CROSS_COVERS:
            return False
        return self._away() <= CROSS_MOST_ASIDE and max(self.beyond) <= CROSS_BEYOND

    def _away(self) -> float:
        """Sizes between the middle of the ink and that of the box."""
        return float(np.hypot(*self.aside))


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
