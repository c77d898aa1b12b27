"""From frozen to opened: which ballots count, whatever came first, and no way back."""

from __future__ import annotations

import pytest

from server.voting import actions as voting
from tests.server.votes import make_vote, sync

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.PARVIS_VAR = tmp_path


def test_a_vote_by_all_doors_is_settled_and_opened():
    vote = make_vote()
    vote.online(0, "verger", "lavoir")
    vote.online(1, "bancs")
    vote.online(1, "piste")
    kiosk = vote.kiosk()
    code = vote.hand_over(2)
    kiosk.cast(vote.box.definition_hash, code, {"q1": ["kiosque"]})
    vote.online(2, "lavoir")
    sync(kiosk)
    vote.close_kiosks()
    box = vote.reconcile(passes_unused=7, passes_spoiled=0, passes_returned=0)
    assert box.settlement["by_door"] == {"web": 2, "kiosk": 1, "paper": 0}
    assert box.settlement["superseded_by_rule"] == {"in_person": 1, "later": 1}
    box = voting.open_box(box=box, by=vote.officer)
    assert [row.choices for row in box.cast_vote_records.all()] == [
        {"q1": ["kiosque"]},
        {"q1": ["lavoir", "verger"]},
        {"q1": ["piste"]},
    ]


def test_the_whole_way_to_what_is_published():
    vote = make_vote()
    vote.online(0, "verger", "lavoir")
    kiosk = vote.kiosk()
    kiosk.cast(vote.box.definition_hash, vote.hand_over(2), {"q1": ["kiosque", "lavoir"]})
    vote.close_kiosks()
    box = vote.finish(passes_unused=7, passes_spoiled=0, passes_returned=0)
    assert box.result["contests"][0]["winners"] == ["lavoir", "kiosque", "verger"]
