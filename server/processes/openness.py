"""May this be done now, here, through this door? Answered in this place and in no other.

A phase *opens* activities of components, each for some doors (``Opening``). An activity is open while a phase that
opens it runs. What an offline device brings is not asked of the clock: whoever applies it says at which moment its
session took deeds, as the server knows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from .component_types import Activity
from .models import Component, Door, Opening, Phase
from .refusals import PhaseClosed

if TYPE_CHECKING:
    from .origin import Origin


def open_activities(component: Component, *, door: str = Door.WEB, at: datetime | None = None) -> set[str]:
    """Which activities of this component are open at this door."""
    return {one.activity for one in _running([component.pk], at) if door in one.doors}


def doors_of(component: Component, activity: Activity | str, at: datetime | None = None) -> dict[str, bool]:
    """Every door that ever leads to this activity: whether it is open. What is shut is shown struck through."""
    found = Opening.objects.filter(component=component, activity=activity).select_related("phase")
    return _doors(list(found), at or timezone.now())


def until(component: Component, activity: Activity | str, at: datetime | None = None) -> datetime | None:
    """When the last phase ends that opens this now; None where none does, or where a person ends it by hand."""
    return _last_end([one for one in _running([component.pk], at) if one.activity == activity])


@dataclass(frozen=True)
class OpenNow:
    """An activity that is open by one door at least. ``until``: None where a person ends it."""

    component: Component
    label: str
    doors: dict[str, bool]
    until: datetime | None


def open_now(components: Sequence[Component], at: datetime | None = None) -> list[OpenNow]:
    """Everything that is open in these, in their order and that of the activities. One query, none without any."""
    at, order = at or timezone.now(), list(Activity)
    found: dict[tuple[int, str], list[Opening]] = {}
    for one in Opening.objects.filter(component__in=components).select_related("phase") if components else ():
        found.setdefault((one.component_id, one.activity), []).append(one)
    rows = []
    for component in components:
        for activity in order:
            openings = found.get((component.pk, activity), [])
            running = [one for one in openings if one.doors and one.phase.runs_at(at)]
            if running:
                rows.append(OpenNow(component, str(activity.label), _doors(openings, at), _last_end(running)))
    return rows


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


def _doors(openings: Iterable[Opening], at: datetime) -> dict[str, bool]:
    is_open: dict[str, bool] = {}
    for one in openings:
        runs = one.phase.runs_at(at)
        for door in one.doors:
            is_open[door] = is_open.get(door, False) or runs
    return {door: is_open[door] for door in Door.values if door in is_open}


def _last_end(running: Iterable[Opening]) -> datetime | None:
    ends = [one.phase.until for one in running]
    return None if None in ends else max((one for one in ends if one), default=None)


def _running(components: Iterable[int], at: datetime | None) -> list[Opening]:
    running = Phase.objects.active(at or timezone.now())
    return list(Opening.objects.filter(component__in=components, phase__in=running).select_related("phase"))
