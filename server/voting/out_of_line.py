"""Ballots that people decide about at the closing group by group: those that do not stand in the chain of their device,
and those of a device that is not trusted any more.

A copied disk makes a second branch, a damaged record leaves all behind it without a predecessor, a record that never
came leaves the rest waiting; and ballots of a newer release stand in their chain, but nobody here can judge them. Every
one of these ballots was confirmed to a voter. So none is dropped or left uncounted in silence: what hangs together is
shown as one group, with its device, its numbers and why, and is decided about.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from server.ledger.arrival import prev_of
from server.ledger.models import Record
from server.ledger.querysets import RecordQuerySet

from .doubted import doubted_ballots
from .intake_rules import OVER
from .refusals import RecordsNewer, RecordsOutOfLine

if TYPE_CHECKING:
    from server.meetings.models import Session

NEWER, REVOKED = "newer", "revoked"
REASONS: dict[str, Any] = {
    "fork": _("The device recorded these numbers twice. Was its disk copied?"),
    "chain": _("They follow a record that is not the one stored here. Was its disk damaged or copied?"),
    "gap": _("A record before them has not come."),
    NEWER: _(
        "The kiosk is of a newer release than this server. Once the server is updated, they are judged by themselves."
    ),
    REVOKED: _("The device was revoked, and these ballots are not from the time when it was trusted."),
}


@dataclass(frozen=True)
class Group:
    """Ballots that hang together. ``root``: the record that the group begins with, whether or not it is a ballot."""

    root: str
    dev: str
    epoch: str
    reason: str
    ballots: tuple[Record, ...]

    @property
    def token(self) -> str:
        """Names exactly these ballots: what one person read is what is decided."""
        return hashlib.sha256("".join(sorted(row.id for row in self.ballots)).encode()).hexdigest()[:16]

    @property
    def numbers(self) -> str:
        return in_ranges(row.seq for row in self.ballots)

    @property
    def meaning(self) -> Any:
        return REASONS[self.reason]

    @property
    def is_doubted(self) -> bool:
        """Whether it is the device that is doubted: then people say why they decide as they do."""
        return self.reason == REVOKED


def ballots_out_of_line(session: Session) -> RecordQuerySet:
    """Those of a session that nobody has decided about, while their box can still take them in."""
    settled = session.boxes.filter(state__in=OVER).values_list("definition_hash", flat=True)
    ballots = Record.objects.in_session(session.ref).ballots()
    here = ballots.out_of_line() | ballots.of_a_newer_release()
    return here.exclude(definition__in=list(settled)) if settled else here


def require_decided_about(ballots: RecordQuerySet) -> None:
    """Nothing is reconciled before people have decided. Raises RecordsNewer, RecordsOutOfLine."""
    if newer := ballots.of_a_newer_release().count():
        raise RecordsNewer(details={"count": newer})
    if beside := ballots.out_of_line().count():
        raise RecordsOutOfLine(details={"count": beside})


def groups_of(session: Session) -> list[Group]:
    """The groups of a session, each device's in the order of its numbers."""
    undecided = ballots_out_of_line(session) | doubted_ballots(session)
    if not undecided.exists():
        return []
    beside = {row.id: row for row in Record.objects.in_session(session.ref).beside_the_chain()}
    found: defaultdict[str, list[Record]] = defaultdict(list)
    together: dict[tuple[str, str, str], str] = {}  # of each chain the first: they stand in it, and wait together
    for row in undecided.order_by("dev", "epoch", "seq", "index"):
        stands = row.reason in (NEWER, REVOKED)
        chain = (row.dev, row.epoch, row.reason)
        found[together.setdefault(chain, row.id) if stands else _root(row, beside)].append(row)
    return [
        Group(root, ballots[0].dev, ballots[0].epoch, ballots[0].reason, tuple(ballots))
        for root, ballots in found.items()
    ]


def _root(row: Record, beside: dict[str, Record]) -> str:
    """Back along the chain, as far as it is beside the line. Headers name what was before: no circle is possible."""
    while before := beside.get(prev_of(row)):
        row = before
    return row.id


def in_ranges(numbers: Iterable[int]) -> str:
    """``4–10, 12``."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(f"{first}–{last}" if first != last else str(first) for first, last in ranges)
