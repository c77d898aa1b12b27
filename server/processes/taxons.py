"""Categories and areas of a space: words in at most three levels by which things are put in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from server.office.actions import note_act
from server.web.live import ring

from .component_actions import hold
from .models import Space, Taxon
from .refusals import TooManyLevels, TooManyTaxons

if TYPE_CHECKING:
    from server.accounts.models import User

    from .localized import Localized

LEVELS = 3
MOST = 600


@dataclass(frozen=True)
class Branch:
    """A word, its level (1 to 3) and what lies below it. ``is_first``, ``is_last``: among those beside it."""

    taxon: Taxon
    level: int
    children: Sequence[Branch]
    is_first: bool
    is_last: bool

    @property
    def depth(self) -> int:
        """How many levels it takes, itself among them."""
        return 1 + max((one.depth for one in self.children), default=0)

    def all(self) -> Iterator[Branch]:
        yield self
        for one in self.children:
            yield from one.all()


def tree_of(space: Space) -> list[Branch]:
    """All words of a space, the categories first. One query."""
    beneath: dict[int | None, list[Taxon]] = {}
    for one in space.taxons.all():
        beneath.setdefault(one.parent_id, []).append(one)

    def branches(parent: int | None, kind: str, level: int) -> list[Branch]:
        beside = [one for one in beneath.get(parent, ()) if one.kind == kind]
        return [
            Branch(one, level, branches(one.pk, kind, level + 1), one is beside[0], one is beside[-1]) for one in beside
        ]

    return [one for kind in Taxon.Kind.values for one in branches(None, kind, 1)]


def every(branches: Sequence[Branch]) -> list[Branch]:
    return [one for branch in branches for one in branch.all()]


def may_lie_below(branches: Sequence[Branch], taxon: Taxon | None) -> list[Branch]:
    """Under which words this one (None: a new one) would still be within three levels, and not below itself."""
    own = next((one for one in every(branches) if taxon and one.taxon.pk == taxon.pk), None)
    within = {one.taxon.pk for one in own.all()} if own else set()
    depth = own.depth if own else 1
    return [
        one
        for one in every(branches)
        if one.taxon.pk not in within
        and one.level + depth <= LEVELS
        and (own is None or one.taxon.kind == own.taxon.kind)
    ]


@transaction.atomic
def save_taxon(*, space: Space, taxon: Taxon, title: Localized, kind: str, parent: Taxon | None, by: User) -> Taxon:
    """Keep a new word or a changed one. Below another it is of that one's kind. Raises TooManyLevels, TooManyTaxons."""
    branches = tree_of(hold(space))
    is_new = taxon.pk is None
    if is_new and len(every(branches)) >= MOST:
        raise TooManyTaxons(details={"most": MOST})
    if parent and parent.pk not in {one.taxon.pk for one in may_lie_below(branches, None if is_new else taxon)}:
        raise TooManyLevels
    if is_new or parent != taxon.parent:
        beside = space.taxons.filter(parent=parent)
        taxon.position = (beside.aggregate(last=Max("position"))["last"] or 0) + 1
    if is_new:
        taxon.kind = parent.kind if parent else kind
    taxon.space, taxon.parent, taxon.title = space, parent, title
    taxon.save()
    note_act("taxon.saved", by=by, space=space, subject=taxon)
    ring(space.pk, "space")
    return taxon


@transaction.atomic
def move_taxon(*, taxon: Taxon, is_up: bool, by: User) -> None:
    """Change places with its neighbour of the same kind and the same parent. The first does not go up."""
    if taxon.space is None:
        return
    hold(taxon.space)
    beside = list(taxon.space.taxons.filter(parent=taxon.parent, kind=taxon.kind))
    at = next(place for place, one in enumerate(beside) if one.pk == taxon.pk)
    to = at - 1 if is_up else at + 1
    if not 0 <= to < len(beside):
        return
    beside[at], beside[to] = beside[to], beside[at]
    for position, one in enumerate(beside, start=1):
        one.position = position
    Taxon.objects.bulk_update(beside, ["position"])
    note_act("taxon.moved", by=by, space=taxon.space, subject=taxon)
    ring(taxon.space.pk, "space")


@transaction.atomic
def delete_taxon(*, taxon: Taxon, by: User) -> None:
    """With all below it, for good: what was put in order by these words stays, without them."""
    if taxon.space is None:
        return
    below = next(one for one in every(tree_of(hold(taxon.space))) if one.taxon.pk == taxon.pk)
    count = len(list(below.all()))
    note_act("taxon.deleted", by=by, space=taxon.space, subject=taxon, facts={"words": count})
    space = taxon.space
    taxon.delete()
    ring(space.pk, "space")
