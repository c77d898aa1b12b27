"""Is a ballot allowed? A pure check of choices against the contests of the frozen definition (``docs/protocol.md`` §3).

What does not fit is never trimmed to fit: the answer to that contest is invalid, counted as invalid and reported so
(row P21). A contest is

    {"id": "q1", "method": "approval" | "choose-1" | "knapsack" | "yes-no" | "ranked" | "score" | "dots",
     "min": 1, "max": 3, "max_cost": 40000000, "points": 10, "per_choice": 5,
     "choices": [{"id": "13", "cost": 400000, …}, …], …}

An answer is a list of choice ids, by ``ranked`` the most preferred first; by ``score`` and ``dots`` it is an object,
choice id → whole number:

    score     0 to ``points`` for each choice that is scored; one that is not mentioned counts as 0
    dots      1 to ``per_choice`` for each choice that gets any; ``points`` in all at the most

``min`` and ``max`` bound how many choices are named; ``max`` 0 and ``max_cost`` 0 set no limit, and ``choose-1`` and
``yes-no`` allow one choice whatever ``max`` says. Nothing named is a blank answer, an empty list or, where answers are
objects, an empty one: always allowed, reported apart; ``min`` does not touch it.

A whole ballot maps contest ids to answers. A contest that it does not mention is left blank. It may have been written
by a device that is not ours: an answer of another shape is ``malformed``, whatever else it is. Cases that Python and
JavaScript both run: ``tests/vectors/ballots.json``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypedDict

Status = Literal["valid", "blank", "invalid"]
Problem = Literal[
    "malformed", "unknown_choice", "repeated", "too_few", "too_many", "out_of_range", "too_many_points", "over_budget"
]
Answer = Sequence[str] | Mapping[str, int]
Choices = Mapping[str, Answer]
SINGLE = ("choose-1", "yes-no")  # one choice at the most
BY_POINTS = ("score", "dots")  # answers are objects
# What anybody can still look through. A door may hold less, and says so before freezing.
MOST_CHOICES = 200
MOST_RANKS = 20
MOST_POINTS = {"score": 20, "dots": 100}
MOST_PER_CHOICE = 20


class Choice(TypedDict):
    """One line of a contest; cost in cents (0 where nothing costs)."""

    id: str
    cost: NotRequired[int]


class Contest(TypedDict):
    """The part of a contest that decides which answers are allowed; ``points`` and ``per_choice`` where it has them."""

    id: str
    method: str
    min: int
    max: int
    max_cost: int
    points: NotRequired[int]
    per_choice: NotRequired[int]
    choices: Sequence[Choice]


def is_blank(chosen: Answer) -> bool:
    """Say whether nothing was chosen."""
    return not chosen


def most_named(contest: Contest) -> int:
    """How many choices an answer may name; 0 where there is no limit."""
    return 1 if contest["method"] in SINGLE else contest["max"]


def most_points(contest: Contest) -> int:
    """How many points an answer may give one choice, where answers are objects."""
    return contest["points"] if contest["method"] == "score" else min(contest["per_choice"], contest["points"])


def has_known_shape(answer: object) -> bool:
    """Whether this is an answer of some method: a list of text, or an object with whole numbers."""
    if isinstance(answer, list | tuple):
        return all(isinstance(one, str) for one in answer)
    # True is a number in Python, and 2.0 is 2: neither is a number of points.
    return isinstance(answer, Mapping) and all(isinstance(k, str) and type(n) is int for k, n in answer.items())


def has_shape(contest: Contest, answer: object) -> bool:
    """Whether an answer is of the shape that its method asks for; what it says is not looked at."""
    is_object = contest["method"] in BY_POINTS and answer not in ([], ())
    return has_known_shape(answer) and isinstance(answer, Mapping) == is_object


def check_choices(contest: Contest, chosen: Answer) -> list[Problem]:
    """Return what is wrong with one answer, in the order of ``Problem``; an empty list when it is allowed."""
    if not has_shape(contest, chosen):
        return ["malformed"]
    if is_blank(chosen):
        return []
    costs = {choice["id"]: choice.get("cost", 0) for choice in contest["choices"]}
    most = most_named(contest)
    total_cents = sum(costs.get(choice, 0) for choice in set(chosen))
    found: dict[Problem, bool] = {
        "unknown_choice": any(choice not in costs for choice in chosen),
        "repeated": len(set(chosen)) < len(chosen),
        "too_few": len(chosen) < contest["min"],
        "too_many": 0 < most < len(chosen),
        **_check_points(contest, chosen),
        "over_budget": 0 < contest["max_cost"] < total_cents,
    }
    return [problem for problem, is_there in found.items() if is_there]


def _check_points(contest: Contest, chosen: Answer) -> dict[Problem, bool]:
    if not isinstance(chosen, Mapping):
        return {}
    is_score = contest["method"] == "score"
    least, most = (0, contest["points"]) if is_score else (1, contest["per_choice"])
    return {
        "out_of_range": any(not least <= points <= most for points in chosen.values()),
        "too_many_points": not is_score and sum(chosen.values()) > contest["points"],
    }


def answer_status(contest: Contest, chosen: Answer) -> Status:
    """Return ``blank``, ``valid`` or ``invalid`` for the answer to one contest."""
    if check_choices(contest, chosen):
        return "invalid"
    return "blank" if is_blank(chosen) else "valid"


def ballot_status(contests: Sequence[Contest], choices: Choices) -> Status:
    """Return one word for a whole ballot: ``valid`` if any answer is valid, else ``invalid`` if any is, else ``blank``.

    An answer to a contest that is not on the ballot makes all of it invalid: it was not made on our form. Counting
    goes contest by contest: one spoiled answer takes nothing from the others.
    """
    if not set(choices) <= {contest["id"] for contest in contests}:
        return "invalid"
    statuses = {answer_status(contest, choices.get(contest["id"], ())) for contest in contests}
    return "valid" if "valid" in statuses else "invalid" if "invalid" in statuses else "blank"
