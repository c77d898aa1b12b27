"""Cards that people write on: an idea, or a comment on something. The layout of one card, and many of them on A4.

A card has the corner markers and the QR code of a sheet (``sheetcode``, flag 4), and lines in place of mark boxes: no
machine reads what stands on it. It is cut from a sheet of A4: two cards to a sheet, or four; in large print one.
Nothing is printed on the cut but a thin dotted line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from reportlab.pdfgen.canvas import Canvas

from printouts.draw import POINTS, draw_own, draw_static, open_run
from printouts.geometry import PAPERS, Layout, Picture, Rule, Text, mm, pt
from printouts.page_parts import Sheet, finish, place_evenly
from printouts.sheetcode import SheetCode
from printouts.typefaces import CAP_HEIGHT, printable, width, wrap

PAPER_OF = {1: "A4", 2: "A4/2", 4: "A4/4"}  # cards on a sheet of A4
LINE, EDGE = mm(0.25), mm(0.45)
BETWEEN = mm(6)  # two fields side by side


@dataclass(frozen=True)
class Field:
    """Something to be written. hint: after its label. lines: to write on; 0: as many as there is room for.

    boxes: words each with a box to tick instead of lines. beside: stands on one line with the field before it.
    """

    label: str
    hint: str = ""
    lines: int = 1
    boxes: Sequence[str] = ()
    beside: bool = False


@dataclass(frozen=True)
class CardWords:
    """What stands on a card. about: what a comment is on. consent: what happens with the card, at its foot."""

    authority: str
    title: str
    lead: str
    fields: Sequence[Field]
    consent: str
    about: str = ""
    door_text: str = "Sur papier"
    specimen_text: str = "Spécimen"
    language: str = "fr"


@dataclass(frozen=True)
class Measures:
    """Sizes in points; top, gap (between two lines), qr and tick in micrometres."""

    title: float
    about: float
    small: float
    lead: float
    label: float
    foot: float
    caption: float
    top: int
    qr_top: int
    qr: int
    gap: int
    tick: int


MEASURES = {
    1: Measures(38, 22, 16, 18, 18, 15, 10, mm(22), mm(19), mm(38), mm(14), mm(8)),
    2: Measures(25, 14, 10.5, 11, 11, 8.8, 8, mm(17), mm(9), mm(30), mm(8.6), mm(5)),
    4: Measures(18, 11.5, 8.5, 9, 9.5, 7.5, 6.8, mm(20), mm(19), mm(25), mm(7.8), mm(4.2)),
}


def lay_out_card(words: CardWords, *, per_sheet: int, number: int) -> Layout:
    """Return the layout of one card; the same words give the same bytes. per_sheet: 1 (large print), 2 or 4.

    number: 0..65535, printed in the QR code. Raises UnprintableText, and ValueError where the words leave no room.
    """
    paper, sizes = PAPER_OF[per_sheet], MEASURES[per_sheet]
    sheet = Sheet(paper)
    y, is_cut = _head(sheet, words, sizes)
    foot = _foot(sheet, words, sizes)
    _fields(sheet, words, sizes, y, foot)
    page = finish(
        sheet,
        words.language,
        qr=(sizes.qr_top, sizes.qr),
        caption=sizes.caption,
        specimen=printable(words.specimen_text),
    )
    return Layout(
        number=number,
        paper=paper,
        width=sheet.width,
        height=sheet.height,
        language=words.language,
        title=printable(words.title),
        is_large_print=per_sheet == 1,
        is_shortened=is_cut,
        pages=(page,),
    )


def _head(sheet: Sheet, words: CardWords, sizes: Measures) -> tuple[int, bool]:
    """Who asks, for what, and about what; the y under it, and whether a title was cut."""
    room = sheet.room - sizes.qr - mm(4)
    y = sheet.place(
        wrap(words.authority, "bold", pt(sizes.small), room, most=2), "bold", sizes.small, sheet.side, sizes.top, 1.3
    )
    y = place_evenly(sheet, words.title, sizes.title, room, y + mm(0.8))
    if words.lead:
        y = sheet.lines(words.lead, "text", sizes.lead, sheet.side, y + mm(1.2), room, 1.3)
    is_cut = False
    if words.about:
        lines = wrap(words.about, "semi", pt(sizes.about), room, most=4)
        is_cut = lines[-1].endswith("…") and not words.about.rstrip().endswith("…")
        y = sheet.place(lines, "semi", sizes.about, sheet.side, y + mm(1.2), 1.2)
    under_qr = sizes.qr_top + sizes.qr + round(pt(sizes.caption) * 2.6)
    return sheet.double_rule(max(y, under_qr) + mm(1.4)), is_cut


def _foot(sheet: Sheet, words: CardWords, sizes: Measures) -> int:
    """What happens with the card, between the corner markers; the y above it."""
    left = max(sheet.side, mm(20))
    right = sheet.width - left
    door, size = printable(words.door_text), pt(sizes.foot + 1)
    sign = round(size * 1.7)
    beside = width(door, "bold", size) + sign + mm(1.5)
    room = right - left - beside - mm(5)
    is_narrow = room < mm(45)
    lines = wrap(words.consent, "text", pt(sizes.foot), right - left if is_narrow else room)
    high = round(pt(sizes.foot) * 1.28) * len(lines)
    bottom = sheet.height - mm(8.6)
    top = bottom - max(high, sign if not is_narrow else 0)
    sheet.place(lines, "text", sizes.foot, left, top, 1.28)
    if not is_narrow:
        sheet.pictures.append(Picture("paper", "square", right - beside, bottom - sign, sign))
        baseline = bottom - sign // 2 + round(size * CAP_HEIGHT["bold"] / 2)
        sheet.texts.append(Text(right, baseline, size, "bold", "end", door))
    return top - mm(2.2)


def _fields(sheet: Sheet, words: CardWords, sizes: Measures, y: int, foot: int) -> None:
    """Labels and lines, from the head to the foot; what has no number of lines takes the room that is left.

    Raises ValueError where that is less than two lines.
    """
    rows: list[list[Field]] = []
    for field in words.fields:
        if field.beside and rows:
            rows[-1].append(field)
        else:
            rows.append([field])
    label = round(pt(sizes.label) * 1.45)
    fixed = sum(_height(row[0], label, sizes) for row in rows)
    free = (foot - y - fixed) // sizes.gap
    if any(not row[0].lines and not row[0].boxes for row in rows) and free < 2:
        raise ValueError("the words of this card leave no room to write")
    spare = max(0, foot - y - fixed - free * sizes.gap) // max(1, len(rows))
    for row in rows:
        y += spare // 2
        share = (sheet.room - BETWEEN * (len(row) - 1)) // len(row)
        for place, field in enumerate(row):
            left = sheet.side + place * (share + BETWEEN)
            _field(sheet, field, sizes, left, share, y, free if not field.lines else field.lines)
        y += _height(row[0], label, sizes) + (0 if row[0].lines or row[0].boxes else free * sizes.gap) + spare // 2


def _height(field: Field, label: int, sizes: Measures) -> int:
    if field.boxes:
        return label + sizes.tick + mm(0.8)
    return label + mm(1) + field.lines * sizes.gap


def _field(sheet: Sheet, field: Field, sizes: Measures, left: int, room: int, y: int, lines: int) -> None:
    size = pt(sizes.label)
    baseline = y + size
    name = printable(field.label)
    sheet.texts.append(Text(left, baseline, size, "bold", "start", name))
    at, small = left + width(name + " ", "bold", size), pt(sizes.label - 1)
    hint = printable(field.hint)
    if hint and at + width(hint, "text", small) <= left + room:  # half a hint says nothing
        sheet.texts.append(Text(at, baseline, small, "text", "start", hint))
    y += round(size * 1.45)
    if field.boxes:
        _boxes(sheet, field.boxes, sizes, left, room, y)
        return
    for line in range(1, lines + 1):
        sheet.rules.append(Rule(left, y + line * sizes.gap - LINE, room, LINE))


def _boxes(sheet: Sheet, words: Sequence[str], sizes: Measures, left: int, room: int, y: int) -> None:
    """Boxes with their words, as far from each other as the room allows."""
    side, size, near = sizes.tick, pt(sizes.label), mm(1.6)
    told = [printable(word) for word in words]
    long = [side + near + width(word, "text", size) for word in told]
    between = max(mm(2), (room - sum(long)) // max(1, len(words) - 1))
    x = left
    for word, wide in zip(told, long, strict=True):
        edges = ((0, 0, side, EDGE), (0, side - EDGE, side, EDGE), (0, 0, EDGE, side), (side - EDGE, 0, EDGE, side))
        sheet.rules += [Rule(x + dx, y + dy, across, down) for dx, dy, across, down in edges]
        baseline = y + side // 2 + round(size * CAP_HEIGHT["text"] / 2)
        sheet.texts.append(Text(x + side + near, baseline, size, "text", "start", word))
        x += wide + min(between, mm(14))


@dataclass(frozen=True)
class PrintedCard:
    """One card of a run: which layout, its definition's SHA-256, its serial (10 bytes), and what people call that."""

    layout: Layout
    definition: bytes
    serial: bytes
    caption: str
    is_test: bool = False


