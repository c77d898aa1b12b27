"""The public pages of debates."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from server.processes.access import access_space

from .access import access_debate, access_subject
from .models import Debate
from .office_actions import KIND
from .thread import thread_of

PER_PAGE = 20


@require_GET
def debates(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All debates of one component."""
    space = access_space(request.user, slug)
    component = get_object_or_404(space.components.published(), kind=KIND, pk=pk)
    rows = Debate.objects.public().filter(component=component)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    facts = {
        "space": space,
        "component": component,
        "page": page,
        "before": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "after": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
    return render(request, "discussion/debates.html", facts)


@require_GET
def debate(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    found = access_debate(slug, ref)
    facts = {
        "debate": found,
        "space": found.component.space,
        "thread": thread_of(request, access_subject("debate", found.ref)),
    }
    return render(request, "discussion/debate.html", facts)
