"""Writes around spaces and phases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from server.web.live import ring

from .models import Phase, Space, SpaceRole
from .refusals import LastOrganiser

if TYPE_CHECKING:
    from server.accounts.models import User


@transaction.atomic
def save_space(*, space: Space, is_public: bool, by: User) -> Space:
    """Keep a new or changed space. Whoever makes one organises it."""
    is_new = space.pk is None
    space.published_at = (space.published_at or timezone.now()) if is_public else None
    space.save()
    if is_new:
        SpaceRole.objects.create(space=space, user=by, role=SpaceRole.Role.ORGANISER)
    ring(space.pk, "space")
    return space


@transaction.atomic
def save_phase(*, phase: Phase, by: User) -> Phase:
    """Keep a phase, and put all phases of the space in the order of their beginnings."""
    if phase.pk is None:
        phase.position = (phase.space.phases.aggregate(last=Max("position"))["last"] or 0) + 1
    phase.save()
    for position, one in enumerate(phase.space.phases.order_by("starts_at", "ends_at", "pk"), start=1):
        if one.position != position:
            Phase.objects.filter(pk=one.pk).update(position=position)
    ring(phase.space_id, "space")
    return phase


@transaction.atomic
def delete_phase(*, phase: Phase, by: User) -> None:
    phase.delete()
    ring(phase.space_id, "space")


@transaction.atomic
def give_role(*, space: Space, user: User, role: str, by: User) -> SpaceRole:
    """Let somebody take part in running a space. Given twice, it is held once."""
    held, _is_new = SpaceRole.objects.get_or_create(space=space, user=user, role=role)
    return held


@transaction.atomic
def take_role(*, role: SpaceRole, by: User) -> None:
    """Raises LastOrganiser when nobody would be left to run the space."""
    Space.objects.select_for_update(no_key=True).get(pk=role.space_id)
    organisers = SpaceRole.objects.filter(space_id=role.space_id, role=SpaceRole.Role.ORGANISER)
    if role.role == SpaceRole.Role.ORGANISER and not organisers.exclude(pk=role.pk).exists():
        raise LastOrganiser
    role.delete()
