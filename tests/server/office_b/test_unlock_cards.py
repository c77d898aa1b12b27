"""Unlock cards through the office: printed once, void when lost; and what the packs of a session then hold."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from server.devices.models import Device
from server.devices.packs import build_pack
from server.voting import unlocking
from server.voting.actions import make_unlock_card, mark_used_in_person, void_unlock_card
from server.voting.models import UnlockCard
from tests.server.office_b.conftest import Office, person
from tests.server.pdf import pdf_codes, pdf_text
from tests.server.votes import Vote

pytestmark = pytest.mark.django_db


def device(vote: Vote, mode: str = "desk") -> Device:
    kiosk = vote.kiosk()
    Device.objects.filter(dev=kiosk.dev).update(mode=mode)
    return Device.objects.select_related("session__meeting__space").get(dev=kiosk.dev)


def pack_of(one: Device) -> dict:
    one.refresh_from_db()
    return json.loads(build_pack(one)[0])


def test_a_card_is_printed_once_and_kept_nowhere(office: Office):
    holder = person(office.vote, "desk", "anna")
    address = reverse("office_devices:cards", args=[office.ref])
    answer = office.client.post(address, {"label": "Desk 1", "officer": holder.pk}, HTTP_ACCEPT_LANGUAGE="en")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    said = pdf_text(answer.content)
    row = UnlockCard.objects.get()
    printed = next(word for word in said.split() if word.count("-") == 6)
    assert pdf_codes(answer.content) == [printed.replace("-", "")]
    assert unlocking.card_id(unlocking.parse_card(printed).key(office.ref)) == row.card
    assert "Desk 1" in said and "anna@example.org" in said
    assert printed.replace("-", "") not in json.dumps(list(UnlockCard.objects.values()), default=str)
    page = office.see("office_devices:cards")
    assert "Desk 1" in page and printed not in page


def test_a_card_without_a_name_or_for_a_stranger_is_refused(office: Office):
    stranger = person(office.vote, name="stranger")
    for fields in ({"label": ""}, {"label": "Desk 1", "officer": stranger.pk}):
        office.send("office_devices:cards", status=400, **fields)
    assert not UnlockCard.objects.exists()


def test_a_lost_card_is_made_void_and_opens_no_pack_any_more(office: Office):
    desk = device(office.vote)
    row, card = make_unlock_card(session=office.vote.session, label="Desk 1", by=None)
    assert unlocking.open_roll(pack_of(desk), card.key(office.ref))
    before = pack_of(desk)["version"]
    assert "is void" in office.send("office_devices:card_void", row.pk)
    _other, second = make_unlock_card(session=office.vote.session, label="Desk 2", by=None)
    pack = pack_of(desk)
    assert pack["version"] > before, "so that stations fetch it"
    assert unlocking.open_roll(pack, second.key(office.ref))
    with pytest.raises(unlocking.CannotOpen):
        unlocking.open_roll(pack, card.key(office.ref))


def test_d15_no_pack_holds_a_person_in_the_clear_and_a_kiosks_holds_none_at_all(office: Office):
    vote = office.vote
    _row, card = make_unlock_card(session=vote.session, label="Desk 1", by=None)
    desk, kiosk, scanner = (device(vote, mode) for mode in ("desk", "kiosk", "scanner"))
    mark_used_in_person(box=vote.box, entry=vote.entries[1], session=vote.session, by=vote.officer)
    for one in (desk, kiosk, scanner):
        text = build_pack(one)[0]
        for entry in vote.entries:
            assert entry.family_name not in text and entry.number not in json.loads(text)["checks"]
        assert ("desk" in json.loads(text)) == (one.mode == "desk")
    roll = unlocking.open_roll(pack_of(desk), card.key(office.ref))
    [own] = roll["rolls"]
    states = {row[0]: row[5] for row in own["people"]}
    assert states == {entry.number: ("here" if entry == vote.entries[1] else "") for entry in vote.entries}
    assert roll["boxes"][own["box"]]["def"] == vote.box.definition_hash


def test_where_there_is_a_card_nothing_in_a_pack_can_be_guessed(office: Office):
    kiosk = device(office.vote, "kiosk")
    assert pack_of(kiosk)["operator"]["hash"] and pack_of(kiosk)["unlock"] == []
    row, _card = make_unlock_card(session=office.vote.session, label="Desk 1", by=None)
    pack = pack_of(kiosk)
    assert pack["operator"] == {"salt": "", "hash": ""} and pack["unlock"] == [{"id": row.card}]
    void_unlock_card(card=row, by=office.vote.officer)
    assert pack_of(kiosk)["operator"]["hash"], "the PIN again: nobody is locked out"


def test_after_the_closing_a_desk_needs_to_know_nobody(office: Office):
    from server.meetings.actions import close_session

    make_unlock_card(session=office.vote.session, label="Desk 1", by=None)
    desk = device(office.vote)
    assert "desk" in pack_of(desk)
    close_session(session=office.vote.session, by=office.vote.officer)
    desk = Device.objects.select_related("session__meeting__space").get(pk=desk.pk)
    assert "desk" not in pack_of(desk) and pack_of(desk)["unlock"]
