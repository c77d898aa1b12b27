"""An envelope has one fate and its person one voice, whoever acts at the same instant: on PostgreSQL and on SQLite."""

from __future__ import annotations

import pytest

from tests.server.race import outcome_of

pytestmark = [pytest.mark.services, pytest.mark.long]  # it runs on both databases by itself
outcome = outcome_of("tests.server.post.race")


def test_one_word_said_eight_times_uses_the_right_once(outcome):
    """D19."""
    assert outcome["same word"] == {"accepted": 8}


def test_of_two_words_the_first_stands_and_the_other_is_told(outcome):
    found = outcome["two words"]
    assert found in ({"accepted": 4, "refused envelope_decided": 4}, {"refused": 4, "refused envelope_decided": 4})


def test_whoever_posts_and_comes_to_the_hall_at_the_same_instant_has_one_voice(outcome):
    """P1, P2, P14."""
    found = outcome["post or hall"]
    assert found in (
        {"accepted": 4, "refused voted_by_post": 4},
        {"marked": 1, "refused used_in_person": 7},
    )


def test_a_doubtful_envelope_is_decided_once(outcome):
    """B17."""
    assert outcome["doubtful"] in (
        {"decided": 1, "refused envelope_decided": 7},
        {"decided": 1, "refused already_asked": 7},
    )


def test_a_stack_is_opened_once_and_no_opened_envelope_loses_its_voice(outcome):
    """P1: a list keyed in meanwhile takes a shut envelope out, or comes too late; never both, never neither."""
    assert "bug" not in str(outcome)
    for state, ways in outcome["used"]:
        expected = {"accepted": [["post"]], "opened": [["post"]], "refused": [[], ["hall"]]}.get(state, [[], ["hall"]])
        assert ways in expected, (state, ways)


def test_the_log_says_of_each_right_what_the_register_says(outcome):
    marks = [way for _state, ways in outcome["used"] for way in ways]
    assert outcome["posted"] == marks.count("post")
    assert outcome["in hall"] == marks.count("hall")
    opened = sum(state == "opened" for state, _ways in outcome["used"])
    assert outcome["opened records"] == (1 if opened else 0)
