"""A small vote for the bench: people, a box, a session, kiosks without network."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from server.ledger.codes import Code
from server.ledger.models import Payload
from server.ledger.records import Record
from server.rehearsal.kiosk import Kiosk
from server.voting import boxkeys
from server.voting.actions import exchange_pass
from server.voting.sealing import unseal
from server.voting.settlement import Settled, settle_box
from tests.server.votes import PROJECTS, Vote, make_vote

CHOICES = [code for code, _cost in PROJECTS]


def make_hall(people: int, *, kiosks: int = 3, regime: str = "person", **facts: Any) -> Vote:
    vote = make_vote(people=people, passes=people + 5, regime=regime, letters=regime == "person", **facts)
    for _number in range(kiosks):
        vote.kiosk()
    return vote


def choose(rng: random.Random) -> list[str]:
    return rng.sample(CHOICES, rng.randint(1, 2))


def at_kiosk(vote: Vote, kiosk: Kiosk, code: Code, chosen: list[str]) -> Record:
    return kiosk.cast(vote.box.definition_hash, code, {"q1": chosen})


def ask_for_sheet(vote: Vote, code: Code) -> None:
    exchange_pass(session=vote.session, code_text=code.grouped, by=vote.officer)


@contextmanager
def undone() -> Iterator[None]:
    """Everything that is done inside is rolled back: one order of many."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def result_of(vote: Vote) -> tuple[str, Settled]:
    """What would be counted: the opened ballots sorted by content, and the numbers of the settlement, as text."""
    settled = settle_box(vote.box)
    private = boxkeys.private_key(vote.box)
    definition = bytes.fromhex(vote.box.definition_hash)
    ids = [identifier.hex() for identifier in settled.settlement.counted]
    bodies = Payload.objects.filter(record__id__in=ids).values_list("body", flat=True)
    ballots = sorted(json.dumps(unseal(bytes(b), box_private=private, definition=definition)) for b in bodies)
    return json.dumps([ballots, sorted(map(str, settled.settlement.pairs().items()))]), settled
