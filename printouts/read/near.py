"""What lies around a marked box: how far the ink goes on outside, and on which side of the box it lies.

The neighbourhood is laid under the box's own outline, so that print can be told from ink to half a millimetre. Only
boxes that would count as marked are looked at. What it says of the mark: ``shapes``.
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
from printouts.read.shapes import Near, Stroke
from printouts.read.straighten import Projection, sample

STEP = 0.25  # mm between two samples
REACH = 1.25  # sizes of the box from its middle that are looked at
INK = 0.25  # darkness (0 paper, 1 print) that is ink
LEAST_SCORE = 0.05  # of a box that is looked at
MOST_ALONG = 0.02  # of ``beside.ROW_MM2``: a line of 2 mm along the row
TICK = 0.2  # score of such a mark
_WIDE = 1.0  # sizes from the middle, across and down: no arm of a mark reaches beyond
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


@dataclass(frozen=True, eq=False)
class Square:
    """The samples around a box of one size: where they are (mm from its middle), and which belong to what."""

    places: np.ndarray  # rows x columns x 2
    beyond: list[np.ndarray]  # flat indices by side: left, right, above, below
    corners: list[np.ndarray]  # the same, of what lies out there between two sides
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
    known = bare.paper & square.weighed | square.inside
    if box.shape == "round":
        known &= np.abs(np.hypot(*places.T) - size / 2) > _LINE
    own = weighed[known[weighed]]
    unit = STEP**2 / _STROKE * min(1.0, _USUAL / size)

    def length(parts: list[np.ndarray]) -> tuple[float, ...]:
        return tuple(int(np.count_nonzero(alone[part])) * unit for part in parts)

    return Near(
        beyond=length(square.beyond),
        corners=length(square.corners),
        bands=tuple(
            int(np.count_nonzero(outside[part])) / max(1, int(np.count_nonzero(bare.paper[part])))
            for part in square.bands
        ),
        aside=(float(aside[0]), float(aside[1])),
        stroke=Stroke.of(places[own] / size, _forked(*(one.reshape(square.places.shape[:2]) for one in (ink, known)))),
        others=bare.others,
    )


def _forked(ink: np.ndarray, known: np.ndarray) -> float:
    """Return ``Stroke.forked``; known: where print does not hide what is there, which parts no stroke in two."""
    rows = np.arange(len(ink))[:, None]
    last = np.maximum.accumulate(np.where(known, rows, 0), axis=0)
    seen = np.take_along_axis(ink & known, last, axis=0)
    strokes = (np.diff(seen.astype(np.int8), axis=0, prepend=0) > 0).sum(0)
    return int(np.count_nonzero(strokes > 1)) / max(1, int(np.count_nonzero(strokes)))


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
    wide = (np.maximum(abs(x), abs(y)) > _WIDE * across) & ~level & ~upright
    corners = [(x < 0) & (y < 0), (x > 0) & (y > 0), (x > 0) & (y < 0), (x < 0) & (y > 0)]
    return Square(
        places=np.stack([x, y], -1),
        beyond=[np.flatnonzero(far & side & sector) for side, sector, _along in sides],
        corners=[np.flatnonzero(wide & corner) for corner in corners],
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
