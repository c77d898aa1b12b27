"""Sealed ballots are fetched, checked, and read: when a box is opened, and for the live numbers of a poll."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from server.ledger.actions import stored_record
from server.ledger.models import Record
from server.office.telling import Tell, silent

from .answers import UNKNOWN, KeptAnswer, kept_choices
from .ballots import Choices, ballot_status
from .definitions import Definition
from .refusals import SettlementChanged
from .sealing import CannotOpen, unseal

if TYPE_CHECKING:
    from .models import Box

Kept = dict[str, KeptAnswer]


def sealed_bodies(box: Box, counted: frozenset[bytes]) -> Iterator[bytes]:
    """The sealed ballots that count, each checked against the commitment in its header. Raises SettlementChanged."""
    rows = Record.objects.of_box(box.definition_hash).ballots().with_payload()
    found = 0
    for row in rows.iterator(chunk_size=2000):
        if bytes.fromhex(row.id) not in counted:
            continue
        record = stored_record(row)
        if record.id != row.id or not record.commitments_hold():
            raise SettlementChanged
        found += 1
        yield record.body
    if found != len(counted):
        raise SettlementChanged


def reads_the_same(box: Box, private: EllipticCurvePrivateKey, tell: Tell = silent) -> bool:
    """Whether the sealed ballots that were kept, read once more, are the opened ones: a contest may ask for it."""
    bodies = [bytes(body) for body in box.sealed_ballots.values_list("body", flat=True)]
    again = Counter(_as_text(*one) for one in unsealed(box, bodies, private, tell))
    return again == Counter(_as_text(*one) for one in box.cast_vote_records.values_list("status", "choices"))


def _as_text(status: str, choices: Choices) -> str:
    return json.dumps([status, choices], sort_keys=True)


def unsealed(
    box: Box, bodies: Sequence[bytes], private: EllipticCurvePrivateKey, tell: Tell = silent
) -> Iterator[tuple[str, Kept]]:
    """``(status, choices)`` of each ballot. What names something that is not on it counts as invalid, never trimmed.

    Foreign text is not kept (``answers.kept``).
    """
    definition = Definition.of(box)
    for place, body in enumerate(bodies, start=1):
        tell(place, len(bodies))
        try:
            choices = unseal(body, box_private=private, definition=definition.hash_bytes)
        except CannotOpen:
            choices = dict.fromkeys((contest["id"] for contest in definition.contests), [UNKNOWN])
        told = kept_choices(definition.rules, choices)
        yield ballot_status(definition.rules, told), told
