"""The organiser's budget: amount, projects, import with a preview."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.office.forms import TypedForm
from server.office.lists import Filter, Listing, listing, picked, redirect_with_undo
from server.office.previews import is_preview, preview
from server.processes import spool
from server.processes.access import Role, access_space
from server.processes.fault_words import sentences
from server.processes.folding import fold
from server.processes.models import Space
from server.processes.tables import BadTable, Fault
from server.voting.ballots import MOST_CHOICES
from server.voting.definitions import has_frozen_projects
from server.web.bodies import FORM_BYTES, takes_at_most

from . import imports
from .actions import (
    ProjectStands,
    delete_project,
    import_projects,
    restore_projects,
    rows_of,
    save_project,
    set_amount,
    withdraw_projects,
)
from .components import KIND
from .forms import AmountForm, FileForm, ProjectForm
from .models import Budget, Project

LANGUAGES = [code for code, _name in settings.LANGUAGES]  # of the pages


def budget_of(space: Space) -> Budget | None:
    """The budget of a space. These pages know one; a second vote of its own is a space of its own."""
    budgets = Budget.objects.filter(component__space=space, component__kind=KIND)
    return budgets.select_related("component__space").order_by("component__position", "pk").first()


def _facts(space: Space, budget: Budget | None) -> dict[str, Any]:
    projects = list(budget.projects.all()) if budget else []
    total = sum(project.cost_cents for project in projects)
    return {
        "space": space,
        "here": "budget",
        "budget": budget,
        "projects": projects,
        "total": total,
        "is_frozen": budget is not None and has_frozen_projects(budget.component),
        "most": MOST_CHOICES,
    }


@login_required
@require_http_methods(["GET", "POST"])
def budget(request: HttpRequest, slug: str) -> HttpResponse:
    """The amount and the list of projects; POST sets the amount."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    mine = budget_of(space)
    form = AmountForm(request.POST or None, initial={"amount_cents": mine.amount_cents if mine else None})
    if request.method == "POST" and form.is_valid():
        set_amount(space=space, amount_cents=form.cleaned_data["amount_cents"], by=request.user)
        messages.success(request, _("The amount is saved."))
        return redirect("office_budgets:budget", slug)
    facts = _facts(space, mine) | {"form": form, "listing": _listing(request, mine)}
    return render(request, "budgets/office/budget.html", facts, status=400 if form.errors else 200)


def _listing(request: HttpRequest, mine: Budget | None) -> Listing:
    """All projects: those that stand in the order of the ballot, then those that are withdrawn."""
    rows = list(Project.with_withdrawn.filter(budget=mine)) if mine else []
    categories = sorted({str(project.category) for project in rows} - {""}, key=fold)
    filters = [
        Filter(
            "state",
            _("State"),
            [("standing", _("On the vote")), ("withdrawn", _("Withdrawn"))],
            lambda found, state: [one for one in found if bool(one.withdrawn_at) == (state == "withdrawn")],
        ),
        Filter(
            "category",
            _("Category"),
            [(name, name) for name in categories],
            lambda found, name: [one for one in found if str(one.category) == name],
        ),
    ]
    return listing(
        request,
        rows,
        sorts={
            "number": lambda one: (one.withdrawn_at is not None, one.number),
            "title": lambda one: fold(str(one)),
            "category": lambda one: fold(str(one.category)),
            "cost": lambda one: one.cost_cents,
        },
        first="number",
        words=lambda one: " ".join([*one.title.values(), *one.category.values(), one.code]),
        filters=filters if rows else [],
    )


