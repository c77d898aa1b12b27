"""Refusals: what a person or a client asked for and cannot have, each with a stable code and a sentence.

One place turns them into a page or into ``{"code", "message", "details"}``. Every code is listed in ``docs/errors.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Expected, and told. Subclasses give ``code``, ``status`` and ``message``; an instance may bring ``details``."""

    code = "refused"
    status = 409
    message: Any = _("This cannot be done now.")

    def __init__(self, message: Any = None, *, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(self.code)
        if message is not None:
            self.message = message
        self.details: dict[str, Any] = dict(details or {})

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "message": str(self.message), "details": self.details}


class RefusalMiddleware:
    """Turns a Refusal into a page that says what to do, or into JSON for machines."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[..., Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if wants_json(request):
            response: HttpResponse = JsonResponse(exception.as_json(), status=exception.status)
        else:
            response = render(request, "refused.html", {"refusal": exception}, status=exception.status)
        if "retry_after_s" in exception.details:
            response["Retry-After"] = str(exception.details["retry_after_s"])
        return response


def wants_json(request: HttpRequest) -> bool:
    """Machines get JSON: below ``/api/``, and whoever prefers it to a page."""
    return request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json")
