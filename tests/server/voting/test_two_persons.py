"""Opening and certifying take two persons, in the action itself: no page and no command goes round it."""

from __future__ import annotations

import datetime as dt

import pytest

from server.accounts.models import User
from server.meetings import actions as meetings
from server.office.approvals import SecondPerson, agree, ask
from server.office.models import Approval, Job
from server.processes.models import SpaceRole
from server.voting import actions as voting
from server.voting.actions import Correction
from server.voting.actions.objections import decide_objection, publish_addendum, receive_objection
from server.voting.balance import balance_of
from server.voting.balance_facts import HandCountsUnconfirmed
from server.voting.models import Box, PresenceMark, RollVersion
from server.voting.two_persons import session_takes_two, wants_second
from tests.server.office.conftest import login
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def vote(settings):
    """Reconciled, in a town that is not run single-handed."""
    settings.PARVIS_SINGLE_HANDED = False
    vote = make_vote()
    vote.online(0, "verger")
    vote.reconcile(passes_unused=8, passes_spoiled=0, passes_returned=0)
    return vote


@pytest.fixture
def second(vote) -> User:
    for user in (vote.officer, User.objects.create_user("second@example.org")):
        SpaceRole.objects.create(space=vote.box.space, user=user, role=SpaceRole.Role.ORGANISER)
    return user


def both(vote, deed: str, second: User) -> None:
    approval = ask(kind=f"box.{deed}", key=vote.box.ref, space=vote.box.space, by=vote.officer)
    agree(approval=approval, by=second)


def test_one_person_neither_opens_nor_certifies(vote, second):
    with pytest.raises(SecondPerson):
        voting.open_box(box=vote.box, by=vote.officer)
    assert vote.refresh().box.state == "reconciled" and not vote.box.cast_vote_records.exists()
    both(vote, "open", second)
    voting.open_box(box=vote.box, by=second)
    with pytest.raises(SecondPerson):
        voting.certify_box(box=vote.box, by=vote.officer)
    assert vote.refresh().box.state == "opened"
    both(vote, "certify", second)
    assert voting.certify_box(box=vote.box, by=second).state == "certified"


def test_a_question_that_waits_or_was_refused_is_no_agreement(vote, second):
    approval = ask(kind="box.open", key=vote.box.ref, space=vote.box.space, by=vote.officer)
    assert ask(kind="box.open", key=vote.box.ref, space=vote.box.space, by=second) == approval
    with pytest.raises(SecondPerson):
        agree(approval=approval, by=vote.officer)
    Approval.objects.update(state="refused")
    with pytest.raises(SecondPerson):
        voting.open_box(box=vote.box, by=second)


def test_the_agreement_for_one_box_opens_no_other(vote, second):
    approval = ask(kind="box.open", key="0" * 16, space=vote.box.space, by=vote.officer)
    Approval.objects.filter(pk=approval.pk).update(state="agreed")
    with pytest.raises(SecondPerson):
        voting.open_box(box=vote.box, by=second)


def test_a_vote_frozen_for_two_persons_is_not_opened_by_one_when_the_setting_changes(vote, settings):
    settings.PARVIS_SINGLE_HANDED = True
    with pytest.raises(SecondPerson):
        voting.open_box(box=vote.box, by=vote.officer)


def test_on_the_pages_the_first_asks_and_the_second_agrees(vote, second, django_capture_on_commit_callbacks):
    first, other = login(vote.officer), login(second)
    for name, reached in (("open", "opened"), ("certify", "certified")):
        address = f"/office/boxes/{vote.box.ref}/closing/{name}/"
        asked = first.get(address, headers={"accept-language": "en"})
        assert b"Ask a second person" in asked.content
        approval = first.post(address).url
        waiting = other.get(f"/office/boxes/{vote.box.ref}/closing/", headers={"accept-language": "en"})
        assert b"a second person must agree" in waiting.content and approval.encode() in waiting.content
        assert Job.objects.filter(kind=f"box.{name}").count() == 0
        assert first.post(approval, {"answer": "agree"}).status_code == 403
        with django_capture_on_commit_callbacks(execute=True):
            assert other.post(approval, {"answer": "agree"}).url.startswith("/office/jobs/")
        assert Box.objects.get(pk=vote.box.pk).state == reached


