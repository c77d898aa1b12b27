"""Forms about a phase that stands: what it opens, and what became of its promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .component_types import Activity, type_of
from .localized_forms import LocalizedFormField
from .models import Component, Door, Phase
from .phase_actions import opened_by


class AnswerForm(NothingHidden, forms.Form):
    answer = LocalizedFormField(
        label=_("Answer to the promise"),
        is_long=True,
        max_length=4000,
        help_text=_("What became of the contributions: what is done, by whom and by when; what is not, and why."),
    )


@dataclass(frozen=True)
class Line:
    """One row of the table: an activity of a component. ``cells``: for each door its value, tick and words; or None."""

    component: Component
    label: str
    cells: list[tuple[str, dict[str, Any] | None]]


class OpeningsForm(NothingHidden, forms.Form):
    """Components and their activities down, doors across; a tick is sent as ``component:activity:door``."""

    opens = forms.MultipleChoiceField(
        label=_("What this phase opens"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not ticked is shut. The public page shows a shut door struck through."),
    )

    def __init__(self, posted: Any, *, phase: Phase) -> None:
        before = opened_by(phase)
        ticked = {f"{pk}:{activity}:{door}" for (pk, activity), doors in before.items() for door in doors}
        super().__init__(posted, initial={"opens": sorted(ticked)})
        rows = [(one, type_of(one.kind)) for one in phase.space.components.all()]
        self.offered = [
            (component, activity, [door for door in Door if door in type_.activities[activity]])
            for component, type_ in rows
            if type_
            for activity in Activity
            if activity in type_.activities
        ]
        self.fields["opens"].choices = [  # type: ignore[attr-defined]
            (f"{component.pk}:{activity}:{door}", f"{component}, {activity.label}, {door.label}")
            for component, activity, doors in self.offered
            for door in doors
        ]

    def lines(self) -> list[Line]:
        ticked = set(self["opens"].value() or ())
        lines = []
        for component, activity, doors in self.offered:
            cells: list[tuple[str, dict[str, Any] | None]] = []
            for door in Door:
                value = f"{component.pk}:{activity}:{door}"
                label = f"{component}, {activity.label}, {door.label}"
                cell = {"value": value, "is_ticked": value in ticked, "label": label}
                cells.append((str(door.label), cell if door in doors else None))
            lines.append(Line(component, str(activity.label), cells))
        return lines

    def opened(self) -> dict[tuple[int, str], list[str]]:
        wanted: dict[tuple[int, str], list[str]] = {}
        for value in self.cleaned_data["opens"]:
            component, activity, door = value.split(":")
            wanted.setdefault((int(component), activity), []).append(door)
        return wanted
