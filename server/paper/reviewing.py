"""People look at what the machine could not decide. Their word is added beside the machine's, never written over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from server.ledger.models import Record
from server.processes.origin import Origin
from server.voting.actions import cast_ballot, decide_sheet
from server.voting.answers import KeptAnswer, in_order
from server.voting.ballots import check_choices
from server.voting.definitions import Definition
from server.voting.models import Box
from server.voting.rights import Right
from server.voting.sealing import seal
from server.web.live import ring

from . import leases
from .judging import signature_of
from .models import Adjudication, ImageView, Reading, Sheet
from .querysets import BALLOT_OUTCOMES, WAITING
from .refusals import AlreadyDecided, AnotherPersonAsked, ChoicesNotAllowed, NothingToDecide, SheetChanged
from .second_looks import Stage, Word, is_settled, stage_of

if TYPE_CHECKING:
    from server.accounts.models import User

Outcome = Adjudication.Outcome
# What an invalid ballot says when it is sealed: the empty name, which no project can have. It opens as invalid, and
# what was written on the paper, a name perhaps, never enters the box (B8).
NOTHING_VALID = [""]


@transaction.atomic
def adjudicate(
    *,
    reading: Reading,
    outcome: str,
    choices: Mapping[str, Any] | None = None,
    note: str = "",
    by: User,
    version: str = "",
) -> Adjudication:
    """Add one person's decision about an image. Where it settles the image, settle its sheet by it (``second_looks``).

    ``choices``: these answers stand, whatever the machine saw. ``invalid``: the sheet is a ballot, and an invalid one.
    Both settle the sheet: its other images that wait are set aside. ``discard``: this image does not count; the sheet
    stays as it was. The same decision sent twice is one. version: what ``version_of`` said when the person looked.

    Raises NothingToDecide, AlreadyDecided, HeldByAnother, SheetChanged (somebody was quicker, B17), AnotherPersonAsked,
    ChoicesNotAllowed, BoxNotOpen, SessionNotOpen.
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
    word = Word(by.pk, outcome, checked(box, choices or {}) if outcome == Outcome.CHOICES else {})
    rows = list(reading.adjudications.all())
    said = [word_of(row) for row in rows]
    if word in said:
        return rows[said.index(word)]
    _require_asked(rows, by)
    leases.require_free(sheet, by)
    if version and version != version_of(reading):
        raise SheetChanged
    settles = is_settled([*said, word], Definition.of(box).reviewers)
    decision = Adjudication.objects.create(
        reading=reading, decided_by=by, outcome=outcome, choices=word.choices, note=note[:300], settles=settles
    )
    if settles:
        _apply(reading, box, sheet, word, by)
    leases.end(sheet)
    ring(reading.batch.session.meeting.space_id, "review")
    return decision


def word_of(row: Adjudication) -> Word:
    return Word(row.decided_by_id, row.outcome, row.choices)


def version_of(reading: Reading) -> str:
    """Changes whenever there is something new about the sheet of an image: another image of it, a decision."""
    images = Reading.objects.filter(sheet=reading.sheet_id)
    return f"{images.count()}-{Adjudication.objects.filter(reading__in=images).count()}"


def stage(reading: Reading) -> Stage:
    """Who is asked next about an image that waits."""
    box = reading.box
    persons = Definition.of(box).reviewers if box else 1
    return stage_of([word_of(row) for row in reading.adjudications.all()], persons)


def _require_asked(rows: Sequence[Adjudication], by: User) -> None:
    """Raises AlreadyDecided, AnotherPersonAsked."""
    if any(row.settles for row in rows):
        raise AlreadyDecided
    if any(row.decided_by_id == by.pk for row in rows):
        raise AnotherPersonAsked


def _apply(reading: Reading, box: Box, sheet: Sheet, word: Word, by: User) -> None:
    origin = Origin.on_paper(reading.batch.session, by)
    if word.outcome == Outcome.DISCARD:
        _stay(box, sheet, origin)
        return
    settle_sheet(box, sheet, word.outcome, word.choices, origin)
    _set_aside_others(reading, by)


def checked(box: Box, choices: Mapping[str, Any]) -> dict[str, KeptAnswer]:
    """The answers as a ballot spells them, if they make a valid or blank ballot. Raises ChoicesNotAllowed."""
    contests = Definition.of(box).rules
    if not set(choices) <= {contest["id"] for contest in contests}:
        raise ChoicesNotAllowed
    answers: dict[str, KeptAnswer] = {}
    for contest in contests:
        answer = choices.get(contest["id"], [])
        if problems := check_choices(contest, answer):
            raise ChoicesNotAllowed(details={"problems": list(problems)})
        answers[contest["id"]] = in_order(contest, answer)
    return answers


def settle_sheet(box: Box, sheet: Sheet, outcome: str, choices: Mapping[str, Any], origin: Origin) -> None:
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


def _held_ballot(sheet: Sheet, choices: Mapping[str, Any]) -> Record | None:
    """The ballot that the sheet has, if it says the same as these choices."""
    if not sheet.ballot or signature_standing(sheet, but_the_last=True) != signature_of({"choices": choices}):
        return None
    return Record.objects.get(pk=sheet.ballot)


def signature_standing(sheet: Sheet, *, but_the_last: bool = False) -> str:
    """What the ballot of a sheet says: what people decided last, else what was read or typed in.

    but_the_last: the decision that is being made does not count yet.
    """
    decided = Adjudication.objects.filter(reading__sheet=sheet, settles=True, outcome__in=BALLOT_OUTCOMES)
    said = list(decided.order_by("-pk").values_list("outcome", "choices")[:2])[but_the_last:]
    if said:
        outcome, choices = said[0]
        return signature_of({"choices": choices, "invalid": outcome == Outcome.INVALID})
    cast = (Reading.Status.AUTOMATIC, Reading.Status.KEYED)
    read = sheet.readings.filter(status__in=cast).values_list("interpretation", flat=True).first()
    return signature_of(read or {})


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
