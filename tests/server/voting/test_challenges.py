"""The same person at two desks without network, in two meetings of one box (P3): both are kept, people decide."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation

from server.accounts.models import User
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.office.approvals import SecondPerson, agree, refuse
from server.office.models import Act, Approval
from server.opendata.alone import done_alone
from server.voting import actions as voting
from server.voting.balance import balance_of
from server.voting.models import Challenge, PresenceMark
from server.voting.presence import mark_of
from server.voting.refusals import ReasonMissing, SessionNotOpen, UsedInPerson
from server.voting.refusals_desk import (
    AlreadyAsked,
    AlreadyDecided,
    ChallengesUndecided,
    MarkedTwice,
    NotMarkedElsewhere,
)
from server.voting.settlement import settle_box
from tests.server.votes import Vote, make_box, make_session, make_vote, sync

pytestmark = pytest.mark.django_db
State = Challenge.State


def elsewhere(vote: Vote) -> Vote:
    """A second meeting of the same box, open, with a stack of its own."""
    session = make_session(vote.box)
    stack = [code for code, _row in voting.make_passes(session=session, quantity=8)]
    meetings.open_session(session=session, by=vote.officer)
    session.refresh_from_db()
    return replace(vote, session=session, stack=stack, handed=[], kiosks=[])


def at_kiosk(hall: Vote, code) -> None:
    device = hall.kiosk()
    device.cast(hall.box.definition_hash, code, {"q1": ["lavoir"]})
    sync(device)
    hall.close_kiosks()


def from_paper(hall: Vote, person: int = 0) -> Challenge:
    """The hall kept a list on paper and handed over a pass; now the list is keyed in."""
    with pytest.raises(UsedInPerson):
        voting.mark_used_in_person(
            box=hall.box, entry=hall.entries[person], session=hall.session, by=hall.officer, is_keyed_in=True
        )
    [challenge] = voting.note_challenge(session=hall.session, entry=hall.entries[person], by=hall.officer)
    return challenge


def decide(one: Challenge, vote: Vote, outcome: str = State.FIRST, reason: str = "She was at both.", **more):
    return voting.decide_challenge(challenge=one, outcome=outcome, reason=reason, **{"by": vote.officer} | more)


def finish(*halls: Vote) -> dict:
    """Count each hall's stack as it is, then close the box: its settlement."""
    for hall in halls:
        hall.refresh()
        if hall.session.state != "closed":
            meetings.close_session(session=hall.session, by=hall.officer)
        hall.count(passes_unused=len(hall.stack), passes_spoiled=0, passes_returned=0)
        meetings.reconcile_session(session=hall.session, by=hall.officer)
    box = halls[0].box
    voting.close_voting(box=box, by=halls[0].officer)
    return voting.reconcile_box(box=box, by=halls[0].officer).settlement


@pytest.mark.parametrize("outcome", [State.FIRST, State.PAPER])
@pytest.mark.parametrize("is_other_order", [False, True])
def test_p3_in_both_orders_the_right_is_used_once_and_the_accounts_of_both_halls_add_up(vote, outcome, is_other_order):
    first, paper = vote, elsewhere(vote)
    if is_other_order:
        first, paper = paper, first
    vote.online(0, "bancs")
    at_kiosk(first, first.hand_over(0))
    at_kiosk(paper, paper.stack.pop())
    one = from_paper(paper)
    assert one.mark.session == first.session and one.noted_by == vote.officer
    decide(one, vote, outcome)
    settlement = finish(first, paper)
    assert settlement["rights"] == {"used": 1, "in_person": 1, "online": 0}
    assert settlement["counted"] == 2 and settlement["by_door"]["web"] == 0
    terms = {
        term.key: term.count for one in balance_of(paper.refresh().session) if one.number == 2 for term in one.terms
    }
    assert terms == {"marked": 0, "restored": 0, "marked_twice": 1}
    assert all(one.holds for hall in (first, paper) for one in balance_of(hall.refresh().session))


def test_without_the_note_the_accounts_of_the_second_hall_have_one_pass_too_many(vote):
    paper = elsewhere(vote)
    vote.hand_over(0)
    paper.stack.pop()
    meetings.close_session(session=paper.session, by=vote.officer)
    paper.count(passes_unused=len(paper.stack), passes_spoiled=0, passes_returned=0)
    told = {one.key: one.holds for one in balance_of(paper.refresh().session)}
    assert not told["2"]
    from_paper(paper)
    assert {one.key: one.holds for one in balance_of(paper.refresh().session)}["2"]


def test_a_line_that_was_a_mistake_counts_no_pass(vote):
    """The list named somebody else: that person is marked, and one pass went out, not two."""
    paper = elsewhere(vote)
    at_kiosk(vote, vote.hand_over(0))
    at_kiosk(paper, paper.stack.pop())
    decide(from_paper(paper), vote, State.MISTAKE)
    meetings.close_session(session=paper.session, by=vote.officer)
    facts = {"box": vote.box, "session": paper.session, "by": vote.officer, "is_keyed_in": True}
    voting.mark_used_in_person(entry=vote.entries[1], **facts)
    assert finish(vote, paper)["rights"]["in_person"] == 2
    assert all(one.holds for one in balance_of(paper.refresh().session))


def test_nothing_is_reconciled_around_somebody_marked_twice(vote):
    paper = elsewhere(vote)
    vote.hand_over(0)
    paper.stack.pop()
    one = from_paper(paper)
    meetings.close_session(session=paper.session, by=vote.officer)
    paper.count(passes_unused=len(paper.stack), passes_spoiled=0, passes_returned=0)
    with pytest.raises(ChallengesUndecided):
        meetings.reconcile_session(session=paper.session, by=vote.officer)
    decide(one, vote)
    paper.refresh()
    paper.explain("The pass did not come back.")
    assert meetings.reconcile_session(session=paper.session, by=vote.officer).state == "reconciled"


