"""What a device's own records say of it, applied to its row: which release it runs, and where its session stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from server.ledger.applying import Bell, CannotApply, applies, folds
from server.ledger.models import Record

from .models import Device, Standing

STATES = ("open", "paused", "closed")


def told_state(body: bytes) -> str:
    """The state of a session that the body of a ``meeting.state`` names; empty where it says nothing sensible."""
    try:
        state = json.loads(body)["state"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return state if state in STATES else ""


@applies("device.started", writes=Standing)
def begin(record: Record, body: bytes) -> Bell:
    """A chain begins: the name that the device shows and the release it runs."""
    facts = _facts(body)
    label, software = facts.get("label"), facts.get("software")
    if not isinstance(label, str) or not isinstance(software, str):
        raise CannotApply
    (standing,) = _standings([record]).values()
    standing.label, standing.software = label[:60], software[:64]
    _note(standing, record)
    return _save(standing)


@applies("meeting.state", writes=Standing)
def move(record: Record, body: bytes) -> Bell:
    """An operator opened, paused or closed the session on this device. Closed is for good."""
    (bell,) = move_all([(record, body)])
    return bell


@folds(move)
def move_all(told: Sequence[tuple[Record, bytes]]) -> set[Bell]:
    """The same for several, of any devices: each row is read once and written once."""
    standings = _standings([record for record, _body in told])
    for record, body in told:
        state, standing = told_state(body), standings[record.dev, record.epoch]
        if not state:
            raise CannotApply
        if state == "closed" or (standing.state != "closed" and record.seq > standing.seq):
            standing.state = state
        _note(standing, record)
    return {_save(standing) for standing in standings.values()}


def _facts(body: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CannotApply from error
    if not isinstance(facts, dict):
        raise CannotApply
    return facts


def _standings(records: Sequence[Record]) -> dict[tuple[str, str], Standing]:
    """The rows of these records' chains, by device and epoch."""
    chains = {(record.dev, record.epoch): record for record in records}
    rows = Standing.objects.select_related("device__session__meeting").order_by()
    devs, epochs = {dev for dev, _epoch in chains}, {epoch for _dev, epoch in chains}
    known = {(one.device.dev, one.epoch): one for one in rows.filter(device__dev__in=devs, epoch__in=epochs)}
    return {chain: known.get(chain) or _new(record) for chain, record in chains.items()}


def _new(record: Record) -> Standing:
    device = Device.objects.select_related("session__meeting").filter(dev=record.dev).first()
    if device is None:
        raise CannotApply("device_unknown")
    return Standing(device=device, epoch=record.epoch, began=record.index)


def _note(standing: Standing, record: Record) -> None:
    """The numbers are those of the chain, so that it does not matter which record was applied first."""
    standing.seq = max(standing.seq, record.seq)
    standing.began = min(standing.began, record.index)


def _save(standing: Standing) -> Bell:
    standing.save()
    return standing.device.session.meeting.space_id, "devices"
