"""Refusals: what a person or a client asked for and cannot have, each with a stable code and a sentence.

One place turns them into a page or into ``{"code", "message", "details"}``. Every code is listed in ``docs/errors.md``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext_lazy as _

log = logging.getLogger(__name__)


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


class RefusalMiddleware(MiddlewareMixin):
    """Turns a Refusal into a page that says what to do, or into JSON for machines.

    The innermost one. Since it is not asynchronous, none of those around it is: under daphne each would otherwise go to
    a thread and back, twice for every request, which costs as much as the cheapest page.
    """

    async_capable = False

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _named: Any) -> None:
        """No address holds a NUL, and PostgreSQL is asked for none: it answers with an error, also below libraries."""
        if "\0" in request.path:
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Also where the machine cannot, for now: no bug of ours, but whoever looks after it must hear of it."""
        if isinstance(exception, Refusal):
            return answer(request, exception)
        from .busy import trouble_behind

        trouble = trouble_behind(exception)
        if trouble is None:
            return None
        log.warning("a request could not be done", extra={"what": trouble.code}, exc_info=exception)
        return answer(request, trouble)


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """What who asked gets to read."""
    if wants_json(request):
        response: HttpResponse = JsonResponse(refusal.as_json(), status=refusal.status)
    else:
        response = render(request, "refused.html", {"refusal": refusal}, status=refusal.status)
    if "retry_after_s" in refusal.details:
        response["Retry-After"] = str(refusal.details["retry_after_s"])
    return response


def wants_json(request: HttpRequest) -> bool:
    """Machines get JSON: below ``/api/``, and whoever prefers it to a page."""
    return request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json")
