"""The other precedence: online closes, by a person, before the hall opens; both ways are guarded."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from server.ledger.models import Record
from server.meetings import actions as meetings
from server.processes.models import Space, SpaceRole
from server.voting import actions as voting
from server.voting.definitions import problems_before_freezing
from server.voting.merge import CastBallot, Rights, settle
from server.voting.models import Box
from server.voting.office_forms import BoxForm
from server.voting.refusals import OnlineClosed, OnlineNotFirst, OnlineStillOpen, WrongState
from server.voting.refusals_desk import VotedOnline
from server.voting.rights import Right
from server.voting.settlement import settle_box
from tests.server.office.conftest import login
from tests.server.votes import ONLINE, Vote, make_box, make_session, make_vote

pytestmark = pytest.mark.django_db
FIRST = Box.Precedence.ONLINE_FIRST
POST = {"takes_post": True, "post_deadline": {"fr": "vendredi"}}
NO_PASS_LEFT = {"passes_spoiled": 0, "passes_returned": 0}


@pytest.fixture
def vote(django_user_model) -> Vote:
    """Open online; the session is prepared."""
    officer = django_user_model.objects.create_user("officer@example.org")
    box = make_box(precedence=FIRST, **POST)
    session = make_session(box)
    voting.freeze_box(box=box, by=officer)
    vote = Vote(box=box, session=session, officer=officer, entries=list(box.roll.entries.order_by("number")))
    vote.box.refresh_from_db()
    vote.letters = [code for code, _row in voting.make_passes(box=vote.box, entries=vote.entries)]
    vote.stack = [code for code, _row in voting.make_passes(session=session, quantity=8)]
    voting.open_voting(box=box, by=officer)
    Space.objects.update(published_at=timezone.now())
    SpaceRole.objects.create(space=box.space, user=officer, role=SpaceRole.Role.ORGANISER)
    return vote.refresh()


def close_online(vote: Vote) -> None:
    voting.close_online(box=vote.box, by=vote.officer)
    meetings.open_session(session=vote.session, by=vote.officer)
    vote.refresh()


def test_the_choice_is_frozen_and_needs_both_kinds_of_doors(vote):
    assert json.loads(vote.box.definition)["precedence"] == "online-closes-first"
    with pytest.raises(DatabaseError), transaction.atomic():
        Box.objects.update(precedence=Box.Precedence.IN_PERSON)
    only = make_box(precedence=FIRST, doors=["web"], slug="other")
    assert any("Online" in str(one) or "ligne" in str(one) for one in problems_before_freezing(only))
    form = BoxForm({"doors": ["web"], "precedence": FIRST}, instance=Box(component=only.component))
    assert "precedence" in form.errors


def test_no_session_opens_while_online_is_open(vote):
    with pytest.raises(OnlineStillOpen):
        meetings.open_session(session=vote.session, by=vote.officer)
    close_online(vote)
    assert vote.session.state == "open"


def test_once_online_is_closed_nobody_votes_online_and_nobody_opens_it_again(vote):
    vote.online(0, "verger")
    close_online(vote)
    voting.close_online(box=vote.box, by=vote.officer)
    assert Record.objects.filter(type="box.online_closed").count() == 1
    with pytest.raises(OnlineClosed):
        vote.online(1, "verger")
    with pytest.raises(DatabaseError, match="no_online_again"), transaction.atomic():
        Box.objects.update(online_closed_at=None)


def test_whoever_voted_online_is_handed_no_pass(vote):
    """By letter and by account; whoever did not is."""
    vote.online(0, "verger")
    voting.match_account(entry=vote.entries[1], user=vote.officer)
    right = Right.of_account(vote.box, vote.officer)
    voting.cast_ballot(box=vote.box, right=right, choices={"q1": ["piste"]}, origin=ONLINE)
    close_online(vote)
    for person in (0, 1):
        with pytest.raises(VotedOnline):
            vote.hand_over(person)
    vote.hand_over(2)


def test_the_two_doors_never_meet_and_all_count(vote):
    vote.online(0, "verger")
    vote.online(0, "lavoir")
    close_online(vote)
    kiosk = vote.kiosk()
    kiosk.cast(vote.box.definition_hash, vote.hand_over(1), {"q1": ["piste"]})
    vote.close_kiosks()
    box = vote.finish(passes_unused=7, **NO_PASS_LEFT)
    assert box.settlement["superseded_by_rule"] == {"later": 1}
    assert box.settlement["counted"] == 2 and box.settlement["removed_by_rule"] == {}


def test_a_paper_list_that_says_otherwise_takes_the_sealed_ballot_out(vote):
    """A desk without network could not know: in person stands, because only what is sealed can be taken out."""
    vote.online(0, "verger")
    close_online(vote)
    meetings.close_session(session=vote.session, by=vote.officer)
    keyed = {"box": vote.box, "entry": vote.entries[0], "session": vote.session, "by": vote.officer}
    voting.mark_used_in_person(**keyed, is_keyed_in=True)
    assert not settle_box(vote.box).settlement.counted


def test_a_ballot_behind_the_closing_does_not_count():
    """The merge reads it from the log, not from the state of a row."""
    before, after = (CastBallot(bytes([i]) * 32, i, "web", f"use:{i}") for i in (3, 5))
    kiosk = CastBallot(b"k" * 32, 9, "kiosk", "use:9")
    settled = settle([before, after, kiosk], Rights(seed=bytes(32), regime="pass", online_until=4))
    assert settled.counted == {before.id, kiosk.id}
    assert [(one.id, one.rule) for one in settled.removed] == [(after.id, "after_online")]


def test_a_vote_of_the_usual_kind_has_no_such_step():
    vote = make_vote()
    with pytest.raises(OnlineNotFirst):
        voting.close_online(box=vote.box, by=vote.officer)


def test_it_is_a_step_of_an_open_vote():
    box = make_box(precedence=FIRST)
    voting.freeze_box(box=box, by=None)
    with pytest.raises(WrongState):
        voting.close_online(box=box, by=None)


def test_the_pages_say_it_and_lead_there(vote):
    client = login(vote.officer)
    closing = f"/office/boxes/{vote.box.ref}/closing/"
    public = vote.box.get_absolute_url()
    assert "Online closes before the first meeting opens." in client.get(public).content.decode()
    assert "must be closed first" in client.get(f"/office/sessions/{vote.session.ref}/do/open/").content.decode()
    assert "No session of this vote can open" in client.get(closing).content.decode()
    assert "There is no way back." in client.get(f"{closing}online/").content.decode()
    assert client.post(f"{closing}online/").status_code == 302
    assert "The sessions may open." in client.get(closing).content.decode()
    page = client.get(public).content.decode()
    assert "Online voting is closed." in page and "Open my ballot" not in page


def test_an_envelope_of_somebody_who_voted_online_is_not_accepted_and_one_accepted_before_stands(vote):
    vote.online(0, "verger")
    sent = voting.prepare_envelopes(box=vote.box, session=vote.session, entries=vote.entries[:2])
    for place, one in enumerate(sent):
        one.check_value, one.state = f"{place:032x}", one.State.SENT
        one.save()
    with pytest.raises(VotedOnline):
        voting.judge_envelope(envelope=sent[0], outcome="accepted", by=vote.officer)
    voting.judge_envelope(envelope=sent[1], outcome="accepted", by=vote.officer)
    vote.online(1, "lavoir")
    settlement = settle_box(vote.box).settlement
    assert len(settlement.counted) == 1 and [one.rule for one in settlement.superseded] == ["posted"]
