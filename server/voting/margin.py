"""How close a result was: the number of ballots below which none could have changed which projects are funded.

Ballots that came too late are never opened, and some accounts hold only with an explanation. A reader asks whether that
could have changed the outcome. The answer is a number of *ballots*, each added or taken away; one that is altered is
one taken away and one added. It is a lower bound: fewer ballots than this, whatever they say, leave the set of winners
as it is; as many do not always suffice to change it.

k ballots move the distance of two projects by k at most: each gives the one a vote and not the other, or takes one
away. Where a ballot can give one project W votes, by rank or points, they move it by k · W: the bound is then the
number of votes found below, divided by W and rounded up. A project behind another by d votes comes to stand before it
with d ballots where it wins a draw (cheaper, or as cheap and listed earlier), else with d + 1. The first decision that
turns out otherwise is then one of these:

    a winner      fits where it stood, because nothing but winners was paid before it; so it lost its last vote, or
                  fell below the threshold. By ``greedy-no-skip`` also: who does not fit came before it
    not a winner  has the votes it needs, and fits: winners that stood before it, worth enough, now stand behind it.
                  By ``greedy-no-skip`` also: it came before the one that ended the count, or that one lost its votes

The bound is the least k at which one of them is possible, each project taken by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .answers import most_for_one
from .counting import Round, count


def margin_of(
    votes: Mapping[str, int], costs: Mapping[str, int], budget: int, rule: str, threshold: int = 1, *, weight: int = 1
) -> int | None:
    """Fewer ballots than this, added or taken away, change no winner. Arguments as for ``count``; weight: the most
    votes that one ballot gives one project.

    None where no number of ballots could: nothing is funded, and nothing on the ballot fits the budget.
    """
    outcome = count(votes, costs, budget, rule, threshold)
    turns = {turn.project: (place, turn) for place, turn in enumerate(outcome.rounds)}
    needed = max(1, threshold) if rule == "greedy-threshold" else 1
    order = list(costs)
    funded = [turn for turn in outcome.rounds if turn.decision == "funded"]
    ends = next((turn for turn in outcome.rounds if turn.decision == "does_not_fit"), None)

    def to_pass(ahead: Round, other: Round) -> int:
        """Ballots with which ``other`` comes to stand before one that stands ahead of it; 0 if it does already."""
        if turns[other.project][0] < turns[ahead.project][0]:
            return 0
        wins_draw = (other.cost, order.index(other.project)) < (ahead.cost, order.index(ahead.project))
        return ahead.votes - other.votes + (0 if wins_draw else 1)

    found = [turn.votes - needed + 1 for turn in funded]
    for turn in outcome.rounds:
        if turn.decision == "funded":
            continue
        lacking = max(1, needed - turn.votes)
        passing = sorted((to_pass(winner, turn), winner.cost) for winner in funded)
        if rule == "greedy-no-skip":
            found += _ways_without_skipping(turn, passing, ends, outcome.remaining, to_pass)
        elif (ballots := _to_fit(turn.cost, passing, budget)) is not None:
            found.append(max(lacking, ballots))
    fit_the_rest = [turn for turn in outcome.rounds if turn not in funded and turn.cost <= outcome.remaining]
    if rule == "greedy-no-skip" and ends and fit_the_rest:
        found.append(ends.votes)
    return -(-min(found) // weight) if found else None


def _to_fit(cost: int, passing: Sequence[tuple[int, int]], budget: int) -> int | None:
    """Ballots with which a project comes before winners worth enough to leave room for it; None if it never fits.

    passing: ``(ballots, cost)`` for each winner, the easiest to overtake first.
    """
    room = budget - sum(price for ballots, price in passing if ballots)
    if cost <= room:
        return 0
    for ballots, price in passing:
        room += price if ballots else 0
        if cost <= room:
            return ballots
    return None


def _ways_without_skipping(
    turn: Round,
    passing: Sequence[tuple[int, int]],
    ends: Round | None,
    remaining: int,
    to_pass: Callable[[Round, Round], int],
) -> list[int]:
    """Coming before a winner, it is paid or ends the count; where it fits the rest, it comes before who ended it."""
    ways = [max(1, passing[0][0])] if passing else []
    if turn.cost <= remaining:
        ways.append(max(1, to_pass(ends, turn) if ends else 0))
    return ways


def margin_of_result(definition: Mapping[str, Any], contest: Mapping[str, Any]) -> int | None:
    """The margin of a contest as ``result.json`` publishes it. None also where nothing has a cost: nobody is chosen."""
    if "rule" not in contest:
        return None
    of = next(one for one in definition["contests"] if one["id"] == contest["id"])
    costs = {choice["id"]: choice.get("cost", 0) for choice in of["choices"]}
    money = (contest["budget"], contest["rule"], contest["threshold"])
    return margin_of(contest["votes"], costs, *money, weight=most_for_one(of))
