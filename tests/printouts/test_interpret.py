"""Scores and thresholds apart; doubt and overvotes go to people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printouts.read.interpret import Thresholds, interpret

T = Thresholds(clear_below=0.1, clear_above=0.3, around_above=0.2)


@pytest.mark.parametrize(
    ("scores", "kind", "choices", "doubtful"),
    [
        ({"a": 0.0, "b": 0.05}, "blank", (), ()),
        ({"a": 0.5, "b": 0.0}, "clear", ("a",), ()),
        ({"a": 0.5, "b": 0.2}, "doubtful", ("a",), ("b",)),
        ({"a": 0.5, "b": 0.9, "c": 1.0}, "overvote", ("a", "b", "c"), ()),
        ({"a": 0.3, "b": 0.1}, "clear", ("a",), ()),
    ],
)
def test_the_table(scores, kind, choices, doubtful):
    said = interpret(scores, T, min=1, max=2)
    assert (said.kind, said.choices, said.doubtful) == (kind, choices, doubtful)
    assert said.needs_person == (kind in ("doubtful", "overvote"))


def test_fewer_marks_than_asked_for_go_to_a_person():
    said = interpret({"a": 1.0, "b": 0.0}, T, min=2, max=3)
    assert (said.kind, said.reasons) == ("undervote", ("too_few",))


def test_ink_beside_an_unmarked_box_is_doubt_and_beside_a_marked_one_is_not():
    """B7: a mark outside its box."""
    assert interpret({"a": 0.0}, T, min=0, max=1, around={"a": 0.4}).doubtful == ("a",)
    assert interpret({"a": 0.9}, T, min=0, max=1, around={"a": 0.4}).kind == "clear"


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1)), st.integers(0, 5), st.integers(0, 5))
def test_nothing_is_trimmed_and_nothing_lost(scores, least, more):
    """B8: every mark at or above the threshold is listed, whatever the maximum."""
    said = interpret(scores, T, min=least, max=least + more)
    assert set(said.choices) == {id for id, score in scores.items() if score >= 0.3}
    assert set(said.doubtful) == {id for id, score in scores.items() if 0.1 < score < 0.3}
    assert said.needs_person or least <= len(said.choices) <= least + more or not said.choices


def test_thresholds_must_leave_a_band():
    with pytest.raises(ValueError):
        Thresholds(clear_below=0.3, clear_above=0.3)
