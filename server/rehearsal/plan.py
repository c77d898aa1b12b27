"""Who votes where: a pure plan made from a real vote, the same for the same seed.

Voters whose ``voting_method`` is *paper* vote on paper; *internet* voters go half to the web door and half to the
kiosks; a file without methods is split in three. A conflict gives one voter a second ballot that must not count.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from server.budgets.pabulib import Instance

MAX_CHOICES = 40
RULES = {"greedy": "greedy", "greedy-no-skip": "greedy-no-skip", "greedy-threshold": "greedy-threshold"}
TYPES = {"approval": "approval", "choose-1": "choose-1"}


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
    budget: int
    voters: list[Voter] = field(default_factory=list)

    def at(self, door: str) -> list[Voter]:
        return [voter for voter in self.voters if voter.door == door]

    def expected_votes(self) -> dict[str, int]:
        """Votes of every project as the voters taken cast them."""
        votes = Counter(choice for voter in self.voters for choice in voter.choices)
        return {project.id: votes[project.id] for project in self.instance.projects}

    @property
    def extras(self) -> int:
        return sum(1 for voter in self.voters if voter.extra_door)


def _whole(meta: dict[str, str], key: str, default: int) -> int:
    try:
        return int(float(meta.get(key) or default))
    except ValueError:
        return default


def refuse_unsupported(instance: Instance) -> None:
    """Raise CannotRehearse for types, rules and sizes that are not built."""
    meta = instance.meta
    if meta.get("vote_type") not in TYPES:
        raise CannotRehearse("vote_type", f"votes of type {meta.get('vote_type')!r} are not supported")
    if meta.get("rule") not in RULES:
        raise CannotRehearse("rule", f"the rule {meta.get('rule')!r} is not supported")
    if len(instance.projects) > MAX_CHOICES:
        count = len(instance.projects)
        raise CannotRehearse("too_many_choices", f"{count} projects; one sheet holds at most {MAX_CHOICES}")
    if not instance.votes:
        raise CannotRehearse("no_votes", "the file holds no votes")


def make_plan(instance: Instance, *, limit: int | None, conflicts: int, seed: int) -> Plan:
    """Plan the rehearsal. Raises CannotRehearse before anything is created."""
    refuse_unsupported(instance)
    rng = random.Random(seed)
    meta = instance.meta
    is_single = meta["vote_type"] == "choose-1"
    plan = Plan(
        instance=instance,
        method="choose-1" if is_single else "knapsack" if meta.get("max_sum_cost") else "approval",
        rule=RULES[meta["rule"]],
        min_choices=_whole(meta, "min_length", 1),
        max_choices=1 if is_single else _whole(meta, "max_length", 0),
        max_cost=round(float(meta["max_sum_cost"]) * 100) if meta.get("max_sum_cost") else 0,
        threshold=_whole(meta, "min_project_score_threshold", 1) if meta["rule"] == "greedy-threshold" else 1,
        budget=instance.budget_cents,
    )
    plan.voters = _take(instance, limit, rng)
    _split_doors(plan.voters, instance, rng)
    for voter in [v for v in plan.voters if v.door == "web"][:10]:
        voter.by_account = True
    _add_conflicts(plan, conflicts, rng)
    return plan


def _take(instance: Instance, limit: int | None, rng: random.Random) -> list[Voter]:
    """All voters, or a seeded sample that keeps the file's share of each method."""
    groups: dict[str, list[int]] = {}
    for number, vote in enumerate(instance.votes):
        groups.setdefault(vote.method, []).append(number)
    chosen = sorted(number for numbers in groups.values() for number in numbers)
    if limit is not None and limit < len(chosen):
        chosen = sorted(_sample(groups, limit, rng))
    return [
        Voter(number=number, choices=instance.votes[number].choices, door=instance.votes[number].method)
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
    has_methods = any(vote.method for vote in instance.votes)
    free = [voter for voter in voters if voter.door != "paper"]
    rng.shuffle(free)
    doors = ("web", "kiosk") if has_methods else ("web", "kiosk", "paper")
    for place, voter in enumerate(free):
        voter.door = doors[place % len(doors)]


def _add_conflicts(plan: Plan, conflicts: int, rng: random.Random) -> None:
    """A third each: web + kiosk, web + paper, one pass at two kiosks."""
    kinds = [("kiosk", "web"), ("paper", "web"), ("kiosk", "kiosk")]
    for place in range(conflicts):
        door, extra_door = kinds[place % 3]
        free = [voter for voter in plan.at(door) if not voter.extra_door]
        if not free:
            raise CannotRehearse("too_many_conflicts", f"no voter of the {door} door is left for a conflict")
        voter = rng.choice(free)
        voter.extra_door = extra_door
        voter.extra = voter.choices if extra_door == "kiosk" else _other_choices(plan, voter, rng)


def _other_choices(plan: Plan, voter: Voter, rng: random.Random) -> tuple[str, ...]:
    """A valid ballot that differs from the voter's own, or the same where no other is possible."""
    costs = {project.id: project.cost_cents for project in plan.instance.projects}
    for _attempt in range(200):
        most = max(1, plan.max_choices or len(costs))
        size = rng.randint(max(1, plan.min_choices), max(1, plan.min_choices, min(most, len(costs))))
        chosen = tuple(rng.sample(sorted(costs), min(size, len(costs))))
        is_affordable = not plan.max_cost or sum(costs[c] for c in chosen) <= plan.max_cost
        if is_affordable and set(chosen) != set(voter.choices):
            return chosen
    return voter.choices
