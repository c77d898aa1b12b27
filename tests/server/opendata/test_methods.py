"""Votes by rank, by points and on a question: published, checked by a stranger, and read by researchers (P19, P21)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.budgets.pabulib import read_pb
from server.opendata import verify
from server.opendata.published import cast_vote_record
from server.voting.ballots import answer_status
from tests.server.opendata.small_town import definition_bytes, published
from tests.server.opendata.test_verify import again_signed, edited, run, written
from tests.server.voting.test_ballots import VECTORS

QUESTION = [{"id": name, "number": i, "title": {"fr": name}, "note": {}, "cost": 0}
            for i, name in enumerate(("yes", "no", "abstain"), 1)]  # fmt: skip
VOTES = {
    "ranked": (
        {"max": 3},
        [["1", "2"], ["3", "1", "2"], ["1"], ["1", "1"], [], ["6", "5", "4", "3"], ["2", "my mark"]],
        {"1": 8, "2": 3, "3": 3},
        ["1", "1 1", "1 2", "2 ?", "3 1 2", "3 4 5 6", ""],
    ),
    "score": (
        {"max": 0, "points": 10},
        [{"1": 10, "2": 0}, {"2": 3, "1": 7}, {}, {"3": 11}, {"my mark": 1}, ["1"], {"1": 0}],
        {"1": 17, "2": 3},
        ["1:0", "1:10 2:0", "1:7 2:3", "?", "?", "?", ""],
    ),
    "dots": (
        {"max": 0, "points": 5, "per_choice": 3},
        [{"1": 3, "2": 2}, {"2": 1}, {}, {"1": 3, "2": 3}, {"1": 4}, {"1": 0}, []],
        {"1": 3, "2": 3},
        ["1:3 2:2", "1:3 2:3", "2:1", "?", "?", "", ""],
    ),
    "yes-no": (
        {"max": 1, "choices": QUESTION},
        [["yes"], ["no"], ["yes"], ["abstain"], [], ["yes", "no"], ["maybe"]],
        {"yes": 2, "no": 1, "abstain": 1},
        ["?", "abstain", "no", "yes", "yes", "yes no", ""],
    ),
}


def files_of(method: str) -> dict[str, bytes]:
    contest, answers, _votes, _cells = VOTES[method]
    return published([{"q1": answer} for answer in [*answers, *[[]] * 20]], method=method, **contest)


@pytest.mark.parametrize("method", VOTES)
def test_each_method_verifies_on_a_strangers_machine(method: str, tmp_path: Path):
    files = files_of(method)
    told = json.loads(files["result.json"])["contests"][0]
    assert {name: n for name, n in told["votes"].items() if n} == VOTES[method][2]
    rows = files["cast_vote_records.csv"].decode().splitlines()[1:]
    assert sorted(row.split(",")[0] for row in rows) == sorted([*VOTES[method][3], *[""] * 20])
    assert ("winners" in told) == (method != "yes-no")
    result = run(written(files, tmp_path))
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("method", VOTES)
def test_f15_votes_told_otherwise_are_found(method: str, tmp_path: Path):
    files = files_of(method)

    def add_one(result: dict) -> None:
        votes = result["contests"][0]["votes"]
        votes[next(iter(votes))] += 1

    result = run(written(again_signed(files, result__json=edited(files["result.json"], add_one)), tmp_path))
    assert result.returncode == 1 and "result.json, q1, votes" in result.stderr


@pytest.mark.parametrize(
    ("method", "vote_type", "first", "points"),
    [("ranked", "ordinal", ("3", "1", "2"), ()), ("score", "scoring", ("1", "2"), (7, 3)),
     ("dots", "cumulative", ("1", "2"), (3, 2)), ("yes-no", "choose-1", ("no",), ())],
)  # fmt: skip
def test_researchers_read_it(method: str, vote_type: str, first: tuple, points: tuple):
    instance = read_pb(files_of(method)["result.pb"])
    assert instance.vote_type == vote_type
    assert (first, points) in [(vote.choices, vote.points) for vote in instance.votes]
    score = {project.id: project.score or project.votes for project in instance.projects if project.votes}
    assert {name: n for name, n in score.items() if n} == VOTES[method][2]
    named = {name: sum(name in vote.choices for vote in instance.votes) for name in score}
    assert {project.id: project.votes for project in instance.projects if project.votes} == named


def test_f15_points_told_otherwise_to_researchers_are_found(tmp_path: Path):
    files = files_of("score")
    changed = files["result.pb"].replace(b"1,2;7,3", b"1,2;7,4")
    assert changed != files["result.pb"]
    result = run(written(again_signed(files, result__pb=changed), tmp_path))
    assert result.returncode == 1 and "result.pb" in result.stderr


@pytest.mark.parametrize("case", VECTORS["answers"], ids=lambda case: f"{case['contest']}: {case['chosen']}")
def test_the_strangers_judge_agrees_with_the_house(case: dict):
    """About every answer as it would be published."""
    contest = VECTORS["contests"][case["contest"]]
    cell, status = cast_vote_record({"contests": [contest]}, {contest["id"]: case["chosen"]})
    assert verify.judge(contest, cell.split())[0] == status == case["status"]


@pytest.mark.parametrize(
    "cell", ["1", "1:", "1:x", "1:01", "1:+1", "1:-1", "1: 1", "1:6", "7:1", "1:1 1:1", "?", "1:1 ?"]
)
def test_the_strangers_judge_takes_no_other_spelling_of_points(cell: str):
    assert verify.judge(VECTORS["contests"]["score"], cell.split(" "))[0] == "invalid"


def test_old_definitions_say_nothing_of_points():
    contest = json.loads(definition_bytes())["contests"][0]
    assert not {"points", "per_choice"} & set(contest)
    assert answer_status(contest, ["1"]) == "valid"
