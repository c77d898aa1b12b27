"""A ballot that waits for people, as the closing page shows it: whence and why, never what is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from server.office.models import Approval
from server.voting.actions.deciding import KINDS
from server.voting.out_of_line import REVOKED

from .figures import late_records

if TYPE_CHECKING:
    from server.devices.models import Device
    from server.ledger.models import Record

    from .models import Session

REASONS: dict[str, Any] = {
    "late": _("It was cast after the device or the session was closed."),
    "not_open": _("The device took it before it was opened, or during a pause."),
}


@dataclass(frozen=True)
class LateBallot:
    """``approval``: a first person has decided, and a second must agree."""

    id: str
    device: str
    number: int
    reason: Any
    approval: Approval | None = None

    @classmethod
    def waiting(cls, session: Session, devices: Iterable[Device]) -> list[LateBallot]:
        """Those of a session about which people can still decide; but what a doubted device brought is a group."""
        rows = list(late_records(session).exclude(reason=REVOKED))
        asked = Approval.objects.waiting(*KINDS.values(), keys=[row.pk for row in rows])
        by_record = {one.key: one for one in asked} if rows else {}
        return [cls.of(row, devices, by_record.get(row.pk)) for row in rows]

    @classmethod
    def of(cls, record: Record, devices: Iterable[Device], approval: Approval | None = None) -> LateBallot:
        label = next((device.label for device in devices if device.dev == record.dev), record.dev[:8])
        return cls(record.id, label, record.seq, REASONS.get(record.reason, record.reason), approval)
