"""The form of one's wishes: one question for each reason, and how letters come."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .models import Reason, Rhythm, Wishes
from .wishing import way_of, ways_for

FOLLOWS = ("follows_own", "follows_talk", "follows_endorsed")


class WishesForm(NothingHidden, forms.Form):
    rhythm = forms.ChoiceField(
        label=_("The gathered letter comes"),
        choices=Rhythm.choices,
        widget=forms.RadioSelect,
        help_text=_("After seven in the morning. Nothing new, no letter."),
    )
    follows_own = forms.BooleanField(
        label=_("Follow what I propose"),
        required=False,
        help_text=_("Each of them can be left on its page."),
    )
    follows_talk = forms.BooleanField(
        label=_("Follow what I comment on"),
        required=False,
        help_text=_("From my first comment there."),
    )
    follows_endorsed = forms.BooleanField(
        label=_("Follow what I endorse"),
        required=False,
        help_text=_("So that I read what becomes of it."),
    )

    def __init__(self, *args: Any, wishes: Wishes, **named: Any) -> None:
        names = ("rhythm", *FOLLOWS)
        super().__init__(*args, initial={name: getattr(wishes, name) for name in names}, **named)
        for reason in Reason:
            self.fields[reason.value] = forms.ChoiceField(
                label=reason.label,
                choices=[(way.value, way.label) for way in ways_for(reason)],
                initial=way_of(wishes, reason).value,
            )

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[reason] for reason in Reason.values]

    def wished(self) -> dict[str, Any]:
        """What ``keep_wishes`` takes."""
        told = self.cleaned_data
        ways = {reason: told[reason] for reason in Reason.values}
        return {"ways": ways, "rhythm": told["rhythm"], **{name: told[name] for name in FOLLOWS}}
