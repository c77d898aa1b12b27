"""Ballots online and on paper: what is taken, what is refused, and that again is the same as once."""

from __future__ import annotations

import pytest

from server.accounts.models import User
from server.ledger.models import Payload, Record
from server.meetings import actions as meetings
from server.processes.origin import Origin
from server.voting import actions as voting
from server.voting import boxkeys
from server.voting.definitions import Definition
from server.voting.refusals import (
    AccountSeparated,
    BoxNotOpen,
    DoorClosed,
    NotOnTheRoll,
    RightUnknown,
    SessionNotOpen,
    SheetSpoiled,
    SheetUnknown,
    TestRight,
)
from server.voting.refusals_ballots import BallotRefused, SealedCopied, SealedMalformed
from server.voting.rights import Right
from server.voting.sealing import seal, unseal
from tests.server.votes import ONLINE, make_session, make_vote, on_paper, print_sheets

pytestmark = pytest.mark.django_db


def opened(vote, record):
    definition = Definition.of(vote.box)
    body = bytes(record.payload.body)
    return unseal(body, box_private=boxkeys.private_key(vote.box), definition=definition.hash_bytes)


def test_a_ballot_is_sealed_and_says_nothing_of_the_order_of_taps(vote):
    record = vote.online(0, "verger", "lavoir")
    assert opened(vote, record) == {"q1": ["lavoir", "verger"]}
    assert (record.type, record.session_ref, record.verdict) == ("ballot.sealed", "", "accepted")
    assert b"verger" not in bytes(record.payload.body)
    blank = vote.online(1)
    assert len(blank.payload.body) == len(record.payload.body)


@pytest.mark.parametrize(
    ("facts", "chosen", "code"),
    [
        ({}, ["lavoir", "bancs", "verger", "piste"], "too_many"),
        ({"min_choices": 2}, ["lavoir"], "too_few"),
        ({"method": "knapsack", "max_choices": 0}, ["lavoir", "piste"], "over_budget"),
        ({"max_cost_cents": 450_00}, ["lavoir", "bancs"], "over_budget"),
        ({"method": "choose-1"}, ["lavoir", "bancs"], "too_many"),
        ({}, ["zoo"], "unknown_choice"),
        ({}, ["lavoir", "lavoir"], "repeated"),
    ],
)
def test_choices_against_the_rules_are_refused_at_entry(facts, chosen, code):
    """P21."""
    vote = make_vote(**facts)
    with pytest.raises(BallotRefused) as refused:
        vote.online(0, *chosen)
    assert (refused.value.code, refused.value.status) == (code, 422)
    assert not Record.objects.ballots().exists()
    vote.online(0)  # a blank ballot is always possible


def test_too_many_marks_on_paper_count_as_invalid_and_are_never_trimmed(vote):
    """P21."""
    (_code, sheet), *_rest = print_sheets(vote)
    everything = ["lavoir", "bancs", "verger", "piste", "kiosque"]
    record = on_paper(vote, sheet, everything)
    assert opened(vote, record) == {"q1": everything}


def test_an_unknown_contest_or_choice_is_refused_by_every_door(vote):
    (_code, sheet), *_rest = print_sheets(vote)
    with pytest.raises(BallotRefused):
        on_paper(vote, sheet, ["zoo"])
    right = Right.of_code(vote.box, vote.letters[0].text)
    with pytest.raises(BallotRefused):
        voting.cast_ballot(box=vote.box, right=right, choices={"q9": ["lavoir"]}, origin=ONLINE)


def test_the_same_form_sent_again_gives_the_same_record(vote):
    """D19."""
    first = vote.online(0, "lavoir", token="form-1")
    assert vote.online(0, "lavoir", token="form-1").id == first.id
    assert vote.online(0, "bancs", token="form-2").id != first.id
    assert vote.online(1, "lavoir", token="form-1").id != first.id
    assert Record.objects.ballots().count() == 3


def test_a_ballot_sealed_in_the_browser_is_taken_once(vote):
    definition = Definition.of(vote.box)
    sealed = seal(
        {"q1": ["bancs"]},
        box_key=definition.box_key,
        definition=definition.hash_bytes,
        length=definition.sealed_length,
    )
    right, other = (Right.of_code(vote.box, code.text) for code in vote.letters[:2])
    record = voting.cast_ballot(box=vote.box, right=right, sealed=sealed, origin=ONLINE)
    assert opened(vote, record) == {"q1": ["bancs"]}
    with pytest.raises(SealedCopied):
        voting.cast_ballot(box=vote.box, right=other, sealed=sealed, origin=ONLINE)
    with pytest.raises(SealedMalformed):
        voting.cast_ballot(box=vote.box, right=other, sealed=sealed[:-1], origin=ONLINE)
    assert Record.objects.ballots().count() == 1


def test_online_ballots_are_taken_while_the_box_is_open_only(vote):
    meetings.close_session(session=vote.session, by=vote.officer)
    right = Right.of_code(vote.box, vote.letters[0].text)
    voting.close_voting(box=vote.box, by=vote.officer)
    with pytest.raises(BoxNotOpen):
        voting.cast_ballot(box=vote.box, right=right, choices={}, origin=ONLINE)


