"""Writes: records enter the log, verdicts are revised by people, checkpoints are signed.

Locks are taken in one order by everyone: the chain of a device, then the log. The log's row is held only from giving
an index to commit; so positions appear in the order in which they can be read (S13).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet, Subquery
from django.utils import timezone

from . import messages, nodes, records, rows, tree
from .applying import waits_to_be_applied
from .arrival import Arrival, Entry, JudgeIn, Row, Stored
from .arrival import Judge as Judge
from .arrival import stored_record as stored_record
from .asked import Asked
from .failpoints import failpoint
from .hearing import Heard, tell
from .installation import installation
from .keys import b64u
from .models import REFUSED, Chain, Checkpoint, Held, Log, Payload, Record, Verdict
from .signals import checkpoint_signed

LOG = Asked(lambda: Log.objects.filter(pk=1).select_for_update())
# Found at the end of an index, however many there are.
NEWEST = Asked(
    lambda: Checkpoint.objects.filter(log_epoch=Subquery(Log.objects.filter(pk=1).values("log_epoch"))).order_by(
        "-size"
    )[:1]
)
CHECKED_AT_ONCE = 2000
BESIDE = [f"payload__{name}" for name in records.BESIDE]
FRESH = Asked(
    lambda start, end: (
        Record.objects.filter(index__gte=start, index__lt=end)
        .order_by("index")
        .values_list("index", "header", "verdict", *BESIDE)
    ),
    int,
    int,
)
CHAIN = Asked(lambda dev, epoch: Chain.objects.filter(dev=dev, epoch=epoch).select_for_update(), str, str)


class DamagedLog(Exception):
    """A stored header no longer has the hash that the tree holds, or what lies beside it is not what it commits to.

    Nothing is signed before people have looked.
    """


def _locked_log() -> Log:
    """The row of the log, held; made where it is not there yet."""
    while (log := LOG.first()) is None:
        Log.objects.get_or_create(pk=1)
    return log


def _locked_chain(dev: str, epoch: str) -> Chain:
    """The row of this chain, held; made where it is not there yet."""
    while (chain := CHAIN.first(dev, epoch)) is None:
        Chain.objects.get_or_create(dev=dev, epoch=epoch)
    return chain


def _row(entry: Entry, index: int, *, has_apply: bool) -> Row:
    record, verdict, reason, is_fork = entry
    _v, type_, _tv, _space, meeting, definition, dev, epoch, seq, *_rest = record.header
    told, is_applied = str(verdict), not (has_apply and waits_to_be_applied(type_, reason))
    return Row(
        record.id, index, record.header_text, type_, definition, meeting, dev, epoch, seq,
        is_fork, told, told, reason, is_applied,
    )  # fmt: skip


def _write(entries: list[Entry], *, has_apply: bool) -> list[Row]:
    """Give indices to ``(record, verdict, reason, is_fork)`` and put them into log and tree, in bulk.

    has_apply: they come from a device, and what they change is applied in a second step.
    """
    if not entries:
        return []
    log = _locked_log()
    failpoint("log.locked")
    frontier = tree.Frontier(log.size, [bytes.fromhex(peak) for peak in log.peaks])
    written = [_row(entry, index, has_apply=has_apply) for index, entry in enumerate(entries, start=frontier.size)]
    created = frontier.extend([tree.leaf_hash(record.leaf) for record, *_judged in entries])
    beside = [
        (row.index, one.subject, one.subject_salt, one.body, one.body_salt)
        for row, (one, *_judged) in zip(written, entries, strict=True)
    ]
    rows.insert(Record, Row._fields, written)
    failpoint("log.records")
    rows.insert(Payload, ("record", *records.BESIDE), beside)
    failpoint("log.payloads")
    nodes.store(created)
    peaks = [peak.hex() for peak in frontier.peaks]
    rows.update(Log, {"id": log.pk}, {"size": frontier.size, "peaks": peaks})
    failpoint("log.written")
    return written


@transaction.atomic
def append(
    *,
    type: str,
    definition: str = "",
    space: str = "",
    session: str = "",
    actor: str = "",
    subject: str = "",
    body: bytes = b"{}",
) -> Record:
    """Write one record by the server's own device: the web, the desk and paper come in this way."""
    return append_many([(type, subject, body)], definition=definition, space=space, session=session, actor=actor)[0]


