"""What may be lost with a device that was named missing: so many ballots at most, or nobody knows (D2).

The closing slip of a device (``docs/protocol.md`` §8) says how many ballots it held when its vote was closed; the log
says how many of them arrived. The difference is the most that can be lost. Without a slip nobody can say how many it
took after it was last heard: then only what is known of its records is told, and the ballots are "unknown".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.ledger.models import Chain, Record
from server.web.templatetags.parvis import number

from .balance_facts import heads_of

if TYPE_CHECKING:
    from server.devices.models import Device
    from server.meetings.models import Session


@dataclass(frozen=True)
class Loss:
    """promised: ballots by the closing slip, or None; arrived: ballots of the device that are here, counted or not.

    records: how many records of it, ballots or not, are known to have been made and never arrived. At least so many.
    """

    promised: int | None
    arrived: int
    records: int = 0

    @property
    def lost(self) -> int | None:
        """Ballots, at the most. None: unknown."""
        return None if self.promised is None else max(0, self.promised - self.arrived)

    @property
    def told(self) -> str:
        """In one or two sentences, in the reader's language."""
        facts = {"promised": number(self.promised or 0), "arrived": number(self.arrived)}
        if self.lost is None:
            unknown = _("It is unknown how many ballots are lost with this device: no closing slip of it is here.")
            return f"{unknown} {self._known}"
        if not self.lost:
            return _("No ballot is lost with this device: the %(promised)s of its closing slip are here.") % facts
        words = ngettext(
            "%(lost)s ballot at most is lost with this device: its closing slip names %(promised)s, %(arrived)s of "
            "them arrived.",
            "%(lost)s ballots at most are lost with this device: its closing slip names %(promised)s, %(arrived)s of "
            "them arrived.",
            self.lost,
        )
        return words % {**facts, "lost": number(self.lost)}

    @property
    def _known(self) -> str:
        arrived = ngettext("%(arrived)s ballot of it arrived.", "%(arrived)s ballots of it arrived.", self.arrived) % {
            "arrived": number(self.arrived)
        }
        if not self.records:
            return arrived
        words = ngettext(
            "At least %(records)s record that it held never did.",
            "At least %(records)s records that it held never did.",
            self.records,
        )
        return f"{arrived} {words % {'records': number(self.records)}}"

    def as_json(self) -> dict[str, int]:
        """As the log and ``accounts.json`` carry it; without ``promised`` and ``lost`` where they are unknown."""
        known = {} if self.lost is None else {"promised": self.promised or 0, "lost": self.lost}
        return {"arrived": self.arrived, "records": self.records, **known}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Loss:
        return cls(promised=told.get("promised"), arrived=told["arrived"], records=told["records"])


def lost_devices(session: Session) -> Iterator[tuple[Device, Loss]]:
    """Those that were named missing and did not come back. As fixed, once the session is reconciled."""
    missing = list(session.devices.exclude(missing_reason=""))
    heads = heads_of(session) if missing else {}
    for device in missing:
        if device.dev not in heads:
            fixed = session.closing_losses.get(device.dev)
            yield device, Loss.read(fixed) if fixed else loss_of(device)


def loss_of(device: Device) -> Loss:
    """From what is here now."""
    slip = device.closing_slip
    return Loss(promised=slip.get("ballots"), arrived=arrived(device), records=_never_arrived(device))


def arrived(device: Device) -> int:
    """Ballots of this device that are here. A copy under a number that was taken is no ballot more."""
    rows = Record.objects.ballots().filter(dev=device.dev)
    return rows.order_by().values("epoch", "seq").distinct().count()


def _never_arrived(device: Device) -> int:
    """Numbers of its chains below the last one known that nothing came for, or what it said it had not sent yet."""
    slip = device.closing_slip
    rows = Record.objects.filter(dev=device.dev).order_by().values("epoch")
    held = {row["epoch"]: row for row in rows.annotate(last=Max("seq"), held=Count("seq", distinct=True))}
    epochs = {*held, *Chain.objects.filter(dev=device.dev).values_list("epoch", flat=True)}
    missing = 0
    for epoch in {*epochs, slip["epoch"]} if "epoch" in slip else epochs:
        here = held.get(epoch, {"last": 0, "held": 0})
        last = max(here["last"], slip["seq"] if slip.get("epoch") == epoch else 0)
        missing += last - here["held"]
    return max(missing, device.unsent)
