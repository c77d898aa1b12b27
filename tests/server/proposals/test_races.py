"""Uniqueness lives in the database: eight processes at the same instant, on PostgreSQL and on SQLite."""

from __future__ import annotations

import pytest

from tests.server.race import outcome_of

pytestmark = [pytest.mark.services, pytest.mark.long]  # it runs on both databases by itself
outcome = outcome_of("tests.server.proposals.race")


def test_one_person_in_eight_windows_endorses_once(outcome):
    assert outcome["same"] == {"endorsed": 8}


def test_the_last_endorsement_of_a_person_is_given_once(outcome):
    assert outcome["limited"] == 2
    assert outcome["limited answers"] == ["endorsed", "refused too_many_endorsements"]


def test_eight_people_who_endorse_at_once_are_all_counted(outcome):
    assert outcome["everyone"] == {"endorsed": 8} and outcome["counted"] == 9


def test_each_proposal_has_a_number_of_its_own_and_each_right_its_limit(outcome):
    assert outcome["publish"] == {"published": 5, "refused too_many_proposals": 3}
    assert outcome["numbers"] == list(range(1, 10))


def test_whoever_endorses_while_two_become_one_counts_for_the_whole_or_is_told(outcome):
    told = outcome["join"]
    assert told["joined"] == 1
    assert sum(told.values()) == 8 and set(told) <= {"joined", "endorsed", "refused proposal_gone"}
    assert outcome["whole"] == told.get("endorsed", 0)


def test_an_amendment_is_decided_once_and_the_text_follows(outcome):
    told, is_taken = outcome["decide"], outcome["outcome"] == "accepted"
    assert sum(told.values()) == 8 and told["accepted" if is_taken else "rejected"] == 4
    assert told["refused amendment_decided"] == 4
    assert outcome["decisions"] == 1 and outcome["version"] == (2 if is_taken else 1)
