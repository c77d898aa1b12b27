"""The answer to a device without network: what it would have been told, carried back by hand. Nothing is written."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from server.devices import carried
from server.devices.actions import revoke_device
from server.devices.answers import answers_to
from server.devices.importing import import_export
from server.devices.models import Device
from server.ledger import actions as ledger
from server.ledger.models import Chain, Checkpoint
from server.rehearsal.kiosk import Kiosk
from tests.conformance.proofs import is_consistent, join_codes
from tests.server.office_b.conftest import person
from tests.server.votes import Vote, push

pytestmark = pytest.mark.django_db


@pytest.fixture
def kiosk(vote: Vote) -> Kiosk:
    device = vote.kiosk()
    for number in range(2):
        device.cast(vote.box.definition_hash, vote.hand_over(number), {"q1": ["lavoir"]})
    return device


def answer(kiosk: Kiosk) -> dict:
    """The answer to its present chain, as it believes it."""
    ((reply, sig),) = answers_to(Device.objects.get(dev=kiosk.dev))
    return kiosk.take_reply({"reply": reply, "sig": sig})


def test_a_device_is_told_what_a_push_would_have_told_it(kiosk: Kiosk):
    import_export(kiosk.export())
    ledger.sign_checkpoint()
    by_hand = answer(kiosk)
    online = push(kiosk, kiosk.batch(1, 4))
    assert by_hand["runs"] == [[1, 4, "accepted", "", online["verdicts"][-1]["index"]]]
    differ = {"runs", "verdicts", "time"}
    assert {n: f for n, f in by_hand.items() if n not in differ} == {n: f for n, f in online.items() if n not in differ}
    assert abs(by_hand["time"] - online["time"]) < 60


def test_what_people_must_look_at_is_a_run_of_its_own(kiosk: Kiosk, vote: Vote):
    kiosk.move("closed")
    kiosk.cast(vote.box.definition_hash, vote.stack[0], {"q1": ["lavoir"]})
    kiosk.move("closed")
    import_export(kiosk.export())
    ledger.sign_checkpoint()
    assert [run[:4] for run in answer(kiosk)["runs"]] == [
        [1, 5, "accepted", ""], [6, 6, "provisional", "late"], [7, 7, "accepted", ""],
    ]  # fmt: skip


def test_runs_are_broken_where_a_number_is_missing():
    rows = [(1, "accepted", "", 5), (2, "accepted", "", 4), (4, "accepted", "", 9), (5, "parked", "newer", 10)]
    assert carried.runs(rows) == [[1, 2, "accepted", "", 5], [4, 4, "accepted", "", 9], [5, 5, "parked", "newer", 10]]


def test_the_answer_proves_that_the_list_goes_on_from_what_the_device_knew(kiosk: Kiosk, vote: Vote):
    push(kiosk, kiosk.batch(1, 2))
    seen = dict(kiosk.seen)
    push(kiosk, kiosk.batch(3, 1))  # tells the state that it knows, and hears a newer one
    vote.kiosk()
    vote.online(0, "bancs")
    ledger.sign_checkpoint()
    told = answer(kiosk)
    assert told["proof"]["first"] == seen["size"]
    now = told["checkpoint"]
    assert is_consistent(seen["size"], now["size"], seen["root"], now["root"], told["proof"]["steps"])


def test_a_device_that_was_never_answered_needs_no_proof_and_one_that_brought_nothing_gets_no_answer(kiosk: Kiosk):
    ledger.sign_checkpoint()
    assert answers_to(Device.objects.get(dev=kiosk.dev)) == []
    import_export(kiosk.export())
    assert "proof" not in answer(kiosk)


def test_a_revocation_is_told_by_hand_too(kiosk: Kiosk, vote: Vote):
    import_export(kiosk.export())
    ledger.sign_checkpoint()
    revoke_device(device=Device.objects.get(dev=kiosk.dev), by=vote.officer)
    assert answer(kiosk)["device"] == "revoked"


def test_codes_are_small_enough_for_a_camera_and_hold_the_whole(kiosk: Kiosk):
    import_export(kiosk.export())
    ledger.sign_checkpoint()
    ((reply, sig),) = answers_to(Device.objects.get(dev=kiosk.dev))
    codes = carried.codes_of(reply, sig)
    assert 1 < len(codes) <= 4 and max(map(len, codes)) <= carried.CODE_CHARACTERS
    assert json.loads(join_codes(codes[::-1])) == {"reply": reply, "sig": sig}


def test_x11_the_page_and_the_file_are_read_alone(kiosk: Kiosk, vote: Vote, client):
    """A look signs no state of the list and writes no row."""
    client.force_login(person(vote, "organiser"))
    device = Device.objects.get(dev=kiosk.dev)
    page, file = (reverse(f"office_devices:{name}", args=[device.pk]) for name in ("answer", "answer_file"))
    assert "No answer yet" in client.get(page, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert client.get(file).status_code == 404
    import_export(kiosk.export())
    ledger.sign_checkpoint()
    vote.online(0, "bancs")
    before = (Checkpoint.objects.count(), list(Chain.objects.values_list()), list(Device.objects.values_list()))
    shown = client.get(page, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    told = client.get(file)
    assert (Checkpoint.objects.count(), list(Chain.objects.values_list()), list(Device.objects.values_list())) == before
    assert shown.count('class="qr"') >= 2 and "Code 1 of" in shown
    assert told["Content-Disposition"] == 'attachment; filename="parvis-answer-k0.json"'
    ((reply, _sig),) = answers_to(device)
    (one,) = json.loads(told.content)["answers"]
    kiosk.take_reply(one)
    assert json.loads(one["reply"]) | {"time": 0} == json.loads(reply) | {"time": 0}
    assert client.post(page).status_code == 405
