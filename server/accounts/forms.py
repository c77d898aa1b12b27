"""Forms of one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .models import User


class NameForm(NothingHidden, forms.Form):
    name = forms.CharField(
        label=_("Name shown"),
        max_length=80,
        required=False,
        help_text=_(
            "Shown beside what you write and do here. Leave it empty and your address is shown to the team alone."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )


class ErasureForm(NothingHidden, forms.Form):
    """Typing the address is slower than a click, and meant to be."""

    address = forms.CharField(
        label=_("Your e-mail address, to confirm"),
        help_text=_("Written as it stands on the page of your account."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, **named: Any) -> None:
        super().__init__(*args, **named)
        self.user = user

    def clean_address(self) -> str:
        if self.cleaned_data["address"].strip().lower() != self.user.email:
            raise forms.ValidationError(_("This is not the address of your account. Nothing was erased."))
        return self.user.email
