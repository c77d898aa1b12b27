"""Forms around an amendment: another wording with its reason, and the decision on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .amending import Decision, rebased
from .models import Amendment, Proposal, new_ref
from .rules import LONGEST_BODY, LONGEST_TITLE, Rules
from .texts import Text

LONGEST_REASON = 1000


class WordingForm(NothingHidden, forms.Form):
    """Title and text of what is amended, to be changed."""

    title = forms.CharField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        help_text=_("Leave it as it is where only the text should change."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    body = forms.CharField(
        label=_("Text"),
        help_text=_("Paragraphs are parted by an empty line."),
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
    )

    def __init__(self, *args: Any, amends: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.amends = amends
        most = LONGEST_BODY if amends.is_section else Rules.of(amends.component.settings).longest_body
        most = max(most, len(amends.body))  # what is there can always be sent again
        body = self.fields["body"]
        body.max_length = most
        body.validators.append(forms.fields.validators.MaxLengthValidator(most))
        body.widget.attrs["maxlength"] = most
        body.widget.attrs["rows"] = min(16, max(4, 2 + len(amends.body) // 60 + amends.body.count("\n")))
        body.required = bool(amends.body)

    def text(self) -> Text:
        said = self.cleaned_data
        return Text(" ".join(said["title"].split()), said["body"].replace("\r\n", "\n"), self.amends.language)


class AmendForm(WordingForm):
    reason = forms.CharField(
        label=_("Why should it be changed?"),
        max_length=LONGEST_REASON,
        help_text=_("One or two sentences. Whoever decides reads them first."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    # Which version was read, and a name for what is sent: sent twice, it is there once.
    against = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000)
    ref = forms.CharField(widget=forms.HiddenInput, validators=[RegexValidator(r"^[0-9a-f]{24}\Z")])

    field_order = ("title", "body", "reason", "against", "ref")

    def __init__(self, *args: Any, amends: Proposal, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "title": amends.title,
            "body": amends.body,
            "against": amends.version,
            "ref": new_ref(),
        }
        super().__init__(*args, amends=amends, **kwargs)
        self.fields["body"].help_text = _("Write into the text what it should say instead. What you change is shown.")


class DecideForm(WordingForm):
    words = forms.CharField(
        label=_("Why?"),
        max_length=LONGEST_REASON,
        help_text=_("One or two sentences for whoever proposed it. Published with the decision."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000)

    field_order = ("title", "body", "words", "seen")

    def __init__(self, *args: Any, amendment: Amendment, **kwargs: Any) -> None:
        amends = amendment.amends
        wanted = rebased(amendment).text
        kwargs["initial"] = {"title": wanted.title, "body": wanted.body, "seen": amends.version}
        super().__init__(*args, amends=amends, **kwargs)
        self.fields["title"].help_text = _("As it shall read when you accept.")
        self.fields["body"].help_text = _(
            "As it shall read when you accept. Change words here to take the amendment up in part."
        )
        self.fields["body"].required = bool(amends.body and wanted.body)

    def decision(self) -> Decision:
        return Decision(words=self.cleaned_data["words"], seen=self.cleaned_data["seen"], text=self.text())
