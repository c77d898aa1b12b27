"""A ballot that waits for people, as the closing page shows it: whence and why, never what is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from server.devices.models import Device
    from server.ledger.models import Record

REASONS: dict[str, Any] = {
    "late": _("It was cast after the device or the session was closed."),
    "not_open": _("The device took it before it was opened, or during a pause."),
    "revoked": _("It came from a device that was revoked before."),
}


@dataclass(frozen=True)
class LateBallot:
    id: str
    device: str
    number: int
    reason: Any

    @classmethod
    def of(cls, record: Record, devices: Iterable[Device]) -> LateBallot:
        label = next((device.label for device in devices if device.dev == record.dev), record.dev[:8])
        return cls(record.id, label, record.seq, REASONS.get(record.reason, record.reason))
