"""Ink on the printed number before a box: a mark in the wrong place.

People circle or cross the number and leave the box empty. What is printed there
is known: the page is drawn once without any sheet's code and compared.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2 as pdfium

from printouts.draw import draw_static, open_canvas
from printouts.geometry import Layout, MarkBox, Page
from printouts.read.images import Grey
from printouts.read.straighten import Projection, sample
from printouts.typefaces import width

STEP = 0.2  # mm between two samples
INK = 0.3  # darkness (0 paper, 1 print) that is ink
_MARGIN = 1.2  # mm looked at before the number
_CLEAR_OF_BOX = 0.5  # mm
_CLEAR_OF_PRINT = 0.5  # mm: paper stretches, ink spreads
_FAR = 25_000  # micrometres: a number belongs to the box if it ends nearer than this
_ACROSS = 512  # OpenCV samples no row longer than 32,767
_KEPT = 16

_known: dict[tuple[bytes, int], Zones] = {}


@dataclass(frozen=True)
class Zones:
    """points: places on the page in mm where nothing is printed, shape (rows, 512, 2); ends: of each box's points."""

    points: np.ndarray
    ends: list[int]


def ink_on_numbers(grey: Grey, projection: Projection, layout: Layout, page: Page, *, black: float) -> list[float]:
    """Return for each mark box the share of the bare paper around its number that has ink, 0..1.

    black: grey level of print on this page. A box without a printed number gets 0.
    """
    zones = _zones_of(layout, page)
    seen = sample(grey, projection.project(zones.points)).ravel()
    shares, start = [], 0
    for end in zones.ends:
        bare = seen[start:end]
        start = end
        if not bare.size:
            shares.append(0.0)
            continue
        white = float(np.percentile(bare, 85))
        shares.append(float((bare < white - INK * max(white - black, 1)).mean()))
    return shares


def _zones_of(layout: Layout, page: Page) -> Zones:
    """Return the zones of a page; those of the last few layouts are kept."""
    key = (layout.sha256, page.number)
    if key not in _known:
        if len(_known) >= _KEPT:
            _known.clear()
        _known[key] = _make_zones(layout, page)
    return _known[key]


def _make_zones(layout: Layout, page: Page) -> Zones:
    blank = _printed(layout, page)
    places, ends = [np.zeros((0, 2))], []
    for box in page.marks:
        zone = _zone(page, box)
        if zone is not None:
            left, top, right, foot = zone
            at = np.stack(np.meshgrid(np.arange(left, right, STEP), np.arange(top, foot, STEP)), -1).reshape(-1, 2)
            cells = (at / STEP).astype(int)
            places.append(at[~blank[cells[:, 1], cells[:, 0]]])
        ends.append(sum(len(part) for part in places))
    points = np.concatenate(places)
    spare = -len(points) % _ACROSS or (_ACROSS if not len(points) else 0)
    return Zones(np.concatenate([points, np.zeros((spare, 2))]).reshape(-1, _ACROSS, 2), ends)


def _zone(page: Page, box: MarkBox) -> tuple[float, float, float, float] | None:
    """Return left, top, right, foot in mm of the place of a box's number."""
    numbers = [
        text
        for text in page.texts
        if text.align == "end" and box.y < text.y < box.y + box.size and 0 < box.x - text.x < _FAR
    ]
    if not numbers:
        return None
    number = max(numbers, key=lambda text: text.x)
    start = number.x - width(number.text, number.face, number.size)
    return start / 1000 - _MARGIN, box.y / 1000, box.x / 1000 - _CLEAR_OF_BOX, (box.y + box.size) / 1000


def _printed(layout: Layout, page: Page) -> np.ndarray:
    """Return where the page is printed, with some margin: bool, one value each STEP."""
    out = io.BytesIO()
    canvas = open_canvas(out, layout.width, layout.height, title="", language=layout.language)
    draw_static(canvas, layout, page)
    canvas.showPage()
    canvas.save()
    document = pdfium.PdfDocument(out.getvalue())
    bitmap = document[0].render(scale=25.4 / 72 / STEP, grayscale=True)
    grey = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
    document.close()
    reach = 2 * round(_CLEAR_OF_PRINT / STEP) + 1
    return cv2.dilate((grey < 200).astype(np.uint8), np.ones((reach, reach), np.uint8)).astype(bool)