@transaction.atomic
def append_many(
    deeds: Iterable[tuple[str, str, bytes]],
    *,
    definition: str = "",
    space: str = "",
    session: str = "",
    actor: str = "",
) -> list[Record]:
    """Write ``(type, subject, body)`` deeds of one context, in the order given."""
    house = installation()
    chain = _locked_chain(house.dev, house.epoch)
    written: list[Entry] = []
    for type_, subject, body in deeds:
        record = records.build_record(
            type=type_,
            space=space,
            meeting=session,
            definition=definition,
            dev=house.dev,
            epoch=house.epoch,
            seq=chain.next_seq,
            prev=chain.head,
            actor=actor,
            subject=subject,
            body=body,
        )
        written.append((record, Verdict.ACCEPTED, "", False))
        chain.next_seq, chain.head = chain.next_seq + 1, record.id
    placed = _write(written, has_apply=False)
    chain.save(update_fields=["next_seq", "head"])
    tell(Heard(one[0].id, one[0].header.type, one[0].subject) for one in written)
    failpoint("append.before_commit")
    return [Record.from_db(connection.alias, Row._fields, row) for row in placed]


@transaction.atomic(savepoint=False)
def store(*, dev: str, epoch: str, batch: list[records.Record], judge_in: JudgeIn) -> tuple[Chain, list[Stored]]:
    """Put an authentic batch of one device's chain into the log and answer for each record, for ever the same.

    Nothing authentic is dropped: what forks, does not fit or comes early gets a verdict too. Raises nothing of its own.
    """
    chain = _locked_chain(dev, epoch)
    judge = judge_in(chain)
    arrival = Arrival(chain, batch)
    arrival.sort()
    arrival.judge(judge)
    for row in _write(arrival.entries, has_apply=True):
        arrival.tell(row)
    arrival.heal(judge)
    arrival.settle_waiting(judge)
    moved = ("next_seq", "head", "session_state", "is_closed")
    rows.update(Chain, {"id": chain.pk}, {name: getattr(chain, name) for name in moved})
    return chain, [arrival.answers[record.id] for record in batch]


def hold_chain(*, dev: str, epoch: str) -> None:
    """Let nothing of this chain arrive until the transaction ends."""
    _locked_chain(dev, epoch)


def hold_log() -> None:
    """Let nobody else write into the log until the transaction ends: what is read from it now stays true."""
    house = installation()
    _locked_chain(house.dev, house.epoch)  # before the log, as everyone does
    _locked_log()


def empty_held(text: str) -> int:
    """Empty the held batches that speak of this: that they came, from whom and why stays. Returns how many."""
    wanted = text.encode()
    rows = Held.objects.exclude(content=b"").values_list("pk", "content")
    found = [pk for pk, content in rows.iterator(chunk_size=20) if wanted in bytes(content)]
    return Held.objects.filter(pk__in=found).update(content=b"")


def verdict_of_people(is_accepted: bool) -> tuple[str, str]:
    """What ``decide`` is told, with the reason: taken in, or set aside."""
    return (Verdict.ACCEPTED, "") if is_accepted else (Verdict.QUARANTINED, REFUSED)


@transaction.atomic
def decide(*, record: Record, verdict: str, reason: str, actor: str, why: str = "") -> Record:
    """People settle a provisional or quarantined record; the decision is itself a record. why: in their words."""
    told = {"id": record.id, "verdict": verdict, "reason": reason, **({"why": why} if why else {})}
    append(
        type="record.decided",
        definition=record.definition,
        space=records.parse_header(record.header).space,
        session=record.session_ref,
        actor=actor,
        body=json.dumps(told).encode(),
    )
    Record.objects.filter(pk=record.pk).update(verdict=verdict, reason=reason)
    record.refresh_from_db()
    return record


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-log_epoch", "-size").first()