def test_noted_again_it_is_the_same_and_a_decision_is_final(vote):
    """D19."""
    paper = elsewhere(vote)
    vote.hand_over(0)
    one = from_paper(paper)
    assert from_paper(paper) == one and Record.objects.filter(type="right.challenged").count() == 1
    with pytest.raises(ReasonMissing):
        decide(one, vote, reason=" ")
    decide(one, vote)
    with pytest.raises(AlreadyDecided):
        decide(one, vote, State.PAPER)
    assert Challenge.objects.count() == 1


def test_only_somebody_marked_elsewhere_is_challenged_and_only_until_the_accounts_are_fixed(vote):
    paper = elsewhere(vote)
    paper.hand_over(1)
    for person in (0, 1):
        with pytest.raises(NotMarkedElsewhere):
            voting.note_challenge(session=paper.session, entry=paper.entries[person], by=vote.officer)
    vote.hand_over(0)
    meetings.close_session(session=paper.session, by=vote.officer)
    paper.count(passes_unused=7, passes_spoiled=0, passes_returned=0)
    paper.refresh().explain()
    meetings.reconcile_session(session=paper.session, by=vote.officer)
    with pytest.raises(SessionNotOpen):
        voting.note_challenge(session=paper.session, entry=paper.entries[0], by=vote.officer)


def test_the_first_mark_is_not_undone_while_another_pass_is_out_for_it(vote):
    """Else an online ballot of that person would count beside the one in the other hall."""
    paper, code = elsewhere(vote), vote.hand_over(0)
    one = from_paper(paper)
    back = {"mark": one.mark, "code_text": code.text, "reason": PresenceMark.Back.ONLINE, "by": vote.officer}
    with pytest.raises(MarkedTwice):
        voting.restore_right(**back)
    decide(one, vote, State.MISTAKE)
    assert voting.restore_right(**back).is_restored


def test_two_persons_decide_where_the_vote_wants_two(settings):
    settings.PARVIS_SINGLE_HANDED = False
    vote = make_vote()
    paper = elsewhere(vote)
    vote.hand_over(0)
    one = from_paper(paper)
    approval = decide(one, vote, State.PAPER)
    assert isinstance(approval, Approval)
    with pytest.raises(AlreadyAsked):
        decide(one, vote, State.FIRST)
    with pytest.raises(SecondPerson):
        agree(approval=approval, by=vote.officer)
    refuse(approval=approval, by=vote.officer)
    second = User.objects.create_user("second@example.org")
    agree(approval=decide(one, vote, State.PAPER), by=second)
    one.refresh_from_db()
    assert (one.state, one.decided_by, one.agreed_by) == ("paper", vote.officer, second)
    assert Act.objects.filter(deed="challenge.decided").count() == 1


def test_what_one_person_decided_alone_is_told_with_the_result(vote):
    vote.hand_over(0)
    decide(from_paper(elsewhere(vote)), vote)
    with translation.override("en"):
        told = [(str(words), n) for words, n in done_alone(vote.box)]
    assert ("Decided about somebody marked at two sessions", 1) in told


def test_the_log_names_nobody_and_no_pass(vote):
    """P18."""
    paper = elsewhere(vote)
    vote.hand_over(0)
    decide(from_paper(paper), vote)
    rows = Record.objects.filter(type__startswith="right.challenge").order_by("index")
    assert list(rows.values_list("type", "session_ref")) == [
        ("right.challenged", paper.session.ref), ("right.challenge_decided", paper.session.ref)
    ]  # fmt: skip
    said = b"".join(bytes(body) for body in rows.values_list("payload__body", flat=True)).decode()
    assert said == '{}{"outcome": "first"}'
    assert all(subject.startswith("entry:") for subject in rows.values_list("payload__subject", flat=True))


def test_a_box_that_only_the_second_session_has_is_marked_from_the_list(vote):
    """One person, two boxes in the second hall, one in the first."""
    other = make_box(people=0)
    type(other).objects.filter(pk=other.pk).update(roll=vote.box.roll)
    other.refresh_from_db()
    voting.freeze_box(box=other, by=vote.officer)
    paper = elsewhere(vote)
    paper.session.boxes.add(other)
    vote.hand_over(0)
    paper.stack.pop()
    [one] = voting.note_challenge(session=paper.session, entry=vote.entries[0], by=vote.officer)
    assert one.mark.box == vote.box and other.presence_marks.get().session == paper.session
    meetings.close_session(session=paper.session, by=vote.officer)
    paper.count(passes_unused=len(paper.stack), passes_spoiled=0, passes_returned=0)
    second = next(one for one in balance_of(paper.refresh().session) if one.number == 2)
    assert second.holds and [term.key for term in second.terms] == ["marked", "restored"]


def test_the_person_is_told_of_the_other_list_and_of_the_decision(vote):
    vote.hand_over(0)
    one = from_paper(elsewhere(vote))
    assert mark_of(vote.box, vote.entries[0]).noted_elsewhere == [one]
    decide(one, vote, State.MISTAKE)
    assert mark_of(vote.box, vote.entries[0]).noted_elsewhere == []


def test_the_settlement_is_the_same_with_and_without_the_note(vote):
    """What people decide about the register never moves a ballot."""
    paper = elsewhere(vote)
    at_kiosk(vote, vote.hand_over(0))
    at_kiosk(paper, paper.stack.pop())
    before = settle_box(vote.box).counted_hash
    one = from_paper(paper)
    assert settle_box(vote.box).counted_hash == before
    decide(one, vote, State.PAPER)
    assert settle_box(vote.box).counted_hash == before
