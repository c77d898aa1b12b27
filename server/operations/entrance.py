"""The entrance of every request: whose it is, its number, how long it took.

One middleware for all three, and outermost, because each further one costs every page. Nothing personal is kept: no
address, no account, no path. A path may hold a code; its route, as ``spaces/<slug:slug>/``, does not.

The voting booth is quieter still. A line with the time of each ballot, laid beside the log in its order, would tell
when each was cast; so its requests have no line of their own and are counted together.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from server.web.address import settle_address

from . import figures

log = logging.getLogger("server.requests")

BOOTH = "the booth"
REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
WATCHED = ("/healthz", "/readyz", "/metrics")
UNSAID = (*(path[1:] for path in WATCHED), "static")


class EntranceMiddleware:
    """Both-ways: as good under daphne as under page workers."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[..., Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if self.is_async:
            return self._answer_async(request)
        number, begun = enter(request)
        return leave(request, self.get_response(request), number, begun)

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        number, begun = enter(request)
        return leave(request, await self.get_response(request), number, begun)


def enter(request: HttpRequest) -> tuple[str, float]:
    """Settle the address and give the request its number: the proxy's, where the proxy is trusted, or a new one."""
    had_proxy = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    settle_address(request)
    request.META["parvis.had_proxy"] = had_proxy
    if request.path in WATCHED:
        # Asked for inside by the name of a container; these pages show no address, so no host can do harm here.
        request.META["HTTP_HOST"] = urlsplit(settings.PARVIS_ORIGIN).netloc
    claimed = request.META.get("HTTP_X_REQUEST_ID", "")
    number = claimed if REQUEST_ID.fullmatch(claimed) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=number)
    return number, time.perf_counter()


def leave(request: HttpRequest, response: HttpResponseBase, number: str, begun: float) -> HttpResponseBase:
    """Count the request, write its line, and tell its number to who asked, so that they can name it."""
    seconds = time.perf_counter() - begun
    route = route_of(request)
    method = "any" if route == BOOTH else request.method or ""
    figures.count_request(method=method, route=route, status=response.status_code, seconds=seconds)
    if route != BOOTH and route not in UNSAID:
        facts = {"method": method, "route": route, "status": response.status_code}
        log.info("request", extra={**facts, "duration_ms": round(seconds * 1000)})
    response["X-Request-ID"] = number
    return response


def route_of(request: HttpRequest) -> str:
    """The template of the address: as many values as there are routes, whatever is asked for."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return "static" if request.path.startswith(settings.STATIC_URL) else "unknown"
    return BOOTH if "/vote/" in match.route else match.route
