"""Forty files that mean harm (X1 to X6): archives, PDFs, pictures, tables. Each is made when it is asked for."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image

from tests.server.paper.test_hostile import ARCHIVES, PAGES, WHOLE_FILES, pdf, png, zipped

_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><worksheet>&j;</worksheet>"
)
_FILE_ENTITY = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
_DESCRIPTION, _PLACE = 0x010E, 0x8825  # of Exif


def _workbook(sheet: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("xl/workbook.xml", sheet)
        archive.writestr(name, sheet)
    return out.getvalue()


def _photo(words: str = "") -> bytes:
    """With words of what is to be seen, it says where it was taken, too."""
    facts = Image.Exif()
    if words:
        facts[_DESCRIPTION] = words
        facts.get_ifd(_PLACE).update({1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 3.0)})
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, "JPEG", exif=facts)
    return out.getvalue()


def _jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(_photo())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _text_bomb() -> bytes:
    """A PNG with a compressed note of 200 MB."""
    body = b"note\0\0" + zlib.compress(bytes(200_000_000), 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    whole = png(100, 100, (b"\0" + b"\xff" * 100) * 100)
    return whole[:33] + chunk + whole[33:]


def _endless_parents() -> bytes:
    """A PDF whose tree of pages contains itself."""
    return pdf(1).replace(b"/Kids[3 0 R ]", b"/Kids[2 0 R ]")


def _many_frames() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("1", (8, 8), 1) for _frame in range(2_100)]
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def _stream_of_streams() -> bytes:
    """A PDF whose page is compressed twice: 100 MB of spaces."""
    inner = zlib.compress(zlib.compress(b" " * 100_000_000, 9), 9)
    return (
        pdf(1)
        .replace(b"/Filter/FlateDecode", b"/Filter[/FlateDecode/FlateDecode]")
        .replace(b"endstream", b"\nendstream")
        + inner
    )


TABLES: dict[str, Callable[[], bytes]] = {
    "a workbook that grows a thousand times": lambda: _workbook(b"<worksheet>" + bytes(60_000_000)),
    "a workbook with a million laughs": lambda: _workbook(_LAUGHS),
    "a workbook that reads a file of ours": lambda: _workbook(_FILE_ENTITY),
    "a workbook that climbs out of its folder": lambda: _workbook(b"<worksheet/>", "../../../etc/cron.d/x"),
    "a table of formulas": lambda: b"code;title\n=cmd|' /C calc'!A0;@SUM(1)\n+1;-2\n",
    "a table with scripts": lambda: b"code;title\nA1;<script>alert(1)</script>\nA2;<img src=x onerror=alert(1)>\n",
    "a table of one endless line": lambda: b"code;" * 2_000_000,
    "a table with zero bytes": lambda: b"code;title\nA\x00B;C\x00\n" * 10,
    "a table in an alphabet that it is not in": lambda: b"\xff\xfe" + b"\xd8\x00" * 5_000,
    "JSON a hundred thousand deep": lambda: b"[" * 100_000,
    "an outbox of one field of 20 MB": lambda: json.dumps({"records": ["x" * 20_000_000]}).encode(),
    "gzip of gzip": lambda: gzip.compress(gzip.compress(bytes(50_000_000))),
}

PICTURES: dict[str, Callable[[], bytes]] = {
    "a JPEG that claims to be 65,000 pixels wide": lambda: _jpeg_claiming(65_000, 65_000),
    "a photo with a place and a script": lambda: _photo("<script>alert(1)</script>"),
    "a PNG with a note of 200 MB": _text_bomb,
    "a PDF whose pages contain themselves": _endless_parents,
    "a TIFF of 2,100 pages": _many_frames,
    "a PDF compressed twice": _stream_of_streams,
}


def corpus() -> dict[str, Callable[[], bytes]]:
    """Name → what makes the file."""
    made: dict[str, Callable[[], bytes]] = {name: (lambda data=data: data) for name, data in ARCHIVES.items()}
    made |= {name: (lambda data=data: data) for name, (data, _code) in WHOLE_FILES.items()}
    made |= {name: make for name, (make, _code) in PAGES.items()}
    made |= TABLES | PICTURES
    heic = struct.pack(">I", 24) + b"ftypheic" + bytes(100)
    made |= {"a HEIC that is none": lambda: heic, "a zip in a PDF's clothes": lambda: b"%PDF-1.4\n" + zipped()}
    return made
