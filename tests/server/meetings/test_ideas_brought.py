"""What the page of a session says of ideas and endorsements that its kiosks brought, and of what does not count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from server.devices.judging import DEEDS
from server.ledger import applying
from server.ledger.models import Record
from server.meetings.deciding import decide_brought
from server.meetings.ideas import KINDS, REASONS, brought, is_for_ideas
from server.office.models import Act
from server.processes.attention_facts import space_facts
from server.processes.attention_words import needs_attention
from server.processes.models import Opening, Phase, Space, SpaceRole
from server.processes.origin import Origin
from server.processes.standing import standing_of
from server.proposals.endorsing import endorse_proposal
from server.proposals.models import Proposal
from server.rehearsal.kiosk import Kiosk
from server.voting.refusals import WrongState
from tests.server.proposals.ideas import person
from tests.server.proposals.kiosk_hall import Hall, bring, count, make_hall
from tests.server.votes import make_session, make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    return make_hall()


@pytest.fixture
def office(hall) -> Client:
    client = Client(headers={"accept-language": "en"})
    space = Space.objects.get(pk=hall.vote.box.space.pk)
    SpaceRole.objects.get_or_create(space=space, user=hall.vote.officer, role=SpaceRole.Role.ORGANISER)
    client.force_login(hall.vote.officer)
    return client


def page(office: Client, hall: Hall, name: str) -> str:
    return office.get(reverse(f"office_meetings:{name}", args=[hall.vote.session.ref])).content.decode()


def test_ideas_and_endorsements_that_arrived_are_counted_apart_from_those_that_do_not_count(hall, office):
    idea, kiosk = hall.idea(), hall.kiosk()
    for code in hall.vote.stack[:2]:
        kiosk.endorse(idea.ref, code)
    kiosk.endorse("0" * 24, hall.vote.stack[2])
    kiosk.propose(hall.component.pk, "Un arbre au préau", "Ici.")
    bring(kiosk)
    told = brought(hall.vote.session)
    assert (told.ideas, told.endorsements, told.aside) == (1, 2, 1)
    live = page(office, hall, "session_live")
    aside = page(office, hall, "ideas")
    assert reverse("office_meetings:ideas", args=[hall.vote.session.ref]) in live
    assert "Quarantined" in aside and str(REASONS["subject_unknown"]) in aside and "An endorsement" in aside


def test_what_the_house_wrote_itself_came_by_no_kiosk(hall, office):
    Opening.objects.update(doors=["web", "desk"])
    at_desk = Origin.at_desk(hall.vote.session, hall.vote.officer)
    endorse_proposal(proposal=hall.idea(), right=person().right, origin=at_desk)
    assert Record.objects.in_session(hall.vote.session.ref).filter(type="endorsement.given").exists()
    assert not brought(hall.vote.session).is_any
    assert "Ideas and endorsements at the kiosks" not in page(office, hall, "session_live")
    assert "All that came counts." in page(office, hall, "ideas")


def test_what_people_did_during_a_pause_is_provisional_and_told_why(hall, office):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.move("paused")
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    assert bring(kiosk) == [("provisional", "not_open")]
    assert brought(hall.vote.session).aside == 1
    told = page(office, hall, "ideas")
    assert "Provisional" in told and str(REASONS["not_open"]) in told


@pytest.fixture
def paused(hall) -> Kiosk:
    """An endorsement and an idea that people gave while the session stood still there, both arrived."""
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.move("paused")
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    kiosk.propose(hall.component.pk, "Un <b>arbre</b> au préau", "Ici.")
    assert bring(kiosk) == [("provisional", "not_open")] * 2
    return kiosk


def decide(office: Client, hall: Hall, record: Record, decision: str):
    path = reverse("office_meetings:decide_idea", args=[hall.vote.session.ref, record.id])
    answer = office.post(path, {"decision": decision})
    applying.apply_pending()
    return answer.status_code


def of(kiosk: Kiosk, type_: str) -> Record:
    return Record.objects.get(dev=kiosk.dev, type=type_)


def test_what_waits_is_taken_in_by_people_and_counts_like_any_other(hall, office, paused):
    told = page(office, hall, "ideas")
    assert "Un &lt;b&gt;arbre&lt;/b&gt; au préau" in told and told.count("Take it in") == 2
    assert decide(office, hall, of(paused, "proposal.version"), "accept") == 302
    assert decide(office, hall, of(paused, "endorsement.given"), "accept") == 302
    assert Proposal.objects.filter(title="Un <b>arbre</b> au préau", door="kiosk").exists()
    assert count(Proposal.objects.get(title="Un banc devant la gare")) == 1
    assert brought(hall.vote.session).aside == 0
    assert Act.objects.filter(deed="record.idea_decided", by=hall.vote.officer).count() == 2
    assert Record.objects.filter(type="record.decided").count() == 2
    assert applying.is_rebuilt_alike()


def test_what_waits_stands_among_what_needs_a_person_until_it_is_decided(hall, office, paused):
    def calls() -> list[str]:
        address = reverse("office_meetings:ideas", args=[hall.vote.session.ref])
        return [one.text for one in needs_attention(standing_of(hall.vote.box.space)) if one.url.startswith(address)]

    [told] = calls()
    assert told.startswith("2 ideas, endorsements or comments came late")
    assert decide(office, hall, of(paused, "endorsement.given"), "accept") == 302
    [told] = calls()
    assert told.startswith("1 idea, endorsement or comment came late")
    assert decide(office, hall, of(paused, "proposal.version"), "refuse") == 302
    assert calls() == []


def test_the_same_decision_again_changes_nothing_and_what_is_in_stays_in(hall, office, paused):
    record = of(paused, "endorsement.given")
    assert decide(office, hall, record, "accept") == 302
    assert decide(office, hall, record, "accept") == 404  # it stands in the list no more
    with pytest.raises(WrongState):
        decide_brought(session=hall.vote.session, record=record, is_accepted=False, by=hall.vote.officer)
    decide_brought(session=hall.vote.session, record=record, is_accepted=True, by=hall.vote.officer)
    assert Record.objects.filter(type="record.decided").count() == 1
    assert count(Proposal.objects.get(title="Un banc devant la gare")) == 1


def test_what_was_set_aside_counts_nowhere_and_can_still_be_taken_in(hall, office, paused):
    record = of(paused, "proposal.version")
    assert decide(office, hall, record, "refuse") == 302
    told = page(office, hall, "ideas")
    assert str(REASONS["refused"]) in told and "Set it aside" in told  # the endorsement still waits
    assert not Proposal.objects.filter(door="kiosk").exists()
    assert decide(office, hall, record, "accept") == 302
    assert Proposal.objects.filter(door="kiosk").count() == 1


def test_lateness_is_forgiven_not_a_right_that_does_not_exist(hall, office):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.move("paused")
    kiosk.endorse(idea.ref, make_vote(slug="elsewhere").stack[0])
    bring(kiosk)
    assert decide(office, hall, of(kiosk, "endorsement.given"), "accept") == 302
    assert str(REASONS["unknown_right"]) in page(office, hall, "ideas").replace("&#x27;", "'")
    assert count(idea) == 0


def test_x8_a_record_of_another_session_or_a_ballot_is_not_decided_here(hall, office, paused):
    record = of(paused, "endorsement.given")
    other = make_session(hall.vote.box)
    path = reverse("office_meetings:decide_idea", args=[other.ref, record.id])
    assert office.post(path, {"decision": "accept"}).status_code == 404
    with pytest.raises(WrongState):
        decide_brought(session=other, record=record, is_accepted=True, by=hall.vote.officer)
    started = of(paused, "device.started")
    assert decide(office, hall, started, "accept") == 404
    assert brought(hall.vote.session).aside == 2


def test_a_session_of_ideas_alone_is_not_asked_for_ballot_boxes(hall, office):
    hall.vote.session.boxes.clear()
    assert is_for_ideas(hall.vote.session)
    assert "Choose the ballot boxes" not in page(office, hall, "session")
    assert space_facts(standing_of(hall.vote.box.space)).sessions[0].has_boxes
    Opening.objects.update(doors=["web"])
    assert not is_for_ideas(hall.vote.session)
    assert "Choose the ballot boxes" in page(office, hall, "session")
    assert not space_facts(standing_of(hall.vote.box.space)).sessions[0].has_boxes


def test_what_opens_only_when_the_meeting_begins_is_enough(hall):
    meeting = hall.vote.session.meeting
    meeting.starts_at = timezone.now() + timedelta(days=2)
    Phase.objects.update(starts_at=meeting.starts_at - timedelta(hours=1))
    assert is_for_ideas(hall.vote.session)


def test_every_deed_of_people_beside_ballots_has_words():
    assert set(KINDS) == set(DEEDS)
