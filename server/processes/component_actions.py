"""Writes around the components of a space: add, set up, put in order, show and hide, delete what is empty."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from server.office.actions import CannotUndo, note_act, undoes
from server.office.models import Act
from server.web.live import ring

from .component_types import is_empty, type_of
from .models import Component, Opening, Phase, Space
from .refusals import ComponentInUse, OneIsEnough

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.accounts.models import User


def hold(space: Space) -> Space:
    """Until the end of the transaction nobody else changes what the space is made of."""
    return Space.objects.select_for_update(no_key=True).get(pk=space.pk)


def plain(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """What a settings form gave, as a column of JSON keeps it."""
    return json.loads(json.dumps(cleaned, cls=DjangoJSONEncoder))


def insert_component(component: Component) -> Component:
    """Write a new component behind the others, with what its type keeps beside it. Raises OneIsEnough."""
    type_ = type_of(component.kind)
    beside = hold(component.space).components
    if type_ and type_.is_single and beside.filter(kind=component.kind).exists():
        raise OneIsEnough(details={"kind": component.kind})
    component.position = (beside.aggregate(last=Max("position"))["last"] or 0) + 1
    component.save()
    if type_:
        type_.prepare(component)
    return component


@transaction.atomic
def add_component(*, component: Component, by: User) -> Component:
    """A new component, which the public page does not show yet. Raises OneIsEnough."""
    insert_component(component)
    note_act("component.added", by=by, space=component.space, subject=component, facts={"kind": component.kind})
    return component


@transaction.atomic
def save_component(*, component: Component, settings: Mapping[str, Any] | None, by: User) -> Component:
    """Keep its texts and, where its type has a form for them, its settings. What no form asks for stays as it was."""
    if settings is not None:
        component.settings = {**component.settings, **plain(settings)}
    component.save(update_fields=["title", "intro", "settings"])
    note_act("component.saved", by=by, space=component.space, subject=component)
    ring(component.space_id, "space")
    return component


@transaction.atomic
def move_component(*, component: Component, is_up: bool, by: User) -> None:
    """Change places with its neighbour. The first does not go up, nor the last down."""
    order = list(hold(component.space).components.all())
    at = next(place for place, one in enumerate(order) if one.pk == component.pk)
    to = at - 1 if is_up else at + 1
    if not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    for position, one in enumerate(order, start=1):
        one.position = position
    Component.objects.bulk_update(order, ["position"])
    note_act("component.moved", by=by, space=component.space, subject=component, facts={"position": to + 1})
    ring(component.space_id, "space")


@transaction.atomic
def show_component(*, component: Component, is_public: bool, by: User) -> Act | None:
    """On or off the public page of its space; None where it was so already."""
    held = Component.objects.select_for_update(no_key=True).get(pk=component.pk)
    if held.is_published == is_public:
        return None
    held.published_at = timezone.now() if is_public else None
    held.save(update_fields=["published_at"])
    deed = "component.published" if is_public else "component.hidden"
    act = note_act(deed, by=by, space=component.space, subject=held, undo={"component": held.pk})
    ring(component.space_id, "space")
    return act


@undoes("component.published")
@undoes("component.hidden")
def _show_as_before(act: Act, by: User) -> Act:
    is_public = act.deed == "component.hidden"
    component = Component.objects.filter(pk=act.undo["component"], space=act.space).select_for_update(no_key=True)
    held = component.first()
    if held is None or act.space is None or held.is_published == is_public:
        raise CannotUndo
    held.published_at = timezone.now() if is_public else None
    held.save(update_fields=["published_at"])
    ring(act.space.pk, "space")
    deed = "component.published" if is_public else "component.hidden"
    return note_act(deed, by=by, space=act.space, subject=held, undoes=act)


@transaction.atomic
def delete_component(*, component: Component, by: User) -> Act:
    """One in which nothing is. The act keeps what it said and what phases opened in it. Raises ComponentInUse."""
    held = Component.objects.select_for_update().get(pk=component.pk)
    if not is_empty(held):
        raise ComponentInUse
    said = {name: dict(getattr(held, name)) for name in ("title", "intro")}
    rest = {"kind": held.kind, "position": held.position, "settings": held.settings, "public": held.is_published}
    opened = list(held.openings.values("phase", "activity", "doors"))
    act = note_act("component.deleted", by=by, space=held.space, subject=held, undo={**said, **rest, "opened": opened})
    held.delete()
    ring(component.space_id, "space")
    return act


@undoes("component.deleted")
def _restore_component(act: Act, by: User) -> Act:
    if act.space is None:
        raise CannotUndo
    facts = dict(act.undo)
    opened, position = facts.pop("opened"), facts.pop("position")
    shown_at = timezone.now() if facts.pop("public") else None
    component = insert_component(Component(space=act.space, published_at=shown_at, **facts))
    component.position = position
    component.save(update_fields=["position"])
    phases = set(Phase.objects.filter(space=act.space, closed_at=None).values_list("pk", flat=True))
    Opening.objects.bulk_create(
        Opening(component=component, phase_id=one["phase"], activity=one["activity"], doors=one["doors"])
        for one in opened
        if one["phase"] in phases
    )
    ring(act.space.pk, "space")
    return note_act("component.restored", by=by, space=act.space, subject=component, undoes=act)
