"""Bodies that the public list committed to, with the salts that open them: anyone can hold the accounts to them.

Only of records that are about numbers, devices or versions. No subject and no salt of a subject is ever among them, and
no body that is about one person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from server.ledger.installation import installation
from server.ledger.keys import b64u
from server.ledger.models import Record
from server.voting.log_states import announced_versions
from server.voting.losses import lost_devices
from server.voting.models import Sample
from server.voting.samples import outcome_of

if TYPE_CHECKING:
    from server.devices.models import Device
    from server.ledger.querysets import RecordQuerySet
    from server.meetings.models import Session
    from server.voting.models import Box

Opened = dict[str, Any]


def _opened(rows: RecordQuerySet) -> list[Opened]:
    """``{"index", "body", "salt"}`` of each: where it stands, what it says as text, and the salt in hex."""
    found = rows.order_by("index").values_list("index", "payload__body", "payload__body_salt")
    return [{"index": index, "body": bytes(body).decode(), "salt": bytes(salt).hex()} for index, body, salt in found]


def _said_here(session: Session, type_: str) -> list[Opened]:
    return _opened(Record.objects.in_session(session.ref).filter(dev=installation().dev, type=type_))


def told_besides(box: Box, size: int) -> dict[str, Any]:
    """The parts of ``accounts.json`` that stand on a commitment of the list; each is absent where there is nothing.

    size: of the list that is published beside them.
    """
    sessions = list(box.sessions.prefetch_related("devices").order_by("ref"))
    closed = ((one, said) for one in sessions for said in _said_here(one, "session.reconciled"))
    struck = ((one, said) for one in sessions for said in _said_here(one, "device.revoked") if said["index"] < size)
    parts = {
        "roll": _opened(announced_versions(box)),
        "closings": [{"session": one.ref, **said} for one, said in closed],
        "missing": [told for one in sessions for told in _missing(one)],
        "revoked": [{"session": one.ref, **said} for one, said in struck],
        "sample": _sample(box),
    }
    return {name: told for name, told in parts.items() if told}


def _missing(session: Session) -> Iterable[dict[str, Any]]:
    """The devices that never came back: why, what may be lost, and what was said when they were named, slip and all."""
    named = {json.loads(one["body"])["dev"]: one for one in _said_here(session, "device.missing")}  # the last of each
    for device, loss in lost_devices(session):
        facts = {"session": session.ref, "dev": device.dev, "device": str(device), "reason": device.missing_reason}
        # Not there is not what we write; it is published all the same, and found by whoever checks.
        said = {"named": named[device.dev]} if device.dev in named else {}
        yield {**facts, **loss.as_json(), **said, **_key(device)}


def _key(device: Device) -> dict[str, str]:
    """What its slip was signed with; nothing where only a number was copied from it, or none is known."""
    return {"public_key": b64u(bytes(device.public_key))} if "sig" in device.closing_slip else {}


def _sample(box: Box) -> dict[str, Any]:
    """How many people marked in person were asked by letter and what they answered; never who."""
    sample = Sample.objects.filter(box=box).first()
    if sample is None:
        return {}
    [drawn] = _opened(Record.objects.of_box(box.definition_hash).filter(dev=installation().dev, type="sample.drawn"))
    return {**drawn, "seed": sample.seed, **outcome_of(sample).as_json()}
