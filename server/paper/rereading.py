"""Sheets drawn by dice are read again from the paper, and held against what was read of them before (B18).

Once a session is closed, its stacks are counted and nothing waits for a person, somebody says how many sheets, dice
fall in public, and both go into the public list (``sheets.drawn``). Which sheets are drawn follows from the seed and
from the ballots of the session's sheets (``sampling``); what so many find is told in the same words as for the letters
to people who were marked (decision 0022). People take each sheet out of its stack, type its number and what it says,
and see only then whether that is what was read before. Where it is not, the sheet waits for people like any other that
was read with other marks, and the session is not reconciled before they have decided. Then more sheets are drawn by the
same dice: a sample is added to and never drawn anew, so that nobody draws until one pleases.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.ledger.actions import append
from server.meetings.models import Session
from server.office.actions import note_act
from server.voting.balance_facts import counts_blind
from server.voting.models import Box
from server.voting.rights import find_sheet
from server.voting.sampling import MOST, drawn, false_counts, table
from server.web.live import ring
from server.web.templatetags.parvis import number, percent

from .judging import signature_of
from .keying import observe
from .models import Adjudication, Reading, SampledSheet, Sheet, SheetSample
from .refusals import AnotherSheet, NotYetDrawn, ReadAgainAlready, SampleOutOfRange, SessionOver, SheetsDrawn
from .reviewing import checked, signature_standing
from .second_looks import Word

if TYPE_CHECKING:
    from server.accounts.models import User

Found = SampledSheet.Found
Outcome = Adjudication.Outcome


def sheets_to_draw_from(session: Session, box: Box) -> dict[str, Sheet]:
    """Sheets with a ballot, by the record of that ballot: what the public list names."""
    return {sheet.ballot: sheet for sheet in Sheet.objects.of(session, box).that_count().exclude(ballot="")}


def may_draw(session: Session) -> bool:
    """Whether every sheet that was scanned is read, and the session's accounts are not fixed yet."""
    if session.state != Session.State.CLOSED or counts_blind(session):
        return False
    sheets = Sheet.objects.filter(run__session=session, run__is_test=False)
    return (
        not sheets.undecided().exists() and not session.scan_batches.filter(status__in=["waiting", "reading"]).exists()
    )


@transaction.atomic
def draw_sheets(*, session: Session, box: Box, size: int, seed: str, by: User) -> SheetSample:
    """Draw so many of the sheets by this seed, and let the log know both.

    Raises SheetsDrawn, NotYetDrawn, SampleOutOfRange.
    """
    box = Box.objects.select_for_update(of=("self",), no_key=True).select_related("component__space").get(pk=box.pk)
    if SheetSample.objects.filter(session=session, box=box).exists():
        raise SheetsDrawn
    if not may_draw(session):
        raise NotYetDrawn
    held = sheets_to_draw_from(session, box)
    if not 1 <= size <= min(MOST, len(held)):
        raise SampleOutOfRange(details={"most": min(MOST, len(held))})
    sample = SheetSample.objects.create(session=session, box=box, seed=seed, size=size, of=len(held), by=by)
    _add(sample, held, first=1)
    _tell(sample, by)
    return sample


@transaction.atomic
def draw_more(*, sample: SheetSample, size: int, by: User) -> SheetSample:
    """Add to a sample, by the same dice, until it has ``size`` sheets. Raises SessionOver, SampleOutOfRange."""
    sample = (
        SheetSample.objects.select_for_update(of=("self",), no_key=True)
        .select_related("session", "box")
        .get(pk=sample.pk)
    )
    if sample.session.state == Session.State.RECONCILED:
        raise SessionOver
    held = sheets_to_draw_from(sample.session, sample.box)
    if not sample.size < size <= len(held):
        raise SampleOutOfRange(details={"most": len(held)})
    first, sample.size = sample.size + 1, size
    sample.save(update_fields=["size"])
    _add(sample, held, first=first)
    _tell(sample, by)
    return sample


def _add(sample: SheetSample, held: Mapping[str, Sheet], *, first: int) -> None:
    """The sheets from place ``first`` on. One that was drawn is not drawn again, if ballots changed in between."""
    had = set(sample.sheets.values_list("sheet_id", flat=True))
    order = [held[ballot] for ballot in drawn(held, sample.seed, len(held)) if held[ballot].pk not in had]
    chosen = order[: sample.size - len(had)]
    lying: dict[int, Reading] = {}
    for reading in Reading.objects.filter(sheet__in=chosen).order_by("-pk"):
        lying[reading.sheet_id] = reading
    SampledSheet.objects.bulk_create(
        SampledSheet(sample=sample, sheet=sheet, reading=lying[sheet.pk], place=place)
        for place, sheet in enumerate(chosen, start=first)
    )


