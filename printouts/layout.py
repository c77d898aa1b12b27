"""From a ballot form to its layout.

The page, from the top: the institution's word (authority, period, title, lead)
beside the QR code, the instructions between double rules, the choices, and the
end with what to do with the sheet. Positions follow the look of the house:
text 22 mm from the sides, 19 mm from the top, 20 mm from the foot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from printouts.geometry import (
    MARKER_MARGIN,
    PAPERS,
    BadLayout,
    Layout,
    MarkBox,
    Page,
    Picture,
    Rule,
    Square,
    Text,
    corner_markers,
    mm,
    pt,
)
from printouts.rows import LARGE_RUNGS, RUNGS, Choice, Setting, place_rows, set_rows
from printouts.typefaces import CAP_HEIGHT, UnprintableText, printable, width, wrap, wrap_evenly

__all__ = [
    "BadLayout",
    "BallotForm",
    "Choice",
    "Layout",
    "MarkBox",
    "TooManyChoices",
    "UnprintableText",
    "lay_out",
]

SIDE, TOP, FOOT = mm(22), mm(19), mm(20)
QR_SIZE = mm(32)
GAP = mm(8)  # between the words of the head and the QR code
DOUBLE = mm(0.75)  # each line of a double rule, and the white between them
EXAMPLE, EXAMPLE_STEP = mm(8), mm(14.5)
TALLEST_ROW = mm(26)


class TooManyChoices(ValueError):
    """The choices do not fit one sheet; ``code`` is ``too_many_choices``."""

    code = "too_many_choices"

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} choices do not fit one sheet")
        self.count = count


@dataclass(frozen=True)
class BallotForm:
    """What stands on a ballot, in one language.

    contest: id of the contest. choices: in the order printed. shape: ``square``,
    or ``round`` where one choice at most is marked. instructions: paragraphs,
    the first one bold. footer: lines parted by "\\n", the first one bold when
    there are several. marks_yes, marks_no: captions of the example marks.
    """

    title: str
    contest: str
    choices: Sequence[Choice]
    authority: str = ""
    period: str = ""
    lead: str = ""
    instructions: Sequence[str] = field(default_factory=tuple)
    footer: str = ""
    language: str = "fr"
    marks_yes: str = "oui"
    marks_no: str = "non"
    shape: str = "square"
    specimen_text: str = "Spécimen"
    door_text: str = "Sur papier"
    is_large_print: bool = False


@dataclass(frozen=True)
class _Head:
    """Sizes of header, instructions and end (points), by how tight the page is."""

    title: float
    small: float
    lead: float
    how: float
    end: float
    air: int


_HEADS = (
    _Head(25, 11.5, 13, 12.5, 10, mm(4)),
    _Head(21, 11, 12, 11.5, 9.5, mm(3.2)),
    _Head(18, 10, 10.5, 10.5, 8.5, mm(2.4)),
)


class _Sheet:
    """A page while it is being laid out: what is placed so far."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.width, self.height = size
        self.right = self.width - SIDE
        self.texts: list[Text] = []
        self.rules: list[Rule] = []
        self.pictures: list[Picture] = []
        self.marks: list[MarkBox] = []

    def lines(self, words: str, face: str, points: float, x: int, y: int, room: int, leading: float) -> int:
        """Place wrapped text under y and return the y under it."""
        size = pt(points)
        for line in wrap(words, face, size, room):
            # The box of a line is its leading; its capitals are centred in it.
            baseline = y + round((size * leading + size * CAP_HEIGHT[face]) / 2)
            self.texts.append(Text(x, baseline, size, face, "start", line))
            y += round(size * leading)
        return y

    def double_rule(self, y: int) -> int:
        """Place two lines under y and return the y under them."""
        for offset in (0, 2 * DOUBLE):
            self.rules.append(Rule(SIDE, y + offset, self.right - SIDE, DOUBLE))
        return y + 3 * DOUBLE


def lay_out(form: BallotForm, *, paper: str = "A4", number: int = 1) -> Layout:
    """Return the layout of the form on one sheet; the same form gives the same bytes.

    number: 0..65535, printed in the QR code. Raises TooManyChoices, UnprintableText,
    and ValueError for an impossible form (no choice, an id twice, unknown paper or shape).
    """
    _check(form, paper, number)
    size = PAPERS[paper]
    for rung in LARGE_RUNGS if form.is_large_print else RUNGS:
        sheet = _Sheet(size)
        top = _head_and_instructions(sheet, form, _HEADS[rung.head])
        foot = _end(sheet, form, _HEADS[rung.head])
        setting = set_rows(form.choices, rung, sheet.right - SIDE)
        if setting.height <= foot - top and setting.columns.title_room >= mm(28):
            break
    else:
        raise TooManyChoices(len(form.choices))
    _place_choices(sheet, form, setting, top, foot)
    return Layout(
        number=number,
        paper=paper,
        width=sheet.width,
        height=sheet.height,
        language=form.language,
        title=printable(form.title),
        is_large_print=form.is_large_print,
        is_shortened=setting.is_shortened,
        pages=(_page(sheet, form),),
    )


def _check(form: BallotForm, paper: str, number: int) -> None:
    ids = [choice.id for choice in form.choices]
    if not ids or len(set(ids)) != len(ids):
        raise ValueError("a form has choices, each with its own id")
    if paper not in PAPERS or form.shape not in ("square", "round") or not 0 <= number <= 0xFFFF:
        raise ValueError("unknown paper, shape or number of layout")


