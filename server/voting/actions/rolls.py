"""Writes around rolls: a roll is made, and filled from a file that someone has looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from server.office.actions import note_act
from server.office.telling import Tell, silent
from server.voting.models import Box, Roll, RollEntry
from server.voting.refusals import RollInUse
from server.voting.roll_import import Person, plan_roll

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from server.accounts.models import User
    from server.processes.models import Space

FIELDS = ["family_name", "given_name", "birth_date", "address", "email"]
AT_ONCE = 1000


@transaction.atomic
def make_roll(*, space: Space, title: str, by: User) -> Roll:
    roll = Roll.objects.create(space=space, title=title)
    note_act("roll.made", by=by, space=space, subject=title)
    return roll


def people_of(roll: Roll) -> Iterable[Person]:
    """The entries of a roll, as rows to compare a file with."""
    rows = roll.entries.values_list("number", *FIELDS)
    return (Person(0, *row) for row in rows.iterator(chunk_size=AT_ONCE))


def is_in_use(roll: Roll) -> bool:
    """Whether a vote with this roll has begun: who may vote in it is then settled."""
    return roll.boxes.exclude(state__in=[Box.State.DRAFT, Box.State.FROZEN]).exists()


@transaction.atomic
def import_people(*, roll: Roll, people: Sequence[Person], by: User, tell: Tell = silent) -> Roll:
    """Write all rows of a file, or none. Accounts matched to an entry stay matched.

    The file is compared with the roll once more while the roll is held: sent twice, it changes nothing the second time
    (D19). ``tell`` hears how many of how many rows are written. Raises RollInUse once a vote with this roll is open.
    """
    list(Box.objects.filter(roll=roll).select_for_update(no_key=True).order_by("pk"))
    roll = Roll.objects.select_for_update(no_key=True).get(pk=roll.pk)
    if is_in_use(roll):
        raise RollInUse
    plan = plan_roll(people, people_of(roll))
    if not plan.new and not plan.changed:
        return roll
    _write(roll, [*plan.new, *plan.changed], tell)
    roll.version += 1
    roll.save(update_fields=["version", "imported_at"])
    counts = {"new": len(plan.new), "changed": len(plan.changed), "version": roll.version}
    note_act("roll.imported", by=by, space=roll.space, subject=roll, facts=counts)
    return roll


def _write(roll: Roll, people: Sequence[Person], tell: Tell) -> None:
    """New entries, and new facts of known ones, in the same statements: row by row, 100,000 changes take a minute."""
    for start in range(0, len(people), AT_ONCE):
        rows = (
            {name: getattr(person, name) for name in ("number", *FIELDS)} for person in people[start : start + AT_ONCE]
        )
        RollEntry.objects.bulk_create(
            [RollEntry(roll=roll, **row) for row in rows],
            update_conflicts=True,
            unique_fields=["roll", "number"],
            update_fields=FIELDS,
        )
        tell(min(start + AT_ONCE, len(people)), len(people))
