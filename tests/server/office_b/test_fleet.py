"""All devices of a space on one page: whoever needs somebody first, what is known of each, and what to do about it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from server.devices.fleet import fleet_of
from server.devices.models import Device
from server.devices.needs import ALARMS, DeviceState, needs_of, rank_of
from server.ledger.actions import sign_checkpoint
from server.ledger.applying import apply_pending
from server.meetings.models import Session
from tests.server.office_b.conftest import Office
from tests.server.votes import make_session, push
from tests.vectors.make_vectors import DOCUMENT

pytestmark = pytest.mark.django_db


def shown(office: Office, **asked: str) -> list[str]:
    """Names in the order of the page; the part that is asked for again shows the same."""
    texts = [
        office.client.get(reverse(f"office_devices:{name}", args=[office.slug]), asked, HTTP_ACCEPT_LANGUAGE="en")
        for name in ("fleet", "fleet_rows")
    ]
    whole, part = [re.findall(r'<th scope="row">([^<]+)<br>', text.content.decode()) for text in texts]
    assert whole == part
    return whole


def devices(office: Office) -> dict[str, Device]:
    return {device.label: device for device in fleet_of(office.vote.box.space)}


def test_a_space_without_a_device_says_where_to_begin(office: Office):
    page = office.see("office_devices:fleet", office.slug)
    assert "No device yet" in page and reverse("office_devices:devices", args=[office.ref]) in page


def test_whoever_needs_somebody_stands_first_and_the_page_says_why(office: Office):
    """A call for help before a copied key, before silence, before a battery; a quiet device last."""
    for n, facts in enumerate(
        (
            {"label": "quiet"},
            {"label": "low", "condition": {"battery": 9, "charging": False, "free_mb": 900}},
            {"label": "silent", "last_contact_at": timezone.now() - timedelta(minutes=30)},
            {"label": "alarmed", "condition": {"alarms": ["fork", "something_new"]}},
            {"label": "calls", "condition": {"help": True}},
            {"label": "gone", "status": "revoked"},
        )
    ):
        told = {"last_contact_at": timezone.now(), **facts}
        Device.objects.create(dev=f"{n:064x}", public_key=b"x", session=office.vote.session, **told)
    assert shown(office) == ["calls", "alarmed", "silent", "low", "gone", "quiet"]
    assert shown(office, sort="-need")[0] == "quiet" and shown(office, sort="name")[0] == "alarmed"
    assert shown(office, need="no") == ["gone", "quiet"] and shown(office, state="revoked") == ["gone"]
    assert shown(office, session="0" * 16) == shown(office), "what is unknown is passed over"
    page = office.see("office_devices:fleet", office.slug)
    for words in ("calls for help", "another device sends under its numbers", "Nothing is heard", "battery 9 %"):
        assert words in page
    assert "4 devices need somebody" in page and "this release does not know" in page
    other = make_session(office.vote.box)
    Device.objects.create(dev="f" * 64, public_key=b"x", session=other, label="elsewhere")
    assert shown(office, session=other.ref) == ["elsewhere"]


def test_a_row_says_how_far_what_it_sent_is_secured(office: Office):
    """The end of its chain, and the level of acknowledgement: from the device alone to the public list."""
    kiosk = office.vote.kiosk()
    assert devices(office)["K0"].level == "nothing"
    push(kiosk, kiosk.batch(1, 1))
    apply_pending()
    assert devices(office)["K0"].level == "held"
    push(kiosk)
    apply_pending()
    device = devices(office)["K0"]
    assert device.level in ("arrived", "listed") and device.head == (kiosk.epoch, 2, kiosk.records[-1].id)
    sign_checkpoint()
    assert devices(office)["K0"].level == "listed"
    page = office.see("office_devices:fleet", office.slug)
    assert kiosk.records[-1].id[:8] in page and "All is on the public list" in page and "Session open on it" in page


def test_a_reconciled_session_needs_nobody(office: Office):
    Device.objects.create(
        dev="0" * 64, public_key=b"x", session=office.vote.session, label="K", condition={"help": True}
    )
    assert devices(office)["K"].rank == 0
    Session.objects.update(state="reconciled")
    assert devices(office)["K"].needs == []


def test_every_alarm_that_a_kiosk_can_show_has_its_words():
    text = DOCUMENT.read_text().partition("are those it shows (")[2].partition(")")[0]
    assert set(re.findall(r"`([a-z_]+)`", text)) == set(ALARMS)


def test_a_missing_device_that_is_accounted_for_asks_for_nothing():
    named = DeviceState(is_session_closed=True, is_missing=True, is_silent=True)
    assert rank_of(needs_of(named)) > rank_of(needs_of(DeviceState(is_session_closed=True, is_silent=True)))
    assert needs_of(named) == []


def test_a_tablet_that_is_broken_is_replaced_from_its_row(office: Office):
    office.vote.kiosk()
    device = Device.objects.get()
    assert f'id="replace-{device.pk}"' in office.see("office_devices:fleet", office.slug)
    assert "as “K0 (2)”" in office.see("office_devices:replace", device.pk)
    page = office.send("office_devices:replace", device.pk)
    assert 'class="qr"' in page and device.replacements.get().label == "K0 (2)"
    Device.objects.update(replaced_at=timezone.now())
    office.send("office_devices:replace", device.pk, status=409)
    assert device.replacements.count() == 1
