"""Was this right used in person? The register's answer to whoever holds the right; it knows nothing of ballots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from server.processes.access import spaces_to_take_part_in

from .models import Box, Challenge, PresenceMark, RollEntry
from .rights import Right

if TYPE_CHECKING:
    from server.accounts.models import User

# Before the vote opens nothing can be used; once the result stands, nobody could act on the answer any more.
ANSWERED = (Box.State.OPEN, Box.State.CLOSED, Box.State.RECONCILED, Box.State.OPENED)


@dataclass(frozen=True)
class OwnVote:
    """A box in which an account holds a right. ``mark`` is set while the right counts as used in person."""

    box: Box
    entry: RollEntry
    mark: PresenceMark | None

    @property
    def is_answered(self) -> bool:
        return self.box.state in ANSWERED


def _noted_elsewhere() -> Prefetch:
    """Lists on paper that name the person at another session; what turned out to be a mistake is not told."""
    noted = Challenge.objects.with_pass().select_related("session__meeting")
    return Prefetch("challenges", noted, to_attr="noted_elsewhere")


def mark_of(box: Box, entry: RollEntry) -> PresenceMark | None:
    """The mark that this entry was used in person in this box, unless the right was given back."""
    marks = PresenceMark.objects.filter(box=box, entry=entry, is_restored=False)
    return marks.select_related("session__meeting").prefetch_related(_noted_elsewhere()).first()


def entry_of_letter(right: Right) -> RollEntry | None:
    """The entry behind a letter's code; None for other rights, and once the box was opened and the list destroyed."""
    use = right.subject.removeprefix("use:")
    return RollEntry.objects.filter(letters__letter__use_value=use, letters__letter__batch__box=right.box).first()


def own_votes(user: User) -> list[OwnVote]:
    """The votes in which this account is on the roll, the latest first."""
    entries = {entry.roll_id: entry for entry in RollEntry.objects.filter(account=user)}
    boxes = (
        Box.objects.filter(roll_id__in=entries, component__space__in=spaces_to_take_part_in(user))
        .exclude(definition="")
        .select_related("component__space")
        .order_by("-pk")
    )
    marks = PresenceMark.objects.filter(entry__in=entries.values(), is_restored=False)
    told = marks.select_related("session__meeting").prefetch_related(_noted_elsewhere())
    by_box = {(mark.box_id, mark.entry_id): mark for mark in told}
    return [
        OwnVote(box=box, entry=entries[box.roll_id], mark=by_box.get((box.pk, entries[box.roll_id].pk)))
        for box in boxes
    ]


def votes_to_claim(user: User) -> list[Box]:
    """Open boxes by person on whose roll this account has no entry yet."""
    mine = RollEntry.objects.filter(account=user).values("roll_id")
    boxes = Box.objects.filter(
        state=Box.State.OPEN, regime=Box.Regime.PERSON, component__space__in=spaces_to_take_part_in(user)
    )
    return [box for box in boxes.exclude(roll_id__in=mine).select_related("component__space") if box.offers_web]
