"""Uniqueness lives in the database: eight processes at the same instant, on PostgreSQL and on SQLite."""

from __future__ import annotations

import pytest

from tests.server.race import outcome_of

pytestmark = [pytest.mark.services, pytest.mark.long]  # it runs on both databases by itself
outcome = outcome_of("tests.server.voting.race")


def test_a_box_frozen_eight_times_at_once_has_one_definition(outcome):
    assert list(outcome["freeze"].values()) == [8]
    assert outcome["frozen records"] == 2  # the vote's own box and this one


def test_one_form_sent_eight_times_at_once_is_one_ballot(outcome):
    """D19, S2."""
    assert list(outcome["same form"].values()) == [8]


def test_one_sealed_ballot_copied_eight_times_at_once_is_taken_once(outcome):
    assert outcome["same copy"] == {"taken": 1, "refused sealed_copied": 7}


def test_one_person_is_marked_once_at_eight_desks(outcome):
    """P20 for rights used in person."""
    assert outcome["mark"] == {"marked": 1, "refused used_in_person": 7}
    assert list(outcome["mark same form"].values()) == [8]


def test_one_pass_is_exchanged_once_at_eight_desks(outcome):
    """P4."""
    assert outcome["exchange"] == {"exchanged": 1, "refused pass_spent": 7}


def test_one_entry_goes_to_one_of_eight_accounts_and_one_account_to_one_entry(outcome):
    """P14."""
    assert outcome["match"] == {"matched": 1, "refused entry_taken": 7}
    assert outcome["match other"]["matched"] == 1
    assert sum(outcome["match other"].values()) == 8 and "bug" not in str(outcome["match other"])


def test_a_sheet_is_either_read_or_spoiled(outcome):
    found = outcome["sheet"]
    assert found in (
        {"read": 4, "refused sheet_read": 4},
        {"spoiled": 1, "refused sheet_spoiled": 7},
    )


def test_eight_wrong_codes_at_once_are_eight_of_the_address_the_block_and_the_roll(outcome):
    """P15, P16: nobody waits in a circle, and none is lost."""
    assert outcome["wrong codes"] == {"refused right_unknown": 8}
    assert outcome["counted wrong"] == [1] * 8 + [8] * 3


def test_no_ballot_enters_the_log_after_the_box_closed(outcome):
    assert outcome["close"]["closed"] == 1
    assert set(outcome["close"]) <= {"closed", "cast", "refused box_not_open"}
    assert outcome["after closing"] == 0


def test_the_log_has_no_gap_and_no_place_twice(outcome):
    """S13."""
    assert outcome["indices"] == list(range(len(outcome["indices"])))
