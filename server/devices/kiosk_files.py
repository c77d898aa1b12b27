"""Serving the kiosk under ``/kiosk/``: its page, its files, its release.

Files are looked up in the release that was read from the folder, so a path can name nothing outside it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from server.devices.kiosk_release import (
    HEADERS,
    INDEX,
    WORKER,
    Release,
    ReleasedFile,
    fingerprint,
    raised,
    read_release,
)

FOLDER = Path(__file__).resolve().parents[2] / "kiosk"


@lru_cache(maxsize=1)
def _release_of(_state: object, versions: tuple[tuple[str, int], ...]) -> Release:
    release = read_release(FOLDER)
    return raised(release, dict(versions)) if versions else release


def current_release() -> Release:
    """The release of this process; while developing, of the folder as it is now."""
    versions = tuple(sorted(settings.PARVIS_TEST_VERSIONS.items()))
    return _release_of(fingerprint(FOLDER) if settings.DEBUG else None, versions)


@require_safe
def kiosk_index(request: HttpRequest) -> HttpResponse:
    """The one page of the kiosk."""
    return _answer(request, current_release().files[INDEX])


@require_safe
def kiosk_release(request: HttpRequest) -> HttpResponse:
    """What runs at a kiosk, file by file, for the worker and for an observer with a checksum tool."""
    response = HttpResponse(current_release().manifest, content_type="application/json")
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


@require_safe
def kiosk_file(request: HttpRequest, path: str) -> HttpResponse:
    """One file of the release; the worker is told its release and may control ``/kiosk/``."""
    release = current_release()
    file = release.worker if path == WORKER else release.files.get(path)
    if file is None:
        raise Http404
    response = _answer(request, file)
    if path == WORKER:
        response.headers["Service-Worker-Allowed"] = "/kiosk/"
    return response


def _answer(request: HttpRequest, file: ReleasedFile) -> HttpResponse:
    etag = f'"{file.sha256}"'
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        encoding, content = file.encoded(request.headers.get("Accept-Encoding", ""))
        response = HttpResponse(content, content_type=file.content_type)
        if encoding:
            response.headers["Content-Encoding"] = encoding
    for name, value in {**HEADERS, "ETag": etag}.items():
        response.headers[name] = value
    return response
