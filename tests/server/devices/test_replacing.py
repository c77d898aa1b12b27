"""A tablet breaks in mid-meeting: another one takes its place, and what the first one holds is not lost (D2)."""

from __future__ import annotations

import time

import pytest

from server.devices.actions import enrol_device, invite_replacement, next_label
from server.devices.intake import receive_push
from server.devices.models import Device, Enrolment, Listed
from server.devices.packs import build_pack
from server.ledger.applying import is_rebuilt_alike
from server.meetings.actions import close_session, name_missing_device, reconcile_session
from server.meetings.figures import devices_of
from server.rehearsal.kiosk import Kiosk
from server.voting.balance import balance_of
from server.voting.refusals import WrongState
from server.voting.settlement import settle_box
from tests.server.devices.test_trust import cast, device_of
from tests.server.votes import Vote, push, sync

pytestmark = pytest.mark.django_db


def in_its_place(vote: Vote, broken: Kiosk) -> Kiosk:
    """The office invites another tablet for this place; it is enrolled, takes its pack, and is opened."""
    _invited, code = invite_replacement(device=device_of(broken), by=vote.officer)
    tablet = Kiosk()
    asked = tablet.enrolment(code)
    enrolled, _code = enrol_device(code_text=code.text, public_key=asked["public_key"], proof=asked["proof"])
    text, signature = build_pack(enrolled)
    tablet.take_pack({"pack": text, "sig": signature})
    tablet.start()
    tablet.move("open")
    return tablet


def test_d2_another_tablet_takes_the_place_of_a_broken_one_and_no_ballot_is_lost_or_doubled(vote):
    """One broken tablet comes back with a ballot that it had kept; one never does, and its slip says how many."""
    broken, dead = vote.kiosk(), vote.kiosk()
    cast(vote, broken, 0)
    cast(vote, dead, 1)
    for kiosk in (broken, dead):
        sync(kiosk)
    cast(vote, broken, 2)  # confirmed to its voter, and on the tablet alone when the screen breaks
    cast(vote, dead, 3)
    again = vote.handed[2]  # whoever did not trust the broken screen comes to the next one with the same pass
    second, third = in_its_place(vote, broken), in_its_place(vote, dead)
    second.cast(vote.box.definition_hash, again, {"q1": ["verger"]})
    cast(vote, third, 4)
    assert [device.label for device in devices_of(vote.session)] == ["K0", "K0 (2)", "K1", "K1 (2)"]
    assert [device.shown for device in devices_of(vote.session)][::2] == ["replaced", "replaced"]

    reply = push(broken)
    assert (reply["device"], reply["replaced"]) == ("revoked", True), "it takes no more"
    assert {one["verdict"] for one in reply["verdicts"]} == {"accepted"}, "and what it took is as good as ever"
    for kiosk in (second, third, broken):
        kiosk.move("closed")
        sync(kiosk)
    vote.session = close_session(session=vote.session, by=vote.officer)
    name_missing_device(device=device_of(dead), reason="Its screen is dead.", by=vote.officer, ballots=2)
    vote.count(passes_spoiled=0, passes_unused=3, passes_returned=0)
    vote.session.refresh_from_db()
    differences = {one.key: one.difference for one in balance_of(vote.session) if not one.holds}
    assert differences == {"3": 1}, "one pass handed over whose ballot is lost with the dead one"
    vote.explain("One voter of the dead tablet: by its slip two ballots, one here.")
    session = reconcile_session(session=vote.session, by=vote.officer)
    assert session.closing_losses[dead.dev]["lost"] == 1
    settled = settle_box(vote.box).settlement
    assert (len(settled.counted), len(settled.superseded)) == (4, 1), "the pass that came twice counts once (P4)"


def test_the_list_says_in_whose_place_a_device_stands(vote):
    first = vote.kiosk()
    second = in_its_place(vote, first)
    assert Listed.objects.get(dev=second.dev).replaces == first.dev and is_rebuilt_alike()
    with pytest.raises(WrongState):
        invite_replacement(device=device_of(first), by=vote.officer)
    third = in_its_place(vote, second)
    assert Device.objects.get(dev=third.dev).label == "K0 (3)"


def test_until_the_new_one_is_there_the_old_one_goes_on_and_only_the_last_code_is_good(vote):
    first = vote.kiosk()
    sync(first)
    device = device_of(first)
    for _time in range(2):
        invite_replacement(device=device, by=vote.officer)
    waiting = Enrolment.objects.filter(replaces=device, device=None).order_by("expires_at")
    assert len(waiting) == 2 and waiting[0].expires_at < waiting[1].expires_at
    cast(vote, first, 0)
    assert push(first)["device"] == "enrolled"


@pytest.mark.parametrize(
    ("label", "then"),
    [("Kiosk 1", "Kiosk 1 (2)"), ("Kiosk 1 (2)", "Kiosk 1 (3)"), ("K" * 60, "K" * 56 + " (2)"), ("(2)", "(2) (2)")],
)
def test_the_next_name_tells_the_place(label, then):
    assert next_label(label) == then


def test_x15_a_device_that_is_replaced_is_told_so_at_its_next_contact_and_gets_no_pack(vote, client):
    """X15: as a revoked one; what it brings is taken as before."""
    first = vote.kiosk()
    in_its_place(vote, first)
    path = f"/api/v1/devices/{first.dev}/pack"
    answer = client.get(path, headers={"Authorization": first.authorization(path, int(time.time()))})
    assert (answer.status_code, answer.json()["code"]) == (403, "device_revoked")
    receive_push(first.batch())
