"""Once a box is opened nothing joins a ballot to who cast it (promise 5, ``docs/decisions/0016``).

Until then a sealed ballot lies beside its record: with the right it was cast for, and the salts that tie both to the
header. That is what settling needs, and nothing afterwards does. So the transaction that opens the box

- keeps the ballots that count once more, sealed, in the order of their own random bytes (``SealedBallot``),
- empties what lies beside the header of every ballot of the box: counted or not, late, parked or quarantined,
- forgets whose a sealing key was, and in which order they came,
- empties batches that were held because they were not authentic: they may carry the same ballots; and throws away
  files of kiosks that wait to be read (``spool``).

What does not count is kept nowhere any more: it could never be opened. What comes later is emptied on arrival. Headers,
verdicts, receipts and proofs stay as they are, and a kiosk that sends again hears what it heard before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.db.models.query import QuerySet

from server.ledger.actions import empty_held
from server.ledger.asked import Asked
from server.ledger.models import Payload
from server.ledger.records import Record
from server.processes import spool
from server.voting.balance_facts import ballot_counts
from server.voting.models import Box, SealedBallot, SealingKey

from .freezing import locked_box

UNTIED = (Box.State.OPENED, Box.State.CERTIFIED)
AT_ONCE = 2000
OPENED = Asked(
    lambda hashes: Box.objects.filter(definition_hash__among=hashes, state__in=UNTIED).values_list("definition_hash"),
    list,
)
EMPTY = {"subject": "", "subject_salt": b"", "body": b"", "body_salt": b""}


def keep_counts(box: Box) -> None:
    """Each session's ballots by right, counted for the last time: its account is published with the result, and later.

    Before anything is emptied, and before the log is locked: a session is never waited for with the log in hand.
    """
    for session in box.sessions.filter(ballot_counts={}).order_by("pk"):
        session.ballot_counts = ballot_counts(session)
        session.save(update_fields=["ballot_counts"])


def untie_ballots(box: Box, counted: Sequence[bytes]) -> None:
    """Keep the bodies that count, shuffled, and empty all that lies beside the ballots of this box.

    Call it with the log locked: then a ballot that arrives meanwhile either is seen here, or sees the box opened.
    """
    bodies = sorted(counted)
    for start in range(0, len(bodies), AT_ONCE):
        some = enumerate(bodies[start : start + AT_ONCE], start=start + 1)
        SealedBallot.objects.bulk_create(SealedBallot(box=box, position=place, body=body) for place, body in some)
    empty_beside(box)
    _forget_order_of_keys(box)


def _forget_order_of_keys(box: Box) -> None:
    """Written anew: the numbers of their rows, and where the database put them, told the order of arrival."""
    values = list(_keys(box).order_by("value").values_list("value", flat=True))
    _keys(box).delete()
    for start in range(0, len(values), AT_ONCE):
        some = values[start : start + AT_ONCE]
        SealingKey.objects.bulk_create(SealingKey(definition=box.definition_hash, value=value) for value in some)


@transaction.atomic
def untie_rest(*, box: Box) -> int:
    """What was left beside ballots of an opened box: by an earlier release, or by two things at the same moment."""
    box = locked_box(box)
    keep_counts(box)
    return empty_beside(box)


def empty_beside(box: Box) -> int:
    """Empty what still lies beside ballots of this box, wherever it came from; returns beside how many."""
    empty_held(box.definition_hash)
    spool.forget(box.definition_hash)
    _keys(box).exclude(record="").update(record="")
    return _beside(box).update(**EMPTY)


def untie_late(batch: Iterable[Record]) -> None:
    """Ballots that arrived for a box already opened are emptied in the transaction that stored them."""
    ballots = {record.id: record.header.definition for record in batch if record.header.type == "ballot.sealed"}
    if not ballots:
        return
    for (opened,) in OPENED.rows(set(ballots.values())):
        box = Box.objects.get(definition_hash=opened)
        ids = [record_id for record_id, definition in ballots.items() if definition == opened]
        _keys(box).filter(record__in=ids).update(record="")
        _beside(box).filter(record__id__in=ids).update(**EMPTY)


def speaks_of_opened(content: bytes) -> bool:
    """Whether these bytes name a box that was opened: they may carry a ballot of it."""
    hashes = Box.objects.filter(state__in=UNTIED).values_list("definition_hash", flat=True)
    return any(one.encode() in content for one in hashes)


def _keys(box: Box) -> QuerySet[SealingKey]:
    return SealingKey.objects.filter(definition=box.definition_hash)


def _beside(box: Box) -> QuerySet[Payload]:
    ballots = Payload.objects.filter(record__definition=box.definition_hash, record__type="ballot.sealed")
    return ballots.exclude(Q(subject="") & Q(body=b""))
