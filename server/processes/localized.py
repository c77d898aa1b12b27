"""Text in several languages: ``{"fr": "Le parc", "en": "The park"}`` in one JSON column.

A column per language would give each installation migrations of its own; a table per model would cost joins.
What is missing in the reader's language is shown in the first language that has it: better a French sentence
than an empty line.

The pages speak the languages of ``LANGUAGES``; a town may write in further ones, ``PARVIS_CONTENT_LANGUAGES``. A text
in a further language never stands alone: paper, letters and titles of windows know those of the pages only. Whoever
reads in a further one gets the pages in one of theirs, and the texts of the town in that one where it has them
(``web.reading``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asgiref.local import Local
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import get_language

_reading = Local()


def further_languages() -> list[tuple[str, str]]:
    """Codes and own names of the languages beyond those of the pages in which this town writes."""
    return [(code, capfirst(LANG_INFO[code]["name_local"])) for code in settings.PARVIS_CONTENT_LANGUAGES]


def content_languages() -> list[tuple[str, str]]:
    """Codes and own names of all languages in which this town writes, those of the pages first."""
    return [*settings.LANGUAGES, *further_languages()]


def direction(code: str) -> str:
    """``rtl`` or ``ltr``: which way a language runs."""
    return "rtl" if LANG_INFO.get(code, {}).get("bidi") else "ltr"


def readers_language() -> str:
    """The language of the page: two letters, as texts are kept."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def texts_language() -> str:
    """The language in which the reader wants the texts of the town: that of the page, or a further one."""
    return getattr(_reading, "language", "") or readers_language()


def read_texts_in(language: str) -> None:
    """From now on, for this request, pages show texts in ``language`` where they have it; "" for that of the page."""
    _reading.language = language


class Localized(dict[str, str]):
    """A mapping from language code to text that prints itself in the language of the reader."""

    def code_for(self, *languages: str) -> str:
        """The language in which a reader of ``languages`` gets this text; "" where there is none at all."""
        wanted = [*languages, *(code for code, _name in settings.LANGUAGES), *self]
        return next((code for code in wanted if self.get(code)), "")

    def shown(self) -> tuple[str, str]:
        """``(language, text)`` as a page shows it to its reader."""
        code = self.code_for(texts_language(), readers_language())
        return code, self.get(code, "")

    def keeping(self, before: Mapping[str, str]) -> Localized:
        """With the texts of ``before`` in languages that no form asks for any more; none where all of it is empty."""
        asked = dict(content_languages())
        kept = {code: text for code, text in before.items() if code not in asked}
        return Localized({**self, **kept}) if self else self

    def in_language(self, language: str) -> str:
        return self.get(self.code_for(language), "")

    def __str__(self) -> str:
        return self.in_language(readers_language())

    def __bool__(self) -> bool:
        return any(self.values())


class LocalizedField(models.JSONField):
    """A JSON column that gives :class:`Localized`. A plain string is taken as text of the default language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Localized)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Localized:
        return Localized(super().from_db_value(value, expression, connection) or {})

    def to_python(self, value: Any) -> Localized:
        if isinstance(value, Localized):
            return value
        if isinstance(value, dict):
            return Localized(value)
        return Localized({settings.LANGUAGE_CODE[:2]: str(value)} if value else {})

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """A language that the town no longer offers loses nothing by the next change of the others."""
        super().save_form_data(instance, self.to_python(data).keeping(self.to_python(getattr(instance, self.attname))))

    def get_prep_value(self, value: Any) -> Any:
        return dict(self.to_python(value))
