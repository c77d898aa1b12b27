"""The reader's display choices, kept in cookies so that they work without JavaScript and without an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from .context import display_choices

A_YEAR_S = 365 * 24 * 3600


def safe_next(request: HttpRequest, fallback: str = "/") -> str:
    """Where to go on, if it is one of our own pages."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else fallback


@require_POST
def set_display(request: HttpRequest) -> HttpResponse:
    answer = HttpResponseRedirect(safe_next(request))
    for name, allowed in display_choices().items():
        value = request.POST.get(name, "")
        if value in allowed:
            answer.set_cookie(f"display_{name}", value, max_age=A_YEAR_S, samesite="Lax")
        else:
            answer.delete_cookie(f"display_{name}")
    return answer
