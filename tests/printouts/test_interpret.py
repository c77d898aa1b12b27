"""Scores and thresholds apart; doubt and overvotes go to people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printouts.read.interpret import GRIDS, Thresholds, interpret, interpret_grid

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


def grid(method, marks, doubt=(), **rules):
    """A grid of three choices and three columns with these boxes marked."""
    scores = {f"{choice}:{value}": 0.0 for choice in "abc" for value in (1, 2, 3)}
    scores |= dict.fromkeys(marks, 0.6) | dict.fromkeys(doubt, 0.2)
    return interpret_grid(scores, T, method=method, **({"min": 0, "max": 3} | rules))


@pytest.mark.parametrize(
    ("method", "marks", "answer"),
    [
        ("ranked", ["a:2", "c:1"], ["c", "a"]),
        ("ranked", [], []),
        ("score", ["a:3", "b:1"], {"a": 3, "b": 1}),
        ("score", [], {}),
        ("dots", ["a:1", "a:3", "c:2"], {"a": 2, "c": 1}),
    ],
)
def test_a_grid_that_leaves_no_question_is_an_answer(method, marks, answer):
    said = grid(method, marks)
    assert (said.answer, said.needs_person, said.reasons) == (answer, False, ())
    assert said.kind == ("clear" if marks else "blank")


def test_a_score_of_zero_is_a_mark_and_not_a_blank():
    said = interpret_grid({"a:0": 0.9, "a:1": 0.0, "b:0": 0.0, "b:1": 0.0}, T, method="score", min=0, max=2)
    assert (said.kind, said.answer) == ("clear", {"a": 0})


@pytest.mark.parametrize(
    ("method", "marks", "rules", "reasons"),
    [
        ("ranked", ["a:1", "a:2"], {}, ("two_in_row",)),
        ("ranked", ["a:1", "b:1"], {}, ("same_rank",)),
        ("ranked", ["a:1", "b:3"], {}, ("rank_gap",)),
        ("ranked", ["a:2"], {}, ("rank_gap",)),
        ("ranked", ["a:1"], {"min": 2}, ("too_few",)),
        ("ranked", ["a:1", "a:3", "b:1"], {}, ("two_in_row", "same_rank", "rank_gap")),
        ("score", ["a:1", "a:3"], {}, ("two_in_row",)),
        ("score", ["a:1", "b:1", "c:1"], {"max": 2}, ("too_many",)),
        ("dots", ["a:1", "a:2", "b:1", "c:3"], {"points": 3}, ("over_points",)),
    ],
)
def test_a_grid_that_breaks_a_rule_goes_to_a_person_whole(method, marks, rules, reasons):
    """B8: a rank given twice, a gap, a dot too many: named, every mark listed, nothing mended."""
    said = grid(method, marks, **rules)
    assert (said.reasons, said.needs_person, set(said.choices)) == (reasons, True, set(marks))
    if not set(reasons) <= {"too_few", "too_many"}:
        assert said.answer is None


@pytest.mark.parametrize("method", GRIDS)
def test_doubt_in_one_cell_is_doubt_in_the_grid(method):
    """B7."""
    said = grid(method, ["a:1"], doubt=["b:2"])
    assert (said.kind, said.doubtful, said.answer, said.needs_person) == ("doubtful", ("b:2",), None, True)


@given(st.sampled_from(GRIDS), st.sets(st.tuples(st.sampled_from("abc"), st.integers(1, 3))), st.integers(0, 5))
def test_what_a_grid_says_is_what_was_marked_or_nothing(method, boxes, points):
    """B8: an answer, drawn again, gives the same marks: nothing was trimmed, nothing added."""
    marks = {f"{choice}:{value}" for choice, value in boxes}
    said = grid(method, marks, points=points)
    assert set(said.choices) == marks
    if said.answer is None or said.needs_person:
        assert said.needs_person
    elif method == "ranked":
        assert {f"{choice}:{rank}" for rank, choice in enumerate(said.answer, start=1)} == marks
    elif method == "score":
        assert {f"{choice}:{value}" for choice, value in said.answer.items()} == marks
    else:
        assert sum(said.answer.values()) == len(marks)


def test_a_key_of_a_list_is_no_box_of_a_grid():
    for bad in ({"a": 0.9}, {"a:x": 0.9}):
        with pytest.raises(ValueError):
            interpret_grid(bad, T, method="score", min=0, max=1)
    with pytest.raises(ValueError):
        interpret_grid({}, T, method="approval", min=0, max=1)
