"""A kiosk without network signs its receipts: a promise to deliver (``docs/protocol.md`` §9). What became of one?

A promise of the second form also names its place in the device's chain. So once the device's head was fixed, a promise
that never arrived is told from one that is still under way, and is evidence whoever holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from . import keys, messages
from .headers import HEX_64, MAX_NUMBER, SHAPES
from .models import Record


@dataclass(frozen=True)
class Promise:
    """outcome: ``expected``; ``unchained``: the device was closed and its records end before it; ``other``: another
    record stands under its number; ``lost``: people named the device missing; ``false``: no device of ours signed it.

    last: the number of the device's last record, where that was fixed. document: the promise as anyone checks it.
    """

    outcome: str
    last: int = 0
    seq: int = 0
    document: Mapping[str, Any] | None = None

    @property
    def is_evidence(self) -> bool:
        return self.outcome in ("unchained", "other", "lost")


def read(identifier: str, told: Mapping[str, str]) -> Promise | None:
    """What the address of a receipt says, whose record is not on the list; None where it promises nothing."""
    dev, signature = told.get("d", ""), told.get("s", "")
    if not dev or not signature or not HEX_64.fullmatch(identifier):
        return None
    # By name: the log imports nothing of the rooms that build on it.
    devices = apps.get_model("devices", "Device").objects.select_related("session")
    device = devices.filter(dev=dev[:64]).first()
    place = _place(told)
    document = {"id": identifier, "dev": dev, **(place or {}), "sig": signature}
    if device is None or place is None or not _is_signed(bytes(device.public_key), document):
        return Promise("false")
    document |= {"public_key": keys.b64u(bytes(device.public_key))}
    return _fate(device, place, document)


def _place(told: Mapping[str, str]) -> dict[str, Any] | None:
    """``{epoch, seq}`` of the second form, nothing of the first; None for what is neither."""
    epoch, number = told.get("e", ""), told.get("n", "")
    if not epoch and not number:
        return {}
    if not SHAPES["epoch"].fullmatch(epoch) or not (number.isascii() and number.isdecimal() and len(number) < 17):
        return None
    return {"epoch": epoch, "seq": int(number)} if 0 < int(number) <= MAX_NUMBER else None


def _is_signed(public: bytes, document: Mapping[str, Any]) -> bool:
    if "seq" in document:
        message = messages.promise_message(document["id"], document["dev"], document["epoch"], document["seq"])
    else:
        message = messages.receipt_message(document["id"])
    try:
        return keys.verify(public, message, keys.unb64u(document["sig"]))
    except ValueError:
        return False


def _fate(device: Any, place: Mapping[str, Any], document: Mapping[str, Any]) -> Promise:
    seq = place.get("seq", 0)
    if place and Record.objects.filter(dev=device.dev, epoch=place["epoch"], seq=seq).exists():
        return Promise("other", seq=seq, document=document)
    if device.missing_reason:
        return Promise("lost", seq=seq, document=document)
    heads = device.session.closing_heads.get(device.dev)
    if heads is None:
        return Promise("expected", seq=seq, document=document)
    last = max((one["seq"] for one in heads if one["epoch"] == place.get("epoch", one["epoch"])), default=0)
    return Promise("unchained", last=last, seq=seq, document=document)
