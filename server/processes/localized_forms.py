"""A form field for text in several languages: one input for each language of the installation.

Inputs are named ``title_fr``, ``title_en``; the value is a :class:`~server.processes.localized.Localized`.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from server.web.plain_text import refuse_hidden_characters

from .localized import Localized


class LocalizedWidget(forms.MultiWidget):
    template_name = "processes/widgets/localized.html"

    def __init__(self, widget: type[forms.Widget], attrs: dict[str, Any] | None = None) -> None:
        self.languages = list(settings.LANGUAGES)
        super().__init__({code: widget(attrs={"lang": code}) for code, _name in self.languages}, attrs)

    def decompress(self, value: Any) -> list[str]:
        return [(value or {}).get(code, "") for code, _name in self.languages]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, (code, language) in zip(context["widget"]["subwidgets"], self.languages, strict=True):
            part["language"], part["code"] = language, code
        return context

    def id_for_label(self, id_: str) -> str:
        """Of the first input, so that a link from the summary of errors leads somewhere."""
        return f"{id_}_0" if id_ else id_


class LocalizedFormField(forms.MultiValueField):
    """Required means: in one language at least. What is missing in one language is shown in another."""

    def __init__(self, *, is_long: bool = False, max_length: int = 0, **kwargs: Any) -> None:
        limit = max_length or (20_000 if is_long else 200)
        parts = [
            forms.CharField(max_length=limit, required=False, validators=[refuse_hidden_characters])
            for _language in settings.LANGUAGES
        ]
        widget = LocalizedWidget(forms.Textarea if is_long else forms.TextInput)
        for one in widget.widgets:
            one.attrs["maxlength"] = limit
            if is_long:
                one.attrs["rows"] = 4
        super().__init__(parts, require_all_fields=False, widget=widget, **kwargs)

    def compress(self, data_list: list[str]) -> Localized:
        codes = [code for code, _name in settings.LANGUAGES]
        return Localized({code: text for code, text in zip(codes, data_list, strict=False) if text})
