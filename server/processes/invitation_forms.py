"""Forms that invite people to work here."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .models import SpaceRole


class AdministratorForm(NothingHidden, forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=200,
        help_text=_("A link goes there, good once and for a fortnight."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class InvitationForm(AdministratorForm):
    role = forms.ChoiceField(
        label=_("Role"),
        choices=SpaceRole.Role.choices,
        initial=SpaceRole.Role.DESK,
        help_text=_("It opens the rooms of this space that the work needs, and no others."),
    )
