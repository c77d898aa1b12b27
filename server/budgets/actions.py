"""Writes around budgets and projects: refused as soon as a ballot box of the budget is frozen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.office.actions import CannotUndo, note_act
from server.office.actions import undoes as undoable
from server.office.models import Act
from server.processes.localized import Localized
from server.processes.models import Component, Space
from server.voting.definitions import require_unfrozen
from server.voting.models import Box
from server.web.live import ring
from server.web.refusals import Refusal

from .components import KIND, kept_component_of, publish
from .imports import ProjectFile, ProjectRow, plan_projects
from .models import Budget, Project

if TYPE_CHECKING:
    from server.accounts.models import User

ASIDE = 10_000  # added to the numbers on the ballot while they change places


class ProjectStands(Refusal):
    code = "project_stands"
    message = _("Withdraw the project first. Only what is withdrawn can be deleted for good.")


def _hold_unfrozen(component: Component) -> None:
    """Hold the component and its boxes, so that none is frozen while we write. Raises BoxNotDraft."""
    Component.objects.select_for_update(no_key=True).get(pk=component.pk)
    list(Box.objects.filter(component=component).select_for_update(no_key=True).order_by("pk"))
    require_unfrozen(component)


@transaction.atomic
def set_amount(*, space: Space, amount_cents: int, by: User) -> Budget:
    """Make the budget of a space, or change its amount. Raises BoxNotDraft."""
    component = kept_component_of(space)
    _hold_unfrozen(component)
    budget, is_new = Budget.objects.get_or_create(component=component, defaults={"amount_cents": amount_cents})
    if is_new:
        publish(component)
    elif budget.amount_cents != amount_cents:
        budget.amount_cents = amount_cents
        budget.save(update_fields=["amount_cents"])
    note_act("budget.set", by=by, space=space, facts={"cents": amount_cents})
    ring(space.pk, "budget")
    return budget


@transaction.atomic
def save_project(*, project: Project, by: User) -> Project:
    """Keep a new or changed project; a new one without number comes last. Raises BoxNotDraft."""
    component = project.budget.component
    _hold_unfrozen(component)
    if not project.number:
        project.number = _last_number(project.budget) + 1
    project.save()
    note_act("project.saved", by=by, space=component.space, subject=project)
    ring(component.space_id, "budget")
    return project


def _last_number(budget: Budget) -> int:
    return budget.projects.aggregate(last=Max("number"))["last"] or 0


def _named(projects: list[Project]) -> str:
    return ", ".join(project.code for project in projects)


@transaction.atomic
def withdraw_projects(*, budget: Budget, numbers: Iterable[int], by: User) -> Act | None:
    """Take projects off the vote; they stay in the office. Those that are withdrawn already stay so.

    numbers: primary keys; those of another budget name nothing. None where nothing changed. Raises BoxNotDraft.
    """
    _hold_unfrozen(budget.component)
    projects = list(budget.projects.filter(pk__in=list(numbers)).order_by("number"))
    if not projects:
        return None
    keys = [project.pk for project in projects]
    budget.projects.filter(pk__in=keys).update(withdrawn_at=timezone.now())
    space = budget.component.space
    ring(space.pk, "budget")
    undo = {"projects": keys, "budget": budget.pk}
    return note_act("projects.withdrawn", by=by, space=space, subject=_named(projects), undo=undo)


@transaction.atomic
def restore_projects(*, budget: Budget, numbers: Iterable[int], by: User, undoes: Act | None = None) -> Act | None:
    """Put withdrawn projects back on the vote. Whose number on the ballot was given away comes last.

    None where nothing changed. Raises BoxNotDraft.
    """
    _hold_unfrozen(budget.component)
    withdrawn = Project.with_withdrawn.filter(budget=budget, withdrawn_at__isnull=False)
    projects = list(withdrawn.filter(pk__in=list(numbers)).order_by("number", "pk"))
    if not projects:
        return None
    for project in projects:
        if budget.projects.filter(number=project.number).exists():
            project.number = _last_number(budget) + 1
        project.withdrawn_at = None
        project.save(update_fields=["number", "withdrawn_at"])
    space = budget.component.space
    ring(space.pk, "budget")
    return note_act("projects.restored", by=by, space=space, subject=_named(projects), undoes=undoes)


@undoable("projects.withdrawn")
def _undo_withdrawal(act: Act, by: User) -> Act:
    budget = Budget.objects.filter(pk=act.undo["budget"]).select_related("component__space").first()
    put_back = budget and restore_projects(budget=budget, numbers=act.undo["projects"], by=by, undoes=act)
    if not put_back:
        raise CannotUndo
    return put_back


@transaction.atomic
def delete_project(*, project: Project, by: User) -> None:
    """Delete a withdrawn project for good. Raises BoxNotDraft, ProjectStands."""
    component = project.budget.component
    _hold_unfrozen(component)
    if project.withdrawn_at is None:
        raise ProjectStands
    note_act("project.deleted", by=by, space=component.space, subject=project)
    project.delete()
    ring(component.space_id, "budget")


def row_of(project: Project) -> ProjectRow:
    texts = {name: dict(getattr(project, name)) for name in ("title", "description", "category")}
    return ProjectRow(0, project.code, project.number, project.cost_cents, **texts)


def rows_of(budget: Budget | None) -> dict[str, ProjectRow]:
    """The projects there are, as rows by identifier."""
    return {project.code: row_of(project) for project in budget.projects.all()} if budget else {}


@transaction.atomic
def import_projects(*, space: Space, file: ProjectFile, by: User) -> Budget:
    """Write all rows of a file, or none.

    The file is compared with the budget once more while that is held. Raises BoxNotDraft, and BadTable where numbers
    have come to collide since the preview.
    """
    found = Budget.objects.filter(component__space=space, component__kind=KIND).first()
    amount_cents = file.amount_cents or (found.amount_cents if found else 0)
    budget = set_amount(space=space, amount_cents=amount_cents, by=by)
    deeds = {plan.row.code: plan for plan in plan_projects(file.rows, rows_of(budget)) if plan.deed != "same"}
    known = Project.with_withdrawn.filter(budget=budget, code__in=list(deeds))
    changed = {project.code: project for project in known}
    budget.projects.filter(pk__in=[project.pk for project in changed.values()]).update(number=F("number") + ASIDE)
    for code, plan in deeds.items():
        project = changed.get(code) or Project(budget=budget, code=code)
        project.number, project.cost_cents = plan.row.number, plan.row.cost_cents
        for name in ("title", "description", "category"):
            setattr(project, name, Localized(getattr(plan.row, name)))
        project.withdrawn_at = None  # a file that names a withdrawn project puts it back
        project.save()
    if deeds:
        note_act("projects.imported", by=by, space=space, facts={"projects": len(deeds)})
    return budget
