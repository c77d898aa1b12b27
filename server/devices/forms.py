"""Forms of the devices page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .models import Device

MOST_BALLOTS = 1_000_000


class InviteForm(NothingHidden, forms.Form):
    label = forms.CharField(
        label=_("Name of the device"),
        max_length=60,
        help_text=_("As it stands on its sticker: “Kiosk 1, entrance”."),
    )
    mode = forms.ChoiceField(
        label=_("What it is for"),
        choices=Device.Mode.choices,
        initial=Device.Mode.KIOSK,
        help_text=_("A kiosk takes ballots; desk and scanner help volunteers."),
    )


class MissingForm(NothingHidden, forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence. It is published with the accounts."),
    )
    ballots = forms.IntegerField(
        label=_("Ballots on its closing slip"),
        min_value=0,
        max_value=MOST_BALLOTS,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("From the slip that was printed or copied when the vote was closed on it. Empty: nobody knows."),
    )
    slip = forms.CharField(
        label=_("Or the square of the slip, as a scanner reads it"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_('It begins with {"format":"parvis-slip-1". Parvis checks that this device signed it.'),
    )


class ImportForm(NothingHidden, forms.Form):
    file = forms.FileField(
        label=_("Export file of a kiosk"), help_text=_("Brought on a memory stick: its name ends in .ndjson.")
    )
