"""The code by which a desk recognises an account (``actions/match_codes.py``)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .actions import show_match_code
from .actions.match_codes import LIFE


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def match_code(request: HttpRequest) -> HttpResponse:
    """GET says what it is for; POST draws a code and shows it, once: it is kept nowhere."""
    code = show_match_code(user=request.user) if request.method == "POST" else None
    facts = {"code": code, "minutes": int(LIFE.total_seconds() // 60)}
    return render(request, "voting/match_code.html", facts)
