"""Projects of a participatory budget. Their ballots live in ``voting``."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.processes.localized import LocalizedField
from server.processes.models import Component
from server.processes.search import SearchField

from .querysets import ProjectQuerySet


class Budget(models.Model):
    """The envelope of one component: how much there is to share."""

    component = models.OneToOneField(Component, on_delete=models.CASCADE, related_name="budget")
    amount_cents = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")

    def __str__(self) -> str:
        return str(self.component)


class StandingProjects(models.Manager.from_queryset(ProjectQuerySet)):  # type: ignore[misc]
    """Those that stand for the vote. Public pages and ballots know no other."""

    def get_queryset(self):
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class Project(models.Model):
    """A project that is withdrawn stays in the office, where it can be put back until a ballot box is frozen."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="projects")
    code = models.CharField(_("identifier"), max_length=40)
    number = models.PositiveSmallIntegerField(_("number on the ballot"))
    title = LocalizedField(_("title"))
    description = LocalizedField(_("description"), blank=True)
    category = LocalizedField(_("category"), blank=True)
    cost_cents = models.PositiveBigIntegerField(_("cost"))
    folded = SearchField(of=["title", "category", "description"])

    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = StandingProjects()
    with_withdrawn = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "code"], name="one_project_per_identifier"),
            models.UniqueConstraint(
                fields=["budget", "number"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_project_per_number",
            ),
            models.CheckConstraint(condition=Q(cost_cents__gt=0), name="a_project_costs_something"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("budgets:project", args=[self.budget.component.space.slug, self.pk])
