"""Every device of a space: how it stands, where its chain ends, what the list holds of it, and who must go to it first.

A dozen questions, however many devices: what is told of one of them hangs on its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.ledger.actions import latest_checkpoint
from server.ledger.models import Chain, Record
from server.meetings.figures import SILENT_AFTER, told_of
from server.meetings.models import Session
from server.processes.models import Space
from server.witnesses.models import Statement

from .kiosk_files import current_release
from .models import Device
from .needs import DeviceState, needs_of, rank_of

#: How far what a device has sent is secured (protocol, levels of acknowledgement), the weakest first.
LEVELS = {
    "nothing": _("Nothing has arrived"),
    "held": _("Some is on the device alone"),
    "arrived": _("All has arrived"),
    "listed": _("All is on the public list"),
    "cosigned": _("All is co-signed"),
}
ON = (Session.State.OPEN, Session.State.PAUSED)


def fleet_of(space: Space) -> list[Device]:
    """The devices of a space; each with ``needs``, ``rank``, ``head`` (epoch, number, record), ``level`` besides what
    ``figures.told_of`` says."""
    rows = Device.objects.filter(session__meeting__space=space).select_related("session__meeting")
    devices = told_of(rows.order_by("label", "pk"))
    devs = [device.dev for device in devices]
    heads = {(one.dev, one.epoch): one for one in Chain.objects.filter(dev__in=devs)}
    ends = dict(Record.objects.filter(dev__in=devs).order_by().values_list("dev").annotate(Max("index")))
    sizes, release = _signed_sizes(), current_release().hash
    since = timezone.now() - SILENT_AFTER
    for device in devices:
        is_silent = device.last_contact_at is None or device.last_contact_at < since
        device.needs = needs_of(_state(device, release, is_silent=is_silent))
        device.rank = rank_of(list(device.needs))
        chain = heads.get((device.dev, device.standing.epoch)) if device.standing else None
        device.head = (chain.epoch, chain.next_seq - 1, chain.head) if chain else None
        device.level = _level(device, ends.get(device.dev), sizes)
        device.level_told = LEVELS[device.level]
    return devices


def _signed_sizes() -> Mapping[str, int]:
    """How long the list was when it was last signed, and when a witness last co-signed it in this time of the list."""
    last = latest_checkpoint()
    if last is None:
        return {"listed": 0, "cosigned": 0}
    return {"listed": last.size, "cosigned": Statement.objects.largest_size(last.log_epoch) or 0}


def _level(device: Device, end: int | None, sizes: Mapping[str, int]) -> str:
    if device.unsent:
        return "held"
    if end is None:
        return "nothing"
    return next((level for level in ("cosigned", "listed") if end < sizes[level]), "arrived")


def _state(device: Device, release: str, *, is_silent: bool) -> DeviceState:
    session, condition = device.session, device.condition
    known: dict[str, Any] = condition if isinstance(condition, dict) else {}
    return DeviceState(
        is_on=session.state in ON,
        is_over=session.state == Session.State.RECONCILED,
        is_session_closed=session.state == Session.State.CLOSED,
        is_silent=is_silent,
        is_closed=device.is_closed,
        is_missing=bool(device.missing_reason),
        is_trusted=device.status != Device.Status.REVOKED,
        is_replaced=device.replaced_at is not None,
        unsent=device.unsent,
        gap=device.waiting,
        branched=device.branched,
        chains=device.chains,
        has_other_list=bool(device.foreign_state),
        has_old_release=device.mode == Device.Mode.KIOSK and bool(device.version) and device.version != release,
        has_old_pack=0 < device.pack_taken < device.pack_version,
        condition=known,
    )
