"""S2, S3, S5: batches of one kiosk out of order, twice, with replies lost; in the end each record is accepted, once."""

from __future__ import annotations

import random
import socket
import threading
from types import SimpleNamespace

import pytest
from django.test import Client

from server.ledger.models import Record
from server.rehearsal.kiosks import Delivery, not_accepted
from server.rehearsal.site import Visitor
from tests.server.votes import make_vote


class Door:
    """The push of the real server, without a network in between."""

    def __init__(self) -> None:
        self.client, self.lost = Client(), 0

    def post(self, url: str, body: bytes, content_type: str) -> SimpleNamespace:
        answer = self.client.post(url, body, content_type=content_type)
        return SimpleNamespace(status=answer.status_code, text=answer.content.decode())

    def post_and_hang_up(self, url: str, body: bytes, content_type: str) -> None:
        self.lost += 1
        self.post(url, body, content_type)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_batches_in_any_order_with_repeats_and_lost_replies_end_as_sent_once(seed):
    vote = make_vote()
    kiosks = [vote.kiosk(), vote.kiosk()]
    for device in kiosks:
        for code in [vote.stack.pop() for _ in range(3)]:
            device.cast(vote.box.definition_hash, code, {"q1": ["bancs"]})
        for _time in range(20):
            device.move("paused")
            device.move("open")
    delivery = Delivery(Door(), kiosks, random.Random(seed))
    delivery.run()
    assert all(device.next_seq == len(device.records) + 1 for device in kiosks)
    assert not not_accepted(kiosks)
    assert Record.objects.filter(dev__in=[device.dev for device in kiosks]).count() == sum(
        len(device.records) for device in kiosks
    )
    assert delivery.batches["replies lost"] == delivery.visitor.lost > 0
    assert delivery.batches["out of order"] > 0 and delivery.batches["sent twice"] > 0
    assert delivery.told["parked"] > 0 and delivery.told["duplicate"] > 0


@pytest.mark.django_db
def test_what_is_lost_or_not_accepted_in_the_end_is_named():
    vote = make_vote()
    device = vote.kiosk()
    assert not_accepted([device]) == {"lost": 2}
    Delivery(Door(), [device], random.Random(1)).run()
    assert not not_accepted([device])
    device.move("closed")
    device.cast(vote.box.definition_hash, vote.stack.pop(), {"q1": ["bancs"]})
    Delivery(Door(), [device], random.Random(1)).run()
    assert not_accepted([device]) == {"provisional: late": 1}
    del device.records[-1]
    assert not_accepted([device])["unknown"] == 1


def test_a_lost_reply_is_a_connection_dropped_before_anybody_read_it():
    """The request arrives whole; the reply is written; the other side is gone without having read a byte of it."""
    arrived = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            line, _address = listening.accept()
            with line:
                content = b""
                while b"the whole batch" not in content:
                    content += line.recv(4096)
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                try:
                    arrived.extend([content, line.recv(1)])  # nothing more, or a reset: it never asks again
                except ConnectionResetError:
                    arrived.extend([content, b""])

        server = threading.Thread(target=answer)
        server.start()
        Visitor(listening.getsockname()[1]).post_and_hang_up("/api/v1/push", b"the whole batch", "text/plain")
        server.join(timeout=20)
    assert arrived[0].startswith(b"POST /api/v1/push") and arrived[1] == b""
