"""People decide about ranked, score and dots sheets, and type them in, by the forms of each method."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from printouts.sheetcode import SheetCode, encode
from server.ledger.codes import Code
from server.ledger.models import Record
from server.paper import actions as paper
from server.paper.decoding import SeenPage
from server.paper.models import Keying, Reading, ScanBatch, Sheet
from server.voting import boxkeys
from server.voting.definitions import Definition
from server.voting.sealing import unseal
from tests.server.votes import Vote, make_vote, print_sheets

pytestmark = pytest.mark.django_db
NAMES = ["lavoir", "bancs", "verger", "piste", "kiosque"]
RULES: dict[str, dict[str, Any]] = {
    "ranked": {"max_choices": 3},
    "score": {"max_choices": 0, "points": 5},
    "dots": {"max_choices": 0, "points": 5, "per_choice": 3},
}
# What a person writes beside a choice, what the ballot then holds, and what no ballot may hold.
SAID: dict[str, tuple[dict[str, str], Any, dict[str, str]]] = {
    "ranked": ({"piste": "1", "bancs": "2"}, ["piste", "bancs"], {"piste": "1", "bancs": "1"}),
    "score": ({"piste": "5", "bancs": "0"}, {"bancs": 0, "piste": 5}, {"piste": "6"}),
    "dots": ({"piste": "3", "bancs": "2"}, {"bancs": 2, "piste": 3}, {"piste": "3", "bancs": "3"}),
}


@pytest.fixture(params=sorted(RULES))
def vote(request, db) -> Vote:
    return make_vote(people=1, passes=0, method=request.param, **RULES[request.param])


def said(vote: Vote) -> tuple[dict[str, str], Any, dict[str, str]]:
    right, answer, wrong = SAID[vote.box.method]
    return {f"q1.{name}": text for name, text in right.items()}, answer, {f"q1.{n}": t for n, t in wrong.items()}


def held(vote: Vote, sheet: Sheet) -> Any:
    sheet.refresh_from_db()
    body = bytes(Record.objects.get(pk=sheet.ballot).payload.body)
    definition = Definition.of(vote.box).hash_bytes
    return unseal(body, box_private=boxkeys.private_key(vote.box), definition=definition)["q1"]


def unclear(vote: Vote, code: Code) -> Reading:
    """One box of the grid is neither marked nor empty."""
    text = SheetCode(bytes.fromhex(vote.box.definition_hash)[:8], 1, 1, 1, code.raw)
    scores = {"q1": {f"{name}:{value}": 0 for name in NAMES for value in (1, 2, 3)} | {"piste:1": 80}}
    batch = ScanBatch.objects.create(session=vote.session, filename="x", file="x", digest="x", status="read")
    return paper.store_pages(batch=batch, pages=[SeenPage(page=1, code=encode(text), scores=scores)])[0]


def test_a_doubtful_grid_is_decided_in_numbers_and_nothing_is_mended_p21(vote: Vote, reader):
    [(code, sheet)] = print_sheets(vote, 1)
    reading, (right, answer, wrong) = unclear(vote, code), said(vote)
    assert reading.status == "doubtful"
    ada = reader("ada")
    ada.post(reverse("paper:next_image", args=[vote.session.ref]))
    page = ada.get(reverse("paper:reading", args=[reading.pk])).content.decode()
    assert page.count('class="points num"') == 5 and "seen-unclear" in page
    decide = reverse("paper:decide", args=[reading.pk])
    refused = ada.post(decide, {"outcome": "choices", **wrong})
    assert refused.status_code == 400
    assert all(f'value="{text}"' in refused.content.decode() for text in wrong.values())
    ada.post(decide, {"outcome": "choices", **right})
    assert held(vote, sheet) == answer


def test_a_grid_is_typed_in_and_compared_as_one_answer_b16(vote: Vote, reader):
    [(code, sheet)] = print_sheets(vote, 1)
    right, answer, _wrong = said(vote)
    for name in ("ada", "ben"):
        facts = {"code": code.text, "outcome": "choices", "token": name * 8, **right}
        reader(name).post(reverse("paper:key_sheet", args=[vote.session.ref]), facts)
    assert [one.settles for one in Keying.objects.all()] == [False, True]
    assert held(vote, sheet) == answer
