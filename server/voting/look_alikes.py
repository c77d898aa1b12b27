"""Lines of a roll that may be one person written twice, or two who are easily taken for one another (P8). Pure.

Pairs are shown to people, and never merged by a machine. A pair is told by

    same      all names alike, in whichever order, and the date of birth
    spelling  the same date of birth, and names one typing error apart: also many twins
    birth     all names alike, and dates of birth one typing error apart, or missing in one line
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise

from server.processes.folding import SIGNS, fold

# So many people of one name, or of one birthday, are no coincidence but a column that was filled in for want of better.
MANY_OF_ONE_NAME = 40
MANY_OF_ONE_DAY = 500

Names = tuple[str, str]  # all names as they stand, and in alphabetical order


@dataclass(frozen=True, slots=True)
class Person:
    key: int
    family_name: str
    given_name: str
    birth_date: dt.date | None


@dataclass(frozen=True, slots=True, order=True)
class Alike:
    """Two keys, the smaller one first."""

    first: int
    second: int
    why: str


def look_alikes(people: Iterable[Person]) -> list[Alike]:
    """All pairs, by their keys. 200,000 people take a few seconds: every person is compared with few others."""
    by_name: dict[str, list[Person]] = defaultdict(list)
    by_day: dict[dt.date, list[tuple[Names, Person]]] = defaultdict(list)
    for person in people:
        name = name_of(person)
        if not name:
            continue
        in_order = " ".join(sorted(name.split()))
        by_name[in_order].append(person)
        if person.birth_date:
            by_day[person.birth_date].append(((name, in_order), person))
    found = {(pair.first, pair.second): pair for pair in _of_one_day(by_day)}
    found |= {(pair.first, pair.second): pair for pair in _of_one_name(by_name)}
    return sorted(found.values())


def name_of(person: Person) -> str:
    """All names in a row, as they are compared."""
    return " ".join(SIGNS.sub(" ", fold(f"{person.family_name} {person.given_name}")).split())


def _of_one_name(by_name: Mapping[str, list[Person]]) -> Iterator[Alike]:
    for people in by_name.values():
        if len(people) <= MANY_OF_ONE_NAME:
            pairs: Iterable[tuple[Person, Person]] = combinations(people, 2)
        else:
            pairs = pairwise(sorted(people, key=lambda one: (one.birth_date is None, one.birth_date, one.key)))
        for one, other in pairs:
            if one.birth_date == other.birth_date:
                yield _pair(one, other, "same")
            elif are_near_days(one.birth_date, other.birth_date):
                yield _pair(one, other, "birth")


def _of_one_day(by_day: Mapping[dt.date, list[tuple[Names, Person]]]) -> Iterator[Alike]:
    for people in by_day.values():
        if len(people) > MANY_OF_ONE_DAY:
            continue
        for (names, one), (others, other) in combinations(people, 2):
            if any(is_one_slip(*both) for both in zip(names, others, strict=True)):
                yield _pair(one, other, "spelling")


def _pair(one: Person, other: Person, why: str) -> Alike:
    return Alike(min(one.key, other.key), max(one.key, other.key), why)


def are_near_days(one: dt.date | None, other: dt.date | None) -> bool:
    """One digit off, two neighbours exchanged, day and month exchanged, or only one of them known."""
    if one is None or other is None:
        return (one is None) != (other is None)
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    return is_one_slip(one.isoformat(), other.isoformat())


def is_one_slip(one: str, other: str) -> bool:
    """Whether two texts are equal but for one character wrong, missing or too many, or two neighbours exchanged."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    rest, other_rest = one[start:], other[start:]
    if len(rest) < len(other_rest):
        return rest == other_rest[1:]
    return rest[1:] == other_rest[1:] or (rest[1::-1] == other_rest[:2] and rest[2:] == other_rest[2:])
