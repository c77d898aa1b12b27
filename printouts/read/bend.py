"""Paper that is not flat: where its mark boxes lie tells how it bends.

The corner markers of a page that was rolled or folded can be right while its
middle lies millimetres away. The printed outlines of the boxes are looked for
within ``REACH`` of their places, and a smooth surface (third power) is laid
through those that are seen well, and through the markers. It only says where
to look: each box must afterwards be found under its own outline as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np

from printouts.geometry import MarkBox, Marker
from printouts.read.corners import Corners
from printouts.read.images import Grey
from printouts.read.straighten import Projection, corner_places, sample, terms

REACH = 4.0  # mm that a box may lie beside its place: less than half the way to the next row
_STEP = 0.25  # mm between two samples
_SPARE = 2  # samples of the kernel outside the outline
_LEAST_OUTLINE = 0.4  # darkness of an outline that is believed
_LEAST_BOXES = 3
_MOST_MISS = 0.8  # mm between a box and the surface: else it was no box
_STIFF = np.array([0, 0.02, 0.02, 0.05, 0.05, 0.05, 0.2, 0.2, 0.2, 0.2])  # how unwillingly paper bends so


def bent(
    grey: Grey, projection: Projection, corners: Corners, markers: Sequence[Marker], marks: Sequence[MarkBox]
) -> Projection | None:
    """Return the projection of the page as it bends, None where too few boxes tell."""
    middles = np.array([[box.x + box.size / 2, box.y + box.size / 2] for box in marks]) / 1000
    shifts, seen = _find(grey, projection, marks)
    kept = seen >= _LEAST_OUTLINE
    places = corner_places(markers, corners.ids)
    misses = _on_page(projection, corners.points.reshape(-1, 2)) - places
    for _round in range(2):
        if kept.sum() < _LEAST_BOXES:
            return None
        bend = _surface(np.vstack([middles[kept], places]), np.vstack([shifts[kept], misses]))
        away = np.linalg.norm(terms(middles) @ bend - shifts, axis=1)
        kept &= away <= _MOST_MISS
    return replace(projection, bend=bend)


def _surface(places: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Return the coefficients (10 x 2) of the surface through the moved places."""
    known = terms(places)
    stiff = np.diag(_STIFF * len(places))
    return np.linalg.solve(known.T @ known + stiff + 1e-6 * np.eye(10), known.T @ moved)


def _on_page(projection: Projection, pixels: np.ndarray) -> np.ndarray:
    """Return page millimetres of image pixels, on the flat page."""
    return cv2.perspectiveTransform(pixels[None].astype(np.float64), np.linalg.inv(projection.matrix))[0]


def _find(grey: Grey, projection: Projection, marks: Sequence[MarkBox]) -> tuple[np.ndarray, np.ndarray]:
    """Return how far each box lies from its place (mm, n x 2), and how dark its outline is there, 0..1."""
    shifts, seen = np.zeros((len(marks), 2)), np.zeros(len(marks))
    for index, box in enumerate(marks):
        line, ink = _outline(box.shape, box.size, box.line)
        side = len(ink) + 2 * (round(REACH / _STEP) - _SPARE)
        at = np.arange(side) * _STEP - REACH
        places = np.stack(np.meshgrid(box.x / 1000 + at, box.y / 1000 + at), -1)
        patch = cv2.blur(sample(grey, projection.project(places)), (3, 3)).astype(np.float32)
        white, black = np.percentile(patch, (75, 1))
        darkness = np.clip((white - patch) / max(white - black, 1), 0, 1).astype(np.float32)
        answer = cv2.matchTemplate(darkness, line, cv2.TM_CCORR)
        row, column = np.unravel_index(int(np.argmax(answer)), answer.shape)
        shifts[index] = (np.array([column, row]) + _SPARE) * _STEP - REACH
        seen[index] = darkness[row : row + len(ink), column : column + len(ink)][ink].mean()
    return shifts, seen


@lru_cache(maxsize=32)
def _outline(shape: str, size: int, line: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the kernel that answers most on a box's outline, and where the outline is; size, line: micrometres."""
    across, thick = size / 1000, line / 1000
    at = np.arange(round(across / _STEP) + 1) * _STEP - across / 2
    at = np.concatenate([at[0] - _STEP * np.arange(_SPARE, 0, -1), at, at[-1] + _STEP * np.arange(1, _SPARE + 1)])
    x, y = np.meshgrid(at, at)
    depth = across / 2 - (np.hypot(x, y) if shape == "round" else np.maximum(np.abs(x), np.abs(y)))
    ink = (depth > -0.05) & (depth < thick + 0.05)
    beside = ~ink & (depth < thick + 0.7)
    return (ink / ink.sum() - beside / beside.sum()).astype(np.float32), ink
