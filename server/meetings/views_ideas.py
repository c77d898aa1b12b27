"""The office sees what of the ideas and endorsements of a session's kiosks does not count, and why."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from .access import access_session
from .ideas import brought, in_words, set_aside

PER_PAGE = 50


@login_required
@require_GET
def ideas(request: HttpRequest, ref: str) -> HttpResponse:
    session = access_session(request.user, ref)
    page = Paginator(set_aside(session), PER_PAGE).get_page(request.GET.get("page"))
    facts = {
        "space": session.meeting.space,
        "here": "meetings",
        "session": session,
        "brought": brought(session),
        "rows": in_words(session, list(page)),
        "page": page,
        "before": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "after": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
    return render(request, "meetings/office/ideas.html", facts)
