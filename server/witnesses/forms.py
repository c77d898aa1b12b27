"""Forms about witnesses: two fields at the most."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from server.ledger.keys import load_public_key, unb64u
from server.web.plain_text import NothingHidden

from .fetching import CannotFetch, read_address

PLAIN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


class WitnessForm(NothingHidden, forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("As residents know it: “City of Brume”, “League of Voters”."),
    )
    public_key = forms.CharField(
        label=_("Its public key"),
        max_length=200,
        help_text=_("87 characters. “parvis witness” prints it; it also stands in every statement as “public_key”."),
        widget=forms.TextInput(attrs=PLAIN),
    )

    def clean_public_key(self) -> bytes:
        try:
            public = unb64u("".join(self.cleaned_data["public_key"].split()))
            load_public_key(public)
        except ValueError as error:
            raise forms.ValidationError(_("This is no public key. Copy all 87 characters.")) from error
        return public


class AddressForm(NothingHidden, forms.Form):
    address = forms.CharField(
        label=_("Address of its file"),
        required=False,
        max_length=300,
        help_text=_("Where it publishes witness.json, beginning with https://. Empty: it sends its file, or you do."),
        widget=forms.TextInput(attrs=PLAIN | {"inputmode": "url"}),
    )

    def clean_address(self) -> str:
        address = self.cleaned_data["address"].strip()
        if address:
            try:
                read_address(address, allow_private=settings.PARVIS_PRIVATE_WITNESSES)
            except CannotFetch as error:
                raise forms.ValidationError(_("Only an address that begins with https:// can be asked.")) from error
        return address


class FileForm(NothingHidden, forms.Form):
    file = forms.FileField(
        label=_("File of a witness"),
        help_text=_("witness.json, or one of its statements. It may come by e-mail: only signatures are believed."),
    )


class AnswerForm(NothingHidden, forms.Form):
    answer = forms.CharField(
        label=_("Answer"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was found and what is done about it. It is public, and cannot be changed afterwards."),
    )
