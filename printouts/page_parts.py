"""The parts of a page around the choices: head, instructions, end.

Positions follow the look of the house: text 22 mm from the sides (14 on A5), 19 mm
from the top, 20 mm from the foot. Everything is placed from left to right; a form that
is read from right to left is mirrored as a whole when its page is done.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from printouts.forms import RIGHT_TO_LEFT, BallotForm
from printouts.geometry import (
    MARKER_MARGIN,
    PAPERS,
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
from printouts.typefaces import CAP_HEIGHT, is_mostly_right_to_left, printable, width, wrap, wrap_evenly

SIDE, TOP, FOOT = mm(22), mm(19), mm(20)
SIDES = {"A5": mm(14), "A4/4": mm(12)}  # of narrow papers
QR_SIZE = mm(32)
GAP = mm(8)  # between the words of the head and the QR code
UNDER_QR = mm(11)  # the serial and, of several pages, the page's number
DOUBLE = mm(0.75)  # each line of a double rule, and the white between them
EXAMPLE, EXAMPLE_STEP = mm(8), mm(14.5)
STEP_PICTURE = mm(15)


@dataclass(frozen=True)
class Head:
    """Sizes of header, instructions and end (points), by how tight the page is."""

    title: float
    small: float
    lead: float
    how: float
    end: float
    air: int


HEADS = (
    Head(25, 11.5, 13, 12.5, 10, mm(4)),
    Head(21, 11, 12, 11.5, 9.5, mm(3.2)),
    Head(18, 10, 10.5, 10.5, 8.5, mm(2.4)),
    Head(27, 14, 16, 16, 14, mm(4)),  # large print and easy to read
)


class Sheet:
    """A page while it is being laid out: what is placed so far."""

    def __init__(self, paper: str) -> None:
        self.paper = paper
        self.width, self.height = PAPERS[paper]
        self.side = SIDES.get(paper, SIDE)
        self.right = self.width - self.side
        self.room = self.right - self.side
        self.texts: list[Text] = []
        self.rules: list[Rule] = []
        self.pictures: list[Picture] = []
        self.marks: list[MarkBox] = []

    def lines(self, words: str, face: str, points: float, x: int, y: int, room: int, leading: float) -> int:
        """Place wrapped text under y and return the y under it."""
        return self.place(wrap(words, face, pt(points), room), face, points, x, y, leading)

    def place(self, lines: Sequence[str], face: str, points: float, x: int, y: int, leading: float) -> int:
        """Place lines under y and return the y under them."""
        size = pt(points)
        for line in lines:
            # The box of a line is its leading; its capitals are centred in it.
            baseline = y + round((size * leading + size * CAP_HEIGHT[face]) / 2)
            self.texts.append(Text(x, baseline, size, face, "start", line))
            y += round(size * leading)
        return y

    def double_rule(self, y: int) -> int:
        """Place two lines under y and return the y under them."""
        for offset in (0, 2 * DOUBLE):
            self.rules.append(Rule(self.side, y + offset, self.room, DOUBLE))
        return y + 3 * DOUBLE


def place_head(sheet: Sheet, form: BallotForm, head: Head) -> int:
    """Place everything above the choices of the first page and return the y under it."""
    room = sheet.room - QR_SIZE - GAP
    y = TOP
    for words in (form.authority, form.period):
        y = sheet.lines(words, "bold", head.small, sheet.side, y, room, 1.35)
    y += mm(3 if head.air > mm(3) else 1.5)
    points = _title_size(form.title, head, room)
    # A title is set as even as can be, and a hair wider than its room: a sum of rounded widths.
    y = sheet.place(wrap_evenly(form.title, "display", pt(points), room), "display", points, sheet.side, y, 1.08)
    if form.second:
        second = wrap_evenly(form.second.title, "display", pt(points * 0.75), room)
        y = sheet.place(second, "display", points * 0.75, sheet.side, y + mm(1.5), 1.15)
    for words in (form.lead, form.second.lead if form.second else ""):
        if words:
            y = sheet.lines(words, "text", head.lead, sheet.side, y + mm(2 if words is form.lead else 0.5), room, 1.35)
    y = max(y, TOP + QR_SIZE + UNDER_QR) + head.air
    return _steps(sheet, form, head, y) if form.steps else _instructions(sheet, form, head, y)


def place_short_head(sheet: Sheet, form: BallotForm, head: Head, page: int, pages: int) -> int:
    """Place the head of a later page: what it belongs to, which page it is, the rule in one sentence."""
    room = sheet.room - QR_SIZE - GAP
    size = head.title * 0.62
    y = sheet.lines(form.authority, "bold", head.small, sheet.side, TOP, room, 1.35) + mm(1.5)
    y = sheet.place(wrap_evenly(form.title, "display", pt(size), room), "display", size, sheet.side, y, 1.12)
    if form.second:
        y = sheet.lines(form.second.title, "semi", size * 0.75, sheet.side, y + mm(0.5), room, 1.2)
    words = form.page_text.format(page=page, pages=pages)
    y = sheet.lines(words, "semi", head.small + 1, sheet.side, y + mm(2.5), room, 1.35) + mm(0.5)
    for words in [*form.instructions[:1], *(form.second.instructions[:1] if form.second else ())]:
        y = sheet.lines(words, "text", head.how - 1, sheet.side, y, room, 1.3)
    return sheet.double_rule(max(y + mm(2), TOP + QR_SIZE + UNDER_QR) + head.air)


def place_evenly(sheet: Sheet, title: str, points: float, room: int, y: int) -> int:
    """Place a title, smaller where one line then takes it, else in lines as even as can be; return the y under it."""
    sizes = (points, points * 0.88, points * 0.76)
    found = (size for most in (1, 2) for size in sizes if len(wrap(title, "display", pt(size), room)) <= most)
    size = next(found, points * 0.7)
    return sheet.place(wrap_evenly(title, "display", pt(size), room), "display", size, sheet.side, y, 1.1)


def _title_size(title: str, head: Head, room: int) -> float:
    """Return the largest size in which the title takes at most three lines."""
    for points in (head.title, head.title * 0.85, head.title * 0.72):
        if len(wrap(title, "display", pt(points), room)) <= 3:
            return points
    return head.title * 0.6


def _instructions(sheet: Sheet, form: BallotForm, head: Head, y: int) -> int:
    y = sheet.double_rule(y) + head.air * 2 // 3
    examples = sheet.right - 3 * EXAMPLE_STEP - EXAMPLE
    start, tall = y, EXAMPLE + mm(5.5)
    first = len(sheet.texts)
    for language, paragraphs in enumerate((form.instructions, form.second.instructions if form.second else ())):
        y += mm(1.2) if language and paragraphs else 0
        for position, words in enumerate(paragraphs):
            face = "bold" if position == 0 else "text"
            y = sheet.lines(words, face, head.how, sheet.side, y, examples - mm(7) - sheet.side, 1.3)
    if y - start < tall:  # few words: centred beside the examples
        drop = (tall - (y - start)) // 2
        sheet.texts[first:] = [_moved(line, drop) for line in sheet.texts[first:]]
    _examples(sheet, form, examples, start + max(0, y - start - tall) // 2)
    return sheet.double_rule(max(y, start + tall) + head.air * 2 // 3)


def _moved(line: Text, drop: int) -> Text:
    return dataclasses.replace(line, y=line.y + drop)


def _examples(sheet: Sheet, form: BallotForm, x: int, y: int, caption: float = 10) -> None:
    for kind, words in zip(("cross", "tick", "fill", "dot"), [form.marks_yes] * 3 + [form.marks_no], strict=True):
        sheet.pictures.append(Picture(kind, form.shape, x, y, EXAMPLE))
        for line, language in enumerate(words.split("\n")):
            place = y + EXAMPLE + mm(4.3) + line * round(pt(caption) * 1.15)
            sheet.texts.append(Text(x + EXAMPLE // 2, place, pt(caption), "text", "middle", printable(language)))
        x += EXAMPLE_STEP


def _steps(sheet: Sheet, form: BallotForm, head: Head, y: int) -> int:
    """Place three drawings with a short sentence under each, between double rules, and the examples under them."""
    y = sheet.double_rule(y) + head.air
    share = (sheet.room + mm(6)) // 3
    lowest = y
    for position, (kind, words) in enumerate(zip(("read", "pen", "urn"), form.steps, strict=True)):
        x = sheet.side + position * share
        sheet.pictures.append(Picture(kind, form.shape, x, y, STEP_PICTURE))
        number = Text(x + STEP_PICTURE + mm(3), y + mm(9), pt(26), "display", "start", str(position + 1))
        sheet.texts.append(number)
        lowest = max(lowest, sheet.lines(words, "bold", head.how, x, y + STEP_PICTURE + mm(1.5), share - mm(6), 1.25))
    y = lowest + mm(3)
    examples = sheet.right - 3 * EXAMPLE_STEP - EXAMPLE
    start = y
    for words in form.instructions:
        y = sheet.lines(words, "text", head.how, sheet.side, y, examples - mm(7) - sheet.side, 1.3)
    _examples(sheet, form, examples, start, caption=12)
    return sheet.double_rule(max(y, start + EXAMPLE + mm(6)) + head.air * 2 // 3)


def place_end(sheet: Sheet, form: BallotForm, head: Head, *, is_one_of_many: bool = False) -> int:
    """Place the end of the last page at its foot and return the y where the choices must stop."""
    door_size = mm(9)
    door_width = width(printable(form.door_text), "bold", pt(11)) + door_size + mm(2)
    room = min(mm(118), sheet.room - door_width - mm(6))
    paragraphs = _end_paragraphs(form, is_one_of_many)
    count = sum(len(wrap(words, face, pt(head.end), room)) for words, face in paragraphs)
    bottom = sheet.height - FOOT
    top = bottom - max(round(pt(head.end) * 1.3) * count, door_size)
    y = top
    for words, face in paragraphs:
        y = sheet.lines(words, face, head.end, sheet.side, y, room, 1.3)
    sheet.pictures.append(Picture("paper", "square", sheet.right - door_width, bottom - door_size, door_size))
    baseline = bottom - door_size // 2 + round(pt(11) * CAP_HEIGHT["bold"] / 2)
    sheet.texts.append(Text(sheet.right, baseline, pt(11), "bold", "end", printable(form.door_text)))
    return top - head.air


def _end_paragraphs(form: BallotForm, is_one_of_many: bool) -> list[tuple[str, str]]:
    """Return (words, face): the first line of several is bold, in each language."""
    found = []
    for words in (form, form.second):
        footer = words.many_footer if words and is_one_of_many else ""
        footer = footer or (words.footer if words else "")
        lines = [line for line in footer.split("\n") if line.strip()]
        found += [(line, "bold" if n == 0 and len(lines) > 1 else "text") for n, line in enumerate(lines)]
    return found


def place_next(sheet: Sheet, form: BallotForm, head: Head, page: int, pages: int) -> int:
    """Place what stands at the foot of a page that is not the last, and return the y where the choices must stop."""
    baseline, size = sheet.height - FOOT, pt(head.end + 1)
    here = printable(form.page_text.format(page=page, pages=pages))
    sheet.texts.append(Text(sheet.side, baseline, size, "text", "start", here))
    following = printable(form.next_text.format(page=page + 1))
    arrow = mm(4.5)
    sheet.texts.append(Text(sheet.right - arrow - mm(2), baseline, size, "bold", "end", following))
    sheet.pictures.append(Picture("next", "square", sheet.right - arrow, baseline - mm(3.6), arrow))
    return baseline - mm(6) - head.air


def finish_page(sheet: Sheet, form: BallotForm, number: int = 1) -> Page:
    """Return the page with what is placed on it, mirrored where the language is read from right to left."""
    specimen = printable(form.specimen_text)
    return finish(sheet, form.language, qr=(TOP, QR_SIZE), caption=9, specimen=specimen, number=number)


def finish(sheet: Sheet, language: str, *, qr: tuple[int, int], caption: float, specimen: str, number: int = 1) -> Page:
    """Return the page with its QR code at the end of its line. qr: its top and size; caption: points."""
    is_rtl = language in RIGHT_TO_LEFT
    top, size = qr
    square = Square(sheet.right - size, top, size)
    line = mm(2.6) if size >= QR_SIZE else mm(1.9)
    mark = Text(sheet.width // 2, MARKER_MARGIN + mm(6.4), pt(15), "display", "middle", specimen)
    page = Page(
        number=number,
        markers=corner_markers(sheet.width, sheet.height),
        qr=square,
        caption=Text(square.x + size // 2, top + size + line, pt(caption), "bold", "middle", ""),
        specimen=_directed(mark, is_rtl),
        texts=tuple(_directed(text, is_rtl) for text in sheet.texts),
        rules=tuple(sheet.rules),
        pictures=tuple(sheet.pictures),
        marks=tuple(sheet.marks),
    )
    return _mirrored(page, sheet.width) if is_rtl else page


def _directed(text: Text, is_rtl: bool) -> Text:
    return dataclasses.replace(text, direction="rtl") if is_rtl or is_mostly_right_to_left(text.text) else text


def _mirrored(page: Page, across: int) -> Page:
    """Return the page with its left and right exchanged; the corner markers keep their places."""
    other = {"start": "end", "end": "start", "middle": "middle"}
    replace = dataclasses.replace
    return replace(
        page,
        qr=replace(page.qr, x=across - page.qr.x - page.qr.size),
        caption=replace(page.caption, x=across - page.caption.x),
        texts=tuple(replace(text, x=across - text.x, align=other[text.align]) for text in page.texts),
        rules=tuple(replace(rule, x=across - rule.x - rule.width) for rule in page.rules),
        pictures=tuple(
            replace(one, x=across - one.x - one.size, kind="next-rtl" if one.kind == "next" else one.kind)
            for one in page.pictures
        ),
        marks=tuple(replace(box, x=across - box.x - box.size) for box in page.marks),
    )
