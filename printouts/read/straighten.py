"""The page laid straight, without moving a pixel.

Warping a whole page costs more than everything else; so the layout's places are
projected into the image instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from printouts.geometry import Marker
from printouts.read.corners import Corners
from printouts.read.images import Grey
from printouts.read.refusals import ReadingRefused

MOST_RESIDUAL = 0.9  # mm between a marker's corner and where a flat page would have it


@dataclass(frozen=True)
class Projection:
    """matrix: 3 x 3, page millimetres to image pixels. residual_mm: the worst of the 16 corners."""

    matrix: np.ndarray
    residual_mm: float

    def project(self, points: np.ndarray) -> np.ndarray:
        """Return image pixels, shape (..., 2), float32, of page millimetres, shape (..., 2)."""
        m = self.matrix
        x, y = points[..., 0], points[..., 1]
        w = m[2, 0] * x + m[2, 1] * y + m[2, 2]
        out = np.empty(points.shape, np.float32)
        out[..., 0] = (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / w
        out[..., 1] = (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / w
        return out

    @cached_property
    def pixels_per_mm(self) -> float:
        """Pixels of the image to a millimetre of the page, in its middle."""
        a, b, c = self.project(np.array([[100.0, 140.0], [110.0, 140.0], [100.0, 150.0]]))
        return float((np.linalg.norm(b - a) + np.linalg.norm(c - a)) / 20)

    @cached_property
    def turn(self) -> int:
        """Degrees (0, 90, 180, 270) by which the page lies turned clockwise in the image."""
        a, b = self.project(np.array([[100.0, 140.0], [110.0, 140.0]]))
        x, y = b - a
        if abs(x) >= abs(y):
            return 0 if x > 0 else 180
        return 90 if y > 0 else 270


def straighten(corners: Corners, markers: Sequence[Marker]) -> Projection:
    """Return the projection that takes the layout's markers to the corners found.

    Raises ReadingRefused (distorted) if no flat page fits.
    """
    projection = fit(corners, markers)
    if projection.residual_mm > MOST_RESIDUAL:
        raise ReadingRefused("distorted", residual_mm=round(projection.residual_mm, 2))
    return projection


def fit(corners: Corners, markers: Sequence[Marker]) -> Projection:
    """Return the best projection, however bad. Raises ReadingRefused if there is none."""
    page = np.array(
        [
            [(marker.x + dx * marker.size) / 1000, (marker.y + dy * marker.size) / 1000]
            for marker in markers
            for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1))
        ]
    )
    image = corners.points.reshape(16, 2).astype(np.float64)
    matrix, _ = cv2.findHomography(page, image, 0)
    if matrix is None or not np.isfinite(matrix).all():
        raise ReadingRefused("distorted")
    flat = Projection(matrix, 0.0)
    misses = np.linalg.norm(flat.project(page) - image, axis=1) / flat.pixels_per_mm
    return Projection(matrix, float(misses.max()))


def sample(grey: Grey, places: np.ndarray) -> np.ndarray:
    """Return the image at fractional places, shape (rows, columns, 2); beyond its edge the edge goes on."""
    x, y = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
    return np.asarray(cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def upright(grey: Grey, projection: Projection, box: tuple[float, float, float, float], *, dpi: int = 150) -> Grey:
    """Return a part of the page, straight and upright, for people to look at.

    box: x, y, width, height in page millimetres.
    """
    x, y, width, height = box
    per_mm = dpi / 25.4
    size = (max(1, round(width * per_mm)), max(1, round(height * per_mm)))
    to_page = np.array([[1 / per_mm, 0, x], [0, 1 / per_mm, y], [0, 0, 1]])
    return cv2.warpPerspective(
        grey, projection.matrix @ to_page, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=255
    )
