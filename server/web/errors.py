"""Pages for what went wrong. They never show our insides."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from .refusals import wants_json


def _page(request: HttpRequest, status: int, code: str, title: str, advice: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"code": code, "message": title, "details": {}}, status=status)
    return render(request, "error.html", {"status": status, "title": title, "advice": advice}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, "bad_request", _("This request cannot be read"), _("Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        403,
        "forbidden",
        _("You cannot do this here"),
        _("Log in with an account that has this role, or ask the organiser."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        "form_expired",
        _("This form has expired"),
        _("Open the page again and send the form once more. Cookies must be allowed."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        404,
        "not_found",
        _("There is no such page"),
        _("The address may have changed. The home page leads to everything that is open now."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        500,
        "server_error",
        _("Something went wrong on our side"),
        _("Nothing was half done. Try again in a moment; if it goes on, tell the town hall."),
    )
