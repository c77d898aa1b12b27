"""Answers between forms and ballots, for every method that a contest may have."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from server.paper.answers import NotAnAnswer, answer_from, field_name, in_numbers, shown, written

CHOICES = [{"id": name, "number": number} for number, name in enumerate(("a", "b", "c"), start=1)]


def contest(method: str, **facts: Any) -> dict[str, Any]:
    return {"id": "q1", "method": method, "min": 0, "max": 3, "choices": CHOICES} | facts


def form(contest: dict[str, Any], **fields: str) -> QueryDict:
    posted = QueryDict(mutable=True)
    for choice, text in fields.items():
        posted[field_name(contest, choice)] = text
    return posted


TICKED, RANKED = contest("approval"), contest("ranked")
SCORE, DOTS = contest("score", points=5), contest("dots", points=5, per_choice=3)


def test_boxes_that_are_ticked_are_a_list():
    assert answer_from(TICKED, QueryDict("q1=c&q1=a")) == ["c", "a"]


def test_ranks_are_a_list_the_first_rank_first():
    assert answer_from(RANKED, form(RANKED, a="2", b="", c="1")) == ["c", "a"]


@pytest.mark.parametrize("ranks", [{"a": "1", "b": "1"}, {"a": "1", "b": "3"}, {"a": "2"}, {"a": "0"}])
def test_ranks_written_twice_or_left_out_are_never_mended_p21(ranks):
    with pytest.raises(NotAnAnswer):
        answer_from(RANKED, form(RANKED, **ranks))


@pytest.mark.parametrize("method", [SCORE, DOTS])
def test_points_are_an_object(method):
    assert answer_from(method, form(method, a="3", b=" ", c="0")) == {"a": 3, "c": 0}
    assert answer_from(method, form(method)) == {}


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "٣", "99999"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(NotAnAnswer):
        answer_from(SCORE, form(SCORE, a=text))
    assert written(SCORE, form(SCORE, a=text)) == {"a": text}, "and stays in the form"


@pytest.mark.parametrize(
    ("method", "answer", "told"),
    [
        (TICKED, ["a", "c"], "1, 3"),
        (RANKED, ["c", "a"], "3 > 1"),
        (SCORE, {"a": 3, "c": 0}, "1: 3, 3: 0"),
        (DOTS, {"b": 2}, "2: 2"),
        (DOTS, {}, ""),
    ],
)
def test_an_answer_is_shown_as_it_was_written_and_told_in_numbers(method, answer, told):
    stands = shown(method, answer)
    assert answer_from(method, form(method, **stands)) == answer if method is not TICKED else set(stands) == {"a", "c"}
    assert in_numbers(method, answer) == told
