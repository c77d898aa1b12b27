"""Proposals that the town answered with a price become projects of the space's budget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from server.budgets.actions import save_project
from server.budgets.models import Budget, Project
from server.office.actions import note_act
from server.processes.localized import Localized
from server.web.refusals import Refusal

from .models import Proposal

if TYPE_CHECKING:
    from server.accounts.models import User


class NoBudget(Refusal):
    code = "no_budget"
    message = _("This space has no budget yet. Say first how much there is to share.")


class PriceMissing(Refusal):
    code = "price_missing"
    message = _("Some of these proposals have no cost in their answer. A project needs one: answer them first.")


@transaction.atomic
def make_projects(*, proposals: Sequence[Proposal], by: User) -> list[Project]:
    """A project for each, under its title and text and at the price of its answer; one that is a project stays one.

    Raises NoBudget, PriceMissing (none is made then), and BoxNotDraft where a ballot box holds the budget.
    """
    space = proposals[0].component.space
    budget = Budget.objects.select_related("component__space").filter(component__space=space).first()
    if budget is None:
        raise NoBudget
    keys = [one.pk for one in proposals]
    rows = Proposal.objects.select_for_update(of=("self",)).standing().filter(pk__in=keys, project__isnull=True)
    held = list(rows.select_related("category").order_by("number"))
    if without := [one.number for one in held if not one.answer_cost_cents]:
        raise PriceMissing(details={"proposals": without})
    made = []
    for proposal in held:
        proposal.project = save_project(project=_project(budget, proposal), by=by)
        proposal.save(update_fields=["project"])
        made.append(proposal.project)
    if made:
        note_act("proposals.made_projects", by=by, space=space, facts={"of": [one.number for one in held]})
    return made


def _project(budget: Budget, proposal: Proposal) -> Project:
    return Project(
        budget=budget,
        code=f"i{proposal.component_id}-{proposal.number}",
        title=Localized({proposal.language: proposal.title}),
        description=Localized({proposal.language: proposal.body}),
        category=Localized(proposal.category.title) if proposal.category else Localized(),
        cost_cents=proposal.answer_cost_cents or 0,
    )
