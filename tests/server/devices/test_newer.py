"""What a newer kiosk brings to an older server waits in its place, and counts once the server is updated (S15, S16)."""

from __future__ import annotations

import datetime as dt

import pytest

from server.devices.intake import receive_push
from server.devices.models import Device
from server.devices.newer import judge_newer
from server.ledger import applying
from server.ledger.models import Chain, Record
from server.meetings import actions as meetings
from server.operations import setup
from server.processes.days import day_begun
from server.rehearsal.kiosk import Kiosk
from server.voting import actions as voting
from server.voting.out_of_line import groups_of
from server.voting.refusals import RecordsNewer
from server.voting.settlement import settle_box
from tests.server.votes import Vote, make_vote, sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def vote() -> Vote:
    return make_vote(regime="pass", passes=12, letters=False)


def newer(vote: Vote, type_: str = "ballot.sealed", *, ballots: int = 3) -> Kiosk:
    """A kiosk of the next release: opened, some ballots, closed; all of it is sent."""
    kiosk = vote.kiosk()
    kiosk.versions, kiosk.records = {type_: 2}, []
    kiosk.start(), kiosk.move("open")
    for _person in range(ballots):
        kiosk.cast(vote.box.definition_hash, vote.hand_over(), {"q1": ["bancs"]})
    kiosk.move("closed")
    sync(kiosk)
    return kiosk


def told(kiosk: Kiosk) -> list[str]:
    rows = Record.objects.filter(dev=kiosk.dev).order_by("seq").values_list("verdict", "reason")
    return [f"{verdict} {reason}".strip() for verdict, reason in rows]


def updated(settings, type_: str = "ballot.sealed") -> None:
    settings.PARVIS_TEST_VERSIONS = {type_: 2}


def test_s16_a_newer_ballot_waits_in_its_place_and_counts_after_the_update(vote, settings):
    kiosk = newer(vote)
    assert told(kiosk) == ["accepted"] * 2 + ["parked newer"] * 3 + ["accepted"]
    assert kiosk.next_seq == 7, "the chain goes on: what is behind it does not wait"
    assert settle_box(vote.box).settlement.counted == frozenset()
    assert judge_newer() == 0, "as long as nobody here understands it"
    updated(settings)
    assert (judge_newer(), judge_newer()) == (3, 0)
    assert told(kiosk) == ["accepted"] * 6
    assert len(settle_box(vote.box).settlement.counted) == 3
    assert set(Record.objects.filter(dev=kiosk.dev).values_list("first_verdict", flat=True)) == {"accepted", "parked"}


def test_s16_a_newer_opening_makes_its_ballots_good_once_it_is_understood(vote, settings):
    """Whether the session was open asks for the chain in that place, also where the chain is closed today."""
    kiosk = newer(vote, "meeting.state")
    assert told(kiosk) == ["accepted", "parked newer"] + ["provisional not_open"] * 3 + ["parked newer"]
    updated(settings, "meeting.state")
    assert judge_newer() == 2
    assert told(kiosk) == ["accepted"] * 6
    chain = Chain.objects.get(dev=kiosk.dev)
    assert (chain.session_state, chain.is_closed) == ("closed", True)
    applying.apply_pending()
    assert Device.objects.get(dev=kiosk.dev).standings.get().state == "closed"


def test_what_a_newer_record_is_worth_is_judged_like_any_other(vote, settings):
    kiosk = vote.kiosk()
    kiosk.versions = {"ballot.sealed": 2}
    sound = kiosk.cast(vote.box.definition_hash, vote.hand_over(), {"q1": ["bancs"]})
    facts = {"definition": vote.box.definition_hash, "subject": "use:" + "0" * 32}
    kiosk._add("ballot.sealed", sound.body, **facts)
    kiosk._add("ballot.sealed", sound.body, **{**facts, "subject": sound.subject})
    kiosk._add("ballot.sealed", sound.body[:-1], **facts)
    kiosk.pack["session"]["space"] = "elsewhere"
    kiosk._add("ballot.sealed", sound.body, **facts)
    sync(kiosk)
    updated(settings)
    assert judge_newer() == 5
    wrong = ["unknown_right", "copied", "malformed", "context"]
    assert told(kiosk)[2:] == ["accepted", *(f"quarantined {reason}" for reason in wrong)]


