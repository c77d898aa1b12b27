"""The pack: everything that a device needs to work without network (``docs/protocol.md`` §6).

It holds no person, but for a desk's, whose roll is sealed to the unlock cards of the session.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings

from server.ledger import actions as ledger
from server.ledger import keys, messages
from server.ledger.installation import installation
from server.proposals.packed import packed_ideas
from server.voting.desk_pack import WITH_ROLL, sealed_roll, unlocks
from server.voting.models import Pass

from .models import Device

# No PIN fits it.
NO_PIN = {"salt": "", "hash": ""}


def build_pack(device: Device) -> tuple[str, str]:
    """The pack of this device's session as JSON text, and the installation's signature over it (b64u)."""
    house, session = installation(), device.session
    boxes = session.boxes.exclude(definition="").order_by("pk")
    pack = {
        "format": "parvis-pack-1",
        "version": device.pack_version,
        "log_id": house.log_id,
        "server_key": keys.b64u(house.public_key),
        "origin": house.origin,
        "town": settings.PARVIS_TOWN,
        "device": {"id": device.dev, "label": device.label, "mode": device.mode},
        "session": {
            "id": session.ref,
            "label": dict(session.label),
            "meeting": dict(session.meeting.title),
            "space": session.meeting.space.slug,
            "state": session.state,
        },
        "k": keys.b64u(bytes(session.code_key)),
        "checks": _checks(device),
        **_unlocking(device),
        "definitions": [box.definition for box in boxes if box.offers("kiosk")],
        "box_states": {box.definition_hash: box.state for box in boxes},
        **_ideas(device),
        "languages": settings.PARVIS_KIOSK_LANGUAGES,
        "checkpoint": ledger.checkpoint_document(ledger.sign_checkpoint(max_age_s=10)),
    }
    text = json.dumps(pack, ensure_ascii=False, separators=(",", ":"))
    return text, keys.b64u(house.sign(messages.pack_message(text.encode())))


def _ideas(device: Device) -> dict[str, Any]:
    """Proposals to read and to endorse, for a kiosk whose session offers that; absent where it does not."""
    ideas = packed_ideas(device.session) if device.mode == Device.Mode.KIOSK else []
    return {"ideas": ideas} if ideas else {}


def _checks(device: Device) -> list[str]:
    """Check values of the session's stack, sorted: their order tells nothing of the stack's. A scanner needs none."""
    if device.mode == Device.Mode.SCANNER:
        return []
    stack = Pass.objects.filter(batch__session=device.session, is_test=False, is_void=False)
    return list(stack.order_by("check_value").values_list("check_value", flat=True))


def _unlocking(device: Device) -> dict[str, Any]:
    """What opens the operator's panel, and a desk's roll. Where there are cards nothing in the pack can be guessed."""
    session = device.session
    cards = [{"id": card} for card in sorted(unlocks(session))]
    if device.mode == Device.Mode.DESK:
        if not cards or session.state not in WITH_ROLL:
            return {"operator": NO_PIN, "unlock": cards}
        desk, wrapped = sealed_roll(session, dev=device.dev, version=device.pack_version)
        return {"operator": NO_PIN, "unlock": wrapped, "desk": desk}
    return {"operator": NO_PIN if cards else _operator(device), "unlock": cards}


def _operator(device: Device) -> dict[str, str]:
    """The PIN as a salted hash. The salt is the device's own, so that two tablets do not show that they share a PIN."""
    salt = hashlib.sha256(f"operator {device.dev}".encode()).digest()[:16]
    digest = hashlib.sha256(salt + device.session.operator_pin.encode()).hexdigest()
    return {"salt": keys.b64u(salt), "hash": digest}
