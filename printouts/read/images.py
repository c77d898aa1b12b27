"""Files opened as pages of grey pixels.

A scanner's PDF holds one image per page: it is taken out, which costs a fifth
of rendering the page; a page that is anything else is rendered. Only pixels
leave this module: no metadata, no colour profile, no text. Sizes are read from
headers and compared with the limits before anything is decoded.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from PIL import Image, ImageOps

from printouts.read.kinds import is_heic
from printouts.read.refusals import ReadingRefused

Grey = np.ndarray  # height x width, uint8, 255 is white

# What Pillow raises on files that break their format's rules.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error, zlib.error)
_FORMATS = ("JPEG", "PNG", "TIFF")
MOST_ACROSS = 30_000  # pixels: OpenCV samples no wider image
_EXIF_ORIENTATION = 0x0112


@dataclass(frozen=True)
class Limits:
    """What a file may claim. max_pixels lets a 600-dpi scan of A3 pass (69.6 million)."""

    max_bytes: int = 512 * 1024 * 1024
    max_pages: int = 2_000
    max_pixels: int = 80_000_000
    render_dpi: int = 200


@dataclass
class PageImage:
    """One page of a file. number: from 1. source: ``image`` or ``rendered``.

    ``grey`` decodes when first asked, while the pages are being iterated, and
    raises ReadingRefused for this page alone: a bad page stops no other.
    """

    number: int
    load: Callable[[], tuple[Grey, float | None]] = field(repr=False)

    @cached_property
    def _loaded(self) -> tuple[Grey, float | None]:
        return self.load()

    @property
    def grey(self) -> Grey:
        """Height x width, uint8, upright as the file's metadata says."""
        return self._loaded[0]

    @property
    def dpi(self) -> float | None:
        """Dots per inch as the file claims, None if it does not say."""
        return self._loaded[1]


def open_pages(data: bytes, filename: str = "", *, limits: Limits = Limits()) -> Iterator[PageImage]:
    """Return the pages of a scanner's PDF, a TIFF, a JPEG or a PNG, in order.

    The kind is told by the content; the filename is never believed. Raises
    ReadingRefused at once for what concerns the whole file.
    """
    if not data:
        raise ReadingRefused("empty")
    if len(data) > limits.max_bytes:
        raise ReadingRefused("too_many_bytes", bytes=len(data), most=limits.max_bytes)
    if data[:1024].lstrip(b"\xef\xbb\xbf\0\t\r\n\f ").startswith(b"%PDF-"):
        from printouts.read.pdf import open_pdf

        return open_pdf(data, limits)
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*")):
        return _open_raster(data, limits)
    raise ReadingRefused("is_heic" if is_heic(data) else "not_an_image")


def _open_raster(data: bytes, limits: Limits) -> Iterator[PageImage]:
    with _open(data, limits) as image:
        count = _frames(image, limits)
    return (PageImage(index + 1, _loader(data, index, limits)) for index in range(count))


def _frames(image: Image.Image, limits: Limits) -> int:
    """Count the pages by walking from header to header, no further than the limit."""
    if image.format != "TIFF":
        return 1
    count = 1
    while True:
        try:
            image.seek(count)
        except EOFError:
            return count
        except _BROKEN as error:
            raise ReadingRefused("damaged") from error
        count += 1
        if count > limits.max_pages:
            raise ReadingRefused("too_many_pages", most=limits.max_pages)


def _loader(data: bytes, index: int, limits: Limits) -> Callable[[], tuple[Grey, float | None]]:
    def load() -> tuple[Grey, float | None]:
        with _open(data, limits, index) as image:
            return decode(image), _dpi(image)

    return load


def _open(data: bytes, limits: Limits, index: int = 0) -> Image.Image:
    """Return the image with its header read and its size within the limits."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit follows
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            if index:
                image.seek(index)
    except Image.DecompressionBombError as error:
        raise ReadingRefused("too_many_pixels", most=limits.max_pixels) from error
    except _BROKEN as error:
        raise ReadingRefused("damaged") from error
    check_pixels(image.width, image.height, limits)
    return image


def check_pixels(width: int, height: int, limits: Limits) -> None:
    """Raise ReadingRefused if the header claims too many pixels or none."""
    if width < 1 or height < 1:
        raise ReadingRefused("damaged")
    if width * height > limits.max_pixels or max(width, height) > MOST_ACROSS:
        raise ReadingRefused("too_many_pixels", pixels=width * height, most=limits.max_pixels)


def decode(image: Image.Image, least: tuple[int, int] | None = None) -> Grey:
    """Return the pixels, grey, on white, turned as EXIF says. Raises ReadingRefused.

    least: width and height that are enough: a JPEG gives a half, a quarter or an eighth of its size for less work.
    """
    try:
        if image.format == "JPEG":
            image.draft("L", least or image.size)  # the luminance alone: half the work
        image.load()
        if image.getexif().get(_EXIF_ORIENTATION, 1) != 1:
            image = ImageOps.exif_transpose(image)
        return _grey(image)
    except _BROKEN as error:
        said = str(error)
        raise ReadingRefused("truncated" if "truncated" in said or "broken data" in said else "damaged") from error


def _grey(image: Image.Image) -> Grey:
    if image.mode.startswith("I;16"):
        return (np.asarray(image) >> 8).astype(np.uint8)
    if image.mode in ("I", "F"):
        raise ReadingRefused("damaged")
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    grey = image if image.mode == "L" else image.convert("L")
    if grey is not image:
        image.close()  # four bytes a pixel: A3 in colour at 600 dpi would not fit twice
    return np.asarray(grey)


def _dpi(image: Image.Image) -> float | None:
    try:
        dpi = float(image.info["dpi"][0])
    except (KeyError, IndexError, TypeError, ValueError, ZeroDivisionError):
        return None
    return dpi if 50 <= dpi <= 2400 else None