def _head_and_instructions(sheet: _Sheet, form: BallotForm, head: _Head) -> int:
    """Place everything above the choices and return the y under it."""
    room = sheet.right - SIDE - QR_SIZE - GAP
    y = TOP
    for words in (form.authority, form.period):
        y = sheet.lines(words, "bold", head.small, SIDE, y, room, 1.35)
    y += mm(3 if head.air > mm(3) else 1.5)
    points = _title_size(form.title, head, room)
    for line in wrap_evenly(form.title, "display", pt(points), room):
        y = sheet.lines(line, "display", points, SIDE, y, room + mm(1), 1.08)
    if form.lead:
        y = sheet.lines(form.lead, "text", head.lead, SIDE, y + mm(2), room, 1.35)
    y = max(y, TOP + QR_SIZE + mm(11)) + head.air
    return _instructions(sheet, form, head, y)


def _title_size(title: str, head: _Head, room: int) -> float:
    """Return the largest size in which the title takes at most three lines."""
    for points in (head.title, head.title * 0.85, head.title * 0.72):
        if len(wrap(title, "display", pt(points), room)) <= 3:
            return points
    return head.title * 0.6


def _instructions(sheet: _Sheet, form: BallotForm, head: _Head, y: int) -> int:
    y = sheet.double_rule(y) + head.air * 2 // 3
    examples = sheet.right - 3 * EXAMPLE_STEP - EXAMPLE
    start, tall = y, EXAMPLE + mm(5.5)
    first = len(sheet.texts)
    for position, words in enumerate(form.instructions):
        face = "bold" if position == 0 else "text"
        y = sheet.lines(words, face, head.how, SIDE, y, examples - mm(7) - SIDE, 1.3)
    if y - start < tall:  # few words: centred beside the examples
        drop = (tall - (y - start)) // 2
        sheet.texts[first:] = [_moved(line, drop) for line in sheet.texts[first:]]
    _examples(sheet, form, examples, start + max(0, y - start - tall) // 2)
    return sheet.double_rule(max(y, start + tall) + head.air * 2 // 3)


def _moved(line: Text, drop: int) -> Text:
    return Text(line.x, line.y + drop, line.size, line.face, line.align, line.text)


def _examples(sheet: _Sheet, form: BallotForm, x: int, y: int) -> None:
    for kind, words in zip(("cross", "tick", "fill", "dot"), [form.marks_yes] * 3 + [form.marks_no], strict=True):
        sheet.pictures.append(Picture(kind, form.shape, x, y, EXAMPLE))
        sheet.texts.append(Text(x + EXAMPLE // 2, y + EXAMPLE + mm(4.3), pt(10), "text", "middle", printable(words)))
        x += EXAMPLE_STEP


def _end(sheet: _Sheet, form: BallotForm, head: _Head) -> int:
    """Place the end of the page at its foot and return the y where the choices must stop."""
    door_size = mm(9)
    door_width = width(printable(form.door_text), "bold", pt(11)) + door_size + mm(2)
    paragraphs = [line for line in form.footer.split("\n") if line.strip()]
    room = min(mm(118), sheet.right - SIDE - door_width - mm(6))
    faces = ["bold" if position == 0 and len(paragraphs) > 1 else "text" for position in range(len(paragraphs))]
    count = sum(len(wrap(words, face, pt(head.end), room)) for words, face in zip(paragraphs, faces, strict=True))
    bottom = sheet.height - FOOT
    top = bottom - max(round(pt(head.end) * 1.3) * count, door_size)
    y = top
    for words, face in zip(paragraphs, faces, strict=True):
        y = sheet.lines(words, face, head.end, SIDE, y, room, 1.3)
    sheet.pictures.append(Picture("paper", "square", sheet.right - door_width, bottom - door_size, door_size))
    baseline = bottom - door_size // 2 + round(pt(11) * CAP_HEIGHT["bold"] / 2)
    sheet.texts.append(Text(sheet.right, baseline, pt(11), "bold", "end", printable(form.door_text)))
    return top - head.air


def _place_choices(sheet: _Sheet, form: BallotForm, setting: Setting, top: int, foot: int) -> None:
    """Share the room out among the rows, but never so much that a row falls apart."""
    longest = max(len(rows) for rows in setting.lists)
    height = min(foot - top, max(setting.height, longest * TALLEST_ROW))
    texts, rules, marks = place_rows(setting, contest=form.contest, shape=form.shape, left=SIDE, top=top, height=height)
    sheet.texts += texts
    sheet.rules += rules
    sheet.marks += marks


def _page(sheet: _Sheet, form: BallotForm) -> Page:
    qr = Square(sheet.right - QR_SIZE, TOP, QR_SIZE)
    middle = qr.x + QR_SIZE // 2
    specimen_size = pt(15)
    return Page(
        number=1,
        markers=corner_markers(sheet.width, sheet.height),
        qr=qr,
        caption=Text(middle, TOP + QR_SIZE + mm(2.6), pt(9), "bold", "middle", ""),
        specimen=Text(
            sheet.width // 2, MARKER_MARGIN + mm(6.4), specimen_size, "display", "middle", printable(form.specimen_text)
        ),
        texts=tuple(sheet.texts),
        rules=tuple(sheet.rules),
        pictures=tuple(sheet.pictures),
        marks=tuple(sheet.marks),
    )
