"""Whether two images of one card show the same writing: a second scan does, a photocopy that was written on does not.

Both images are upright and whole, as the reader makes them. What is printed is left out; what is written is looked for
near where the other image has it, so that a fold or a feeder does not make another writing of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from printouts.geometry import Layout
from printouts.read.images import Grey
from printouts.read.prints import FINE, printed

SAME = 0.85  # likeness of two images of one card
_CELL = 0.4  # mm between two samples
_TILE = (60, 24)  # samples: a piece of one line
_REACH = 4  # samples by which a tile may lie elsewhere
_SOFT = 1.2  # samples
_INK = 0.8  # of the brightness of the paper around
_PRINT = 1.2  # mm kept from print
_LEAST = 25  # samples with ink in a tile: fewer is a speck


def likeness(first: Grey, second: Grey, layout: Layout) -> float:
    """Return how far the writing is the same, 0..1; of two cards with nothing written on them, 1.

    Tile by tile the writing of one image is laid over that of the other, where it fits best; each tile speaks by the
    ink that it has.
    """
    blank = _bare(layout)
    one, other = (_ink(image, layout) & blank for image in (first, second))
    met, total = 0.0, 0
    for mine, theirs in ((one, other), (other, one)):
        soft = [cv2.GaussianBlur(ink.astype(np.float32), (0, 0), _SOFT) for ink in (mine, theirs)]
        for rows, columns in _tiles(mine.shape):
            ink = int(np.count_nonzero(mine[rows, columns]))
            if ink >= _LEAST:
                total += ink
                met += ink * _best(soft[0], soft[1], rows, columns)
    return met / total if total else 1.0


def _tiles(shape: tuple[int, ...]) -> Iterator[tuple[slice, slice]]:
    wide, high = _TILE
    for top in range(_REACH, shape[0] - high - _REACH, high):
        for left in range(_REACH, shape[1] - wide - _REACH, wide):
            yield slice(top, top + high), slice(left, left + wide)


def _best(mine: np.ndarray, theirs: np.ndarray, rows: slice, columns: slice) -> float:
    there = theirs[rows.start - _REACH : rows.stop + _REACH, columns.start - _REACH : columns.stop + _REACH]
    if not there.any():
        return 0.0
    found = cv2.matchTemplate(there, np.ascontiguousarray(mine[rows, columns]), cv2.TM_CCOEFF_NORMED)
    return max(0.0, float(found.max()))


def _ink(image: Grey, layout: Layout) -> np.ndarray:
    size = round(layout.width / 1000 / _CELL), round(layout.height / 1000 / _CELL)
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    paper = cv2.blur(cv2.dilate(small, np.ones((15, 15), np.uint8)), (15, 15))
    return np.asarray(small < paper * _INK)


def _bare(layout: Layout) -> np.ndarray:
    size = round(layout.width / 1000 / _CELL), round(layout.height / 1000 / _CELL)
    reach = 2 * round(_PRINT / FINE) + 1
    page = layout.page(1)
    taken = cv2.dilate(printed(layout, page), np.ones((reach, reach), np.uint8))
    bare = cv2.resize(taken * 255, size, interpolation=cv2.INTER_AREA) == 0
    own = [(page.qr.x, page.qr.y, page.qr.size, page.qr.size + 9_000), (0, 0, layout.width, 18_000)]
    for x, y, wide, high in own:  # the code, its words and the word of a test card are on no layout
        left, top, right, foot = (round(edge / 1000 / _CELL) for edge in (x, y, x + wide, y + high))
        bare[top:foot, left:right] = False
    rim = round(3 / _CELL)
    for edge in (bare, bare.T):
        edge[:rim] = edge[-rim:] = False
    return np.asarray(bare)
