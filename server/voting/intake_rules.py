"""What becomes of ballots that a kiosk brings: verdicts in bulk (``docs/protocol.md`` §7). Never a refusal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from server.ledger.asked import Asked
from server.ledger.models import Verdict
from server.ledger.records import Record
from server.ledger.rows import insert_new

from .definitions import frozen
from .models import Box, Pass, SealingKey
from .sealing import ephemeral

Judgement = tuple[str, str]

OVER = (Box.State.RECONCILED, Box.State.OPENED, Box.State.CERTIFIED)
PASSES = Asked(
    lambda uses: Pass.objects.filter(use_value__among=uses, batch__session__isnull=False).values_list(
        "batch__session__ref", "use_value", "is_test"
    ),
    list,
)


def judge_ballots(records: Sequence[Record], boxes: Mapping[str, str] | None = None) -> dict[str, Judgement]:
    """``{id: (verdict, reason)}`` for the ballots that are not simply accepted; three queries for a whole batch.

    boxes: the states of all that these may be for, by the hash of their definition, where whoever calls has asked.

    Give each ballot once it is in order, inside the transaction that stores it. Quarantined: ``context`` (no such box),
    ``door_closed``, ``malformed``, ``unknown_right``, ``test``, ``copied``. Provisional: ``late`` (the box is settled).
    """
    if not records:
        return {}
    if boxes is None:
        boxes = _states({record.header.definition for record in records})
    passes, sizes = _passes(records), _sizes(boxes, records)
    judged: dict[str, Judgement] = {}
    for record in records:
        if reason := _reason(record, sizes, passes):
            judged[record.id] = (Verdict.QUARANTINED, reason)
    # A copy is only what repeats the E of a ballot that could count: a broken one must not use up another's E.
    sound = [record for record in records if record.id not in judged]
    for record_id in claim_sealing_keys((r.header.definition, r.body, r.id) for r in sound):
        judged[record_id] = (Verdict.QUARANTINED, "copied")
    for record in sound:
        if record.id not in judged and boxes[record.header.definition] in OVER:
            judged[record.id] = (Verdict.PROVISIONAL, "late")
    return judged


def _states(hashes: set[str]) -> dict[str, str]:
    return dict(Box.objects.filter(definition_hash__in=hashes - {""}).values_list("definition_hash", "state"))


def _passes(records: Sequence[Record]) -> dict[tuple[str, str], bool]:
    """Whether a pass is one for tests, by (session ref, use value), of those in the stacks of sessions."""
    uses = {record.subject.removeprefix("use:") for record in records if record.subject.startswith("use:")}
    return {(ref, use): is_test for ref, use, is_test in PASSES.rows(uses)}


def _sizes(boxes: Mapping[str, str], records: Sequence[Record]) -> dict[str, int]:
    """Bytes of a sealed ballot of each box that these are for; 0 where it takes none from kiosks."""
    wanted = (frozen(one) for one in {record.header.definition for record in records} if one in boxes)
    return {definition.hash: definition.sealed_size * definition.offers("kiosk") for definition in wanted}


def _reason(record: Record, sizes: Mapping[str, int], passes: Mapping[tuple[str, str], bool]) -> str:
    """Why this ballot cannot count as it is, in the order in which people would ask; empty when it can."""
    size = sizes.get(record.header.definition)
    if not size:
        return "context" if size is None else "door_closed"
    if len(record.body) != size:
        return "malformed"
    kind, _colon, use = record.subject.partition(":")
    is_test = passes.get((record.header.meeting, use))
    if is_test is None or kind != "use":
        return "unknown_right"
    return "test" if is_test else ""


def claim_sealing_keys(ballots: Iterable[tuple[str, bytes, str]]) -> set[str]:
    """Note the E of each ``(definition, sealed, record id)``; return the ids whose E belongs to another record.

    The first in the order given keeps it. The database decides between two that arrive at once.
    """
    keys = [(definition, hashlib.sha256(ephemeral(sealed)).hexdigest(), of) for definition, sealed, of in ballots]
    # In one order for everyone, so that two batches with the same keys cannot block each other.
    keys.sort(key=lambda key: key[1])
    if not keys or insert_new(SealingKey, ("definition", "value", "record"), keys) == len(keys):
        return set()
    held = SealingKey.objects.filter(value__in=[value for _definition, value, _of in keys])
    owners = {(definition, value): of for definition, value, of in held.values_list("definition", "value", "record")}
    return {of for definition, value, of in keys if owners[definition, value] != of}
