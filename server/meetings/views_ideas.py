"""The office sees what of the ideas and endorsements of a session's kiosks does not count, and why, and decides."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from .access import access_session
from .deciding import decide_brought
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


@login_required
@require_POST
def decide(request: HttpRequest, ref: str, record: str) -> HttpResponse:
    """It counts like any other, or it does not."""
    session = access_session(request.user, ref)
    found = get_object_or_404(set_aside(session), pk=record)
    is_accepted = request.POST.get("decision") == "accept"
    decide_brought(session=session, record=found, is_accepted=is_accepted, by=request.user)
    taken = _("It is taken in, and counts as soon as it is entered; if it cannot be, it stays in this list.")
    messages.success(request, taken if is_accepted else _("It is set aside. It can still be taken in."))
    return redirect("office_meetings:ideas", ref)