def _tell(sample: SheetSample, by: User) -> None:
    """The draw stands in the public list before anybody looks at a sheet."""
    told = {"seed": sample.seed, "size": sample.size, "of": sample.of}
    session, box = sample.session, sample.box
    append(
        type="sheets.drawn",
        definition=box.definition_hash,
        space=box.space.slug,
        session=session.ref,
        actor="operator",
        body=json.dumps(told, sort_keys=True).encode(),
    )
    note_act("sheets.drawn", by=by, space=box.space, subject=box, about=session, facts={"quantity": sample.size})


@transaction.atomic
def read_again(
    *, drawn: SampledSheet, code_text: str, outcome: str, choices: Mapping[str, Any] | None = None, by: User
) -> SampledSheet:
    """What the paper of a drawn sheet says. Where it is not what was read before, people decide about the sheet.

    Raises SessionOver, SheetUnknown, AnotherSheet, ReadAgainAlready, ChoicesNotAllowed.
    """
    row, session, box = _held(drawn)
    sheet = find_sheet(session, code_text)
    if sheet.pk != row.sheet_id:
        raise AnotherSheet
    word = Word(by.pk, outcome, checked(box, choices or {}) if outcome == Outcome.CHOICES else {})
    said = signature_of({"choices": dict(word.choices), "invalid": word.outcome == Outcome.INVALID})
    if said == signature_standing(sheet):
        return _found(row, Found.SAME, by)
    observe(session, sheet, word, by, is_doubt=True)
    ring(session.meeting.space_id, "review")
    return _found(row, Found.DIFFERENT, by)


@transaction.atomic
def miss_paper(*, drawn: SampledSheet, by: User) -> SampledSheet:
    """The paper of a drawn sheet is not where it should lie. Raises SessionOver, ReadAgainAlready."""
    row, _session, _box = _held(drawn)
    return _found(row, Found.NO_PAPER, by)


def _held(drawn: SampledSheet) -> tuple[SampledSheet, Session, Box]:
    """A sheet of which the paper was missing may turn up; what was read stays said."""
    box = Box.objects.select_for_update(of=("self",), no_key=True).get(pk=drawn.sample.box_id)
    row = (
        SampledSheet.objects.select_for_update(of=("self",), no_key=True)
        .select_related("sample__session__meeting")
        .get(pk=drawn.pk)
    )
    session = row.sample.session
    if session.state == Session.State.RECONCILED:
        raise SessionOver
    if row.found in (Found.SAME, Found.DIFFERENT):
        raise ReadAgainAlready
    return row, session, box


def _found(row: SampledSheet, found: str, by: User) -> SampledSheet:
    row.found, row.read_by = found, by
    row.save(update_fields=["found", "read_by"])
    return row


@dataclass(frozen=True)
class ReadAgain:
    """What came of a sample, in sheets: of ``of`` with a ballot ``size`` were drawn."""

    of: int
    size: int
    same: int
    different: int
    no_paper: int
    not_yet: int

    @property
    def looked_at(self) -> int:
        return self.same + self.different

    @property
    def rows(self) -> list[tuple[str, int]]:
        """Each number in words, as every paper and page says it."""
        return [
            (_("Sheets with a ballot"), self.of),
            (_("Drawn by lot"), self.size),
            (_("The paper says the same"), self.same),
            (_("The paper says something else"), self.different),
            (_("The paper was not found"), self.no_paper),
            (_("Not looked at yet"), self.not_yet),
        ]

    @property
    def told(self) -> str:
        """What the sheets that were looked at would have found, for the number that is hardest to find."""
        [(_size, percents)] = table(self.of, self.looked_at)
        wrong = false_counts(self.of)[0]
        words = ngettext(
            "Had %(wrong)s of the %(all)s sheets been read wrongly, it would have been found with a chance of "
            "%(chance)s.",
            "Had %(wrong)s of the %(all)s sheets been read wrongly, at least one of them would have been found with a "
            "chance of %(chance)s.",
            wrong,
        )
        return words % {"wrong": number(wrong), "all": number(self.of), "chance": percent(percents[0], 0)}


def outcome_of(sample: SheetSample) -> ReadAgain:
    counts = Counter(sample.sheets.values_list("found", flat=True))
    return ReadAgain(
        of=sample.of,
        size=sample.size,
        same=counts[Found.SAME],
        different=counts[Found.DIFFERENT],
        no_paper=counts[Found.NO_PAPER],
        not_yet=counts[Found.NOT_YET],
    )
