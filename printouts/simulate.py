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
from printouts.pens import STYLES, Pen

Grey = np.ndarray


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
    """Mark the choices (ids; in a grid ``choice:value``) on the upright image of a page, in place, with one pen.

    style: of ``pens.MEANT``; None lets the person choose a cross, a tick or a filled box.
    """
    wanted = set(choices)
    boxes = [box for box in layout.page(page).marks if box.key in wanted]
    if len(boxes) != len(wanted):
        raise LookupError("a choice is not on this page")
    mark_boxes(image, layout, boxes, rng, style=style)


def mark_boxes(
    image: Grey, layout: Layout, boxes: Iterable[MarkBox], rng: np.random.Generator, *, style: str | None = None
) -> None:
    """Mark these boxes of the page, as ``mark`` does."""
    scale = image.shape[1] / (layout.width / 1000)
    pen = Pen(scale, rng, style or str(rng.choice(STYLES, p=(0.62, 0.28, 0.10))))
    for box in boxes:
        pen.mark(image, box)


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
    across = np.linspace(0, 1, 200)[None] * rng.uniform(-1, 1)
    down = np.linspace(0, 1, 200)[:, None] * rng.uniform(-1, 1)
    shade = 1 - 0.35 * np.clip((across + down + 1) / 2, 0, 1) * rng.uniform(0, 1)
    return cv2.multiply(image, cv2.resize(shade.astype(np.float32), (width, height)), dtype=cv2.CV_8U)


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
