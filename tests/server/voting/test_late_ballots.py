"""Late ballots: decided by two persons before the box is reconciled, and afterwards a number, never opened (S14)."""

from __future__ import annotations

import pytest
from django.utils import timezone

from server.accounts.models import User
from server.devices.models import Device
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.office.approvals import SecondPerson, agree, refuse
from server.office.models import Approval
from server.opendata.actions import published_folder
from server.processes.models import Space, SpaceRole
from server.voting import actions as voting
from server.voting.actions.objections import tell_of_late_ballots
from server.voting.late import too_late
from server.voting.refusals import DecisionWaiting, NothingToTell, TooLateToOpen
from tests.server.office.conftest import login
from tests.server.pdf import pdf_text
from tests.server.votes import Vote, make_vote, sync

pytestmark = pytest.mark.django_db
LEFT = {"passes_spoiled": 0, "passes_returned": 0}


def late_vote(*chosen: str, people: int = 6, stolen: int = 1) -> Vote:
    """A vote in which a kiosk with ballots was named missing, up to the reconciled session."""
    vote = make_vote(people=people)
    for person, choice in enumerate(chosen):
        vote.online(person, choice)
    kiosk = vote.kiosk()
    for person in range(len(chosen), len(chosen) + stolen):
        kiosk.cast(vote.box.definition_hash, vote.hand_over(person), {"q1": ["piste"]})
    meetings.close_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)
    vote.count(passes_unused=8 - stolen, **LEFT)
    meetings.name_missing_device(device=Device.objects.get(), reason="Stolen.", by=vote.officer)
    vote.refresh().explain("They were used at the kiosk that was stolen.")
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    Space.objects.update(published_at=timezone.now())
    return vote.refresh()


def certified(vote: Vote) -> Vote:
    voting.reconcile_box(box=vote.box, by=vote.officer)
    voting.open_box(box=vote.box, by=vote.officer)
    voting.certify_box(box=vote.box, by=vote.officer)
    return vote.refresh()


def organisers(vote: Vote) -> User:
    """The officer and a second one, who is returned."""
    other = User.objects.create_user("second@example.org")
    for user in (vote.officer, other):
        SpaceRole.objects.create(space=vote.box.space, user=user, role=SpaceRole.Role.ORGANISER)
    return other


@pytest.fixture
def for_two(settings):
    settings.PARVIS_SINGLE_HANDED = False


def test_two_persons_take_a_late_ballot_in(for_two):
    vote = late_vote("verger")
    other = organisers(vote)
    sync(vote.kiosks[0])
    record = Record.objects.undecided().get()
    asked = voting.decide_record(record=record, is_accepted=True, by=vote.officer)
    assert isinstance(asked, Approval) and Record.objects.undecided().exists()
    assert voting.decide_record(record=record, is_accepted=True, by=other) == asked
    with pytest.raises(DecisionWaiting):
        voting.decide_record(record=record, is_accepted=False, by=other)
    with pytest.raises(SecondPerson):
        agree(approval=asked, by=vote.officer)
    agree(approval=asked, by=other)
    assert Record.objects.get(pk=record.pk).verdict == "accepted"
    assert voting.reconcile_box(box=vote.box, by=vote.officer).settlement["counted"] == 2


def test_who_does_not_agree_leaves_the_ballot_waiting(for_two):
    vote = late_vote()
    other = organisers(vote)
    sync(vote.kiosks[0])
    record = Record.objects.undecided().get()
    refuse(approval=voting.decide_record(record=record, is_accepted=False, by=vote.officer), by=other)
    assert Record.objects.undecided().get() == record
    agree(approval=voting.decide_record(record=record, is_accepted=False, by=other), by=vote.officer)
    assert Record.objects.get(pk=record.pk).reason == "refused"


