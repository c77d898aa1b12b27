"""Forms of the desk: the pass of whoever endorses, and what somebody says."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from server.voting.forms_desk import CodeInput
from server.web.plain_text import NothingHidden

from .authors import LONGEST_NAME
from .forms import ProposalForm


class PassForm(NothingHidden, forms.Form):
    code = forms.CharField(
        label=_("Code of the pass"),
        help_text=_("The person shows the pass of this meeting. Scan it, or type its 18 characters. They keep it."),
        max_length=40,
        widget=CodeInput(),
    )


class DeskIdeaForm(ProposalForm):
    """As on the web site, and the name that the person wants shown."""

    name = forms.CharField(
        label=_("Name to show"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("As the person says it, or nothing: then nobody learns who it was."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    field_order = ["title", "body", "name"]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
