"""The public pages of projects: the list of a space, and each one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from server.processes.access import access_space
from server.voting.models import Box

from .listing import list_projects, orders
from .models import Project


@require_GET
def projects_page(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_space(request.user, slug)
    shown = list_projects(request, Project.objects.shown_in_spaces().filter(budget__component__space=space))
    boxes = Box.objects.filter(component__space=space).exclude(definition="").select_related("component__space")
    facts = {
        "space": space,
        "listing": shown,
        "orders": orders(shown),
        "boxes": boxes,
        "is_parted": len({project.budget_id for project in shown.page}) > 1,
    }
    return render(request, "budgets/projects.html", facts)


@require_GET
def project_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    space = access_space(request.user, slug)
    projects = Project.objects.shown_in_spaces().filter(budget__component__space=space)
    project = get_object_or_404(projects, pk=pk)
    others = projects.filter(budget=project.budget)
    facts = {
        "space": space,
        "project": project,
        "boxes": project.budget.component.boxes.exclude(definition="").select_related("component__space"),
        "before": others.filter(number__lt=project.number).order_by("-number").first(),
        "after": others.filter(number__gt=project.number).order_by("number").first(),
    }
    return render(request, "budgets/project.html", facts)
