"""The sheet's code read from its QR code.

First where the layouts of A4 have it, then on the whole page. Without corner
markers the whole page is searched too, so that a refused page can still be laid
beside its sheet.
"""

from __future__ import annotations

import cv2
import numpy as np
import zxingcpp

from printouts.geometry import PAPERS, corner_markers
from printouts.layout import QR_SIZE, SIDE, TOP
from printouts.read.corners import Corners, Watch
from printouts.read.images import Grey
from printouts.read.refusals import ReadingRefused
from printouts.read.straighten import fit
from printouts.sheetcode import NotASheetCode, SheetCode, decode

_AROUND = 5.0  # mm around the expected place
_FINE = 8.0  # pixels a millimetre are plenty: a module is 0.86 mm
_WHOLE = 1_900  # pixels
_FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_SMEARED = 60.0  # variance of the Laplacian, at 4 pixels a millimetre


def read_code(grey: Grey, corners: Corners, *, watch: Watch | None = None) -> SheetCode:
    """Return the sheet's code. Raises ReadingRefused: no_code, not_a_sheet, two_sheets, too_blurred."""
    crop = _expected_place(grey, corners)
    if watch:
        watch("code", crop)
    texts = _texts(crop)
    if not texts:
        texts = texts_on_page(grey) or _texts_with_care(crop)
    if not texts and _is_smeared(crop):
        raise ReadingRefused("too_blurred")
    return only_sheet(texts)


def only_sheet(texts: list[str]) -> SheetCode:
    """Return the one sheet's code among the texts. Raises ReadingRefused."""
    if not texts:
        raise ReadingRefused("no_code")
    codes, why = set(), ""
    for text in texts:
        try:
            codes.add(decode(text))
        except NotASheetCode as error:
            why = error.code
    if not codes:
        raise ReadingRefused("not_a_sheet", why=why)
    if len(codes) > 1:
        raise ReadingRefused("two_sheets")
    return codes.pop()


def texts_on_page(grey: Grey) -> list[str]:
    """Return what all QR codes on the page say; smaller first, in full where that finds none."""
    scale = min(1.0, _WHOLE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    return _texts(small) or (_texts(grey) if scale < 0.8 else [])


def _texts(picture: Grey) -> list[str]:
    found = zxingcpp.read_barcodes(np.ascontiguousarray(picture), formats=_FORMATS)
    return list(dict.fromkeys(code.text for code in found))


def _texts_with_care(crop: Grey) -> list[str]:
    """Try again where the code must be: grain smoothed, shadow levelled, and a second decoder (B12)."""
    smooth = cv2.GaussianBlur(crop, (0, 0), 0.15 * _FINE)
    paper = cv2.blur(cv2.dilate(smooth, np.ones((25, 25), np.uint8)), (25, 25))
    level = cv2.divide(smooth, paper, scale=255)
    for picture in (smooth, level, cv2.threshold(level, 0, 255, cv2.THRESH_OTSU)[1]):
        texts = _texts(picture)
        if texts:
            return texts
    text = cv2.QRCodeDetector().detectAndDecode(level)[0]
    return [text] if text else []


def _expected_place(grey: Grey, corners: Corners) -> Grey:
    """Return the part of the image where a page of A4 has its code, not turned, not too fine."""
    width, height = PAPERS["A4"]
    projection = fit(corners, corner_markers(width, height))
    x0, y0 = (width - SIDE - QR_SIZE) / 1000 - _AROUND, TOP / 1000 - _AROUND
    side = QR_SIZE / 1000 + 2 * _AROUND
    box = np.array([[x0, y0], [x0 + side, y0], [x0 + side, y0 + side], [x0, y0 + side]])
    seen = projection.project(box)
    rows, columns = grey.shape
    left, top = np.clip(np.floor(seen.min(0)).astype(int), 0, (columns - 1, rows - 1))
    right, foot = np.clip(np.ceil(seen.max(0)).astype(int), (left + 1, top + 1), (columns, rows))
    crop = grey[top:foot, left:right]
    scale = _FINE / projection.pixels_per_mm
    return cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 0.8 else crop


def _is_smeared(crop: Grey) -> bool:
    half = cv2.resize(crop, (168, 168), interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(half, cv2.CV_64F).var()) < _SMEARED
