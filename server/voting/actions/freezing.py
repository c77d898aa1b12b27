"""A box is frozen, opened for votes, and closed. Each step is taken once; taken again it changes nothing."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from printouts.layout import Layout
from server.ledger.actions import append, sign_checkpoint
from server.ledger.recovery import require_in_order
from server.ledger.schemas import is_divided
from server.meetings.models import Session
from server.office.actions import note_act
from server.voting import boxkeys
from server.voting.definitions import build_definition, problems_before_freezing
from server.voting.models import Box
from server.voting.paper_form import lay_out_ballot
from server.voting.refusals import NotReadyToFreeze, SessionsStillOpen, WrongState

from .roll_versions import announce_roll

if TYPE_CHECKING:
    from server.accounts.models import User

ORDER = list(Box.State)


def locked_box(box: Box) -> Box:
    """The box as it stands, held until the transaction ends.

    Everyone takes locks in one order: box, session, pass or sheet, chain, log. ``no_key`` everywhere, because a new row
    that points to a box or a session must not wait for who holds it.
    """
    return (
        Box.objects.select_for_update(of=("self",), no_key=True)
        .select_related("component__space", "roll")
        .get(pk=box.pk)
    )


def has_passed(box: Box, state: str) -> bool:
    """Whether the box is in this state or beyond: the step that leads there was taken."""
    return ORDER.index(Box.State(box.state)) >= ORDER.index(Box.State(state))


def require_state(box: Box, state: str) -> None:
    """Raise WrongState unless the box is exactly there: steps are not skipped, and there is no way back."""
    if box.state != state:
        raise WrongState(details={"state": box.state, "needed": str(state)})


def log_transition(box: Box, type_: str, facts: dict | None = None, *, body: bytes | None = None) -> None:
    """One more line in the life of a box. Raises Recovering: none is written while records are being brought back."""
    require_in_order()
    content = body if body is not None else json.dumps(facts or {}, sort_keys=True).encode()
    append(type=type_, definition=box.definition_hash, space=box.space.slug, actor="organiser", body=content)


@transaction.atomic
def freeze_box(*, box: Box, by: User) -> Box:
    """Fix what decides the result: question, projects, rules, doors, layout, keys. Before printing and packing.

    Raises NotReadyToFreeze with the sentences that say what is missing.
    """
    box = locked_box(box)
    if has_passed(box, Box.State.FROZEN):
        return box
    if problems := problems_before_freezing(box):
        raise NotReadyToFreeze(details={"problems": problems})
    boxkeys.make_keys(box)
    box.is_small_vote = not is_divided()
    laid_out = _lay_out(box)
    layouts = [{"number": layout.number, "sha256": layout.sha256.hex()} for layout in laid_out]
    facts = build_definition(box, box_key=boxkeys.public_key(box), seed=boxkeys.seed(box), layouts=layouts)
    box.definition = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    box.definition_hash = hashlib.sha256(box.definition.encode()).hexdigest()
    box.layout, *more = [layout.to_json().decode() for layout in laid_out] or [""]
    box.more_layouts = "\n".join(more)
    box.state = Box.State.FROZEN
    box.save(update_fields=["definition", "definition_hash", "layout", "more_layouts", "is_small_vote", "state"])
    log_transition(box, "box.frozen", body=box.definition.encode())
    announce_roll(box, by=by)
    note_act("box.frozen", by=by, space=box.space, subject=box)
    _renew_packs(box)
    return box


def _renew_packs(box: Box) -> None:
    """Kiosks that are already enrolled in a session of this box must fetch its definition and state."""
    for session in box.sessions.all():
        session.devices.update(pack_version=F("pack_version") + 1)


def _lay_out(box: Box) -> list[Layout]:
    """The layouts of the ballot, the ordinary one first; none where the vote takes no paper."""
    if not box.offers("paper"):
        return []
    return lay_out_ballot(box, build_definition(box))


@transaction.atomic
def open_voting(*, box: Box, by: User) -> Box:
    """From now on ballots are taken, by each door while it stands open."""
    box = locked_box(box)
    if has_passed(box, Box.State.OPEN):
        return box
    require_state(box, Box.State.FROZEN)
    _move(box, Box.State.OPEN, "box.voting_opened", by)
    sign_checkpoint()
    _renew_packs(box)
    return box


@transaction.atomic
def close_voting(*, box: Box, by: User) -> Box:
    """No more ballots online. Sheets of closed sessions may still be read. Raises SessionsStillOpen."""
    box = locked_box(box)
    if has_passed(box, Box.State.CLOSED):
        return box
    require_state(box, Box.State.OPEN)
    if box.sessions.filter(state__in=[Session.State.OPEN, Session.State.PAUSED]).exists():
        raise SessionsStillOpen
    _move(box, Box.State.CLOSED, "box.voting_closed", by)
    sign_checkpoint()
    return box


def _move(box: Box, state: str, type_: str, by: User) -> None:
    box.state = state
    box.save(update_fields=["state"])
    log_transition(box, type_)
    note_act(type_, by=by, space=box.space, subject=box)
