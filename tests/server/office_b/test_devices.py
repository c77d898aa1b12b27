"""Devices through the office: invited, recognised by two words, revoked, named missing, read from a file."""

from __future__ import annotations

import copy
import json
import re
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from server.devices.actions import enrol_device
from server.devices.intake import receive_push
from server.devices.models import Device, Enrolment
from server.devices.words import word_pair
from server.ledger.codes import parse_code
from server.ledger.models import Record
from server.meetings.models import Session
from server.rehearsal.kiosk import Kiosk
from tests.server.office_b.conftest import Office
from tests.server.votes import sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def kiosk(office: Office) -> Kiosk:
    device = office.vote.kiosk()
    device.cast(office.vote.box.definition_hash, office.vote.hand_over(0), {"q1": ["lavoir"]})
    return device


def test_a_device_is_invited_and_shows_its_two_words(office: Office):
    page = office.send("office_devices:invite", label="Kiosk 1", mode="kiosk")
    typed = re.search(r"<code>([0-9A-Z]{4}(?:-[0-9A-Z]{2,4}){4})</code>", page).group(1)
    assert 'class="qr"' in page and "style=" not in page
    invited = Enrolment.objects.get()
    assert typed not in office.see("office_devices:devices") and "Invited, not here yet" in office.see(
        "office_devices:devices"
    )
    assert "Waiting for the device" in office.see("office_devices:enrolment", invited.pk)
    tablet = Kiosk()
    proof = tablet.enrolment(parse_code(typed))
    enrol_device(code_text=typed, public_key=proof["public_key"], proof=proof["proof"])
    words = word_pair(parse_code(typed).text, proof["public_key"], "en")
    assert " ".join(words) in office.see("office_devices:enrolment", invited.pk)
    assert " ".join(words) in office.see("office_devices:devices")
    assert parse_code(typed).text not in json.dumps(Enrolment.objects.values().get(), default=str)


def test_the_page_with_the_code_is_kept_by_no_cache_and_never_shown_again(office: Office):
    answer = office.client.post(f"/office/sessions/{office.ref}/devices/invite/", {"label": "K", "mode": "kiosk"})
    assert answer["Cache-Control"] == "no-store"
    assert 'class="qr"' not in office.see("office_devices:invite", status=302)


def test_devices_are_searched_and_filtered_once_there_are_many(office: Office):
    """By name and by the two words, by how they stand and by what they are for."""
    for n in range(9):
        facts = {"label": f"Borne {n}", "mode": "desk" if n == 8 else "kiosk"}
        facts |= {"missing_reason": "Tombée"} if n == 1 else {"status": "revoked"} if n == 2 else {}
        device = Device.objects.create(dev=f"{n:064x}", public_key=b"x", session=office.vote.session, **facts)
        told = {"code_hash": f"{n}", "expires_at": device.enrolled_at, "words": {"en": ["forest", f"lamp{n}"]}}
        Enrolment.objects.create(session=office.vote.session, label=device.label, device=device, **told)
    Device.objects.filter(label="Borne 3").update(last_contact_at=timezone.now())

    def found(**asked: str) -> list[str]:
        pages = [reverse(f"office_devices:{name}", args=[office.ref]) for name in ("devices", "rows")]
        told = [office.client.get(page, asked, HTTP_ACCEPT_LANGUAGE="en").content.decode() for page in pages]
        whole, part = [re.findall(r'<th scope="row">Borne (\d)', text) for text in told]
        assert whole == part and ("Nothing matches" in told[0]) == (not whole)
        assert not asked or f"?{urlencode(asked).replace('&', '&amp;')}" in told[0], "the part is asked for as it was"
        return whole

    assert found() == [str(n) for n in range(9)]
    assert found(q="borne 4") == found(q="LAMP4") == ["4"] and found(q="rien") == []
    assert found(state="missing") == ["1"] and found(state="revoked") == ["2"] and found(state="enrolled") == ["3"]
    assert found(mode="desk") == ["8"] and found(mode="desk", state="missing") == []
    assert found(state="silent") == ["0", "4", "5", "6", "7", "8"]


def test_a_device_without_a_name_is_not_invited(office: Office):
    assert 'role="alert"' in office.send("office_devices:invite", status=400, label=" ", mode="kiosk")
    assert not Enrolment.objects.exists()


def test_a_device_is_revoked_after_a_question(office: Office, kiosk: Kiosk):
    device = Device.objects.get()
    assert "Revoke" in office.see("office_devices:revoke", device.pk)
    device.refresh_from_db()
    assert device.status == "enrolled"
    page = office.send("office_devices:revoke", device.pk)
    device.refresh_from_db()
    assert device.status == "revoked" and "Revoked" in page


def test_d2_a_device_is_named_missing_with_a_reason(office: Office, kiosk: Kiosk):
    sync(kiosk)
    device = Device.objects.get()
    assert "cannot be taken now" in office.send("office_devices:missing", device.pk, status=400, reason="Broken.")
    office.send("office_meetings:deed", office.ref, "close")
    office.send("office_meetings:count", passes_unused="7", passes_spoiled="0", passes_returned="0")
    assert "1 device has not brought everything" in office.see("office_meetings:closing")
    office.send("office_devices:missing", device.pk, status=400, reason=" ")
    page = office.send("office_devices:missing", device.pk, reason="It fell into the Aure.")
    assert "It fell into the Aure." in page
    office.send("office_meetings:reconcile")
    assert Session.objects.get().state == "reconciled"


def test_a_revoked_device_does_not_block_its_session_for_ever(office: Office, kiosk: Kiosk):
    """Its ballots are decided by people; what else it brings needs no decision, and it is named missing or closed."""
    office.send("office_devices:revoke", Device.objects.get().pk)
    kiosk.move("closed")
    sync(kiosk)
    office.send("office_meetings:deed", office.ref, "close")
    office.send("office_meetings:count", passes_unused="7", passes_spoiled="0", passes_returned="0")
    record = Record.objects.get(type="ballot.sealed")
    office.send("office_meetings:decide_late", office.ref, record.id, decision="accept")
    office.send("office_devices:missing", Device.objects.get().pk, reason="Revoked: it was stolen and found.")
    office.send("office_meetings:reconcile")
    assert Session.objects.get().state == "reconciled"


def test_s5_a_gap_in_a_chain_is_shown_until_it_closes(office: Office, kiosk: Kiosk):
    receive_push(kiosk.batch(2, 2))
    assert "2 records wait for one before them" in office.see("office_devices:devices")
    receive_push(kiosk.batch(1, 1))
    assert "before them" not in office.see("office_devices:devices")


def test_s3_a_second_branch_of_a_chain_is_an_alarm(office: Office, kiosk: Kiosk):
    """D13: a copied disk."""
    clone = copy.copy(kiosk)
    clone.records = kiosk.records[:-1]
    clone.cast(office.vote.box.definition_hash, office.vote.stack[0], {"q1": ["piste"]})
    receive_push(kiosk.batch())
    receive_push(clone.batch(3, 1))
    assert "1 record came under a number that was taken" in office.see("office_devices:devices")
    assert "came under a number" in office.see("office_meetings:session")
