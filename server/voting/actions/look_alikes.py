"""Lines of a roll that look alike are noted when it changes; a person tells them apart, or strikes one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from server.office.actions import note_act
from server.voting.look_alikes import Alike, Person, look_alikes
from server.voting.models import LookAlike, Roll, RollEntry

if TYPE_CHECKING:
    from server.accounts.models import User

MOST = 1000
MOST_SHOWN = 8
NOBODY = 0  # no line has this key


def note_look_alikes(roll: Roll, *, of: RollEntry | None = None) -> None:
    """Compare all lines, or one with those of its birthday and its name. What a person told apart stays told apart.

    Up to ``MOST`` pairs wait at a time. The roll is held.
    """
    people = roll.entries.all() if of is None else _near(roll.entries.all(), of)
    known = Q() if of is None else Q(first=of) | Q(second=of)
    rows = people.order_by().values_list("pk", "family_name", "given_name", "birth_date")
    found = [pair for pair in look_alikes(Person(*row) for row in rows) if of is None or of.pk in _ends(pair)]
    roll.look_alikes.filter(known, told_apart_at=None).delete()
    pairs = [LookAlike(roll=roll, first_id=one.first, second_id=one.second, why=one.why) for one in found[:MOST]]
    LookAlike.objects.bulk_create(pairs, ignore_conflicts=True, batch_size=500)


def lines_like(roll: Roll, person: Mapping[str, Any]) -> list[RollEntry]:
    """Lines with a right that may be this person's, who has none of their own; none is written down."""
    names, born = (person["family_name"], person["given_name"]), person["birth_date"]
    near = _near(roll.entries.with_right(), RollEntry(family_name=names[0], given_name=names[1], birth_date=born))
    rows = near.order_by().values_list("pk", "family_name", "given_name", "birth_date")
    pairs = look_alikes([Person(NOBODY, *names, born), *(Person(*row) for row in rows)])
    found = [pair.second for pair in pairs if pair.first == NOBODY]
    return list(near.filter(pk__in=found[:MOST_SHOWN]))


def _ends(pair: Alike) -> tuple[int, int]:
    return pair.first, pair.second


def _near(entries: QuerySet[RollEntry], one: RollEntry) -> QuerySet[RollEntry]:
    names = (one.family_name, one.given_name)
    alike = Q(family_name__iexact=names[0], given_name__iexact=names[1])
    alike |= Q(family_name__iexact=names[1], given_name__iexact=names[0]) | Q(pk=one.pk)
    return entries.filter(alike | Q(birth_date=one.birth_date) if one.birth_date else alike)


@transaction.atomic
def tell_apart(*, pair: LookAlike, are_two: bool, by: User) -> LookAlike:
    """They are two persons; or, said in error, they are asked about again. The log names nobody."""
    pair = LookAlike.objects.select_for_update(of=("self",), no_key=True).select_related("roll__space").get(pk=pair.pk)
    if bool(pair.told_apart_at) == are_two:
        return pair
    pair.told_apart_at = timezone.now() if are_two else None
    pair.save(update_fields=["told_apart_at"])
    deed = "roll.told_apart" if are_two else "roll.asked_again"
    note_act(deed, by=by, space=pair.roll.space, subject=pair.roll)
    return pair
