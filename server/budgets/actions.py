"""Writes around budgets and projects: refused as soon as a ballot box of the budget is frozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext_noop

from server.processes.localized import Localized
from server.processes.models import Component
from server.voting.definitions import require_unfrozen
from server.voting.models import Box
from server.web.live import ring

from .imports import Planned, ProjectRow
from .models import Budget, Project

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.processes.models import Space

TITLE = {"fr": "Budget participatif", "en": gettext_noop("Participatory budget")}
ASIDE = 10_000  # added to the numbers on the ballot while they change places


def _hold_unfrozen(component: Component) -> None:
    """Hold the boxes of the component, so that none is frozen while we write. Raises BoxNotDraft."""
    list(Box.objects.filter(component=component).select_for_update(no_key=True).order_by("pk"))
    require_unfrozen(component)


@transaction.atomic
def set_amount(*, space: Space, amount_cents: int, by: User) -> Budget:
    """Make the budget of a space, or change its amount. Raises BoxNotDraft."""
    component = space.components.filter(kind=Component.Kind.BUDGET).first()
    if component is None:
        component = Component.objects.create(
            space=space, kind=Component.Kind.BUDGET, title=Localized(TITLE), published_at=timezone.now()
        )
    _hold_unfrozen(component)
    budget, is_new = Budget.objects.get_or_create(component=component, defaults={"amount_cents": amount_cents})
    if not is_new and budget.amount_cents != amount_cents:
        budget.amount_cents = amount_cents
        budget.save(update_fields=["amount_cents"])
    ring(space.pk, "budget")
    return budget


@transaction.atomic
def save_project(*, project: Project, by: User) -> Project:
    """Keep a new or changed project; a new one without number comes last. Raises BoxNotDraft."""
    component = project.budget.component
    _hold_unfrozen(component)
    if not project.number:
        project.number = (project.budget.projects.aggregate(last=Max("number"))["last"] or 0) + 1
    project.save()
    ring(component.space_id, "budget")
    return project


@transaction.atomic
def delete_project(*, project: Project, by: User) -> None:
    """Raises BoxNotDraft."""
    component = project.budget.component
    _hold_unfrozen(component)
    project.delete()
    ring(component.space_id, "budget")


def row_of(project: Project) -> ProjectRow:
    texts = {name: dict(getattr(project, name)) for name in ("title", "description", "category")}
    return ProjectRow(0, project.code, project.number, project.cost_cents, **texts)


def rows_of(budget: Budget | None) -> dict[str, ProjectRow]:
    """The projects there are, as rows by identifier."""
    return {project.code: row_of(project) for project in budget.projects.all()} if budget else {}


@transaction.atomic
def import_projects(*, space: Space, planned: Sequence[Planned], amount_cents: int | None, by: User) -> Budget:
    """Write everything that was shown, or nothing. Raises BoxNotDraft."""
    found = Budget.objects.filter(component__space=space, component__kind=Component.Kind.BUDGET).first()
    budget = set_amount(space=space, amount_cents=amount_cents or (found.amount_cents if found else 0), by=by)
    _hold_unfrozen(budget.component)
    deeds = {plan.row.code: plan for plan in planned if plan.deed != "same"}
    changed = {project.code: project for project in budget.projects.filter(code__in=list(deeds))}
    budget.projects.filter(pk__in=[project.pk for project in changed.values()]).update(number=F("number") + ASIDE)
    for code, plan in deeds.items():
        project = changed.get(code) or Project(budget=budget, code=code)
        project.number, project.cost_cents = plan.row.number, plan.row.cost_cents
        for name in ("title", "description", "category"):
            setattr(project, name, Localized(getattr(plan.row, name)))
        project.save()
    return budget
