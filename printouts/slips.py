"""Passes to cut out, and letters with a code.

A pass and a letter carry the same code twice: as a QR code and typed in groups
``XXXX-XXXX-XXXX-XXXX-XX``, because a camera may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from qrcode.constants import ERROR_CORRECT_M
from reportlab.pdfgen.canvas import Canvas

from printouts.draw import POINTS, draw_qr, draw_text, open_run
from printouts.geometry import PAPERS, Square, Text, mm, pt
from printouts.typefaces import printable, width, wrap, wrap_evenly

GROUP = 4
COLUMNS, ROWS = 2, 5  # passes on a sheet of A4
SHEET_MARGIN = mm(8)
QR_SIZE = mm(27)


@dataclass(frozen=True)
class Pass:
    """One pass. code_text: the 18 characters without groups. lines: what else it says (meeting, place)."""

    code_text: str
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Letter:
    """One letter. address: up to six lines for the window. url: where the code is typed, in the QR code too.

    The QR code carries ``qr_text`` if given, else the code alone.
    """

    address: Sequence[str]
    name: str
    code_text: str
    url: str
    paragraphs: Sequence[str]
    qr_text: str = ""


def grouped(code_text: str) -> str:
    """Return the code in groups of four, joined by hyphens."""
    return "-".join(code_text[start : start + GROUP] for start in range(0, len(code_text), GROUP))


def draw_passes(
    passes: Iterable[Pass],
    out: BinaryIO,
    *,
    heading: str,
    instruction: str,
    authority: str = "",
    language: str = "fr",
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write sheets of A4 with ten passes each, in the order given, and return their number.

    The lines to cut along are printed once between neighbours. Raises UnprintableText.
    """
    size = PAPERS["A4"]
    canvas = open_run(out, *size, title=heading, language=language)
    cell = ((size[0] - 2 * SHEET_MARGIN) // COLUMNS, (size[1] - 2 * SHEET_MARGIN) // ROWS)
    rest, count = iter(passes), 0
    while sheet := list(islice(rest, COLUMNS * ROWS)):
        _cutting_lines(canvas, size, cell)
        for index, slip in enumerate(sheet):
            x, y = SHEET_MARGIN + index % COLUMNS * cell[0], SHEET_MARGIN + index // COLUMNS * cell[1]
            _draw_pass(canvas, slip, x, y, cell, size[1], (authority, heading, instruction))
        canvas.showPage()
        count += len(sheet)
        if on_progress:
            on_progress(count)
    canvas.save()
    return count


def _cutting_lines(canvas: Canvas, size: tuple[int, int], cell: tuple[int, int]) -> None:
    canvas.saveState()
    canvas.setLineWidth(0.4)
    canvas.setDash(1.2, 2.4)
    for column in range(COLUMNS + 1):
        x = (SHEET_MARGIN + column * cell[0]) * POINTS
        canvas.line(x, SHEET_MARGIN * POINTS, x, (size[1] - SHEET_MARGIN) * POINTS)
    for row in range(ROWS + 1):
        y = (size[1] - SHEET_MARGIN - row * cell[1]) * POINTS
        canvas.line(SHEET_MARGIN * POINTS, y, (size[0] - SHEET_MARGIN) * POINTS, y)
    canvas.restoreState()


def _draw_pass(
    canvas: Canvas, slip: Pass, x: int, y: int, cell: tuple[int, int], page: int, words: tuple[str, str, str]
) -> None:
    authority, heading, instruction = words
    left, right = x + mm(6), x + cell[0] - mm(5)
    room = right - QR_SIZE - mm(2) - left
    top = y + mm(5.5)
    for text, face, points, leading in ((authority, "bold", 8, 1.25), (heading, "display", 14, 1.1)):
        for line in wrap_evenly(text, face, pt(points), room)[:2]:
            top += round(pt(points) * leading)
            draw_text(canvas, Text(left, top - mm(0.6), pt(points), face, "start", line), page)
    top += mm(1)
    for line in (piece for text in slip.lines for piece in wrap(text, "text", pt(9), room, most=2)):
        top += round(pt(9) * 1.25)
        draw_text(canvas, Text(left, top, pt(9), "text", "start", line), page)
    place = Square(right - QR_SIZE + mm(2), y + mm(3.5), QR_SIZE)
    draw_qr(canvas, slip.code_text, place, page, version=1, level=ERROR_CORRECT_M)
    _code_line(canvas, slip.code_text, left, right, y + cell[1] - mm(17), page)
    foot = y + cell[1] - mm(8.2)
    for line in wrap(instruction, "text", pt(8.5), right - left, most=2):
        draw_text(canvas, Text(left, foot, pt(8.5), "text", "start", line), page)
        foot += round(pt(8.5) * 1.25)


def _code_line(canvas: Canvas, code_text: str, left: int, right: int, baseline: int, page: int) -> None:
    """Draw the typed code as large as it fits, between double rules."""
    words = grouped(code_text)
    size = min(pt(17), pt(17) * (right - left) // width(words, "bold", pt(17)))
    canvas.setFillGray(0)
    for offset in (-mm(7.4), mm(2.6)):
        y = (page - baseline - offset) * POINTS
        canvas.rect(left * POINTS, y, (right - left) * POINTS, 0.9, stroke=0, fill=1)
        canvas.rect(left * POINTS, y - 1.9, (right - left) * POINTS, 0.9, stroke=0, fill=1)
    draw_text(canvas, Text((left + right) // 2, baseline, size, "bold", "middle", words), page)


def draw_letters(
    letters: Iterable[Letter],
    out: BinaryIO,
    *,
    heading: str,
    authority: str = "",
    place_and_date: str = "",
    code_label: str = "Votre code personnel",
    language: str = "fr",
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write one page of A4 per letter and return their number.

    The address stands in the window of a French DL envelope (105 to 195 mm from
    the left, 50 to 85 mm from the top). Raises UnprintableText, and ValueError
    if the paragraphs do not fit the page.
    """
    paper = PAPERS["A4"]
    canvas = open_run(out, *paper, title=heading, language=language)
    count = 0
    for letter in letters:
        y = letter_head(canvas, letter, paper, heading, authority, place_and_date)
        y = _code_plate(canvas, letter, paper, code_label, y)
        for paragraph in letter.paragraphs:
            for line in wrap(paragraph, "text", pt(11.5), paper[0] - 2 * mm(22)):
                y += round(pt(11.5) * 1.4)
                draw_text(canvas, Text(mm(22), y, pt(11.5), "text", "start", line), paper[1])
            y += mm(2.6)
        if y > paper[1] - mm(15):
            raise ValueError("the letter is longer than its page")
        canvas.showPage()
        count += 1
        if on_progress and count % 50 == 0:
            on_progress(count)
    canvas.save()
    return count


def letter_head(
    canvas: Canvas, letter: Letter, paper: tuple[int, int], heading: str, authority: str, place_and_date: str
) -> int:
    """Draw who speaks, the address in its window, what it is about and who is meant; return the y under it."""
    page = paper[1]
    draw_text(canvas, Text(mm(22), mm(24), pt(12), "bold", "start", printable(authority)), page)
    for index, line in enumerate(letter.address[:6]):
        for piece in wrap(line, "text", pt(11), mm(84), most=1):
            draw_text(canvas, Text(mm(108), mm(55) + index * mm(5), pt(11), "text", "start", piece), page)
    y = mm(98)
    draw_text(canvas, Text(paper[0] - mm(22), y - mm(4), pt(10.5), "text", "end", printable(place_and_date)), page)
    for line in wrap_evenly(heading, "display", pt(21), paper[0] - mm(44)):
        y += round(pt(21) * 1.12)
        draw_text(canvas, Text(mm(22), y, pt(21), "display", "start", line), page)
    y += mm(9)
    draw_text(canvas, Text(mm(22), y, pt(11.5), "text", "start", printable(letter.name)), page)
    return y + mm(5)


def _code_plate(canvas: Canvas, letter: Letter, paper: tuple[int, int], label: str, y: int) -> int:
    """Draw the code between double rules, its QR code at the end, and return the y under it."""
    left, right, page = mm(22), paper[0] - mm(22), paper[1]
    height = mm(38)
    canvas.setFillGray(0)
    for edge in (y, y + height):
        for offset in (0, mm(1.3)):
            foot = (page - edge - offset) * POINTS
            canvas.rect(left * POINTS, foot, (right - left) * POINTS, mm(0.6) * POINTS, stroke=0, fill=1)
    text = letter.qr_text or letter.code_text
    draw_qr(canvas, text, Square(right - mm(33), y + mm(3), mm(33)), page, version=None)
    draw_text(canvas, Text(left, y + mm(11), pt(11), "text", "start", printable(label)), page)
    room = right - left - mm(37)
    size = min(pt(22), pt(22) * room // width(grouped(letter.code_text), "bold", pt(22)))
    draw_text(canvas, Text(left, y + mm(22), size, "bold", "start", grouped(letter.code_text)), page)
    for line in wrap(letter.url, "bold", pt(11.5), room, most=1):
        draw_text(canvas, Text(left, y + mm(31), pt(11.5), "bold", "start", line), page)
    return y + height + mm(6)
