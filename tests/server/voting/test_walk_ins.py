"""Somebody who is not on the roll votes at once, and counts if people say so (P3, P7)."""

from __future__ import annotations

import datetime as dt

import pytest

from server.accounts.models import User
from server.ledger.codes import parse_code
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.office.approvals import SecondPerson, agree, refuse
from server.office.models import Act, Approval
from server.voting import actions as voting
from server.voting.models import Pass, PresenceMark, WalkIn, WalkInPass
from server.voting.refusals import PassSpent, PassUnknown, PassVoid, ReasonMissing, SessionNotOpen, UsedInPerson
from server.voting.refusals_desk import AlreadyAsked, AlreadyDecided, PassProvisional, WalkInsUndecided
from server.voting.settlement import settle_box
from tests.server.votes import Vote, sync

pytestmark = pytest.mark.django_db
ABOUT = {
    "family_name": "Dupré", "given_name": "Inès", "birth_date": dt.date(1990, 5, 31), "address": "3 rue Haute",
    "shown": "identity card", "reason": "moved here in April",
}  # fmt: skip


def walk_in(vote: Vote, *, token: str = "", code_text: str = "", **about) -> tuple[WalkIn, str]:
    """She is entered and gets the next pass: who she is, and the pass's code."""
    code = code_text or vote.stack.pop().text
    entered = voting.enter_walk_in(
        session=vote.session, roll=vote.box.roll, about=ABOUT | about, code_text=code, by=vote.officer, token=token
    )
    return entered, code


def decide(one: WalkIn, vote: Vote, *, is_accepted: bool = True, reason: str = "proof of address", **more):
    return voting.decide_walk_in(walk_in=one, is_accepted=is_accepted, reason=reason, by=vote.officer, **more)


def at_kiosk(vote: Vote, code: str) -> None:
    device = vote.kiosk()
    device.cast(vote.box.definition_hash, parse_code(code), {"q1": ["lavoir"]})
    sync(device)


def counts(vote: Vote) -> dict[str, int]:
    """The stacks as they are when nothing went astray."""
    out = PresenceMark.objects.filter(session=vote.session, is_restored=False).count()
    out += vote.session.walk_ins.with_pass().count()
    printed = Pass.objects.filter(batch__session=vote.session).count()
    return {"passes_unused": printed - out, "passes_spoiled": 0, "passes_returned": 0}


def test_a_walk_in_votes_at_once_and_waits_for_people(vote):
    one, code = walk_in(vote)
    at_kiosk(vote, code)
    settled = settle_box(vote.box).settlement
    assert len(settled.provisional) == 1 and not settled.counted
    vote.close_kiosks()
    meetings.close_session(session=vote.session, by=vote.officer)
    meetings.enter_hand_counts(session=vote.session, counts=counts(vote), by=vote.officer)
    with pytest.raises(WalkInsUndecided):
        meetings.reconcile_session(session=vote.session, by=vote.officer)
    decide(one, vote)
    assert meetings.reconcile_session(session=vote.session, by=vote.officer).state == "reconciled"


def test_accepted_the_person_joins_the_roll_as_a_new_version_and_the_ballot_counts(vote):
    """P7: an addition is provisional first; then the log says which version of the roll holds."""
    one, code = walk_in(vote)
    at_kiosk(vote, code)
    decided = decide(one, vote)
    entry = decided.entry
    assert (str(entry), entry.number, entry.roll.version) == ("Inès Dupré", "W1", 2)
    assert vote.box.presence_marks.get().entry == entry
    types = list(Record.objects.exclude(type="ballot.sealed").values_list("type", flat=True))
    assert types[-2:] == ["roll.version", "right.used"] and "right.provisional" in types
    vote.close_kiosks()
    box = vote.finish(**counts(vote))
    assert box.settlement["counted"] == 1 and box.settlement["removed_by_rule"] == {}


def test_refused_the_ballot_is_taken_out_still_sealed_and_the_accounts_balance(vote):
    one, code = walk_in(vote)
    at_kiosk(vote, code)
    decided = decide(one, vote, is_accepted=False, reason="lives elsewhere")
    assert (decided.state, decided.entry) == ("refused", None)
    vote.close_kiosks()
    box = vote.finish(**counts(vote))
    assert box.settlement["counted"] == 0 and box.settlement["removed_by_rule"] == {"refused": 1}
    assert not box.cast_vote_records.exists()
    assert box.roll.entries.count() == 6 and not box.presence_marks.exists()


@pytest.mark.parametrize("is_accepted", [True, False])
def test_nothing_joins_the_person_to_the_pass_in_log_or_box_and_after_the_decision_nowhere(vote, is_accepted):
    """P18."""
    one, code = walk_in(vote)
    held = Pass.objects.get(walk_in_pass__walk_in=one)
    decide(one, vote, is_accepted=is_accepted)
    assert not WalkInPass.objects.exists()
    subjects = list(Record.objects.values_list("payload__subject", flat=True))
    assert not any(held.use_value in subject for subject in subjects)
    bodies = b"".join(bytes(body) for body in Record.objects.values_list("payload__body", flat=True))
    assert held.use_value.encode() not in bodies and "Dupré".encode() not in bodies and code.encode() not in bodies


