"""The image of something on paper, for the few who may look at it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import FileResponse, Http404

from . import storage


def answer_image(name: str, note_view: Callable[[], object]) -> FileResponse:
    """``name``: as a row keeps it, empty once the image is destroyed. Who looks is remembered before the first byte
    leaves, and no browser keeps it. Raises Http404."""
    path = storage.absolute(name) if name else None
    if path is None or not path.is_file():
        raise Http404
    note_view()
    return FileResponse(path.open("rb"), content_type="image/jpeg", headers={"Cache-Control": "no-store"})
