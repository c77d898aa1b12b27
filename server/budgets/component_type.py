"""Participatory budgets, as a space offers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.processes.component_types import ComponentType, register
from server.processes.models import Component

from .components import KIND
from .forms import CopiedForm
from .models import Budget, Project
from .pabulib import amount

# The first of a long list; the rest is a page of its own.
MOST_PROJECTS = 12


@register
class Budgets(ComponentType):
    """What people vote on lies here; whether they may, the ballot box says, which has states of its own."""

    kind = KIND
    name = _("Participatory budget")
    about = _("An amount, projects with a price, and the ballot boxes in which people choose among them.")
    icon = "box"
    template = "budgets/_component.html"
    is_single = True
    beside_form = CopiedForm

    def beside(self, component: Component) -> dict[str, Any]:
        """The amount, which a copy of the space begins with; of the projects nothing."""
        budget = getattr(component, "budget", None)
        return {"amount": amount(budget.amount_cents)} if budget else {}

    def keep_beside(self, component: Component, told: Mapping[str, Any]) -> None:
        Budget.objects.create(component=component, amount_cents=told["amount"])

    def facts(self, components: Sequence[Component]) -> dict[int, dict[str, Any]]:
        """Published budgets with their first projects and the number of all."""
        # Whoever is shown the page of the space may read them, also before everybody may.
        first = Project.objects.select_related("budget__component__space").order_by("number")[:MOST_PROJECTS]
        rows = Component.objects.filter(pk__in=[one.pk for one in components]).select_related("budget")
        counted = rows.annotate(
            project_count=Count("budget__projects", filter=Q(budget__projects__withdrawn_at=None))
        ).prefetch_related(Prefetch("budget__projects", queryset=first, to_attr="first_projects"))
        return {one.pk: _shown(one) for one in counted}

    def office_address(self, component: Component) -> str:
        return reverse("office_budgets:budget", args=[component.space.slug])

    def has_contributions(self, component: Component) -> bool:
        return component.boxes.exists() or Project.with_withdrawn.filter(budget__component=component).exists()


def _shown(component: Any) -> dict[str, Any]:
    """The budget may not be set yet."""
    budget = getattr(component, "budget", None)
    projects = budget.first_projects if budget else []
    return {"budget": budget, "projects": projects, "project_count": component.project_count}