@pytest.fixture(params=[(False, True), (True, False)], ids=["laxer later", "stricter later"])
def flipped(request, settings):
    """A vote frozen under one setting of the town; what is done later meets the other one. Two persons in both."""
    frozen, later = request.param
    settings.PARVIS_SINGLE_HANDED = frozen
    vote = make_vote()
    settings.PARVIS_SINGLE_HANDED = later
    return vote


def closed(vote) -> None:
    meetings.close_session(session=vote.session, by=vote.officer)
    counts = {"passes_unused": 7, "passes_spoiled": 0, "passes_returned": 0}
    meetings.enter_hand_counts(session=vote.session, counts=counts, by=vote.officer)


def test_the_count_of_a_flipped_vote_is_confirmed_by_another(flipped):
    closed(flipped)
    with pytest.raises(HandCountsUnconfirmed):
        balance_of(flipped.refresh().session)


def test_a_difference_of_a_flipped_vote_is_signed_by_two(flipped):
    second = User.objects.create_user("second@example.org")
    closed(flipped)
    meetings.confirm_hand_counts(session=flipped.session, by=second)
    for by, is_settled in ((flipped.officer, False), (second, True)):
        meetings.explain_difference(session=flipped.session, equation=2, text="Un passe tombé.", by=by)
        told = {one.key: one.is_settled for one in balance_of(flipped.refresh().session)}
        assert told["2"] is is_settled


def test_a_roll_of_a_flipped_vote_is_corrected_by_two(flipped):
    entry = flipped.entries[0]
    struck = Correction(flipped.box.roll, RollVersion.Kind.STRUCK, "A déménagé.", entry)
    assert isinstance(voting.correct_roll(correction=struck, by=flipped.officer), Approval)
    entry.refresh_from_db()
    assert entry.struck_at is None


def test_an_objection_to_a_flipped_vote_is_decided_by_two(flipped):
    facts = {"matter": "Une urne ouverte.", "from_whom": "Mme Roux", "received_on": dt.date(2027, 5, 9)}
    objection = receive_objection(box=flipped.box, by=flipped.officer, **facts)
    asked = decide_objection(objection=objection, outcome="rejected", decision="Non.", by=flipped.officer)
    objection.refresh_from_db()
    assert isinstance(asked, Approval) and objection.is_open


def test_an_addendum_to_a_flipped_vote_is_published_by_two(flipped):
    Box.objects.filter(pk=flipped.box.pk).update(state=Box.State.CERTIFIED)
    asked = publish_addendum(box=flipped.refresh().box, text={"fr": "Deux bulletins."}, by=flipped.officer)
    assert isinstance(asked, Approval) and flipped.box.addenda.get().published_at is None


def test_somebody_on_no_roll_of_a_flipped_vote_is_decided_on_by_two(flipped):
    about = dict.fromkeys(("family_name", "given_name", "address", "shown", "reason"), "x")
    about["birth_date"] = dt.date(1980, 5, 31)
    walk_in = voting.enter_walk_in(
        session=flipped.session, roll=flipped.box.roll, about=about, code_text=flipped.stack[0].text, by=flipped.officer
    )
    asked = voting.decide_walk_in(walk_in=walk_in, is_accepted=False, reason="Non.", by=flipped.officer)
    assert isinstance(asked, Approval)


def test_a_mark_of_a_flipped_vote_is_undone_by_two(flipped):
    code = flipped.hand_over(0)
    mark = PresenceMark.objects.get()
    with pytest.raises(SecondPerson):
        voting.restore_right(mark=mark, code_text=code.text, reason="leaves", by=flipped.officer)


@pytest.mark.parametrize("deed", ["open", "certify"])
def test_a_flipped_box_is_opened_and_certified_by_two(flipped, deed):
    assert wants_second(flipped.box, deed)


def test_a_closed_session_without_a_frozen_box_follows_the_town(settings):
    vote = make_vote()
    vote.session.boxes.clear()
    assert not session_takes_two(vote.session)
    settings.PARVIS_SINGLE_HANDED = False
    assert session_takes_two(vote.session)
