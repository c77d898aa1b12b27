"""Uniqueness lives in the database: eight processes at the same instant, on PostgreSQL and on SQLite."""

from __future__ import annotations

import pytest

from tests.server.race import outcome_of

pytestmark = [pytest.mark.services, pytest.mark.long]  # it runs on both databases by itself
outcome = outcome_of("tests.server.discussion.race")


def test_one_vote_eight_times_at_once_counts_once(outcome):
    assert outcome["same vote"] == {"True": 8} and outcome["votes of one"] == 1


def test_eight_votes_at_once_are_eight(outcome):
    assert outcome["many votes"] == {"True": 8}
    assert outcome["useful"] == [9, 9] and outcome["useful records"] == 9


def test_one_form_sent_eight_times_at_once_is_one_comment(outcome):
    assert list(outcome["same form"].values()) == [8] and outcome["written"] == 2


def test_who_writes_and_who_hides_at_once_do_not_wait_in_a_circle(outcome):
    assert outcome["either"] == {"written": 4, "hidden": 4}
    assert outcome["hidden records"] == [1, 1]


def test_words_taken_back_eight_times_at_once_are_taken_back_once(outcome):
    assert outcome["withdrawn"] == {"True": 8}


def test_the_figure_is_what_is_there(outcome):
    assert outcome["counted"] == [5, 5]


def test_the_log_has_no_gap_and_no_place_twice(outcome):
    """S13."""
    assert outcome["indices"] == list(range(len(outcome["indices"])))
