"""Forms that more than one room uses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from server.web.plain_text import NothingHidden


class TypedForm(NothingHidden, forms.Form):
    """For what cannot be undone: the person types a word that names it. Capitals and blanks around it do not matter."""

    typed = forms.CharField(
        label=gettext_lazy("Type it to confirm"),
        max_length=200,
        help_text=gettext_lazy("What follows cannot be undone."),
    )

    def __init__(self, *args: Any, word: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word = word
        self.fields["typed"].label = _("Type “%(word)s” to confirm") % {"word": word}
        self.fields["typed"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}

    def clean_typed(self) -> str:
        typed = " ".join(self.cleaned_data["typed"].split())
        if typed.casefold() != " ".join(self.word.split()).casefold():
            raise forms.ValidationError(_("This is not the word that is asked for."))
        return typed
