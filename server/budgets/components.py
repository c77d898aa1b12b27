"""The component of a space to which its budget and its ballot boxes belong. A question needs no budget in it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_noop

from server.processes.localized import Localized
from server.processes.models import Component, Space

KIND = "budget"
TITLE = {"fr": "Budget participatif", "en": gettext_noop("Participatory budget")}


def component_of(space: Space) -> Component:
    """The one that is there; else a new one that nobody has kept yet."""
    found = space.components.filter(kind=KIND).select_related("budget").order_by("position", "pk")
    return found.first() or Component(space=space, kind=KIND, title=Localized(TITLE))


def kept_component_of(space: Space) -> Component:
    """The one that is there, made now if need be. Within a transaction: two hands make one, not two."""
    component = component_of(Space.objects.select_for_update(no_key=True).get(pk=space.pk))
    if component.pk is None:
        component.save()
    return component


def publish(component: Component) -> None:
    """From now on the public page of the space shows its budget."""
    if component.published_at is None:
        component.published_at = timezone.now()
        component.save(update_fields=["published_at"])
