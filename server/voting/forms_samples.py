"""Forms about the random sample of marks: the draw, and what somebody answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .models import SampleLetter
from .sampling import MOST

SHORTEST_SEED = 6


def size_field(label: Any) -> forms.IntegerField:
    """How many are drawn."""
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=MOST,
        help_text=_("Say this number aloud before the dice fall. The table says what it can find."),
    )


def seed_field(help_text: Any) -> forms.CharField:
    """By which dice."""
    return forms.CharField(
        label=_("What the dice show"),
        min_length=SHORTEST_SEED,
        max_length=100,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SampleForm(NothingHidden, forms.Form):
    """How many, and by which seed; where people answer."""

    size = size_field(_("Letters"))
    seed = seed_field(
        _(
            "Ten dice, thrown in public, one figure after the other, like 3162554121. Write the same into your record: "
            "whoever has the list of the marked and these figures draws the same people."
        )
    )
    answer_by = forms.DateField(
        label=_("Answers until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Two weeks leave time for the post. What comes after the certification is not noted any more."),
    )
    answer_to = forms.CharField(
        label=_("Where people answer"),
        max_length=150,
        help_text=_("An address, and a telephone number for those who would rather call."),
    )

    def clean_answer_by(self) -> dt.date:
        if self.cleaned_data["answer_by"] <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day to come."))
        return self.cleaned_data["answer_by"]


class AnswerForm(NothingHidden, forms.Form):
    """What somebody answered to the letter."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=SampleLetter.Answer,
        widget=forms.RadioSelect,
        help_text=_("Only the number of each answer stands in the record of proceedings."),
    )
    note = forms.CharField(
        label=_("In a few words"),
        max_length=400,
        required=False,
        help_text=_("Needed for a “no”: what the person knows of it. Kept with the roll, not published."),
    )
