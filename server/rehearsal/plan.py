"""Who votes where: a pure plan made from a real vote, the same for the same seed.

Voters whose ``voting_method`` is *paper* vote on paper; *internet* voters go half to the web door and half to the
kiosks; a file without methods is split in three. A conflict gives one voter a second ballot that must not count.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from server.budgets.pabulib import Instance, Vote
from server.opendata.published import PLAIN_ID

MAX_CHOICES = 40
RULES = ("greedy", "greedy-no-skip", "greedy-threshold")
TYPES = ("approval", "choose-1")


class CannotRehearse(Exception):
    """The file asks for something that is not built: said before anything is created. ``code`` is stable."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass
class Voter:
    """One voter of the file. ``extra_door`` is where the ballot that must not count goes in; ``extra`` its choices."""

    number: int
    choices: tuple[str, ...]
    door: str
    extra_door: str = ""
    extra: tuple[str, ...] = ()
    by_account: bool = False


@dataclass
class Plan:
    instance: Instance
    method: str
    rule: str
    min_choices: int
    max_choices: int
    max_cost: int
    threshold: int
    # Our identifier of each project → the file's. They differ only where the file's could not stand in our tables.
    ids: dict[str, str]
    voters: list[Voter] = field(default_factory=list)

    def at(self, door: str) -> list[Voter]:
        return [voter for voter in self.voters if voter.door == door]

    def expected_votes(self) -> dict[str, int]:
        """Votes of every project as the voters taken cast them, by our identifiers."""
        votes = Counter(choice for voter in self.voters for choice in voter.choices)
        return {code: votes[code] for code in self.ids}

    @property
    def extras(self) -> int:
        return sum(1 for voter in self.voters if voter.extra_door)


def refuse_unsupported(instance: Instance) -> None:
    """Raise CannotRehearse for types, rules and sizes that are not built."""
    if instance.vote_type not in TYPES:
        raise CannotRehearse("vote_type", f"votes of type {instance.vote_type!r} are not supported")
    if instance.rule not in RULES:
        raise CannotRehearse("rule", f"the rule {instance.rule!r} is not supported")
    if len(instance.projects) > MAX_CHOICES:
        count = len(instance.projects)
        raise CannotRehearse("too_many_choices", f"{count} projects; one sheet holds at most {MAX_CHOICES}")
    if any(project.cost <= 0 for project in instance.projects):
        raise CannotRehearse("no_cost", "a project costs nothing; a budget vote needs costs")
    if instance.budget <= 0:
        raise CannotRehearse("no_budget", "the budget is nothing")
    if not instance.votes:
        raise CannotRehearse("no_votes", "the file holds no votes")
    if instance.vote_type == "choose-1" and any(len(vote.choices) > 1 for vote in instance.votes):
        raise CannotRehearse("contradiction", "a ballot of a single choice names several projects")


def make_plan(instance: Instance, *, limit: int | None, conflicts: int, seed: int) -> Plan:
    """Plan the rehearsal. Raises CannotRehearse before anything is created."""
    refuse_unsupported(instance)
    rng = random.Random(seed)
    plan = Plan(instance=instance, ids=_identifiers(instance), **_rules(instance))
    plan.voters = _take(instance, plan.ids, limit, rng)
    _split_doors(plan.voters, instance, rng)
    for voter in plan.at("web")[:10]:
        voter.by_account = True
    _add_conflicts(plan, conflicts, rng)
    return plan


def _identifiers(instance: Instance) -> dict[str, str]:
    names = [project.id for project in instance.projects]
    if all(PLAIN_ID.fullmatch(name) for name in names):
        return {name: name for name in names}
    return {f"p{number}": name for number, name in enumerate(names, start=1)}


def _rules(instance: Instance) -> dict[str, Any]:
    """Method and bounds. Where ballots of the file lie outside its own bounds, the bounds are those of its ballots:
    the town counted them, so we must be able to take them."""
    is_single = instance.vote_type == "choose-1"
    costs = instance.costs()
    sizes = [len(vote.choices) for vote in instance.votes if vote.choices] or [1]
    spent = max((sum(costs[c] for c in vote.choices) for vote in instance.votes), default=0)
    most = instance.whole("max_length")
    return {
        "method": "choose-1" if is_single else "knapsack" if instance.max_sum_cost else "approval",
        "rule": instance.rule,
        "min_choices": 1 if is_single else min(instance.whole("min_length", 1) or 1, *sizes, len(costs)),
        "max_choices": 1 if is_single else min(max(most, *sizes), len(costs)) if most else 0,
        "max_cost": max(instance.max_sum_cost, spent) if instance.max_sum_cost else 0,
        # More than there are votes is as good as one more than that: nothing is funded.
        "threshold": max(1, min(instance.whole("min_project_score_threshold", 1), len(instance.votes) + 1)),
    }


