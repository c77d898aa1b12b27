"""The pack: everything that a kiosk needs to work without network (``docs/protocol.md`` §6). It holds no person."""

from __future__ import annotations

import hashlib
import json

from django.conf import settings

from server.ledger import actions as ledger
from server.ledger import keys, messages
from server.ledger.installation import installation
from server.voting.models import Pass

from .models import Device


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
        "operator": _operator(device),
        "definitions": [box.definition for box in boxes if box.offers("kiosk")],
        "box_states": {box.definition_hash: box.state for box in boxes},
        "languages": settings.PARVIS_KIOSK_LANGUAGES,
        "checkpoint": ledger.checkpoint_document(ledger.sign_checkpoint(max_age_s=10)),
    }
    text = json.dumps(pack, ensure_ascii=False, separators=(",", ":"))
    return text, keys.b64u(house.sign(messages.pack_message(text.encode())))


def _checks(device: Device) -> list[str]:
    """Check values of the session's stack, sorted: their order tells nothing of the stack's."""
    stack = Pass.objects.filter(batch__session=device.session, is_test=False, is_void=False)
    return list(stack.order_by("check_value").values_list("check_value", flat=True))


def _operator(device: Device) -> dict[str, str]:
    """The PIN as a salted hash. The salt is the device's own, so that two tablets do not show that they share a PIN."""
    salt = hashlib.sha256(f"operator {device.dev}".encode()).digest()[:16]
    digest = hashlib.sha256(salt + device.session.operator_pin.encode()).hexdigest()
    return {"salt": keys.b64u(salt), "hash": digest}
