"""What the office, residents and the staff see of witnesses."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from server.accounts.models import User
from server.ledger import keys
from server.ledger.models import Record
from server.processes.attention_words import needs_attention
from server.processes.models import Space, SpaceRole
from server.processes.standing import standing_of
from server.witnesses.actions import answer_alarm, receive
from server.witnesses.models import Alarm, Statement, Witness
from tests.server.office.conftest import login

from .conftest import grow

pytestmark = pytest.mark.django_db
OFFICE = "/office/witnesses/"


@pytest.fixture
def root(staff) -> Client:
    return login(staff)


@pytest.fixture
def organiser(db) -> Client:
    user = User.objects.create_user("agnes@example.org")
    space = Space.objects.create(slug="prepare", title={"en": "Well Street"})
    SpaceRole.objects.create(space=space, user=user, role=SpaceRole.Role.ORGANISER)
    return login(user)


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == status
    return answer.content.decode()


def test_a_witness_is_named_with_two_fields(root):
    key = keys.public_bytes(keys.new_private_key())
    assert "No witness yet" in page(root, OFFICE)
    answer = root.post(OFFICE, {"name": "Ville de Brume", "public_key": f" {keys.b64u(key)}\n"}, follow=True)
    assert keys.key_hash(key) in answer.content.decode()
    witness = Witness.objects.get()
    address = f"{OFFICE}{witness.pk}/"
    assert root.post(address, {"address": "http://brume.example/"}).status_code == 400
    assert root.post(address, {"address": "https://brume.example/witness.json"}).status_code == 302
    assert Witness.objects.get().address == "https://brume.example/witness.json"
    again = root.post(OFFICE, {"name": "Twice", "public_key": keys.b64u(key)})
    assert again.status_code == 400 and "named already" in again.content.decode()


@pytest.mark.parametrize("key", ["", "abc", "A" * 87, "é" * 87, keys.b64u(b"\x04" + bytes(64))])
def test_what_is_no_key_names_nobody(root, key):
    answer = root.post(OFFICE, {"name": "Brume", "public_key": key})
    assert answer.status_code == 400 and not Witness.objects.exists()
    assert 'href="#id_public_key"' in answer.content.decode()


def test_a_file_that_came_by_mail_is_read_and_said_back(root, partner):
    said = partner.file(partner.signs(grow(5)), partner.refuses())
    sent = root.post(f"{OFFICE}file/", {"file": SimpleUploadedFile("witness.json", said)}, follow=True)
    words = sent.content.decode()
    assert "raises an alarm" in words and "1 state newly co-signed" in words
    for content in (b"<html>", b"x" * (2**20 + 1)):
        answer = root.post(f"{OFFICE}file/", {"file": SimpleUploadedFile("w.json", content)})
        assert answer.status_code == 400 and "Something must be mended" in answer.content.decode()


def test_an_alarm_stands_before_everything_in_the_overview_of_every_space(partner, organiser):
    space = Space.objects.get(slug="prepare")
    before = [call.text for call in needs_attention(standing_of(space))]
    receive(partner.refuses())
    first, *rest = needs_attention(standing_of(space))
    assert "Brume" in first.text and first.urgency == "now" and [call.text for call in rest] == before
    words = page(organiser, first.url)
    assert "Ville de Brume" in words and "Tell them if they have not seen it" in words
    assert "Name a witness" not in words


def test_an_answered_alarm_is_no_longer_called_for_and_stays_on_the_public_page(partner, organiser, root):
    receive(partner.refuses("The log had 5 records and now shows 3. <b>"))
    assert "The town has not answered yet." in page(Client(), "/list/")
    alarm = Alarm.objects.get()
    words = page(root, f"{OFFICE}alarms/{alarm.pk}/")
    assert "now shows 3. &lt;b&gt;" in words and "What it can be" in words
    assert root.post(f"{OFFICE}alarms/{alarm.pk}/", {"answer": ""}).status_code == 400
    assert root.post(f"{OFFICE}alarms/{alarm.pk}/", {"answer": "A backup of Sunday."}).status_code == 302
    assert not any("Brume" in call.text for call in needs_attention(standing_of(Space.objects.get(slug="prepare"))))
    assert "A backup of Sunday." in page(Client(), "/list/")


def test_residents_see_who_co_signed_what(partner):
    assert "Nothing co-signed yet" in page(Client(), "/list/")
    receive(partner.signs(grow(1234)))
    words = page(Client(), "/list/")
    assert "Ville de Brume" in words and "Co-signed the list of 1,234 records" in words
    assert partner.witness.key_hash in words


def test_a_receipt_says_who_co_signed_the_list_that_holds_it(partner):
    first = grow(5)
    receive(partner.signs(first))
    grow(5)
    early, late = Record.objects.get(index=2), Record.objects.get(index=7)
    assert "Ville de Brume" in page(Client(), f"/receipt/{early.pk}/")
    assert "Ville de Brume" not in page(Client(), f"/receipt/{late.pk}/")


def test_a_witness_is_ended_after_a_question(root, partner):
    receive(partner.signs(grow(3)))
    address = f"{OFFICE}{partner.witness.pk}/end/"
    assert "Keep it" in page(root, address) and Witness.objects.get().is_active
    assert root.post(address).status_code == 302
    assert not Witness.objects.get().is_active and Statement.objects.exists()
    assert "Ended" in page(root, OFFICE) and "Ville de Brume" in page(Client(), "/list/")


def test_the_pages_cost_the_same_queries_however_many_witnesses(root, staff, django_assert_max_num_queries):
    from server.witnesses.actions import name_witness

    checkpoint = grow(3)
    for number in range(12):
        key = keys.new_private_key()
        name_witness(name=f"Ville {number}", public_key=keys.public_bytes(key), by=staff)
        from .conftest import Partner

        partner = Partner(key, Witness.objects.last())
        receive(partner.signs(checkpoint))
        receive(partner.refuses(f"{number}"))
    for client, address, most in ((Client(), "/list/", 6), (root, OFFICE, 12)):
        page(client, address)
        with django_assert_max_num_queries(most):
            page(client, address)


def test_two_towns_witness_each_other_from_the_command_to_the_page(partner, client, tmp_path, monkeypatch, staff):
    """The command's own file, as it would be published, is what this side reads."""
    from server.ledger.witness import Witness as Watcher
    from server.ledger.witness import main
    from server.witnesses.actions import name_witness

    grow(5)
    monkeypatch.setattr(Watcher, "_fetch", lambda _self, what: client.get(f"/api/v1/log/{what}").json())
    words = ["https://town.example", "--state", str(tmp_path / "w")]
    assert main(words) == 0
    grow(2)
    assert main(words) == 0
    published = (tmp_path / "w/witness.json").read_bytes()
    key = json.loads(published)["statements"][0]["public_key"]
    name_witness(name="Aube", public_key=keys.unb64u(key), by=staff)
    assert receive(published).cosigned == 2
    shown = client.get("/api/v1/log/checkpoint").json()
    shown["checkpoint"] |= {"root": "ab" * 32}
    monkeypatch.setattr(Watcher, "_fetch", lambda _self, what: shown)
    assert main(words) == 1
    assert receive((tmp_path / "w/witness.json").read_bytes()).alarms == 1


def test_answers_of_people_are_kept_with_their_name(partner, staff, root):
    receive(partner.refuses())
    answer_alarm(alarm=Alarm.objects.get(), answer="Restored.", by=staff)
    assert "Restored." in page(root, f"{OFFICE}alarms/{Alarm.objects.get().pk}/")
