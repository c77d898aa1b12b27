"""Passes as cards of the size of a bank card, ten on a sheet of A4, in two languages.

Cards are cut from the marks in the margin: nothing is printed where the knife goes, so that a cut half a millimetre
beside leaves no line on a card. Each carries its code as a QR code and typed as large as it fits. A card for tests says
so in a black band, which no desk can overlook in a stack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from qrcode.constants import ERROR_CORRECT_M
from reportlab.pdfgen.canvas import Canvas

from printouts.draw import POINTS, draw_qr, draw_text, open_canvas
from printouts.geometry import PAPERS, Square, Text, mm, pt
from printouts.slips import Pass, grouped
from printouts.typefaces import printable, width, wrap

PAPER = PAPERS["A4"]
WIDTH, HEIGHT = mm(85), mm(54)
COLUMNS, ROWS = 2, 5
LEFT, TOP = (PAPER[0] - COLUMNS * WIDTH) // 2, (PAPER[1] - ROWS * HEIGHT) // 2
INSET = mm(4.5)
QR_SIZE = mm(27)
BAND = mm(6.5)
TICK, GAP = mm(5), mm(1.5)


@dataclass(frozen=True)
class CardWords:
    """What every card says. headings and instructions: one for each language, the town's first. specimen: on tests."""

    authority: str
    headings: Sequence[str]
    instructions: Sequence[str]
    specimen: str = ""


def draw_cards(
    passes: Iterable[Pass],
    out: BinaryIO,
    *,
    words: CardWords,
    language: str = "fr",
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write sheets of A4 with ten cards each, in the order given, and return their number. Raises UnprintableText."""
    canvas = open_canvas(out, *PAPER, title=words.headings[0], language=language)
    rest, count = iter(passes), 0
    while sheet := list(islice(rest, COLUMNS * ROWS)):
        _cut_marks(canvas)
        for place, slip in enumerate(sheet):
            _draw_card(canvas, slip, LEFT + place % COLUMNS * WIDTH, TOP + place // COLUMNS * HEIGHT, words)
        canvas.showPage()
        count += len(sheet)
        if on_progress:
            on_progress(count)
    canvas.save()
    return count


def _cut_marks(canvas: Canvas) -> None:
    """Short lines outside the cards, at every edge of theirs."""
    canvas.saveState()
    canvas.setLineWidth(0.4)
    bottom, right = TOP + ROWS * HEIGHT, LEFT + COLUMNS * WIDTH
    for column in range(COLUMNS + 1):
        for near in (TOP - GAP - TICK, bottom + GAP):
            _line(canvas, LEFT + column * WIDTH, near, LEFT + column * WIDTH, near + TICK)
    for row in range(ROWS + 1):
        for near in (LEFT - GAP - TICK, right + GAP):
            _line(canvas, near, TOP + row * HEIGHT, near + TICK, TOP + row * HEIGHT)
    canvas.restoreState()


def _line(canvas: Canvas, x: int, y: int, to_x: int, to_y: int) -> None:
    canvas.line(x * POINTS, (PAPER[1] - y) * POINTS, to_x * POINTS, (PAPER[1] - to_y) * POINTS)


def _draw_card(canvas: Canvas, slip: Pass, x: int, y: int, words: CardWords) -> None:
    left, right, top = x + INSET, x + WIDTH - INSET, y + mm(4)
    if words.specimen:
        _specimen(canvas, words.specimen, x, y)
        top = y + BAND + mm(1)
    room = right - QR_SIZE - left
    for text, face, points in ((words.authority, "bold", 7.0), *_headings(words.headings)):
        top = _lines(canvas, wrap(text, face, pt(points), room, most=2), face, points, left, top)
    top += mm(0.8)
    for text in slip.lines:
        top = _lines(canvas, wrap(text, "text", pt(7), room, most=1), "text", 7.0, left, top)
    qr_top = y + (BAND + mm(0.5) if words.specimen else mm(2))
    place = Square(right - QR_SIZE + mm(2.5), qr_top, QR_SIZE)
    draw_qr(canvas, slip.code_text, place, PAPER[1], version=1, level=ERROR_CORRECT_M)
    _code(canvas, slip.code_text, left, right, y + mm(40))
    foot = y + mm(43.5)
    for text in words.instructions:
        foot = _lines(canvas, wrap(text, "text", pt(6.6), right - left, most=2), "text", 6.6, left, foot)


def _headings(headings: Sequence[str]) -> list[tuple[str, str, float]]:
    """The first language large, the others under it."""
    return [
        (text, "display" if not place else "semi", 11.5 if not place else 8.5) for place, text in enumerate(headings)
    ]


def _lines(canvas: Canvas, texts: Sequence[str], face: str, points: float, left: int, top: int) -> int:
    for text in texts:
        top += round(pt(points) * 1.2)
        draw_text(canvas, Text(left, top, pt(points), face, "start", text), PAPER[1])
    return top


def _specimen(canvas: Canvas, words: str, x: int, y: int) -> None:
    canvas.setFillGray(0)
    canvas.rect(x * POINTS, (PAPER[1] - y - BAND) * POINTS, WIDTH * POINTS, BAND * POINTS, stroke=0, fill=1)
    canvas.setFillGray(1)
    line = printable(words)
    size = min(pt(10), pt(10) * (WIDTH - 2 * INSET) // width(line, "bold", pt(10)))
    draw_text(canvas, Text(x + WIDTH // 2, y + mm(4.5), size, "bold", "middle", line), PAPER[1])
    canvas.setFillGray(0)


def _code(canvas: Canvas, code_text: str, left: int, right: int, baseline: int) -> None:
    """As large as it fits between two rules."""
    words = printable(grouped(code_text))
    size = min(pt(16), pt(16) * (right - left) // width(words, "bold", pt(16)))
    canvas.setFillGray(0)
    for offset in (-mm(5.6), mm(1.9)):
        y = (PAPER[1] - baseline - offset) * POINTS
        canvas.rect(left * POINTS, y, (right - left) * POINTS, 0.8, stroke=0, fill=1)
    draw_text(canvas, Text((left + right) // 2, baseline, size, "bold", "middle", words), PAPER[1])
