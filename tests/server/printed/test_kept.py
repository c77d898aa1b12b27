"""Whoever kept a state of the list on paper asks whether today's list goes on from it."""

from __future__ import annotations

import pytest
from django.test import Client

from server.ledger import messages, tree
from server.ledger.actions import append, sign_checkpoint
from server.ledger.installation import installation
from server.ledger.keys import b64u, new_private_key, sign
from server.ledger.models import Checkpoint, Log, Node, Record
from server.voting import printed
from tests.server.votes import without_guards

pytestmark = pytest.mark.django_db


def grow(count: int = 3) -> Checkpoint:
    for _number in range(count):
        append(type="box.frozen", space="budget")
    return sign_checkpoint()


@pytest.fixture
def note() -> str:
    """What the square of a page says, with the list grown since."""
    text = printed.note_of(grow(5))
    grow(8)
    return text


def ask(text: str, *, status: int = 200) -> dict:
    answer = Client().get("/list/", {"state": text}, headers={"accept": "application/json"})
    assert answer.status_code == status
    return answer.json()


def page(text: str, *, status: int = 200) -> str:
    answer = Client().get("/list/", {"state": text}, headers={"accept-language": "en"})
    assert answer.status_code == status
    return answer.content.decode()


def test_a_state_that_was_kept_is_found_in_today_s_list_with_a_proof_for_strangers(note):
    told = ask(note)
    assert (told["outcome"], told["first"], told["second"]) == ("goes_on", 5, 13)
    roots = bytes.fromhex(told["root"]), bytes.fromhex(told["checkpoint"]["root"])
    assert tree.is_consistent(5, 13, *roots, [bytes.fromhex(step) for step in told["proof"]])
    assert "Nothing was changed since then" in page(note) and "We signed it." in page(note)


def test_a_camera_or_a_form_may_make_spaces_of_its_line_ends(note):
    assert {ask(text)["outcome"] for text in (note.replace("\n", " "), note.replace("\n", "\r\n"), f"  {note}\n")} == {
        "goes_on"
    }


def test_who_has_no_camera_types_the_number_and_the_fingerprint(note):
    size, root = note.splitlines()[4:6]
    assert ask(f"{size} {printed.grouped(root)}")["outcome"] == "goes_on"
    assert ask(f"{size} {root.upper()}")["outcome"] == "goes_on"
    assert "We signed it." not in page(f"{size} {root}")
    assert ask(f"{size} {root[:-1]}{'0' if root[-1] != '0' else '1'}")["outcome"] == "changed"
    assert ask(f"99 {root}")["outcome"] == "beyond"


def test_a_list_that_was_rewritten_is_found_by_whoever_kept_a_page(note):
    """S26: all of it anew, well signed by the right key: the page from before does not fit."""
    with without_guards():
        Checkpoint.objects.all().delete()
        for model in (Node, Record):
            rows = model.objects.all()
            if model is Record:
                for record in rows:
                    record.payload.delete()
            rows.delete()
        Log.objects.update(size=0, peaks=[])
    grow(13)
    assert ask(note)["outcome"] == "changed"
    assert "We signed the state on your page" in page(note)


def test_a_list_that_became_shorter_than_what_was_signed_was_changed(note):
    with without_guards():
        Checkpoint.objects.filter(size__gt=3).delete()
    house = installation()
    root = "0" * 64
    message = messages.checkpoint_message(house.origin, house.log_id, 1, 3, root)
    Checkpoint.objects.create(log_epoch=1, size=3, root=root, signature=b64u(house.sign(message)))
    assert ask(note)["outcome"] == "changed"


def test_another_s_signature_and_a_changed_page_are_not_ours(note):
    lines = note.splitlines()
    house, other = installation(), new_private_key()
    message = messages.checkpoint_message(house.origin, house.log_id, 1, 5, lines[5])
    by_other = "\n".join([*lines[:6], b64u(sign(other, message))])
    with_other_size = "\n".join([*lines[:4], "6", *lines[5:]])
    assert [ask(text)["outcome"] for text in (by_other, with_other_size)] == ["foreign", "foreign"]
    assert "This installation did not sign it" in page(by_other)


def test_a_list_that_was_begun_anew_is_said_to_be_so(note):
    Log.objects.update(log_epoch=2)
    grow(1)
    assert ask(note)["outcome"] == "anew"


@pytest.mark.parametrize(
    "text", ["hello", "0" * 64, "12", "parvis-checkpoint-1", "x" * 5000, "9" * 40 + " " + "0" * 64]
)
def test_anything_else_is_no_state_and_the_page_says_what_to_type(note, text):
    assert "This is no state of a list" in page(text, status=400)


def test_before_anything_was_signed_the_page_asks_for_patience():
    assert ask("1 " + "0" * 64, status=404)["code"] == "no_checkpoint"
