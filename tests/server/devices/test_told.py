"""What a device tells of its readiness, of a call for help, and of help to vote, as the office sees it."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from server.devices.intake import receive_push
from server.devices.models import Device
from server.devices.telling import light_of, span
from server.ledger.actions import sign_checkpoint
from server.ledger.applying import apply_pending
from server.ledger.models import Record
from server.meetings.figures import turnout
from server.meetings.helped import helped, helpers_over, mark_of
from server.processes.models import SpaceRole
from server.rehearsal.kiosk import Kiosk
from server.voting.actions import note_help
from tests.server.office.conftest import login
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db
MARK, OTHER = "0f" * 16, "f0" * 16


@pytest.fixture
def officer_client(vote) -> Client:
    SpaceRole.objects.create(space=vote.box.space, user=vote.officer, role=SpaceRole.Role.ORGANISER)
    return login(vote.officer)


def tell(kiosk: Kiosk, **status: object) -> None:
    kiosk.status = status
    receive_push(kiosk.batch())


def counted(kiosk: Kiosk, **marks: int) -> Record:
    return kiosk._add("help.counted", json.dumps({"helped": marks}).encode(), actor="operator")


def test_the_list_of_devices_shows_the_light_and_why_it_is_not_green(vote, officer_client: Client):
    kiosk = vote.kiosk()
    address = f"/office/sessions/{vote.session.ref}/devices/"
    before = officer_client.get(address).content.decode()
    assert str(vote.kiosks[0].pack["device"]["label"]) in before and "data-light" not in before
    tell(kiosk, light="amber", checks=["camera", "clock", "of_a_later_release"], clock_s=-7_300)
    page = officer_client.get(address).content.decode()
    assert 'data-light="amber"' in page and "Ready, with remarks" in page
    assert "no camera, its clock is off by 2 h" in page
    tell(kiosk, light="green", checks=[])
    assert 'data-light="green"' in officer_client.get(address).content.decode()


def test_a_call_for_help_stands_on_the_pages_of_the_hall_until_it_is_over(vote, officer_client: Client):
    kiosk = vote.kiosk()
    pages = [f"/office/sessions/{vote.session.ref}/devices/", f"/office/sessions/{vote.session.ref}/"]
    tell(kiosk, help=True)
    assert all("Help is called for" in officer_client.get(page).content.decode() for page in pages)
    tell(kiosk, light="green")
    assert not any("Help is called for" in officer_client.get(page).content.decode() for page in pages)


@pytest.mark.parametrize(
    "odd",
    [{"light": "blue"}, {"light": ["green"]}, {"checks": ["<b>"]}, {"clock_s": True}, {"clock_s": 2**60}, {"help": 1}],
)
def test_what_is_odd_is_passed_over(vote, odd):
    kiosk = vote.kiosk()
    tell(kiosk, battery=50, **odd)
    assert Device.objects.get(dev=kiosk.dev).condition == {"battery": 50}


def test_a_light_knows_units_and_no_other_colours():
    assert light_of({}) is None and light_of({"light": "blue"}) is None
    assert [span(one) for one in (0, 100, 125, 7_300, 86_400 * 1826)] == ["0 s", "100 s", "2 min", "2 h", "1826 d"]


def test_a_test_record_is_on_the_list_and_counts_for_nothing(vote):
    kiosk = vote.kiosk()
    receive_push(kiosk.batch())
    before = turnout(vote.session)
    record = kiosk._add("device.tested", b"{}", actor="operator")
    receive_push(kiosk.batch())
    apply_pending()
    row = Record.objects.get(id=record.id)
    assert (row.verdict, row.reason) == ("accepted", "") and sign_checkpoint().size > row.index
    assert turnout(vote.session) == before and not Record.objects.in_session(vote.session.ref).to_settle().exists()


class TestHelp:
    @pytest.fixture
    def vote(self):
        return make_vote(people=4, passes=4, helped_per_helper=2)

    def test_desk_and_kiosks_are_added_up(self, vote):
        first, second = vote.kiosk(), vote.kiosk()
        note_help(session=vote.session, name="Zoé Łęcka", by=vote.officer)
        counted(first, **{MARK: 2, OTHER: 1})
        counted(second, **{MARK: 1})
        for kiosk in (first, second):
            receive_push(kiosk.batch())
        assert (helped(vote.session), helpers_over(vote.session)) == (5, 1)

    def test_a_helper_is_known_again_at_desk_and_kiosk(self, vote):
        kiosk = vote.kiosk()
        note_help(session=vote.session, name="Zoé Łęcka", by=vote.officer)
        counted(kiosk, **{mark_of(bytes(vote.session.code_key), "zoe  lecka"): 2})
        receive_push(kiosk.batch())
        assert (helped(vote.session), helpers_over(vote.session)) == (3, 1)

    def test_a_mark_is_the_one_that_kiosks_make(self):
        """The same as in tests/kiosk/light.test.js."""
        assert mark_of(bytes([7]) * 32, "Zoé Łęcka") == "f1b7e38a8c33fe162261d0eac9ba545f"

    @pytest.mark.parametrize(
        "body",
        [
            b"[]",
            b"{}",
            b"no",
            b'{"helped":5}',
            b'{"helped":{"a":"1"}}',
            b'{"helped":{"a":-1}}',
            b'{"helped":{"a":10001}}',
        ],
    )
    def test_a_word_that_makes_no_sense_adds_nothing(self, vote, body):
        kiosk = vote.kiosk()
        kiosk._add("help.counted", body, actor="operator")
        receive_push(kiosk.batch())
        assert helped(vote.session) == 0
