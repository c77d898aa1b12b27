"""Where a vote was frozen so that online closes before the hall opens, both verifiers read that order from the list."""

from __future__ import annotations

import random

import pytest

from server.ledger.installation import installation
from server.meetings import actions as meetings
from server.opendata.actions import published_folder
from server.voting import actions as voting
from server.voting.models import Box
from tests.server.opendata.second_verifier import judged
from tests.server.opendata.tampering.doors import (
    a_ballot_came_online_after_it_was_closed,
    the_hall_opened_before_online_was_closed,
)
from tests.server.opendata.tampering.engine import Folder, Publisher
from tests.server.opendata.test_publishing import verify
from tests.server.votes import Vote, make_box, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(django_user_model) -> dict[str, bytes]:
    """One votes online, online is closed, one votes at a kiosk; another session was closed and never opened."""
    officer = django_user_model.objects.create_user("officer@example.org")
    box = make_box(precedence=Box.Precedence.ONLINE_FIRST)
    session, never_held = make_session(box), make_session(box)
    voting.freeze_box(box=box, by=officer)
    vote = Vote(box=box, session=session, officer=officer, entries=list(box.roll.entries.order_by("number"))).refresh()
    vote.letters = [code for code, _row in voting.make_passes(box=vote.box, entries=vote.entries)]
    vote.stack = [code for code, _row in voting.make_passes(session=session, quantity=2)]
    voting.open_voting(box=box, by=officer)
    meetings.close_session(session=never_held, by=officer)
    vote.online(0, "verger")
    voting.close_online(box=box, by=officer)
    meetings.open_session(session=session, by=officer)
    vote.kiosk().cast(vote.refresh().box.definition_hash, vote.hand_over(1), {"q1": ["lavoir"]})
    vote.close_kiosks()
    meetings.reconcile_session(session=never_held, by=officer)
    vote.finish(passes_unused=1, passes_spoiled=0, passes_returned=0)
    return {path.name: path.read_bytes() for path in published_folder(box).iterdir()}


def both(files, folder):
    """The findings of verify.py, as text, and the codes of the browser's verifier."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    code, words = verify(folder)
    [second] = judged([folder])
    assert (code == 0) == second["isRight"]
    return [line for line in words.splitlines() if line.startswith("!")], second


def test_what_was_held_as_frozen_is_right_and_said(files, tmp_path):
    found, second = both(files, tmp_path / "right")
    assert not found and "order" in [step["code"] for step in second["steps"]]


@pytest.mark.parametrize(
    ("change", "words", "code"),
    [
        (the_hall_opened_before_online_was_closed, "the hall opened before online was closed", "order_hall"),
        (a_ballot_came_online_after_it_was_closed, "a ballot came online after it was closed", "order_online"),
    ],
)
def test_f15_another_order_is_found_by_both_though_every_signature_fits(files, tmp_path, change, words, code):
    house = installation()
    folder = Folder(files, Publisher(house.sign, house.public_key))
    change(folder, random.Random(1))
    folder.sign_again()
    found, second = both(folder.files, tmp_path / "altered")
    assert any(words in line for line in found)
    assert code in [one["code"] for one in second["problems"]]
