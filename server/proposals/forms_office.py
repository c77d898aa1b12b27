"""Forms of the office: an answer, and words for several proposals at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.budgets.forms import MoneyField
from server.processes.forms import DayField
from server.processes.localized_forms import LocalizedFormField
from server.web.plain_text import NothingHidden

from .answering import Answer
from .models import Proposal, State
from .rules import LONGEST_BODY, LONGEST_TITLE
from .texts import Text


class AnswerForm(NothingHidden, forms.Form):
    state = forms.ModelChoiceField(
        label=_("State"),
        queryset=State.objects.none(),
        required=False,
        empty_label=_("Not answered yet"),
        help_text=_("Shown with the proposal, in lists too."),
    )
    answer = LocalizedFormField(
        label=_("Answer"),
        is_long=True,
        max_length=8000,
        required=False,
        help_text=_("What the town does with it, and why. Published at once, in the town’s name."),
    )
    cost_cents = MoneyField(label=_("Cost"), required=False, help_text=_("In euros, like 200000 or 12 500,50."))
    starts = DayField(label=_("From"), required=False, help_text=_("When work begins, if it is known."))
    ends = DayField(label=_("Until"), required=False, help_text=_("When it is done."))

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "state": proposal.state_id,
                "answer": proposal.answer,
                "cost_cents": proposal.answer_cost_cents,
                "starts": proposal.answer_from,
                "ends": proposal.answer_until,
            },
        )
        super().__init__(*args, **kwargs)
        self.fields["state"].queryset = State.objects.filter(component=proposal.component_id)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("It ends before it starts."))
        return cleaned

    def said(self) -> Answer:
        told = self.cleaned_data
        return Answer(told["state"], told["answer"], told["cost_cents"], told["starts"], told["ends"])


class JoinForm(NothingHidden, forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE, help_text=_("What all of them ask for, in one sentence.")
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_BODY,
        help_text=_("Their texts stand here one after the other. Make one of them."),
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"}),
    )

    def text(self, language: str) -> Text:
        said = self.cleaned_data
        return Text(" ".join(said["title"].split()), said["body"].replace("\r\n", "\n"), language)


class SplitForm(NothingHidden, forms.Form):
    parts = forms.CharField(
        label=_("Parts"),
        max_length=LONGEST_BODY * 2,
        help_text=_("Each part begins with its title on a line of its own. Between two parts stands a line with ---."),
        widget=forms.Textarea(attrs={"rows": 16, "dir": "auto"}),
    )

    def clean_parts(self) -> list[tuple[str, str]]:
        text = self.cleaned_data["parts"].replace("\r\n", "\n")
        told = [part.strip() for part in f"\n{text}\n".split("\n---\n") if part.strip()]
        parts = [(title.strip(), body.strip()) for title, _feed, body in (one.partition("\n") for one in told)]
        if len(parts) < 2:
            raise forms.ValidationError(_("Write two parts or more, with a line of --- between them."))
        if any(len(title) > LONGEST_TITLE or not body or len(body) > LONGEST_BODY for title, body in parts):
            raise forms.ValidationError(_("Each part needs a title of at most 150 characters, and a text below it."))
        return parts

    def texts(self, language: str) -> list[Text]:
        return [Text(title, body, language) for title, body in self.cleaned_data["parts"]]


class StateForm(NothingHidden, forms.Form):
    title = LocalizedFormField(label=_("Name"), help_text=_("One or two words: Under review, Retained, Done."))
    tone = forms.ChoiceField(
        label=_("Sign"),
        choices=State.Tone.choices,
        initial=State.Tone.WAIT,
        help_text=_("The colour and the mark beside it."),
    )
