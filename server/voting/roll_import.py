"""A roll from a file: CSV or XLSX with one row a person. Pure: nothing is written here.

Columns (French names stand beside the English ones):

    number       no, numero, id                               needed, once each: the number on the roll
    family_name  name, nom, nom_de_famille                    needed
    given_name   prenom, prenoms                              optional
    birth_date   date_de_naissance, ne_le; 1980-05-31 or 31/05/1980   optional, helps to tell people apart
    address      adresse                                      optional
    email        mail, courriel                               optional

A row whose number is on the roll changes that entry; others are new; entries that the file does not name stay. People
who share names and date of birth are shown as possible twins and never joined: whether they are one person is for
people to say (P8).
Codes of faults: those of ``processes.tables`` and ``missing_column``, ``missing_value``, ``duplicate_number``,
``bad_date``, ``bad_email``, ``too_long``, ``hidden``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from server.processes.tables import HIDDEN, MAX_FAULTS, BadTable, Fault, open_table

MAX_PEOPLE = 200_000
OTHER_NAMES = {
    "number": ("number", "no", "n", "numero", "id", "numero_d_electeur", "numero_electeur"),
    "family_name": ("family_name", "last_name", "surname", "name", "nom", "nom_de_famille", "nom_de_naissance"),
    "given_name": ("given_name", "first_name", "given_names", "prenom", "prenoms", "prenom_s"),
    "birth_date": ("birth_date", "date_of_birth", "born", "date_de_naissance", "naissance", "ne_le", "ne_e_le"),
    "address": ("address", "adresse"),
    "email": ("email", "e_mail", "mail", "courriel", "adresse_electronique"),
}
NEEDED = ("number", "family_name")
LONGEST = {"number": 40, "family_name": 120, "given_name": 120, "address": 300, "email": 254}
EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,189}")
FRENCH_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


@dataclass(frozen=True, slots=True)
class Person:
    """One row. ``line`` is 0 for an entry that is already on the roll."""

    line: int
    number: str
    family_name: str
    given_name: str = ""
    birth_date: dt.date | None = None
    address: str = ""
    email: str = ""

    @property
    def facts(self) -> tuple[object, ...]:
        return (self.family_name, self.given_name, self.birth_date, self.address, self.email)


def guess_columns(columns: Collection[str]) -> dict[str, str]:
    """Which column is what, by the names that files are known to use; "" where none fits."""
    return {target: next((n for n in names if n in columns), "") for target, names in OTHER_NAMES.items()}


def read_people(content: bytes, columns: Mapping[str, str] | None = None) -> tuple[Person, ...]:
    """Raises BadTable with every fault. columns: which of the file's columns is what, where somebody said so."""
    return tuple(stream_people(content, columns))


def stream_people(content: bytes, columns: Mapping[str, str] | None = None) -> Iterator[Person]:
    """The same, one after another: 200,000 of them need not be held at once.

    What is wrong is raised at the end, so whoever writes on the way must be able to take all of it back. Columns that
    are missing are told before the first row.
    """
    wanted = set(columns.values()) if columns else {name for names in OTHER_NAMES.values() for name in names}
    table = open_table(content, max_rows=MAX_PEOPLE, wanted=wanted - {""})
    columns = {**dict.fromkeys(OTHER_NAMES, ""), **(columns or guess_columns(table.columns))}
    if missing := [name for name in NEEDED if columns[name] not in table.columns]:
        raise BadTable([Fault(1, "missing_column", name) for name in missing])
    columns = {target: name if name in table.columns else "" for target, name in columns.items()}
    faults: list[Fault] = []
    numbers: set[str] = set()
    for line, cells in table:
        person = _person(line, {target: cells[name] if name else "" for target, name in columns.items()}, faults)
        if person.number in numbers:
            if person.number:
                faults.append(Fault(line, "duplicate_number", person.number[:60]))
        else:
            numbers.add(person.number)
            yield person
        if len(faults) >= MAX_FAULTS:
            raise BadTable([*faults[:MAX_FAULTS], Fault(line, "too_many_errors")])
    if faults:
        raise BadTable(faults)


def _person(line: int, cells: Mapping[str, str], faults: list[Fault]) -> Person:
    for name in NEEDED:
        if not cells[name]:
            faults.append(Fault(line, "missing_value", name))
    faults += faults_of_texts(line, {name: cells[name] for name in LONGEST})
    if cells["email"] and not EMAIL.fullmatch(cells["email"]):
        faults.append(Fault(line, "bad_email", cells["email"][:60]))
    texts = {name: " ".join(cells[name].split()) for name in LONGEST}
    return Person(line, birth_date=read_day(line, cells["birth_date"], faults), **texts)


def faults_of_texts(line: int, cells: Mapping[str, str]) -> list[Fault]:
    """What is wrong with texts about a person, as text: too long for the roll, or with signs that nobody sees."""
    faults = []
    for name, text in cells.items():
        if len(text) > LONGEST[name]:
            faults.append(Fault(line, "too_long", name))
        if HIDDEN.search(text):
            faults.append(Fault(line, "hidden", name))
    return faults


def read_day(line: int, text: str, faults: list[Fault]) -> dt.date | None:
    if not text:
        return None
    try:
        if found := FRENCH_DATE.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
            return _plausible(dt.date(year, month, day))
        return _plausible(dt.date.fromisoformat(text[:10]) if re.match(r"\d{4}-", text) else dt.date.min)
    except ValueError:
        faults.append(Fault(line, "bad_date", text[:60]))
        return None


def _plausible(day: dt.date) -> dt.date:
    if not 1880 <= day.year <= 2100:
        raise ValueError
    return day
