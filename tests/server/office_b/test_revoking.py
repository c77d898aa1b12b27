"""Revoking through the office: its effect is told before, people decide with a reason, what is fixed stays (D16)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from server.devices.models import Device, Listed
from server.devices.trust import State
from server.ledger.actions import sign_checkpoint
from server.ledger.models import Checkpoint, Record
from server.processes.models import Space
from server.rehearsal.kiosk import Kiosk
from server.voting.models import Box
from tests.server.devices.test_trust import cast, revoke, verdicts
from tests.server.office_b.conftest import Office
from tests.server.votes import sync, without_guards

pytestmark = pytest.mark.django_db
SINCE = "2026-03-01T12:00"


@pytest.fixture
def kiosk(office: Office) -> Kiosk:
    """One ballot before a state of the list that was signed in February, two after it."""
    device = office.vote.kiosk()
    cast(office.vote, device, 0)
    sync(device)
    sign_checkpoint()
    with without_guards():
        Checkpoint.objects.update(signed_at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC))
    cast(office.vote, device, 1, 2)
    sync(device)
    return device


def revoked_since(office: Office) -> str:
    """Name the moment, read what it does, confirm it."""
    pk = Device.objects.get().pk
    told = office.send("office_devices:revoke", pk, moment=SINCE, why="Stolen in the night.")
    size = Checkpoint.objects.order_by("size").filter(signed_at__lt=timezone.now() - dt.timedelta(days=30)).last().size
    assert f'name="size" value="{size}"' in told
    fields = {"moment": SINCE, "why": "Stolen in the night.", "size": size}
    office.send("office_devices:revoke", pk, **fields)
    return told


def test_d16_the_effect_is_told_before_anything_changes(office: Office, kiosk: Kiosk):
    device = Device.objects.get()
    told = office.send("office_devices:revoke", device.pk, moment=SINCE, why="Stolen in the night.")
    assert "<b>2 ballots</b> of this device" in told and "Stolen in the night." in told
    device.refresh_from_db()
    assert device.status == "enrolled" and verdicts(kiosk) == ["accepted"] * 5
    for wrong in (
        {"moment": "2126-03-01T12:00", "why": "x"},
        {"moment": SINCE, "why": " "},
        {"moment": "noon", "why": "x"},
        {"moment": SINCE, "why": "x", "size": "4711"},
    ):
        assert 'role="alert"' in office.send("office_devices:revoke", device.pk, status=400, **wrong)
    assert not Listed.objects.exclude(trusted_size=None).exists()
    revoked_since(office)
    assert verdicts(kiosk) == ["accepted"] * 3 + ["revoked"] * 2
    assert "nothing would change" in office.send("office_devices:revoke", device.pk, moment=SINCE, why="Again.")


def test_d16_what_waits_is_called_for_in_the_overview_and_decided_with_a_reason(office: Office, kiosk: Kiosk):
    """Also once its session is reconciled: a theft is found the next day."""
    revoked_since(office)
    office.send("office_meetings:deed", office.ref, "close")
    office.send("office_meetings:count", passes_unused="5", passes_spoiled="0", passes_returned="0")
    assert "2 ballots of a device that is not trusted any more wait" in office.see("office:space", office.slug)
    page = office.see("office_meetings:closing")
    assert 'id="doubted"' in page and 'id="late"' not in page
    root = Record.objects.get(dev=kiosk.dev, seq=4)
    form = office.see("office_meetings:group", office.ref, root.pk)
    token = form.partition('name="token" value="')[2][:16]
    told = {"token": token, "decision": "refuse"}
    assert 'role="alert"' in office.send("office_meetings:group", office.ref, root.pk, status=400, why=" ", **told)
    assert verdicts(kiosk)[3:] == ["revoked"] * 2
    page = office.send("office_meetings:group", office.ref, root.pk, why="It was in the street for an hour.", **told)
    assert verdicts(kiosk)[3:] == ["refused"] * 2 and 'id="doubted"' not in page
    assert "not trusted any more" not in office.see("office:space", office.slug)


def test_d16_a_box_that_is_reconciled_stays_as_it_was_and_its_result_tells_the_number(office: Office, kiosk: Kiosk):
    """0017: no second opening, in either direction."""
    state = State(Checkpoint.objects.order_by("size").first().size)
    office.vote.close_kiosks()
    office.vote.finish(passes_spoiled=0, passes_unused=5, passes_returned=0)
    before = Box.objects.get().settlement
    revoke(office.vote, kiosk, state)
    assert verdicts(kiosk) == ["accepted"] * 6 and Box.objects.get().settlement == before
    Space.objects.update(published_at=timezone.now())
    page = office.see("results:result", office.slug, office.vote.box.ref)
    assert 'id="doubted"' in page and "were counted before anybody knew" in page
