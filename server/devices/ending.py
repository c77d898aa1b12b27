"""The end of a recovery: the office says that all is back that will come (S9). Two persons, where the town has two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from server.ledger import recovery as ledger
from server.ledger.models import Recovery
from server.meetings.models import Session
from server.office.actions import note_act
from server.office.approvals import ask, takes_two
from server.office.models import Approval
from server.processes.models import Space
from server.voting.definitions import is_single_handed

from .models import Device, Stranger

if TYPE_CHECKING:
    from server.accounts.models import User

KIND = "recovery.end"


def devices_waited_for(recovery: Recovery) -> list[Device]:
    """Devices that may bring something back, those that were not heard since first: ``is_back`` where they were."""
    waited = Device.objects.exclude(session__state=Session.State.RECONCILED).filter(missing_reason="")
    rows = waited.select_related("session__meeting__space").order_by(F("last_contact_at").asc(nulls_first=True), "pk")
    devices = list(rows)
    for device in devices:
        device.is_back = device.last_contact_at is not None and device.last_contact_at >= recovery.began_at
    return devices


@transaction.atomic
def end_recovery(*, recovery: Recovery, by: User) -> Approval | Recovery:
    """End it, or have it wait for a second person. Ended already: nothing changes."""
    space = _space()
    if is_single_handed() or space is None or recovery.ended_at:
        _end(recovery, by=by)
        return recovery
    return ask(kind=KIND, key=str(recovery.log_epoch), space=space, by=by)


def _space() -> Space | None:
    """Whose organisers may be the second person: of the newest session with devices, or of any space."""
    newest = Device.objects.select_related("session__meeting__space").order_by("-session__meeting__starts_at").first()
    return newest.session.meeting.space if newest else Space.objects.order_by("pk").first()


def _end(recovery: Recovery, *, by: User) -> None:
    waited, found = devices_waited_for(recovery), ledger.lost(recovery)
    heard = sum(device.is_back for device in waited)
    facts = {
        "heard": heard,
        "not_heard": len(waited) - heard,
        "unknown": Stranger.objects.count(),
        "came": found.came,
        "missing": found.missing,
    }
    if ledger.end():
        note_act("recovery.ended", by=by, space=None, facts=facts)


def _asked(approval: Approval) -> Recovery:
    return Recovery.objects.get(log_epoch=int(approval.key))


def _told(approval: Approval) -> Sequence[tuple[Any, Any]]:
    recovery = _asked(approval)
    silent = [device.label for device in devices_waited_for(recovery) if not device.is_back]
    found = ledger.lost(recovery)
    return [
        (_("Devices not heard since"), ", ".join(silent) or _("none")),
        (_("Devices that this installation does not know"), Stranger.objects.count()),
        (_("Places of the earlier list that are proved"), found.places),
        (_("Records that devices brought since"), found.came),
    ]


def _back(_approval: Approval) -> str:
    return reverse("office_devices:recovery")


@takes_two(KIND, title=gettext_lazy("End the recovery"), told=_told, address=_back)
def _agreed(approval: Approval, by: User) -> str:
    _end(_asked(approval), by=by)
    return _back(approval)
