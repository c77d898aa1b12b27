"""The three greedy rules, by hand, by property, and against what real towns decided."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.budgets.pabulib import read_pb
from server.voting.counting import RULES, UnknownRule, count, tally

FOLDER = Path(os.environ.get("PARVIS_DATA") or Path(__file__).parents[3] / "../shared/data").resolve() / "pabulib"
FILES = sorted(FOLDER.glob("*.pb"))
BY_VOTES = {"greedy", "greedy-no-skip", "greedy-threshold"}


def decisions(outcome) -> dict[str, str]:
    return {turn.project: turn.decision for turn in outcome.rounds}


def ties(outcome) -> set[str]:
    return {turn.project for turn in outcome.rounds if turn.tie}


VOTES = {"a": 50, "b": 40, "c": 30, "d": 20, "e": 0}
COSTS = {"a": 60, "b": 50, "c": 30, "d": 10, "e": 0}


def test_greedy_goes_on_after_what_does_not_fit():
    outcome = count(VOTES, COSTS, 100, "greedy")
    assert outcome.winners == ("a", "c", "d") and (outcome.spent, outcome.remaining) == (100, 0)
    assert decisions(outcome) == {"a": "funded", "b": "does_not_fit", "c": "funded", "d": "funded", "e": "no_vote"}
    assert [turn.remaining for turn in outcome.rounds] == [100, 40, 40, 10, 0]


def test_no_skip_ends_at_what_does_not_fit():
    outcome = count(VOTES, COSTS, 100, "greedy-no-skip")
    assert outcome.winners == ("a",) and outcome.remaining == 40
    assert decisions(outcome) == {"a": "funded", "b": "does_not_fit", "c": "stopped", "d": "stopped", "e": "no_vote"}


def test_the_threshold_leaves_out_and_reaching_it_is_enough():
    outcome = count(VOTES, COSTS, 100, "greedy-threshold", 30)
    assert outcome.winners == ("a", "c")
    assert decisions(outcome)["d"] == "below_threshold"
    assert count(VOTES, COSTS, 100, "greedy", 30).winners == ("a", "c", "d"), "the other rules do not look at it"


@pytest.mark.parametrize("rule", RULES)
def test_nothing_without_a_vote_is_funded(rule: str):
    assert count({}, COSTS, 1000, rule, 0).winners == ()


def test_equal_votes_the_cheaper_first_then_the_order_of_the_definition():
    outcome = count({"a": 5, "b": 5, "c": 5}, {"a": 30, "c": 20, "b": 20}, 100, "greedy")
    assert outcome.winners == ("c", "b", "a")
    assert ties(outcome) == set(), "all were funded: the order decided nothing"


def test_a_tie_that_decides_is_flagged():
    assert ties(count({"a": 5, "b": 5}, {"a": 60, "b": 60}, 100, "greedy")) == {"a", "b"}
    assert ties(count({"a": 5, "b": 5}, {"a": 60, "b": 50}, 100, "greedy")) == {"a", "b"}, "price decided"
    assert ties(count({"a": 5, "b": 5}, {"a": 200, "b": 50}, 100, "greedy")) == set(), "one fits in no order"
    assert ties(count({"a": 5, "b": 5}, {"a": 200, "b": 50}, 100, "greedy-no-skip")) == {"b"}, "first, a would end it"
    assert ties(count({"x": 9, "a": 5, "b": 5}, {"x": 200, "a": 5, "b": 5}, 100, "greedy-no-skip")) == set()


def test_bad_calls_are_named():
    with pytest.raises(UnknownRule):
        count(VOTES, COSTS, 100, "equalshares")
    with pytest.raises(ValueError):
        count(VOTES, {"a": -1}, 100, "greedy")


elections = st.integers(1, 6).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 4), min_size=n, max_size=n),
        st.lists(st.integers(0, 50), min_size=n, max_size=n),
        st.integers(0, 120),
        st.sampled_from(RULES),
        st.integers(0, 3),
    )
)


def naive_winners(order: list[int], votes: list, costs: list, budget: int, rule: str, threshold: int) -> set[int]:
    """The rules as a town clerk would follow them, given the order."""
    winners: set[int] = set()
    for i in order:
        if votes[i] == 0 or (rule == "greedy-threshold" and votes[i] < threshold):
            continue
        if costs[i] + sum(costs[j] for j in winners) <= budget:
            winners.add(i)
        elif rule == "greedy-no-skip":
            break
    return winners


@settings(max_examples=200)
@given(elections)
def test_as_the_naive_clerk(election):
    votes, costs, budget, rule, threshold = election
    order = sorted(range(len(votes)), key=lambda i: (-votes[i], costs[i], i))
    outcome = count(
        {str(i): v for i, v in enumerate(votes)}, {str(i): c for i, c in enumerate(costs)}, budget, rule, threshold
    )
    assert set(outcome.winners) == {str(i) for i in naive_winners(order, votes, costs, budget, rule, threshold)}
    assert outcome.spent == sum(costs[int(i)] for i in outcome.winners) <= budget
    assert len(outcome.rounds) == len(votes)


@settings(max_examples=150, deadline=None)
@given(elections)
def test_a_tie_is_flagged_exactly_when_another_order_of_equals_funds_others(election):
    """For the first group of equals whose order matters, found by trying every order of that group alone."""
    votes, costs, budget, rule, threshold = election
    outcome = count(
        {str(i): v for i, v in enumerate(votes)}, {str(i): c for i, c in enumerate(costs)}, budget, rule, threshold
    )
    order = sorted(range(len(votes)), key=lambda i: (-votes[i], costs[i], i))
    for level in sorted(set(votes), reverse=True):
        group = [i for i in order if votes[i] == level]
        upto = [i for i in order if votes[i] > level]
        results = {
            frozenset(naive_winners([*upto, *permuted], votes, costs, budget, rule, threshold))
            for permuted in itertools.permutations(group)
        }
        assert bool(ties(outcome) & {str(i) for i in group}) == (len(results) > 1)


def test_a_tally_counts_each_valid_answer_once_per_choice():
    contest = {
        "id": "q1",
        "method": "approval",
        "min": 1,
        "max": 2,
        "max_cost": 0,
        "choices": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
    }
    ballots = [{"q1": ["a"]}, {"q1": ["b", "a"]}, {"q1": []}, {}, {"q1": ["a", "b", "c"]}, {"q1": ["z"]}]
    found = tally(contest, ballots)
    assert (found.votes, found.valid, found.blank, found.invalid) == ({"a": 2, "b": 1, "c": 0}, 2, 2, 2)


@pytest.mark.skipif(not FILES, reason=f"NO REAL VOTES CHECKED: {FOLDER} is not there; set PARVIS_DATA")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_real_votes_have_the_towns_own_winners(file: Path):
    instance = read_pb(file.read_bytes())
    voices = {project.id: 0 for project in instance.projects}
    for vote in instance.votes:
        for choice in vote.choices:
            voices[choice] += 1
    assert voices == {project.id: project.votes for project in instance.projects}
    if instance.rule not in BY_VOTES:
        pytest.skip(f"the town used {instance.rule}")
    by_points = all(project.score is not None for project in instance.projects)
    strength = {project.id: project.score if by_points else project.votes for project in instance.projects}
    threshold = instance.whole("min_project_score_threshold", 1)
    outcome = count(strength, instance.costs(), instance.budget, instance.rule, threshold)
    if all(project.selected is None for project in instance.projects):
        pytest.skip("the file does not say which projects were chosen")
    assert set(outcome.winners) == {project.id for project in instance.projects if project.selected == 1}


@pytest.mark.skipif(not FILES, reason="NO REAL VOTES CHECKED: the data folder is not there; set PARVIS_DATA")
def test_the_real_files_hold_what_the_rules_assume():
    """No project without a vote, no selected = 2: if a file has one, look at the docstring of counting.py."""
    for file in FILES:
        for project in read_pb(file.read_bytes()).projects:
            assert project.votes and project.selected in (None, 0, 1), (file.stem, project.id)
