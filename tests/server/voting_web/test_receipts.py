"""Receipts: recorded or not, with a proof that anyone can check; nothing of content or counting."""

from __future__ import annotations

import copy
import json

import pytest
from django.core.cache import cache

from server.devices.models import Device
from server.ledger import keys, tree
from server.ledger.actions import sign_checkpoint
from server.ledger.models import Checkpoint, Record
from server.ledger.tasks import sign_soon
from server.processes.origin import Origin
from server.voting.actions import cast_ballot
from server.voting.rights import Right
from server.web.town.past import enrolled_kiosk, push_all

pytestmark = pytest.mark.django_db
ENGLISH = {"headers": {"accept-language": "en"}}


@pytest.fixture
def town(standing_town):
    return standing_town


@pytest.fixture
def record(open_vote) -> Record:
    right = Right.of_code(open_vote.box, open_vote.letters[0].text)
    return cast_ballot(box=open_vote.box, right=right, choices={"q1": ["verger"]}, origin=Origin(door="web"))


def page(client, address: str, status: int = 200) -> str:
    answer = client.get(address, **ENGLISH)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_receipt_goes_from_arrived_to_the_public_list_and_no_further(client, record):
    address = f"/receipt/{record.id}/"
    assert "within five minutes" in page(client, address)
    sign_checkpoint()
    text = page(client, address)
    assert "Proven under the signed list" in text and 'class="qr"' in text
    assert "Counted" not in text and "verger" not in text and record.payload.subject not in text


def test_the_proof_leads_from_the_header_to_the_signed_root(client, record):
    sign_checkpoint()
    answer = client.get(f"/receipt/{record.id}/", headers={"accept": "application/json"})
    proof = json.loads(answer.content)
    path = [bytes.fromhex(step) for step in proof["path"]]
    leaf = tree.leaf_hash(record.header.encode())
    root = tree.root_from_path(proof["index"], proof["size"], leaf, path)
    assert root.hex() == proof["checkpoint"]["root"] and proof["checkpoint"]["size"] == proof["size"]


@pytest.mark.parametrize("form", ["{}", "{} ", "  {}", "https://town.example/receipt/{}?d=1&s=2"])
def test_a_receipt_is_found_by_its_number_however_it_was_copied(client, record, form):
    answer = client.get("/receipt/", {"id": form.format(record.id.upper() if form == "{} " else record.id)})
    assert answer["Location"] == f"/receipt/{record.id}/"


@pytest.mark.parametrize("wanted", ["ab" * 32, "short", "<b>x</b>", "٣" * 64, "a" * 5000])
def test_what_is_not_on_the_list_is_said_to_be_missing(client, record, wanted):
    answer = client.get("/receipt/", {"id": wanted}, **ENGLISH)
    assert answer.status_code == 404
    assert "Not on our list" in answer.content.decode() and b"<b>x</b>" not in answer.content
    json_answer = client.get(f"/receipt/{'cd' * 32}/", headers={"accept": "application/json"})
    assert (json_answer.status_code, json_answer.json()["code"]) == (404, "receipt_unknown")


def test_a_kiosks_signed_promise_is_told_from_a_false_one_and_becomes_a_proof(client, town):
    """Protocol §9: the QR of an offline kiosk works before and after its records arrived."""
    kiosk = enrolled_kiosk(town.running, town.staff["organiser"])
    ballot = kiosk.cast(town.running.box.definition_hash, town.running.stack[0], {"q1": ["verger"]})
    address = f"/receipt/{ballot.id}?d={kiosk.dev}&s={kiosk.receipt_signature(ballot)}"
    assert "Saved on a kiosk, not arrived yet" in page(client, address, 404)
    forged = keys.b64u(keys.sign(keys.new_private_key(), b"parvis-receipt-1\n" + ballot.id.encode()))
    for signature in (forged, "!", "AAAA"):
        text = page(client, f"/receipt/{ballot.id}?d={kiosk.dev}&s={signature}", 404)
        assert "no device of ours signed it" in text
    push_all(kiosk)
    assert "A ballot is recorded" in page(client, address)


