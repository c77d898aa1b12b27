"""Pens and scanners that do not exist: for the rehearsal, the demo and tests.

Real paper marked by real people must still be measured before any figure is
called one of the field.

A sheet's way: ``rasterise`` a PDF that was really drawn, ``mark`` it as a
person would, ``distort`` it as a scanner or a camera would, ``scan_pdf`` it.
Pixels are grey (height x width, uint8) throughout; blue ink is a lighter grey.
All chance comes from the ``numpy.random.Generator`` given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
import pypdfium2 as pdfium

from printouts.geometry import Layout, MarkBox

Grey = np.ndarray
STYLES = ("cross", "tick", "fill")
_SUB = 16  # OpenCV draws at sixteenths of a pixel
_SHIFT = 4


def rasterise(pdf: bytes | Path, *, dpi: int = 150) -> Iterator[Grey]:
    """Yield each page of the PDF as grey pixels."""
    document = pdfium.PdfDocument(pdf)
    try:
        for index in range(len(document)):
            page = document[index]
            bitmap = page.render(scale=dpi / 72, grayscale=True)
            yield np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
            bitmap.close()
            page.close()
    finally:
        document.close()


def mark(
    image: Grey,
    layout: Layout,
    page: int,
    choices: Iterable[str],
    rng: np.random.Generator,
    *,
    style: str | None = None,
) -> None:
    """Mark the choices (ids) on the upright image of a page, in place, with one person's pen.

    style: ``cross``, ``tick``, ``fill``; ``dot`` (a stray dot), ``faint`` (pencil, hardly
    pressed), ``beside`` (a cross next to the box); None lets the person choose one
    of the first three.
    """
    scale = image.shape[1] / (layout.width / 1000)
    wanted = set(choices)
    boxes = [box for box in layout.page(page).marks if box.choice in wanted]
    if len(boxes) != len(wanted):
        raise LookupError("a choice is not on this page")
    pen = Pen(scale, rng, style or str(rng.choice(STYLES, p=(0.62, 0.28, 0.10))))
    for box in boxes:
        pen.mark(image, box)


class Pen:
    """One person's pen: its ink, its width and how the hand moves."""

    def __init__(self, scale: float, rng: np.random.Generator, style: str) -> None:
        self.scale, self.rng, self.style = scale, rng, style
        self.width_mm = rng.uniform(0.35, 0.75)  # ball pen to felt tip
        self.ink = rng.choice([rng.uniform(15, 50), rng.uniform(55, 105)])  # black, blue
        if style == "faint":
            self.ink, self.width_mm = rng.uniform(185, 215), rng.uniform(0.3, 0.5)

    def mark(self, image: Grey, box: MarkBox) -> None:
        """Draw one mark into the image."""
        size = box.size / 1000
        centre = np.array([box.x / 1000 + size / 2, box.y / 1000 + size / 2]) + self.rng.normal(0, 0.06 * size, 2)
        for stroke, width in self._strokes(size):
            self._draw(image, stroke + centre, width)

    def _strokes(self, size: float) -> list[tuple[np.ndarray, float]]:
        """Return strokes (points in mm from the centre of the box) with their widths in mm."""
        rng, reach = self.rng, size / 2 * self.rng.uniform(0.72, 1.2)
        if self.style in ("cross", "faint", "beside"):
            away = np.array([-(size + 0.5), 0]) if self.style == "beside" else np.zeros(2)
            strokes = [
                self._wobbly([(-reach, -reach), (reach, reach)], size) + away,
                self._wobbly([(reach, -reach), (-reach, reach)], size) + away,
            ]
        elif self.style == "tick":
            corner = (-reach * rng.uniform(0.1, 0.45), reach * rng.uniform(0.55, 0.95))
            strokes = [self._wobbly([(-reach, rng.uniform(-0.2, 0.2) * reach), corner, (reach * 1.1, -reach)], size)]
        elif self.style == "dot":
            return [(np.array([[0.0, 0.0], [0.15, 0.05]]), rng.uniform(0.7, 1.3))]
        else:
            strokes = [self._hatched(size)]
        return [(stroke, self.width_mm) for stroke in strokes]

    def _wobbly(self, points: list[tuple[float, float]], size: float) -> np.ndarray:
        corners = np.array(points) + self.rng.normal(0, 0.07 * size, (len(points), 2))
        along = np.linspace(0, len(corners) - 1, 9 * (len(corners) - 1) + 1)
        path = np.stack([np.interp(along, range(len(corners)), corners[:, axis]) for axis in (0, 1)], 1)
        bow = np.sin(along * np.pi) * self.rng.normal(0, 0.05 * size)
        return path + np.stack([bow, -bow], 1) + self.rng.normal(0, 0.012 * size, path.shape)

    def _hatched(self, size: float) -> np.ndarray:
        """Return one long zigzag that fills the box about as well as people do."""
        half = size / 2 * self.rng.uniform(0.85, 1.02)
        lines = max(6, round(2 * half / (self.width_mm * self.rng.uniform(0.7, 1.15))))
        y = np.linspace(-half, half, lines)
        x = np.where(np.arange(lines) % 2, half, -half) * self.rng.uniform(0.85, 1.05, lines)
        return np.stack([x, y], 1)

    def _draw(self, image: Grey, stroke: np.ndarray, width_mm: float) -> None:
        """Lay ink over a piece of the image, with the pressure changing along the stroke."""
        places = stroke * self.scale - 0.5
        edge = int(width_mm * self.scale) + 3
        left, top = np.maximum(np.floor(places.min(0)).astype(int) - edge, 0)
        right, foot = np.ceil(places.max(0)).astype(int) + edge
        piece = image[top:foot, left:right]
        if not piece.size:
            return
        # Drawn four times as large: OpenCV's lines have whole widths.
        cover = np.zeros((piece.shape[0] * 4, piece.shape[1] * 4), np.uint8)
        fine = ((places - (left, top) + 0.5) * 4 - 0.5) * _SUB
        for start, end in zip(fine[:-1].round().astype(int), fine[1:].round().astype(int), strict=True):
            pressed = max(1, round(width_mm * self.scale * 4 * self.rng.uniform(0.8, 1.15)))
            cv2.line(cover, start.tolist(), end.tolist(), 255, pressed, cv2.LINE_AA, _SHIFT)
        share = cv2.resize(cover, piece.shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        inked = piece * (1 - share) + np.minimum(piece, self.ink) * share
        piece[:] = inked.astype(np.uint8)


def distort(image: Grey, rng: np.random.Generator, *, kind: str = "scanner") -> Grey:
    """Return the page as a machine would see it.

    ``scanner``: turned by up to 1.5°, 98 to 101 % of its size, moved by up to 2 mm,
    slightly blurred, with noise and its own brightness. ``photo``: also perspective,
    shadow and more of everything. JPEG artefacts come with ``jpeg`` and ``scan_pdf``.
    """
    height, width = image.shape
    photo = kind == "photo"
    matrix = _view(width, height, rng) if photo else _feed(width, height, rng)
    border = int(rng.uniform(90, 160)) if photo else int(rng.uniform(235, 255))
    seen = cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=border)
    sigma = rng.uniform(0.6, 1.3) if photo else rng.uniform(0.3, 0.8)
    seen = cv2.GaussianBlur(seen, (0, 0), sigma)
    gain, lift = rng.uniform(0.82, 0.98), rng.uniform(0, 22)
    seen = cv2.convertScaleAbs(seen, alpha=gain, beta=lift)
    if photo:
        seen = _shadowed(seen, rng)
    return _noisy(seen, rng.uniform(3, 9) if photo else rng.uniform(1, 5), rng)


