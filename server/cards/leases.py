"""Who types which card in just now (``paper.holding``). Each function is one deed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from server.paper.holding import Holding, first_that_is_free
from server.processes.models import Component
from server.web.live import ring

from .models import Card, CardLease
from .refusals import CardHeldByAnother, CardSettled

if TYPE_CHECKING:
    from server.accounts.models import User

HELD = Holding(CardLease, of="card", by_another=CardHeldByAnother)
require_free, end = HELD.require_free, HELD.end


def take_next(*, component: Component, by: User, after: int = 0) -> Card | None:
    """Hold the first card behind ``after`` that waits for this person, or the first of all; None where none does."""
    asked = Card.objects.of_component(component).for_person(by)
    return first_that_is_free(
        lambda tried: asked.held_by_nobody_but(by).exclude(pk__in=tried).order_by("pk"),
        lambda card: take(card=card, by=by),
        key="pk",
        after=after,
        late=(CardHeldByAnother, CardSettled),
    )


@transaction.atomic
def take(*, card: Card, by: User) -> Card:
    """Hold this card. Raises CardSettled, CardHeldByAnother."""
    held = locked(card)
    if not Card.objects.filter(pk=held.pk).for_person(by).exists():
        raise CardSettled
    component = held.form.run.component
    HELD.begin(held, by, beside=CardLease.objects.filter(card__form__run__component=component))
    ring(component.space_id, "cards")
    return held


@transaction.atomic
def keep(*, card: Card, by: User) -> None:
    """The page is still open: hold on. Raises CardHeldByAnother; CardSettled where it is settled meanwhile."""
    if not HELD.renew(card, by):
        take(card=card, by=by)


@transaction.atomic
def let_go(*, card: Card, by: User) -> None:
    """Somebody else may take it. Again, it changes nothing."""
    if HELD.let_go(card, by):
        ring(card.form.run.component.space_id, "cards")


def locked(card: Card) -> Card:
    rows = Card.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("form__run__component__space", "form__run__session").get(pk=card.pk)