def test_on_the_pages_the_first_asks_and_the_second_agrees(for_two):
    vote = late_vote()
    other = login(organisers(vote))
    first = login(vote.officer)
    sync(vote.kiosks[0])
    record = Record.objects.undecided().get()
    closing = f"/office/sessions/{vote.session.ref}/closing/"
    asked = first.post(f"{closing}late/{record.pk}/", {"decision": "accept"})
    assert asked.url.startswith("/office/") and "approval" in asked.url
    assert "Waits for a second person" in other.get(closing).content.decode()
    page = other.get(asked.url).content.decode()
    assert record.pk[:12] in page and "counts like any other" in page
    other.post(asked.url, {"answer": "agree"})
    assert Record.objects.get(pk=record.pk).verdict == "accepted"


def test_once_the_box_is_reconciled_nothing_is_taken_in_and_nothing_offered():
    """S14: with ten late ballots and with one, before the opening and after."""
    vote = late_vote("verger")
    organisers(vote)
    client = login(vote.officer)
    voting.reconcile_box(box=vote.box, by=vote.officer)
    sync(vote.kiosks[0])
    record = Record.objects.undecided().get()
    for is_accepted in (True, False):
        with pytest.raises(TooLateToOpen):
            voting.decide_record(record=record, is_accepted=is_accepted, by=vote.officer)
    page = client.get(f"/office/sessions/{vote.session.ref}/closing/").content.decode()
    assert "never opened" in page and "Take it in" not in page
    assert "came late" not in client.get(f"/office/sessions/{vote.session.ref}/").content.decode()
    answer = client.post(f"/office/sessions/{vote.session.ref}/closing/late/{record.pk}/", {"decision": "accept"})
    assert answer.status_code == 302 and Record.objects.undecided().exists()


def test_a_late_ballot_is_told_as_a_number_beside_the_margin():
    """S14, sync §9, §11: on the page of the result, and in the record of proceedings."""
    vote = certified(late_vote("verger", "verger", "verger"))
    organisers(vote)
    client = login(vote.officer)
    result = f"{vote.box.get_absolute_url()}result/"
    assert "never opened" not in " ".join(client.get(result).content.decode().split())
    before = {path.name: path.read_bytes() for path in published_folder(vote.box).iterdir()}
    sync(vote.kiosks[0])
    found = too_late(vote.refresh().box)
    assert (found.count, found.since, found.margin, found.could_change) == (1, 1, 1, True)
    page = " ".join(client.get(result).content.decode().split())
    assert "At most one ballot came after what counts was fixed. It is never opened." in page
    assert "could have been enough" in page
    voting.certify_box(box=vote.box, by=vote.officer)
    assert {path.name: path.read_bytes() for path in published_folder(vote.box).iterdir()} == before
    assert "Came after the certification" in pdf_text(
        client.get(f"/office/boxes/{vote.box.ref}/closing/record.en.pdf").content
    )


def test_an_addendum_tells_of_late_ballots_once_in_each_language():
    vote = certified(late_vote(*["verger"] * 2, stolen=2))
    organisers(vote)
    client = login(vote.officer)
    addenda = f"/office/boxes/{vote.box.ref}/addenda/"
    assert "too late" not in client.get(addenda).content.decode()
    with pytest.raises(NothingToTell):
        tell_of_late_ballots(box=vote.box, by=vote.officer)
    sync(vote.kiosks[0])
    assert "At most 2 ballots" in client.get(addenda).content.decode()
    client.post(addenda, {"late": "1"})
    added = vote.box.addenda.get()
    assert added.late == 2 and added.published_at and set(added.text) == {"fr", "en"}
    assert "At most 2 ballots" in added.text["en"]
    assert Record.objects.filter(type="box.addendum").count() == 1
    with pytest.raises(NothingToTell):
        tell_of_late_ballots(box=vote.box, by=vote.officer)


def test_late_ballots_before_the_certification_stand_in_its_accounts():
    vote = late_vote("verger")
    voting.reconcile_box(box=vote.box, by=vote.officer)
    sync(vote.kiosks[0])
    voting.open_box(box=vote.box, by=vote.officer)
    voting.certify_box(box=vote.box, by=vote.officer)
    found = too_late(vote.refresh().box)
    assert (found.count, found.since, found.is_told) == (1, 0, True)
    assert b'"provisional": 1' in (published_folder(vote.box) / "accounts.json").read_bytes()