class TestPromises:
    """Sync §11: a promise that never arrives is told from one that is still expected, and is evidence."""

    @pytest.fixture
    def kiosk(self, town):
        return enrolled_kiosk(town.running, town.staff["organiser"])

    @pytest.fixture
    def ballot(self, town, kiosk):
        return kiosk.cast(town.running.box.definition_hash, town.running.stack[0], {"q1": ["verger"]})

    def outcome(self, client, kiosk, ballot, query="") -> dict:
        address = f"/receipt/{ballot.id}/?{query or kiosk.promise(ballot)}"
        answer = client.get(address, headers={"accept": "application/json"})
        assert answer.status_code == 404
        return answer.json()["details"]

    def close(self, kiosk, seq: int) -> None:
        """The session is reconciled with so many records of the kiosk."""
        session = Device.objects.get(dev=kiosk.dev).session
        session.closing_heads = {kiosk.dev: [{"epoch": kiosk.epoch, "seq": seq, "head": "ab" * 32}]}
        session.save(update_fields=["closing_heads"])

    def test_it_is_expected_while_the_session_is_not_settled_and_proven_when_it_came(self, client, kiosk, ballot):
        assert self.outcome(client, kiosk, ballot)["promise"] == "expected"
        words = page(client, f"/receipt/{ballot.id}?{kiosk.promise(ballot)}", 404)
        assert "Saved on a kiosk, not arrived yet" in words and "&quot;public_key&quot;" in words
        typed = {"id": f"https://town.example/receipt/{ballot.id}?{kiosk.promise(ballot)}"}
        assert "Saved on a kiosk" in client.get("/receipt/", typed, **ENGLISH).content.decode()
        push_all(kiosk)
        assert "A ballot is recorded" in page(client, f"/receipt/{ballot.id}?{kiosk.promise(ballot)}")

    def test_beyond_the_fixed_head_it_is_not_in_the_closed_chain(self, client, kiosk, ballot):
        self.close(kiosk, ballot.header.seq - 1)
        assert self.outcome(client, kiosk, ballot) == {"promise": "unchained", "last": ballot.header.seq - 1}
        words = page(client, f"/receipt/{ballot.id}?{kiosk.promise(ballot)}", 404)
        assert "it is not in the closed chain" in words and "Your receipt is evidence" in words
        old = f"d={kiosk.dev}&s={kiosk.receipt_signature(ballot)}"
        assert self.outcome(client, kiosk, ballot, old)["promise"] == "unchained"

    def test_another_record_under_its_number_is_evidence(self, client, town, kiosk, ballot):
        other = copy.deepcopy(kiosk)
        other.records.pop()
        other.cast(town.running.box.definition_hash, town.running.stack[1], {"q1": ["verger"]})
        push_all(other)
        assert self.outcome(client, kiosk, ballot)["promise"] == "other"
        assert "another record came under this number" in page(
            client, f"/receipt/{ballot.id}?{kiosk.promise(ballot)}", 404
        )

    def test_a_kiosk_that_is_lost_is_said_to_be_so(self, client, kiosk, ballot):
        Device.objects.filter(dev=kiosk.dev).update(missing_reason="Tombée à l'eau.")
        assert self.outcome(client, kiosk, ballot)["promise"] == "lost"

    def test_a_place_that_was_altered_is_signed_by_nobody(self, client, kiosk, ballot):
        good = kiosk.promise(ballot)
        seq = ballot.header.seq
        for query in (
            good.replace(f"&n={seq}", f"&n={seq + 1}"),
            good.replace(f"&n={seq}", "&n=-1"),
            good.replace(f"&n={seq}", "&n=\uff11"),
            good.replace(f"&n={seq}", ""),
            good.replace(f"&e={kiosk.epoch}", "&e=" + "0" * 16),
            good.replace(f"&e={kiosk.epoch}", ""),
            good.replace(f"&e={kiosk.epoch}&n={seq}", ""),
        ):
            assert self.outcome(client, kiosk, ballot, query)["promise"] == "false"


def test_the_list_is_signed_once_for_many_ballots(record, django_capture_on_commit_callbacks):
    """A checkpoint for each ballot would tell when each was cast."""
    cache.clear()
    before = Checkpoint.objects.count()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        for _ballot in range(3):
            sign_soon()
    signings = [one for one in callbacks if "sign_soon" in one.__qualname__]
    assert len(signings) == 1 and Checkpoint.objects.count() == before + 1
