"""One sheet has one ballot, whoever reads it at the same instant: on PostgreSQL and on SQLite (B1, B2, B17)."""

from __future__ import annotations

import pytest

from tests.server.race import outcome_of

pytestmark = [pytest.mark.services, pytest.mark.long]  # it runs on both databases by itself
outcome = outcome_of("tests.server.paper.race")


def test_eight_scans_of_one_sheet_are_one_ballot_b1(outcome):
    assert outcome["same marks"] == {"automatic": 1, "repeated": 7}


def test_eight_copies_with_other_marks_are_one_ballot_and_questions_b2(outcome):
    found = outcome["other marks"]
    assert found["automatic"] == 1
    assert sum(found.values()) == 8
    assert set(found) == {"automatic", "repeated", "conflict"}


def test_two_workers_at_one_page_keep_it_once(outcome):
    assert outcome["same page"] == {"automatic": 1, "held already": 7}
    assert outcome["ballots before"] == 3


def test_of_eight_people_one_decides_and_the_others_are_told_b17(outcome):
    assert outcome["decide"] == {"choices": 1, "refused already_decided": 7}
    assert (outcome["decisions"], outcome["decided records"]) == (1, 1)
    assert outcome["ballots"] == outcome["ballots before"] + 1


def test_eight_people_who_ask_at_once_are_given_as_many_sheets_as_wait_and_no_sheet_twice_b17(outcome):
    """Five that are doubtful, and one of which two images differ."""
    given = dict(outcome["given"])
    assert given.pop("none") == 2
    assert len(given) == 6 and set(given.values()) == {1}
    assert {f"page {page}" for page in range(14, 19)} < set(given)
    assert outcome["leases"] == 6


def test_of_eight_who_type_one_sheet_in_two_are_kept_and_it_is_one_ballot_b16(outcome):
    assert outcome["keyed"] == {"1": 1, "2": 1, "refused keyed_already": 6}
    assert (outcome["keyings"], outcome["ballots of keyings"]) == (2, 1)
