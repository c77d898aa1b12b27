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


POINTS = {
    "score": {**CONTEST, "method": "score", "min": 1, "max": 3, "max_cost": 0, "points": 4},
    "dots": {**CONTEST, "method": "dots", "min": 1, "max": 3, "max_cost": 0, "points": 4, "per_choice": 3},
}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["1", "5", "9", "yes", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["1", "2", "5", "9"]), inner),
    max_leaves=6,
)


@given(st.sampled_from(sorted(VECTORS["contests"])), ANY_JSON)
def test_p21_whatever_json_a_ballot_holds_is_judged(name: str, answer: object):
    contest = VECTORS["contests"][name]
    assert answer_status(contest, answer) in ("valid", "blank", "invalid")
    assert (answer_status(contest, answer) == "invalid") == bool(check_choices(contest, answer))


@given(st.sampled_from(sorted(POINTS)), st.dictionaries(st.sampled_from("123459"), st.integers(-1, 5), max_size=4))
def test_a_valid_answer_in_points_keeps_to_every_limit(name: str, answer: dict):
    least, most, of_all = (0, 4, 12) if name == "score" else (1, 3, 4)
    fits = 1 <= len(answer) <= 3 and "9" not in answer and sum(answer.values()) <= of_all
    fits = fits and all(least <= points <= most for points in answer.values())
    assert (answer_status(POINTS[name], answer) == "valid") == fits


@pytest.mark.parametrize("answer", [{"1": True}, {"1": 2.0}, {"1": float("nan")}, {"1": 10**5000}, {1: 1}, ("1", 1)])
def test_what_json_of_other_machines_may_hold_is_no_number_of_points(answer: object):
    """Only what Python tells apart: JavaScript reads 2.0 as 2, and the server refuses it before it is judged."""
    assert answer_status(POINTS["score"], answer) == "invalid"
