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
from server.opendata.published import UNKNOWN

from .ballots import ballot_status
from .definitions import Definition
from .refusals import SettlementChanged
from .sealing import CannotOpen, unseal

if TYPE_CHECKING:
    from .models import Box

Choices = dict[str, list[str]]


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
) -> Iterator[tuple[str, Choices]]:
    """``(status, choices)`` of each ballot. What names something that is not on it counts as invalid, never trimmed.

    Foreign text is not kept: it could carry a voter's mark, a name for instance, into the published files.
    """
    definition = Definition.of(box)
    for place, body in enumerate(bodies, start=1):
        tell(place, len(bodies))
        try:
            choices = unseal(body, box_private=private, definition=definition.hash_bytes)
        except CannotOpen:
            choices = dict.fromkeys((contest["id"] for contest in definition.contests), [UNKNOWN])
        kept = _without_foreign_text(definition, choices)
        yield ballot_status(definition.rules, kept), kept


def _without_foreign_text(definition: Definition, choices: Choices) -> Choices:
    """Choices in the definition's order (an unusual one could be a signature); what is foreign becomes one ``?``."""
    ids = {contest["id"] for contest in definition.contests}
    if not set(choices) <= ids:
        return dict.fromkeys(sorted(ids), [UNKNOWN])
    kept = {}
    for contest in definition.contests:
        places = {choice["id"]: place for place, choice in enumerate(contest["choices"])}
        chosen = choices.get(contest["id"], [])
        known = sorted((choice for choice in chosen if choice in places), key=places.__getitem__)
        kept[contest["id"]] = [*known, UNKNOWN] if len(known) < len(chosen) else known
    return kept
