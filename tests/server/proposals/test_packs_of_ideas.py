"""What packs of kiosks offer of ideas, and what of it counts when phases and sessions change meanwhile."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from server.devices.models import Device
from server.devices.packs import build_pack
from server.meetings import actions as meetings
from server.processes.component_types import Activity
from server.processes.models import Opening, Phase
from server.proposals.answering import join_proposals
from server.proposals.endorsing import by_door
from server.proposals.models import Offer, Proposal
from server.proposals.packed import LONGEST_PACKED, MOST_PACKED
from server.proposals.rules import LONGEST_BODY, LONGEST_TITLE
from server.proposals.texts import Text
from server.proposals.writing import About, withdraw_proposal
from server.rehearsal.kiosk import Kiosk
from tests.server.proposals.ideas import close, organiser, person, propose
from tests.server.proposals.kiosk_hall import ACCEPTED, Hall, bring, count
from tests.server.votes import make_vote, push

pytestmark = pytest.mark.django_db


# -- the pack -----------------------------------------------------------------------------------------


def test_a_pack_holds_what_kiosks_may_do_and_the_ideas_that_stand(hall: Hall):
    stands, gone = hall.idea(), hall.idea("Une fontaine au parc")
    withdraw_proposal(proposal=gone, by=person())
    [ideas] = hall.kiosk().pack["ideas"]
    assert [one["ref"] for one in ideas["proposals"]] == [stands.ref]
    assert (ideas["component"], ideas["may"], ideas["of"]) == (hall.component.pk, ["propose", "endorse"], 1)
    assert (ideas["longest_title"], ideas["longest_body"], ideas["most_endorsements"]) == (
        LONGEST_TITLE,
        LONGEST_BODY,
        0,
    )
    assert set(ideas["proposals"][0]) == {"ref", "number", "title", "text", "language"}


def test_a_pack_is_as_before_where_kiosks_may_do_nothing_else(hall: Hall):
    Opening.objects.update(doors=["web"])
    assert "ideas" not in hall.kiosk().pack


def test_what_opens_when_the_meeting_begins_is_in_a_pack_of_the_day_before(hall: Hall):
    meeting, now = hall.vote.session.meeting, timezone.now()
    meeting.starts_at, meeting.ends_at = now + timedelta(days=2), now + timedelta(days=2, hours=2)
    meeting.save()
    Phase.objects.filter(openings__component=hall.component).update(starts_at=now + timedelta(days=1))
    assert hall.kiosk().pack["ideas"][0]["may"] == ["propose", "endorse"]


@pytest.mark.parametrize("mode", [Device.Mode.SCANNER, Device.Mode.DESK])
def test_a_device_of_another_mode_has_no_ideas(hall: Hall, mode: str):
    kiosk = hall.kiosk()
    Device.objects.filter(dev=kiosk.dev).update(mode=mode)
    assert "ideas" not in json.loads(build_pack(Device.objects.get(dev=kiosk.dev))[0])


def test_of_very_many_a_pack_holds_some_by_lot_the_same_at_each_kiosk_and_says_of_how_many(hall: Hall, monkeypatch):
    monkeypatch.setattr("server.proposals.packed.MOST_PACKED", 3)
    for number in range(7):
        hall.idea(f"Proposition numéro {number}")
    (one,), (other,) = (hall.kiosk().pack["ideas"] for _turn in range(2))
    assert len(one["proposals"]) == 3 and one["of"] == 7
    assert one["proposals"] == other["proposals"] and MOST_PACKED == 200


def test_a_long_text_is_cut_at_a_word(hall: Hall):
    propose(hall.component, "Un banc devant la gare", "mot " * 400)
    [line] = hall.kiosk().pack["ideas"][0]["proposals"]
    assert len(line["text"]) <= LONGEST_PACKED + 2 and line["text"].endswith("mot …")


def test_kiosks_fetch_anew_what_was_withdrawn_hidden_or_joined_and_not_each_new_idea(
    hall: Hall, django_capture_on_commit_callbacks
):
    first, second = hall.idea(), hall.idea("Deux bancs devant la gare")
    kiosk, other = hall.kiosk(), make_vote(slug="ailleurs", officer="ailleurs@example.org").kiosk()

    def version(device: Kiosk = kiosk) -> int:
        return Device.objects.get(dev=device.dev).pack_version

    before, elsewhere = version(), version(other)
    with django_capture_on_commit_callbacks(execute=True):
        third = hall.idea("Une fontaine au parc")
    assert version() == before
    by = organiser(hall.component.space)
    for deed in (
        lambda: withdraw_proposal(proposal=third, by=person()),
        lambda: join_proposals(proposals=[first, second], text=Text("Des bancs", "Tous."), about=About(), by=by),
        lambda: Opening.objects.filter(activity=Activity.PROPOSE).get().delete(),
        lambda: Phase.objects.get(openings__component=hall.component).save(),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            deed()
        assert version() == (before := before + 1)
    assert version(other) == elsewhere


# -- what is open -------------------------------------------------------------------------------------


def test_p22_a_phase_that_ended_while_the_kiosk_was_offline_loses_nothing(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    kiosk.propose(hall.component.pk, "Des arbres sur le quai", "Pour l’ombre.")
    close(hall.component)
    Opening.objects.all().delete()  # the office took it away, even
    assert bring(kiosk) == [ACCEPTED] * 2
    assert count(idea) == 1 and Proposal.objects.filter(title="Des arbres sur le quai", door="kiosk").exists()


def test_a_settled_session_takes_what_was_done_while_it_was_open_there(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    push(kiosk)
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    hall.vote.session.state = "reconciled"
    hall.vote.session.save()
    assert bring(kiosk) == [ACCEPTED] and count(idea) == 1


@pytest.mark.parametrize(
    ("moves", "reason"), [(["paused"], "not_open"), (["closed"], "late"), (["closed", "open"], "late")]
)
def test_what_was_done_while_the_session_was_not_open_there_waits_for_people(hall: Hall, moves: list[str], reason: str):
    idea, kiosk = hall.idea(), hall.kiosk()
    for state in moves:
        kiosk.move(state)
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    kiosk.propose(hall.component.pk, "Des arbres sur le quai", "Pour l’ombre.")
    assert bring(kiosk) == [("provisional", reason)] * 2
    assert count(idea) == 0 and hall.component.proposals.count() == 1


def test_what_no_pack_offered_is_quarantined(hall: Hall):
    Opening.objects.filter(activity=Activity.PROPOSE).delete()
    kiosk = hall.kiosk()
    kiosk.propose(hall.component.pk, "Des arbres sur le quai", "Pour l’ombre.")
    assert bring(kiosk) == [("quarantined", "not_offered")]
    assert list(Offer.objects.values_list("activity", flat=True)) == ["endorse"]


def test_p22_an_idea_that_was_joined_meanwhile_hands_on_what_a_kiosk_brings(hall: Hall):
    first, second, kiosk = hall.idea(), hall.idea("Deux bancs devant la gare"), hall.kiosk()
    for code in hall.vote.stack[:2]:
        kiosk.endorse(second.ref, code)
    kiosk.endorse(first.ref, hall.vote.stack[0])
    text = Text("Des bancs à la gare", "Tous.")
    one = join_proposals(proposals=[first, second], text=text, about=About(), by=organiser(hall.component.space))
    assert bring(kiosk) == [ACCEPTED] * 3
    assert count(one) == 2 and by_door(one) == {"kiosk": 2}


def test_a_withdrawn_idea_keeps_the_endorsements_that_were_on_their_way(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    withdraw_proposal(proposal=idea, by=person())
    assert bring(kiosk) == [ACCEPTED] and count(idea) == 1


def test_a_session_without_a_box_opens_where_people_can_do_something_else(hall: Hall):
    session, again = (hall.vote.session.meeting.sessions.create(label={"fr": "Atelier"}) for _turn in range(2))
    assert meetings.open_session(session=session, by=hall.vote.officer).state == "open"
    Opening.objects.all().delete()
    with pytest.raises(meetings.SessionWithoutBox):
        meetings.open_session(session=again, by=hall.vote.officer)
