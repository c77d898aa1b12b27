"""What a device's own records say of it, applied to its row: which release it runs, and where its session stands."""

from __future__ import annotations

import json
from typing import Any

from server.ledger.applying import CannotApply, applies
from server.ledger.models import Record
from server.web.live import ring

from .models import Device, Standing

STATES = ("open", "paused", "closed")


@applies("device.started", writes=Standing)
def begin(record: Record, body: bytes) -> None:
    """A chain begins: the name that the device shows and the release it runs."""
    facts = _facts(body)
    label, software = facts.get("label"), facts.get("software")
    if not isinstance(label, str) or not isinstance(software, str):
        raise CannotApply
    standing = _standing(record)
    standing.label, standing.software = label[:60], software[:64]
    _save(standing, record)


@applies("meeting.state", writes=Standing)
def move(record: Record, body: bytes) -> None:
    """An operator opened, paused or closed the session on this device. Closed is for good."""
    state = _facts(body).get("state")
    if state not in STATES:
        raise CannotApply
    standing = _standing(record)
    if state == "closed" or (standing.state != "closed" and record.seq > standing.seq):
        standing.state = state
    _save(standing, record)


def _facts(body: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CannotApply from error
    if not isinstance(facts, dict):
        raise CannotApply
    return facts


def _standing(record: Record) -> Standing:
    device = Device.objects.select_related("session__meeting").filter(dev=record.dev).first()
    if device is None:
        raise CannotApply("device_unknown")
    standing = device.standings.filter(epoch=record.epoch).first()
    return standing or Standing(device=device, epoch=record.epoch, began=record.index)


def _save(standing: Standing, record: Record) -> None:
    """The numbers are those of the chain, so that it does not matter which record was applied first."""
    standing.seq = max(standing.seq, record.seq)
    standing.began = min(standing.began, record.index)
    standing.save()
    ring(standing.device.session.meeting.space_id, "devices")
