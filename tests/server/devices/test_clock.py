"""S12: the clock of the server jumps, and nothing hangs on it but how long an invitation is good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from server.devices.actions import EnrolmentUnknown, create_enrolment, enrol_device
from server.ledger.models import Record
from server.rehearsal.kiosk import Kiosk
from tests.server.devices.test_trust import cast, verdicts
from tests.server.votes import push

pytestmark = pytest.mark.django_db
REAL = timezone.now


def set_clock(monkeypatch, days: int) -> None:
    monkeypatch.setattr(timezone, "now", lambda: REAL() + timedelta(days=days))


def test_s12_records_are_placed_by_counters_and_listed_at_once_whatever_the_clock_says(vote, monkeypatch):
    """Three days ahead, then two days back: a state signed in what is now the future keeps no newer one waiting."""
    kiosk = vote.kiosk()
    for person, days in enumerate((1, 3, -2, -1)):
        set_clock(monkeypatch, days)
        cast(vote, kiosk, person)
        reply = push(kiosk)
        assert reply["checkpoint"]["size"] == Record.objects.count(), "what has arrived is on the signed list"
    indices = list(Record.objects.filter(dev=kiosk.dev).order_by("seq").values_list("index", flat=True))
    assert indices == sorted(indices) and verdicts(kiosk) == ["accepted"] * 6


def test_s12_only_what_has_an_end_by_the_clock_ends_by_it(vote, monkeypatch):
    _invited, code = create_enrolment(session=vote.session, label="K", by=vote.officer)
    tablet = Kiosk()
    asked = tablet.enrolment(code)
    facts = {"code_text": code.text, "public_key": asked["public_key"], "proof": asked["proof"]}
    set_clock(monkeypatch, 1)
    with pytest.raises(EnrolmentUnknown):
        enrol_device(**facts)
    set_clock(monkeypatch, 0)
    assert enrol_device(**facts)[0].dev == tablet.dev
