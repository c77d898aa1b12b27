"""A small vote for the bench: people, a box, a session, kiosks without network."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field

from server.ledger.codes import Code
from server.rehearsal.kiosk import Kiosk
from server.voting import boxkeys
from server.voting.actions import cast_ballot, exchange_pass, mark_used_in_person
from server.voting.models import Box
from server.voting.rights import Right
from server.voting.sealing import unseal
from server.voting.settlement import Settled, settle_box
from tests.server.votes import ONLINE, PROJECTS, Vote, make_vote

CHOICES = [code for code, _cost in PROJECTS]


@dataclass
class Hall:
    """A vote with its kiosks, and the sheets that were handed out."""

    vote: Vote
    kiosks: list[Kiosk] = field(default_factory=list)
    sheets: list[tuple] = field(default_factory=list)

    @property
    def box(self) -> Box:
        return self.vote.box

    def choose(self, rng: random.Random) -> dict[str, list[str]]:
        return {"q1": rng.sample(CHOICES, rng.randint(1, 2))}

    def online(self, person: int, choices: dict[str, list[str]]) -> str:
        right = Right.of_code(self.box, self.vote.letters[person].grouped)
        return cast_ballot(box=self.box, right=right, choices=choices, origin=ONLINE).id

    def hand_over(self, person: int) -> Code:
        entry = self.vote.entries[person]
        mark_used_in_person(box=self.box, entry=entry, session=self.vote.session, by=self.vote.officer)
        return self.vote.stack.pop()

    def at_kiosk(self, kiosk: Kiosk, code: Code, choices: dict[str, list[str]]) -> str:
        return kiosk.cast(self.box.definition_hash, code, choices).id

    def ask_for_sheet(self, code: Code) -> None:
        exchange_pass(session=self.vote.session, code_text=code.grouped, by=self.vote.officer)

    def on_paper(self, sheet, choices: dict[str, list[str]]) -> str:
        from server.processes.origin import Origin

        origin = Origin.on_paper(self.vote.session, self.vote.officer)
        return cast_ballot(box=self.box, right=Right.of_sheet(sheet), choices=choices, origin=origin).id


def make_hall(people: int, *, kiosks: int = 3) -> Hall:
    hall = Hall(make_vote(people=people, passes=people + 5))
    hall.kiosks = [hall.vote.kiosk() for _number in range(kiosks)]
    return hall


def print_sheets(hall: Hall, quantity: int) -> list:
    """Sheets as a print run stores them: keyed values only."""
    from server.ledger.codes import new_code
    from server.paper.models import PrintRun, Sheet

    run = PrintRun.objects.create(
        box=hall.box, session=hall.vote.session, number=1, quantity=quantity, status=PrintRun.Status.READY
    )
    key = bytes(hall.vote.session.code_key)
    codes = [new_code() for _number in range(quantity)]
    rows = [Sheet(run=run, check_value=c.check(key).hex(), use_value=c.use(key).hex()) for c in codes]
    Sheet.objects.bulk_create(rows)
    return list(Sheet.objects.filter(run=run).select_related("run__box").order_by("pk"))


def result_of(hall: Hall) -> tuple[str, Settled]:
    """What would be counted: the opened ballots sorted by content, and the numbers of the settlement, as text."""
    from server.ledger.models import Payload

    settled = settle_box(hall.box)
    private = boxkeys.private_key(hall.box)
    definition = bytes.fromhex(hall.box.definition_hash)
    ids = [identifier.hex() for identifier in settled.settlement.counted]
    bodies = Payload.objects.filter(record_id__in=ids).values_list("body", flat=True)
    ballots = sorted(json.dumps(unseal(bytes(b), box_private=private, definition=definition)) for b in bodies)
    return json.dumps([ballots, sorted(map(str, settled.settlement.pairs().items()))]), settled
