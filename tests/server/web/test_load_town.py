"""The demo town is loaded by one command, once, and is in states that really occur."""

from __future__ import annotations

import io
import json
import stat

import pytest
from django.core.management import CommandError, call_command

from server.accounts.models import User
from server.enclosures.component_type import files_of as of_space
from server.ledger.models import Record
from server.office.models import Approval
from server.processes.models import Component, Space
from server.proposals.enclosing import files_of, show_photos
from server.proposals.models import Proposal
from server.voting.models import Box, Pass, RollEntry
from server.web.town.pictures import draw_quay, draw_walk

pytestmark = pytest.mark.django_db


def load(*options: str) -> str:
    out = io.StringIO()
    call_command("load_town", *options, stdout=out)
    return out.getvalue()


def everything() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (User, Space, Box, Pass, Record, RollEntry)}


def test_loading_again_changes_nothing_and_tells_the_same(own_folder):
    told = load()
    before = everything()
    assert load() == told
    assert load("--if-empty") == told
    assert everything() == before
    kept = own_folder / "demo.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    facts = json.loads(kept.read_text())
    assert facts["password"] in told and facts["letters"][0]["code"] in told
    assert Box.objects.filter(state="open").count() == 1
    assert Box.objects.filter(state="certified").count() == 1
    assert not Pass.objects.filter(check_value__in=[letter["code"] for letter in facts["letters"]]).exists()


def test_a_town_that_wants_two_persons_is_loaded_with_two(settings, own_folder):
    settings.PARVIS_SINGLE_HANDED = False
    load()
    names = Approval.objects.filter(state="agreed").values_list(
        "kind", "asked_by__display_name", "answered_by__display_name"
    )
    assert sorted(names) == [(f"box.{deed}", "Odile Ferrand", "Marc Tessier") for deed in ("certify", "open")]
    assert Box.objects.filter(state="certified").count() == 1


def test_a_database_in_use_is_left_alone():
    User.objects.create_user("someone@example.org")
    assert load("--if-empty") == ""
    with pytest.raises(CommandError):
        load()
    assert not Space.objects.exists()


def test_the_past_vote_came_through_all_doors_and_every_account_balances(past_vote):
    box = past_vote.box
    assert box.state == Box.State.CERTIFIED
    assert box.settlement["by_door"] == {"web": 68, "kiosk": 33, "paper": 22}
    assert box.settlement["superseded"] == 7
    contest = box.result["contests"][0]
    assert contest["ballots"] == contest["valid"] + contest["blank"] + contest["invalid"] == 123
    assert 0 < contest["cost"] <= contest["budget"] == 9_000_000


def test_no_file_is_offered_of_sheets_whose_file_was_not_kept(client, past_vote):
    session = past_vote.box.sessions.get()
    client.force_login(User.objects.create_superuser("root@villeneuve.example"))
    page = client.get(f"/office/paper/{session.ref}/").content.decode()
    assert 'id="prints"' in page and "/file/" not in page


def test_a_photo_stands_on_an_idea_and_with_a_document_on_the_page_of_its_space(client, own_folder):
    load()
    first, other = draw_quay(), draw_quay()
    assert first == other and draw_walk() == draw_walk(), "drawn alike each time"
    idea = Proposal.objects.get(title__startswith="Des bancs")
    [photo] = files_of(idea)
    assert photo.is_photo and (photo.width, photo.height) == (1600, 1000)
    assert photo.small_address in client.get(idea.get_absolute_url()).content.decode()
    show_photos([idea])
    assert idea.photo == photo
    documents = Component.objects.published().get(kind="documents")
    page = client.get(documents.space.get_absolute_url()).content.decode()
    for one in of_space(documents):
        assert one.address in page and client.get(one.address).status_code == 200
    assert [one.is_photo for one in of_space(documents)] == [True, False]
