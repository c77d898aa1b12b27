"""A PDF opened as pages: images taken out, other pages rendered."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from math import ceil, hypot

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from printouts.read.images import _BROKEN, Grey, Limits, PageImage, check_pixels, decode
from printouts.read.refusals import ReadingRefused

ENOUGH_DPI = 140  # a scan of 300 dpi is decoded at half its size, one of 600 at a quarter: marks need no more
_INVISIBLE = 3  # text render mode of the words that a scanner's recognition lays over the image


def open_pdf(data: bytes, limits: Limits) -> Iterator[PageImage]:
    """Return the pages of a PDF. Raises ReadingRefused for the file as a whole.

    A file without its end is refused although pdfium would repair it: a repaired
    batch may silently lack pages.
    """
    if b"%%EOF" not in data[-2048:]:
        raise ReadingRefused("truncated")
    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
    except pdfium.PdfiumError as error:
        code = "encrypted" if error.err_code == raw.FPDF_ERR_PASSWORD else "damaged"
        raise ReadingRefused(code) from error
    if count > limits.max_pages:
        document.close()
        raise ReadingRefused("too_many_pages", pages=count, most=limits.max_pages)
    if count == 0:
        document.close()
        raise ReadingRefused("damaged")
    return _pages(document, count, limits)


def _pages(document: pdfium.PdfDocument, count: int, limits: Limits) -> Iterator[PageImage]:
    try:
        for index in range(count):
            yield PageImage(index + 1, partial(_load, document, index, limits))
    finally:
        document.close()


def _load(document: pdfium.PdfDocument, index: int, limits: Limits) -> tuple[Grey, float | None]:
    try:
        page = document[index]
    except pdfium.PdfiumError as error:
        raise ReadingRefused("damaged") from error
    try:
        image = _only_image(page)
        if image is None:
            return _render(page, limits), float(limits.render_dpi)
        return _take_out(image, page, limits)
    except pdfium.PdfiumError as error:
        raise ReadingRefused("damaged") from error
    finally:
        page.close()


def _only_image(page: pdfium.PdfPage) -> pdfium.PdfImage | None:
    """Return the one image that fills the page, upright or turned, or None if there is more to see."""
    found = None
    for item in page.get_objects(max_depth=1):
        if item.type == raw.FPDF_PAGEOBJ_TEXT and raw.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE:
            continue
        if item.type != raw.FPDF_PAGEOBJ_IMAGE or found is not None:
            return None
        found = item
    if found is None:
        return None
    left, bottom, right, top = found.get_bounds()
    x0, y0, x1, y1 = page.get_cropbox()
    seen = max(0, min(right, x1) - max(left, x0)) * max(0, min(top, y1) - max(bottom, y0))
    a, b, c, d, _, _ = found.get_matrix().get()
    # A negative determinant would be a mirror image of what the page shows.
    fills = seen >= 0.9 * (x1 - x0) * (y1 - y0) and seen >= 0.9 * (right - left) * (top - bottom)
    return found if fills and a * d - b * c > 0 else None


def _take_out(image: pdfium.PdfImage, page: pdfium.PdfPage, limits: Limits) -> tuple[Grey, float | None]:
    width, height = image.get_px_size()
    check_pixels(width, height, limits)
    a, b, *_ = image.get_matrix().get()
    length = hypot(a, b)
    dpi = width / length * 72 if length else None
    if image.get_filters() == ["DCTDecode"]:
        grey = _jpeg(bytes(image.get_data()), limits, min(1.0, ENOUGH_DPI / dpi) if dpi else 1.0)
        if grey is not None:
            return grey, dpi and dpi * grey.shape[1] / width
    if width * height * 4 > limits.max_pixels * 3:  # pdfium decodes to four bytes a pixel
        return _render(page, limits), float(limits.render_dpi)
    bitmap = image.get_bitmap(render=False)
    try:
        return np.array(bitmap.to_pil().convert("L")), dpi
    finally:
        bitmap.close()


def _jpeg(data: bytes, limits: Limits, share: float) -> Grey | None:
    """Return the pixels of a grey or colour JPEG, None for one in four inks (pdfium knows its sign).

    share: of its width and height that is enough.
    """
    try:
        picture = Image.open(io.BytesIO(data), formats=("JPEG",))
    except Image.DecompressionBombError as error:
        raise ReadingRefused("too_many_pixels", most=limits.max_pixels) from error
    except _BROKEN as error:
        raise ReadingRefused("damaged") from error
    check_pixels(picture.width, picture.height, limits)
    if picture.mode not in ("L", "RGB"):
        return None
    picture.getexif().clear()  # in a PDF the page says how it is turned
    return decode(picture, (ceil(picture.width * share), ceil(picture.height * share)))


def _render(page: pdfium.PdfPage, limits: Limits) -> Grey:
    width, height = page.get_size()
    scale = limits.render_dpi / 72
    check_pixels(round(width * scale), round(height * scale), limits)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    try:
        return np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
    finally:
        bitmap.close()
