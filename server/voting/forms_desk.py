"""Forms of the desk for what is not the rule, and of the office for deciding about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .models import Challenge, PresenceMark, Roll, RollEntry, WalkIn

if TYPE_CHECKING:
    from server.web.refusals import Refusal

CODE = {"class": "code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class CodeInput(forms.TextInput):
    """The code of a pass. What was typed is not repeated: pages lie open on a table, and stay in a browser's memory."""

    def __init__(self) -> None:
        super().__init__(attrs=CODE)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class WalkInForm(NothingHidden, forms.ModelForm):
    """Somebody who is not on the roll. ``rolls``: those of the session; asked for only where there are several."""

    roll = forms.ModelChoiceField(
        label=_("Roll"),
        queryset=Roll.objects.none(),
        empty_label=None,
        help_text=_("The roll that this person should stand on."),
    )
    code = forms.CharField(
        label=_("Code of the pass"),
        help_text=_("Take the next pass of the stack and scan it, or type its 18 characters. Then hand it over."),
        max_length=40,
        widget=CodeInput(),
    )

    class Meta:
        model = WalkIn
        fields = ["roll", "family_name", "given_name", "birth_date", "address", "shown", "reason"]
        widgets = {"birth_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "family_name": _("As it stands on the document."),
            "given_name": _("As it stands on the document."),
            "birth_date": _("It tells people of the same name apart."),
            "address": _("Where the person lives today."),
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


class DecisionForm(NothingHidden, forms.Form):
    """What becomes of somebody who is not on the roll. ``alike``: lines of the roll that may be this person's."""

    NEW = "new"
    decision = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        help_text=_("For good. The pass that was handed over follows it."),
    )
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


class ChallengeForm(NothingHidden, forms.Form):
    """Which of two marks of one person stands, or that the line on paper was a mistake."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[choice for choice in Challenge.State.choices if choice[0] != Challenge.State.WAITING],
        widget=forms.RadioSelect,
        help_text=_("The person reads it under “Was my right used in person?”. It cannot be taken back."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=400, help_text=_("Kept with the roll, not published."))


class GiveBackForm(NothingHidden, forms.Form):
    """A mark is undone against its pass. ``wants_colleague``: a second person of the desk proves it is there."""

    # Where the page says what was refused: beside the field that can mend it.
    PLACES = {"colleague_unknown": "password", "second_person": "password", "reason_missing": "note"}

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=PresenceMark.Back,
        widget=forms.RadioSelect,
        help_text=_("Kept with the mark, not published."),
    )
    note = forms.CharField(
        label=_("In a few words"),
        max_length=200,
        required=False,
        help_text=_("Needed for another reason. Without the name of the person."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    code = forms.CharField(
        label=_("Code of the pass"),
        max_length=40,
        help_text=_("Scan it, or type the 18 characters."),
        widget=CodeInput(),
    )
    email = forms.EmailField(
        label=_("Colleague’s e-mail address"),
        help_text=_("Another person of this desk, who saw the pass come back."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Colleague’s password"),
        max_length=200,
        strip=False,
        help_text=_("Typed by the colleague. Nobody is logged in by it."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, wants_colleague: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wants_colleague = wants_colleague
        if not wants_colleague:
            del self.fields["email"], self.fields["password"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("reason") == PresenceMark.Back.OTHER and not said.get("note"):
            self.add_error("note", _("Say the reason in a few words."))
        return said

    def refuse(self, refusal: Refusal) -> None:
        place = self.PLACES.get(refusal.code, "code")
        self.add_error(place if place in self.fields else None, str(refusal.message))


class MatchForm(NothingHidden, forms.Form):
    """An account is matched to the line of the person who stands at the desk."""

    code = forms.CharField(
        label=_("Code of the account"),
        max_length=40,
        help_text=_("The person shows it under “My votes”. Scan it, or type the 18 characters."),
        error_messages={"required": _("Type the code.")},
        widget=CodeInput(),
    )
    is_checked = forms.BooleanField(
        label=_("I have seen a document and checked who this is"),
        help_text=_("From then on this account votes as this person."),
        error_messages={"required": _("Check who this is before you go on.")},
    )
