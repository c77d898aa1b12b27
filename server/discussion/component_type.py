"""Debates, as a space offers them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.processes.component_types import Activity, ComponentType, register
from server.processes.models import Component
from server.web.plain_text import NothingHidden

from .models import Debate
from .office_actions import KIND

# The first of a long list; the rest is a page of its own.
MOST_SHOWN = 5


class DebatesForm(NothingHidden, forms.Form):
    asks_stance = forms.BooleanField(
        label=_("Ask whether people are for or against"),
        required=False,
        initial=True,
        help_text=_("Right where the question can be answered with yes or no; wrong where ideas are gathered."),
    )


@register
class Debates(ComponentType):
    kind = KIND
    name = _("Debates")
    about = _("Questions that the town asks, each with its thread and, at the end, what the town concludes.")
    icon = "people"
    activities = {Activity.COMMENT: ("web", "kiosk", "paper", "desk")}
    settings_form = DebatesForm
    template = "discussion/_component.html"

    def facts(self, components: Sequence[Component]) -> dict[int, dict[str, Any]]:
        """The newest debates of each, and whether there are more."""
        place = Window(RowNumber(), partition_by="component_id", order_by=[F("created_at").desc(), F("pk").desc()])
        rows = Debate.objects.public().shown().filter(component__in=[one.pk for one in components])
        first = list(rows.annotate(place=place).filter(place__lte=MOST_SHOWN + 1).order_by("place"))
        found: dict[int, dict[str, Any]] = {}
        for one in components:
            mine = [debate for debate in first if debate.component_id == one.pk]
            found[one.pk] = {"debates": mine[:MOST_SHOWN], "are_more": len(mine) > MOST_SHOWN}
        return found

    def address(self, component: Component) -> str:
        return reverse("discussion:debates", args=[component.space.slug, component.pk])

    def office_address(self, component: Component) -> str:
        return reverse("office_discussion:debates", args=[component.space.slug])

    def has_contributions(self, component: Component) -> bool:
        return component.debates.exists() or component.comments.exists()
