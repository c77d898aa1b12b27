"""Text that people type in a line: nothing hidden in it."""

from __future__ import annotations

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from server.processes.tables import HIDDEN

from .refusals import Refusal

NOT_SEEN = _("This text holds characters that cannot be seen. Type it anew.")
UNSEEN = ("Cc", "Cs")


class HiddenCharacters(Refusal):
    code = "hidden_characters"
    status = 422
    message = NOT_SEEN


def refuse_hidden_characters(text: str) -> None:
    """Raise ValidationError for control characters, halves of characters, and marks that change how the text around
    them is read."""
    if HIDDEN.search(text) or any(unicodedata.category(one) in UNSEEN and one not in "\n\r\t" for one in text):
        raise ValidationError(NOT_SEEN, code="hidden")


def plain_line(text: str, limit: int) -> str:
    """What somebody typed outside of any form of ours, trimmed. Raises HiddenCharacters."""
    try:
        refuse_hidden_characters(text)
    except ValidationError as error:
        raise HiddenCharacters from error
    return text.strip()[:limit]


class NothingHidden(forms.BaseForm):
    """Mixed into every form of ours: none of its fields of text takes characters that cannot be seen (X22).

    A password is nobody's to read, and may hold what it likes.
    """

    def full_clean(self) -> None:
        for field in self.fields.values():
            is_text = isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput)
            if is_text and refuse_hidden_characters not in field.validators:
                field.validators.append(refuse_hidden_characters)
        super().full_clean()
