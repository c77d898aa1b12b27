"""The meeting of a rehearsal: people come to the desk, get a pass, and vote at a kiosk or ask for a sheet."""

from __future__ import annotations

import random

from server.ledger.codes import Code
from server.voting.actions import exchange_pass, mark_used_in_person

from .kiosk import Kiosk
from .measure import Measure
from .plan import Plan
from .town import Town, places

CONTEST = "q1"


def arrive(town: Town, place: int) -> Code:
    """The desk marks the entry and hands over the next pass of the stack; no record joins the two."""
    mark_used_in_person(box=town.box, entry=town.entry_of(place), session=town.session, by=None)
    return town.stack.pop()


def vote_at_kiosks(
    plan: Plan, town: Town, kiosks: list[Kiosk], rng: random.Random, measure: Measure
) -> list[tuple[str, str]]:
    """Everyone of the kiosk door votes; some with one pass at two kiosks. Returns the ids of such pairs."""
    for kiosk in kiosks:
        kiosk.move("open")
    queue = places(plan, "kiosk")
    rng.shuffle(queue)
    pairs = []
    for done, (place, voter) in enumerate(queue, start=1):
        code = arrive(town, place)
        chosen = rng.sample(kiosks, 2)
        cast = [chosen[0].cast(town.box.definition_hash, code, {CONTEST: voter.answer})]
        if voter.extra_door == "kiosk":
            cast.append(chosen[1].cast(town.box.definition_hash, code, {CONTEST: voter.extra}))
            pairs.append((cast[0].id, cast[1].id))
        measure.progress(done, len(queue), "voters at kiosks")
    for kiosk in kiosks:
        kiosk.move("closed")
    return pairs


def ask_for_sheets(plan: Plan, town: Town, measure: Measure) -> None:
    """Everyone of the paper door hands the pass in and gets a blank sheet from the top of the stack."""
    queue = places(plan, "paper")
    for done, (place, _voter) in enumerate(queue, start=1):
        exchange_pass(session=town.session, code_text=arrive(town, place).grouped, by=town.organiser)
        measure.progress(done, len(queue), "sheets handed out")
