"""A print run: sheets as PDF, each with its own code.

What all sheets of a page have in common is written once (a form XObject) and
called on every page; a sheet adds only its QR code and the words under it, so
that a sheet costs about a millisecond and two kilobytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO

import qrcode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from printouts.geometry import Layout, Page, Square, Text
from printouts.pictures import draw_marker, draw_picture, outline
from printouts.sheet_qr import Runs, sheet_runs
from printouts.sheetcode import SheetCode, encode
from printouts.streamed import StreamedDocument
from printouts.typefaces import font_named, runs, width

POINTS = 72 / 25_400  # per micrometre
QUIET = 4  # modules of white around a QR code
MASK = 0  # fixed: trying all eight costs five times as much and readers do not care
LEADING = 1.22
rl_config.useA85 = 0  # streams as they are, not as text: a fifth smaller, and quicker


def draw_sheets(
    layout: Layout,
    serials: Iterable[tuple[bytes, bool]],
    *,
    definition: bytes,
    caption: Callable[[bytes], str],
    out: BinaryIO,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write one PDF with every page of every sheet and return the number of sheets.

    A sheet of several pages has an even number of them, the last one white if need be: it may
    be printed on both sides.

    serials: (10 bytes, is_test) in the order of printing. definition: SHA-256 of the
    frozen definition, of which the first 8 bytes are used. caption: what people
    call the serial (grouped with "-"), printed under the QR code. on_progress is
    told the number of sheets done, every 50 and at the end.
    """
    canvas = open_run(out, layout.width, layout.height, title=layout.title, language=layout.language)
    for page in layout.pages:
        canvas.beginForm(f"page{page.number}")
        draw_static(canvas, layout, page)
        canvas.endForm()
    count = 0
    for serial, is_test in serials:
        for page in layout.pages:
            code = _code(layout, page, definition, serial, is_test)
            canvas.doForm(f"page{page.number}")
            draw_own(canvas, layout, page, code, caption(serial))
            canvas.showPage()
        if len(layout.pages) > 1 and len(layout.pages) % 2:
            canvas.showPage()  # printed on both sides, every sheet begins on a leaf of its own
        count += 1
        if on_progress and count % 50 == 0:
            on_progress(count)
    if not count:
        canvas.showPage()
    canvas.save()
    if on_progress:
        on_progress(count)
    return count


def _code(layout: Layout, page: Page, definition: bytes, serial: bytes, is_test: bool) -> SheetCode:
    return SheetCode(
        definition=definition[:8],
        layout=layout.number,
        page=page.number,
        pages=len(layout.pages),
        serial=serial,
        is_test=is_test,
        is_large_print=layout.is_large_print,
    )


def open_canvas(out: BinaryIO, width: int, height: int, *, title: str, language: str) -> Canvas:
    """Return an empty PDF of pages of that size (micrometres); it names no date and no author."""
    canvas = Canvas(out, pagesize=(width * POINTS, height * POINTS), pageCompression=1, invariant=1, lang=language)
    canvas.setTitle(title)
    canvas.setAuthor("")
    canvas.setCreator("Parvis")
    return canvas


def open_run(out: BinaryIO, width: int, height: int, *, title: str, language: str) -> Canvas:
    """The same for a print run, of however many pages: each is written to ``out`` as soon as it is drawn."""
    canvas = open_canvas(out, width, height, title=title, language=language)
    StreamedDocument.stream(canvas, out)
    return canvas


def draw_static(canvas: Canvas, layout: Layout, page: Page) -> None:
    """Draw what every sheet of this page shows."""
    height = layout.height
    canvas.setFillGray(0)
    canvas.setStrokeGray(0)
    for marker in page.markers:
        draw_marker(canvas, marker, height)
    for rule in page.rules:
        y = height - rule.y - rule.height
        canvas.rect(rule.x * POINTS, y * POINTS, rule.width * POINTS, rule.height * POINTS, stroke=0, fill=1)
    for box in page.marks:
        outline(canvas, box.shape, box.x, box.y, box.size, box.line, height)
    for picture in page.pictures:
        draw_picture(canvas, picture, height)
    for text in page.texts:
        draw_text(canvas, text, height)


def draw_text(canvas: Canvas, text: Text, page_height: int) -> None:
    """Draw one line; page_height: micrometres."""
    start = text.x - {"start": 0, "middle": 0.5, "end": 1}[text.align] * width(text.text, text.face, text.size)
    line = canvas.beginText(start * POINTS, (page_height - text.y) * POINTS)
    for font, piece in runs(text.text, text.face, text.direction):
        line.setFont(font_named(font), text.size * POINTS)
        line.textOut(piece)
    canvas.drawText(line)


def draw_own(canvas: Canvas, layout: Layout, page: Page, code: SheetCode, words: str) -> None:
    """Draw what only this sheet shows: its code, and under it what people call its serial."""
    modules = sheet_runs(encode(code), version=3, level=ERROR_CORRECT_Q, mask=MASK)
    draw_runs(canvas, modules, page.qr, layout.height)
    lines = _caption_lines(words)
    if len(layout.pages) > 1:
        lines[-1] += f" · {page.number}/{len(layout.pages)}"
    if code.is_test:
        draw_text(canvas, page.specimen, layout.height)
        if not code.is_card:
            lines.insert(0, page.specimen.text)
    y = page.caption.y
    for line in lines:
        draw_text(canvas, Text(page.caption.x, y, page.caption.size, "bold", "middle", line), layout.height)
        y += round(page.caption.size * LEADING)


def _caption_lines(words: str) -> list[str]:
    """Return the grouped code in lines of at most three groups: five do not fit under the QR code."""
    groups = words.split("-")
    return ["-".join(groups[start : start + 3]) for start in range(0, len(groups), 3)]


def qr_modules(text: str, *, version: int | None, level: int = ERROR_CORRECT_M) -> list[list[bool]]:
    """Return the modules of the text's QR code, row by row, without quiet zone; True is black."""
    code = qrcode.QRCode(version=version, error_correction=level, border=0, mask_pattern=MASK)
    code.add_data(text, optimize=0)
    code.make(fit=version is None)
    return [[bool(module) for module in row] for row in code.modules]


def draw_qr(
    canvas: Canvas, text: str, place: Square, page_height: int, *, version: int | None, level: int = ERROR_CORRECT_M
) -> None:
    """Draw a QR code with its quiet zone inside the place."""
    draw_runs(canvas, Runs.of(qr_modules(text, version=version, level=level)), place, page_height)


def draw_runs(canvas: Canvas, code: Runs, place: Square, page_height: int) -> None:
    """Draw a QR code by its runs of black modules.

    Rectangles and not an image: some printers smooth small images. Each run is one rectangle, a hair taller than a
    module so that no white line shows between rows.
    """
    side = place.size * POINTS / (code.side + 2 * QUIET)
    left = place.x * POINTS + QUIET * side
    top = (page_height - place.y) * POINTS - QUIET * side
    path = ["q", f"{side:.5f} 0 0 {-side:.5f} {left:.4f} {top:.4f} cm"]
    path += [f"{x} {y} {length} 1.02 re" for x, y, length in code.runs]
    # reportlab has no call for raw operators; this is the list its own calls append to.
    canvas._code.append("\n".join([*path, "f", "Q"]))
