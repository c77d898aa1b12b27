"""Adding a photo or a document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.bodies import MIB
from server.web.plain_text import NothingHidden

from .actions import Kept, keep_file
from .looking import BadFile
from .models import LONGEST_WORDS

MOST_BYTES = 12 * MIB
SENTENCES = {
    "file_unknown": _("This is neither a photo (JPEG, PNG, WebP) nor a PDF. Save it as one of these first."),
    "file_broken": _("This file cannot be opened. Save it anew, and choose it again."),
    "file_locked": _("This PDF asks for a password. Choose one that everybody can open."),
    "picture_too_large": _("This picture has too many points. Make it smaller, and choose it again."),
    "too_much_memory": _("This picture has too many points. Make it smaller, and choose it again."),
    "too_large": _("This file is larger than 12 MB. Make it smaller, and choose it again."),
}


class EnclosureForm(NothingHidden, forms.Form):
    """``kept``: the file on the disk, once the form is valid; whoever does not use it destroys it."""

    file = forms.FileField(
        label=_("Photo or document"),
        help_text=_("A photo as JPEG, PNG or WebP, or a PDF, up to 12 MB. Of a photo, where it was taken is not kept."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
        error_messages={"required": _("Choose a file.")},
    )
    words = forms.CharField(
        label=_("What is to be seen on it?"),
        max_length=LONGEST_WORDS,
        help_text=_("One sentence, for those who cannot see it. Of a document: its title."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    kept: Kept

    def clean(self) -> dict[str, Any]:
        """The file last: it is looked at only where the rest is right."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.kept = self._looked_at(cleaned["file"])
            except BadFile as bad:
                self.add_error("file", SENTENCES[bad.code])
        return cleaned

    @staticmethod
    def _looked_at(file: Any) -> Kept:
        if file.size > MOST_BYTES:
            raise BadFile("too_large")
        return keep_file(file)
