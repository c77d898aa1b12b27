"""Is a ballot allowed? A pure check of choices against the contests of the frozen definition (``docs/protocol.md`` §3).

What does not fit is never trimmed to fit: the answer to that contest is invalid, counted as invalid and reported so
(row P21). A contest is

    {"id": "q1", "method": "approval" | "choose-1" | "knapsack", "min": 1, "max": 3, "max_cost": 40000000,
     "choices": [{"id": "13", "cost": 400000, …}, …], …}

where ``max`` 0 and ``max_cost`` 0 set no limit, and ``choose-1`` allows one choice whatever ``max`` says. No choice at
all is a blank answer: always allowed, reported apart; ``min`` does not touch it.

A whole ballot maps contest ids to lists of choice ids. A contest that it does not mention is left blank. Cases that
Python and JavaScript both run: ``tests/vectors/ballots.json``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypedDict

Status = Literal["valid", "blank", "invalid"]
Problem = Literal["unknown_choice", "repeated", "too_few", "too_many", "over_budget"]
Choices = Mapping[str, Sequence[str]]


class Choice(TypedDict):
    """One line of a contest; cost in cents (0 where nothing costs)."""

    id: str
    cost: NotRequired[int]


class Contest(TypedDict):
    """The part of a contest that decides which answers are allowed."""

    id: str
    method: str
    min: int
    max: int
    max_cost: int
    choices: Sequence[Choice]


def is_blank(chosen: Sequence[str]) -> bool:
    """Say whether nothing was chosen."""
    return not chosen


def check_choices(contest: Contest, chosen: Sequence[str]) -> list[Problem]:
    """Return what is wrong with one answer, in the order of ``Problem``; an empty list when it is allowed."""
    if is_blank(chosen):
        return []
    costs = {choice["id"]: choice.get("cost", 0) for choice in contest["choices"]}
    most = 1 if contest["method"] == "choose-1" else contest["max"]
    total_cents = sum(costs.get(choice, 0) for choice in set(chosen))
    found: dict[Problem, bool] = {
        "unknown_choice": any(choice not in costs for choice in chosen),
        "repeated": len(set(chosen)) < len(chosen),
        "too_few": len(chosen) < contest["min"],
        "too_many": 0 < most < len(chosen),
        "over_budget": 0 < contest["max_cost"] < total_cents,
    }
    return [problem for problem, is_there in found.items() if is_there]


def answer_status(contest: Contest, chosen: Sequence[str]) -> Status:
    """Return ``blank``, ``valid`` or ``invalid`` for the answer to one contest."""
    if is_blank(chosen):
        return "blank"
    return "invalid" if check_choices(contest, chosen) else "valid"


def ballot_status(contests: Sequence[Contest], choices: Choices) -> Status:
    """Return one word for a whole ballot: ``valid`` if any answer is valid, else ``invalid`` if any is, else ``blank``.

    An answer to a contest that is not on the ballot makes all of it invalid: it was not made on our form. Counting
    goes contest by contest: one spoiled answer takes nothing from the others.
    """
    if not set(choices) <= {contest["id"] for contest in contests}:
        return "invalid"
    statuses = {answer_status(contest, choices.get(contest["id"], ())) for contest in contests}
    return "valid" if "valid" in statuses else "invalid" if "invalid" in statuses else "blank"
