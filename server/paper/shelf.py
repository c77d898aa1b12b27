"""Everything needed to judge some pages of one session, fetched with a handful of queries, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from printouts.sheetcode import NotASheetCode, SheetCode, decode
from server.ledger.codes import Code
from server.meetings.models import Session
from server.voting.definitions import Definition
from server.voting.models import Box

from .decoding import SeenPage
from .joining import SeenOnce, Sheaf
from .judging import (
    INVALID,
    Meaning,
    SheetFacts,
    gate,
    judge,
    marks_of_page,
    meaning_of,
    signature_of,
    signature_of_page,
)
from .models import Adjudication, Reading, Sheet
from .querysets import BALLOT_OUTCOMES


def code_of(seen: SeenPage) -> SheetCode | None:
    try:
        return decode(seen.code) if seen.code else None
    except NotASheetCode:
        return None


@dataclass(frozen=True)
class Judged:
    """What becomes of a page, and what is kept of what it says."""

    status: str
    reason: str
    sheet: Sheet | None
    box: Box | None
    interpretation: dict[str, Any]
    page: int = 1  # of its sheet
    pages: int = 1


class Shelf:
    """Boxes of a session, the sheets that some pages name (held until the transaction ends), and what was read of them.

    Locks are taken in the house's order: boxes, then sheets.
    """

    def __init__(self, session: Session, pages: Sequence[SeenPage]) -> None:
        self.session = session
        self.codes = {seen.page: code for seen in pages if (code := code_of(seen))}
        boxes = session.boxes.exclude(definition="").select_for_update(of=("self",), no_key=True).order_by("pk")
        self.boxes = {bytes.fromhex(box.definition_hash)[:8]: box for box in boxes}
        self.sheets = self._find_sheets()
        self.sheaves = sheaves_of(self.sheets.values())

    def _find_sheets(self) -> dict[str, Sheet]:
        """The sheets printed for this session, by use value."""
        uses = [self.use_of(code) for code in self.codes.values()]
        found = Sheet.objects.filter(use_value__in=uses, run__session=self.session).select_for_update(
            of=("self",), no_key=True
        )
        return {sheet.use_value: sheet for sheet in found.select_related("run__box__component__space").order_by("pk")}

    def use_of(self, code: SheetCode) -> str:
        return Code(code.serial).use(bytes(self.session.code_key)).hex()

    @cached_property
    def known_elsewhere(self) -> set[bytes]:
        """First bytes of every frozen definition of this installation."""
        hashes = Box.objects.exclude(definition_hash="").values_list("definition_hash", flat=True)
        return {bytes.fromhex(digest)[:8] for digest in hashes}

    def is_of_another_session(self, code: SheetCode, box: Box) -> bool:
        """A sheet that was printed for another session of the same box: people mixed up two stacks."""
        others = box.sessions.exclude(pk=self.session.pk).values_list("code_key", flat=True)
        uses = [Code(code.serial).use(bytes(key)).hex() for key in others]
        return Sheet.objects.filter(use_value__in=uses, run__box=box).exists()

    def sheet_of(self, code: SheetCode | None) -> Sheet | None:
        """The sheet that a code names, if it was printed for this session and for the box that the code names."""
        sheet = self.sheets.get(self.use_of(code)) if code else None
        box = self.boxes.get(code.definition) if code else None
        return sheet if sheet and box and sheet.run.box_id == box.pk else None

    def judge(self, seen: SeenPage) -> Judged:
        """What becomes of a page; remembered for the pages behind it."""
        code = self.codes.get(seen.page)
        box, sheet = self.boxes.get(code.definition) if code else None, self.sheet_of(code)
        sheaf = self.sheaves[sheet.pk] if sheet else Sheaf()
        facts = self._facts(code, box, sheet, sheaf)
        gated = self._gate(code, box, facts) if code else ""
        definition = Definition.of(box).facts if box else None
        interpretation, meaning = _read(definition, code, seen, sheaf, facts)
        once = SeenOnce(signature_of_page(interpretation), seen.scores, seen.around)
        status, reason = judge(
            refused=seen.refused,
            has_code=code is not None,
            gated=gated,
            signature=once.signature,
            meaning=meaning,
            sheet=facts,
        )
        if sheet and code and status != Reading.Status.REFUSED:
            sheaf.add(code.page, once)
        pages = (code.page, code.pages) if code else (1, 1)
        return Judged(status, reason, sheet, box, interpretation, *pages)

    def _facts(self, code: SheetCode | None, box: Box | None, sheet: Sheet | None, sheaf: Sheaf) -> SheetFacts:
        if sheet is None or code is None:
            lost = bool(code and box and self.is_of_another_session(code, box))
            return SheetFacts(is_of_another_session=lost)
        return SheetFacts(
            is_known=True,
            is_test=sheet.run.is_test,
            is_spoiled=sheet.is_spoiled,
            is_of_another_layout=code.layout != sheet.run.layout_number,
            earlier=sheaf.earlier(code.page, code.pages),
            missing=sheaf.missing(code.page, code.pages),
            is_in_doubt=sheaf.is_in_doubt(code.page),
            is_settled=sheaf.is_settled,
            decided=frozenset(sheaf.decided),
        )

    def _gate(self, code: SheetCode, box: Box | None, facts: SheetFacts) -> str:
        if code.is_card:
            return "idea_card"
        return gate(
            code_is_test=code.is_test,
            box_is_here=box is not None,
            box_is_ours=box is not None or code.definition in self.known_elsewhere,
            layout_is_held=box is not None and code.layout in layout_numbers(box),
            sheet=facts,
        )


def _read(
    definition: Mapping[str, Any] | None, code: SheetCode | None, seen: SeenPage, sheaf: Sheaf, facts: SheetFacts
) -> tuple[dict[str, Any], Meaning | None]:
    """What a page says, as it is kept, and what its sheet means: None while pages are missing, or nothing was read.

    A page of several keeps its own marks under ``page``; the one that completes the sheet also what all of them mean.
    """
    if not (definition and code and seen.scores):
        return {}, None
    if code.pages == 1:
        meaning = meaning_of(definition, seen.scores, seen.around)
        return meaning.as_json(), meaning
    page = {"page": marks_of_page(definition, seen.scores, seen.around)}
    if facts.missing or facts.earlier:
        return page, None
    whole = meaning_of(definition, *sheaf.joined(code.page, SeenOnce("", seen.scores, seen.around)))
    return whole.as_json() | page, whole


def sheaves_of(sheets: Collection[Sheet]) -> dict[int, Sheaf]:
    """Sheet → what was read of its pages or decided before, but for images that were set aside. Two queries."""
    sheaves: dict[int, Sheaf] = defaultdict(Sheaf)
    pks = [sheet.pk for sheet in sheets]
    standing = Reading.objects.standing().filter(sheet__in=pks).order_by("pk")
    for sheet, page, interpretation, scores in standing.values_list(
        "sheet_id", "sheet_page", "interpretation", "scores"
    ):
        if "invalid" in interpretation:  # typed in by people, all pages at once
            sheaves[sheet].decided.add(signature_of(interpretation))
            continue
        seen = SeenOnce(signature_of_page(interpretation), scores.get("inside", {}), scores.get("around", {}))
        sheaves[sheet].add(page, seen)
    for sheet, signature in decided_signatures(pks):
        sheaves[sheet].is_settled = True
        sheaves[sheet].decided.add(signature)
    for sheet in sheets:
        sheaves[sheet.pk].is_settled |= bool(sheet.ballot)
    return sheaves


def earlier_signatures(sheets: Iterable[int]) -> dict[int, set[str]]:
    """Sheet → signatures of what was read, typed in or decided before, but for images that were set aside.

    Of whole sheets: a page that waits for others says nothing by itself.
    """
    earlier: dict[int, set[str]] = defaultdict(set)
    pks = list(sheets)
    standing = Reading.objects.standing().filter(sheet__in=pks).exclude(status=Reading.Status.PART)
    for sheet, meaning in standing.values_list("sheet_id", "interpretation"):
        earlier[sheet].add(signature_of(meaning))
    for sheet, signature in decided_signatures(pks):
        earlier[sheet].add(signature)
    return earlier


def decided_signatures(sheets: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Yield (sheet, signature) of what people decided about some sheets."""
    decided = Adjudication.objects.filter(reading__sheet__in=sheets, outcome__in=BALLOT_OUTCOMES, settles=True)
    for sheet, outcome, choices in decided.values_list("reading__sheet_id", "outcome", "choices"):
        yield sheet, signature_of({"choices": choices, "invalid": outcome == INVALID})


def layout_numbers(box: Box) -> set[int]:
    return {layout["number"] for layout in Definition.of(box).facts["layouts"]}


def layouts_for_reader(boxes: Iterable[Box]) -> list[dict[str, str]]:
    """What the reader needs to find the marks: each box's layouts, under the first bytes of its definition."""
    return [
        {"definition": box.definition_hash[:16], "layout": text}
        for box in boxes
        for text in (box.layout, *box.more_layouts.split("\n"))
        if text
    ]
