"""What desks without network bring: the same deeds by the same functions, once each, and people where two met."""

from __future__ import annotations

import json
import random

import pytest

from server.accounts.models import User
from server.devices.actions import revoke_device
from server.devices.models import Device
from server.ledger import applying
from server.ledger.models import Payload, Record
from server.meetings.models import Session
from server.processes.models import SpaceRole
from server.voting.actions import make_unlock_card, void_unlock_card
from server.voting.balance_facts import session_facts
from server.voting.models import Challenge, DeskDeed, PresenceMark, WalkIn
from server.voting.refusals_desk import DeedsWaiting
from server.voting.unlocking import Card
from tests.server.desk.station import Station
from tests.server.votes import Vote, make_session, push

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(vote: Vote) -> Card:
    return make_unlock_card(session=vote.session, label="Desk 1", by=vote.officer)[1]


def outcomes() -> list[tuple[str, str, str]]:
    return list(DeskDeed.objects.order_by("pk").values_list("outcome", "reason", "remark"))


def marks(vote: Vote) -> list[tuple[str, int, bool]]:
    rows = PresenceMark.objects.filter(box=vote.box).order_by("entry__number", "pk")
    return list(rows.values_list("entry__number", "session", "is_restored"))


def test_what_a_desk_without_network_marked_is_marked_once_the_server_hears_of_it(vote, card):
    station, [first, second, *_rest] = Station(vote, card), vote.entries
    station.mark(first.number)
    station.mark(second.number)
    station.come_back()
    assert marks(vote) == sorted((one.number, vote.session.pk, False) for one in (first, second))
    used = Record.objects.filter(type="right.used").order_by("index").values_list("payload__subject", flat=True)
    brought = Record.objects.filter(type="desk.marked").order_by("index").values_list("payload__subject", flat=True)
    assert list(used) == list(brought) and outcomes() == [("done", "", "")] * 2
    assert all(entry.family_name not in str(Payload.objects.values_list("body")) for entry in vote.entries)


def test_sent_again_and_applied_anew_it_is_the_same(vote, card):
    station = Station(vote, card)
    station.mark(vote.entries[0].number)
    station.come_back()
    push(station, station.batch(1))
    assert applying.rebuild() >= 3
    assert applying.is_rebuilt_alike()
    assert len(marks(vote)) == 1 and outcomes() == [("done", "", "")]
    assert Record.objects.filter(type="right.used").count() == 1


@pytest.mark.parametrize("is_elsewhere", [False, True], ids=["of one hall", "of two halls"])
def test_p3_two_desks_that_knew_nothing_of_each_other_are_one_voice_and_people_decide(vote, card, is_elsewhere):
    number, session = vote.entries[0].number, vote.session
    if is_elsewhere:
        session = make_session(vote.box)
    other = make_unlock_card(session=session, label="Desk 2", by=vote.officer)[1]
    stations = [Station(vote, card), Station(vote, other, session)]
    for station in stations:
        station.mark(number)
    for station in random.sample(stations, 2):
        station.come_back()
    assert len(marks(vote)) == 1, "the right is used once"
    assert [one[:2] for one in outcomes()] == [("done", ""), ("twice", "used_in_person")]
    challenge = Challenge.objects.get()
    assert challenge.is_waiting and challenge.mark.entry.number == number


def test_p3_the_accounts_tell_how_many_passes_more_than_people_one_hall_handed_out(vote, card):
    for _desk in range(2):
        station = Station(vote, card)
        station.mark(vote.entries[0].number)
        station.come_back()
    vote.session.state = Session.State.CLOSED
    vote.session.hand_counts = {"passes_unused": 0, "passes_spoiled": 0, "passes_returned": 0}
    vote.session.counted_by = [1, 2]
    facts = session_facts(vote.session)
    assert (facts.marked, facts.marked_twice) == (1, 1)


def test_an_online_ballot_gives_way_to_the_hall_though_the_desk_heard_of_neither(vote, card):
    """P2: the person voted at home, then came; the accounts add up."""
    station, kiosk = Station(vote, card), vote.kiosk()
    vote.online(0, "lavoir")
    station.mark(vote.entries[0].number)
    kiosk.cast(vote.box.definition_hash, vote.stack.pop(), {"q1": ["piste"]})
    station.move("closed")
    station.come_back()
    vote.close_kiosks()
    opened = vote.finish(passes_unused=7, passes_spoiled=0, passes_returned=0)
    assert [row.choices["q1"] for row in opened.cast_vote_records.all()] == [["piste"]]


def test_no_session_is_reconciled_before_what_a_desk_brought_is_entered(vote, card):
    station = Station(vote, card)
    station.mark(vote.entries[0].number)
    station.move("closed")
    push(station)
    with pytest.raises(DeedsWaiting):
        vote.reconcile(passes_unused=8, passes_spoiled=0, passes_returned=0)
    assert applying.apply_pending() and outcomes() == [("done", "", "")], "a closed session takes it all the same"


def test_each_deed_is_entered_in_a_transaction_of_its_own(vote, card):
    """It waits for a line of the roll: who holds that line, and wants the log next, must not wait for this batch."""
    station = Station(vote, card)
    for entry in vote.entries[:3]:
        station.mark(entry.number)
    push(station)
    while (waiting := applying.count_waiting(least=1, most=9)) > 3:
        applying.apply_next()  # the opening of the session comes before
    assert waiting == 3
    for left in (2, 1, 0):
        assert applying.apply_next() == 1
        assert applying.count_waiting(least=1, most=9) == left
    assert outcomes() == [("done", "", "")] * 3


