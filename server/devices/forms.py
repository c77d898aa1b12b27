"""Forms of the devices page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .models import Device


class InviteForm(NothingHidden, forms.Form):
    label = forms.CharField(
        label=_("Name of the device"),
        max_length=60,
        help_text=_("As it stands on its sticker: “Kiosk 1, entrance”."),
    )
    mode = forms.ChoiceField(label=_("What it is for"), choices=Device.Mode.choices, initial=Device.Mode.KIOSK)


class MissingForm(NothingHidden, forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence. It is published with the accounts."),
    )


class ImportForm(NothingHidden, forms.Form):
    file = forms.FileField(
        label=_("Export file of a kiosk"), help_text=_("Brought on a memory stick: its name ends in .ndjson.")
    )