@login_required
@require_http_methods(["GET", "POST"])
def project_add(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    mine = budget_of(space)
    if mine is None:
        messages.error(request, _("Set the amount first."))
        return redirect("office_budgets:budget", slug)
    return _project_form(request, space, Project(budget=mine))


@login_required
@require_http_methods(["GET", "POST"])
def project_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    projects = Project.with_withdrawn.filter(budget__component__space=space)
    return _project_form(request, space, get_object_or_404(projects, pk=pk))


def _project_form(request: HttpRequest, space: Space, project: Project) -> HttpResponse:
    form = ProjectForm(request.POST or None, instance=project)
    page, part = "budgets/office/project_form.html", "budgets/office/_project.html"
    if is_preview(request):
        form.is_valid()  # what is right so far is shown
        shown = {"shown": form.instance, "budget": project.budget}
        return preview(request, form, part=part, page=page, facts=_facts(space, project.budget), shown=shown)
    if request.method == "POST" and form.is_valid():
        save_project(project=form.save(commit=False), by=request.user)
        messages.success(request, _("The project is saved."))
        return redirect("office_budgets:budget", space.slug)
    facts = _facts(space, project.budget) | {"form": form, "project": project, "shown": project}
    return render(request, page, facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def project_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A withdrawn project, for good: GET asks to type its identifier, POST deletes."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    project = get_object_or_404(Project.with_withdrawn, budget__component__space=space, pk=pk)
    if project.withdrawn_at is None:
        messages.warning(request, ProjectStands.message)
        return redirect("office_budgets:budget", slug)
    form = TypedForm(request.POST or None, word=project.code)
    if request.method == "POST" and form.is_valid():
        delete_project(project=project, by=request.user)
        messages.success(request, _("The project is deleted."))
        return redirect("office_budgets:budget", slug)
    facts = {"space": space, "project": project, "here": "budget", "form": form}
    return render(request, "budgets/office/project_delete.html", facts, status=400 if form.errors else 200)


@login_required
@require_POST
def projects_deed(request: HttpRequest, slug: str, deed: str) -> HttpResponse:
    """Withdraw what was ticked, or put it back. Either can be undone."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    mine = budget_of(space)
    if mine is None:
        return redirect("office_budgets:budget", slug)
    action = withdraw_projects if deed == "withdraw" else restore_projects
    act = action(budget=mine, numbers=picked(request), by=request.user)
    if act is None:
        messages.warning(request, _("Tick at least one project first."))
        return redirect("office_budgets:budget", slug)
    return redirect_with_undo(act, "office_budgets:budget", slug)


@takes_at_most(imports.MAX_PB_BYTES + FORM_BYTES)
@login_required
@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks for a file; POST shows what it would change and writes nothing."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    mine = budget_of(space)
    form = FileForm(request.POST or None, request.FILES or None)
    facts = _facts(space, mine) | {"form": form}
    if request.method == "GET" or not form.is_valid():
        return render(request, "budgets/office/import.html", facts, status=200 if request.method == "GET" else 400)
    upload = form.cleaned_data["file"]
    try:
        if upload.size > imports.MAX_PB_BYTES:
            raise BadTable([Fault(0, "too_big")])
        content = upload.read()
        file = _read(content)
        planned = imports.plan_projects(file.rows, rows_of(mine))
    except BadTable as bad:
        facts |= {"faults": sentences(bad.faults), "file_name": upload.name}
        return render(request, "budgets/office/import.html", facts, status=400)
    token = spool.keep(user=request.user, purpose=_purpose(space), content=content)
    facts |= {
        "planned": planned,
        "amount_cents": file.amount_cents,
        "token": token,
        "file_name": upload.name,
        "counts": {deed: sum(plan.deed == deed for plan in planned) for deed in ("new", "changed", "same")},
    }
    return render(request, "budgets/office/preview.html", facts)


def _purpose(space: Space) -> str:
    return f"projects {space.pk}"


def _read(content: bytes) -> imports.ProjectFile:
    facts = {"languages": LANGUAGES, "language": settings.LANGUAGE_CODE[:2]}
    return imports.read_projects(content, **facts, further=settings.PARVIS_CONTENT_LANGUAGES)


@login_required
@require_POST
def import_confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """Write what was shown, all of it or nothing."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    content = spool.take(user=request.user, purpose=_purpose(space), token=request.POST.get("token", ""))
    if content is None:
        messages.error(request, _("This file was already written, or it is no longer here. Send it again if need be."))
        return redirect("office_budgets:import", slug)
    try:
        import_projects(space=space, file=_read(content), by=request.user)
    except BadTable as bad:
        messages.error(request, " ".join(sentences(bad.faults[:3])))
        return redirect("office_budgets:import", slug)
    messages.success(request, _("The projects are imported."))
    return redirect("office_budgets:budget", slug)


@login_required
@require_GET
def template_file(request: HttpRequest, slug: str) -> HttpResponse:
    """A CSV to fill in; with the projects there are."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    text = imports.template([*LANGUAGES, *settings.PARVIS_CONTENT_LANGUAGES], list(rows_of(budget_of(space)).values()))
    headers = {"Content-Disposition": 'attachment; filename="projects.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
