"""Forms of the web door."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden


class CodeForm(NothingHidden, forms.Form):
    """The code of a letter or, in a vote by pass, of a pass. The code itself is judged where rights are."""

    code = forms.CharField(
        label=_("Code of your letter"),
        help_text=_("18 letters and digits. Capitals and hyphens do not matter."),
        error_messages={"required": _("Type the code.")},
        max_length=64,
        widget=forms.TextInput(
            attrs={"class": "code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: object, is_by_pass: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if is_by_pass:
            self.fields["code"].label = _("Code of your pass")
