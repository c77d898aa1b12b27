"""Forms of the desk for what is not the rule, and of the office for deciding about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import refuse_hidden_characters

from .models import Roll, RollEntry, WalkIn

CODE = {"class": "code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class WalkInForm(forms.ModelForm):
    """Somebody who is not on the roll. ``rolls``: those of the session; asked for only where there are several."""

    roll = forms.ModelChoiceField(label=_("Roll"), queryset=Roll.objects.none(), empty_label=None)
    code = forms.CharField(
        label=_("Code of the pass"),
        help_text=_("Take the next pass of the stack and scan it, or type its 18 characters. Then hand it over."),
        max_length=40,
        widget=forms.TextInput(attrs=CODE),
    )

    class Meta:
        model = WalkIn
        fields = ["roll", "family_name", "given_name", "birth_date", "address", "shown", "reason"]
        widgets = {"birth_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "shown": _("Like “identity card” or “electricity bill of May”. No numbers of documents."),
            "reason": _("In the person’s words, like “moved here in April”."),
        }

    def __init__(self, *args: Any, rolls: list[Roll], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rolls = rolls
        if len(rolls) == 1:
            del self.fields["roll"]
        else:
            self.fields["roll"].queryset = Roll.objects.filter(pk__in=[one.pk for one in rolls])
        for name in ("family_name", "given_name", "address", "shown", "reason"):
            self.fields[name].validators.append(refuse_hidden_characters)
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_birth_date(self) -> Any:
        if self.cleaned_data["birth_date"] > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return self.cleaned_data["birth_date"]

    @property
    def chosen_roll(self) -> Roll:
        return self.cleaned_data.get("roll") or self.rolls[0]

    def about(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("roll", "code")}


class DecisionForm(forms.Form):
    """What becomes of somebody who is not on the roll. ``alike``: lines of the roll that may be this person's."""

    NEW = "new"
    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=400, help_text=_("Kept with the roll, not published."))

    def __init__(self, *args: Any, alike: list[RollEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alike = {str(entry.pk): entry for entry in alike}
        same = [
            (pk, _("Is on the roll: %(name)s, No. %(number)s") % {"name": entry, "number": entry.number})
            for pk, entry in self.alike.items()
        ]
        self.fields["decision"].choices = [
            *same,
            (self.NEW, _("Take onto the roll: the ballot counts")),
            ("refuse", _("Refuse: the ballot is taken out, still sealed")),
        ]

    @property
    def is_accepted(self) -> bool:
        return self.cleaned_data["decision"] != "refuse"

    @property
    def entry(self) -> RollEntry | None:
        return self.alike.get(self.cleaned_data["decision"])
