"""X18: a town that shows two lists is found out by the witness, by a device, and by whoever kept a page."""

from __future__ import annotations

import pytest
from django.test import Client

from server.devices.models import Device
from server.devices.replying import note_seen
from server.ledger.actions import checkpoint_document
from server.ledger.keys import public_bytes
from server.ledger.models import Checkpoint, Log, Node, Payload, Record
from server.ledger.witness import Witness as Watcher
from server.ledger.witness import main
from server.witnesses.actions import name_witness, receive
from server.witnesses.models import Alarm
from tests.server.votes import make_vote, without_guards

from .conftest import grow

pytestmark = pytest.mark.django_db


def rewrite(count: int) -> Checkpoint:
    """All of the list anew, well signed by the right key: another history of the same length and more."""
    with without_guards():
        for model in (Payload, Record, Node, Checkpoint):
            model.objects.all().delete()
        Log.objects.update(size=0, peaks=[])
    return grow(count)


def test_two_histories_of_one_list_are_found_out(client, staff, tmp_path, monkeypatch):
    monkeypatch.setattr(Watcher, "_fetch", lambda _self, what: client.get(f"/api/v1/log/{what}").json())
    words = ["https://town.example", "--state", str(tmp_path / "w")]
    vote = make_vote()
    dev = vote.kiosk().dev
    first = checkpoint_document(grow(5))
    assert main(words) == 0
    watcher = Watcher("https://town.example", tmp_path / "w")
    name_witness(name="Brume", public_key=public_bytes(watcher.key), by=staff)
    signed = (tmp_path / "w/witness.json").read_bytes()
    assert receive(signed).cosigned == 1

    rewrite(first["size"] + 4)
    assert main(words) == 1, "the witness refuses"
    assert receive((tmp_path / "w/witness.json").read_bytes()).alarms == 2, "its statement and its refusal"
    assert set(Alarm.objects.values_list("kind", flat=True)) == {"unknown_state", "refused"}

    device = Device.objects.get(dev=dev)
    note_seen(device, {name: first[name] for name in ("epoch", "size", "root", "sig")})
    device.refresh_from_db()
    assert device.foreign_state["size"] == first["size"], "what the device saw is not in this list"

    kept = {"state": f"{first['size']} {first['root']}"}
    answer = Client().get("/list/", kept, headers={"accept": "application/json"}).json()
    assert answer["outcome"] == "changed", "whoever kept a page sees it"
