"""Forms of the organiser: a roll, its lines, the files that bring them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .models import Roll, RollEntry


class RollForm(NothingHidden, forms.ModelForm):
    class Meta:
        model = Roll
        fields = ["title"]
        help_texts = {"title": _("Like “Electoral roll 2027” or “Residents from 16 years”.")}


class LineForm(NothingHidden, forms.ModelForm):
    """One line of a roll. ``needs_reason``: a vote with the roll is under way."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("Like the court’s decision or the register’s notice. Kept with the roll, not published."),
    )

    class Meta:
        model = RollEntry
        fields = ["number", "family_name", "given_name", "birth_date", "address", "email"]
        help_texts = {
            "number": _("As in your register. It stays with the person, and stands on no ballot."),
            "family_name": _("The desk finds people by it, accents or not."),
            "given_name": _("All of them, as in your register."),
            "birth_date": _("It tells people of the same name apart."),
            "address": _("Letters go there."),
            "email": _("Kept on the roll. No account is matched by it."),
        }
        widgets = {"birth_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["number"]  # pseudonyms come from it
        if not needs_reason:
            del self.fields["reason"]

    def line(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class ReasonForm(NothingHidden, forms.Form):
    """Why a person is struck or readmitted."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("Like the court’s decision or the register’s notice. Kept with the roll, not published."),
    )


class ColumnsForm(NothingHidden, forms.Form):
    """Which column of a file is what. ``header``: the names of its columns."""

    number = forms.ChoiceField(
        label=_("Number on the roll"), help_text=_("Different for each person: it tells who is changed and who is new.")
    )
    family_name = forms.ChoiceField(label=_("Family name"), help_text=_("The desk finds people by it, accents or not."))
    given_name = forms.ChoiceField(
        label=_("Given name"), required=False, help_text=_("All of them, as in your register.")
    )
    birth_date = forms.ChoiceField(
        label=_("Date of birth"), required=False, help_text=_("It tells people of the same name apart.")
    )
    address = forms.ChoiceField(label=_("Address"), required=False, help_text=_("Letters go there."))
    email = forms.ChoiceField(
        label=_("E-mail"), required=False, help_text=_("Kept on the roll. No account is matched by it.")
    )

    def __init__(self, *args: Any, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.choices = [("", _("None")), *((name, name) for name in header)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [name for name in cleaned.values() if name]
        for target, name in list(cleaned.items()):
            if name and chosen.count(name) > 1:
                self.add_error(target, _("This column is chosen twice."))
        return cleaned


class AnswerForm(NothingHidden, forms.Form):
    """Which line of a roll is meant by a row of a file. ``candidates``: the lines that may be."""

    OTHER, NOBODY = "other", "nobody"
    choice = forms.ChoiceField(
        label=_("Which line is it?"),
        help_text=_("Compare number, names and date of birth. One line has one account."),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    number = forms.CharField(
        label=_("Number on the roll"), max_length=40, required=False, help_text=_("Only for another line.")
    )

    def __init__(self, *args: Any, roll: Roll, candidates: Sequence[RollEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roll = roll
        self.lines = {str(entry.pk): entry for entry in candidates}
        free = [(key, f"{entry} · {entry.number}") for key, entry in self.lines.items() if not entry.account_id]
        self.fields["choice"].choices = [
            *free,
            (self.OTHER, _("Another line: type its number")),
            (self.NOBODY, _("None: leave the account without a line")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        choice = cleaned.get("choice", "")
        cleaned["entry"] = self.lines.get(choice)
        if choice == self.OTHER:
            number = cleaned.get("number", "").strip()
            cleaned["entry"] = self.roll.entries.filter(number=number).first() if number else None
            if cleaned["entry"] is None:
                self.add_error("number", _("No line of this roll has this number."))
        return cleaned
