"""Several files of scans or photos, sent together by a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.web.bodies import MIB
from server.web.refusals import Refusal

from .refusals import TooManyFiles

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

MOST_FILES = 100
MOST_BYTES_AT_ONCE = 1024 * MIB  # of all the files sent together


def receive_files(
    request: HttpRequest, files: Sequence[UploadedFile], receive: Callable[[str, UploadedFile], object]
) -> None:
    """Take each file by itself: one that is refused does not stop the others. ``receive``: its name, and the file.

    Raises TooManyFiles.
    """
    if len(files) > MOST_FILES:
        raise TooManyFiles
    taken = 0
    for file in files:
        try:
            receive(file.name or "", file)
            taken += 1
        except Refusal as refusal:
            messages.error(request, _("%(file)s: %(why)s") % {"file": file.name, "why": refusal.message})
    if taken:
        words = ngettext("%(count)d file is being read.", "%(count)d files are being read.", taken)
        messages.success(request, words % {"count": taken})
