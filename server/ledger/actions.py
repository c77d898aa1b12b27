"""Writes: records enter the log, verdicts are revised by people, checkpoints are signed.

Locks are taken in one order by everyone: the chain of a device, then the log. The log's row is held only from giving
an index to commit; so positions appear in the order in which they can be read (S13).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from . import messages, records, tree
from .installation import installation
from .keys import b64u
from .models import Chain, Checkpoint, Log, Node, Payload, Record, Verdict


class DamagedLog(Exception):
    """A stored header no longer has the hash that the tree holds: nothing is signed before people have looked."""


@dataclass
class Stored:
    """What became of one record that arrived."""

    id: str
    seq: int
    verdict: str
    reason: str = ""
    index: int = -1
    first: str = ""


# Given the new records that are in order, names those that do not simply become "accepted".
Judge = Callable[[list[records.Record]], dict[str, tuple[str, str]]]
# Makes a judge for a chain whose row is locked; the judge may read and move the chain's session state.
JudgeIn = Callable[[Chain], Judge]


def _locked_log() -> Log:
    Log.objects.get_or_create(pk=1)
    return Log.objects.select_for_update().get(pk=1)


def _locked_chain(dev: str, epoch: str) -> Chain:
    Chain.objects.get_or_create(dev=dev, epoch=epoch)
    return Chain.objects.select_for_update().get(dev=dev, epoch=epoch)


def _row(record: records.Record, verdict: str, reason: str, index: int, is_fork: bool) -> Record:
    header = record.header
    return Record(
        id=record.id,
        index=index,
        header=record.header_text,
        type=header.type[:32],
        definition=header.definition,
        session_ref=header.meeting,
        dev=header.dev,
        epoch=header.epoch,
        seq=header.seq,
        is_fork=is_fork,
        verdict=verdict,
        first_verdict=verdict,
        reason=reason,
    )


def _payload(record: records.Record) -> Payload:
    return Payload(
        record_id=record.id,
        subject=record.subject,
        subject_salt=record.subject_salt,
        body=record.body,
        body_salt=record.body_salt,
    )


def _write(entries: list[tuple[records.Record, str, str, bool]]) -> list[Record]:
    """Give indices to ``(record, verdict, reason, is_fork)`` and put them into log and tree, in bulk."""
    if not entries:
        return []
    log = _locked_log()
    frontier = tree.Frontier(log.size, [bytes.fromhex(peak) for peak in log.peaks])
    rows, nodes = [], []
    for record, verdict, reason, is_fork in entries:
        rows.append(_row(record, verdict, reason, frontier.size, is_fork))
        nodes += [
            Node(level=level, index=index, hash=digest)
            for level, index, digest in frontier.append(tree.leaf_hash(record.leaf))
        ]
    Record.objects.bulk_create(rows, batch_size=500)
    Payload.objects.bulk_create([_payload(record) for record, *_ in entries], batch_size=500)
    Node.objects.bulk_create(nodes, batch_size=1000)
    log.size, log.peaks = frontier.size, [peak.hex() for peak in frontier.peaks]
    log.save(update_fields=["size", "peaks"])
    return rows


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
    written: list[tuple[records.Record, str, str, bool]] = []
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
    rows = _write(written)
    chain.save(update_fields=["next_seq", "head"])
    return rows


class _Arrival:
    """One batch of one chain on its way into the log. ``known`` and ``by_id`` are what the log already holds."""

    def __init__(self, chain: Chain, batch: list[records.Record]) -> None:
        self.chain = chain
        self.batch = batch
        here = Record.objects.filter(dev=chain.dev, epoch=chain.epoch)
        sequence = [record.header.seq for record in batch]
        self.known = {row.seq: row for row in here.filter(is_fork=False, seq__in=sequence)}
        self.by_id = {row.id: row for row in here.filter(id__in=[record.id for record in batch])}
        self.entries: list[tuple[records.Record, str, str, bool]] = []
        self.in_order: list[records.Record] = []
        self.healed: list[records.Record] = []  # came damaged the first time, and sound now
        self.answers: dict[str, Stored] = {}

    def sort(self) -> None:
        """Say of each record whether it is known, in order, early, or of another branch."""
        for record in self.batch:
            seq = record.header.seq
            if row := self.by_id.get(record.id):
                self.answers[record.id] = Stored(row.id, row.seq, "duplicate", row.reason, row.index, row.first_verdict)
                if row.reason == "commitment" and record.commitments_hold():
                    self.healed.append(record)
            elif record.id in self.answers:
                continue
            elif seq in self.known:
                self._add(record, Verdict.QUARANTINED, "fork", is_fork=True)
            elif seq == self.chain.next_seq and record.header.prev == self.chain.head:
                self.in_order.append(record)
                self._add(record, Verdict.ACCEPTED, "")
                self._advance(record.id)
            elif seq > self.chain.next_seq:
                self._add(record, Verdict.PARKED, "gap")
            else:
                self._add(record, Verdict.QUARANTINED, "chain", is_fork=True)

    def _advance(self, head: str) -> None:
        self.chain.next_seq, self.chain.head = self.chain.next_seq + 1, head

    def _add(self, record: records.Record, verdict: str, reason: str, is_fork: bool = False) -> None:
        self.entries.append((record, verdict, reason, is_fork))
        self.answers[record.id] = Stored(record.id, record.header.seq, verdict, reason)

    def judge(self, judge: Judge) -> None:
        judged = judge(self.in_order)
        self.entries = [
            (record, *judged.get(record.id, (verdict, reason)), is_fork)
            for record, verdict, reason, is_fork in self.entries
        ]

    def heal(self, judge: Judge) -> None:
        """Put the sound body in the place of the damaged one; what it is worth is judged now, as on arrival."""
        judged = judge(self.healed) if self.healed else {}
        for record in self.healed:
            verdict, reason = judged.get(record.id, (Verdict.ACCEPTED, ""))
            Payload.objects.filter(record_id=record.id).update(
                subject=record.subject,
                subject_salt=record.subject_salt,
                body=record.body,
                body_salt=record.body_salt,
            )
            Record.objects.filter(pk=record.id).update(verdict=verdict, reason=reason)
            self.answers[record.id].verdict, self.answers[record.id].reason = verdict, reason

    def write(self) -> None:
        for row in _write(self.entries):
            self.answers[row.id] = Stored(row.id, row.seq, row.verdict, row.reason, row.index, row.first_verdict)

    def release_parked(self, judge: Judge) -> None:
        """The gap is closed: what waited behind it takes its place, or is shown to people if it does not fit."""
        here = Record.objects.filter(dev=self.chain.dev, epoch=self.chain.epoch, verdict=Verdict.PARKED, reason="gap")
        waiting = {row.seq: row for row in here.filter(seq__gte=self.chain.next_seq).select_related("payload")}
        fitting = []
        while row := waiting.pop(self.chain.next_seq, None):
            record = stored_record(row)
            if record.header.prev != self.chain.head:
                Record.objects.filter(pk=row.pk).update(verdict=Verdict.QUARANTINED, reason="chain", is_fork=True)
                break
            fitting.append(record)
            self._advance(row.id)
        judged = judge(fitting) if fitting else {}
        for record in fitting:
            verdict, reason = judged.get(record.id, (Verdict.ACCEPTED, ""))
            Record.objects.filter(pk=record.id).update(verdict=verdict, reason=reason)
            if record.id in self.answers:
                self.answers[record.id].verdict, self.answers[record.id].reason = verdict, reason


def stored_record(row: Record) -> records.Record:
    """The record as it arrived, from its row and payload."""
    payload = row.payload
    return records.Record(
        header_text=row.header,
        header=records.parse_header(row.header),
        subject=payload.subject,
        subject_salt=bytes(payload.subject_salt),
        body=bytes(payload.body),
        body_salt=bytes(payload.body_salt),
    )


@transaction.atomic
def store(*, dev: str, epoch: str, batch: list[records.Record], judge_in: JudgeIn) -> tuple[Chain, list[Stored]]:
    """Put an authentic batch of one device's chain into the log and answer for each record, for ever the same.

    Nothing authentic is dropped: what forks, does not fit or comes early gets a verdict too. Raises nothing of its own.
    """
    chain = _locked_chain(dev, epoch)
    judge = judge_in(chain)
    arrival = _Arrival(chain, batch)
    arrival.sort()
    arrival.judge(judge)
    arrival.write()
    arrival.heal(judge)
    arrival.release_parked(judge)
    chain.save()
    return chain, [arrival.answers[record.id] for record in batch]


@transaction.atomic
def decide(*, record: Record, verdict: str, reason: str, actor: str) -> Record:
    """People settle a provisional or quarantined record; the decision is itself a record."""
    append(
        type="record.decided",
        definition=record.definition,
        space=records.parse_header(record.header).space,
        session=record.session_ref,
        actor=actor,
        body=json.dumps({"id": record.id, "verdict": verdict, "reason": reason}).encode(),
    )
    Record.objects.filter(pk=record.pk).update(verdict=verdict, reason=reason)
    record.refresh_from_db()
    return record


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-log_epoch", "-size").first()


@transaction.atomic
def sign_checkpoint(*, max_age_s: int = 0) -> Checkpoint:
    """Sign size and root of the log as it stands. With ``max_age_s`` a younger checkpoint is good enough.

    The headers added since the last checkpoint are hashed anew first; raises DamagedLog where one differs (S26).
    """
    last = latest_checkpoint()
    if last and max_age_s and last.signed_at > timezone.now() - timedelta(seconds=max_age_s):
        return last
    log = _locked_log()
    last = latest_checkpoint()
    if last and last.size == log.size and last.log_epoch == log.log_epoch:
        return last
    _check_leaves(last.size if last else 0, log.size)
    root = tree.Frontier(log.size, [bytes.fromhex(peak) for peak in log.peaks]).root().hex()
    house = installation()
    message = messages.checkpoint_message(house.origin, house.log_id, log.log_epoch, log.size, root)
    return Checkpoint.objects.create(
        log_epoch=log.log_epoch, size=log.size, root=root, signature=b64u(house.sign(message))
    )


def _check_leaves(start: int, end: int) -> None:
    stored = dict(Node.objects.filter(level=0, index__gte=start, index__lt=end).values_list("index", "hash"))
    headers = Record.objects.filter(index__gte=start, index__lt=end).values_list("index", "header")
    for index, header in headers.iterator(chunk_size=2000):
        if bytes(stored.pop(index, b"")) != tree.leaf_hash(header.encode()):
            raise DamagedLog(f"record {index} differs from its leaf")
    if stored:
        raise DamagedLog(f"record {min(stored)} is missing")


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
