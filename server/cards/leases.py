"""Who types which card in just now: two people never sit at one (B17). As at sheets (``paper.leases``).

A hold lasts ``LEASE`` and is renewed by an open page (``keep``). Words that come after it ran out still count, unless
somebody else holds the card by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from server.paper.leases import LEASE
from server.processes.models import Component
from server.web.live import ring

from .models import Card, CardLease
from .refusals import CardHeldByAnother, CardSettled

if TYPE_CHECKING:
    from server.accounts.models import User


def take_next(*, component: Component, by: User, after: int = 0) -> Card | None:
    """Hold the first card behind ``after`` that waits for this person, or the first of all; None where there is none.

    A card that a first person typed in comes before one that nobody has seen: it is nearer to its end.
    """
    tried: set[int] = set()
    while True:
        rows = Card.objects.of_component(component).for_person(by).held_by_nobody_but(by).exclude(pk__in=tried)
        card = rows.filter(pk__gt=after).order_by("pk").first() or rows.order_by("pk").first()
        if card is None:
            return None
        try:
            return take(card=card, by=by)
        except (CardHeldByAnother, CardSettled):  # somebody was quicker
            tried.add(card.pk)


@transaction.atomic
def take(*, card: Card, by: User) -> Card:
    """Hold this card. Raises CardSettled, CardHeldByAnother."""
    held = locked(card)
    if not Card.objects.filter(pk=held.pk).for_person(by).exists():
        raise CardSettled
    require_free(held, by)
    component = held.form.run.component
    CardLease.objects.filter(card__form__run__component=component, holder=by).exclude(card=held).delete()
    CardLease.objects.update_or_create(card=held, defaults={"holder": by, "until": timezone.now() + LEASE})
    ring(component.space_id, "cards")
    return held


@transaction.atomic
def keep(*, card: Card, by: User) -> None:
    """The page is still open: hold on. Raises CardHeldByAnother; CardSettled where it is settled meanwhile."""
    mine = CardLease.objects.standing().filter(card=card, holder=by)
    if not mine.update(until=timezone.now() + LEASE):
        take(card=card, by=by)


@transaction.atomic
def let_go(*, card: Card, by: User) -> None:
    """Somebody else may take it. Again, it changes nothing."""
    if CardLease.objects.filter(card=card, holder=by).delete()[0]:
        ring(card.form.run.component.space_id, "cards")


def require_free(card: Card, by: User) -> None:
    """The card is locked. Raises CardHeldByAnother."""
    if CardLease.objects.standing().filter(card=card).exclude(holder=by).exists():
        raise CardHeldByAnother


def end(card: Card) -> None:
    CardLease.objects.filter(card=card).delete()


def locked(card: Card) -> Card:
    rows = Card.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("form__run__component__space", "form__run__session").get(pk=card.pk)
