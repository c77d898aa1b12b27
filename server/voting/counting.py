"""From ballots to votes, and from votes to the projects that are funded: three greedy rules that real towns use.

All three go through the projects in one order: more votes first; equal votes: the cheaper first; equal cost too: the
order of the frozen definition. ``remaining`` starts as the whole budget. For each project in turn:

    nobody chose it               → ``no_vote``: never funded, by any rule
    greedy-threshold, fewer votes
    than the threshold            → ``below_threshold``
    cost ≤ remaining              → ``funded``; remaining is less by its cost
    cost > remaining              → ``does_not_fit``; ``greedy`` and ``greedy-threshold`` go on with the next one,
                                    ``greedy-no-skip`` ends here: every later project with a vote is ``stopped``

Where each ballot gives a choice one vote or none the threshold counts voters; by rank or points it counts those.
Reaching it is enough. Only ``greedy-threshold`` looks at it. All money is in cents.

Why nothing without a vote is funded: public money follows somebody's wish. Pabulib's own checker would fund such a
project where money is left; none of the published files that we compare with holds one, so no town contradicts.

A *tie* is flagged where votes are equal and the order among the equals decided who is funded: the reader should know
that a cheaper price or a place in the list, and not a vote, made the difference.

Rules as named by Pabulib (Faliszewski et al. 2023, "Participatory Budgeting: Data, Tools, and Analysis", IJCAI;
pabulib.org/format). Complexity: one sort, then one pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from server.voting.answers import votes_of
from server.voting.ballots import Choices, Contest, answer_status

Rule = Literal["greedy", "greedy-no-skip", "greedy-threshold"]
Decision = Literal["funded", "does_not_fit", "below_threshold", "stopped", "no_vote"]
RULES: tuple[Rule, ...] = ("greedy", "greedy-no-skip", "greedy-threshold")


class UnknownRule(ValueError):
    """A rule that this module does not count by."""


@dataclass(frozen=True, slots=True)
class Round:
    """What happened to one project when its turn came. ``remaining`` is the money left before; amounts in cents."""

    project: str
    votes: int
    cost: int
    remaining: int
    decision: Decision
    tie: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every project's round in the order of the rule; the winners in that order; money spent and left, in cents."""

    rounds: tuple[Round, ...]
    winners: tuple[str, ...]
    spent: int
    remaining: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes per choice in the definition's order; how many ballots were valid, blank and invalid in this contest."""

    votes: dict[str, int]
    valid: int
    blank: int
    invalid: int


def tally(contest: Contest, ballots: Iterable[Choices]) -> Tally:
    """Count one contest. A valid answer gives its choices the votes of its method (``answers.py``); others none."""
    votes = {choice["id"]: 0 for choice in contest["choices"]}
    seen = {"valid": 0, "blank": 0, "invalid": 0}
    for choices in ballots:
        chosen = choices.get(contest["id"], ())
        status = answer_status(contest, chosen)
        seen[status] += 1
        if status == "valid":
            for choice, given in votes_of(contest, chosen).items():
                votes[choice] += given
    return Tally(votes, **seen)


def count(votes: Mapping[str, int], costs: Mapping[str, int], budget: int, rule: str, threshold: int = 1) -> Outcome:
    """Decide which projects are funded.

    votes: project id → votes (none means 0); costs: project id → cents, **in the definition's order**; budget: cents;
    threshold: least votes for ``greedy-threshold``. Raises UnknownRule, and ValueError for an amount below zero.
    """
    if rule not in RULES:
        raise UnknownRule(rule)
    if budget < 0 or any(cost < 0 for cost in costs.values()):
        raise ValueError("an amount is below zero")
    turns = sorted(
        costs, key=lambda project: (-votes.get(project, 0), costs[project])
    )  # sorted() keeps equals in order
    rounds: list[Round] = []
    remaining, is_stopped = budget, False
    for project in turns:
        given, cost = votes.get(project, 0), costs[project]
        fits = cost <= remaining
        decision = _decision(rule, given >= threshold, given > 0, fits, is_stopped)
        rounds.append(Round(project, given, cost, remaining, decision))
        remaining -= cost if decision == "funded" else 0
        is_stopped = is_stopped or (rule == "greedy-no-skip" and decision == "does_not_fit")
    winners = tuple(turn.project for turn in rounds if turn.decision == "funded")
    return Outcome(tuple(_with_ties(rounds, rule)), winners, budget - remaining, remaining)


def _decision(rule: str, reaches: bool, is_wanted: bool, fits: bool, is_stopped: bool) -> Decision:
    if not is_wanted:
        return "no_vote"
    if rule == "greedy-threshold" and not reaches:
        return "below_threshold"
    if is_stopped:
        return "stopped"
    return "funded" if fits else "does_not_fit"


def _with_ties(rounds: Sequence[Round], rule: str) -> list[Round]:
    """Flag the projects that equal votes left to price and place."""
    flagged: list[Round] = []
    start = 0
    while start < len(rounds):
        end = start
        while end < len(rounds) and rounds[end].votes == rounds[start].votes:
            end += 1
        flagged += _flag_group(rounds[start:end], rule)
        start = end
    return flagged


def _flag_group(group: Sequence[Round], rule: str) -> list[Round]:
    """Flag those of one group of equals that could have been funded, if another order would have funded others.

    Another order does so exactly when one of them fitted before the group's first turn and was not funded, or, where
    the first that does not fit ends everything, when some were funded and some not.
    """
    could_be = [
        turn.decision in ("funded", "does_not_fit", "stopped") and turn.cost <= group[0].remaining for turn in group
    ]
    funded = [turn.decision == "funded" for turn in group]
    is_open = group[0].decision != "stopped"  # the rule had ended before: no order among these changes anything
    decides = any(could and not won for could, won in zip(could_be, funded, strict=True))
    decides = decides or (rule == "greedy-no-skip" and any(funded) and not all(funded))
    return [
        Round(turn.project, turn.votes, turn.cost, turn.remaining, turn.decision, is_open and decides and could)
        for turn, could in zip(group, could_be, strict=True)
    ]
