"""Ballots of devices that were revoked from an earlier moment: who decided, and how many (D16).

The log alone tells it: ``device.revoked`` says up to which state of the list a device is trusted. Only numbers leave
this module.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from server.ledger.installation import installation
from server.ledger.models import Record, Verdict
from server.web.refusals import Refusal

from .late import settled_definitions

if TYPE_CHECKING:
    from server.ledger.querysets import RecordQuerySet
    from server.meetings.models import Session

    from .models import Box


class DecisionWithoutReason(Refusal):
    code = "decision_without_reason"
    status = 422
    message = _("Write one sentence: why these ballots count, or why they do not.")


def decided_about(session_ref: str) -> set[str]:
    """Records of a session that people have decided about: that stands, whatever is found out later."""
    rows = Record.objects.in_session(session_ref).filter(type="record.decided", dev=installation().dev)
    return {json.loads(bytes(body))["id"] for body in rows.values_list("payload__body", flat=True)}


def doubted_ballots(session: Session) -> RecordQuerySet:
    """Those of a session that wait because their device is not trusted any more, while their box can take them."""
    rows = Record.objects.in_session(session.ref).undecided().filter(reason="revoked")
    return rows.exclude(definition__in=settled_definitions())


@dataclass(frozen=True)
class Doubted:
    """How many ballots of a box a revocation reaches: taken in by people, set aside, waiting.

    ``stand``: counted, because what counts was fixed before anybody knew. ``devices``: revoked ones of its sessions.
    """

    devices: int = 0
    taken_in: int = 0
    aside: int = 0
    waiting: int = 0
    stand: int = 0

    @property
    def count(self) -> int:
        return self.taken_in + self.aside + self.waiting + self.stand


def doubted(box: Box, *, before: int | None = None) -> Doubted:
    """By what the log says today, or said before this place in it."""
    refs = list(box.sessions.values_list("ref", flat=True))
    return _doubted(Record.objects.of_box(box.definition_hash), refs, before)


def doubted_in(session: Session, *, before: int | None = None) -> Doubted:
    """The same for one session, over all its boxes."""
    return _doubted(Record.objects.in_session(session.ref), [session.ref], before)


def _doubted(rows: RecordQuerySet, refs: list[str], before: int | None) -> Doubted:
    devices = trusted_sizes(refs, before=before)
    if not devices:
        return Doubted()
    decided = {one for ref in refs for one in decided_about(ref)}
    counts = {"taken_in": 0, "aside": 0, "waiting": 0, "stand": 0}
    for dev, size in devices.items():
        for record_id, verdict in _beyond(rows.ballots(), dev, size):
            counts[_what_became(verdict, record_id in decided)] += 1
    return Doubted(devices=len(devices), **counts)


def _what_became(verdict: str, was_decided: bool) -> str:
    if verdict == Verdict.ACCEPTED:
        return "taken_in" if was_decided else "stand"
    return "waiting" if verdict == Verdict.PROVISIONAL else "aside"


def trusted_sizes(session_refs: list[str], *, before: int | None = None) -> dict[str, int]:
    """``{dev: size}`` of the devices of these sessions that the log says are revoked; of several words the smallest."""
    rows = Record.objects.filter(session_ref__in=session_refs, type="device.revoked", dev=installation().dev)
    rows = rows if before is None else rows.filter(index__lt=before)
    sizes: dict[str, int] = {}
    for body in rows.values_list("payload__body", flat=True):
        told: dict[str, Any] = json.loads(bytes(body))
        sizes[told["dev"]] = min(told["size"], sizes.get(told["dev"], told["size"]))
    return sizes


def _beyond(ballots: RecordQuerySet, dev: str, size: int) -> Iterator[tuple[str, str]]:
    """Id and verdict of those of this device that were not in its chain in that state of the list."""
    chains = Record.objects.filter(dev=dev, is_fork=False, index__gte=size).order_by()
    for epoch, first in chains.values_list("epoch").annotate(Min("seq")):
        rows = ballots.filter(dev=dev, epoch=epoch, is_fork=False, seq__gte=first)
        # What nobody understands or is not what it says it is waits, or stays out, whatever device it is from.
        yield from rows.exclude(reason__in=["newer", "context", "commitment"]).values_list("pk", "verdict")
