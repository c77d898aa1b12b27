"""Stains: shade in a box that no pen left.

A pale mark and a stain look alike inside a box. Outside they do not: a ring of coffee, a damp edge or a shadow is
wider than a pen's stroke, and it goes on past the box on more than one side, once at least above or below it. Shade
that does both is taken off the scores of its box. Whatever has a thin line in it, is dark somewhere, ends near the
box, or runs along the row as a highlighter does, is left to people.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from printouts.geometry import Layout, MarkBox, Page
from printouts.read.images import Grey
from printouts.read.marks import MOST_PALE, Scores
from printouts.read.near import STEP, bare_places, look, square_of
from printouts.read.straighten import Projection

LEAST_INSIDE, LEAST_AROUND = 0.005, 0.02  # scores of a box that is looked at
SHADE = 0.05  # darkness (0 paper, 1 print) that is shade
DARK = 0.36  # of one sample: no stain
THIN_MM = 1.4  # narrower shade is a line
THIN, THIN_SHARE, CLEARLY_THIN = 0.05, 0.45, 0.08  # darker than what lies beside it, and that share of its darkness
MOST_THIN = 2  # samples of such lines: grain
NEAR_MM = 1.3  # outside the outline: what counts for the box
FAR = 0.62  # sizes of the box outside the outline: shade there goes on; a highlighter over the box ends before
LEAST_FAR = 4  # samples of shade in a direction
DIRECTIONS = 8
APART = 2  # of the directions: a quarter of a turn
_BRIDGE_MM = 1.0  # of outline or print that shade is followed across, from either side
_OUTLINE = (-1.1, 0.45)  # mm outside the outline: its ink hides what lies there


def without_stains(
    grey: Grey, projection: Projection, layout: Layout, page: Page, scores: Scores, *, black: float
) -> tuple[list[float], list[float]]:
    """Return the scores inside and around each box, 0 where only a stain was seen; black: grey of print."""
    inside, around = list(scores.inside), list(scores.around)
    for index, (box, bare) in enumerate(zip(page.marks, bare_places(layout, page), strict=True)):
        if inside[index] > MOST_PALE or (inside[index] < LEAST_INSIDE and around[index] < LEAST_AROUND):
            continue
        seen = look(grey, projection, box, scores.shifts[index])
        if is_stain(seen, square_of(box.size).places, box, bare.paper, black):
            inside[index] = around[index] = 0.0
    return inside, around


def is_stain(seen: Grey, places: np.ndarray, box: MarkBox, bare: np.ndarray, black: float) -> bool:
    """True if all shade in the box and beside it is a stain that goes on.

    seen: the samples around the box; places: of each from its middle, mm; bare: whether there should be nothing but
    paper, flat.
    """
    away = _away(box.shape, box.size)
    paper, inside = bare.reshape(seen.shape) & (away > _OUTLINE[1]), away < _OUTLINE[0]
    if np.count_nonzero(paper) < seen.size // 8:
        return False
    white = float(np.percentile(seen[paper], 75))
    contrast = max(white - black, 1.0)
    darkness = (white - seen.astype(np.float32)) / contrast
    near = inside | (paper & (away < NEAR_MM))
    if darkness[near].max() > DARK or _lines(seen, darkness, contrast)[near].sum() > MOST_THIN:
        return False
    shade = (darkness > SHADE) & (paper | inside)
    reach = 2 * round(_BRIDGE_MM / STEP) + 1
    hidden = ~(paper | inside) & (cv2.dilate(shade.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0)
    _count, labels = cv2.connectedComponents((shade | hidden).astype(np.uint8))
    counts = np.bincount(labels[shade & near])
    here = [label for label, count in enumerate(counts) if label and count > MOST_THIN]
    return bool(here) and all(_goes_on(places[shade & (labels == label)] / box.size * 1000) for label in here)


def _lines(seen: Grey, darkness: np.ndarray, contrast: float) -> np.ndarray:
    """Return where something thin is darker than what lies on both sides of it."""
    side = round(THIN_MM / STEP) | 1
    closed = cv2.morphologyEx(seen, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    thin = (closed.astype(np.float32) - seen) / contrast
    return (thin > CLEARLY_THIN) | ((thin > THIN) & (thin > THIN_SHARE * darkness))


def _goes_on(places: np.ndarray) -> bool:
    """True if shade lies far from the box in directions a quarter of a turn apart, and above or below it.

    places: of its samples, in sizes of the box from its middle.
    """
    x, y = places[np.abs(places).max(1) > 0.5 + FAR].T
    if np.count_nonzero(np.abs(y) > 0.5 + FAR) < LEAST_FAR:
        return False
    sectors = np.round(np.arctan2(y, x) / (2 * np.pi) * DIRECTIONS).astype(int) % DIRECTIONS
    return _widest(np.flatnonzero(np.bincount(sectors, minlength=DIRECTIONS) >= LEAST_FAR)) >= APART


def _widest(there: Sequence[int] | np.ndarray) -> int:
    """Return how far the directions lie apart at most, the shorter way round."""
    turns = [abs(int(one) - int(other)) for one in there for other in there]
    return max((min(turn, DIRECTIONS - turn) for turn in turns), default=0)


@lru_cache(maxsize=32)
def _away(shape: str, size: int) -> np.ndarray:
    """Return how far outside the outline of a box each sample around it lies, mm; size: micrometres."""
    x, y = np.moveaxis(square_of(size).places, -1, 0)
    return np.asarray((np.hypot(x, y) if shape == "round" else np.maximum(abs(x), abs(y))) - size / 2000)
