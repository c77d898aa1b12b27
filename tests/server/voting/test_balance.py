"""The accounts: what adds up, what does not, and that one counter off by one is seen (P11)."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from server.voting.balance import (
    BoxFacts,
    SessionFacts,
    box_equations,
    require_balance,
    session_equations,
    with_explanations,
)
from server.voting.refusals import BalanceOpen

# A hall in the evening: 100 passes, 40 people, one mark undone, 26 voted at kiosks, 12 on paper, one brought it back.
# Six sheets went home: two came back well, one of them empty; one too late; one was lost, one is doubtful, one is out.
EVENING = SessionFacts(
    passes_printed=100,
    passes_spoiled=2,
    passes_unused=59,
    passes_returned=1,
    passes_issued=39,
    passes_taken_back=1,
    has_roll=True,
    marked=40,
    restored=1,
    passes_spent_at_kiosks=26,
    passes_exchanged=12,
    kiosk_ballots=29,
    kiosk_ballots_standing=26,
    kiosk_ballots_further=1,
    kiosk_ballots_void=2,
    sheets_printed=36,
    sheets_replaced=1,
    sheets_spoiled=2,
    sheets_unused=15,
    sheets_in_box=12,
    sheets_automatic=10,
    sheets_decided=1,
    sheets_refused=1,
    envelopes_sent=6,
    envelopes_accepted=2,
    envelopes_refused=1,
    envelopes_void=1,
    envelopes_waiting=1,
    envelopes_out=1,
    envelopes_opened=2,
    envelopes_sheets=1,
    envelopes_without=1,
    devices=3,
    devices_closed=2,
    devices_missing=1,
)
# The same evening in a vote by pass: nobody is marked, the desk pressed for each pass and keeps no tally on paper.
BY_PASS = replace(EVENING, has_roll=False, marked=0, restored=0, passes_issued=None, passes_handed_over=39)
NO_COUNTERS = ("has_roll", "sheet_boxes", "is_residual")
COUNTERS = [one.name for one in fields(SessionFacts) if one.name not in NO_COUNTERS]
OF_PERSONS = {"marked_twice", "marked", "restored", "by_proxy", "walked_in", "passes_issued"}


def test_an_evening_that_adds_up_holds():
    equations = session_equations(EVENING)
    assert [equation.key for equation in equations] == ["1", "2", "3", "3b", "4", "5", "5b", "6", "6b", "9"]
    assert all(equation.holds for equation in equations)
    require_balance(equations)


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("counter", [name for name in COUNTERS if name != "passes_handed_over"])
def test_one_counter_off_by_one_is_seen(counter, step):
    """P11, F15."""
    wrong = replace(EVENING, **{counter: getattr(EVENING, counter) + step})
    if counter == "passes_issued":
        assert [one.number for one in session_equations(wrong) if not one.holds] == [1, 2]
    with pytest.raises(BalanceOpen):
        require_balance(session_equations(wrong))


def test_an_evening_by_pass_that_adds_up_holds():
    equations = session_equations(BY_PASS)
    assert [equation.key for equation in equations] == ["1", "3", "3b", "4", "5", "5b", "6", "6b", "9"]
    assert all(equation.holds for equation in equations)


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("counter", [name for name in COUNTERS if name not in OF_PERSONS])
def test_one_counter_off_by_one_is_seen_by_pass_as_well(counter, step):
    """P11, F15: what the desk pressed stands against the stacks, and no number is what the others leave over."""
    wrong = session_equations(replace(BY_PASS, **{counter: getattr(BY_PASS, counter) + step}))
    with pytest.raises(BalanceOpen):
        require_balance(wrong)


def test_a_tally_on_paper_stands_in_for_the_button_and_against_it():
    alone = replace(BY_PASS, passes_handed_over=0, passes_issued=39)
    assert all(one.holds for one in session_equations(alone))
    assert [one.key for one in session_equations(replace(alone, passes_issued=40)) if not one.holds] == ["1", "3"]
    both = session_equations(replace(BY_PASS, passes_issued=40))
    assert [one.key for one in both if not one.holds] == ["1", "2"]


def test_a_pass_that_did_not_come_back_is_explained_and_hides_no_wrong_count():
    """P11: the words for one pass do not settle another line."""
    left = replace(EVENING, passes_spent_at_kiosks=25, kiosk_ballots=28, kiosk_ballots_standing=25)
    assert [(one.key, one.difference) for one in session_equations(left) if not one.holds] == [("3", 1)]
    said = {"3": {"text": "Une personne est partie avec son passe.", "by": [1, 2]}}
    require_balance(with_explanations(session_equations(left), said, 2))
    for returned in (0, 2):
        wrong = with_explanations(session_equations(replace(left, passes_returned=returned)), said, 2)
        assert [one.key for one in wrong if not one.is_settled] == ["3b"]


def test_more_passes_spent_than_issued_are_seen():
    wrong = session_equations(replace(EVENING, passes_spent_at_kiosks=EVENING.passes_spent_at_kiosks + 1))
    assert [(one.key, one.difference) for one in wrong if not one.holds] == [("3", -1)]


def test_a_pass_of_somebody_refused_is_accounted_for():
    facts = replace(EVENING, passes_issued=None, passes_unused=58, walked_in=1, passes_refused=1)
    assert all(one.holds for one in session_equations(facts))


def test_lost_passes_that_were_replaced_stand_on_both_sides_and_a_finder_who_votes_is_seen():
    """P11: four passes for two people more; one of the lost ones turned up and lies with the returned."""
    lost = {"replaced": 2, "replaced_away": 1, "replaced_unknown": 1, "passes_taken_back": 2, "passes_returned": 2}
    for evening in (replace(EVENING, passes_issued=None), BY_PASS):
        facts = replace(evening, passes_printed=103, **lost)
        assert all(one.holds for one in session_equations(facts))
        found = replace(facts, passes_spent_at_kiosks=facts.passes_spent_at_kiosks + 1)
        assert [(one.key, one.difference) for one in session_equations(found) if not one.holds] == [("3", -1)]


def test_a_closing_from_before_keeps_what_was_not_back_as_a_number():
    facts = replace(BY_PASS, passes_handed_over=0, passes_spent_at_kiosks=25, passes_taken_back=0, is_residual=True)
    told = session_equations(facts)
    assert [one.key for one in told[:2]] == ["1", "3"] and told[1].terms[-1].key == "not_returned"
    assert told[0].holds and told[1].holds and told[1].terms[-1].count == 1


def test_without_a_tally_what_is_not_on_the_table_was_issued():
    equations = session_equations(replace(EVENING, passes_issued=None))
    assert all(equation.holds for equation in equations)
    wrong = session_equations(replace(EVENING, passes_issued=None, passes_unused=58))
    assert [equation.number for equation in wrong if not equation.holds] == [2]


def test_what_was_not_used_is_not_asked_for():
    assert session_equations(SessionFacts()) == []
    assert [one.number for one in session_equations(SessionFacts(sheets_printed=1, sheets_unused=1))] == [5, 6]


def test_an_explanation_needs_enough_people_and_a_difference():
    wrong = session_equations(replace(EVENING, sheets_in_box=11))
    alone = {"6": {"text": "Une feuille tombée.", "by": [1]}, "5": {"text": "Rien.", "by": [1, 2]}}
    assert [one.explanation for one in with_explanations(wrong, alone, 2) if one.explanation] == []
    with pytest.raises(BalanceOpen) as refused:
        require_balance(with_explanations(wrong, alone, 2))
    assert refused.value.details == {"equations": [6]}
    twice = {"6": {"text": "Une feuille tombée.", "by": [1, 1]}}
    assert not any(one.explanation for one in with_explanations(wrong, twice, 2))
    both = {"6": {"text": "Une feuille tombée.", "by": [1, 2]}}
    require_balance(with_explanations(wrong, both, 2))


BOX = BoxFacts(
    rights={"used": 30, "in_person": 20, "online": 10},
    ballots=30,
    valid=25,
    blank=3,
    invalid=2,
    votes=60,
    votes_not_used=15,
    votes_allowed=3,
    has_result=True,
    log_size=100,
    verdicts={"accepted": 95, "provisional": 1, "parked": 2, "quarantined": 2},
)


def test_a_box_balances_votes_rights_and_log():
    assert [one.number for one in box_equations(BOX)] == [7, 7, 8, 10]
    require_balance(box_equations(BOX))


@pytest.mark.parametrize(
    ("facts", "number"),
    [
        ({"ballots": 31}, 7),
        ({"votes": 61}, 7),
        ({"rights": {"used": 29, "in_person": 20, "online": 10}}, 8),
        ({"log_size": 99}, 10),
    ],
)
def test_a_box_that_does_not_add_up_is_not_certified(facts, number):
    with pytest.raises(BalanceOpen) as refused:
        require_balance(box_equations(replace(BOX, **facts)))
    assert refused.value.details == {"equations": [number]}


def test_equations_are_published_by_key_not_by_label():
    published = session_equations(EVENING)[0].as_json()
    assert published["name"] == "passes_printed" and published["left"] == published["right"] == 100
    assert [term["name"] for term in published["terms"]] == ["issued", "spoiled", "unused"]