def sign_checkpoint(*, max_age_s: int = 0) -> Checkpoint:
    """Sign size and root of the log as it stands. With ``max_age_s`` a younger checkpoint is good enough.

    The headers added since the last checkpoint are hashed anew first, and so is what lies beside them; raises
    DamagedLog where one differs (S26).
    """
    if max_age_s and (young := _signed_since(timezone.now() - timedelta(seconds=max_age_s))):
        return young
    return _sign_checkpoint()


@transaction.atomic
def _sign_checkpoint() -> Checkpoint:
    log = _locked_log()
    last = latest_checkpoint()
    if last and last.size == log.size and last.log_epoch == log.log_epoch:
        return last
    _check_fresh(last.size if last else 0, log.size)
    root = tree.Frontier(log.size, [bytes.fromhex(peak) for peak in log.peaks]).root().hex()
    house = installation()
    message = messages.checkpoint_message(house.origin, house.log_id, log.log_epoch, log.size, root)
    checkpoint = Checkpoint.objects.create(
        log_epoch=log.log_epoch, size=log.size, root=root, signature=b64u(house.sign(message))
    )
    checkpoint_signed.send(sender=Checkpoint, checkpoint=checkpoint)
    failpoint("checkpoint.before_commit")
    return checkpoint


def _signed_since(moment: datetime) -> Checkpoint | None:
    """The newest of this time of the list: what was signed just before a backup was restored is of another.

    Not one of the future: where the clock was ahead for a while, nothing would be signed until it is that late (S12).
    """
    newest = NEWEST.first()
    return newest if newest and moment < newest.signed_at <= timezone.now() else None


def _check_fresh(start: int, end: int) -> None:
    """Every header against its leaf; and of what counts or may count, what lies beside it: what is damaged, or came
    early, was given a verdict and is shown to people."""
    for begin in range(start, end, CHECKED_AT_ONCE):
        until = min(end, begin + CHECKED_AT_ONCE)
        stored = nodes.leaves(begin, until)
        for index, header, verdict, *beside in FRESH.rows(begin, until):
            if stored.pop(index, b"") != tree.leaf_hash(header.encode()):
                raise DamagedLog(f"record {index} differs from its leaf")
            if verdict in (Verdict.ACCEPTED, Verdict.PROVISIONAL):
                _check_one(index, header, beside, may_be_empty=True)
        if stored:
            raise DamagedLog(f"record {min(stored)} is missing")


def check_beside(rows: QuerySet[Record], *, may_be_empty: bool = True) -> None:
    """Hold subject and body of these records against their headers. Raises DamagedLog at the first that differs.

    ``may_be_empty``: that we emptied it ourselves is no damage (a ballot that came once its box was opened).
    """
    for index, header, *beside in rows.values_list("index", "header", *BESIDE).iterator(chunk_size=CHECKED_AT_ONCE):
        _check_one(index, header, beside, may_be_empty=may_be_empty)


def _check_one(index: int, header: str, beside: Sequence[Any], *, may_be_empty: bool) -> None:
    subject, subject_salt, body, body_salt = beside
    is_there = subject is not None
    if is_there and records.fits(header, subject, bytes(subject_salt), bytes(body), bytes(body_salt)):
        return
    if not (is_there and may_be_empty and not any(beside)):
        raise DamagedLog(f"what lies beside record {index} is not what its header commits to")


def checkpoint_with(index: int) -> Checkpoint | None:
    """The first signed state of the log that holds the record at this index; None while nothing newer was signed."""
    return Checkpoint.objects.filter(size__gt=index).order_by("log_epoch", "size").first()


def checkpoint_document(checkpoint: Checkpoint) -> dict[str, str | int]:
    """The checkpoint as it is sent and published (``docs/protocol.md`` §9)."""
    house = installation()
    return {
        "origin": house.origin,
        "log_id": house.log_id,
        "epoch": checkpoint.log_epoch,
        "size": checkpoint.size,
        "root": checkpoint.root,
        "sig": checkpoint.signature,
    }