def test_the_same_form_enters_one_walk_in_and_a_pass_serves_one(vote):
    """D19."""
    one, code = walk_in(vote, token="f")
    assert walk_in(vote, token="f", code_text=code)[0] == one
    with pytest.raises(PassProvisional):
        walk_in(vote, code_text=code)
    assert WalkIn.objects.count() == 1


def test_only_a_pass_that_can_be_handed_over_is_taken_for_a_walk_in(vote):
    spent, void = vote.stack.pop().text, vote.stack.pop().text
    voting.exchange_pass(session=vote.session, code_text=spent, by=vote.officer)
    voting.void_pass(session=vote.session, code_text=void, reason="lost", by=vote.officer)
    for code, refusal in ((spent, PassSpent), (void, PassVoid), ("nonsense", PassUnknown)):
        with pytest.raises(refusal):
            walk_in(vote, code_text=code)
    meetings.pause_session(session=vote.session, by=vote.officer)
    with pytest.raises(SessionNotOpen):
        walk_in(vote)
    assert not WalkIn.objects.exists()


def test_a_sheet_is_handed_out_for_the_pass_only_once_people_have_decided(vote):
    """Nothing joins a sheet to a pass: it could not be taken out."""
    one, code = walk_in(vote)
    exchange = {"session": vote.session, "code_text": code, "by": vote.officer}
    with pytest.raises(PassProvisional):
        voting.exchange_pass(**exchange)
    decide(one, vote)
    assert voting.exchange_pass(**exchange).is_exchanged
    other, code = walk_in(vote, family_name="Martin")
    decide(other, vote, is_accepted=False)
    with pytest.raises(PassVoid):
        voting.exchange_pass(**exchange | {"code_text": code})


def test_a_pass_that_is_given_back_leaves_nothing_to_decide(vote):
    one, code = walk_in(vote)
    voting.void_pass(session=vote.session, code_text=code, reason="given back", by=vote.officer)
    one.refresh_from_db()
    assert one.state == "withdrawn" and not WalkInPass.objects.exists()
    with pytest.raises(AlreadyDecided):
        decide(one, vote)


def test_a_person_of_the_roll_after_all_is_marked_and_not_added(vote):
    """P8: people choose the line, the roll does not grow."""
    one, code = walk_in(vote)
    at_kiosk(vote, code)
    decided = decide(one, vote, entry=vote.entries[3])
    assert decided.entry == vote.entries[3] and vote.box.roll.entries.count() == 6
    assert vote.box.presence_marks.get().entry == vote.entries[3]
    assert len(settle_box(vote.box).settlement.counted) == 1


def test_whoever_was_marked_already_has_no_second_voice(vote):
    vote.hand_over(3)
    one, _code = walk_in(vote)
    with pytest.raises(UsedInPerson):
        decide(one, vote, entry=vote.entries[3])
    one.refresh_from_db()
    assert one.is_waiting and WalkInPass.objects.exists()


def test_deciding_needs_a_reason_and_is_final(vote):
    one, _code = walk_in(vote)
    with pytest.raises(ReasonMissing):
        decide(one, vote, reason="  ")
    decide(one, vote, is_accepted=False)
    for is_accepted in (True, False):
        with pytest.raises(AlreadyDecided):
            decide(one, vote, is_accepted=is_accepted)


def test_two_persons_decide_and_the_log_of_the_office_names_no_voter(vote, settings):
    settings.PARVIS_SINGLE_HANDED = False
    one, _code = walk_in(vote)
    asked = decide(one, vote)
    assert isinstance(asked, Approval)
    with pytest.raises(AlreadyAsked):  # nobody slips another decision under the first one's name
        decide(one, vote, is_accepted=False)
    with pytest.raises(SecondPerson):
        agree(approval=asked, by=vote.officer)
    second = User.objects.create_user("second@example.org")
    agree(approval=asked, by=second)
    one.refresh_from_db()
    assert (one.state, one.decided_by, one.agreed_by) == ("accepted", vote.officer, second)
    act = Act.objects.get(deed="walkin.decided")
    assert act.facts == {"outcome": "accepted"} and "Dupré" not in act.subject


def test_a_decision_that_the_second_person_does_not_want_can_be_asked_anew(vote, settings):
    settings.PARVIS_SINGLE_HANDED = False
    one, _code = walk_in(vote)
    refuse(approval=decide(one, vote), by=User.objects.create_user("second@example.org"))
    one.refresh_from_db()
    assert one.is_waiting and not one.asked and not one.decided_reason
    assert isinstance(decide(one, vote, is_accepted=False), Approval)
