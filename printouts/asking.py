"""A letter that asks one question, and a slip to cut off, tick and send back.

The letter has its address in the window of a French DL envelope. The last 99 millimetres are the slip: whose it is, the
answers with a box to tick each, lines to write on, where it goes and a line to sign. Nothing on it is secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from reportlab.pdfgen.canvas import Canvas

from printouts.draw import POINTS, draw_text, open_canvas
from printouts.geometry import PAPERS, Text, mm, pt
from printouts.post import cutting_line
from printouts.slips import Letter, letter_head
from printouts.typefaces import printable, substituted, wrap, wrap_evenly

PAPER = PAPERS["A4"]
LEFT, RIGHT = mm(22), PAPER[0] - mm(22)
SLIP_TOP = PAPER[1] - mm(99)
BODY, LEADING = pt(11), 1.36
SMALLER = (BODY, pt(10), pt(9))  # where long names leave no room
GAP = mm(2)
TICK = mm(4)


@dataclass(frozen=True)
class Question:
    """One letter. address: up to six lines for the window. about: what stands first on the slip, as on the list."""

    address: Sequence[str]
    name: str
    paragraphs: Sequence[str]
    about: str


@dataclass(frozen=True)
class SlipWords:
    """What every slip says. answers: each with a box to tick. back_to: where it goes; sign: under the line to sign."""

    heading: str
    answers: Sequence[str]
    remark: str
    back_to: str
    cut_here: str
    sign: str


def draw_questions(
    questions: Iterable[Question],
    out: BinaryIO,
    *,
    heading: str,
    slip: SlipWords,
    authority: str = "",
    place_and_date: str = "",
    language: str = "fr",
) -> int:
    """Write one page of A4 for each, and return their number.

    A letter that no face has stands as ``?``: the others must go out. Raises ValueError if the paragraphs do not fit
    above the slip.
    """
    canvas = open_canvas(out, *PAPER, title=heading, language=language)
    count = 0
    for one in questions:
        head = Letter([substituted(line) for line in one.address], substituted(one.name), "", "", ())
        y = letter_head(canvas, head, PAPER, heading, authority, place_and_date)
        size = _size(one.paragraphs, SLIP_TOP - mm(3) - y)
        for paragraph in one.paragraphs:
            y = _lines(canvas, paragraph, y, size=size) + GAP
        cutting_line(canvas, slip.cut_here, SLIP_TOP)
        _draw_slip(canvas, one.about, slip)
        canvas.showPage()
        count += 1
    canvas.save()
    return count


def _size(paragraphs: Sequence[str], room: int) -> int:
    """The largest size of letters in which all of this fits. Raises ValueError."""
    for size in SMALLER:
        lines = sum(len(wrap(substituted(words), "text", size, RIGHT - LEFT)) for words in paragraphs)
        if lines * round(size * LEADING) + len(paragraphs) * GAP <= room:
            return size
    raise ValueError("the letter is longer than its page")


def _lines(canvas: Canvas, words: str, y: int, face: str = "text", left: int = LEFT, size: int = BODY) -> int:
    for line in wrap(substituted(words), face, size, RIGHT - left):
        y += round(size * LEADING)
        draw_text(canvas, Text(left, y, size, face, "start", line), PAPER[1])
    return y


def _draw_slip(canvas: Canvas, about: str, slip: SlipWords) -> None:
    y = SLIP_TOP + mm(12)
    for line in wrap_evenly(slip.heading, "display", pt(14), RIGHT - LEFT)[:2]:
        draw_text(canvas, Text(LEFT, y, pt(14), "display", "start", line), PAPER[1])
        y += round(pt(14) * 1.12)
    y = _lines(canvas, about, y - mm(3), "bold") + mm(4)
    canvas.setLineWidth(0.8)
    for answer in slip.answers:
        canvas.rect(LEFT * POINTS, (PAPER[1] - y - mm(5.9)) * POINTS, TICK * POINTS, TICK * POINTS)
        y = _lines(canvas, answer, y, left=LEFT + mm(8)) + mm(2.4)
    y = _lines(canvas, slip.remark, y)
    canvas.setLineWidth(0.4)
    for _line in range(2):
        y += mm(8)
        canvas.line(LEFT * POINTS, (PAPER[1] - y) * POINTS, RIGHT * POINTS, (PAPER[1] - y) * POINTS)
    _lines(canvas, slip.back_to, y + mm(2))
    foot, start = PAPER[1] - mm(13), RIGHT - mm(80)
    canvas.line(start * POINTS, (PAPER[1] - foot) * POINTS, RIGHT * POINTS, (PAPER[1] - foot) * POINTS)
    draw_text(canvas, Text(start, foot + mm(4), pt(8), "text", "start", printable(slip.sign)), PAPER[1])
