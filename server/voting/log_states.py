"""The signed state of the public list at each turn of a session and of a box, found again from the records alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from server.ledger.actions import checkpoint_with
from server.ledger.installation import installation
from server.ledger.models import Checkpoint, Record

if TYPE_CHECKING:
    from server.ledger.querysets import RecordQuerySet
    from server.meetings.models import Session

    from .models import Box

TURNS_OF_BOX = {
    "opening": "box.voting_opened",
    "closing": "box.voting_closed",
    "reconciled": "box.reconciled",
    "certified": "box.certified",
}


def announced_versions(box: Box) -> RecordQuerySet:
    """The versions of its roll that the log of this box heard of, the frozen one first."""
    rows = Record.objects.of_box(box.definition_hash).filter(dev=installation().dev, type="roll.version")
    return rows.order_by("index")


def states_of_session(session: Session) -> dict[str, Checkpoint | None]:
    """``opening``, ``closing``, ``reconciled``, those that were reached: the first signed state that holds the turn.

    None where nothing was signed since.
    """
    types = ["meeting.state", "session.reconciled"]
    rows = Record.objects.in_session(session.ref).filter(dev=installation().dev, type__in=types).order_by("index")
    found: dict[str, int] = {}
    for index, type_, body in rows.values_list("index", "type", "payload__body"):
        told = json.loads(bytes(body)).get("state", "") if type_ == "meeting.state" else "reconciled"
        name = {"open": "opening", "closed": "closing", "reconciled": "reconciled"}.get(told)
        if name:  # the first of each: a session that was paused opens once all the same
            found.setdefault(name, index)
    return {name: checkpoint_with(index) for name, index in found.items()}


def was_opened(session: Session) -> bool:
    """Whether people ever came: a session may be closed without having taken place."""
    if session.state in ("prepared", "open", "paused"):
        return session.state != "prepared"
    turns = Record.objects.in_session(session.ref).filter(dev=installation().dev, type="meeting.state")
    return turns.count() > 1


def states_of_box(box: Box) -> dict[str, Checkpoint | None]:
    """The same for a box: ``opening`` and ``closing`` of the vote, ``reconciled``, ``certified``."""
    rows = Record.objects.of_box(box.definition_hash).filter(dev=installation().dev)
    index_of = dict(rows.filter(type__in=TURNS_OF_BOX.values()).values_list("type", "index"))
    return {name: checkpoint_with(index_of[type_]) for name, type_ in TURNS_OF_BOX.items() if type_ in index_of}
