"""An honest list in which records waited for others, from the devices to both verifiers (S3, S6)."""

from __future__ import annotations

import json
import shutil

import pytest

from server.devices.intake import receive_push
from server.ledger.models import Record
from server.opendata.actions import publish, published_folder
from tests.server.opendata.second_verifier import judged
from tests.server.opendata.test_publishing import verify
from tests.server.votes import make_vote, without_guards

pytestmark = pytest.mark.django_db


def test_a_record_that_came_before_one_that_it_follows_is_told_to_have_waited(tmp_path):
    """A batch came after the next one: an honest list, whose places do not rise in that chain."""
    vote = make_vote(letters=False)
    kiosk = vote.kiosk()
    for person in range(3):
        kiosk.cast(vote.box.definition_hash, vote.hand_over(person), {"q1": ["lavoir"]})
    receive_push(kiosk.batch(first=1, count=2))
    receive_push(kiosk.batch(first=4, count=2))
    early = list(Record.objects.filter(dev=kiosk.dev, verdict="parked").order_by("index"))
    receive_push(kiosk.batch(first=3, count=1))
    vote.close_kiosks()
    vote.finish(passes_unused=5, passes_spoiled=0, passes_returned=0)
    folder = published_folder(vote.box)
    told = json.loads((folder / "accounts.json").read_bytes())
    assert told["waited"] == [one.index for one in early] and not told["exceptions"]
    code, words = verify(folder)
    assert code == 0 and "but for 2 that waited" in words
    [second] = judged([folder])
    assert second["isRight"] and {"code": "places", "facts": {"n": 2}} in second["steps"]
    shutil.rmtree(folder)
    with without_guards():  # the log does not know that these waited: their places were altered
        Record.objects.filter(pk=early[0].pk).update(first_verdict="accepted")
    publish(vote.refresh().box, folder)
    assert f"! log.jsonl:{early[0].index + 1}: stands before a record that it follows" in verify(folder)[1]
    [second] = judged([folder])
    assert [(one["place"], one["code"]) for one in second["problems"]] == [
        (f"log.jsonl:{early[0].index + 1}", "place_early")
    ]
