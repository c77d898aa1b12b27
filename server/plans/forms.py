"""The file with the plan, and a point on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .geojson import MAX_BYTES, BadPlan, Shape, read_plan
from .showing import Shown

SENTENCES = {
    "too_large": _("This file is larger than 8 MB. Leave out what nobody looks for."),
    "not_geojson": _("This is no GeoJSON with a list of features. Export it as GeoJSON (WGS 84)."),
    "nothing_on_it": _(
        "No feature says what it is. Give each a “kind”: street, path, water, green, built, rail, border."
    ),
    "too_many_points": _("This plan has more than 60,000 points. Simplify it first."),
    "off_the_earth": _("Its coordinates are no degrees. Export it as WGS 84, longitude first."),
    "too_wide": _("This plan is wider than 150 km. Cut out your town."),
}


class PlanForm(NothingHidden, forms.Form):
    """``shapes``: what the file holds, once the form is valid."""

    file = forms.FileField(
        label=_("Plan of the town"),
        help_text=_("GeoJSON with streets, water, green and buildings, for example an extract of OpenStreetMap."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
        error_messages={"required": _("Choose a file.")},
    )
    credit = forms.CharField(
        label=_("Source"),
        max_length=120,
        required=False,
        help_text=_("Shown below the plan, as the licence of the data asks: © OpenStreetMap contributors."),
    )
    shapes: list[Shape]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.shapes = read_plan(file.read(MAX_BYTES + 1))
        except BadPlan as bad:
            raise forms.ValidationError(SENTENCES[bad.code]) from bad
        return file


class PointForm(NothingHidden, forms.Form):
    """Two fields for a point, to be mixed into a form: none of them, or both. ``plan``: on which it is chosen."""

    plan: Shown | None = None

    latitude = forms.DecimalField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90, max_digits=12, help_text=_("In degrees.")
    )
    longitude = forms.DecimalField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180, max_digits=12, help_text=_("In degrees.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        north, east = cleaned.get("latitude"), cleaned.get("longitude")
        if "latitude" not in self.fields or self.errors:
            return cleaned
        if (north is None) != (east is None):
            self.add_error("latitude", _("A point has a latitude and a longitude. Give both, or none."))
        elif north is not None and east is not None:
            if self.plan is not None and not self.plan.sheet.holds(float(north), float(east)):
                self.add_error("latitude", _("This point is not on the plan of the town."))
            cleaned["latitude"], cleaned["longitude"] = round(north, 5), round(east, 5)
        return cleaned
