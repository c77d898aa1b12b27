"""The log as a promise: again is the same as once, nothing authentic is dropped, checkpoints extend each other."""

from __future__ import annotations

import json
import secrets

import pytest
from django.db import connection

from server.ledger import actions, keys, messages, tree
from server.ledger.installation import installation
from server.ledger.models import Checkpoint, Payload, Record
from server.ledger.receipts import find, receipt_for
from server.ledger.records import build_record
from tests.server.votes import without_guards

pytestmark = pytest.mark.django_db


def accept_all(_chain):
    return lambda _batch: {}


class Line:
    """A device's chain, made by hand."""

    def __init__(self) -> None:
        self.dev, self.epoch = secrets.token_hex(32), secrets.token_hex(8)
        self.records = []

    def grow(self, count: int, body: bytes = b"{}"):
        for _ in range(count):
            self.records.append(self.next(body))
        return self.records

    def next(self, body: bytes = b"{}"):
        prev = self.records[-1].id if self.records else ""
        return build_record(
            type="device.started", space="town", dev=self.dev, epoch=self.epoch,
            seq=len(self.records) + 1, prev=prev, body=body,
        )  # fmt: skip

    def send(self, batch):
        _chain, stored = actions.store(dev=self.dev, epoch=self.epoch, batch=batch, judge_in=accept_all)
        return stored


def verdicts(stored):
    return [answer.verdict for answer in stored]


def test_s1_a_record_sent_again_is_a_duplicate_with_its_first_verdict_and_place():
    line = Line()
    first = line.send(line.grow(3))
    again = line.send(line.records)
    assert verdicts(first) == ["accepted"] * 3
    assert verdicts(again) == ["duplicate"] * 3
    assert [a.index for a in again] == [a.index for a in first]
    assert [a.first for a in again] == ["accepted"] * 3
    assert Record.objects.count() == 3


def test_s3_other_bytes_under_the_same_number_are_a_fork_and_the_first_stands():
    line = Line()
    line.send(line.grow(2))
    twin = Line()
    twin.dev, twin.epoch, twin.records = line.dev, line.epoch, line.records[:1]
    twin.grow(2, body=b'{"other":1}')
    stored = line.send(twin.records[1:])
    assert [(a.verdict, a.reason) for a in stored] == [("quarantined", "fork")] * 2
    assert Record.objects.filter(verdict="accepted").count() == 2
    assert Record.objects.count() == 4


def test_s5_a_gap_is_parked_and_released_when_it_closes():
    line = Line()
    line.grow(5)
    line.send(line.records[:1])
    early = line.send(line.records[3:])
    assert [(a.verdict, a.reason) for a in early] == [("parked", "gap")] * 2
    line.send(line.records[1:3])
    assert set(Record.objects.values_list("verdict", flat=True)) == {"accepted"}
    assert verdicts(line.send(line.records)) == ["duplicate"] * 5
    assert [a.first for a in line.send(line.records)][3:] == ["parked"] * 2


def test_the_log_counts_every_record_once_and_its_root_is_that_of_the_headers():
    line = Line()
    line.send(line.grow(7))
    actions.append(type="box.frozen", space="town")
    checkpoint = actions.sign_checkpoint()
    leaves = [tree.leaf_hash(h.encode()) for h in Record.objects.order_by("index").values_list("header", flat=True)]
    assert checkpoint.size == 8
    assert checkpoint.root == tree.root(leaves).hex()
    house = installation()
    message = messages.checkpoint_message(house.origin, house.log_id, 1, 8, checkpoint.root)
    assert keys.verify(house.public_key, message, keys.unb64u(checkpoint.signature))


def test_a_checkpoint_is_signed_once_per_size():
    actions.append(type="box.frozen", space="town")
    assert actions.sign_checkpoint() == actions.sign_checkpoint()
    assert Checkpoint.objects.count() == 1


def test_s26_a_header_changed_in_the_database_stops_the_signing():
    record = actions.append(type="box.frozen", space="town")
    with without_guards():
        Record.objects.filter(pk=record.pk).update(header=record.header.replace("town", "town2"))
    with pytest.raises(actions.DamagedLog):
        actions.sign_checkpoint()


@pytest.mark.parametrize("column", ["subject", "subject_salt", "body", "body_salt"])
def test_s26_a_byte_flipped_beside_a_header_stops_the_signing(column):
    """By SQL, in each of the four columns; put back, it is signed."""
    record = actions.append(type="pass.void", space="town", subject="use:" + "a" * 32, body=b'{"reason":"lost"}')
    whole = Payload.objects.filter(record=record).values_list(column, flat=True).get()
    flipped = f"b{whole[1:]}" if isinstance(whole, str) else bytes([bytes(whole)[0] ^ 1]) + bytes(whole)[1:]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE ledger_payload SET {column} = %s WHERE record_index = %s", [flipped, record.index])
    with pytest.raises(actions.DamagedLog):
        actions.sign_checkpoint()
    assert not Checkpoint.objects.exists()
    Payload.objects.filter(record=record).update(**{column: whole})
    assert actions.sign_checkpoint().size == 1


def test_s26_what_is_gone_beside_a_header_stops_the_signing():
    record = actions.append(type="pass.void", space="town", subject="use:" + "a" * 32)
    Payload.objects.filter(record=record).delete()
    with pytest.raises(actions.DamagedLog):
        actions.sign_checkpoint()


def test_a_receipt_proves_that_the_record_is_under_a_checkpoint():
    line = Line()
    line.send(line.grow(11))
    record = find(line.records[4].id.upper())
    assert "path" not in receipt_for(record)
    actions.sign_checkpoint()
    line.send(line.grow(3)[11:])
    receipt = receipt_for(record)
    path = [bytes.fromhex(step) for step in receipt["path"]]
    leaf = tree.leaf_hash(record.header.encode())
    assert tree.root_from_path(receipt["index"], receipt["size"], leaf, path).hex() == receipt["checkpoint"]["root"]


@pytest.mark.parametrize("text", ["", "zz", "0" * 63, "0" * 64, "é" * 64, "x" * 10_000])
def test_a_receipt_that_does_not_exist_is_simply_not_found(text):
    assert find(text) is None


def test_the_servers_own_chain_is_unbroken():
    for _ in range(3):
        actions.append_many([("box.frozen", "", b"{}"), ("box.certified", "", b"{}")], space="town")
    headers = [json.loads(h) for h in Record.objects.order_by("index").values_list("header", flat=True)]
    assert [h["seq"] for h in headers] == [1, 2, 3, 4, 5, 6]
    ids = list(Record.objects.order_by("index").values_list("id", flat=True))
    assert [h["prev"] for h in headers] == ["", *ids[:-1]]
