"""Opening and certifying take two persons, in the action itself: no page and no command goes round it."""

from __future__ import annotations

import pytest

from server.accounts.models import User
from server.office.approvals import SecondPerson, agree, ask
from server.office.models import Approval, Job
from server.processes.models import SpaceRole
from server.voting import actions as voting
from server.voting.models import Box
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