def _feed(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    turn, scale = rng.uniform(-1.5, 1.5), rng.uniform(0.98, 1.01)
    matrix = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), turn, scale), [0, 0, 1]])
    matrix[:2, 2] += rng.uniform(-1, 1, 2) * width * 2 / 210
    return matrix


def _view(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    middle = frame.mean(0)
    seen = middle + (frame - middle) * rng.uniform(0.86, 0.94) + rng.uniform(-0.03, 0.03, (4, 2)) * width
    turned = np.vstack([cv2.getRotationMatrix2D(middle.tolist(), rng.uniform(-4, 4), 1), [0, 0, 1]])
    return turned @ cv2.getPerspectiveTransform(frame, seen.astype(np.float32))


def _shadowed(image: Grey, rng: np.random.Generator) -> Grey:
    height, width = image.shape
    across = np.linspace(0, 1, width)[None] * rng.uniform(-1, 1)
    down = np.linspace(0, 1, height)[:, None] * rng.uniform(-1, 1)
    shade = 1 - 0.35 * np.clip((across + down + 1) / 2, 0, 1) * rng.uniform(0, 1)
    return (image * shade).astype(np.uint8)


def _noisy(image: Grey, deviation: float, rng: np.random.Generator) -> Grey:
    """Add grain: one tile of noise, repeated, for the sake of speed."""
    height, width = image.shape
    tile = rng.normal(0, deviation, (256, 256)).astype(np.int16)
    grain = np.tile(tile, (height // 256 + 1, width // 256 + 1))[:height, :width]
    return cv2.add(image, grain, dtype=cv2.CV_8U)


def jpeg(image: Grey, *, quality: int = 70) -> bytes:
    """Return the image as JPEG."""
    ok, raw = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise RuntimeError("OpenCV could not write a JPEG")
    return raw.tobytes()


def scan_pdf(images: Iterable[Grey], out: BinaryIO, *, dpi: int = 150, quality: int = 70) -> int:
    """Write a PDF as scanners do, one JPEG per page, and return the number of pages.

    Pages are written as they come, so that a batch of any size fits in memory.
    """
    offsets: dict[int, int] = {}
    position = out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    count = 0

    def put(number: int, body: bytes) -> None:
        nonlocal position
        offsets[number] = position
        position += out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    for image in images:
        height, width = image.shape
        w, h = width * 72 / dpi, height * 72 / dpi
        content = b"q %.4f 0 0 %.4f 0 0 cm /I Do Q" % (w, h)
        first = 3 + 3 * count
        put(first, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.4f %.4f]/Contents %d 0 R"
            b"/Resources<</XObject<</I %d 0 R>>>>>>" % (w, h, first + 1, first + 2))  # fmt: skip
        put(first + 1, b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        raw = jpeg(image, quality=quality)
        put(first + 2, b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
            b"/Filter/DCTDecode/Length %d>>stream\n%s\nendstream" % (width, height, len(raw), raw))  # fmt: skip
        count += 1
    kids = b" ".join(b"%d 0 R" % (3 + 3 * index) for index in range(count))
    put(1, b"<</Type/Catalog/Pages 2 0 R>>")
    put(2, b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids))
    table = b"".join(b"%010d 00000 n \n" % offsets[number] for number in sorted(offsets))
    out.write(
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(offsets) + 1, table, len(offsets) + 1, position)
    )
    return count
