"""Forms around a proposal: what it says, and where it belongs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.plans.forms import PointForm
from server.plans.showing import plan_with
from server.processes.models import Component, Taxon

from .models import Proposal
from .rules import LONGEST_TITLE, Rules
from .texts import Text
from .writing import About

POINT = ("latitude", "longitude")


class ProposalForm(PointForm):
    title = forms.CharField(
        label=_("Your proposal in one sentence"),
        max_length=LONGEST_TITLE,
        min_length=8,
        help_text=_("Say what should be done, and where. Lists show this sentence alone."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    body = forms.CharField(
        label=_("What should be done, and why?"),
        help_text=_("In your own words. Paragraphs are parted by an empty line."),
        widget=forms.Textarea(attrs={"rows": 9, "dir": "auto"}),
    )
    category = forms.ModelChoiceField(
        label=_("Category"),
        queryset=Taxon.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("So that others find it. The town may change it."),
    )
    area = forms.ModelChoiceField(
        label=_("Area"),
        queryset=Taxon.objects.none(),
        required=False,
        empty_label=_("The whole town"),
        help_text=_("Where it would be done."),
    )
    place_name = forms.CharField(
        label=_("Place"), max_length=200, required=False, help_text=_("A street, a building, a square, in words.")
    )

    def __init__(self, *args: Any, component: Component, proposal: Proposal | None = None, **kwargs: Any) -> None:
        if proposal is not None:
            names = ("title", "body", "category", "area", "place_name", "latitude", "longitude")
            kwargs.setdefault("initial", {name: getattr(proposal, name) for name in names})
        super().__init__(*args, **kwargs)
        rules = Rules.of(component.settings)
        self.fields["body"].max_length = rules.longest_body
        self.fields["body"].validators.append(forms.fields.validators.MaxLengthValidator(rules.longest_body))
        self.fields["body"].widget.attrs["maxlength"] = rules.longest_body
        taxons = Taxon.objects.filter(space=component.space_id)
        for name, kind in (("category", Taxon.Kind.CATEGORY), ("area", Taxon.Kind.AREA)):
            rows = taxons.filter(kind=kind)
            self.fields[name].queryset = rows
            if not rows.exists():
                del self.fields[name]
        if not rules.asks_place:
            del self.fields["place_name"]
        self.plan = plan_with() if rules.asks_point else None
        if self.plan is None:
            del self.fields["latitude"], self.fields["longitude"]
        self.order_fields([name for name in self.fields if name not in POINT] + [*POINT])

    def text(self, language: str) -> Text:
        said = self.cleaned_data
        return Text(title=" ".join(said["title"].split()), body=said["body"].replace("\r\n", "\n"), language=language)

    def about(self) -> About:
        said = self.cleaned_data
        return About(
            category=said.get("category"),
            area=said.get("area"),
            place_name=said.get("place_name") or "",
            latitude=said.get("latitude"),
            longitude=said.get("longitude"),
        )
