"""The files themselves, for whoever may read what they belong to."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from . import storage
from .kinds import may_see
from .models import Enclosure


@require_GET
def file(request: HttpRequest, ref: str) -> FileResponse:
    """A photo to be shown, a document to be kept: no browser opens it within our pages."""
    enclosure = _access(request, ref)
    if enclosure.is_photo:
        return _answer(enclosure, storage.WHOLE, "image/jpeg")
    return _answer(enclosure, storage.DOCUMENT, "application/pdf")


@require_GET
def small(request: HttpRequest, ref: str) -> FileResponse:
    enclosure = _access(request, ref)
    if not enclosure.is_photo:
        raise Http404
    return _answer(enclosure, storage.SMALL, "image/jpeg")


def _access(request: HttpRequest, ref: str) -> Enclosure:
    enclosure = Enclosure.objects.filter(ref=ref).first()
    if enclosure is None or not may_see(request.user, enclosure.about_kind, enclosure.about_ref):
        raise Http404
    return enclosure


def _answer(enclosure: Enclosure, ending: str, kind: str) -> FileResponse:
    try:
        content = storage.path_of(enclosure.sha256, ending).open("rb")
    except OSError:
        raise Http404 from None
    name = f"{slugify(enclosure.words)[:60] or enclosure.ref}{ending.removeprefix('.small')}"
    # Somebody who may read it today may not tomorrow: each browser asks again, and is told that it has it.
    headers = {"Cache-Control": "private, max-age=600"}
    return FileResponse(
        content, as_attachment=not enclosure.is_photo, filename=name, content_type=kind, headers=headers
    )
