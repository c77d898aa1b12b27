"""Everything needed to judge some pages of one session, fetched with a handful of queries, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from printouts.sheetcode import NotASheetCode, SheetCode, decode
from server.ledger.codes import Code
from server.meetings.models import Session
from server.voting.definitions import Definition
from server.voting.models import Box

from .decoding import SeenPage
from .judging import Meaning, SheetFacts, gate, judge, meaning_of, signature_of
from .models import Adjudication, Reading, Sheet


def code_of(seen: SeenPage) -> SheetCode | None:
    try:
        return decode(seen.code) if seen.code else None
    except NotASheetCode:
        return None


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
        self.earlier = self._find_earlier()

    def _find_sheets(self) -> dict[str, Sheet]:
        """The sheets printed for this session, by use value."""
        uses = [self.use_of(code) for code in self.codes.values()]
        found = Sheet.objects.filter(use_value__in=uses, run__session=self.session).select_for_update(
            of=("self",), no_key=True
        )
        return {sheet.use_value: sheet for sheet in found.select_related("run__box__component__space").order_by("pk")}

    def _find_earlier(self) -> dict[int, set[str]]:
        """Sheet → signatures of what was read or decided before, but for images that were set aside."""
        earlier: dict[int, set[str]] = defaultdict(set)
        pks = [sheet.pk for sheet in self.sheets.values()]
        standing = Reading.objects.standing().filter(sheet__in=pks)
        for sheet, meaning in standing.values_list("sheet_id", "interpretation"):
            earlier[sheet].add(signature_of(meaning))
        decided = Adjudication.objects.filter(reading__sheet__in=pks, outcome=Adjudication.Outcome.CHOICES)
        for sheet, choices in decided.values_list("reading__sheet_id", "choices"):
            earlier[sheet].add(signature_of({"choices": choices}))
        return earlier

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

    def judge(self, seen: SeenPage) -> tuple[str, str, Sheet | None, Box | None, Meaning | None]:
        """Return status, reason, sheet, box and meaning of a page, and remember it for the pages behind it."""
        code = self.codes.get(seen.page)
        box, sheet = self.boxes.get(code.definition) if code else None, self.sheet_of(code)
        facts = self._facts(code, box, sheet)
        gated = self._gate(code, box, facts) if code else ""
        definition = Definition.of(box).facts if box else None
        meaning = meaning_of(definition, seen.scores, seen.around) if definition and seen.scores else None
        status, reason = judge(
            refused=seen.refused, has_code=code is not None, gated=gated, meaning=meaning, sheet=facts
        )
        if sheet and status != Reading.Status.REFUSED:
            self.earlier[sheet.pk].add(meaning.signature if meaning else "")
        return status, reason, sheet, box, meaning

    def _facts(self, code: SheetCode | None, box: Box | None, sheet: Sheet | None) -> SheetFacts:
        if sheet is None:
            lost = bool(code and box and self.is_of_another_session(code, box))
            return SheetFacts(is_of_another_session=lost)
        return SheetFacts(
            is_known=True,
            is_test=sheet.run.is_test,
            is_spoiled=sheet.is_spoiled,
            earlier=frozenset(self.earlier[sheet.pk]),
        )

    def _gate(self, code: SheetCode, box: Box | None, facts: SheetFacts) -> str:
        return gate(
            code_is_test=code.is_test,
            box_is_here=box is not None,
            box_is_ours=box is not None or code.definition in self.known_elsewhere,
            layout_is_held=box is not None and code.layout in layout_numbers(box),
            sheet=facts,
        )


def layout_numbers(box: Box) -> set[int]:
    return {layout["number"] for layout in Definition.of(box).facts["layouts"]}


def layouts_for_reader(boxes: Iterable[Box]) -> list[dict[str, str]]:
    """What the reader needs to find the marks: each box's layout, under the first bytes of its definition."""
    return [{"definition": box.definition_hash[:16], "layout": box.layout} for box in boxes if box.layout]
