"""What a ballot may hold (row P21: never trimmed), by the cases that JavaScript runs too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.voting.ballots import answer_status, ballot_status, check_choices, is_blank

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "ballots.json").read_text())
CONTEST = {
    "id": "q1", "method": "approval", "min": 1, "max": 3, "max_cost": 500,
    "choices": [{"id": str(i), "cost": 100 * i} for i in range(1, 6)],
}  # fmt: skip


@pytest.mark.parametrize("case", VECTORS["answers"], ids=lambda case: f"{case['contest']}: {case['chosen']}")
def test_answers_of_the_vectors(case: dict):
    contest = VECTORS["contests"][case["contest"]]
    assert check_choices(contest, case["chosen"]) == case["problems"]
    assert answer_status(contest, case["chosen"]) == case["status"]


@pytest.mark.parametrize("case", VECTORS["ballots"], ids=lambda case: json.dumps(case["choices"]))
def test_ballots_of_the_vectors(case: dict):
    contests = [VECTORS["contests"][name] for name in case["contests"]]
    assert ballot_status(contests, case["choices"]) == case["status"]


@pytest.mark.parametrize(
    ("chosen", "problems"),
    [
        ([], []),
        (["1"], []),
        (["1", "4"], []),  # 500 of 500
        (["2", "4"], ["over_budget"]),
        (["1", "1"], ["repeated"]),
        (["9"], ["unknown_choice"]),
        (["1", "2", "3", "4"], ["too_many", "over_budget"]),
    ],
)
def test_p21_each_problem_has_its_name(chosen: list, problems: list):
    assert check_choices(CONTEST, chosen) == problems


@given(st.lists(st.sampled_from("123459"), max_size=6))
def test_the_order_of_choices_changes_nothing(chosen: list):
    assert check_choices(CONTEST, chosen) == check_choices(CONTEST, sorted(chosen))


@given(st.lists(st.text(max_size=2), max_size=5))
def test_a_valid_answer_keeps_to_every_limit(chosen: list):
    if answer_status(CONTEST, chosen) == "valid":
        assert 1 <= len(chosen) == len(set(chosen)) <= 3
        assert sum(100 * int(choice) for choice in chosen) <= 500
    assert is_blank(chosen) == (answer_status(CONTEST, chosen) == "blank")
