"""The public front pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from server.voting.access import access_box_by_ref

from . import square
from .searching import asked_for, search


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is open now, the next meetings, what came of the last votes."""
    now = timezone.now()
    votes = square.open_votes(now)
    facts = {
        "now": now,
        "votes": votes,
        "spaces": square.other_spaces(now, votes),
        "meetings": square.next_meetings(now),
        "results": square.results(),
    }
    return render(request, "web/home.html", facts)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How a vote works here, and what may be trusted: in plain words."""
    return render(request, "web/about.html")


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Spaces, projects and meetings, by their words."""
    query = asked_for(request.GET.get("q", ""))
    return render(request, "web/search.html", {"query": query, "groups": search(query)})


@require_safe
def short_link(request: HttpRequest, ref: str) -> HttpResponse:
    """``/v/<ref>/``: short enough to be typed from a letter. A code behind ``#`` stays in the browser."""
    return redirect(access_box_by_ref(request.user, ref))
