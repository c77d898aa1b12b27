"""May this be done now, here, through this door? Answered in this place and in no other.

A phase *opens* activities of components, each for some doors (``Opening``). An activity is open while a phase that
opens it runs. What an offline device brings is not asked of the clock: whoever applies it says at which moment its
session took deeds, as the server knows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from .component_types import Activity
from .models import Component, Door, Opening, Space
from .refusals import PhaseClosed

if TYPE_CHECKING:
    from .origin import Origin


@dataclass(frozen=True)
class Times:
    """When one activity of a component is open, and by which doors: by all that ever open it, as of one moment."""

    openings: Sequence[Opening]
    at: datetime

    @property
    def running(self) -> list[Opening]:
        return [one for one in self.openings if one.doors and one.phase.runs_at(self.at)]

    @property
    def doors(self) -> dict[str, bool]:
        """Every door that ever leads to it: whether it is open. What is shut is shown struck through."""
        ever = {door for one in self.openings for door in one.doors}
        now = {door for one in self.running for door in one.doors}
        return {door: door in now for door in Door.values if door in ever}

    @property
    def until(self) -> datetime | None:
        """When the last phase ends that opens it now; None where none does, or where a person ends it by hand."""
        ends = [one.phase.until for one in self.running]
        return None if None in ends else max((one for one in ends if one), default=None)

    def is_open(self, door: str = Door.WEB) -> bool:
        return self.doors.get(door, False)


def times_of_each(components: Sequence[Component], at: datetime | None = None) -> dict[int, dict[str, Times]]:
    """By the key of each component, for every activity. One query, none without any component."""
    at = at or timezone.now()
    found: dict[tuple[int, str], list[Opening]] = {}
    for one in Opening.objects.filter(component__in=components).select_related("phase") if components else ():
        found.setdefault((one.component_id, one.activity), []).append(one)
    return {
        one.pk: {activity: Times(found.get((one.pk, activity), ()), at) for activity in Activity.values}
        for one in components
    }


def times_of(component: Component, at: datetime | None = None) -> dict[str, Times]:
    """For every activity: what a page asks about one component, in one query."""
    return times_of_each([component], at)[component.pk]


def open_activities(component: Component, *, door: str = Door.WEB, at: datetime | None = None) -> set[str]:
    """Which activities of this component are open at this door."""
    return {activity for activity, times in times_of(component, at).items() if times.is_open(door)}


@dataclass(frozen=True)
class OpenNow:
    """An activity that is open by one door at least. ``until``: None where a person ends it."""

    component: Component
    label: str
    doors: dict[str, bool]
    until: datetime | None


def open_now(components: Sequence[Component], at: datetime | None = None) -> list[OpenNow]:
    """Everything that is open in these, in their order and that of the activities."""
    each = times_of_each(components, at)
    return [
        OpenNow(component, str(Activity(activity).label), times.doors, times.until)
        for component in components
        for activity, times in each[component.pk].items()
        if times.running
    ]


def openings_for(space: Space, door: str) -> list[Opening]:
    """What phases ever open in this space by this door, in components that are shown. One query."""
    rows = Opening.objects.filter(component__space=space, component__published_at__isnull=False)
    return [one for one in rows.select_related("phase") if door in one.doors and one.activity in Activity.values]


def is_open_for(space: Space, door: str) -> bool:
    """Whether people may do anything in this space by this door now."""
    now = timezone.now()
    return any(one.phase.runs_at(now) for one in openings_for(space, door))


def require_open(component: Component, activity: Activity | str, *, origin: Origin, at: datetime | None = None) -> None:
    """Raises PhaseClosed where this may not be done now by this door, or where the component is not shown.

    A draft may be read by a share link, and nothing be done in it: asked of the web alone, since what a device brings
    was done when the space was public.
    """
    is_draft = origin.door == Door.WEB and not (component.space.is_published or component.space.for_members_at)
    if (
        is_draft
        or component.published_at is None
        or activity not in open_activities(component, door=origin.door, at=at)
    ):
        raise PhaseClosed(details={"activity": str(activity), "door": origin.door})
