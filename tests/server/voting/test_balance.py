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

# A hall in the evening: 100 passes, 40 people, one gave the pass back, 25 voted at kiosks, 12 on paper, one not at all.
EVENING = SessionFacts(
    passes_printed=100,
    passes_spoiled=2,
    passes_unused=59,
    passes_returned=1,
    passes_issued=39,
    has_roll=True,
    marked=40,
    restored=1,
    passes_spent_at_kiosks=25,
    passes_exchanged=12,
    kiosk_ballots=28,
    kiosk_ballots_standing=25,
    kiosk_ballots_further=1,
    kiosk_ballots_void=2,
    sheets_printed=30,
    sheets_replaced=1,
    sheets_spoiled=2,
    sheets_unused=15,
    sheets_in_box=12,
    sheets_automatic=10,
    sheets_decided=1,
    sheets_refused=1,
    devices=3,
    devices_closed=2,
    devices_missing=1,
)
COUNTERS = [one.name for one in fields(SessionFacts) if one.name not in ("has_roll", "sheet_boxes")]
# Who leaves with a pass in the pocket is no difference: these move the passes that did not come back.
MOVES_WHAT_IS_NOT_BACK = {"passes_spent_at_kiosks", "passes_returned", "passes_spent_online"}


def test_an_evening_that_adds_up_holds():
    equations = session_equations(EVENING)
    assert [equation.number for equation in equations] == [1, 2, 3, 4, 5, 6, 9]
    assert all(equation.holds for equation in equations)
    require_balance(equations)


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("counter", [name for name in COUNTERS if name not in MOVES_WHAT_IS_NOT_BACK])
def test_one_counter_off_by_one_is_seen(counter, step):
    """P11, F15."""
    wrong = replace(EVENING, **{counter: getattr(EVENING, counter) + step})
    if counter == "passes_issued":
        assert [one.number for one in session_equations(wrong) if not one.holds] == [1, 2]
    with pytest.raises(BalanceOpen):
        require_balance(session_equations(wrong))


def test_more_passes_spent_than_issued_are_seen():
    out = EVENING.issued - EVENING.passes_exchanged - EVENING.passes_returned
    assert all(one.holds for one in session_equations(replace(EVENING, passes_spent_at_kiosks=out)) if one.number == 3)
    wrong = session_equations(replace(EVENING, passes_spent_at_kiosks=out + 1))
    assert [one.number for one in wrong if not one.holds] == [3]


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
