"""A file that says which account is whose: one row an account, with what somebody verified about its holder. Pure.

Columns (French names stand beside the English ones):

    account      compte, email, courriel                     needed, once each: the confirmed address of the account
    number       as in ``roll_import``                       the number on the roll
    family_name, given_name, birth_date                      as in ``roll_import``

A row gives a number, or a family name and a date of birth. It is *exact* where number, all names and date of birth are
those of one line, and no other line has the same names and date. Everything else is for people to look at: lines that
look alike (``look_alikes``) or have the number are shown beside the row, and nothing is matched by itself (P8).

Codes of faults: those of ``processes.tables`` and ``missing_column``, ``missing_value``, ``says_too_little``,
``duplicate_account``, ``bad_date``, ``bad_email``, ``too_long``, ``hidden``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.processes.tables import MAX_FAULTS, BadTable, Fault, read_table

from .look_alikes import Person, look_alikes, name_of
from .roll_import import EMAIL, OTHER_NAMES, faults_of_texts, read_day

MAX_CLAIMS = 50_000
SAID = ("number", "family_name", "given_name", "birth_date")
TEXTS = ("number", "family_name", "given_name")
NAMES = {
    "account": ("account", "compte", "adresse_du_compte", "account_email", *OTHER_NAMES["email"]),
    **{name: OTHER_NAMES[name] for name in SAID},
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of the file: an account, and what is said of its holder."""

    line: int
    account: str
    number: str = ""
    family_name: str = ""
    given_name: str = ""
    birth_date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the roll with a right. ``account`` is the key of the account that it belongs to, if any."""

    key: int
    number: str
    family_name: str
    given_name: str
    birth_date: dt.date | None
    account: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """``exact``: the line that is meant beyond doubt; ``candidates``: lines that a person looks at, by their keys."""

    exact: Line | None = None
    candidates: tuple[int, ...] = ()


def read_claims(content: bytes) -> tuple[Claim, ...]:
    """Raises BadTable with every fault."""
    table = read_table(content, max_rows=MAX_CLAIMS, wanted={name for names in NAMES.values() for name in names})
    columns = {target: next((n for n in names if n in table.columns), "") for target, names in NAMES.items()}
    if not columns["account"]:
        raise BadTable([Fault(1, "missing_column", "account")])
    if not (columns["number"] or (columns["family_name"] and columns["birth_date"])):
        raise BadTable([Fault(1, "missing_column", "number")])
    faults: list[Fault] = []
    claims: dict[str, Claim] = {}
    for line, cells in table.rows:
        claim = _claim(line, {target: cells[name] if name else "" for target, name in columns.items()}, faults)
        if claim.account and claim.account in claims:
            faults.append(Fault(line, "duplicate_account", claim.account[:60]))
        claims.setdefault(claim.account, claim)
        if len(faults) >= MAX_FAULTS:
            raise BadTable([*faults[:MAX_FAULTS], Fault(line, "too_many_errors")])
    if faults:
        raise BadTable(faults)
    return tuple(claims.values())


def _claim(line: int, cells: Mapping[str, str], faults: list[Fault]) -> Claim:
    account = cells["account"].lower()
    if not account:
        faults.append(Fault(line, "missing_value", "account"))
    elif not EMAIL.fullmatch(account):
        faults.append(Fault(line, "bad_email", account[:60]))
    faults += faults_of_texts(line, {name: cells[name] for name in TEXTS})
    texts = {name: " ".join(cells[name].split()) for name in TEXTS}
    if not texts["number"] and not (texts["family_name"] and cells["birth_date"]):
        faults.append(Fault(line, "says_too_little"))
    return Claim(line, account, birth_date=read_day(line, cells["birth_date"], faults), **texts)


def find_lines(claims: Sequence[Claim], roll: Iterable[Line]) -> list[Found]:
    """For each claim the line or the lines that may be meant. The roll is walked through once, whatever its length."""
    said = [Person(-place, claim.family_name, claim.given_name, claim.birth_date) for place, claim in _placed(claims)]
    numbers = {claim.number for claim in claims} - {""}
    days = {claim.birth_date for claim in claims} - {None}
    names = {_in_order(person) for person in said} - {""}
    near: dict[int, Line] = {}
    by_number: dict[str, Line] = {}
    for line in roll:
        person = Person(line.key, line.family_name, line.given_name, line.birth_date)
        if line.number in numbers:
            by_number[line.number] = line
        elif line.birth_date not in days and _in_order(person) not in names:
            continue
        near[line.key] = line
    people = [Person(one.key, one.family_name, one.given_name, one.birth_date) for one in near.values()]
    alike: dict[int, dict[int, str]] = defaultdict(dict)
    for pair in look_alikes([*said, *people]):
        if pair.first < 0 < pair.second:
            alike[-pair.first][pair.second] = pair.why
    return [_found(claim, by_number.get(claim.number), alike[place]) for place, claim in _placed(claims)]


def _placed(claims: Sequence[Claim]) -> Iterable[tuple[int, Claim]]:
    """Counted from 1: keys of claims are negative, those of lines are not."""
    return enumerate(claims, start=1)


def _in_order(person: Person) -> str:
    return " ".join(sorted(name_of(person).split()))


def _found(claim: Claim, numbered: Line | None, alike: Mapping[int, str]) -> Found:
    """alike: key of a line → why it looks alike."""
    same = {key for key, why in alike.items() if why == "same"}
    if numbered and claim.birth_date and same == {numbered.key}:
        return Found(exact=numbered, candidates=(numbered.key,))
    first = [numbered.key] if numbered else []
    return Found(candidates=tuple(dict.fromkeys([*first, *sorted(same), *sorted(alike)])))
