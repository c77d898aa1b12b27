"""F15, the adversary who wants to know who voted what: X17, X18.

He stood at the desk and wrote down who came, in order, and who then went to a kiosk and who asked for a sheet. He has
everything that is published, and the image of every sheet with its serial. He puts the people in their order beside the
ballots in every order that the files offer, and reads off who chose what. Where nothing links the two, he is right as
often as if he had shuffled the ballots.
"""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

PEOPLE = 2000
KIOSKS = 3
MOST_ADVANTAGE = 0.02

Ballot = tuple[str, ...]
Guesses = dict[int, Ballot]


def link(seed: int, people: int = PEOPLE) -> dict[str, Any]:
    """Hold a vote in the hall, publish it, attack it; advantages are shares of people beyond chance."""
    from server.opendata.actions import published_folder

    rng = random.Random(seed)
    hall, truth, images = _hold(people, rng)
    passes = {"passes_unused": len(hall.stack), "passes_spoiled": 0, "passes_returned": 0}
    box = hall.finish(**passes, sheets_in_box=len(images), sheets_unused=people // 2 - len(images))
    public = Public(published_folder(box), box.definition_hash)
    found = {}
    for name, guesses in public.attacks(truth, images).items():
        right = sum(truth[person][1] == guess for person, guess in guesses.items()) / len(guesses)
        found[name] = round(right - _chance(list(guesses.values()), [truth[person][1] for person in guesses]), 4)
    best = max(found, key=found.__getitem__)
    return {
        "persons": people,
        "attacks": len(found),
        "advantage_at_most": found[best],
        "best_attack": best,
        "header_shapes": public.shapes(),
        "advantages": found,
    }


def is_within(counts: dict[str, Any]) -> bool:
    return counts["advantage_at_most"] <= MOST_ADVANTAGE and counts["header_shapes"] == 2


def _hold(
    people: int, rng: random.Random, **facts: Any
) -> tuple[Any, list[tuple[str, Ballot]], list[tuple[str, Ballot]]]:
    """The vote; door and choices of each person in the order at the desk; the images in the order of the scanner."""
    from tests.server.votes import on_paper, print_sheets

    from .hall import ask_for_sheet, at_kiosk, choose, make_hall

    hall = make_hall(people, kiosks=KIOSKS, **facts)
    sheets = print_sheets(hall, people // 2)
    truth, in_urn = [], []
    for person in range(people):
        code, chosen = hall.hand_over(person), tuple(sorted(choose(rng)))
        if len(in_urn) < len(sheets) and rng.random() < 0.5:
            ask_for_sheet(hall, code)
            in_urn.append((*sheets[len(in_urn)], chosen))
            truth.append(("paper", chosen))
        else:
            at_kiosk(hall, rng.choice(hall.kiosks), code, list(chosen))
            truth.append(("kiosk", chosen))
    rng.shuffle(in_urn)  # an urn is emptied onto a table
    for _serial, sheet, chosen in in_urn:
        on_paper(hall, sheet, list(chosen))
    hall.close_kiosks()
    return hall, truth, [(serial.text, chosen) for serial, _sheet, chosen in in_urn]


def _chance(guesses: list[Ballot], truths: list[Ballot]) -> float:
    """How often a shuffled deck of these guesses is right."""
    told, true = Counter(guesses), Counter(truths)
    return sum(told[ballot] * true[ballot] for ballot in told) / len(truths) ** 2


class Public:
    """The published folder as the adversary reads it."""

    def __init__(self, folder: Path, definition: str) -> None:
        lines = (folder / "log.jsonl").read_text().splitlines()
        headers = [json.loads(json.loads(line)["header"]) for line in lines]
        self.ballots = [one for one in headers if one["type"] == "ballot.sealed" and one["def"] == definition]
        with (folder / "cast_vote_records.csv").open() as file:
            self.rows = [tuple(sorted(row["q1"].split())) for row in csv.DictReader(file)]

    def shapes(self) -> int:
        """How many kinds of ballot header there are, hashes and counters apart: one for each door, at best."""
        plain = ("v", "type", "tv", "space", "meeting", "actor", "len", "att")
        return len({json.dumps([one[name] for name in plain]) for one in self.ballots})

    def attacks(self, truth: list[tuple[str, Ballot]], images: list[tuple[str, Ballot]]) -> dict[str, Guesses]:
        """Every way to lay people and ballots side by side; guesses by person."""
        everyone = range(len(truth))
        paper = [person for person in everyone if truth[person][0] == "paper"]
        kiosk = [person for person in everyone if truth[person][0] == "kiosk"]
        orders: dict[str, Callable[[dict], Any]] = {
            name: (lambda one, name=name: one[name]) for name in ("subj_c", "body_c", "prev", "seq", "dev")
        }
        found = {"rows as published": dict(zip(everyone, self.rows, strict=True))}
        for name, key in orders.items():
            # The k-th of the headers in this order is the k-th row; the k-th header in the log is the k-th to come.
            ranks = sorted(range(len(self.ballots)), key=lambda place, key=key: (key(self.ballots[place]), place))
            rows: list[Ballot] = [()] * len(self.rows)
            for row, place in enumerate(ranks):
                rows[place] = self.rows[row]
            found[f"rows by {name}"] = dict(zip(everyone, rows, strict=True))
        found["images as scanned"] = dict(zip(paper, (chosen for _serial, chosen in images), strict=True))
        by_serial = [chosen for _serial, chosen in sorted(images)]
        found["images by serial"] = dict(zip(paper, by_serial, strict=True))
        # The images tell the paper votes: what is left over are the votes at kiosks, still sorted.
        rest = list((Counter(self.rows) - Counter(chosen for _serial, chosen in images)).elements())
        found["rows without images"] = dict(zip(kiosk, rest, strict=True))
        return found
