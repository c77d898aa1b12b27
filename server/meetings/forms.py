"""Forms of meetings and sessions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.processes.forms import MomentField
from server.processes.localized_forms import LocalizedFormField
from server.processes.models import Space
from server.voting.balance_facts import HandCount
from server.voting.models import Box
from server.web.plain_text import NothingHidden

from .actions import MOST_SHEETS
from .models import Meeting, Session


class MeetingForm(NothingHidden, forms.ModelForm):
    title = LocalizedFormField(label=_("Title"), help_text=_("Shown on the public pages and in calendars."))
    description = LocalizedFormField(
        label=_("Description"),
        is_long=True,
        max_length=4000,
        required=False,
        help_text=_("What people will do there, and what they should bring."),
    )
    place = forms.CharField(label=_("Place"), max_length=200, help_text=_("The name of the hall, as people call it."))
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        required=False,
        help_text=_("Street and town, so that a map finds it. Say how to come in by wheelchair."),
    )
    starts_at = MomentField(label=_("Starts"), help_text=_("Day and hour where the town is."))
    ends_at = MomentField(
        label=_("Ends"), help_text=_("As announced. Sessions are opened and closed by people, not by the clock.")
    )

    class Meta:
        model = Meeting
        fields = ["title", "description", "place", "address", "starts_at", "ends_at"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("A meeting ends after it starts."))
        return cleaned


class SessionForm(NothingHidden, forms.ModelForm):
    """Name and boxes of a session. Once it is open, its boxes stay."""

    label = LocalizedFormField(
        label=_("Name of the session"),
        required=False,
        help_text=_("Kiosks, desk and paper show it. Left empty, the meeting’s own title is shown."),
    )
    boxes = forms.ModelMultipleChoiceField(
        queryset=Box.objects.none(),
        label=_("Ballot boxes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What people come here to vote in. Choose before the session opens."),
    )

    class Meta:
        model = Session
        fields = ["label"]

    def __init__(self, *args: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes: Any = self.fields["boxes"]
        boxes.queryset = Box.objects.filter(component__space=space)
        if self.instance.pk:
            boxes.initial = list(self.instance.boxes.values_list("pk", flat=True))
            boxes.disabled = self.instance.state != Session.State.PREPARED
        else:
            current = boxes.queryset.filter(state__in=[Box.State.DRAFT, Box.State.FROZEN, Box.State.OPEN])
            boxes.initial = list(current.values_list("pk", flat=True)) if current.count() == 1 else []


class HandCountsForm(NothingHidden, forms.Form):
    """One field for each stack that people count (``hand_counts_asked``)."""

    def __init__(self, *args: Any, asked: list[HandCount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in asked:
            self.fields[one.name] = forms.IntegerField(
                label=one.label,
                help_text=one.help,
                min_value=0,
                max_value=MOST_SHEETS,
                required=one.is_required,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )

    def counts(self) -> dict[str, int]:
        """What was entered; a figure that may be left out is left out."""
        return {name: count for name, count in self.cleaned_data.items() if count is not None}


class ExplainForm(NothingHidden, forms.Form):
    """Why an equation does not hold."""

    equation = forms.CharField(max_length=3, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What happened"),
        help_text=_("In one or two sentences. They are published with the accounts."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WhyForm(NothingHidden, forms.Form):
    why = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence: why they count, or why they do not. It is kept in the list with the decision."),
    )
