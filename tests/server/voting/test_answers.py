"""Answers of every method: what they give, how they are kept (P19: no mark of a voter gets out; P21: never trimmed)."""

from __future__ import annotations

import json
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.voting.answers import as_words, in_order, kept, kept_choices, longest, most_for_one, most_in_all, votes_of
from server.voting.ballots import answer_status, is_blank
from server.voting.counting import tally
from tests.server.voting.test_ballots import ANY_JSON, VECTORS

CHOICES = [{"id": name, "cost": 100} for name in ("b", "a", "c")]
PLAIN = {"id": "q1", "min": 1, "max": 0, "max_cost": 0, "choices": CHOICES}
CONTESTS = {
    "approval": {**PLAIN, "method": "approval"},
    "ranked": {**PLAIN, "method": "ranked", "max": 2},
    "score": {**PLAIN, "method": "score", "points": 2},
    "dots": {**PLAIN, "method": "dots", "points": 3, "per_choice": 2},
    "yes-no": {**PLAIN, "method": "yes-no", "max": 1},
}


def answers_of(method: str) -> list:
    """Every answer that a sheet of three lines could carry, honest or not, by brute force."""
    if method in ("score", "dots"):
        values = [None, 0, 1, 2, 3]
        tuples = [(x, y, z) for x in values for y in values for z in values]
        return [{name: n for name, n in zip("abc", one, strict=True) if n is not None} for one in tuples]
    return [list(some) for size in range(4) for some in permutations("abc", size)]


def naive_votes(method: str, answer, choice: str) -> int:
    """The rules as a citizen would tell them, one choice at a time; two ranks on the ballot of ``ranked``."""
    if method == "ranked":
        return {0: 2, 1: 1}[answer.index(choice)] if choice in answer else 0
    if method in ("score", "dots"):
        return answer.get(choice, 0)
    return 1 if choice in answer else 0


def is_right(method: str, answer) -> bool:
    if method == "score":
        return all(n in (0, 1, 2) for n in answer.values())
    if method == "dots":
        return all(n in (1, 2) for n in answer.values()) and sum(answer.values()) <= 3
    return len(answer) <= {"approval": 3, "ranked": 2, "yes-no": 1}[method]


@pytest.mark.parametrize("method", CONTESTS)
def test_every_ballot_there_can_be_is_counted_as_by_hand(method: str):
    answers = answers_of(method)
    valid = [one for one in answers if one and is_right(method, one)]
    told = tally(CONTESTS[method], [{"q1": one} for one in answers])
    by_hand = {name: sum(naive_votes(method, one, name) for one in valid) for name in ("b", "a", "c")}
    assert told.votes == by_hand
    assert (told.valid, told.blank) == (len(valid), sum(not one for one in answers))
    assert told.valid + told.blank + told.invalid == len(answers)


@pytest.mark.parametrize("method", CONTESTS)
def test_no_ballot_gives_more_than_the_accounts_and_the_margin_suppose(method: str):
    contest = CONTESTS[method]
    given_ = [votes_of(contest, one) for one in answers_of(method) if answer_status(contest, one) == "valid"]
    assert max(max(votes.values()) for votes in given_) == most_for_one(contest)
    if method != "approval":  # as many as one likes: no account of what was not used
        assert max(sum(votes.values()) for votes in given_) == most_in_all(contest)


def test_a_ranking_of_all_gives_the_first_as_many_as_there_are_choices():
    contest = {**CONTESTS["ranked"], "max": 0}
    assert votes_of(contest, ["c"]) == {"c": 3}
    assert votes_of(contest, ["c", "a", "b"]) == {"c": 3, "a": 2, "b": 1}


@pytest.mark.parametrize(
    ("method", "answer", "told"),
    [
        ("approval", ["c", "a"], ["a", "c"]),
        ("ranked", ["c", "a"], ["c", "a"]),
        ("ranked", ["c", "a", "b"], ["b", "a", "c"]),  # too many: its order says nothing, and could be a mark
        ("ranked", ["c", "my name"], ["c", "?"]),
        ("score", {"c": 0, "b": 2}, {"b": 2, "c": 0}),
        ("score", {"c": 1, "my name": 1}, ["?"]),
        ("score", {"c": 19_731}, ["?"]),
        ("score", ["c"], ["?"]),
        ("score", [], {}),
        ("dots", {"c": 2, "a": 2}, {"a": 2, "c": 2}),  # too many together: everybody sees why it is invalid
        ("dots", {"c": 0}, ["?"]),
        ("approval", {"a": 1}, ["?"]),
        ("approval", None, ["?"]),
    ],
)
def test_p19_what_is_kept_holds_nothing_that_the_ballot_could_not_say(method: str, answer, told):
    assert kept(CONTESTS[method], answer) == told
    if isinstance(told, dict):
        assert list(kept(CONTESTS[method], answer)) == list(told)


@given(st.sampled_from(sorted(VECTORS["contests"])), ANY_JSON)
def test_p21_what_is_kept_is_what_it_was_blank_valid_or_invalid(name: str, answer: object):
    contest = VECTORS["contests"][name]
    once = kept(contest, answer)
    assert answer_status(contest, once) == answer_status(contest, answer)
    assert kept(contest, once) == once  # what is published is what was kept
    if answer_status(contest, answer) == "valid":
        assert votes_of(contest, once) == votes_of(contest, answer)


@pytest.mark.parametrize("case", VECTORS["ballots"], ids=lambda case: json.dumps(case["choices"]))
def test_whole_ballots_are_kept_contest_by_contest(case: dict):
    contests = [VECTORS["contests"][name] for name in case["contests"]]
    told = kept_choices(contests, case["choices"])
    assert list(told) == [contest["id"] for contest in contests]
    if case["status"] == "blank":
        assert all(is_blank(answer) for answer in told.values())


def test_what_is_sealed_stands_in_the_order_of_the_definition_and_a_ranking_in_its_own():
    assert in_order(CONTESTS["approval"], ["c", "b"]) == ["b", "c"]
    assert in_order(CONTESTS["ranked"], ["c", "b"]) == ["c", "b"]
    assert list(in_order(CONTESTS["dots"], {"c": 1, "b": 2}).items()) == [("b", 2), ("c", 1)]
    assert (in_order(CONTESTS["dots"], []), in_order(CONTESTS["ranked"], ())) == ({}, [])


@pytest.mark.parametrize("method", CONTESTS)
def test_b8_no_sheet_holds_more_than_its_ballot_has_room_for(method: str):
    room = len(json.dumps(longest(CONTESTS[method])))
    honest = [one for one in answers_of(method) if method in ("approval", "ranked", "yes-no") or is_right(method, one)]
    assert max(len(json.dumps(one)) for one in honest) <= room


def test_words_of_a_row_are_ids_with_their_points():
    assert as_words({"13": 4, "7": 0}) == ["13:4", "7:0"]
    assert as_words(["13", "?"]) == ["13", "?"]
