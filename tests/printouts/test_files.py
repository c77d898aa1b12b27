"""Files from strangers: named refusals, at once, and the largest honest scan passes."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from printouts import simulate
from printouts.read.images import Limits, open_pages
from printouts.read.page import read_page
from printouts.read.refusals import ReadingRefused
from tests.printouts.press import press


def _png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def _pdf(pages: bytes, more: bytes = b"") -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n" + pages + b"\nendobj\n" + more
        + b"trailer\n<</Root 1 0 R/Size 9>>\n%%EOF\n"
    )  # fmt: skip


def _page(side: int) -> bytes:
    return b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]>>\nendobj\n" % (side, side)


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../ballot.pdf", b"%PDF-1.4" + b"\0" * 5_000_000)
    return out.getvalue()


def _tiff_in_a_circle() -> bytes:
    """Return a TIFF whose first directory names itself as the next."""
    entries = [
        (256, 4, 1, 8),
        (257, 4, 1, 8),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (279, 4, 1, 64),
    ]
    body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8) + body + struct.pack("<I", 8)


def _scan() -> bytes:
    out = io.BytesIO()
    simulate.scan_pdf([np.full((1754, 1240), 255, np.uint8)] * 3, out)
    return out.getvalue()


def _jpeg_file() -> bytes:
    return simulate.jpeg(np.random.default_rng(0).integers(0, 255, (900, 700), dtype=np.uint8))


def _encrypted() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt="secret")
    canvas.drawString(72, 72, "ballot")
    canvas.save()
    return out.getvalue()


MANY = b"3 0 R " * 100_000

HOSTILE = {
    "empty": ("empty", lambda: b""),
    "text": ("not_an_image", lambda: b"name;votes\n=cmd()"),
    "gif": ("not_an_image", lambda: b"GIF89a" + b"\0" * 100),
    "zip named pdf": ("not_an_image", _zip),
    "zip before a pdf": ("not_an_image", lambda: _zip()[:300] + _scan()),
    "pdf of 100,000 pages": ("too_many_pages", lambda: _pdf(b"<</Count 100000/Kids[%s]>>" % MANY, _page(9))),
    "pdf claiming 100,000 pages": (None, lambda: _pdf(b"<</Type/Pages/Count 100000/Kids[]>>")),
    "pdf cut in half": ("truncated", lambda: _scan()[: len(_scan()) // 2]),
    "pdf of nothing": ("damaged", lambda: b"%PDF-1.4\n%%EOF"),
    "pdf with a password": ("encrypted", _encrypted),
    "pdf as wide as a field": ("too_many_pixels", lambda: _pdf(b"<</Count 1/Kids[3 0 R]>>", _page(900_000))),
    "png of a thousand million pixels": ("too_many_pixels", lambda: _png_claiming(32_000, 32_000)),
    "png of one endless row": ("too_many_pixels", lambda: _png_claiming(40_000, 10)),
    "png with too little inside": ("truncated", lambda: _png_claiming(1000, 1000)),
    "jpeg cut in half": ("truncated", lambda: _jpeg_file()[: len(_jpeg_file()) // 2]),
    "jpeg of two bytes": ("damaged", lambda: b"\xff\xd8\xff\xe0"),
    "tiff in a circle": (None, _tiff_in_a_circle),
    "tiff of nothing": ("damaged", lambda: b"II*\0\x08\0\0\0"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_by_name(name):
    """X1, X2, X3, F13: bombs, lies and stumps."""
    code, make = HOSTILE[name]
    data = make()
    with pytest.raises(ReadingRefused) as refusal:
        for page in open_pages(data, "ballots.pdf"):
            assert page.grey is not None
        raise ReadingRefused("nothing to read")
    assert refusal.value.code == code or code is None


def test_a_file_larger_than_the_limit_is_refused():
    with pytest.raises(ReadingRefused) as refusal:
        open_pages(_scan(), limits=Limits(max_bytes=1000))
    assert refusal.value.code == "too_many_bytes"


def test_a_bad_page_stops_no_other(sheet, lookup):
    """X3, I9: the broken image in the middle of a batch is refused alone."""
    out = io.BytesIO()
    simulate.scan_pdf([sheet, sheet, sheet], out)
    data = bytearray(out.getvalue())
    second = data.index(b"\xff\xd8\xff", data.index(b"\xff\xd8\xff") + 3)
    data[second + 5_000 : second + 6_000] = b"\xff\xd9" * 500
    kept, refused = [], []
    for page in open_pages(bytes(data)):
        try:
            kept.append((page.number, read_page(page, lookup).code.serial))
        except ReadingRefused as refusal:
            refused.append((page.number, refusal.code))
    assert [number for number, _ in kept] == [1, 3]
    assert [number for number, _ in refused] == [2]


def test_the_largest_honest_scan_passes():
    """X3: A3 at 600 dpi is 69.6 million pixels, no bomb."""
    out = io.BytesIO()
    Image.new("1", (7016, 9921), 1).save(out, "TIFF", compression="group4", dpi=(600, 600))
    [page] = open_pages(out.getvalue())
    assert page.grey.shape == (9921, 7016)
    assert page.dpi == 600


def test_colour_transparency_and_depth_become_grey_on_white():
    see_through = Image.new("RGBA", (500, 500), (0, 0, 0, 0))
    deep = Image.fromarray(np.full((500, 500), 65_535, np.uint16))
    for picture in (see_through, deep, Image.new("RGB", (500, 500), "white"), Image.new("P", (500, 500), 0)):
        out = io.BytesIO()
        picture.save(out, "PNG")
        [page] = open_pages(out.getvalue())
        assert page.grey.dtype == np.uint8
        assert page.grey.ndim == 2
        if picture.mode != "P":
            assert page.grey.min() == 255


def test_a_printed_pdf_is_small_and_says_no_date(layouts):
    """A sheet costs little; two prints of the same sheets are the same bytes."""
    sheets = [(bytes([number]) * 10, False) for number in range(50)]
    once, again = press(layouts[1], sheets), press(layouts[1], sheets)
    assert once == again
    assert (len(once) - len(press(layouts[1], sheets[:1]))) / 49 < 3_000


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_a_photo_as_new_phones_keep_it_is_refused_with_advice(brand):
    """No library that we keep opens HEIC: the refusal says what it is."""
    with pytest.raises(ReadingRefused) as refusal:
        open_pages(struct.pack(">I", 24) + b"ftyp" + brand + bytes(100), "ballot.jpg")
    assert refusal.value.code == "is_heic"


@pytest.mark.parametrize(("dpi", "share"), [(150, 1), (300, 2), (600, 4)])
def test_a_fine_scan_is_decoded_as_finely_as_marks_need(layouts, lookup, dpi, share):
    """150 to 600 dpi: the same marks, the same true size; a page of 600 dpi takes no more memory than one of 150."""
    [image] = simulate.rasterise(press(layouts[1], [(b"sheet-0001", False)]), dpi=dpi)
    simulate.mark(image, layouts[1], 1, ["p0", "p3"], np.random.default_rng(7), style="cross")
    out = io.BytesIO()
    simulate.scan_pdf([image], out, dpi=dpi)
    [(rows, reading)] = [(page.grey.shape[0], read_page(page, lookup)) for page in open_pages(out.getvalue())]
    assert rows == -(-image.shape[0] // share)
    assert [choice for choice, score in reading.scores["budget"].items() if score > 0.17] == ["p0", "p3"]
    assert reading.quality.scale == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("printed", [0.9, 0.95, 1.05, 1.1])
def test_a_page_printed_too_small_or_too_large_is_measured_and_read_b6(sheet, lookup, printed):
    """90 to 110 %: print on a larger paper, so that the corners are still there."""
    height, width = sheet.shape
    scaled = np.asarray(Image.fromarray(sheet).resize((round(width * printed), round(height * printed))))
    page = np.full((round(height * 1.2), round(width * 1.2)), 252, np.uint8)
    page[40 : 40 + scaled.shape[0], 30 : 30 + scaled.shape[1]] = scaled
    out = io.BytesIO()
    simulate.scan_pdf([page], out, dpi=150)
    [reading] = [read_page(seen, lookup) for seen in open_pages(out.getvalue())]
    assert [choice for choice, score in reading.scores["budget"].items() if score > 0.17] == ["p0", "p3"]
    assert reading.quality.scale == pytest.approx(printed, abs=0.01)


def test_a_fax_is_told_from_a_scan_in_grey_and_goes_to_people(sheet, lookup):
    """A TIFF of several pages, Group 4: its code is read, its pale marks are lost, and the refusal names the sheet."""
    pages = [Image.fromarray(np.where(page > 140, 255, 0).astype(np.uint8)).convert("1") for page in (sheet, sheet)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", compression="group4", save_all=True, append_images=pages[1:], dpi=(150, 150))
    refused = []
    for page in open_pages(out.getvalue()):
        with pytest.raises(ReadingRefused) as refusal:
            read_page(page, lookup)
        refused.append((refusal.value.code, refusal.value.sheet.serial))
    assert refused == [("two_tones", b"sheet-0001")] * 2
