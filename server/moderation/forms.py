"""Forms of reports, and of those who decide."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .content import Reason

DAYS = [("1", _("One day")), ("7", _("One week")), ("31", _("One month")), ("365", _("One year"))]


class ReportForm(NothingHidden, forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        help_text=_("That you do not agree is no reason: answer instead."),
    )
    words = forms.CharField(
        label=_("More about it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Only moderators read this, and only they see who reported."),
    )


class HideForm(NothingHidden, forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=Reason.choices, help_text=_("Everyone reads it in the place of what is hidden.")
    )
    words = forms.CharField(
        label=_("To whoever wrote it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("One sentence that only they read: what was wrong, and how to say it otherwise."),
    )


class BlockForm(NothingHidden, forms.Form):
    days = forms.ChoiceField(
        label=_("For how long"), choices=DAYS, initial="7", help_text=_("It ends by itself. It can be lifted before.")
    )
    why = forms.CharField(label=_("Why"), max_length=500, help_text=_("They read it where they would have written."))

    def until(self) -> datetime:
        return timezone.now() + timedelta(days=int(self.cleaned_data["days"]))
