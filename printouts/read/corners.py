"""The corner markers found on a page.

Looking near the four corners of the image costs a millisecond or two; only if a
marker is missing there is the whole page searched. Our four markers differ from
each other's mirror images, so a page seen from behind shows none of them: it is
turned over to be sure, and refused as mirrored.

Three markers are enough: a feeder that cuts off a corner has often left the rest
of the page whole. They say where to look; each mark box must then be found under
its own outline, as on any page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from printouts.geometry import MARKER_IDS, PAPERS, corner_markers
from printouts.read.images import Grey
from printouts.read.refusals import ReadingRefused

Watch = Callable[[str, np.ndarray], None]

_LOOK = 1_300  # pixels: length of the page at which markers are looked for (4.4 a millimetre)
_LOOK_CLOSER = 2_400
_SHARE = 0.26  # of width and height: a corner region
_ENOUGH = 3  # markers
_FAR_APART = 3  # times a marker's side: the same marker twice


@dataclass(frozen=True)
class Corners:
    """points: 4 markers (or 3) x 4 corners x (x, y), image pixels; ids: of the markers.

    Markers in the order of MARKER_IDS (clockwise from the page's top left), the
    corners of each clockwise from its own top left. Whole pixels are centres.
    """

    points: np.ndarray
    ids: tuple[int, ...] = MARKER_IDS

    @property
    def are_all(self) -> bool:
        return len(self.ids) == len(MARKER_IDS)


def find_corners(grey: Grey, *, watch: Watch | None = None) -> Corners:
    """Return the markers, at least three. Raises ReadingRefused: two_sheets, mirrored, no_corners, too_cropped."""
    found = _near_corners(grey)
    if _missing(found) or _leaves_room(found, grey):
        found = _whole(grey, _LOOK, found)
    if _missing(found):
        found = _whole(grey, _LOOK_CLOSER, found)
    if watch:
        watch("corners", _drawn(grey, found))
    if any(_is_twice(places) for places in found.values()):
        raise ReadingRefused("two_sheets")
    ids = tuple(id for id in MARKER_IDS if found.get(id))
    if len(ids) < len(MARKER_IDS):
        _refuse_if_few(grey, found, ids)
    points = np.stack([found[id][0] for id in ids])
    if not _is_one_page(points):
        raise ReadingRefused("no_corners", found=len(ids))
    return Corners(points, ids)


def _refuse_if_few(grey: Grey, found: Found, ids: tuple[int, ...]) -> None:
    """Raise ReadingRefused if the markers found are not enough to lay a page straight."""
    behind = sum(1 for places in _whole(cv2.flip(grey, 1), _LOOK, {}).values() if places)
    if behind > len(ids):
        raise ReadingRefused("mirrored")
    if len(ids) < _ENOUGH:
        raise ReadingRefused("too_cropped" if _goes_on(grey, found, ids) else "no_corners", found=len(ids))


def _goes_on(grey: Grey, found: Found, ids: tuple[int, ...]) -> bool:
    """True if the markers that are missing lie outside the image: it shows a part of the page."""
    if len(ids) < 2:
        return False
    width, height = PAPERS["A4"]
    markers = [marker for marker in corner_markers(width, height) if marker.id in ids]
    page = np.array([[marker.x + marker.size / 2, marker.y + marker.size / 2] for marker in markers])
    seen = np.array([found[marker.id][0].mean(0) for marker in markers])
    matrix, _inliers = cv2.estimateAffinePartial2D(page, seen)
    missing = [marker for marker in corner_markers(width, height) if marker.id not in ids]
    places = np.array([[marker.x + marker.size / 2, marker.y + marker.size / 2, 1] for marker in missing])
    x, y = matrix @ places.T
    rows, columns = grey.shape
    reach = _side(found[ids[0]][0]) / 2
    return bool(((x < reach) | (y < reach) | (x > columns - reach) | (y > rows - reach)).all())


Found = dict[int, list[np.ndarray]]  # marker id: places, each 4 x 2


@lru_cache(maxsize=1)
def _detector() -> cv2.aruco.ArucoDetector:
    """Return a detector that knows our four markers and no others."""
    every = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    ours = cv2.aruco.Dictionary(np.ascontiguousarray(every.bytesList[list(MARKER_IDS)]), 4, 2)
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    settings.cornerRefinementWinSize = 4
    settings.adaptiveThreshWinSizeMin = 13
    settings.adaptiveThreshWinSizeMax = 33
    settings.adaptiveThreshWinSizeStep = 20
    settings.minMarkerPerimeterRate = 0.03
    return cv2.aruco.ArucoDetector(ours, settings)


def _detect(picture: Grey, scale: float, left: int, top: int, found: Found) -> None:
    """Add the markers seen in a region to found; scale: of the picture to the image."""
    boxes, ids, _ = _detector().detectMarkers(picture)
    for box, index in zip(boxes, [] if ids is None else ids.ravel(), strict=True):
        place = (box.reshape(4, 2) + 0.5) / scale - 0.5 + (left, top)
        places = found.setdefault(MARKER_IDS[int(index)], [])
        if not any(np.linalg.norm(place.mean(0) - other.mean(0)) < _side(other) for other in places):
            places.append(place)


def _near_corners(grey: Grey) -> Found:
    height, width = grey.shape
    scale = min(1.0, _LOOK / max(height, width))
    w, h = int(width * _SHARE), int(height * _SHARE)
    found: Found = {}
    for left, top in ((0, 0), (width - w, 0), (width - w, height - h), (0, height - h)):
        _detect(_smaller(grey[top : top + h, left : left + w], scale), scale, left, top, found)
    return found


def _whole(grey: Grey, length: int, found: Found) -> Found:
    found = {id: list(places) for id, places in found.items()}
    scale = min(1.0, length / max(grey.shape))
    _detect(_smaller(grey, scale), scale, 0, 0, found)
    return found


def _smaller(picture: Grey, scale: float) -> Grey:
    if scale >= 1:
        return np.ascontiguousarray(picture)
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _missing(found: Found) -> list[int]:
    return [id for id in MARKER_IDS if not found.get(id)]


def _side(place: np.ndarray) -> float:
    return float(np.linalg.norm(place - np.roll(place, 1, axis=0), axis=1).mean())


def _is_twice(places: list[np.ndarray]) -> bool:
    return any(
        np.linalg.norm(places[0].mean(0) - other.mean(0)) > _FAR_APART * _side(places[0]) for other in places[1:]
    )


def _leaves_room(found: Found, grey: Grey) -> bool:
    """True if a second page may lie in the image: this one is small, or has no page's proportions."""
    outline = np.array([found[id][0].mean(0) for id in MARKER_IDS], np.float32)
    sides = np.linalg.norm(outline - np.roll(outline, 1, axis=0), axis=1)  # left, top, right, foot
    proportion = (sides[0] + sides[2]) / max(sides[1] + sides[3], 1)
    return cv2.contourArea(outline) < 0.5 * grey.size or not 1.15 < proportion < 1.7


def _is_one_page(points: np.ndarray) -> bool:
    """True if the markers stand clockwise around one convex page and are about equally large."""
    outline = points.mean(1).astype(np.float32)
    sides = [_side(place) for place in points]
    turns = [np.cross(np.append(b - a, 0), np.append(c - b, 0))[2] for a, b, c in _corners_of(outline)]
    return all(turn > 0 for turn in turns) and max(sides) < 2.5 * min(sides)


def _corners_of(outline: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    count = len(outline)
    return [(outline[i], outline[(i + 1) % count], outline[(i + 2) % count]) for i in range(count)]


def _drawn(grey: Grey, found: Found) -> np.ndarray:
    picture = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    for id, places in found.items():
        for place in places:
            cv2.polylines(picture, [place.round().astype(np.int32)], True, (0, 0, 255), 3)
            x, y = place[0].round().astype(int)
            cv2.putText(picture, str(id), (int(x), int(y)), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 255), 2)
    return picture
