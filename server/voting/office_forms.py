"""Forms of the organiser: a ballot box."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.budgets.forms import MoneyField
from server.processes.localized_forms import LocalizedFormField
from server.processes.models import Door
from server.web.plain_text import NothingHidden

from .ballots import MOST_CHOICES, MOST_PER_CHOICE, MOST_POINTS, MOST_RANKS
from .contests import has_budget
from .forms_paper import PaperFields
from .models import Box, Roll

DOORS = [(door.value, door.label) for door in (Door.WEB, Door.KIOSK, Door.PAPER)]


class BoxForm(PaperFields, forms.ModelForm):
    title = LocalizedFormField(
        label=_("Question"), max_length=160, help_text=_("As it stands at the top of screens and sheets.")
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=Box.Kind.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "A vote decides, and nobody sees a number before it is over. A poll asks for an opinion: from five answers "
            "on everyone sees its numbers move, and one person opens and closes it."
        ),
    )
    regime = forms.ChoiceField(
        label=_("Who votes"),
        choices=Box.Regime.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "By person: you know who may vote, and nobody votes twice, whichever door they take. By pass: whoever is "
            "handed a pass votes once; nothing says that a person holds only one."
        ),
    )
    roll = forms.ModelChoiceField(
        label=_("Roll"),
        queryset=Roll.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Needed for a vote by person."),
    )
    method = forms.ChoiceField(
        label=_("Method"),
        choices=Box.Method.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Approval is the plainest to explain. Within the budget, everyone makes a list that can be paid. By "
            "ranking and by points people say more, and need longer. A question has no projects: its answers are yes, "
            "no and abstain."
        ),
    )
    min_choices = forms.IntegerField(
        label=_("At least"),
        min_value=0,
        max_value=MOST_CHOICES,
        initial=1,
        help_text=_("A blank ballot is always possible."),
    )
    max_choices = forms.IntegerField(
        label=_("At most"),
        min_value=0,
        max_value=MOST_CHOICES,
        initial=3,
        help_text=_("0: no limit of number. For a ranking: how many ranks there are."),
    )
    points = forms.IntegerField(
        label=_("Points or dots"),
        min_value=1,
        max_value=max(MOST_POINTS.values()),
        initial=5,
        required=False,
        help_text=_(
            "For points, the most that one project gets: 20 at most. For dots, how many each ballot has to give: "
            "100 at most."
        ),
    )
    per_choice = forms.IntegerField(
        label=_("Dots on one project"),
        min_value=1,
        max_value=MOST_PER_CHOICE,
        initial=3,
        required=False,
        help_text=_("Only for dots: how many of them one project may get at most."),
    )
    max_cost_cents = MoneyField(
        label=_("Limit of cost"),
        required=False,
        help_text=_(
            "For one ballot, in euros. Empty: none; for “projects within the budget”, the budget. Not used by ranking, "
            "points, dots and questions."
        ),
    )
    rule = forms.ChoiceField(
        label=_("How votes are counted"),
        choices=Box.Rule.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Projects are taken in the order of their votes while the money lasts. What happens at the first one that "
            "is too dear for what is left is your choice. Final once the box is frozen."
        ),
    )
    threshold = forms.IntegerField(
        label=_("Minimum of votes"),
        min_value=1,
        max_value=1_000_000,
        initial=1,
        help_text=_("Only for the rule that asks for a minimum."),
    )
    doors = forms.MultipleChoiceField(
        label=_("Doors"),
        choices=DOORS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The ways in which ballots come. All are counted alike."),
    )

    precedence = forms.ChoiceField(
        label=_("Online and in person"),
        choices=Box.Precedence.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "With the first, whoever voted online may still come: the vote in person then stands. With the second, "
            "somebody of the office closes online voting before the first session opens, and whoever voted online has "
            "voted. Final once the box is frozen."
        ),
    )
    takes_post = forms.BooleanField(
        label=_("Sheets by post"),
        required=False,
        help_text=_(
            "Chosen people get a letter, a blank sheet and a return envelope. For votes by person with the door "
            "“paper”."
        ),
    )
    post_deadline = LocalizedFormField(
        label=_("Until when envelopes must be back"),
        max_length=120,
        required=False,
        help_text=_("In words, like “Friday 6 June at noon, in the letter box of the town hall”."),
    )
    proxies_per_holder = forms.IntegerField(
        label=_("Proxies that one person may carry"),
        min_value=0,
        max_value=5,
        initial=0,
        required=False,
        help_text=_("In the hall, for people who are away. 0: none. For votes by person."),
    )
    helped_per_helper = forms.IntegerField(
        label=_("People whom one helper may help"),
        min_value=0,
        max_value=50,
        initial=0,
        required=False,
        help_text=_("Whoever cannot vote alone may be helped by a person of their choice. 0: no help is noted."),
    )
    keep_days = forms.IntegerField(
        label=_("Kept for contests, in days"),
        min_value=15,
        max_value=730,
        initial=60,
        required=False,
        help_text=_(
            "So long after certification sealed ballots, images of sheets and the people of the roll are kept. Then "
            "Parvis destroys them; the published files stay. It can be put off while a contest goes on."
        ),
    )

    class Meta:
        model = Box
        fields = [
            "title", "kind", "regime", "roll", "method", "min_choices", "max_choices", "points", "per_choice",
            "max_cost_cents", "rule", "threshold", "doors", "precedence", "paper_size", "paper_forms", "easy_words",
            "second_language", "second_words", "takes_post", "post_deadline", "proxies_per_holder",
            "helped_per_helper", "two_reviewers", "keep_days",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roll"].queryset = self.instance.component.space.rolls.filter(destroyed_at=None)
        if self.instance.pk is None:
            rolls = list(self.fields["roll"].queryset[:2])
            if len(rolls) == 1:  # the only one there is, is the one that is meant
                self.initial["roll"] = rolls[0]
        if not self.instance.max_cost_cents:
            self.initial["max_cost_cents"] = None

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or self.instance.kind

    def clean_precedence(self) -> str:
        return self.cleaned_data["precedence"] or self.instance.precedence

    def clean_keep_days(self) -> int:
        return self.cleaned_data["keep_days"] or self.fields["keep_days"].initial

    def clean_max_cost_cents(self) -> int:
        return self.cleaned_data["max_cost_cents"] or 0

    def clean_method(self) -> str:
        if self.cleaned_data["method"] != Box.Method.YES_NO and not has_budget(self.instance.component):
            raise forms.ValidationError(_("Set the budget first to vote on projects. A question needs no budget."))
        return self.cleaned_data["method"]

    def clean_points(self) -> int:
        return self.cleaned_data["points"] or self.instance.points

    def clean_per_choice(self) -> int:
        return self.cleaned_data["per_choice"] or self.instance.per_choice

    def clean_proxies_per_holder(self) -> int:
        return self.cleaned_data["proxies_per_holder"] or 0

    def clean_helped_per_helper(self) -> int:
        return self.cleaned_data["helped_per_helper"] or 0

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("regime") == Box.Regime.PERSON and not cleaned.get("roll") and "roll" not in self.errors:
            self.add_error("roll", _("A vote by person needs a roll. Bring it in first, or let people vote by pass."))
        doors, chosen = set(cleaned.get("doors", [])), cleaned.get("precedence")
        if chosen == Box.Precedence.ONLINE_FIRST and not ("web" in doors and doors & {"kiosk", "paper"}):
            self.add_error("precedence", _("Online can close first only where people vote online and in person."))
        least, most = cleaned.get("min_choices"), cleaned.get("max_choices")
        if least is not None and most and least > most:
            self.add_error("max_choices", _("The least number of choices is greater than the most."))
        self._clean_points(cleaned)
        self._clean_ways(cleaned)
        self.clean_paper(cleaned)
        return cleaned

    def _clean_points(self, cleaned: dict[str, Any]) -> None:
        """What ranking, points and dots ask of their numbers; how many projects there are is looked at later."""
        method, points = cleaned.get("method"), cleaned.get("points") or 1
        if method == Box.Method.RANKED and (cleaned.get("max_choices") or 0) > MOST_RANKS:
            self.add_error("max_choices", _("A ranking has 20 ranks at most."))
        if method in MOST_POINTS and points > MOST_POINTS[method]:
            self.add_error("points", _("%(most)d at most.") % {"most": MOST_POINTS[method]})
        if method == Box.Method.DOTS and (cleaned.get("per_choice") or 0) > points:
            self.add_error("per_choice", _("That is more than there are dots to give."))
        if method == Box.Method.DOTS and (cleaned.get("min_choices") or 0) > points:
            self.add_error("min_choices", _("There are fewer dots than projects that must get one."))

    def _clean_ways(self, cleaned: dict[str, Any]) -> None:
        """What exists for votes by person alone, and what post needs."""
        is_by_person = cleaned.get("regime") == Box.Regime.PERSON
        if cleaned.get("proxies_per_holder") and not is_by_person:
            self.add_error("proxies_per_holder", _("Proxies are for votes by person."))
        if not cleaned.get("takes_post"):
            return
        if not is_by_person:
            self.add_error("takes_post", _("Sheets by post are for votes by person."))
        elif Door.PAPER not in cleaned.get("doors", []):
            self.add_error("takes_post", _("Sheets by post need the door “paper”."))
        if not cleaned.get("post_deadline"):
            self.add_error("post_deadline", _("Say until when envelopes must be back."))

    def _get_validation_exclusions(self) -> set[str]:
        """The constraints on rolls and ways are said in words above; twice would be once too often."""
        return super()._get_validation_exclusions() | {"roll", "takes_post"}


class KeepForm(NothingHidden, forms.Form):
    """Put the destruction off. ``box``: a certified one."""

    until = forms.DateField(
        label=_("Keep everything until"),
        help_text=_("Afterwards sealed ballots, images and names are destroyed."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Like the number of the contest before the court. Not published."),
    )
