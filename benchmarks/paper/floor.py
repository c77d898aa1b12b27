"""The floor: what any reader must pay, with the bare libraries and nothing checked.

Take the image out of the PDF, decode it, read the QR code and find the four markers near their places, warp the page,
and sample its boxes. It reads no bent page, no turned page, no second sheet in view, and says of no mark that it is
unclear.
"""

from __future__ import annotations

import io

import cv2
import numpy as np
import pypdfium2 as pdfium
import zxingcpp
from PIL import Image

from printouts.geometry import MARKER_IDS, Layout

_DPI = 150  # of the warped page
_CORNER = 0.16  # of width and height
_LOOK = 0.5  # the corners are looked at in half their size


def read(data: bytes, layout: Layout) -> list[tuple[str, list[float]]]:
    """Return for each page the text of its code and the darkness of each box."""
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    detector = cv2.aruco.ArucoDetector(dictionary, cv2.aruco.DetectorParameters())
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    document = pdfium.PdfDocument(data)
    try:
        return [_page(page, layout, detector, formats) for page in document]
    finally:
        document.close()


def _page(
    page: pdfium.PdfPage, layout: Layout, detector: cv2.aruco.ArucoDetector, formats: zxingcpp.BarcodeFormats
) -> tuple[str, list[float]]:
    [image] = page.get_objects()
    picture = Image.open(io.BytesIO(bytes(image.get_data())))
    picture.draft("L", picture.size)
    grey = np.asarray(picture)
    scale = grey.shape[1] / layout.width * 1000
    qr = layout.pages[0].qr
    left, top, side = (round(length / 1000 * scale) for length in (qr.x - 5_000, qr.y - 5_000, qr.size + 10_000))
    codes = zxingcpp.read_barcodes(np.ascontiguousarray(grey[top : top + side, left : left + side]), formats=formats)
    flat = _warped(grey, layout, detector)
    return codes[0].text, _sampled(flat, layout)


def _warped(grey: np.ndarray, layout: Layout, detector: cv2.aruco.ArucoDetector) -> np.ndarray:
    height, width = grey.shape
    h, w = int(height * _CORNER), int(width * _CORNER)
    seen, meant = [], []
    markers = {marker.id: marker for marker in layout.pages[0].markers}
    for x, y in ((0, 0), (width - w, 0), (width - w, height - h), (0, height - h)):
        small = cv2.resize(grey[y : y + h, x : x + w], None, fx=_LOOK, fy=_LOOK, interpolation=cv2.INTER_AREA)
        boxes, ids, _rejected = detector.detectMarkers(small)
        for box, id in zip(boxes, ids.ravel(), strict=True):
            if id in MARKER_IDS:
                marker = markers[int(id)]
                seen.append((box[0] + 0.5) / _LOOK - 0.5 + (x, y))
                edges = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * marker.size
                meant.append((edges + (marker.x, marker.y)) / 25_400 * _DPI)
    matrix, _mask = cv2.findHomography(np.vstack(seen), np.vstack(meant))
    size = round(layout.width / 25_400 * _DPI), round(layout.height / 25_400 * _DPI)
    return np.asarray(cv2.warpPerspective(grey, matrix, size, flags=cv2.INTER_LINEAR))


def _sampled(flat: np.ndarray, layout: Layout) -> list[float]:
    result = []
    for box in layout.pages[0].marks:
        x, y, size = (round(length / 25_400 * _DPI) for length in (box.x + 1_000, box.y + 1_000, box.size - 2_000))
        result.append(1 - float(flat[y : y + size, x : x + size].mean()) / 255)
    return result
