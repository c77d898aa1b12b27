"""Where the cards of a run are: printed, come in, typed in, and what else people said of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from server.processes.models import Component, Space

from .models import Card, CardImage, CardRun

Outcome = Card.Outcome


@dataclass
class Account:
    """Counts of cards; ``again`` and ``refused`` count images. ``lost``: nobody typed them in before their day."""

    run: CardRun
    printed: int = 0
    came_in: int = 0
    waiting: int = 0
    typed: int = 0
    empty: int = 0
    unreadable: int = 0
    none: int = 0
    lost: int = 0
    again: int = 0
    refused: int = 0

    @property
    def set_aside(self) -> int:
        return self.empty + self.unreadable + self.none + self.lost

    @property
    def kind(self) -> str:
        return self.run.kind

    @property
    def status(self) -> str:
        return self.run.status

    @property
    def out(self) -> int:
        """Cards that did not come back."""
        return self.printed - self.came_in


def accounts_of(component: Component, runs: Iterable[CardRun]) -> list[Account]:
    """One for each run, in their order. Six queries, whatever their number."""
    accounts = {run.pk: Account(run, printed=run.quantity if run.status == "ready" else 0) for run in runs}
    cards = Card.objects.filter(form__run__in=accounts).order_by()
    by_run = "form__run"
    for name, rows in (("came_in", cards.came_in()), ("waiting", cards.waiting()), ("lost", cards.lost())):
        for run, count in rows.values_list(by_run).annotate(n=Count("pk")):
            setattr(accounts[run], name, count)
    for run, outcome, count in cards.exclude(outcome="").values_list(by_run, "outcome").annotate(n=Count("pk")):
        setattr(accounts[run], outcome, count)
    images = CardImage.objects.filter(form__run__in=accounts).order_by()
    for run, status, count in images.values_list("form__run", "status").annotate(n=Count("pk")):
        if status in (CardImage.Status.AGAIN, CardImage.Status.OTHER):
            accounts[run].again += count
        elif status == CardImage.Status.REFUSED:
            accounts[run].refused += count
    return list(accounts.values())


def waiting_by_day(space: Space) -> list[tuple[int, dt.date, int]]:
    """Cards that wait to be typed in: of which component, the day on which their images go, how many. One query."""
    rows = Card.objects.waiting().filter(form__run__component__space=space)
    by = ("form__run__component", "form__run__images_until")
    return list(rows.order_by(*by).values_list(*by).annotate(n=Count("pk")))


def strange_pages(component: Component) -> int:
    """Pages sent in on which no card of this component was found."""
    return CardImage.objects.filter(batch__component=component, form=None).count()
