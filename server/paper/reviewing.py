"""People look at what the machine could not decide. Their word is added beside the machine's, never written over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from server.ledger.models import Record
from server.processes.origin import Origin
from server.voting.actions import cast_ballot, decide_sheet
from server.voting.ballots import check_choices
from server.voting.definitions import Definition
from server.voting.models import Box
from server.voting.rights import Right
from server.voting.sealing import seal
from server.web.live import ring

from .judging import signature_of
from .models import Adjudication, ImageView, Reading, Sheet
from .querysets import WAITING
from .refusals import AlreadyDecided, ChoicesNotAllowed, NothingToDecide

if TYPE_CHECKING:
    from server.accounts.models import User

Outcome = Adjudication.Outcome
# What an invalid ballot says when it is sealed: the empty name, which no project can have. It opens as invalid, and
# what was written on the paper, a name perhaps, never enters the box (B8).
NOTHING_VALID = [""]


@transaction.atomic
def adjudicate(
    *, reading: Reading, outcome: str, choices: Mapping[str, Sequence[str]] | None = None, note: str = "", by: User
) -> Adjudication:
    """Add one person's decision about an image, and settle its sheet by it.

    ``choices``: these choices stand, whatever the machine saw. ``invalid``: the sheet is a ballot, and an invalid one.
    Both settle the sheet: its other images that wait are set aside. ``discard``: this image does not count; the sheet
    stays as it was. The same decision sent twice is one.

    Raises NothingToDecide, AlreadyDecided (somebody was quicker, B17), ChoicesNotAllowed, BoxNotOpen, SessionNotOpen.
    """
    reading = Reading.objects.select_related("batch__session__meeting__space").get(pk=reading.pk)
    if reading.status not in WAITING or reading.sheet_id is None:
        raise NothingToDecide
    box = Box.objects.select_for_update(of=("self",), no_key=True).get(pk=reading.box_id)
    sheet = (
        Sheet.objects.select_for_update(of=("self",), no_key=True)
        .select_related("run__box__component__space")
        .get(pk=reading.sheet_id)
    )
    chosen = _checked(box, choices or {}) if outcome == Outcome.CHOICES else {}
    decision, is_new = _add(reading, outcome, chosen, note, by)
    if is_new:
        origin = Origin.on_paper(reading.batch.session, by)
        if outcome == Outcome.DISCARD:
            _stay(box, sheet, origin)
        else:
            _settle(box, sheet, outcome, chosen, origin)
            _set_aside_others(reading, by)
        ring(reading.batch.session.meeting.space_id, "review")
    return decision


def _checked(box: Box, choices: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The choices in the ballot's order, if they make a valid or blank ballot. Raises ChoicesNotAllowed."""
    contests = Definition.of(box).contests
    if not set(choices) <= {contest["id"] for contest in contests}:
        raise ChoicesNotAllowed
    checked = {}
    for contest in contests:
        chosen = list(choices.get(contest["id"], []))
        if problems := check_choices(contest, chosen):
            raise ChoicesNotAllowed(details={"problems": list(problems)})
        checked[contest["id"]] = [choice["id"] for choice in contest["choices"] if choice["id"] in chosen]
    return checked


def _add(
    reading: Reading, outcome: str, choices: dict[str, list[str]], note: str, by: User
) -> tuple[Adjudication, bool]:
    """The decision, and whether it is new. The database lets one reading have one (B17)."""
    try:
        with transaction.atomic():
            return (
                Adjudication.objects.create(
                    reading=reading, decided_by=by, outcome=outcome, choices=choices, note=note[:300]
                ),
                True,
            )
    except IntegrityError:
        first = Adjudication.objects.get(reading=reading)
        if (first.decided_by_id, first.outcome, first.choices) == (by.pk, outcome, choices):
            return first, False
        raise AlreadyDecided from None


def _settle(box: Box, sheet: Sheet, outcome: str, choices: dict[str, list[str]], origin: Origin) -> None:
    """Give the sheet its ballot: the one it has, where people confirm it; else a new one. The log says which stands."""
    stands = _held_ballot(sheet, choices) if outcome == Outcome.CHOICES else None
    if stands is None:
        right = Right.of_sheet(sheet)
        if outcome == Outcome.CHOICES:
            stands = cast_ballot(box=box, right=right, choices=choices, origin=origin)
        else:
            stands = cast_ballot(box=box, right=right, sealed=sealed_as_invalid(box), origin=origin)
        sheet.ballot = stands.id
        sheet.save(update_fields=["ballot"])
    decide_sheet(box=box, sheet=sheet, stands=stands, origin=origin)


def sealed_as_invalid(box: Box) -> bytes:
    """A ballot that opens as invalid and says nothing else."""
    definition = Definition.of(box)
    return seal(
        {contest["id"]: NOTHING_VALID for contest in definition.contests},
        box_key=definition.box_key,
        definition=definition.hash_bytes,
        length=definition.sealed_length,
    )


def _held_ballot(sheet: Sheet, choices: dict[str, list[str]]) -> Record | None:
    """The ballot that the sheet has, if it says the same as these choices."""
    if not sheet.ballot:
        return None
    said = (
        Adjudication.objects.filter(reading__sheet=sheet, outcome__in=(Outcome.CHOICES, Outcome.INVALID))
        .order_by("-pk")
        .values_list("outcome", "choices")[1:2]  # the first of them is the one being made
    )
    if said:
        outcome, held = said[0]
        same = outcome == Outcome.CHOICES and signature_of({"choices": held}) == signature_of({"choices": choices})
    else:
        read = sheet.readings.filter(status=Reading.Status.AUTOMATIC).values_list("interpretation", flat=True).first()
        same = signature_of(read or {}) == signature_of({"choices": choices})
    return Record.objects.get(pk=sheet.ballot) if same else None


def _stay(box: Box, sheet: Sheet, origin: Origin) -> None:
    """An image was set aside. If the sheet has a ballot and nothing waits any more, that ballot is what stands."""
    if sheet.ballot and not sheet.readings.waiting().exists():
        decide_sheet(box=box, sheet=sheet, stands=Record.objects.get(pk=sheet.ballot), origin=origin)


def _set_aside_others(reading: Reading, by: User) -> None:
    """The sheet is settled: its other images that wait need nobody any more. Said so, in the same person's name."""
    others = Reading.objects.filter(sheet_id=reading.sheet_id).waiting().exclude(pk=reading.pk)
    Adjudication.objects.bulk_create(
        [
            Adjudication(
                reading=other, decided_by=by, outcome=Outcome.DISCARD, note=f"settled with page {reading.page}"
            )
            for other in others
        ]
    )


def note_view(*, reading: Reading, viewer: User) -> ImageView:
    """Remember who looked at the image of a sheet. Called before its first byte leaves."""
    return ImageView.objects.create(reading=reading, viewer=viewer)
