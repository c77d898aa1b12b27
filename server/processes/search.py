"""Finding things by their words, alike on every database: each row keeps its text folded, in all its languages.

A database knows accents and capitals in a way of its own, or not at all; a folded column is compared letter by letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

from .folding import fold, words_of


class SearchField(models.TextField):
    """Text of other fields of the row, folded and written anew whenever the row is saved."""

    def __init__(self, *args: Any, of: Sequence[str] = (), **kwargs: Any) -> None:
        self.of = tuple(of)
        super().__init__(*args, **{**kwargs, "default": "", "editable": False})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": list(self.of)}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        folded = fold("\n".join(text for name in self.of for text in _texts(getattr(model_instance, name))))
        setattr(model_instance, self.attname, folded)
        return folded


def _texts(value: Any) -> list[str]:
    return [str(text) for text in value.values()] if isinstance(value, dict) else [str(value or "")]


class SearchableQuerySet(models.QuerySet):
    """Of models with ``folded = SearchField(of=…)``."""

    def matching(self, query: str):
        """Rows in which every word of ``query`` occurs, in any language. None where it holds no word."""
        words = words_of(query)
        rows = self if words else self.none()
        for word in words:
            rows = rows.filter(folded__contains=word)
        return rows
