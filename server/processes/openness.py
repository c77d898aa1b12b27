"""May this be done now, here, through this door? Answered in this place and in no other.

A phase *opens* activities of components, each for some doors (``Opening``). An activity is open while a phase that
opens it runs. What an offline device brings is not asked of the clock: whoever applies it says at which moment its
session took deeds, as the server knows it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from .models import Component, Door, Opening, Phase
from .refusals import PhaseClosed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .component_types import Activity
    from .origin import Origin


def open_activities(component: Component, *, door: str = Door.WEB, at: datetime | None = None) -> set[str]:
    """Which activities of this component are open at this door."""
    return {one.activity for one in _running([component.pk], at) if door in one.doors}


def doors_of(component: Component, activity: Activity | str, at: datetime | None = None) -> dict[str, bool]:
    """Every door that ever leads to this activity: whether it is open. What is shut is shown struck through."""
    all_of_it = Opening.objects.filter(component=component, activity=activity)
    ever = {door for doors in all_of_it.values_list("doors", flat=True) for door in doors}
    now = {door for one in _running([component.pk], at) if one.activity == activity for door in one.doors}
    return {door: door in now for door in Door.values if door in ever}


def until(component: Component, activity: Activity | str, at: datetime | None = None) -> datetime | None:
    """When the last phase ends that opens this now; None where none does, or where a person ends it by hand."""
    ends = [one.phase.ends_at for one in _running([component.pk], at) if one.activity == activity]
    return max(ends, default=None)


def require_open(component: Component, activity: Activity | str, *, origin: Origin, at: datetime | None = None) -> None:
    """Raises PhaseClosed where this may not be done now by this door, or where the component is not shown."""
    if component.published_at is None or activity not in open_activities(component, door=origin.door, at=at):
        raise PhaseClosed(details={"activity": str(activity), "door": origin.door})


def _running(components: Iterable[int], at: datetime | None) -> list[Opening]:
    running = Phase.objects.active(at or timezone.now())
    return list(Opening.objects.filter(component__in=components, phase__in=running).select_related("phase"))
