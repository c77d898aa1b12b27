"""An amendment of an older version is read against the present one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.proposals.rebasing import rebase
from server.proposals.texts import PARTS, Text, changes


def carried(base, present, wanted):
    told = rebase(Text("T", base), Text("T", present), Text("T", wanted))
    return told.text.body, told.is_clean


@pytest.mark.parametrize(
    ("base", "present", "wanted", "expected", "is_clean"),
    [
        ("un deux trois", "un deux trois", "un 2 trois", "un 2 trois", True),
        ("un deux trois", "1 deux trois", "un deux 3", "1 deux 3", True),
        ("un deux trois", "un 2 trois", "un 2 trois", "un 2 trois", True),
        ("un deux trois", "un 2 trois", "un deuxième trois", "un deuxième trois", False),
        ("un deux trois", "un trois", "un deux gros trois", "un gros trois", True),
        ("un deux", "un deux trois", "un deux quatre", "un deux trois quatre", False),
        ("un", "un", "", "", True),
        ("un deux trois", "un quatre", "un gros trois", "un gros trois", False),
        ("", "un", "deux", "un deux", False),
        ("a b", "a b c", "a b", "a b c", True),
    ],
)
def test_changes_are_carried_over(base, present, wanted, expected, is_clean):
    assert carried(base, present, wanted) == (expected, is_clean)


words = st.lists(st.sampled_from(["le", "banc", "de", "la", "gare", ",", "\n\n"]), max_size=12).map(" ".join)


@given(words, words)
def test_what_only_one_side_changed_is_that_side(base, other):
    assert carried(base, base, other) == (other, True)
    assert carried(base, other, base) == (other, True)


@given(words, words, words)
def test_it_holds_for_any_three_texts_and_title_and_text_are_apart(base, present, wanted):
    told, _is_clean = carried(base, present, wanted)
    known = {" "}.union(*(PARTS.findall(text) for text in (base, present, wanted)))
    assert set(PARTS.findall(told)) <= known | {f"{one}{other}" for one in known for other in known if not one.strip()}


@given(words, words)
def test_what_changed_joined_without_what_went_is_the_new_text(before, after):
    told = changes(before, after)
    assert "".join(text for what, text in told if what != "gone") == after
    assert "".join(text for what, text in told if what != "new") == before


def test_texts_of_one_word_a_thousand_times_are_compared_at_once():
    """With every word a place to begin from, this would run for hours, and anybody could ask for it."""
    before, after = "a " * 2_500, "a b " * 1_250
    assert "".join(text for what, text in changes(before, after) if what != "gone") == after
    assert carried(before, after, f"{before}c")[0].endswith("c")


def test_one_word_of_a_long_text_is_told_alone():
    body = "le banc de la gare, " * 200
    assert changes(f"{body}un {body}", f"{body}deux {body}") == [
        ("same", body), ("gone", "un"), ("new", "deux"), ("same", f" {body}"),
    ]  # fmt: skip
