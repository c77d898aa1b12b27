"""A push is stored once, whoever else sends it at the same instant: on PostgreSQL and on SQLite (S2, S3)."""

from __future__ import annotations

import pytest

from tests.server.race import outcome_of

pytestmark = [pytest.mark.services, pytest.mark.long]  # it runs on both databases by itself
outcome = outcome_of("tests.server.devices.race")


def test_one_batch_from_eight_workers_at_once_is_stored_once_and_answered_alike(outcome):
    """S1, S2: everyone learns the same places in the log; one hears "accepted", the others "duplicate"."""
    found = outcome["replay"]
    assert found["rows"] == found["records"] == 6
    verdicts = {answer.partition(" at ")[0]: count for answer, count in found["answers"].items()}
    assert verdicts == {"accepted": 1, "duplicate": 7}
    assert len({answer.partition(" at ")[2] for answer in found["answers"]}) == 1


def test_of_eight_contents_for_one_number_the_first_stands_and_the_others_are_forks(outcome):
    """S3: nothing is thrown away."""
    found = outcome["fork"]
    assert found["answers"] == {"accepted": 1, "quarantined fork": 7}
    assert (found["rows"], found["standing"]) == (8, 1)


def test_d16_a_revocation_that_meets_pushes_halfway_reaches_all_of_them(outcome):
    """Also what was checked before it and stored after, in a chain that did not exist when it looked."""
    found = outcome["revoked"]
    assert found["answers"] == {"pushed": 7, "revoked": 1}
    assert found["reasons"] == {"revoked": 3 + 4 * 5} and found["states"] == [""]
