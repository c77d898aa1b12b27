"""Who votes where: a pure plan made from a real vote, the same for the same seed.

Voters whose ``voting_method`` is *paper* vote on paper; *internet* voters go half to the web door and half to the
kiosks; a file without methods is split in three. A conflict gives one voter a second ballot that must not count.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.budgets.pabulib import Instance, Vote
from server.opendata.published import PLAIN_ID
from server.voting.ballots import BY_POINTS, MOST_CHOICES, MOST_PER_CHOICE, MOST_POINTS, MOST_RANKS, Answer

RULES = ("greedy", "greedy-no-skip", "greedy-threshold")
# What pabulib.org calls a type of votes, and our method; an approval with a limit of cost is ``knapsack``.
METHODS = {
    "approval": "approval", "choose-1": "choose-1", "ordinal": "ranked", "scoring": "score", "cumulative": "dots",
}  # fmt: skip


class CannotRehearse(Exception):
    """The file asks for something that is not built: said before anything is created. ``code`` is stable."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass
class Voter:
    """One voter of the file. ``extra_door`` is where the ballot that must not count goes in; ``extra`` its answer."""

    number: int
    answer: Answer
    door: str
    extra_door: str = ""
    extra: Answer = ()
    by_account: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(self.answer)


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
    points: int = 1
    per_choice: int = 1
    voters: list[Voter] = field(default_factory=list)

    def at(self, door: str) -> list[Voter]:
        return [voter for voter in self.voters if voter.door == door]

    def expected_votes(self) -> dict[str, int]:
        """Votes of every project as the voters taken cast them, by our identifiers."""
        votes: Counter[str] = Counter()
        for voter in self.voters:
            votes.update(self._given(voter.answer))
        return {code: votes[code] for code in self.ids}

    def _given(self, answer: Answer) -> dict[str, int]:
        if isinstance(answer, Mapping):
            return dict(answer)
        first = (self.max_choices or len(self.ids)) if self.method == "ranked" else 0
        return {choice: first - place if first else 1 for place, choice in enumerate(answer)}

    @property
    def extras(self) -> int:
        return sum(1 for voter in self.voters if voter.extra_door)


def refuse_unsupported(instance: Instance) -> None:
    """Raise CannotRehearse for types, rules and sizes that are not built."""
    if instance.vote_type not in METHODS:
        raise CannotRehearse("vote_type", f"votes of type {instance.vote_type!r} are not supported")
    if instance.rule not in RULES:
        raise CannotRehearse("rule", f"the rule {instance.rule!r} is not supported")
    if len(instance.projects) > MOST_CHOICES:
        count = len(instance.projects)
        raise CannotRehearse("too_many_choices", f"{count} projects; a ballot holds at most {MOST_CHOICES}")
    if any(project.cost <= 0 for project in instance.projects):
        raise CannotRehearse("no_cost", "a project costs nothing; a budget vote needs costs")
    if instance.budget <= 0:
        raise CannotRehearse("no_budget", "the budget is nothing")
    if not instance.votes:
        raise CannotRehearse("no_votes", "the file holds no votes")
    if instance.vote_type == "choose-1" and any(len(vote.choices) > 1 for vote in instance.votes):
        raise CannotRehearse("contradiction", "a ballot of a single choice names several projects")
    if METHODS[instance.vote_type] in BY_POINTS:
        if any(len(vote.points) != len(vote.choices) for vote in instance.votes):
            raise CannotRehearse("contradiction", "a ballot by points names projects without points")
        if any(point < 0 for vote in instance.votes for point in vote.points):
            raise CannotRehearse("contradiction", "a ballot gives less than no points")


