"""Forms about proxies and help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .desk_search import find_in

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from .models import RollEntry


class PersonField(forms.CharField):
    """Somebody on a roll, as people type it: a number, or a name that only one person has. ``people`` is set later."""

    people: QuerySet[RollEntry]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(max_length=200, **kwargs)

    def clean(self, value: Any) -> RollEntry:
        text = super().clean(value)
        exact = self.people.filter(number__iexact=text.strip()).first()
        found = [exact] if exact else find_in(self.people, text)
        if not found:
            raise forms.ValidationError(_("Nobody is found. Try the number on the roll."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several people are found. Type the number on the roll."))
        return found[0]


class ProxyForm(NothingHidden, forms.Form):
    """Who gives a proxy to whom. ``holder``: known already at the desk; asked for in the office."""

    holder = PersonField(
        label=_("Who carries it"), help_text=_("The person who comes: a name, or the number on the roll.")
    )
    giver = PersonField(
        label=_("Who gives it"), help_text=_("The person who is away: a name, or the number on the roll.")
    )
    shown = forms.CharField(
        label=_("What was shown"),
        max_length=120,
        help_text=_("Like “signed proxy and copy of the identity card”. No numbers of documents."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, people: QuerySet[RollEntry], known_holder: RollEntry | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known_holder = known_holder
        if known_holder is not None:
            del self.fields["holder"]
        for name in ("holder", "giver"):
            if name in self.fields:
                self.fields[name].people = people

    @property
    def chosen_holder(self) -> RollEntry:
        return self.known_holder or self.cleaned_data["holder"]


class RevokeForm(NothingHidden, forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("Like “came themselves” or “asked for it in writing”. Kept with the roll, not published."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