def draw_idea_cards(
    cards: Iterable[PrintedCard],
    out: BinaryIO,
    *,
    title: str,
    language: str,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write the cards on sheets of A4, in the order given, as many to a sheet as fit, and return their number.

    All cards of a run are of one size. on_progress is told the number of cards done, sheet by sheet.
    """
    canvas = open_run(out, *PAPERS["A4"], title=title, language=language)
    rest, count, forms = iter(cards), 0, _Forms(canvas)
    first = next(rest, None)
    while first is not None:
        across, down = _places(first.layout)
        sheet = [first, *islice(rest, across * down - 1)]
        for place, card in enumerate(sheet):
            x, y = place % across * card.layout.width, place // across * card.layout.height
            canvas.saveState()
            canvas.translate(x * POINTS, (PAPERS["A4"][1] - y - card.layout.height) * POINTS)
            canvas.doForm(forms.of(card.layout))
            draw_own(canvas, card.layout, card.layout.page(1), _code(card), card.caption)
            canvas.restoreState()
        _cuts(canvas, across, down)
        canvas.showPage()
        count += len(sheet)
        if on_progress:
            on_progress(count)
        first = next(rest, None)
    if not count:
        canvas.showPage()
    canvas.save()
    return count


class _Forms:
    """What all cards of a layout have in common, written once in the file."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.names: dict[bytes, str] = {}

    def of(self, layout: Layout) -> str:
        name = self.names.get(layout.sha256)
        if name is None:
            name = self.names[layout.sha256] = f"card{len(self.names) + 1}"
            self.canvas.beginForm(name)
            draw_static(self.canvas, layout, layout.page(1))
            self.canvas.endForm()
        return name


def _code(card: PrintedCard) -> SheetCode:
    return SheetCode(
        definition=card.definition[:8],
        layout=card.layout.number,
        page=1,
        pages=1,
        serial=card.serial,
        is_test=card.is_test,
        is_large_print=card.layout.is_large_print,
        is_card=True,
    )


def _places(layout: Layout) -> tuple[int, int]:
    """How many cards lie beside each other on A4, and how many above each other."""
    wide, high = PAPERS["A4"]
    return wide // layout.width, high // layout.height


def _cuts(canvas: Canvas, across: int, down: int) -> None:
    wide, high = (side * POINTS for side in PAPERS["A4"])
    canvas.saveState()
    canvas.setStrokeGray(0.55)
    canvas.setLineWidth(0.4)
    canvas.setDash(0.8, 3)
    for column in range(1, across):
        canvas.line(wide * column / across, 0, wide * column / across, high)
    for row in range(1, down):
        canvas.line(0, high * row / down, wide, high * row / down)
    canvas.restoreState()


def without_words(layout: Layout) -> Layout:
    """The layout as far as the reader needs it: its corners and its size."""
    return replace(layout, pages=tuple(replace(page, texts=(), rules=(), pictures=()) for page in layout.pages))
