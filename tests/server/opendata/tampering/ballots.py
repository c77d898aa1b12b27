"""What a publisher does to ballots, definition and tables, and signs anew."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from server.ledger.keys import key_hash

from .engine import Folder, NotHere, contest_of, publisher, some


def altered_row(folder: Folder, rng: random.Random, change: Callable[[str, str], str], of: str = "") -> None:
    """Alter one row (of a status) and sort again. change: cells, status → row."""
    head, *rows = folder.rows
    place = some(rng, [i for i, row in enumerate(rows) if row.endswith(of)])
    cells, _comma, status = rows[place].rpartition(",")
    rows[place] = change(cells, status)
    folder.rows = [head, *sorted(rows)]


@publisher
def a_ballot_is_called_valid(folder: Folder, rng: random.Random) -> None:
    altered_row(folder, rng, lambda cells, _status: f"{cells},valid", of="invalid")


@publisher
def a_ballot_is_called_invalid(folder: Folder, rng: random.Random) -> None:
    altered_row(folder, rng, lambda cells, _status: f"{cells},invalid", of=",valid")


@publisher
def a_ballot_is_called_something_else(folder: Folder, rng: random.Random) -> None:
    altered_row(folder, rng, lambda cells, _status: f"{cells},perhaps")


@publisher
def a_ballot_chooses_what_was_not_on_it(folder: Folder, rng: random.Random) -> None:
    altered_row(folder, rng, lambda cells, _status: f"{cells}{' ' if cells else ''}unheard-of,valid", of=",valid")


@publisher
def a_ballot_chooses_too_much(folder: Folder, rng: random.Random) -> None:
    ids = " ".join(choice["id"] for choice in contest_of(folder.json("definition.json"))["choices"])
    altered_row(folder, rng, lambda cells, _status: f"{ids}{',' * cells.count(',')},valid", of=",valid")


@publisher
def a_ballot_chooses_one_thing_twice(folder: Folder, rng: random.Random) -> None:
    altered_row(folder, rng, lambda cells, _status: f"{cells.split(' ')[0]} {cells},valid", of=",valid")


@publisher
def a_blank_ballot_votes(folder: Folder, rng: random.Random) -> None:
    first = contest_of(folder.json("definition.json"))["choices"][0]["id"]
    altered_row(folder, rng, lambda cells, _status: f"{first}{cells},valid", of=",blank")


@publisher
def a_ballot_has_a_column_more(folder: Folder, rng: random.Random) -> None:
    altered_row(folder, rng, lambda cells, status: f"{cells},,{status}")


@publisher
def ballots_are_not_sorted(folder: Folder, rng: random.Random) -> None:
    head, *rows = folder.rows
    folder.rows = [head, *reversed(rows)]


@publisher
def the_columns_have_other_names(folder: Folder, rng: random.Random) -> None:
    head, *rows = folder.rows
    folder.rows = [head + "x", *rows]


def _counted_again(folder: Folder, rows: list[str]) -> None:
    """He puts these ballots and mends the numbers of the result that depend on them, votes aside."""
    folder.rows = rows
    difference = len(rows) - 1 - folder.json("result.json")["turnout"]["ballots"]

    def mend(data: dict) -> None:
        contest = contest_of(data)
        data["turnout"]["ballots"] += difference
        data.pop("by_door", None)
        contest["ballots"] += difference
        for name in ("valid", "blank", "invalid"):
            contest[name] = sum(row.endswith(f",{name}") for row in rows[1:])
        for name in contest["votes"]:
            contest["votes"][name] = sum(
                name in row.split(",")[0].split(" ") for row in rows[1:] if row.endswith(",valid")
            )

    folder.edit("result.json", mend)


@publisher
def a_ballot_is_added_and_the_result_mended(folder: Folder, rng: random.Random) -> None:
    head, *rows = folder.rows
    _counted_again(folder, [head, *sorted([*rows, some(rng, rows)])])


@publisher
def a_ballot_is_left_out_and_the_result_mended(folder: Folder, rng: random.Random) -> None:
    head, *rows = folder.rows
    rows.pop(rng.randrange(len(rows)))
    _counted_again(folder, [head, *rows])


# -- the definition, the tables, the list of files


def _definition_kind(name: str, change: Callable[[dict, random.Random], object], *, is_mended: bool) -> None:
    """Another definition; mended: its new hash is told in the result and in the accounts."""

    def tamper(folder: Folder, rng: random.Random) -> None:
        data = folder.json("definition.json")
        change(data, rng)
        folder.files["definition.json"] = json.dumps(data, ensure_ascii=False).encode()
        if is_mended:
            for file in ("result.json", "accounts.json"):
                folder.edit(file, lambda told: told.update(definition=key_hash(folder.files["definition.json"])))

    tamper.__name__ = name + ("_everywhere" if is_mended else "")
    publisher(tamper)


for _name, _change in {
    "the_budget_is_another": lambda d, r: d.update(budget=d["budget"] * 2),
    "a_project_costs_something_else": lambda d, r: r.choice(contest_of(d)["choices"]).update(cost=100),
    "a_project_has_another_title": lambda d, r: r.choice(contest_of(d)["choices"]).update(title={"fr": "Autre"}),
    "a_project_is_not_on_the_ballot": lambda d, r: contest_of(d)["choices"].pop(),
    "more_choices_are_allowed": lambda d, r: contest_of(d).update(max=contest_of(d)["max"] + 1),
    "the_rule_is_another": lambda d, r: d["count"].update(
        rule="greedy-no-skip" if d["count"]["rule"] == "greedy" else "greedy"
    ),
    "the_definition_is_of_another_house": lambda d, r: d.update(log_id=r.randbytes(32).hex()),
}.items():
    _definition_kind(_name, _change, is_mended=False)
    _definition_kind(_name, _change, is_mended=True)


def altered_table(folder: Folder, rng: random.Random, name: str, change: Callable[[list[str]], str], skip: int) -> None:
    lines = folder.files[name].decode().split("\n")
    place = rng.randrange(skip, len(lines) - 1)
    lines[place] = change(lines[place].split(","))
    folder.files[name] = "\n".join(lines).encode()


@publisher
def the_table_of_projects_has_other_votes(folder: Folder, rng: random.Random) -> None:
    altered_table(folder, rng, "projects.csv", lambda row: ",".join([*row[:-2], str(int(row[-2]) + 1), row[-1]]), 1)


@publisher
def the_table_of_projects_has_another_outcome(folder: Folder, rng: random.Random) -> None:
    altered_table(folder, rng, "projects.csv", lambda row: ",".join([*row[:-1], "1" if row[-1] == "0" else "0"]), 1)


@publisher
def the_table_of_projects_has_another_cost(folder: Folder, rng: random.Random) -> None:
    altered_table(folder, rng, "projects.csv", lambda row: ",".join([*row[:-3], row[-3] + "0", *row[-2:]]), 1)


@publisher
def the_table_of_projects_has_a_row_less(folder: Folder, rng: random.Random) -> None:
    lines = folder.files["projects.csv"].decode().split("\n")
    lines.pop(rng.randrange(1, len(lines) - 1))
    folder.files["projects.csv"] = "\n".join(lines).encode()


@publisher
def the_researchers_file_has_a_vote_less(folder: Folder, rng: random.Random) -> None:
    lines = folder.files["result.pb"].decode().split("\n")
    if not lines[-2].split(";")[0].isdecimal():
        raise NotHere
    folder.files["result.pb"] = "\n".join([*lines[:-2], ""]).encode()


@publisher
def the_researchers_file_has_another_vote(folder: Folder, rng: random.Random) -> None:
    head, _votes, rest = folder.files["result.pb"].decode().partition("\nvoter_id;vote\n")
    ids = [choice["id"] for choice in contest_of(folder.json("definition.json"))["choices"]]
    lines = rest.split("\n")[:-1]
    place = some(rng, range(len(lines)))
    lines[place] = f"{place + 1};{rng.choice(ids)}"
    folder.files["result.pb"] = "\n".join([head, "voter_id;vote", *lines, ""]).encode()


@publisher
def the_list_of_files_has_one_less(folder: Folder, rng: random.Random) -> None:
    del folder.files[some(rng, [name for name in folder.listed() if name.endswith((".py", ".pb", "projects.csv"))])]


@publisher
def the_list_of_files_has_one_more(folder: Folder, rng: random.Random) -> None:
    folder.files["another.txt"] = b"hello"
