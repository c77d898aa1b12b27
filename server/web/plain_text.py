"""Text that people type in a line: nothing hidden in it."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Marks that turn the direction of what follows, or cannot be seen: they can make a title read as another (X22).
HIDDEN = set("\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def refuse_hidden_characters(text: str) -> None:
    """Raise ValidationError for control characters and marks that change how the text around them is read."""
    for character in text:
        if character in HIDDEN or (unicodedata.category(character) == "Cc" and character not in "\n\r\t"):
            raise ValidationError(_("This text holds characters that cannot be seen. Type it anew."), code="hidden")
