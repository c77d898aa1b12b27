"""Forms of the desk: the pass of whoever endorses, and what somebody proposes or says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.discussion.forms import WordsField
from server.discussion.models import LONGEST_NAME as LONGEST_SPEAKER
from server.discussion.models import Stance, new_ref
from server.voting.forms_desk import CodeInput
from server.web.plain_text import NothingHidden

from .authors import LONGEST_NAME
from .forms import ProposalForm


class NameField(forms.CharField):
    """The name that somebody wants shown: one line, or nothing."""

    def __init__(self, *, max_length: int) -> None:
        super().__init__(
            label=_("Name to show"),
            max_length=max_length,
            required=False,
            help_text=_("As the person says it, or nothing: then nobody learns who it was."),
            widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        )

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class PassForm(NothingHidden, forms.Form):
    code = forms.CharField(
        label=_("Code of the pass"),
        help_text=_("The person shows the pass of this meeting. Scan it, or type its 18 characters. They keep it."),
        max_length=40,
        widget=CodeInput(),
    )


class DeskIdeaForm(ProposalForm):
    """As on the web site, and the name that the person wants shown."""

    name = NameField(max_length=LONGEST_NAME)
    field_order = ["title", "body", "name"]


class DeskCommentForm(NothingHidden, forms.Form):
    """``ref`` is drawn when the form is shown: sent twice, it is one comment. ``stance`` where the thread asks."""

    ref = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    text = WordsField(
        label=_("What the person says"),
        help_text=_("In their words, 2,000 characters at most. Read it out before you publish it."),
        error_messages={"required": _("Write something first.")},
    )
    stance = forms.ChoiceField(
        label=_("Opinion"),
        choices=Stance.choices,
        widget=forms.RadioSelect,
        help_text=_("Only what is said in so many words."),
    )
    name = NameField(max_length=LONGEST_SPEAKER)

    def __init__(self, *args: Any, asks_stance: bool, **kwargs: Any) -> None:
        super().__init__(*args, initial={"ref": new_ref(), "stance": Stance.NEUTRAL}, **kwargs)
        if not asks_stance:
            del self.fields["stance"]
