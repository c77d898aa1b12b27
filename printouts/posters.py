"""What hangs in the hall: how to vote on paper, on A3, and a label for each ballot box, on A4. Black on white.

The poster says the same as the sheet, in letters that are read from three metres. The label has lines to write on by
hand: numbers of seals, names, hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from reportlab.pdfgen.canvas import Canvas

from printouts.draw import POINTS, draw_text, open_canvas
from printouts.forms import RIGHT_TO_LEFT, SHAPES
from printouts.geometry import Picture, Rule, Text, mm, pt
from printouts.page_parts import DOUBLE, Sheet
from printouts.pictures import draw_picture
from printouts.typefaces import printable, wrap_evenly

KINDS = ("read", "pen", "urn")
EXAMPLES = ("cross", "tick", "fill", "dot")
OTHER_SIDE = {"start": "end", "end": "start", "middle": "middle"}


@dataclass(frozen=True)
class Poster:
    """steps: three sentences (read, mark, drop). shape: of the sheet's boxes. marks: captions of right and wrong."""

    authority: str
    title: str
    rule: str
    steps: Sequence[str]
    marks_yes: str
    marks_no: str
    foot: str
    shape: str = "square"
    language: str = "fr"


@dataclass(frozen=True)
class BoxLabel:
    """lines: which vote and session. fields: what is written in by hand, one line each. only: what may go in."""

    authority: str
    heading: str
    title: str
    lines: Sequence[str]
    only: str
    fields: Sequence[str]
    language: str = "fr"


def draw_poster(poster: Poster, out: BinaryIO) -> None:
    """Write the poster as one page of A3. Raises UnprintableText, ValueError for another number of steps or shape."""
    if len(poster.steps) != len(KINDS) or poster.shape not in SHAPES:
        raise ValueError("a poster has three steps and square or round boxes")
    sheet = Sheet("A3")
    y = sheet.lines(poster.authority, "bold", 26, sheet.side, mm(28), sheet.room, 1.3) + mm(6)
    y = _title(sheet, poster.title, 64, y) + mm(8)
    y = _double(sheet, y) + mm(9)
    y = sheet.lines(poster.rule, "bold", 34, sheet.side, y, sheet.room, 1.25) + mm(9)
    y = _double(sheet, y) + mm(14)
    for number, (kind, words) in enumerate(zip(KINDS, poster.steps, strict=True), start=1):
        y = _step(sheet, kind, f"{number}", words, y)
    _examples(sheet, poster, mm(334))
    sheet.lines(poster.foot, "text", 24, sheet.side, sheet.height - mm(40), sheet.room, 1.3)
    _write(sheet, poster.title, poster.language, out)


def _title(sheet: Sheet, words: str, points: float, y: int) -> int:
    for size in (points, points * 0.8, points * 0.65):
        lines = wrap_evenly(words, "display", pt(size), sheet.room)
        if len(lines) <= 2:
            break
    return sheet.place(lines, "display", size, sheet.side, y, 1.1)


def _double(sheet: Sheet, y: int) -> int:
    """A double rule, twice as thick as on a sheet."""
    for offset in (0, 4 * DOUBLE):
        sheet.rules.append(Rule(sheet.side, y + offset, sheet.room, 2 * DOUBLE))
    return y + 6 * DOUBLE


def _step(sheet: Sheet, kind: str, number: str, words: str, y: int) -> int:
    size = mm(38)
    left = sheet.side + size + mm(38)
    sheet.pictures.append(Picture(kind, "square", sheet.side, y, size))
    sheet.texts.append(Text(sheet.side + size + mm(12), y + mm(27), pt(72), "display", "start", number))
    lines = wrap_evenly(words, "bold", pt(36), sheet.right - left)
    tall = round(pt(36) * 1.2) * len(lines)
    sheet.place(lines, "bold", 36, left, y + max(0, size - tall) // 2, 1.2)
    return y + max(size, tall) + mm(15)


def _examples(sheet: Sheet, poster: Poster, y: int) -> None:
    size, step = mm(22), mm(46)
    for place, kind in enumerate(EXAMPLES):
        x = sheet.side + place * step
        sheet.pictures.append(Picture(kind, poster.shape, x, y, size))
        words = printable(poster.marks_no if kind == "dot" else poster.marks_yes)
        sheet.texts.append(Text(x + size // 2, y + size + mm(11), pt(26), "text", "middle", words))


def draw_box_label(label: BoxLabel, out: BinaryIO) -> None:
    """Write the label as one page of A4. Raises UnprintableText."""
    sheet = Sheet("A4")
    y = sheet.lines(label.authority, "bold", 15, sheet.side, mm(20), sheet.room, 1.3) + mm(2)
    size = mm(40)
    sheet.pictures.append(Picture("urn", "square", sheet.right - size, mm(20), size))
    y = max(sheet.lines(label.heading, "display", 46, sheet.side, y, sheet.room - size - mm(6), 1.1), mm(20) + size)
    y = _double(sheet, y + mm(6)) + mm(7)
    y = _title(sheet, label.title, 34, y) + mm(2)
    for words in label.lines:
        y = sheet.lines(words, "text", 20, sheet.side, y, sheet.room, 1.3)
    y = _double(sheet, y + mm(6)) + mm(6)
    y = sheet.lines(label.only, "bold", 20, sheet.side, y, sheet.room, 1.3) + mm(8)
    for words in label.fields:
        y += mm(15)
        sheet.texts.append(Text(sheet.side, y - mm(1.5), pt(15), "text", "start", printable(words)))
        sheet.rules.append(Rule(sheet.side + mm(70), y, sheet.room - mm(70), mm(0.3)))
    _write(sheet, label.title, label.language, out)


def _write(sheet: Sheet, title: str, language: str, out: BinaryIO) -> None:
    canvas = open_canvas(out, sheet.width, sheet.height, title=printable(title), language=language)
    for rule in sheet.rules:
        at = (rule.x, sheet.height - rule.y - rule.height, rule.width, rule.height)
        canvas.rect(*(length * POINTS for length in at), stroke=0, fill=1)
    is_mirrored = language in RIGHT_TO_LEFT
    for picture in sheet.pictures:
        x = sheet.width - picture.x - picture.size if is_mirrored else picture.x
        draw_picture(canvas, replace(picture, x=x), sheet.height)
    for text in sheet.texts:
        _write_text(canvas, text, sheet, is_mirrored)
    canvas.showPage()
    canvas.save()


def _write_text(canvas: Canvas, text: Text, sheet: Sheet, is_mirrored: bool) -> None:
    if is_mirrored:
        text = replace(text, x=sheet.width - text.x, align=OTHER_SIDE[text.align], direction="rtl")
    draw_text(canvas, text, sheet.height)
