"""The plan is put in place of the former, or taken away."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from server.office.actions import note_act

from .drawing import Sheet, draw
from .models import TownPlan

if TYPE_CHECKING:
    from server.accounts.models import User

    from .geojson import Shape


@transaction.atomic
def save_plan(*, shapes: list[Shape], credit: str, by: User) -> TownPlan:
    """Draw it, and show it from now on. Points that were chosen stay where they are on the earth."""
    plan = keep_plan(shapes, credit)
    note_act("site.plan_saved", by=by, space=None, subject=plan)
    return plan


def keep_plan(shapes: list[Shape], credit: str) -> TownPlan:
    sheet = Sheet.around(shapes)
    picture, at = draw(shapes, sheet), sheet.bounds
    facts = {
        "picture": picture,
        "west": at.west,
        "south": at.south,
        "east": at.east,
        "north": at.north,
        "credit": credit,
        "version": hashlib.sha256(picture.encode()).hexdigest()[:16],
        "changed_at": timezone.now(),
    }
    plan, _is_new = TownPlan.objects.update_or_create(pk=1, defaults=facts)
    return plan


@transaction.atomic
def remove_plan(*, by: User) -> None:
    """Where there is none, nothing changes."""
    plan = TownPlan.objects.first()
    if plan:
        note_act("site.plan_removed", by=by, space=None, subject=plan)
        plan.delete()
