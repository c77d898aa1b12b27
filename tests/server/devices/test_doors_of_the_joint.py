"""X11 where devices come in: keys sign, cookies open nothing, a look changes nothing. (X12: ``office_b/test_live``.)"""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from server.devices.brought import PART_BYTES
from server.ledger.models import Record
from server.rehearsal.kiosk import Kiosk
from tests.server.office_b.conftest import person
from tests.server.votes import Vote, push

pytestmark = pytest.mark.django_db
PACK = "/api/v1/devices/{}/pack"


@pytest.fixture
def kiosk(vote: Vote) -> Kiosk:
    return vote.kiosk()


@pytest.fixture
def organiser(vote: Vote) -> Client:
    """A browser that somebody of the office is logged in with; it wants the token of every form."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(vote, "organiser"))
    return client


def rows() -> dict[str, list[Any]]:
    """What every table holds. That a device has its pack is noted with it: a remark, as when it was last heard."""
    held = {model.__name__: list(model._base_manager.order_by("pk").values()) for model in apps.get_models()}
    for device in held["Device"]:
        del device["pack_taken"]
    return held


def test_x11_a_cookie_of_the_office_opens_nothing_at_the_joint(kiosk: Kiosk, organiser: Client):
    """Another site can have the browser of an organiser send whatever it likes: none of it is signed."""
    first, _end, rest = kiosk.batch().partition(b"\n")
    unsigned = json.dumps(json.loads(first) | {"sig": "A" * 86}).encode() + b"\n" + rest
    answer = organiser.post("/api/v1/push", unsigned, content_type="application/x-ndjson")
    assert (answer.status_code, answer.json()["code"]) == (403, "signature_wrong")
    assert not Record.objects.filter(dev=kiosk.dev).exists()
    answer = organiser.get(PACK.format(kiosk.dev))
    assert (answer.status_code, answer.json()["code"]) == (403, "request_not_signed")


def test_x11_the_joint_reads_no_cookie_and_gives_none(kiosk: Kiosk):
    """Whoever it thinks is logged in, a device is who signs."""
    stranger = Client(enforce_csrf_checks=True, headers={"Cookie": "sessionid=nobody"})
    path = PACK.format(kiosk.dev)
    signed = {"Authorization": kiosk.authorization(path, int(time.time()))}
    answers = [
        stranger.get(path, headers=signed),
        stranger.post("/api/v1/push", kiosk.batch(), content_type="application/x-ndjson"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any(cookie.value for answer in answers for cookie in answer.cookies.values())


def test_x11_a_look_at_the_joint_writes_nothing_and_a_deed_is_no_look(kiosk: Kiosk, client: Client):
    push(kiosk)
    before = rows()
    path = PACK.format(kiosk.dev)
    client.get(path, headers={"Authorization": kiosk.authorization(path, int(time.time()))})
    for address in ("log/checkpoint", "log/epochs", "log/consistency?first=1&second=2", "log/statements"):
        client.get(f"/api/v1/{address}")
    assert {address: client.get(f"/api/v1/{address}").status_code for address in ("push", "devices/enrol")} == {
        "push": 405,
        "devices/enrol": 405,
    }
    after = rows()
    assert {name for name in before if before[name] != after[name]} == set()


def test_x11_a_part_of_a_file_wants_the_token_of_the_page(vote: Vote, organiser: Client):
    """It is sent by a script and as bare bytes, but by a person who is logged in with a cookie."""
    address = reverse("office_devices:part", args=[vote.session.ref])
    named = {"name": "a", "digest": "0" * 64, "size": 9, "at": 0}
    send = {"content_type": "application/octet-stream", "query_params": named}
    assert organiser.post(address, b"x" * 5, **send).status_code == 403
    assert organiser.get(address, named).json() == {"at": 0, "page": ""}
    page = organiser.get(reverse("office_devices:devices", args=[vote.session.ref])).content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert organiser.post(address, b"x" * 5, headers={"X-CSRFToken": token}, **send).json()["at"] == 5
    too_much = organiser.post(address, b"x" * (PART_BYTES + 1), headers={"X-CSRFToken": token}, **send)
    assert too_much.status_code == 413
