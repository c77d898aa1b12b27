"""X15: a right is withdrawn while the session of a browser, an open page and a device go on."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.devices.actions import revoke_device
from server.devices.models import Device, Enrolment
from server.processes.models import SpaceRole
from tests.server.devices.test_trust import cast, verdicts
from tests.server.office_b.conftest import Office
from tests.server.votes import push

pytestmark = pytest.mark.django_db


def test_x15_the_next_request_of_somebody_whose_role_was_taken_finds_nothing_and_changes_nothing(office: Office):
    """Logged in still, with pages open: each request is asked anew. (The socket: ``test_live``, X12.)"""
    kiosk = office.vote.kiosk()
    device, page = Device.objects.get(dev=kiosk.dev), reverse("office_devices:fleet_rows", args=[office.slug])
    before = Enrolment.objects.count()
    assert office.client.get(page).status_code == 200
    SpaceRole.objects.all().delete()
    assert office.client.get(page).status_code == 404
    for name, argument in (
        ("office_devices:revoke", device.pk),
        ("office_devices:replace", device.pk),
        ("office_devices:invite", office.ref),
    ):
        answer = office.client.post(reverse(name, args=[argument]), {"label": "K", "mode": "kiosk"})
        assert answer.status_code == 404
    device.refresh_from_db()
    assert (device.status, Enrolment.objects.count()) == ("enrolled", before)


def test_x15_a_device_whose_right_was_taken_hears_it_at_its_next_contact_and_nothing_more_of_it_counts_unasked(vote):
    kiosk = vote.kiosk()
    assert push(kiosk)["device"] == "enrolled"
    revoke_device(device=Device.objects.get(dev=kiosk.dev), by=vote.officer)
    cast(vote, kiosk, 0)
    assert push(kiosk)["device"] == "revoked" and verdicts(kiosk)[-1] == "revoked"
