"""Forms about envelopes that come back by post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .forms_desk import CodeInput
from .models import Envelope

if TYPE_CHECKING:
    from server.web.refusals import Refusal

State, Reason = Envelope.State, Envelope.Reason
# What people may give as a reason; that an envelope was lost is said elsewhere.
REASONS = [(one.value, one.label) for one in Reason if one != Reason.LOST]


class EnvelopeCodeForm(NothingHidden, forms.Form):
    code = forms.CharField(
        label=_("Code of the envelope"),
        max_length=40,
        help_text=_("Scan the square, or type the 18 characters. Keep the envelope shut."),
        widget=CodeInput(),
    )


def _note(label: Any, help_text: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=400,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        **more,
    )


class OutcomeForm(NothingHidden, forms.Form):
    """A refusal has a reason, and what is not plain is said in a few words."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        outcome, reason = said.get("outcome"), said.get("reason")
        if outcome == State.REFUSED and not reason:
            self.add_error("reason", _("Say why it is refused."))
        is_plain = outcome != State.RECEIVED and (outcome != State.REFUSED or reason != Reason.OTHER)
        if not is_plain and not said.get("note") and "note" not in self.errors:
            self.add_error("note", _("Say it in a few words."))
        return said

    def refuse(self, refusal: Refusal) -> None:
        self.add_error("outcome", str(refusal.message))


class JudgeForm(OutcomeForm):
    """What one person decides at the table. ``is_decided``: it was, and can only be set aside as doubtful."""

    OUTCOMES = (
        (State.ACCEPTED, _("Accept: the person voted by post, for good")),
        (State.REFUSED, _("Refuse: it stays shut and does not count")),
        (State.RECEIVED, _("Doubtful: two persons decide later")),
    )
    outcome = forms.ChoiceField(
        label=_("What about this envelope?"),
        widget=forms.RadioSelect,
        choices=OUTCOMES,
        help_text=_("Judged shut, by what stands outside."),
    )
    reason = forms.ChoiceField(
        label=_("Reason to refuse it"),
        choices=[("", _("No reason")), *REASONS],
        required=False,
        help_text=_("Only where it is refused."),
    )
    note = _note(_("In a few words"), _("Needed where it is doubtful, or for another reason."), required=False)

    def __init__(self, *args: Any, is_decided: bool = False, must_refuse: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if must_refuse:
            self.initial = {"outcome": State.REFUSED, "reason": must_refuse}
            self.fields["outcome"].choices = self.OUTCOMES[1:]
        if is_decided:
            self.fields["outcome"].choices = self.OUTCOMES[2:]
            self.initial["outcome"] = State.RECEIVED
            del self.fields["reason"]


class DecideForm(OutcomeForm):
    """Two persons decide about a doubtful envelope."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=JudgeForm.OUTCOMES[:2],
        help_text=_("It stays shut, whatever is decided: what counts is what stands outside."),
    )
    reason = forms.ChoiceField(
        label=_("Reason to refuse it"),
        choices=[("", _("No reason")), *REASONS],
        required=False,
        help_text=_("Only where it is refused."),
    )
    note = _note(_("Why"), _("Kept with the roll, not published."))

    @property
    def is_accepted(self) -> bool:
        return self.cleaned_data["outcome"] == State.ACCEPTED


class LostForm(NothingHidden, forms.Form):
    reason = _note(_("Reason"), _("Like “never arrived, asked on the telephone”. Kept with the roll, not published."))
