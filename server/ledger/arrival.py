"""Where each record of a batch stands in its device's chain (``docs/protocol.md`` §7).

A chain is one line from number 1 without a gap, and whoever fits its end first stands there for ever. Everything else
is kept beside it, and a number belongs to nobody who does not stand in it:

- *waiting* (``parked``, ``gap``; ``is_fork`` is None): a record before it has not come;
- of another *branch* (``quarantined``; ``is_fork`` is True): its number is taken (``fork``), or what it builds on is
  not what stands there (``chain``). Whatever builds on a branch is of that branch, also what waited, and has its
  reason: so nothing waits for what can never come, and nothing of a branch displaces what comes later and fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q

from . import records
from .asked import Asked
from .models import Chain, Payload, Record, Verdict

Judged = tuple[str, str]
# Given the new records that are in order, names those that do not simply become "accepted".
Judge = Callable[[list[records.Record]], dict[str, Judged]]
# Makes a judge for a chain whose row is locked; the judge may read and move the chain's session state.
JudgeIn = Callable[[Chain], Judge]
# A record for the log: verdict, reason, is_fork.
Entry = tuple[records.Record, str, str, bool | None]

BRANCH = ("fork", "chain")
ACCEPTED = Verdict.ACCEPTED.value
WAITING = Asked(
    lambda dev, epoch: (
        Record.objects.filter(dev=dev, epoch=epoch, is_fork__isnull=True).order_by().values_list("index")[:1]
    ),
    str,
    str,
)


@dataclass(slots=True)
class Stored:
    """What became of one record that arrived."""

    id: str
    seq: int
    verdict: str
    reason: str = ""
    index: int = -1
    first: str = ""


class Row(NamedTuple):
    """A record as its row of the log holds it: the columns of ``Record``, in their order."""

    id: str
    index: int  # type: ignore[assignment]  # nobody looks for a value in a row
    header: str
    type: str
    definition: str
    session_ref: str
    dev: str
    epoch: str
    seq: int
    is_fork: bool | None
    verdict: str
    first_verdict: str
    reason: str
    is_applied: bool


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


class Arrival:
    """One batch of one chain on its way into the log; the chain's row is held by whoever calls.

    The batch is a piece of a chain, each record bound to the one before it: either all of it that is new fits, or none.
    """

    def __init__(self, chain: Chain, batch: list[records.Record]) -> None:
        self.chain = chain
        self.batch = batch
        self.here = Record.objects.filter(dev=chain.dev, epoch=chain.epoch)
        # What goes on from the end of the chain is here already only if it came early, and waits.
        self.has_waiting = bool(WAITING.rows(chain.dev, chain.epoch))
        self.goes_on = not self.has_waiting and self._fits(batch[0].header.seq, batch[0].header.prev)
        self.held = {} if self.goes_on else self._held()
        # Records known to be of a branch, with the branch's reason.
        self.branch = {row.id: branch_reason(row.reason) for row in self.held.values() if row.is_fork}
        self.entries: list[Entry] = []
        self.in_order: list[records.Record] = []
        self.healed: list[records.Record] = []  # came damaged the first time, and sound now
        self.answers: dict[str, Stored] = {}

    def _held(self) -> dict[str, Record]:
        named = {record.id for record in self.batch} | {record.header.prev for record in self.batch}
        return {row.id: row for row in self.here.filter(id__in=named)}

    def sort(self) -> None:
        """Say of each record whether it is known, fits the end of the chain, is of a branch, or waits."""
        if self.goes_on:
            self._take_all()
            return
        for record in self.batch:
            if row := self.held.get(record.id):
                self.answers[record.id] = Stored(row.id, row.seq, "duplicate", row.reason, row.index, row.first_verdict)
                if row.reason == "commitment" and record.commitments_hold():
                    self.healed.append(record)
            elif record.id in self.answers:
                continue
            elif self._fits(record.header.seq, record.header.prev):
                self.in_order.append(record)
                self._add(record, Verdict.ACCEPTED, "", is_fork=False)
                self._advance(record.id)
            elif reason := self._branch_of(record.header.seq, record.header.prev):
                self.branch[record.id] = reason
                self._add(record, Verdict.QUARANTINED, reason, is_fork=True)
            else:
                self._add(record, Verdict.PARKED, "gap", is_fork=None)

    def _take_all(self) -> None:
        """Each follows the one before it, and the first the end of the chain: which is the rule."""
        self.in_order = self.batch
        self.entries = [(record, ACCEPTED, "", False) for record in self.batch]
        self.chain.next_seq, self.chain.head = self.chain.next_seq + len(self.batch), self.batch[-1].id

    def _fits(self, seq: int, prev: str) -> bool:
        return seq == self.chain.next_seq and prev == self.chain.head

    def _branch_of(self, seq: int, prev: str) -> str:
        """Why a record that does not fit can never fit; empty as long as that is not known."""
        if prev in self.branch:
            return self.branch[prev]
        if seq < self.chain.next_seq:
            return "fork"
        return "chain" if seq == self.chain.next_seq else ""

    def _advance(self, head: str) -> None:
        self.chain.next_seq, self.chain.head = self.chain.next_seq + 1, head

    def _add(self, record: records.Record, verdict: str, reason: str, *, is_fork: bool | None) -> None:
        self.entries.append((record, verdict, reason, is_fork))
        self.answers[record.id] = Stored(record.id, record.header.seq, verdict, reason)

    def judge(self, judge: Judge) -> None:
        judged = judge(self.in_order)
        if not judged:
            return
        self.entries = [
            (record, *judged.get(record.id, (verdict, reason)), is_fork)
            for record, verdict, reason, is_fork in self.entries
        ]

    def tell(self, row: Row) -> None:
        """Answer for a record that has its place in the log."""
        self.answers[row.id] = Stored(row.id, row.seq, row.verdict, row.reason, row.index, row.first_verdict)

    def heal(self, judge: Judge) -> None:
        """Put the sound body in the place of the damaged one; what it is worth is judged now, as on arrival."""
        in_place = [record for record in self.healed if self.held[record.id].is_fork is False]
        judged = judge(in_place) if in_place else {}
        # People had taken it in from beside the chain, and found it damaged: they are asked anew.
        beside = {None: (Verdict.PARKED, "gap"), True: (Verdict.QUARANTINED, "chain"), False: (Verdict.ACCEPTED, "")}
        settled = {one.id: judged.get(one.id, beside[self.held[one.id].is_fork]) for one in self.healed}
        sound = [
            Payload(record_id=self.held[one.id].index, **{name: getattr(one, name) for name in records.BESIDE})
            for one in self.healed
        ]
        Payload.objects.bulk_update(sound, records.BESIDE, batch_size=100)
        self._settle(settled)
        for record_id, (verdict, reason) in settled.items():
            self.answers[record_id].verdict, self.answers[record_id].reason = verdict, reason

    def settle_waiting(self, judge: Judge) -> None:
        """What waited takes its place once the gap is closed, or joins a branch that has shown itself."""
        waiting = self._waiting()
        fitting = self._place(waiting)
        for row in sorted(waiting.values(), key=lambda row: (row.seq, row.index)):
            if reason := self._branch_of(row.seq, prev_of(row)):
                self.branch[row.id] = reason
        strayed = [row for row in waiting.values() if row.id in self.branch]
        _update([row.id for row in strayed], is_fork=True)
        _update([row.id for row in fitting], is_fork=False)
        # What people decided while it waited stands.
        self._settle({row.id: (Verdict.QUARANTINED, self.branch[row.id]) for row in strayed if waits(row)})
        arrived = self._records([row.id for row in fitting if waits(row)])
        judged = judge(arrived) if arrived else {}
        self._settle({record.id: judged.get(record.id, (Verdict.ACCEPTED, "")) for record in arrived})

    def _waiting(self) -> dict[str, Record]:
        """All that waits in this chain; nothing where this batch can change nothing for it."""
        if not self.has_waiting:
            return {}
        waiting = self.here.filter(is_fork__isnull=True)
        behind = [record.header.seq + 1 for record in self.batch if record.id in self.branch]
        if not waiting.filter(Q(seq__lte=self.chain.next_seq) | Q(seq__in=behind)).exists():
            return {}
        return {row.id: row for row in waiting}

    def _place(self, waiting: dict[str, Record]) -> list[Record]:
        """Take out of ``waiting``, in order, what fits the end of the chain. Of two that fit, the first that came."""
        behind: defaultdict[str, list[Record]] = defaultdict(list)
        for row in sorted(waiting.values(), key=lambda row: row.index):
            behind[prev_of(row)].append(row)
        fitting: list[Record] = []
        while found := [row for row in behind[self.chain.head] if row.seq == self.chain.next_seq]:
            fitting.append(waiting.pop(found[0].id))
            self._advance(found[0].id)
        return fitting

    def _records(self, ids: list[str]) -> list[records.Record]:
        rows = (self.here.filter(pk__in=some).select_related("payload") for some in _pieces(ids))
        return sorted((stored_record(row) for piece in rows for row in piece), key=lambda record: record.header.seq)

    def _settle(self, settled: Mapping[str, Judged]) -> None:
        """Write new verdicts, and answer with them what this batch brought for the first time."""
        for record_id, judged in settled.items():
            if answer := self.answers.get(record_id):
                is_again = answer.verdict == "duplicate"
                answer.verdict, answer.reason = answer.verdict if is_again else judged[0], judged[1]
        write_verdicts(settled)


def write_verdicts(settled: Mapping[str, Judged]) -> None:
    """Give these records other verdicts; whoever calls holds their chain."""
    alike: defaultdict[Judged, list[str]] = defaultdict(list)
    for record_id, judged in settled.items():
        alike[judged].append(record_id)
    for (verdict, reason), ids in alike.items():
        _update(ids, verdict=verdict, reason=reason)


def _update(ids: list[str], **facts: Any) -> None:
    for some in _pieces(ids):
        Record.objects.filter(pk__in=some).update(**facts)


def _pieces(ids: list[str]) -> list[list[str]]:
    """As many as one query takes on every database."""
    return [ids[start : start + 500] for start in range(0, len(ids), 500)]


def waits(row: Record) -> bool:
    """It waits behind a gap, and people have not decided about it meanwhile."""
    return row.verdict == Verdict.PARKED and row.reason == "gap"


def branch_reason(reason: str) -> str:
    """The reason that a branch hands on, also where people have decided about the record since."""
    return reason if reason in BRANCH else "chain"


def prev_of(row: Record) -> str:
    return records.parse_header(row.header).prev
