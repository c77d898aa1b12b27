"""Groups of ballots out of line, as the closing page shows them: whence, which and why, never what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.ledger.models import Record, Verdict
from server.office.models import Approval
from server.voting.actions.deciding_groups import KINDS
from server.voting.out_of_line import Group, groups_of

if TYPE_CHECKING:
    from server.devices.models import Device

    from .models import Session


@dataclass(frozen=True)
class ShownGroup:
    """``approval``: a first person has decided, and a second must agree."""

    group: Group
    device: str
    approval: Approval | None = None

    @classmethod
    def waiting(cls, session: Session, devices: Iterable[Device]) -> list[ShownGroup]:
        """Those of a session about which people can still decide."""
        groups, labels = groups_of(session), {device.dev: device.label for device in devices}
        keys = {f"{one.root}:{one.token}": one for one in groups}
        asked = Approval.objects.waiting(*KINDS.values(), keys=keys)
        by_key = {one.key: one for one in asked} if groups else {}
        return [cls(one, labels.get(one.dev, one.dev[:8]), by_key.get(key)) for key, one in keys.items()]


def taken_in(group: Group) -> str:
    """What became of a group that people took in: a ballot without a right of its own stays out all the same."""
    ids = [row.id for row in group.ballots]
    out = Record.objects.filter(pk__in=ids).exclude(verdict=Verdict.ACCEPTED).count()
    if not out:
        return _("The ballots are taken in.")
    return ngettext(
        "The ballots are taken in, but for %(count)d that has no right of its own.",
        "The ballots are taken in, but for %(count)d that have no right of their own.",
        out,
    ) % {"count": out}