def test_i1_nothing_is_reconciled_while_a_confirmed_ballot_waits_for_the_update(vote, settings):
    """Left uncounted in silence it would be lost. People may set it aside; what nobody understands is not taken in."""
    kiosk = newer(vote)
    close(vote)
    with pytest.raises(RecordsNewer) as refusal:
        meetings.reconcile_session(session=vote.session, by=vote.officer)
    assert refusal.value.details == {"count": 3}
    (group,) = groups_of(vote.session)
    assert (group.reason, group.numbers, group.root) == ("newer", "3–5", kiosk.records[2].id)
    facts = {"session": vote.session, "root": group.root, "token": group.token, "by": vote.officer}
    with pytest.raises(RecordsNewer):
        voting.decide_group(**facts, is_accepted=True)
    updated(settings)
    judge_newer()
    reconcile(vote)
    assert vote.box.settlement["counted"] == 3


def test_newer_ballots_of_a_server_that_cannot_be_updated_are_set_aside_by_people(vote, settings):
    kiosk = newer(vote)
    close(vote)
    (group,) = groups_of(vote.session)
    voting.decide_group(session=vote.session, root=group.root, token=group.token, is_accepted=False, by=vote.officer)
    reconcile(vote)
    updated(settings)
    assert judge_newer() == 0
    assert told(kiosk)[2:5] == ["quarantined refused"] * 3


def close(vote: Vote) -> None:
    meetings.close_session(session=vote.session, by=vote.officer)
    vote.count(passes_unused=len(vote.stack), passes_spoiled=0, passes_returned=0)
    vote.refresh()


def reconcile(vote: Vote) -> None:
    vote.refresh().explain("Counted again.")
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)
    voting.reconcile_box(box=vote.box, by=vote.officer)
    vote.refresh()


def test_a_ballot_that_is_understood_only_after_the_closing_is_late(vote, settings):
    kiosk = vote.kiosk()
    kiosk.cast(vote.box.definition_hash, vote.hand_over(), {"q1": ["bancs"]})
    kiosk.move("closed")
    sync(kiosk)
    close(vote)
    vote.explain("Counted again.")
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    kiosk.versions = {"ballot.sealed": 2}
    kiosk.cast(vote.box.definition_hash, vote.stack.pop(), {"q1": ["bancs"]})
    sync(kiosk)
    voting.close_voting(box=vote.box, by=vote.officer)
    with pytest.raises(RecordsNewer):
        voting.reconcile_box(box=vote.box, by=vote.officer)
    updated(settings)
    judge_newer()
    assert told(kiosk)[-1] == "provisional late"


def test_an_update_and_every_new_day_judge_what_waited(vote, settings, capsys, monkeypatch):
    monkeypatch.setattr("django.core.management.call_command", lambda *_words, **_facts: None)
    first = newer(vote, ballots=1)
    updated(settings)
    assert setup.main(["--anyway"]) == 0
    assert "1 records of kiosks waited for this release" in capsys.readouterr().out
    settings.PARVIS_TEST_VERSIONS = {}
    second = newer(vote, ballots=1)
    assert told(second)[2] == "parked newer"
    updated(settings)
    day_begun.send(sender=None, day=dt.date(2027, 5, 9))
    assert told(first) == told(second) == ["accepted"] * 4


def test_s15_every_version_up_to_the_newest_is_known_and_none_beyond(vote, settings):
    """A number that was released is never refused again."""
    settings.PARVIS_TEST_VERSIONS = {"ballot.sealed": 3}
    kiosk = vote.kiosk()
    for version in (1, 2, 3, 4, 99):
        kiosk.versions = {"ballot.sealed": version}
        kiosk.cast(vote.box.definition_hash, vote.hand_over(), {"q1": ["bancs"]})
    receive_push(kiosk.batch())
    assert told(kiosk)[2:] == ["accepted"] * 3 + ["parked newer"] * 2