def method_of(vote: Vote) -> str:
    """``paper``, ``internet`` …: towns write it in small letters or large."""
    return vote.voting_method.strip().casefold()


def _take(instance: Instance, ids: dict[str, str], limit: int | None, rng: random.Random) -> list[Voter]:
    """All voters, or a seeded sample that keeps the file's share of each method."""
    groups: dict[str, list[int]] = {}
    for number, vote in enumerate(instance.votes):
        groups.setdefault(method_of(vote), []).append(number)
    chosen = sorted(number for numbers in groups.values() for number in numbers)
    if limit is not None and limit < len(chosen):
        chosen = sorted(_sample(groups, limit, rng))
    ours = {name: code for code, name in ids.items()}
    votes = instance.votes
    return [
        Voter(number, tuple(ours[choice] for choice in votes[number].choices), method_of(votes[number]))
        for number in chosen
    ]


def _sample(groups: dict[str, list[int]], limit: int, rng: random.Random) -> list[int]:
    """Largest remainders: shares rounded down, the rest to those that lost most by it."""
    total = sum(map(len, groups.values()))
    exact = {method: limit * len(numbers) / total for method, numbers in groups.items()}
    sizes = {method: int(share) for method, share in exact.items()}
    by_loss = sorted(groups, key=lambda method: (sizes[method] - exact[method], method))
    for method in by_loss[: limit - sum(sizes.values())]:
        sizes[method] += 1
    return [number for method, numbers in sorted(groups.items()) for number in rng.sample(numbers, sizes[method])]


def _split_doors(voters: list[Voter], instance: Instance, rng: random.Random) -> None:
    has_methods = any(method_of(vote) for vote in instance.votes)
    free = [voter for voter in voters if voter.door != "paper"]
    rng.shuffle(free)
    doors = ("web", "kiosk") if has_methods else ("web", "kiosk", "paper")
    for place, voter in enumerate(free):
        voter.door = doors[place % len(doors)]


KINDS = (("kiosk", "web"), ("paper", "web"), ("kiosk", "kiosk"))


def _add_conflicts(plan: Plan, conflicts: int, rng: random.Random) -> None:
    """A third each: web + kiosk, web + paper, one pass at two kiosks. What one kind has no voters for, the others take.

    Raises CannotRehearse where more are asked than there are voters in person who can cast a second ballot.
    """
    ballots = _some_ballots(plan)
    for place in range(conflicts):
        for door, extra_door in (*KINDS[place % 3 :], *KINDS[: place % 3]):
            free = [
                voter
                for voter in plan.at(door)
                if not voter.extra_door and (extra_door == "kiosk" or _others(ballots, voter))
            ]
            if free:
                voter = rng.choice(free)
                voter.extra_door = extra_door
                voter.extra = voter.choices if extra_door == "kiosk" else _other_choices(plan, ballots, voter, rng)
                break
        else:
            raise CannotRehearse("too_many_conflicts", f"there is room for {place} conflicts, not for {conflicts}")


def _other_choices(plan: Plan, ballots: list[tuple[str, ...]], voter: Voter, rng: random.Random) -> tuple[str, ...]:
    """A valid ballot that differs from the voter's own: drawn, or found where hardly another is possible."""
    costs = _costs(plan)
    least, most = _bounds(plan)
    for _attempt in range(200):
        chosen = tuple(rng.sample(sorted(costs), rng.randint(least, most)))
        is_affordable = not plan.max_cost or sum(costs[code] for code in chosen) <= plan.max_cost
        if is_affordable and set(chosen) != set(voter.choices):
            return chosen
    return _others(ballots, voter)[0]


def _others(ballots: list[tuple[str, ...]], voter: Voter) -> list[tuple[str, ...]]:
    return [chosen for chosen in ballots if set(chosen) != set(voter.choices)]


def _some_ballots(plan: Plan) -> list[tuple[str, ...]]:
    """A few valid ballots: two at least, if there are two.

    Of each size the cheapest choices, and those with the last exchanged for the next. If any two ballots are valid,
    two of these are: of two sizes the cheapest of each, of one size the cheapest two.
    """
    costs = _costs(plan)
    cheapest = sorted(costs, key=lambda code: (costs[code], code))
    least, most = _bounds(plan)
    found = []
    for size in range(least, most + 1):
        found.append(cheapest[:size])
        if size < len(cheapest):
            found.append([*cheapest[: size - 1], cheapest[size]])
    return [tuple(one) for one in found if not plan.max_cost or sum(costs[code] for code in one) <= plan.max_cost]


def _bounds(plan: Plan) -> tuple[int, int]:
    """Least and most choices of a ballot that is not blank."""
    least = max(1, plan.min_choices)
    return least, max(least, min(plan.max_choices or len(plan.ids), len(plan.ids)))


def _costs(plan: Plan) -> dict[str, int]:
    costs = plan.instance.costs()
    return {code: costs[name] for code, name in plan.ids.items()}
