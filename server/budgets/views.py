"""The public page of a project."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from server.processes.access import access_space

from .models import Project


@require_GET
def project_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    space = access_space(request.user, slug)
    projects = Project.objects.filter(budget__component__space=space, budget__component__published_at__isnull=False)
    project = get_object_or_404(projects.select_related("budget__component"), pk=pk)
    others = projects.filter(budget=project.budget).select_related("budget__component__space")
    facts = {
        "space": space,
        "project": project,
        "boxes": project.budget.component.boxes.exclude(definition="").select_related("component__space"),
        "before": others.filter(number__lt=project.number).order_by("-number").first(),
        "after": others.filter(number__gt=project.number).order_by("number").first(),
    }
    return render(request, "budgets/project.html", facts)
