"""Text in several languages: ``{"fr": "Le parc", "en": "The park"}`` in one JSON column.

A column per language would give each installation migrations of its own; a table per model would cost joins.
What is missing in the reader's language is shown in the first language that has it: better a French sentence
than an empty line.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language


def readers_language() -> str:
    """Two letters, as texts are kept."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


class Localized(dict[str, str]):
    """A mapping from language code to text that prints itself in the language of the reader."""

    def code_for(self, language: str) -> str:
        """The language in which a reader of ``language`` gets this text; "" where there is none at all."""
        wanted = [language, *(code for code, _name in settings.LANGUAGES), *self]
        return next((code for code in wanted if self.get(code)), "")

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

    def get_prep_value(self, value: Any) -> Any:
        return dict(self.to_python(value))
