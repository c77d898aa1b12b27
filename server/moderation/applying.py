"""What the log says of moderation, and what it changes.

Types ``moderation.hidden``, ``moderation.shown``, ``moderation.held``; written by the installation alone. The header
says that it was done in which space; everyone can count them. The body: ``kind``, ``ref``, ``at`` (ISO 8601, UTC), and
for what is hidden ``reason`` (one of ``content.Reason``) and ``words``.
"""

from __future__ import annotations

import json
from datetime import datetime

from server.ledger.applying import Bell, CannotApply, applies
from server.ledger.models import Record

from .content import State
from .models import Hiding
from .reportables import KINDS

PREFIX = "moderation."


def _apply(record: Record, body: bytes) -> Bell:
    told = json.loads(body)
    kind = KINDS.get(told["kind"])
    found = kind.find([told["ref"]]).get(told["ref"]) if kind else None
    if kind is None or found is None:
        raise CannotApply
    row, state, at = found.row, record.type.removeprefix(PREFIX), datetime.fromisoformat(told["at"])
    row.held_at = at if state == State.HELD else None
    row.hidden_at = at if state == State.HIDDEN else None
    row.hidden_reason, row.hidden_words = told.get("reason", ""), told.get("words", "")
    row.save(update_fields=["held_at", "hidden_at", "hidden_reason", "hidden_words"])
    Hiding.objects.filter(kind=kind.kind, ref=row.ref).delete()
    if row.hidden_at:
        Hiding.objects.create(
            kind=kind.kind, ref=row.ref, space=found.space, reason=row.hidden_reason, hidden_at=row.hidden_at
        )
    kind.changed(row)
    return found.space.pk, "discussion"


for _state in State.values:
    applies(f"{PREFIX}{_state}", writes=Hiding, of_house=True)(_apply)
