"""Sheets that lie before a camera: drawn, marked, and seen from above a table, near or far, dark or blurred."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from printouts import simulate
from printouts.layout import lay_out
from tests.printouts.press import make_form, press

Grey = np.ndarray
DRAWN_PER_MM = 200 / 25.4  # pixels in a millimetre of the drawn sheet
TABLE = 60  # grey of a dark surface


def marked_sheet(serial: bytes = b"sheet-0001", *, number: int = 1) -> Grey:
    """A sheet of ten choices with two crosses."""
    layout = lay_out(make_form(), number=number)
    [image] = simulate.rasterise(press(layout, [(serial, False)]), dpi=200)
    simulate.mark(image, layout, 1, ["p0", "p3"], np.random.default_rng(7), style="cross")
    return image


@dataclass(frozen=True)
class View:
    """How a camera stands to a sheet.

    size: width and height of the picture. per_mm: its pixels in a millimetre of paper. turn: degrees. tilt: by which
    share the far side is smaller. blur: mm. grain: grey levels. light, haze: what a shade is multiplied with, and what
    is added. across, down: mm from the middle.
    """

    size: tuple[int, int] = (1280, 960)
    per_mm: float = 3.0
    turn: float = 0
    tilt: float = 0
    blur: float = 0
    grain: float = 2
    light: float = 0.9
    haze: float = 8
    across: float = 0
    down: float = 0
    seed: int = field(default=1, compare=False)

    def but(self, **changes: float) -> View:
        return replace(self, **changes)


def seen(sheet: Grey, view: View, *, beside: tuple[Grey, View] | None = None) -> Grey:
    """The picture that the camera gives; ``beside``: another sheet that lies there as well."""
    width, height = view.size
    picture = np.full((height, width), TABLE, np.uint8)
    for one, how in [(sheet, view), *([beside] if beside else [])]:
        matrix = _projection(one, how)
        scale = how.per_mm / DRAWN_PER_MM
        fine = cv2.GaussianBlur(one, (0, 0), max(0.3, 0.4 / scale))
        laid = cv2.warpPerspective(fine, matrix, view.size, flags=cv2.INTER_LINEAR)
        covers = cv2.warpPerspective(np.full_like(one, 255), matrix, view.size) > 127
        picture = np.where(covers, laid, picture)
    if view.blur:
        picture = cv2.GaussianBlur(picture, (0, 0), view.blur * view.per_mm)
    grain = np.random.default_rng(view.seed).normal(0, view.grain, picture.shape)
    return np.clip(picture * view.light + view.haze + grain, 0, 255).astype(np.uint8)


def _projection(sheet: Grey, view: View) -> np.ndarray:
    height, width = sheet.shape
    scale = view.per_mm / DRAWN_PER_MM
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    from_middle = (corners - (width / 2, height / 2)) * scale
    angle = np.deg2rad(view.turn)
    turned = from_middle @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    nearer = 1 + view.tilt * turned[:, 1:] / (height * scale)
    middle = np.array(view.size) / 2 + np.array([view.across, view.down]) * view.per_mm
    return cv2.getPerspectiveTransform(corners, (turned * nearer + middle).astype(np.float32))
