"""How many ballots a result is away from another one: never more than the truth, and exact where it is plain."""

from __future__ import annotations

from itertools import permutations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from server.voting.answers import most_for_one
from server.voting.counting import RULES, count, tally
from server.voting.margin import margin_of

MOST = 4  # ballots that the naive search moves


def winners_near(votes: dict, ballots: int):
    """Every way in which so many ballots, added or taken away, can move the votes."""
    for added in range(ballots + 1):
        taken = ballots - added
        yield from product(*(range(max(0, number - taken), number + added + 1) for number in votes.values()))


def naive_margin(votes: dict, costs: dict, budget: int, rule: str, threshold: int) -> int | None:
    """The least number of ballots that changes who is funded, by trying them all; None from ``MOST`` + 1 on."""
    before = set(count(votes, costs, budget, rule, threshold).winners)
    for ballots in range(1, MOST + 1):
        for moved in winners_near(votes, ballots):
            if set(count(dict(zip(votes, moved, strict=True)), costs, budget, rule, threshold).winners) != before:
                return ballots
    return None


@st.composite
def elections(draw):
    names = "abcd"[: draw(st.integers(1, 4))]
    votes = {name: draw(st.integers(0, 5)) for name in names}
    costs = {name: draw(st.integers(0, 6)) for name in names}
    return votes, costs, draw(st.integers(0, 12)), draw(st.sampled_from(RULES)), draw(st.integers(1, 3))


@settings(max_examples=150, deadline=None)
@given(elections())
def test_fewer_ballots_than_the_margin_never_change_who_is_funded(election):
    """S14: what is told beside late ballots must never be too large."""
    told, true = margin_of(*election), naive_margin(*election)
    if true is not None:
        assert told is not None and told <= true


@settings(max_examples=200, deadline=None)
@given(elections())
def test_where_one_project_of_two_is_built_the_margin_is_exact(election):
    votes, costs, _budget, rule, threshold = election
    names = list(votes)[:2]
    votes, costs = {name: votes[name] for name in names}, dict.fromkeys(names, 5)
    told, true = margin_of(votes, costs, 5, rule, threshold), naive_margin(votes, costs, 5, rule, threshold)
    assert told == true or (true is None and (told is None or told > MOST))


def test_the_margin_is_the_lead_over_whoever_would_be_built_instead():
    votes, costs = {"lavoir": 10, "bancs": 7, "piste": 5}, {"lavoir": 100, "bancs": 100, "piste": 100}
    assert margin_of(votes, costs, 200, "greedy") == 3  # equal votes: "bancs" is listed first, so three, not two
    assert margin_of(votes, costs, 200, "greedy-no-skip") == 3
    assert margin_of(votes, costs, 100, "greedy") == 4


def test_a_project_dearer_than_the_budget_threatens_nobody():
    assert margin_of({"a": 5, "b": 4}, {"a": 100, "b": 900}, 200, "greedy") == 5  # only the last vote of "a" matters
    assert margin_of({"b": 4}, {"b": 900}, 200, "greedy") is None
    assert margin_of({"b": 4}, {"b": 900}, 200, "greedy-no-skip") is None


def test_one_must_overtake_winners_that_are_worth_enough():
    votes, costs = {"a": 9, "b": 8, "c": 2}, {"a": 100, "b": 10, "c": 100}
    assert margin_of(votes, costs, 110, "greedy") == 8  # coming before "b" gives no room; before "a" does


def test_the_threshold_is_a_margin_too():
    votes, costs = {"a": 9, "b": 4}, {"a": 100, "b": 100}
    assert margin_of(votes, costs, 200, "greedy-threshold", 5) == 1
    assert margin_of(votes, costs, 200, "greedy-threshold", 9) == 1


PRICED = {"a": 50, "b": 40, "c": 30}
RANKED = {
    "id": "q1", "method": "ranked", "min": 1, "max": 2, "max_cost": 0,
    "choices": [{"id": name, "cost": cost} for name, cost in PRICED.items()],
}  # fmt: skip
DOTTED = {**RANKED, "method": "dots", "max": 0, "points": 3, "per_choice": 2}
POSSIBLE = {
    "ranked": [list(one) for size in (1, 2) for one in permutations("abc", size)],
    "dots": [
        {name: n for name, n in zip("abc", one, strict=True) if n}
        for one in product(range(3), repeat=3) if 1 <= sum(one) <= 3
    ],
}  # fmt: skip


@given(st.data(), st.sampled_from([RANKED, DOTTED]), st.integers(30, 120), st.sampled_from(RULES), st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_by_rank_and_points_fewer_ballots_than_the_margin_never_change_a_winner(data, contest, budget, rule, threshold):
    """Every ballot there can be, added, and every one there is, taken away: by brute force, up to two at a time."""
    possible = POSSIBLE[contest["method"]]
    ballots = data.draw(st.lists(st.sampled_from(possible), min_size=1, max_size=12))

    def winners(of: list) -> set[str]:
        votes = tally(contest, [{"q1": one} for one in of]).votes
        return set(count(votes, PRICED, budget, rule, threshold).winners)

    votes = tally(contest, [{"q1": one} for one in ballots]).votes
    margin = margin_of(votes, PRICED, budget, rule, threshold, weight=most_for_one(contest))
    first, allowed = winners(ballots), 3 if margin is None else margin
    changed = [ballots]
    for _step in range(min(2, allowed - 1)):
        changed = [[*one, more] for one in changed for more in possible] + [
            one[:place] + one[place + 1 :] for one in changed for place in range(len(one))
        ]
        assert all(winners(one) == first for one in changed)
