"""A ballot is cast: one function for the web and for paper. Kiosks seal their own; ``intake_rules`` judges those."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from django.db import transaction

from server.ledger.actions import append
from server.ledger.models import Record
from server.ledger.recovery import require_in_order
from server.meetings.models import Session
from server.processes.models import Door
from server.processes.origin import Origin
from server.voting.answers import KeptAnswer, places
from server.voting.answers import in_order as in_order_of
from server.voting.ballots import Choices, check_choices
from server.voting.definitions import Definition
from server.voting.intake_rules import claim_sealing_keys
from server.voting.models import Box, Pass, SentForm
from server.voting.refusals import (
    BoxNotOpen,
    DoorClosed,
    OnlineClosed,
    RightUnknown,
    SessionNotOpen,
    SheetSpoiled,
    SheetUnknown,
)
from server.voting.refusals_ballots import (
    BallotRefused,
    Malformed,
    OutOfRange,
    OverBudget,
    RepeatedChoice,
    SealedCopied,
    SealedMalformed,
    TooFew,
    TooMany,
    TooManyPoints,
    UnknownChoice,
)
from server.voting.rights import Right
from server.voting.sealing import seal

from .freezing import locked_box

if TYPE_CHECKING:
    from server.paper.models import Sheet

PROBLEMS: dict[str, type[BallotRefused]] = {
    refusal.code: refusal
    for refusal in (
        Malformed, UnknownChoice, RepeatedChoice, TooFew, TooMany, OutOfRange, TooManyPoints, OverBudget
    )
}  # fmt: skip
OPEN_FOR_SCANS = (Session.State.OPEN, Session.State.PAUSED, Session.State.CLOSED)


@transaction.atomic
def cast_ballot(
    *,
    box: Box,
    right: Right,
    choices: Choices | None = None,
    sealed: bytes | None = None,
    origin: Origin,
    token: str = "",
) -> Record:
    """Seal a ballot, unless the browser did, and put it into the log. Later online ballots of a right replace earlier.

    The same form sent again (same right, same ``token``) returns the record it made (D19). What is on a sheet is
    taken as it is, even if it is too much: it counts as invalid, it is never trimmed (P21).
    Raises BoxNotOpen, OnlineClosed, DoorClosed, RightUnknown, AccountSeparated, Struck, SessionNotOpen, SheetSpoiled, a
    BallotRefused, SealedCopied.
    """
    if (choices is None) == (sealed is None) or right.box.pk != box.pk:
        raise ValueError("give choices or a sealed ballot, and a right of this box")
    box = locked_box(box)
    sent = _sent_form(box, right, token)
    if sent and sent.outcome:
        return Record.objects.get(pk=sent.outcome)
    definition = _require_open(box, origin)
    _require_right(right, origin)
    if sealed is None:
        assert choices is not None
        sealed = _seal(definition, choices, is_paper=origin.door == Door.PAPER)
    elif len(sealed) != definition.sealed_size:
        raise SealedMalformed
    record = append(
        type="ballot.sealed",
        definition=definition.hash,
        space=box.space.slug,
        session=origin.session.ref if origin.session else "",
        actor="operator" if origin.door == Door.PAPER else "",
        subject=right.subject,
        body=sealed,
    )
    if claim_sealing_keys([(definition.hash, sealed, record.id)]):
        raise SealedCopied
    if sent:
        SentForm.objects.filter(pk=sent.pk).update(outcome=record.id)
    return record


def _sent_form(box: Box, right: Right, token: str) -> SentForm | None:
    """The note that this form was sent: a new one, or the one it left the first time. The box is locked."""
    if not token:
        return None
    name = hashlib.sha256("\n".join(("cast", box.ref, right.subject, token)).encode()).hexdigest()
    return SentForm.objects.get_or_create(token=name)[0]


def _require_open(box: Box, origin: Origin) -> Definition:
    """The frozen definition, when the box takes ballots by this door now."""
    if origin.door == Door.WEB:
        require_in_order()
        is_open = box.state == Box.State.OPEN
    else:
        is_open = box.state in (Box.State.OPEN, Box.State.CLOSED)
    if not is_open:
        raise BoxNotOpen(details={"state": box.state})
    if origin.door == Door.WEB and box.online_closed_at:
        raise OnlineClosed
    definition = Definition.of(box)
    if origin.door not in (Door.WEB, Door.PAPER) or not definition.offers(origin.door):
        raise DoorClosed(details={"door": str(origin.door)})
    if origin.door == Door.PAPER:
        _require_session(box, origin.session)
    return definition


def _require_session(box: Box, session: Session | None) -> None:
    state = box.sessions.filter(pk=session.pk).values_list("state", flat=True).first() if session else None
    if state not in OPEN_FOR_SCANS:
        raise SessionNotOpen(details={"state": state or ""})


def _require_right(right: Right, origin: Origin) -> None:
    """Look again, with the row held: the pass may have been handed in, the sheet spoiled, since the right was found.

    The entry of an account is not held, the box is: whoever is matched to it meanwhile casts behind this ballot.
    """
    kind, _, value = right.subject.partition(":")
    if (kind == "sheet") != (origin.door == Door.PAPER):
        raise RightUnknown
    right.require_account()
    if kind == "use":
        held = Pass.objects.select_for_update(no_key=True).filter(
            use_value=value, is_void=False, is_exchanged=False, is_test=False
        )
        if not held.exists():
            raise RightUnknown
    if kind == "sheet":
        _require_sheet(right.sheet, origin)


def _require_sheet(sheet: Sheet | None, origin: Origin) -> None:
    if sheet is None:
        raise SheetUnknown
    held = type(sheet).objects.select_for_update(of=("self",), no_key=True).select_related("run").get(pk=sheet.pk)
    if held.run.session_id != (origin.session.pk if origin.session else None):
        raise SheetUnknown
    if held.is_spoiled:
        raise SheetSpoiled


def _seal(definition: Definition, choices: Choices, *, is_paper: bool) -> bytes:
    if not is_paper:
        require_allowed(definition, choices)
    return seal(
        in_order(definition, choices),
        box_key=definition.box_key,
        definition=definition.hash_bytes,
        length=definition.sealed_length,
    )


def require_allowed(definition: Definition, choices: Choices) -> None:
    """Raise the refusal for the first thing that is wrong with these choices. No choice at all is allowed."""
    contests = {contest["id"]: contest for contest in definition.rules}
    for contest_id, chosen in choices.items():
        if contest_id not in contests:
            raise UnknownChoice(details={"contest": contest_id})
        if problems := check_choices(contests[contest_id], chosen):
            raise PROBLEMS[problems[0]](details={"contest": contest_id, "chosen": len(chosen)})


def in_order(definition: Definition, choices: Choices) -> dict[str, KeptAnswer]:
    """The choices as a plain ballot lists them: every contest (``answers.in_order``).

    Raises UnknownChoice for what is not on the ballot.
    """
    ordered = {}
    for contest in definition.rules:
        chosen = choices.get(contest["id"], ())
        if not set(chosen) <= set(places(contest)):
            raise UnknownChoice(details={"contest": contest["id"]})
        ordered[contest["id"]] = in_order_of(contest, chosen)
    return ordered


@transaction.atomic
def decide_sheet(*, box: Box, sheet: Sheet, stands: Record | None, origin: Origin) -> Record:
    """People looked: of this sheet the ballot ``stands`` counts, or none. The last decision holds.

    Raises BoxNotOpen once the box is reconciled, SessionNotOpen.
    """
    box = locked_box(box)
    if box.state not in (Box.State.OPEN, Box.State.CLOSED):
        raise BoxNotOpen(details={"state": box.state})
    _require_session(box, origin.session)
    assert origin.session is not None
    return append(
        type="sheet.decided",
        definition=box.definition_hash,
        space=box.space.slug,
        session=origin.session.ref,
        actor="operator",
        subject=f"sheet:{sheet.use_value}",
        body=json.dumps({"stands": stands.id if stands else ""}).encode(),
    )
