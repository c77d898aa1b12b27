"""The devices' door over HTTP: a bad batch has its named answer and leaves nothing (D14, S1, S3, S4, S5, S6)."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Callable

import pytest
from django.test import Client

from server.devices.actions import revoke_device
from server.devices.authentic import MAX_BATCH_RECORDS
from server.devices.importing import import_export
from server.devices.models import Device
from server.ledger import keys
from server.ledger.actions import checkpoint_document, sign_checkpoint
from server.ledger.backups import note_backup
from server.ledger.installation import installation
from server.ledger.messages import checkpoint_message
from server.ledger.models import Held, Record
from server.ledger.statements import write_statement
from server.meetings.models import Session
from server.processes.attention_words import needs_attention
from server.processes.standing import standing_of
from server.rehearsal.kiosk import Kiosk
from server.witnesses.actions import name_witness, receive
from server.witnesses.models import Statement
from tests.server.votes import Vote, without_guards

pytestmark = pytest.mark.django_db
PUSH = "/api/v1/push"


@pytest.fixture
def kiosk(vote: Vote) -> Kiosk:
    """A kiosk with five records, none of them sent."""
    device = vote.kiosk()
    for code in vote.stack[:3]:
        device.cast(vote.box.definition_hash, code, {"q1": ["bancs"]})
    return device


def push(client: Client, content: bytes) -> tuple[int, dict]:
    answer = client.post(PUSH, content, content_type="application/x-ndjson")
    return answer.status_code, answer.json()


def taken(client: Client, kiosk: Kiosk, content: bytes) -> list[tuple[str, str]]:
    """The verdicts of a push that is answered; the answer is signed, and the kiosk takes it."""
    status, answer = push(client, content)
    assert status == 200
    return [(one["verdict"], one["reason"]) for one in kiosk.take_reply(answer)["verdicts"]]


def flipped(kiosk: Kiosk) -> bytes:
    head, *lines = kiosk.batch().split(b"\n")
    lines[2] = lines[2].replace(b'\\"tv\\":1', b'\\"tv\\":2')
    return b"\n".join([head, *lines])


def of_a_stranger(kiosk: Kiosk) -> bytes:
    stranger = Kiosk()
    stranger.pack = kiosk.pack
    stranger.start()
    return stranger.batch()


def signed_by_another(kiosk: Kiosk) -> bytes:
    thief = copy.copy(kiosk)
    thief.key = keys.new_private_key()
    return thief.batch()


def too_many(kiosk: Kiosk) -> bytes:
    head, line, *_rest = kiosk.batch().split(b"\n")
    return b"\n".join([head, *[line] * (MAX_BATCH_RECORDS + 1)])


def out_of_order(kiosk: Kiosk) -> bytes:
    head, first, second, *rest = kiosk.batch().split(b"\n")
    return b"\n".join([head, second, first, *rest])


BAD: dict[str, tuple[Callable[[Kiosk], bytes], int, str]] = {
    "a flipped bit": (flipped, 409, "batch_broken"),
    "an unknown device": (of_a_stranger, 403, "device_unknown"),
    "another device's key": (signed_by_another, 403, "signature_wrong"),
    "another order": (out_of_order, 409, "batch_broken"),
    "a record left out": (lambda kiosk: kiosk.batch().replace(b"\n", b"", 1), 400, "batch_malformed"),
    "the last line cut": (lambda kiosk: kiosk.batch()[:-9], 400, "batch_malformed"),
    "too many": (too_many, 413, "batch_too_large"),
    "too large": (lambda kiosk: kiosk.batch() + b" " * 2**20, 413, "batch_too_large"),
    "nothing": (lambda kiosk: b"", 400, "batch_malformed"),
    "UTF-16": (lambda kiosk: kiosk.batch().decode().encode("utf-16"), 400, "batch_malformed"),
    "a page": (lambda kiosk: b"<!doctype html>\n<p>\n", 400, "batch_malformed"),
}


@pytest.mark.parametrize(("make", "status", "code"), BAD.values(), ids=BAD.keys())
def test_a_bad_batch_is_answered_by_name_and_nothing_is_stored(vote, kiosk, client, make, status, code):
    before = Record.objects.count()
    content = make(kiosk)
    found, answer = push(client, content)
    assert (found, answer["code"]) == (status, code) and set(answer) == {"code", "message", "details"}
    assert Record.objects.count() == before
    if status != 413:
        assert (Held.objects.get().code, bytes(Held.objects.get().content)) == (code, content)  # for people to look at
    assert taken(client, kiosk, kiosk.batch()) == [("accepted", "")] * 5


def test_s6_a_flipped_bit_names_its_record(kiosk, client):
    assert push(client, flipped(kiosk))[1]["details"] == {"seq": 3}


def test_s1_a_replay_is_told_the_same_places_again(kiosk, client):
    first = json.loads(push(client, kiosk.batch())[1]["reply"])["verdicts"]
    again = json.loads(push(client, kiosk.batch())[1]["reply"])["verdicts"]
    assert {(one["verdict"], one["first"]) for one in again} == {("duplicate", "accepted")}
    assert [(one["id"], one["index"]) for one in again] == [(one["id"], one["index"]) for one in first]


def test_s5_a_gap_is_answered_with_the_number_that_is_wanted(kiosk, client):
    reply = json.loads(push(client, kiosk.batch(3, 2))[1]["reply"])
    assert (reply["next"], {one["reason"] for one in reply["verdicts"]}) == (1, {"gap"})
    assert taken(client, kiosk, kiosk.batch(1, 2)) == [("accepted", "")] * 2
    assert kiosk.next_seq == 5  # what had come early is in its place


def test_s3_other_bytes_under_a_number_that_is_taken_are_kept_as_a_fork(vote, kiosk, client):
    clone = copy.copy(kiosk)
    clone.records = kiosk.records[:-1]
    clone.cast(vote.box.definition_hash, vote.stack[3], {"q1": ["piste"]})
    push(client, kiosk.batch())
    assert taken(client, clone, clone.batch(5, 1)) == [("quarantined", "fork")]
    assert list(Record.objects.filter(dev=kiosk.dev, seq=5).values_list("is_fork", flat=True)) == [False, True]


def test_d13_a_copied_key_that_begins_a_chain_of_its_own_is_called_for(vote, kiosk, client, admin_client):
    """Nothing of it collides with the other chain, so no number gives it away."""
    push(client, kiosk.batch())
    address = f"/office/sessions/{vote.session.ref}/devices/"
    assert "is there a copy" not in admin_client.get(address, headers={"accept-language": "en"}).content.decode()
    clone = copy.copy(kiosk)
    clone.records, clone.epoch, clone.next_seq = [], "c" * 16, 1
    clone.start()
    assert taken(client, clone, clone.batch()) == [("accepted", "")]
    assert "is there a copy" in admin_client.get(address, headers={"accept-language": "en"}).content.decode()
    assert any(
        "there is a copy of it" in call.text for call in needs_attention(standing_of(vote.session.meeting.space))
    )


def test_s4_a_batch_cut_at_fifty_places_leaves_nothing_half(kiosk, client):
    whole = kiosk.batch()
    for place in random.Random(4).sample(range(len(whole) - 1), 50):
        status, answer = push(client, whole[:place])
        assert (status, answer["code"]) in ((400, "batch_malformed"), (409, "batch_broken")), place
    assert not Record.objects.filter(dev=kiosk.dev).exists()
    assert taken(client, kiosk, whole) == [("accepted", "")] * 5


def test_a_push_is_no_page_and_needs_no_cookie(kiosk):
    """X11: signatures, not cookies."""
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(PUSH).status_code == 405
    assert taken(stranger, kiosk, kiosk.batch()) == [("accepted", "")] * 5
    assert not stranger.cookies


class TestSeen:
    """X18, S9: a device tells which state of the list it saw last; one that is not ours is noticed."""

    def told(self, kiosk: Kiosk, seen: object) -> bytes:
        first, rest = kiosk.batch().split(b"\n", 1)
        return json.dumps({**json.loads(first), "seen": seen}).encode() + b"\n" + rest

    def signed(self, size: int, root: str = "ab" * 32, *, epoch: int = 1) -> dict:
        house = installation()
        message = checkpoint_message(house.origin, house.log_id, epoch, size, root)
        return {"epoch": epoch, "size": size, "root": root, "sig": keys.b64u(house.sign(message))}

    def test_a_state_that_lies_in_our_list_is_no_news(self, client, kiosk):
        point = checkpoint_document(sign_checkpoint())
        seen = {name: point[name] for name in ("epoch", "size", "root", "sig")}
        assert push(client, self.told(kiosk, seen))[0] == 200
        assert Device.objects.get(dev=kiosk.dev).foreign_state == {}

    def test_a_state_that_we_signed_and_do_not_hold_is_kept_and_called_for(self, client, vote, kiosk):
        for seen in (self.signed(3), self.signed(9999)):
            status, answer = push(client, self.told(kiosk, seen))
            assert status == 200 and json.loads(answer["reply"])["verdicts"]
        device = Device.objects.get(dev=kiosk.dev)
        assert device.foreign_state == self.signed(3) | {"sig": device.foreign_state["sig"]}
        assert any(str(device) in call.text for call in needs_attention(standing_of(vote.session.meeting.space)))

    def test_what_we_did_not_sign_says_nothing_and_keeps_no_record_waiting(self, client, kiosk):
        other = self.signed(3) | {"size": 4}
        for seen in (other, {}, [], 5, None, {"epoch": "1"}, self.signed(3) | {"root": "x"}, other | {"sig": "é" * 86}):
            assert push(client, self.told(kiosk, seen))[0] == 200
        assert Device.objects.get(dev=kiosk.dev).foreign_state == {}


class TestStatus:
    """A push says how the device is: a remark, kept as far as it is sound, and never a reason to refuse a record."""

    SOUND = {
        "battery": 41, "charging": False, "free_mb": 900, "alarms": ["list_anew", "disk"], "chain": "main",
        "browser": "Chrome/142",
    }  # fmt: skip

    def condition(self, client: Client, kiosk: Kiosk, status: object) -> dict:
        kiosk.status = status
        kiosk.take_reply(push(client, kiosk.batch(1))[1])
        return Device.objects.get(dev=kiosk.dev).condition

    def test_what_a_device_says_of_itself_is_kept_until_it_says_otherwise(self, client, kiosk):
        assert self.condition(client, kiosk, self.SOUND) == self.SOUND
        assert self.condition(client, kiosk, {}) == self.SOUND  # an earlier release says nothing
        assert self.condition(client, kiosk, {"alarms": []}) == {"alarms": []}

    def test_a_file_does_not_tell_how_the_device_is(self, client, kiosk):
        self.condition(client, kiosk, self.SOUND)
        import_export(kiosk.export())
        assert Device.objects.get(dev=kiosk.dev).condition == self.SOUND

    @pytest.mark.parametrize(
        "odd",
        [
            {"battery": 101}, {"battery": True}, {"battery": "41"}, {"charging": 1}, {"free_mb": -1},
            {"alarms": "disk"}, {"alarms": ["x"] * 17}, {"alarms": ["<b>"]}, {"alarms": [1]},
            {"chain": "other"}, {"chain": []}, {"browser": "x" * 65}, {"browser": "b\n"}, {"name": "somebody"},
        ],
    )  # fmt: skip
    def test_what_is_odd_is_passed_over_and_the_rest_kept(self, client, kiosk, odd):
        told = {"battery": 40, "chain": "former"}
        assert self.condition(client, kiosk, told | odd) == {k: v for k, v in told.items() if k not in odd}

    @pytest.mark.parametrize("odd", [[1], "well", 5, True])
    def test_a_status_that_is_none_is_no_reason_to_refuse(self, client, kiosk, odd):
        assert self.condition(client, kiosk, odd) == {}


class TestStanding:
    """What a reply says besides: only what is known."""

    OPTIONAL = {"device", "cosigned", "backed_up", "certified", "recovery"}
    ALWAYS = {"witnesses", "time"}

    def said(self, client: Client, kiosk: Kiosk) -> dict:
        reply = kiosk.take_reply(push(client, kiosk.batch(1))[1])
        assert set(reply) >= self.ALWAYS and abs(reply["time"] - time.time()) < 60
        return {name: reply[name] for name in self.OPTIONAL & set(reply)}

    def test_whether_anybody_co_signs_is_told_and_what_stands_for_it(self, client, vote, kiosk):
        """A backup is told as soon as it ended, and only of the list of today."""

        def told() -> tuple[int, int | None]:
            reply = kiosk.take_reply(push(client, kiosk.batch(1))[1])
            return reply["witnesses"], reply.get("backed_up")

        assert told() == (0, None)
        note_backup(1, 3)
        assert told() == (0, 3)
        note_backup(7, 9)
        assert told() == (0, None), "of another time of the list"
        name_witness(name="Partner", public_key=keys.public_bytes(keys.new_private_key()), by=vote.officer)
        assert told() == (1, None)

    def test_what_nobody_knows_is_not_said(self, client, kiosk):
        assert self.said(client, kiosk) == {"device": "enrolled"}

    def test_a_revoked_device_is_told(self, client, vote, kiosk):
        revoke_device(device=Device.objects.get(dev=kiosk.dev), by=vote.officer)
        assert self.said(client, kiosk) == {"device": "revoked"}

    def test_what_a_witness_co_signed_of_the_list_of_today_is_told(self, client, vote, kiosk):
        key = keys.new_private_key()
        name_witness(name="Partner", public_key=keys.public_bytes(key), by=vote.officer)
        points = [checkpoint_document(sign_checkpoint()) for _ in (push(client, kiosk.batch(1)), None)]
        for point in points:
            receive(json.dumps(write_statement(key, point)).encode())
        assert self.said(client, kiosk)["cosigned"] == points[0]["size"]
        Statement.objects.update(log_epoch=7)  # said of another time of the list: nothing of this one
        assert "cosigned" not in self.said(client, kiosk)

    def test_the_head_of_a_certified_vote_is_told_to_the_chain_that_it_closed(self, client, vote, kiosk):
        head, session = kiosk.records[-1].id, vote.session
        push(client, kiosk.batch())
        fixed = {
            kiosk.dev: [{"epoch": kiosk.epoch, "seq": 5, "head": head}, {"epoch": "0" * 16, "seq": 1, "head": "x"}]
        }
        Session.objects.filter(pk=session.pk).update(state="reconciled", closing_heads=fixed)
        assert "certified" not in self.said(client, kiosk)
        with without_guards():
            session.boxes.update(state="certified")
        assert self.said(client, kiosk)["certified"] == {session.ref: head}
        Session.objects.filter(pk=session.pk).update(closing_heads={})
        assert "certified" not in self.said(client, kiosk)
