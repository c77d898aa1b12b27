"""For the machines that watch: does it live, may it be asked, and the figures."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from secrets import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from . import figures
from .health import readiness


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. It says nothing of the database: a process is not restarted for another one's trouble."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether to send people here: 200 or 503, and which check failed in one word."""
    checks = readiness()
    is_ready = all(answer == "ok" for answer in checks.values())
    answer = JsonResponse({"ready": is_ready, "checks": checks}, status=200 if is_ready else 503)
    # Asked every few seconds: whoever asks raises the alarm, and the log need not repeat it.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for whoever may read them; for all others there is no such page."""
    if not may_read_figures(request):
        raise Http404
    return HttpResponse(figures.page(), content_type=CONTENT_TYPE_LATEST)


def may_read_figures(request: HttpRequest) -> bool:
    """By the token; where none is set, from this very machine and through no proxy."""
    if token := settings.PARVIS_METRICS_TOKEN:
        return compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    if request.META.get("parvis.had_proxy"):
        return False
    with suppress(ValueError):
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    return False
