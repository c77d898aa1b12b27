"""Writes around rolls: a roll is made, and filled from a file that someone has looked at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from server.accounts.models import User
from server.office.actions import CannotUndo, note_act, undoes
from server.office.models import Act
from server.office.telling import Tell, silent
from server.processes import spool
from server.voting.models import Box, Roll, RollEntry, RollVersion
from server.voting.refusals import RollFrozen, RollInUse
from server.voting.roll_import import Person

from .look_alikes import note_look_alikes
from .roll_versions import locked_roll, renew

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from server.processes.models import Space

FIELDS = ["family_name", "given_name", "birth_date", "address", "email"]
AT_ONCE = 1000


@transaction.atomic
def make_roll(*, space: Space, title: str, by: User) -> Roll:
    roll = Roll.objects.create(space=space, title=title)
    note_act("roll.made", by=by, space=space, subject=title)
    return roll


def people_of(roll: Roll, numbers: Collection[str] | None = None) -> Iterable[Person]:
    """The entries of a roll, all or those of these numbers, as rows to compare a file with."""
    entries = roll.entries.all() if numbers is None else roll.entries.filter(number__in=numbers)
    rows = entries.order_by().values_list("number", *FIELDS)
    return (Person(0, *row) for row in rows.iterator(chunk_size=AT_ONCE))


def is_in_use(roll: Roll) -> bool:
    """Whether a vote with this roll has begun, or is over and forgotten: who may vote in it is then settled."""
    return bool(roll.destroyed_at) or roll.boxes.exclude(state__in=[Box.State.DRAFT, Box.State.FROZEN]).exists()


@transaction.atomic
def import_people(*, roll: Roll, people: Iterable[Person], by: User, tell: Tell = silent, of: int = 0) -> Roll:
    """Write all rows of a file, or none. Accounts matched to an entry stay matched.

    The file is compared with the roll once more while the roll is held: sent twice, it changes nothing the second time
    (D19). Rows are taken a thousand at a time; what ``people`` raises at its end takes back all of it. ``tell`` hears
    how many of ``of`` rows are compared and written. Raises RollInUse once a vote with this roll is open.
    """
    roll = locked_roll(roll)
    if is_in_use(roll):
        raise RollInUse
    of = of or (len(people) if isinstance(people, Sequence) else 0)
    new = changed = done = 0
    for some in _by_the_thousand(people):
        there = {one.number: one.facts for one in people_of(roll, [person.number for person in some])}
        fresh = [person for person in some if person.number not in there]
        other = [person for person in some if person.number in there and there[person.number] != person.facts]
        _write(roll, [*fresh, *other])
        new, changed, done = new + len(fresh), changed + len(other), done + len(some)
        tell(done, of)
    if not new and not changed:
        return roll
    renew(roll, RollVersion.Kind.IMPORTED, by=by)
    note_look_alikes(roll)
    counts = {"new": new, "changed": changed, "version": roll.version}
    note_act("roll.imported", by=by, space=roll.space, subject=roll, facts=counts)
    return roll


def _by_the_thousand(people: Iterable[Person]) -> Iterator[list[Person]]:
    walk = iter(people)
    while some := list(islice(walk, AT_ONCE)):
        yield some


def is_bound(roll: Roll) -> bool:
    """Whether a box with this roll is frozen: letters may be written, and the accounts count everybody on it."""
    return roll.boxes.exclude(definition="").exists()


@transaction.atomic
def remove_people(*, roll: Roll, numbers: Iterable[int], by: User) -> Act | None:
    """Take people off a roll. What they were is kept aside for a day, so that it can be undone; the log names nobody.

    numbers: primary keys; those of another roll name nothing. None where nothing changed. Raises RollFrozen.
    """
    roll = locked_roll(roll)
    if is_bound(roll):
        raise RollFrozen
    entries = roll.entries.filter(pk__in=list(numbers))
    rows = [{**row, "birth_date": str(row["birth_date"] or "")} for row in entries.values("number", "account", *FIELDS)]
    if not rows:
        return None
    token = spool.keep(user=by, purpose=f"removed {roll.pk}", content=json.dumps(rows).encode())
    entries.delete()
    renew(roll, RollVersion.Kind.REMOVED, by=by)
    facts = {"people": len(rows), "version": roll.version}
    return note_act(
        "roll.removed", by=by, space=roll.space, subject=roll, facts=facts, undo={"roll": roll.pk, "token": token}
    )


@undoes("roll.removed")
def _put_back(act: Act, by: User) -> Act:
    """Raises CannotUndo after a day, or when a number was given to somebody else meanwhile."""
    roll = Roll.objects.select_for_update(no_key=True).filter(pk=act.undo["roll"], space=act.space).first()
    kept = act.by and roll and spool.take(user=act.by, purpose=f"removed {roll.pk}", token=act.undo["token"])
    if not kept or roll is None or is_in_use(roll):
        raise CannotUndo
    rows = json.loads(kept)
    if roll.entries.filter(number__in=[row["number"] for row in rows]).exists():
        raise CannotUndo
    accounts = User.objects.in_bulk([row["account"] for row in rows if row["account"]])
    for row in rows:
        row |= {"account": accounts.get(row["account"]), "birth_date": row["birth_date"] or None}
    RollEntry.objects.bulk_create(RollEntry(roll=roll, **row) for row in rows)
    renew(roll, RollVersion.Kind.RESTORED, by=by)
    note_look_alikes(roll)
    facts = {"people": len(rows), "version": roll.version}
    return note_act("roll.restored", by=by, space=roll.space, subject=roll, facts=facts, undoes=act)


def _write(roll: Roll, people: Sequence[Person]) -> None:
    """New entries, and new facts of known ones, in one statement: row by row, 100,000 changes take a minute."""
    if people:
        rows = ({name: getattr(person, name) for name in ("number", *FIELDS)} for person in people)
        RollEntry.objects.bulk_create(
            [RollEntry(roll=roll, **row) for row in rows],
            update_conflicts=True,
            unique_fields=["roll", "number"],
            update_fields=FIELDS,
        )
