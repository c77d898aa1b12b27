"""Text that people type in a line: nothing hidden in it."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from server.processes.tables import HIDDEN


def refuse_hidden_characters(text: str) -> None:
    """Raise ValidationError for control characters and marks that change how the text around them is read."""
    if HIDDEN.search(text) or any(unicodedata.category(one) == "Cc" and one not in "\n\r\t" for one in text):
        raise ValidationError(_("This text holds characters that cannot be seen. Type it anew."), code="hidden")
