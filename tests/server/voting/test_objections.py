"""Objections are received, decided by two persons, and stand in the way of certifying; addenda change no number."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from server.accounts.models import User
from server.ledger.models import Record
from server.office.approvals import SecondPerson, agree, refuse
from server.office.models import Approval
from server.opendata.actions import published_folder
from server.processes.models import Space, SpaceRole
from server.voting import actions as voting
from server.voting.actions.objections import decide_objection, publish_addendum, receive_objection
from server.voting.models import Addendum, Box, Objection
from server.voting.refusals import (
    DecisionMissing,
    NotDueYet,
    ObjectionDecided,
    ObjectionsOpen,
    VoteNotBegun,
    WrongState,
)
from tests.server.office.conftest import login
from tests.server.votes import Vote, make_box, make_vote

pytestmark = pytest.mark.django_db
SAID = {"matter": "The kiosk stood behind a pillar", "from_whom": "Paul Roux", "received_on": dt.date(2026, 10, 14)}
TEXT = {"en": "Two ballots were found later.", "fr": "Deux bulletins ont été retrouvés."}


@pytest.fixture(scope="module")
def vote_once(ground) -> Vote:
    vote = make_vote()
    vote.online(0, "verger")
    vote.reconcile(passes_unused=8, passes_spoiled=0, passes_returned=0)
    voting.open_box(box=vote.box, by=vote.officer)
    return vote


@pytest.fixture
def second(vote) -> User:
    user = User.objects.create_user("second@example.org")
    for one in (vote.officer, user):
        SpaceRole.objects.create(space=vote.box.space, user=one, role=SpaceRole.Role.ORGANISER)
    return user


def receive(vote: Vote) -> Objection:
    return receive_objection(box=vote.box, by=vote.officer, **SAID)


def decide(vote: Vote, objection: Objection, outcome: str = "rejected", decision: str = "It was seen by all."):
    return decide_objection(objection=objection, outcome=outcome, decision=decision, by=vote.officer)


def test_while_an_objection_is_open_the_result_is_not_certified(vote):
    objection = receive(vote)
    with pytest.raises(ObjectionsOpen):
        voting.certify_box(box=vote.box, by=vote.officer)
    decide(vote, objection)
    assert voting.certify_box(box=vote.box, by=vote.officer).state == "certified"


def test_the_public_log_hears_that_there_is_one_and_how_it_ended_and_nothing_else(vote):
    decide(vote, receive(vote), "upheld")
    told = Record.objects.filter(type__startswith="objection.").order_by("index").select_related("payload")
    assert [one.type for one in told] == ["objection.received", "objection.decided"]
    bodies = b"".join(bytes(one.payload.body) for one in told).decode()
    assert '"outcome": "upheld"' in bodies and "Roux" not in bodies and "pillar" not in bodies


def test_two_persons_decide_where_one_does_not_suffice(vote, second, settings):
    settings.PARVIS_SINGLE_HANDED = False
    objection = receive(vote)
    approval = decide(vote, objection)
    assert isinstance(approval, Approval) and Objection.objects.get().is_open
    with pytest.raises(SecondPerson):
        agree(approval=approval, by=vote.officer)
    refuse(approval=approval, by=second)
    assert Objection.objects.get().decision == ""
    agree(approval=decide(vote, objection, "upheld"), by=second)
    assert Objection.objects.get().state == "upheld"


@pytest.mark.parametrize(("outcome", "decision"), [("", "Why"), ("open", "Why"), ("maybe", "Why"), ("upheld", " ")])
def test_a_decision_says_what_and_why(vote, outcome, decision):
    objection = receive(vote)
    with pytest.raises(DecisionMissing):
        decide(vote, objection, outcome, decision)
    assert Objection.objects.get().is_open


def test_an_objection_is_decided_once(vote):
    objection = receive(vote)
    decide(vote, objection)
    with pytest.raises(ObjectionDecided):
        decide(vote, objection, "upheld")
    assert Objection.objects.get().state == "rejected"


def test_nobody_objects_to_a_vote_that_has_not_begun(db):
    box = make_box(doors=["web"])
    officer = User.objects.create_user("agnes@example.org")
    voting.freeze_box(box=box, by=officer)
    with pytest.raises(VoteNotBegun):
        receive_objection(box=box, by=officer, **SAID)


def certified(vote: Vote) -> Box:
    return voting.certify_box(box=vote.box, by=vote.officer)


def test_nothing_is_destroyed_while_an_objection_is_open_and_then_its_words_go_too(vote):
    box = certified(vote)
    objection = receive(vote)
    Box.objects.update(certified_at=timezone.now() - dt.timedelta(days=400))
    with pytest.raises(NotDueYet):
        voting.destroy_remains(box=box)
    decide(vote, objection)
    assert voting.destroy_remains(box=box).destroyed_at
    left = Objection.objects.get()
    assert (left.from_whom, left.matter, left.decision, left.state) == ("", "", "", "rejected")


def test_an_addendum_changes_no_published_byte_and_stands_in_the_public_log(vote, client):
    with pytest.raises(WrongState):
        publish_addendum(box=vote.box, text=TEXT, by=vote.officer)
    box = certified(vote)
    before = {path.name: path.read_bytes() for path in published_folder(box).iterdir()}
    publish_addendum(box=box, text=TEXT, by=vote.officer)
    assert {path.name: path.read_bytes() for path in published_folder(box).iterdir()} == before
    assert Record.objects.filter(type="box.addendum", definition=box.definition_hash).count() == 1
    Space.objects.update(published_at=timezone.now())
    for language, words in TEXT.items():
        page = client.get(f"{box.get_absolute_url()}result/", headers={"accept-language": language})
        assert words in page.content.decode()


def test_an_addendum_waits_for_the_second_person_and_is_dropped_when_refused(vote, second, settings):
    box = certified(vote)
    settings.PARVIS_SINGLE_HANDED = False
    refuse(approval=publish_addendum(box=box, text=TEXT, by=vote.officer), by=second)
    assert not Addendum.objects.exists()
    agree(approval=publish_addendum(box=box, text=TEXT, by=vote.officer), by=second)
    assert Addendum.objects.get().published_at


def test_on_the_pages_from_receiving_to_the_result(vote, second, client):
    office, other = login(vote.officer), client
    base = f"/office/boxes/{vote.box.ref}"
    assert "Nobody has objected" in office.get(f"{base}/objections/").content.decode()
    bad = office.post(f"{base}/objections/", {"received_on": "2999-01-01", "matter": ""})
    assert bad.status_code == 422 and not Objection.objects.exists()
    reply = office.post(f"{base}/objections/", {**SAID, "received_on": "2026-10-14"})
    assert reply.url == f"{base}/objections/1/"
    assert "behind a pillar" in office.get(reply.url).content.decode()
    assert office.post(reply.url, {"outcome": "upheld", "decision": ""}).status_code == 422
    assert office.post(reply.url, {"outcome": "upheld", "decision": "Seen."}).url == f"{base}/objections/"
    assert office.post(reply.url, {"outcome": "rejected", "decision": "Seen."}).status_code == 409
    assert office.get(f"{base}/objections/9/").status_code == 404
    certified(vote)
    assert office.post(f"{base}/addenda/", {"text_en": "", "text_fr": ""}).status_code == 422
    assert office.post(f"{base}/addenda/", {"text_en": "Later.", "text_fr": ""}).status_code == 302
    Space.objects.update(published_at=timezone.now())
    page = other.get(f"{vote.box.get_absolute_url()}result/", headers={"accept-language": "en"}).content.decode()
    assert "Later." in page and "1 upheld" in page and "pillar" not in page
