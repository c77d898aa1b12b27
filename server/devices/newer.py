"""What waited for this release: records of a type or version that nobody here understood when they came (S16).

They stand in their number, parked; the device was told that they arrived and does not send them again. So the release
that understands them judges them by itself: ``parvis setup`` asks, and every new day.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver

from server.ledger import records, versions
from server.ledger.actions import hold_chain
from server.ledger.arrival import Judged, stored_record, write_verdicts
from server.ledger.models import Chain, Record, Verdict
from server.ledger.tasks import apply_soon
from server.processes.days import day_begun

from .judging import Judge
from .models import Device


def judge_newer() -> int:
    """Judge what this release understands of what waited for it; returns how many records wait no more.

    Each gets the verdict that it would have got in its place in the chain. Once is enough, again changes nothing.
    """
    rows = Record.objects.of_a_newer_release().values_list("dev", "epoch", "type", "header")
    chains = {(dev, epoch) for dev, epoch, type_, header in rows if _is_known(type_, header)}
    return sum(_judge_chain(*chain) for chain in sorted(chains))


@receiver(day_begun)
def judge_each_day(**_named: Any) -> None:
    judge_newer()


def _is_known(type_: str, header: str) -> bool:
    return versions.is_known(type_, json.loads(header)["tv"])


@transaction.atomic
def _judge_chain(dev: str, epoch: str) -> int:
    hold_chain(dev=dev, epoch=epoch)
    device = Device.objects.named(dev)
    if device is None:
        return 0
    replay = _Replay(device, Chain(dev=dev, epoch=epoch))
    here = Record.objects.filter(dev=dev, epoch=epoch, is_fork=False).select_related("payload").order_by("seq")
    for row in here.filter(Q(reason__in=["newer", "not_open"]) | Q(type="meeting.state")):
        replay.take(row)
    replay.judge()
    write_verdicts(replay.settled)
    if replay.has_moved:
        state, is_closed = replay.chain.session_state, replay.chain.is_closed
        Chain.objects.filter(dev=dev, epoch=epoch).update(session_state=state, is_closed=is_closed)
    apply_soon()
    return replay.count


class _Replay:
    """A chain walked once more from its beginning: whether it was open is a question about that place, not about today.

    Where the device's own opening was what nobody understood, its ballots came "not open": they are judged with it.
    What was accepted stays accepted.
    """

    def __init__(self, device: Device, chain: Chain) -> None:
        self.chain, self._judge = chain, Judge(device, chain)
        self._together: list[records.Record] = []
        self.settled: dict[str, Judged] = {}
        self.has_moved, self.count = False, 0

    def take(self, row: Record) -> None:
        if row.reason == "newer" and row.verdict == Verdict.PARKED:
            if _is_known(row.type, row.header):
                self._together.append(stored_record(row))
                self.count += 1
                self.has_moved |= row.type == "meeting.state"
        elif row.type == "meeting.state":
            if row.verdict == Verdict.ACCEPTED:
                self.judge()
                self._judge.move(stored_record(row))
        elif self.has_moved and row.verdict == Verdict.PROVISIONAL and row.reason == "not_open":
            self._together.append(stored_record(row))

    def judge(self) -> None:
        """Those that followed each other, in bulk."""
        judged = self._judge(self._together) if self._together else {}
        self.settled |= {one.id: judged.get(one.id, (Verdict.ACCEPTED, "")) for one in self._together}
        self._together = []
