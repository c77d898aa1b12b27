"""What is published, and what must not be (rows X6, P18, P19; protocol §11)."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.budgets.pabulib import read_pb
from server.opendata.cells import RISKY, plain_cell, safe_cell
from server.opendata.published import (
    NotPublishable,
    build_result,
    cast_vote_record,
    cast_vote_records,
    check_ids,
    merged_doors,
)
from server.voting.counting import count
from tests.server.opendata.small_town import definition_bytes, published, some_ballots

DEFINITION = json.loads(definition_bytes())


@given(st.text())
def test_x6_no_cell_is_a_formula_and_every_text_comes_back(text: str):
    cell = safe_cell(text)
    assert not cell.startswith(tuple(mark for mark in RISKY if mark != "'"))
    assert plain_cell(cell) == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=x", "\uff1dx"])
def test_x6_risky_beginnings_get_an_apostrophe(text: str):
    assert safe_cell(text) == "'" + text


def test_x6_projects_csv_holds_no_formula_and_numbers_stay_numbers():
    rows = list(csv.DictReader(io.StringIO(published(some_ballots(14))["projects.csv"].decode())))
    assert [row["title_fr"] for row in rows][1] == "'=cmd|' /C calc'!A0"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert all(float(row["cost"]) > 0 and int(row["votes"]) >= 0 and row["selected"] in "01" for row in rows)


@pytest.mark.parametrize(
    ("choices", "row"),
    [
        ({"q1": ["3", "1"]}, ["1 3", "valid"]),
        ({}, ["", "blank"]),
        ({"q1": []}, ["", "blank"]),
        ({"q1": ["1", "1"]}, ["1 1", "invalid"]),
        ({"q1": ["1", "my mark", "=2"]}, ["1 ?", "invalid"]),
        ({"q1": ["1"], "q9": ["x"]}, ["?", "invalid"]),
    ],
)
def test_a_ballot_becomes_a_row_without_marks_of_its_voter(choices, row):
    assert cast_vote_record(DEFINITION, choices) == row


@given(st.lists(st.lists(st.sampled_from("123456x"), max_size=4), max_size=12), st.randoms(use_true_random=False))
def test_rows_do_not_tell_the_order_of_arrival(answers, shuffler):
    cvrs = [{"q1": chosen} for chosen in answers]
    again = list(cvrs)
    shuffler.shuffle(again)
    assert cast_vote_records(DEFINITION, cvrs) == cast_vote_records(DEFINITION, again)


def test_ballots_count_contest_by_contest():
    two = {**DEFINITION, "contests": [DEFINITION["contests"][0], {**DEFINITION["contests"][0], "id": "q2", "max": 1}]}
    result = build_result(
        json.dumps(two).encode(),
        [{"q1": ["1"], "q2": ["1", "2"]}, {"q2": ["2"]}, {}, {"q3": ["1"]}],
        rights=9,
        by_door={},
    )
    first, second = result["contests"]
    assert (first["valid"], first["blank"], first["invalid"]) == (1, 2, 1)
    assert (second["valid"], second["blank"], second["invalid"]) == (1, 1, 2)
    assert first["votes"]["1"] == 1 and second["votes"]["2"] == 1


@pytest.mark.parametrize(
    ("by_door", "told"),
    [
        ({"web": 40, "kiosk": 12, "paper": 10}, {"web": 40, "kiosk": 12, "paper": 10}),
        ({"web": 40, "kiosk": 12, "paper": 3}, {"web": 40, "kiosk+paper": 15}),
        ({"web": 40, "kiosk": 6, "paper": 5}, {"web": 40, "kiosk+paper": 11}),
        ({"web": 4, "kiosk": 30, "paper": 20}, {"web+paper": 24, "kiosk": 30}),
        ({"web": 40, "kiosk": 2, "paper": 3}, {}),
        ({"web": 40, "kiosk": 0, "paper": 0}, {}),
        ({"web": 11}, {"web": 11}),
        ({"web": 9}, {}),
        ({}, {}),
    ],
)
def test_p19_a_small_door_is_told_together_with_others(by_door, told):
    assert merged_doors(by_door) == told


@given(st.dictionaries(st.sampled_from(["web", "kiosk", "paper", "desk"]), st.integers(0, 40), max_size=4))
def test_p19_no_number_below_ten_gets_out_by_door_and_the_sum_stays(by_door):
    told = merged_doors(by_door)
    assert all(count >= 10 for count in told.values())
    assert not told or sum(told.values()) == sum(by_door.values())
    assert not told or sorted(door for name in told for door in name.split("+")) == sorted(by_door)


@pytest.mark.parametrize(("by_door", "is_told"), [({"web": 10, "kiosk": 10}, True), ({"web": 9, "kiosk": 99}, False)])
def test_p19_doors_are_told_apart_only_where_each_has_ten(by_door, is_told):
    result = build_result(definition_bytes(), [{}], rights=1, by_door=by_door)
    assert ("by_door" in result) is is_told


def test_result_pb_reads_back_with_the_same_winners():
    files = published(some_ballots(60))
    instance, result = read_pb(files["result.pb"]), json.loads(files["result.json"])["contests"][0]
    assert len(instance.votes) == result["valid"]
    assert {project.id: project.votes for project in instance.projects} == result["votes"]
    assert {project.id for project in instance.projects if project.selected} == set(result["winners"])
    outcome = count(result["votes"], instance.costs(), instance.budget, instance.rule)
    assert list(outcome.winners) == result["winners"] and outcome.spent == result["cost"]


@pytest.mark.parametrize("name", ["a b", "", "=1", "a,b", "?", "status", "x" * 41, "é"])
def test_ids_that_cannot_stand_in_the_files_are_refused_before_freezing(name: str):
    broken = json.loads(definition_bytes())
    broken["contests"][0]["choices"][0]["id"] = name
    with pytest.raises(NotPublishable):
        check_ids(broken)


def test_the_log_is_published_as_the_headers_were_received():
    files = published(some_ballots(14))
    lines = files["log.jsonl"].decode().split("\n")[:-1]
    assert [json.loads(line)["index"] for line in lines] == list(range(len(lines)))
    assert b"use:" not in files["log.jsonl"] and b"subject_salt" not in files["log.jsonl"]