def test_what_cannot_be_done_by_itself_waits_for_people_and_stops_nothing(vote, card):
    station, [struck, other, *_rest] = Station(vote, card), vote.entries
    station.mark(struck.number)
    station.mark(other.number)
    type(struck).objects.filter(pk=struck.pk).update(struck_at="2027-05-08T12:00Z")
    station.come_back()
    assert outcomes() == [("note", "struck", ""), ("done", "", "")]
    assert [number for number, *_rest in marks(vote)] == [other.number]


def test_d16_a_revoked_device_changes_nothing_by_itself(vote, card):
    station = Station(vote, card)
    station.mark(vote.entries[0].number)
    revoke_device(device=Device.objects.get(dev=station.dev), by=vote.officer)
    station.come_back()
    assert outcomes() == [("note", "device_revoked", "")] and marks(vote) == []


def test_p10_a_void_card_and_an_officer_who_is_off_duty_are_remarked(vote):
    officer = User.objects.create_user("anna@example.org")
    row, card = make_unlock_card(session=vote.session, label="Anna", by=None, officer=officer)
    station, role = Station(vote, card), SpaceRole.objects.create(space=vote.box.space, user=officer, role="desk")
    station.mark(vote.entries[0].number)
    station.come_back()
    role.delete()
    station.mark(vote.entries[1].number)
    station.come_back()
    void_unlock_card(card=row, by=vote.officer)
    station.mark(vote.entries[2].number)
    station.come_back()
    assert outcomes() == [("done", "", ""), ("done", "", "off_duty"), ("done", "", "void")]


def test_nobody_writes_a_deed_without_a_card_nor_for_another_person_or_device(vote, card):
    station, kiosk = Station(vote, card), vote.kiosk()
    number = vote.entries[0].number
    forged = [
        station.deed("desk.marked", {}, station.person(number), key=bytes(32)),
        station.deed("desk.marked", {"number": vote.entries[1].number}, station.person(number)),
        station.deed("desk.marked", {"roll": 999}, station.person(number)),
        station._add("desk.marked", b"[]", actor="desk"),
        station._add("desk.marked", json.dumps({"card": "0" * 16}).encode(), actor="desk"),
    ]
    station.come_back()
    kiosk._add("desk.marked", forged[1].body, definition=vote.box.definition_hash, actor="desk")
    push(kiosk)
    applying.apply_pending()
    said = Record.objects.filter(type="desk.marked").order_by("index").values_list("verdict", "reason")
    wanted = ["card_unknown", "context", "context", "card_unknown", "card_unknown", "context"]
    assert list(said) == [("quarantined", reason) for reason in wanted]
    assert marks(vote) == [] and not DeskDeed.objects.exists()


def test_a_pass_that_comes_back_unused_undoes_the_mark_against_a_second_card(vote, card):
    """P9. What the record named beside person and pass is gone."""
    second = make_unlock_card(session=vote.session, label="Desk 2", by=vote.officer)[1]
    station, code = Station(vote, card), vote.stack.pop()
    station.mark(vote.entries[0].number)
    record = station.undo(vote.entries[0].number, code, second=second)
    station.come_back()
    assert marks(vote) == [(vote.entries[0].number, vote.session.pk, True)] and outcomes() == [("done", "", "")] * 2
    assert Record.objects.filter(type="pass.void").count() == 1
    beside = Payload.objects.get(record__id=record.id)
    assert (beside.subject, bytes(beside.body)) == ("", b"")
    station.mark(vote.entries[0].number)
    push(station, station.batch(1))
    applying.apply_pending()
    assert [is_restored for *_rest, is_restored in marks(vote)] == [True, False], "and the person may come again"


def test_what_one_person_may_not_undo_or_came_too_late_is_a_note_for_people(vote, card, settings):
    settings.PARVIS_SINGLE_HANDED = False
    station, code, used = Station(vote, card), vote.stack.pop(), vote.stack.pop()
    second = make_unlock_card(session=vote.session, label="Desk 2", by=vote.officer)[1]
    first, other, *_rest = vote.entries
    kiosk = vote.kiosk()
    kiosk.cast(vote.box.definition_hash, used, {"q1": ["piste"]})
    push(kiosk)
    for entry in (first, other):
        station.mark(entry.number)
    station.undo(first.number, code)
    station.undo(first.number, code, second=card)
    station.undo(other.number, used, second=second)
    station.undo(other.number, code, second=second, reason="nonsense")
    station.come_back()
    reasons = ["second_person", "second_person", "pass_used", "reason_missing"]
    assert outcomes()[2:] == [("note", reason, "") for reason in reasons]
    assert not any(is_restored for *_rest, is_restored in marks(vote))


def test_somebody_on_no_roll_waits_for_a_decision_as_at_the_desk_online(vote, card):
    """P7."""
    station, code = Station(vote, card), vote.stack.pop()
    records = [station.enter(code, family_name=name) for name in ("Dupré", "Durand")]
    station.enter(code, family_name="Du" * 90, birth_date="31 mai")
    station.come_back()
    found = {one.family_name: one for one in WalkIn.objects.all()}
    assert found["Dupré"].is_waiting and found["Dupré"].held.held.use_value == station._use(code)
    assert found["Durand"].is_waiting and not hasattr(found["Durand"], "held"), "let in all the same"
    assert outcomes() == [("done", "", ""), ("note", "pass_provisional", "")]
    assert Record.objects.get(seq=5, dev=station.dev).reason == "malformed"
    for record in records:
        assert bytes(Payload.objects.get(record__id=record.id).body) == b""
