"""Forms of what comes after a vote: an objection, its decision, an addendum to the result."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.processes.localized_forms import LocalizedFormField
from server.web.plain_text import NothingHidden

from .models import Objection

OUTCOMES = [(state.value, state.label) for state in (Objection.State.UPHELD, Objection.State.REJECTED)]


class ObjectionForm(NothingHidden, forms.ModelForm):
    class Meta:
        model = Objection
        fields = ["received_on", "from_whom", "matter"]
        widgets = {
            "received_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "matter": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "received_on": _("The day on which the letter came, or the words were said."),
            "from_whom": _("Stays in the office, and is destroyed with the roll."),
            "matter": _("In their words, or in short with the number of the letter."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("received_on", timezone.localdate())

    def clean_received_on(self):
        if (day := self.cleaned_data["received_on"]) > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class DecisionForm(NothingHidden, forms.Form):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        help_text=_("The page of the result tells how many objections ended how."),
    )
    decision = forms.CharField(
        label=_("Decision and its reasons"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("If the result itself is wrong, say it in an addendum as well: certified numbers are not changed."),
    )


class AddendumForm(NothingHidden, forms.Form):
    text = LocalizedFormField(
        label=_("Text"),
        is_long=True,
        max_length=4000,
        help_text=_("Published on the page of the result, with the date. No names of voters."),
    )