def test_a_door_that_the_box_does_not_offer_is_closed():
    vote = make_vote(doors=["kiosk"])
    with pytest.raises(DoorClosed):
        vote.online(0, "lavoir")


def test_an_account_votes_once_it_is_matched_to_the_roll(vote):
    with pytest.raises(NotOnTheRoll):
        Right.of_account(vote.box, vote.officer)
    voting.match_account(entry=vote.entries[0], user=vote.officer)
    right = Right.of_account(vote.box, vote.officer)
    record = voting.cast_ballot(box=vote.box, right=right, choices={"q1": ["lavoir"]}, origin=ONLINE)
    assert record.payload.subject.startswith("entry:") and len(record.payload.subject) == 70
    assert vote.entries[0].number not in record.header


def test_p14_a_ballot_that_an_account_opened_is_refused_once_it_is_separated(vote):
    """Whoever was matched to the wrong line does not speak last, whoever is matched to it next."""
    wrong, right_one = vote.officer, User.objects.create_user("sister@example.org")
    voting.match_account(entry=vote.entries[0], user=wrong)
    left_open = Right.of_account(vote.box, wrong)
    sent = voting.cast_ballot(box=vote.box, right=left_open, choices={"q1": ["piste"]}, origin=ONLINE, token="form")
    voting.unmatch_account(entry=vote.entries[0], reason="the other sister", by=vote.officer)
    for matched in (None, right_one):
        if matched:
            voting.match_account(entry=vote.entries[0], user=matched)
            own = Right.of_account(vote.box, matched)
            voting.cast_ballot(box=vote.box, right=own, choices={"q1": ["lavoir"]}, origin=ONLINE)
        with pytest.raises(AccountSeparated):
            voting.cast_ballot(box=vote.box, right=left_open, choices={"q1": ["piste"]}, origin=ONLINE, token="again")
    voting.match_account(entry=vote.entries[1], user=wrong)
    with pytest.raises(AccountSeparated):  # its own line now, and still not this one
        voting.cast_ballot(box=vote.box, right=left_open, choices={"q1": ["piste"]}, origin=ONLINE)
    again = voting.cast_ballot(box=vote.box, right=left_open, choices={"q1": ["piste"]}, origin=ONLINE, token="form")
    assert again == sent, "D19: what was cast before stays cast"


def test_a_right_that_was_lost_meanwhile_is_refused():
    vote = make_vote(regime="pass", letters=False)
    code = vote.stack[0]
    right = Right.of_code(vote.box, code.text)
    voting.exchange_pass(session=vote.session, code_text=code.text, by=vote.officer)
    with pytest.raises(RightUnknown):
        voting.cast_ballot(box=vote.box, right=right, choices={}, origin=ONLINE)


def test_a_spoiled_sheet_is_not_read(vote):
    (code, sheet), *_rest = print_sheets(vote)
    voting.spoil_sheet(session=vote.session, serial_text=code.text, is_replaced=True, by=vote.officer)
    with pytest.raises(SheetSpoiled):
        on_paper(vote, sheet, ["lavoir"])


def test_sheets_are_read_until_the_session_is_reconciled():
    vote = make_vote(passes=0)
    (_code, sheet), (_other_code, other) = print_sheets(vote, 2)
    meetings.close_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)
    assert on_paper(vote, sheet, ["bancs"]).session_ref == vote.session.ref
    meetings.enter_hand_counts(session=vote.session, counts={"sheets_in_box": 1, "sheets_unused": 1}, by=vote.officer)
    meetings.explain_difference(session=vote.session, equation=5, text="Donnée sans laissez-passer.", by=vote.officer)
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    with pytest.raises(SessionNotOpen):
        on_paper(vote, other, ["bancs"])


def test_a_sheet_of_another_session_or_for_tests_is_no_right(vote):
    (_code, sheet), *_rest = print_sheets(vote)
    other = make_session(vote.box)
    with pytest.raises(SessionNotOpen):
        voting.cast_ballot(box=vote.box, right=Right.of_sheet(sheet), choices={}, origin=Origin.on_paper(other))
    meetings.open_session(session=other, by=vote.officer)
    with pytest.raises(SheetUnknown):
        voting.cast_ballot(box=vote.box, right=Right.of_sheet(sheet), choices={}, origin=Origin.on_paper(other))
    (_code, specimen), *_rest = print_sheets(vote, is_test=True)
    with pytest.raises(TestRight):
        Right.of_sheet(specimen)


def test_a_right_of_one_kind_does_not_pass_by_another_door(vote):
    (_code, sheet), *_rest = print_sheets(vote)
    with pytest.raises(RightUnknown):
        voting.cast_ballot(box=vote.box, right=Right.of_sheet(sheet), choices={}, origin=ONLINE)
    right = Right.of_code(vote.box, vote.letters[0].text)
    with pytest.raises(RightUnknown):
        voting.cast_ballot(box=vote.box, right=right, choices={}, origin=Origin.on_paper(vote.session))


def test_no_row_of_the_box_names_a_person(vote):
    """I7: what is stored of a ballot holds no number, name or address of the roll."""
    vote.online(0, "lavoir")
    stored = "".join(
        f"{payload.subject}{bytes(payload.body)!r}{payload.record.header}" for payload in Payload.objects.all()
    )
    for entry in vote.entries:
        assert entry.family_name not in stored and f"{entry.number!r}" not in stored
