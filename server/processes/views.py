"""The public pages of a space."""

from __future__ import annotations

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from server.budgets.models import Project
from server.voting.models import Box

from .access import access_space
from .models import Component, Involvement, Space

# The first of a long list; the rest is a page of its own.
MOST_PROJECTS = 12


@require_GET
def space_page(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_space(request.user, slug)
    phases = list(space.phases.all())
    now = timezone.now()
    boxes = Box.objects.filter(component__space=space).exclude(definition="").select_related("component__space")
    facts = {
        "space": space,
        "phases": phases,
        "now": now,
        "current": next((phase for phase in phases if phase.is_active(now)), None),
        "steps": [(step, label) for step, label in Involvement.choices],
        "boxes": boxes,
        "meetings": space.meetings.select_related("space").to_come(now),
        "past_meetings": space.meetings.select_related("space").filter(ends_at__lte=now).order_by("-starts_at"),
        "components": _budgets(space),
    }
    return render(request, "processes/space.html", facts)


def _budgets(space: Space) -> QuerySet[Component]:
    """Published budgets with their first projects and the number of all."""
    first = Project.objects.public().order_by("number")[:MOST_PROJECTS]
    budgets = space.components.filter(kind=Component.Kind.BUDGET, published_at__isnull=False).select_related("budget")
    return budgets.annotate(
        project_count=Count("budget__projects", filter=Q(budget__projects__withdrawn_at=None))
    ).prefetch_related(Prefetch("budget__projects", queryset=first, to_attr="first_projects"))
