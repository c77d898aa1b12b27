"""Forms of the devices page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.accounts.models import User
from server.processes.forms import MomentField
from server.web.plain_text import NothingHidden

from .models import Device
from .trust import State, is_signed

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
        help_text=_("A kiosk takes ballots. A desk works without network; an unlock card opens it."),
    )


class CardForm(NothingHidden, forms.Form):
    """An unlock card. ``people``: who works at the desk of this meeting."""

    label = forms.CharField(
        label=_("Name of the card"),
        max_length=60,
        help_text=_("As it stands on the card: “Desk 1”, or the name of whoever holds it."),
    )
    officer = forms.ModelChoiceField(
        label=_("Who holds it"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Whoever works at the station"),
        help_text=_("What is done under the card is this person’s. Two cards of two people count as two persons."),
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["officer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class StrangerForm(NothingHidden, forms.Form):
    """Somebody looked at the tablet itself: nothing else tells a device of the hall from one that a stranger made."""

    label = forms.CharField(
        label=_("Name of the device"),
        max_length=60,
        help_text=_("As it stands on its sticker: “Kiosk 1, entrance”."),
    )
    is_compared = forms.BooleanField(
        label=_("The tablet shows this very beginning of its key"),
        help_text=_("On its closing slip, under “Device”. If it shows another one, leave it: somebody else sent this."),
    )


class RevokeForm(NothingHidden, forms.Form):
    """``size``: the state of the list that the answer to a moment named, once it is confirmed."""

    moment = MomentField(
        label=_("Not trusted since"),
        required=False,
        help_text=_("When it was last certainly in good hands. Empty: from now on, and what has arrived stands."),
    )
    why = forms.CharField(
        label=_("What happened"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence, published with the accounts. Name no person."),
    )
    size = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_revoked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["moment"].required = is_revoked
        self.state: State | None = None

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        moment, size = told.get("moment"), told.get("size")
        if moment and moment > timezone.now():
            self.add_error("moment", _("This moment has not come yet."))
        elif moment and not told.get("why"):
            self.add_error("why", _("Write one sentence: people decide about its ballots by it."))
        if size is not None:
            self.state = State(size) if is_signed(size) else None
            if self.state is None:
                self.add_error(None, _("The list never stood so. Name the moment again."))
        return told


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
        label=_("Export file of a kiosk"),
        help_text=_(
            "Brought on a memory stick: its name ends in .ndjson. Up to 512 MiB in parts; without JavaScript 64 MiB."
        ),
    )


class BeginningForm(NothingHidden, forms.Form):
    """Somebody chose to take less than the kiosk wrote."""

    is_chosen = forms.BooleanField(
        label=_("Take only these records"),
        help_text=_("What stood behind them is not in this file. A whole file, brought later, adds what is missing."),
    )
