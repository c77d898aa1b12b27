"""What a file of people would change on a roll, before anything is written. Pure.

Only sums, the first of each kind and the first groups of possible twins are kept: a file of 200,000 people is walked
through and not held. Twins share names and date of birth; whether they are one person is for people to say (P8).
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, astuple, dataclass, field

from server.processes.tables import Fault, column_name

from .roll_import import Person

FIRST = 20
GROUPS = 50
TELL_EVERY = 1000

People = Callable[[], Iterable[Person]]


@dataclass
class RollSketch:
    """``columns``: which column of the file is what; ``header``: the columns that it has; ``faults``: all that is wrong
    with it, and then nothing else is known."""

    header: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    new_count: int = 0
    changed_count: int = 0
    same_count: int = 0
    staying_count: int = 0
    twin_count: int = 0
    first: list[Person] = field(default_factory=list)
    changed: list[Person] = field(default_factory=list)
    twins: list[list[Person]] = field(default_factory=list)

    @property
    def lacks_columns(self) -> bool:
        return {fault.code for fault in self.faults} == {"missing_column"}

    def as_json(self) -> bytes:
        facts = asdict(self)
        facts["faults"] = [astuple(fault) for fault in self.faults]
        facts["first"], facts["changed"] = _written(self.first), _written(self.changed)
        facts["twins"] = [_written(group) for group in self.twins]
        return json.dumps(facts, default=str).encode()

    @classmethod
    def from_json(cls, text: bytes) -> RollSketch:
        facts = json.loads(text)
        facts["faults"] = [Fault(*fault) for fault in facts["faults"]]
        facts["first"], facts["changed"] = _read(facts["first"]), _read(facts["changed"])
        facts["twins"] = [_read(group) for group in facts["twins"]]
        return cls(**facts)


def _written(people: Sequence[Person]) -> list[list[object]]:
    return [list(astuple(person)) for person in people]


def _read(rows: Sequence[Sequence[str]]) -> list[Person]:
    return [
        Person(int(line), number, family, given, dt.date.fromisoformat(born) if born else None, address, email)
        for line, number, family, given, born, address, email in rows
    ]


def sketch_roll(
    read: People, existing: People, tell: Callable[[int, int], None] = lambda _done, _of: None
) -> RollSketch:
    """Compare a file with the roll as it stands. Both are walked through, twice where there are twins.

    Raises what ``read`` raises.
    """
    # Of each line there is only what tells it from others: two hashes, instead of its texts.
    there = {person.number: (hash(person.facts), _alike(person)) for person in existing()}
    sketch, twins = RollSketch(), Counter[int]()
    for done, person in enumerate(read(), start=1):
        known = there.pop(person.number, None)
        twins[_alike(person)] += 1
        if known is None:
            sketch.new_count += 1
            sketch.first += [person] if sketch.new_count <= FIRST else []
        elif known[0] != hash(person.facts):
            sketch.changed_count += 1
            sketch.changed += [person] if sketch.changed_count <= FIRST else []
        else:
            sketch.same_count += 1
        if done % TELL_EVERY == 0:
            tell(done, 0)
    sketch.staying_count = len(there)
    twins.update(alike for _facts, alike in there.values())
    groups = {alike: count for alike, count in twins.items() if count > 1}
    sketch.twin_count = len(groups)
    if groups:
        shown = dict(list(groups.items())[:GROUPS])
        sketch.twins = _groups(shown, read(), (person for person in existing() if person.number in there))
    return sketch


def _alike(person: Person) -> int:
    return hash((column_name(person.family_name), column_name(person.given_name), person.birth_date))


def _groups(shown: dict[int, int], *sources: Iterable[Person]) -> list[list[Person]]:
    """The people of these groups. No further than to the last of them."""
    found: dict[int, list[Person]] = defaultdict(list)
    left = sum(shown.values())
    for people in sources:
        for person in people:
            if (alike := _alike(person)) in shown:
                found[alike].append(person)
                left -= 1
            if not left:
                return list(found.values())
    return list(found.values())
