"""Forms of the trustees: who holds the key of a draft, and cards as they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .models import Box
from .trustees import NUMBERS

INSTALLATION, TRUSTEES = "installation", "trustees"
# Hidden while typed: who stands beside may hold one of the other cards. Never written back into a page.
HIDDEN = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code"}


class KeyHolderForm(NothingHidden, forms.Form):
    """Beside the form of a draft. ``names``: three, or none where the installation holds the key."""

    key_holder = forms.ChoiceField(
        label=_("Who can open the box"),
        choices=[
            (INSTALLATION, _("The installation: its key lies on the server")),
            (TRUSTEES, _("Any two of three trustees, with cards that they keep")),
        ],
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "With trustees nobody opens the box alone, not even who runs the server. One card may be lost. When two "
            "are lost nobody ever opens the box, and the vote must be held again."
        ),
    )
    trustee_1 = forms.CharField(
        label=_("First trustee"),
        max_length=80,
        required=False,
        help_text=_("A person’s name. It stands in the record of proceedings."),
    )
    trustee_2 = forms.CharField(
        label=_("Second trustee"),
        max_length=80,
        required=False,
        help_text=_("A person’s name. It stands in the record of proceedings."),
    )
    trustee_3 = forms.CharField(
        label=_("Third trustee"),
        max_length=80,
        required=False,
        help_text=_("A person’s name. It stands in the record of proceedings."),
    )

    def __init__(self, data: Any = None, *, box: Box) -> None:
        known = [trustee.name for trustee in box.trustees.all()] if box.pk else []
        initial = {f"trustee_{n}": name for n, name in enumerate(known, start=1)}
        super().__init__(data, initial={"key_holder": TRUSTEES if known else INSTALLATION, **initial})
        self.was_told = data is not None and "key_holder" in data

    @property
    def names(self) -> list[str] | None:
        """None when the form says nothing of it: then it stays as it is."""
        if not self.was_told:
            return None
        if self.cleaned_data["key_holder"] != TRUSTEES:
            return []
        return [self.cleaned_data[f"trustee_{n}"] for n in NUMBERS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("key_holder") != TRUSTEES:
            return cleaned
        if self.data.get("kind") == Box.Kind.POLL:
            self.add_error(
                "key_holder", _("A poll shows its numbers while it goes on: the installation holds its key.")
            )
        names = [cleaned.get(f"trustee_{n}", "") for n in NUMBERS]
        for n, name in zip(NUMBERS, names, strict=True):
            if not name and f"trustee_{n}" not in self.errors:
                self.add_error(f"trustee_{n}", _("Three trustees are needed: give this name too."))
            elif name.casefold() in [other.casefold() for other in names[: n - 1]]:
                self.add_error(f"trustee_{n}", _("This name stands here twice."))
        return cleaned


class CardsForm(NothingHidden, forms.Form):
    """One field for each card, ``card1`` … ; ``labels`` name them. What was typed is never written back."""

    def __init__(self, data: Any = None, *, labels: Sequence[str]) -> None:
        super().__init__(data)
        for n, label in enumerate(labels, start=1):
            widget = forms.PasswordInput(attrs=HIDDEN, render_value=False)
            self.fields[f"card{n}"] = forms.CharField(
                label=label,
                max_length=200,
                widget=widget,
                help_text=gettext("Typed by its holder alone. The words are kept nowhere."),
            )

    @classmethod
    def of_two(cls, data: Any = None) -> CardsForm:
        return cls(data, labels=[gettext("First card"), gettext("Second card")])

    @property
    def texts(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]