def make_plan(instance: Instance, *, limit: int | None, conflicts: int, seed: int) -> Plan:
    """Plan the rehearsal. Raises CannotRehearse before anything is created."""
    refuse_unsupported(instance)
    rng = random.Random(seed)
    plan = Plan(instance=instance, ids=_identifiers(instance), **_rules(instance), **_points(instance))
    _refuse_too_much(plan)
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
    sizes = [len(_answer(instance, vote)) for vote in instance.votes if vote.choices] or [1]
    spent = max((sum(costs[c] for c in vote.choices) for vote in instance.votes), default=0)
    most = instance.whole("max_length")
    return {
        "method": _method(instance),
        "rule": instance.rule,
        "min_choices": 1 if is_single else min(instance.whole("min_length", 1) or 1, *sizes, len(costs)),
        "max_choices": 1 if is_single else min(max(most, *sizes), len(costs)) if most else 0,
        "max_cost": max(instance.max_sum_cost, spent) if instance.max_sum_cost else 0,
        # More than there are votes is as good as one more than that: nothing is funded.
        "threshold": max(1, min(instance.whole("min_project_score_threshold", 1), len(instance.votes) + 1)),
    }


def _method(instance: Instance) -> str:
    method = METHODS[instance.vote_type]
    return "knapsack" if method == "approval" and instance.max_sum_cost else method


def _points(instance: Instance) -> dict[str, Any]:
    """Points and dots, and again not fewer than the town counted."""
    method = METHODS[instance.vote_type]
    if method not in BY_POINTS:
        return {}
    most = max([instance.whole("max_points"), 1, *(point for vote in instance.votes for point in vote.points)])
    if method == "score":
        return {"points": most}
    dots = max([instance.whole("max_sum_points"), most, *(sum(vote.points) for vote in instance.votes)])
    return {"points": dots, "per_choice": most if instance.whole("max_points") else dots}


def _refuse_too_much(plan: Plan) -> None:
    """Raise CannotRehearse where a ballot of ours cannot offer so many ranks or points."""
    if plan.method == "ranked" and (plan.max_choices or len(plan.ids)) > MOST_RANKS:
        raise CannotRehearse("too_many_choices", f"a ballot has {MOST_RANKS} ranks at most")
    if plan.points > MOST_POINTS.get(plan.method, plan.points) or plan.per_choice > MOST_PER_CHOICE:
        raise CannotRehearse("too_many_choices", "a ballot gives more points than ours can")


def _answer(instance: Instance, vote: Vote) -> Answer:
    """What a voter of the file said, by its identifiers. No dot on a project is not to name it."""
    method = METHODS[instance.vote_type]
    if method not in BY_POINTS:
        return vote.choices
    pairs = zip(vote.choices, vote.points, strict=True)
    return {choice: points for choice, points in pairs if points or method == "score"}


def marks_of(method: str, answer: Answer) -> list[str]:
    """What a voter marks on a sheet for this answer: choices; in a grid ``choice:value``, each dot a box of its own."""
    if method == "ranked":
        return [f"{choice}:{rank}" for rank, choice in enumerate(answer, 1)]
    if not isinstance(answer, Mapping):
        return list(answer)
    if method == "score":
        return [f"{choice}:{points}" for choice, points in answer.items()]
    return [f"{choice}:{dot}" for choice, dots in answer.items() for dot in range(1, dots + 1)]


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
        Voter(number, _renamed(_answer(instance, votes[number]), ours), method_of(votes[number])) for number in chosen
    ]


def _renamed(answer: Answer, ours: Mapping[str, str]) -> Answer:
    if isinstance(answer, Mapping):
        return {ours[choice]: points for choice, points in answer.items()}
    return tuple(ours[choice] for choice in answer)


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
                other = () if extra_door == "kiosk" else _other_choices(plan, ballots, voter, rng)
                voter.extra = _as_answer(plan, other) if other else voter.answer
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


def _as_answer(plan: Plan, chosen: tuple[str, ...]) -> Answer:
    """An answer that names these choices: a point each, where it goes by points."""
    return dict.fromkeys(chosen, 1) if plan.method in BY_POINTS else chosen


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
    most = min(plan.max_choices or len(plan.ids), len(plan.ids), plan.points if plan.method == "dots" else MOST_CHOICES)
    return least, max(least, most)


def _costs(plan: Plan) -> dict[str, int]:
    costs = plan.instance.costs()
    return {code: costs[name] for code, name in plan.ids.items()}
