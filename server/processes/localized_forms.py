"""A form field for text in several languages: one input for each language in which the town writes.

Inputs are named ``title_fr``, ``title_en``; the value is a :class:`~server.processes.localized.Localized`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from server.web.plain_text import refuse_hidden_characters

from .localized import Localized, content_languages, direction


class LocalizedWidget(forms.MultiWidget):
    template_name = "processes/widgets/localized.html"

    def __init__(self, widget: type[forms.Widget], languages: Sequence[tuple[str, str]], **attrs: Any) -> None:
        self.languages = languages
        parts: dict[str, forms.Widget | type[forms.Widget]] = {
            code: widget(attrs={**attrs, "lang": code, "dir": direction(code)}) for code, _name in languages
        }
        super().__init__(parts)

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
    """Required means: in one language of the pages at least. What is missing in one language is shown in another.

    ``languages``: as (code, own name); those of the town without.
    """

    def __init__(
        self,
        *,
        is_long: bool = False,
        max_length: int = 0,
        languages: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        self.is_long, self.max_length = is_long, max_length or (20_000 if is_long else 200)
        self.languages = languages
        super().__init__(self._parts(), require_all_fields=False, widget=self._inputs(), **kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> LocalizedFormField:
        """The field of one form: it asks in the languages of the moment, not of the moment the class was read."""
        made = super().__deepcopy__(memo)
        made.fields, made.widget = self._parts(), self._inputs()
        made.widget.is_required = made.required
        return made

    def _asked(self) -> list[tuple[str, str]]:
        return list(self.languages) or content_languages()

    def _parts(self) -> list[forms.CharField]:
        facts: dict[str, Any] = {"max_length": self.max_length, "validators": [refuse_hidden_characters]}
        return [forms.CharField(required=False, **facts) for _language in self._asked()]

    def _inputs(self) -> LocalizedWidget:
        attrs = {"maxlength": self.max_length} | ({"rows": 4} if self.is_long else {})
        return LocalizedWidget(forms.Textarea if self.is_long else forms.TextInput, self._asked(), **attrs)

    def compress(self, data_list: list[str]) -> Localized:
        codes = [code for code, _name in self._asked()]
        return Localized({code: text for code, text in zip(codes, data_list, strict=False) if text})

    def validate(self, value: Localized) -> None:
        super().validate(value)
        if self.required and not value:  # blanks alone say nothing
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if value and not any(value.get(code) for code, _name in settings.LANGUAGES):
            names = ", ".join(name for _code, name in settings.LANGUAGES)
            raise forms.ValidationError(
                _("Write this in one of these languages too, for paper and letters: %(languages)s.")
                % {"languages": names}
            )
