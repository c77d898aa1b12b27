"""The public pages of a space."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from server.voting.models import Box

from .access import access_space
from .component_types import Activity, sections
from .models import Involvement
from .openness import open_now


@require_GET
def space_page(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_space(request.user, slug)
    phases = list(space.phases.all())
    now = timezone.now()
    boxes = Box.objects.filter(component__space=space).exclude(definition="").select_related("component__space")
    running = [phase for phase in phases if phase.is_active(now)]
    components = list(space.components.published())
    for one in components:
        one.space = space
    facts = {
        "space": space,
        "phases": phases,
        "now": now,
        "running": running,
        "current": next(iter(running), None),
        "steps": [(step, label) for step, label in Involvement.choices],
        "boxes": boxes,
        "has_vote": any(Activity.VOTE in phase.activities for phase in phases),
        "meetings": space.meetings.select_related("space").to_come(now),
        "past_meetings": space.meetings.select_related("space").filter(ends_at__lte=now).order_by("-starts_at"),
        "sections": sections(components),
        "open_now": open_now(components, now),
    }
    return render(request, "processes/space.html", facts)
