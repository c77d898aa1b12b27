"""Letters with a return envelope: who votes at home finds here how, and cuts off the slip that goes on the envelope.

The letter has its address in the window of a French DL envelope. Its last 99 millimetres are the slip, of the size of
that envelope: where the sheet goes back to, the code of the envelope as a QR code and typed, and a line to sign. The
sheet itself is any sheet of a print run: nothing here knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from qrcode.constants import ERROR_CORRECT_M
from reportlab.pdfgen.canvas import Canvas

from printouts.draw import POINTS, draw_qr, draw_text, open_canvas
from printouts.geometry import PAPERS, Square, Text, mm, pt
from printouts.slips import Letter, grouped, letter_head
from printouts.typefaces import printable, width, wrap, wrap_evenly

PAPER = PAPERS["A4"]
LEFT, RIGHT = mm(22), PAPER[0] - mm(22)
SLIP_TOP = PAPER[1] - mm(99)
QR_SIZE = mm(33)
BODY, LEADING = pt(10.5), 1.34


@dataclass(frozen=True)
class SlipWords:
    """What every slip says. back_to: up to six lines of an address. sign: under the line to sign; both in words."""

    heading: str
    back_to: Sequence[str]
    cut_here: str
    code_label: str
    sign: str


def draw_post(
    letters: Iterable[Letter],
    out: BinaryIO,
    *,
    heading: str,
    slip: SlipWords,
    authority: str = "",
    language: str = "fr",
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write one page of A4 per letter, each with its slip, and return their number.

    Raises UnprintableText, and ValueError if the paragraphs do not fit above the slip.
    """
    canvas = open_canvas(out, *PAPER, title=heading, language=language)
    count = 0
    for letter in letters:
        y = letter_head(canvas, letter, PAPER, heading, authority, "")
        for number, paragraph in enumerate(letter.paragraphs, start=1):
            y = _step(canvas, f"{number}.", paragraph, y)
        if y > SLIP_TOP - mm(4):
            raise ValueError("the letter is longer than its page")
        _draw_slip(canvas, letter.code_text, slip)
        canvas.showPage()
        count += 1
        if on_progress and count % 50 == 0:
            on_progress(count)
    canvas.save()
    return count


def _step(canvas: Canvas, number: str, words: str, y: int) -> int:
    """One numbered step of what to do."""
    inset = LEFT + mm(7)
    for place, line in enumerate(wrap(words, "text", BODY, RIGHT - inset)):
        y += round(BODY * LEADING)
        if not place:
            draw_text(canvas, Text(LEFT, y, BODY, "bold", "start", number), PAPER[1])
        draw_text(canvas, Text(inset, y, BODY, "text", "start", line), PAPER[1])
    return y + mm(1.4)


def _draw_slip(canvas: Canvas, code_text: str, slip: SlipWords) -> None:
    cutting_line(canvas, slip.cut_here, SLIP_TOP)
    y = SLIP_TOP + mm(11)
    for line in wrap_evenly(slip.heading, "display", pt(14), mm(80))[:2]:
        draw_text(canvas, Text(LEFT, y, pt(14), "display", "start", line), PAPER[1])
        y += round(pt(14) * 1.12)
    _address(canvas, slip.back_to)
    draw_qr(
        canvas, code_text, Square(LEFT - mm(4), SLIP_TOP + mm(20), QR_SIZE), PAPER[1], version=1, level=ERROR_CORRECT_M
    )
    _code(canvas, code_text, slip.code_label)
    _line_to_sign(canvas, slip.sign)


def cutting_line(canvas: Canvas, words: str, top: int) -> None:
    """A dashed line across the page, with what it is for at its end."""
    canvas.saveState()
    canvas.setLineWidth(0.4)
    canvas.setDash(1.2, 2.4)
    y = (PAPER[1] - top) * POINTS
    canvas.line(0, y, PAPER[0] * POINTS, y)
    canvas.restoreState()
    draw_text(canvas, Text(RIGHT, top + mm(4.2), pt(8), "text", "end", printable(words)), PAPER[1])


def _address(canvas: Canvas, lines: Sequence[str]) -> None:
    """In the window of the envelope, like the address of the letter."""
    for place, line in enumerate(lines[:6]):
        for piece in wrap(line, "bold" if not place else "text", pt(12), mm(88), most=1):
            y = SLIP_TOP + mm(27) + place * mm(5.6)
            draw_text(canvas, Text(mm(104), y, pt(12), "bold" if not place else "text", "start", piece), PAPER[1])


def _code(canvas: Canvas, code_text: str, label: str) -> None:
    y = SLIP_TOP + mm(64)
    draw_text(canvas, Text(LEFT, y, pt(9), "text", "start", printable(label)), PAPER[1])
    words = grouped(code_text)
    size = min(pt(17), pt(17) * (RIGHT - LEFT) // width(words, "bold", pt(17)))
    draw_text(canvas, Text(LEFT, y + mm(7), size, "bold", "start", words), PAPER[1])


def _line_to_sign(canvas: Canvas, words: str) -> None:
    y = SLIP_TOP + mm(88)
    canvas.setFillGray(0)
    canvas.rect(LEFT * POINTS, (PAPER[1] - y) * POINTS, (RIGHT - LEFT) * POINTS, 0.8, stroke=0, fill=1)
    for line in wrap(words, "text", pt(9), RIGHT - LEFT, most=1):
        draw_text(canvas, Text(LEFT, y + mm(4), pt(9), "text", "start", line), PAPER[1])
