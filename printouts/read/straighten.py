"""The page laid straight, without moving a pixel.

Warping a whole page costs more than everything else; so the layout's places are
projected into the image instead. Paper that is not flat is told by its mark boxes
(``bend``): places are then moved on the page before they are projected.
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
    """matrix: 3 x 3, page millimetres to image pixels. residual_mm: the worst of the markers' corners.

    bend: 10 x 2, None for a flat page: what ``terms`` of a place add to it, in millimetres.
    """

    matrix: np.ndarray
    residual_mm: float
    bend: np.ndarray | None = None

    def project(self, points: np.ndarray) -> np.ndarray:
        """Return image pixels, shape (..., 2), float32, of page millimetres, shape (..., 2)."""
        m = self.matrix
        if self.bend is not None:
            points = points + np.einsum("...i,ij->...j", terms(points), self.bend)  # not @: its threads cost more
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


def terms(points: np.ndarray) -> np.ndarray:
    """Return for page millimetres, shape (..., 2), the terms of a curved page: (..., 10), to the third power."""
    x, y = points[..., 0] / 100 - 1, points[..., 1] / 100 - 1.5
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y, x * x * y, x * y * y, x**3, y**3], -1)


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
    page = corner_places(markers, corners.ids)
    image = corners.points.reshape(-1, 2).astype(np.float64)
    matrix, _ = cv2.findHomography(page, image, 0)
    if matrix is None or not np.isfinite(matrix).all():
        raise ReadingRefused("distorted")
    flat = Projection(matrix, 0.0)
    misses = np.linalg.norm(flat.project(page) - image, axis=1) / flat.pixels_per_mm
    return Projection(matrix, float(misses.max()))


def corner_places(markers: Sequence[Marker], ids: Sequence[int]) -> np.ndarray:
    """Return where the corners of these markers are on the page, in mm, in the order of ``Corners.points``."""
    return np.array(
        [
            [(marker.x + dx * marker.size) / 1000, (marker.y + dy * marker.size) / 1000]
            for marker in markers
            if marker.id in ids
            for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1))
        ]
    )


def sample(grey: Grey, places: np.ndarray) -> np.ndarray:
    """Return the image at fractional places, shape (rows, columns, 2); beyond its edge the edge goes on."""
    x, y = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
    return np.asarray(cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def coarse(grey: Grey, projection: Projection, size: tuple[float, float], step: float) -> Grey:
    """Return the whole page straight, one sample each ``step`` mm in its middle; size: of the page in mm."""
    columns, rows = round(size[0] / step), round(size[1] / step)
    if projection.bend is not None:
        # Paper bends slowly: one place in 16 is projected, those between lie between.
        across, down = (np.arange(count // 16 + 2) * 16 * step for count in (columns, rows))
        few = projection.project(np.stack(np.meshgrid(across, down), -1))
        at = np.meshgrid(*((np.arange(count, dtype=np.float32) + 0.5) / 16 for count in (columns, rows)))
        return sample(grey, cv2.remap(few, at[0], at[1], cv2.INTER_LINEAR))
    to_page = np.array([[step, 0, step / 2], [0, step, step / 2], [0, 0, 1]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpPerspective(
        grey, projection.matrix @ to_page, (columns, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )


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
