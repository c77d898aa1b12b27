"""Which devices belong here is said in the public list, by the installation itself: enrolled, and revoked from where.

The records are signed with the list (§9), so anyone who keeps a state of it sees that a device was not slipped in, or
struck, afterwards. ``Listed`` is what they come to; applied in any order they give the same row (S22).
"""

from __future__ import annotations

import json
from typing import Any

from server.ledger.actions import append
from server.ledger.applying import CannotApply, applies, apply_now
from server.ledger.installation import installation
from server.ledger.models import Record

from .models import Device, Listed

ENROLLED, REVOKED = "device.enrolled", "device.revoked"


def enter(device: Device) -> Record:
    """Say that a device is enrolled, in the transaction that enrols it."""
    facts = {"dev": device.dev, "label": device.label, "mode": device.mode}
    if device.replaces:
        facts["replaces"] = device.replaces.dev
    return _say(ENROLLED, device, facts)


def strike(device: Device, *, size: int, why: str) -> Record:
    """Say that of a device only what was in the first ``size`` records of the list is trusted."""
    return _say(REVOKED, device, {"dev": device.dev, "size": size, **({"why": why} if why else {})})


def _say(type_: str, device: Device, facts: dict[str, Any]) -> Record:
    session = device.session
    body = json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()
    place = {"space": session.meeting.space.slug, "session": session.ref}
    record = append(type=type_, actor="organiser", body=body, **place)
    apply_now(record)
    return record


@applies(ENROLLED, writes=Listed, of_house=True)
def _apply_enrolled(record: Record, body: bytes) -> None:
    facts, listed = _read(record, body)
    listed.session_ref, listed.mode = record.session_ref, facts["mode"]
    listed.replaces, listed.enrolled_index = facts.get("replaces", ""), record.index
    listed.save()


@applies(REVOKED, writes=Listed, of_house=True)
def _apply_revoked(record: Record, body: bytes) -> None:
    facts, listed = _read(record, body)
    listed.session_ref = record.session_ref
    listed.revoked_index = min(record.index, _or(listed.revoked_index, record.index))
    listed.trusted_size = min(facts["size"], _or(listed.trusted_size, facts["size"]))
    listed.save()


def _or(known: int | None, otherwise: int) -> int:
    return otherwise if known is None else known


def _read(record: Record, body: bytes) -> tuple[dict[str, Any], Listed]:
    if record.dev != installation().dev:
        raise CannotApply("device_unknown")  # no device says which devices there are
    facts = json.loads(body)
    return facts, Listed.objects.filter(dev=facts["dev"]).first() or Listed(dev=facts["dev"])
