"""Forms of the devices page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import refuse_hidden_characters

from .models import Device


class InviteForm(forms.Form):
    label = forms.CharField(
        label=_("Name of the device"),
        max_length=60,
        help_text=_("As it stands on its sticker: “Kiosk 1, entrance”."),
        validators=[refuse_hidden_characters],
    )
    mode = forms.ChoiceField(label=_("What it is for"), choices=Device.Mode.choices, initial=Device.Mode.KIOSK)


class MissingForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence. It is published with the accounts."),
        validators=[refuse_hidden_characters],
    )


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("Export file of a kiosk"), help_text=_("Brought on a memory stick: its name ends in .ndjson.")
    )
