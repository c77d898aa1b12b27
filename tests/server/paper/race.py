"""What eight processes read, or decide, about one sheet at the same instant; see ``tests.server.race``."""

from __future__ import annotations

from typing import Any

from printouts.sheetcode import SheetCode, encode
from server.accounts.models import User
from server.ledger.models import Record
from server.paper import actions as paper
from server.paper import leases
from server.paper.decoding import SeenPage
from server.paper.models import Adjudication, Reading, ReviewLease, ScanBatch
from tests.server.race import PROCESSES, all_at_once
from tests.server.votes import PROJECTS, Vote, make_vote, print_sheets

NAMES = [name for name, _cost in PROJECTS]


class Scanners:
    """Eight batches of one vote, and what a reader would see of its sheets."""

    def __init__(self, vote: Vote) -> None:
        self.vote = vote
        self.printed = print_sheets(vote, 4)
        self.batches = [
            ScanBatch.objects.create(session=vote.session, filename="x", file="x", digest=str(number))
            for number in range(PROCESSES)
        ]

    def read(self, batch: int, page: int, sheet: int, *marked: str, ink: int = 600) -> str:
        """Store what is seen on a page of a batch; what became of it."""
        code = SheetCode(
            definition=bytes.fromhex(self.vote.box.definition_hash)[:8],
            layout=1,
            page=1,
            pages=1,
            serial=self.printed[sheet][0].raw,
        )
        scores = {"q1": {name: ink if name in marked else 0 for name in NAMES}}
        seen = SeenPage(page=page, code=encode(code), scores=scores)
        readings = paper.store_pages(batch=self.batches[batch], pages=[seen])
        return readings[0].status if readings else "held already"


def run() -> dict[str, Any]:
    vote = make_vote(people=1, passes=0)
    scanners = Scanners(vote)
    out: dict[str, Any] = {
        "same marks": all_at_once(lambda n: scanners.read(n, 1, 0, "bancs")),
        "other marks": all_at_once(lambda n: scanners.read(n, 2, 1, *NAMES[: n % 3 + 1])),
        "same page": all_at_once(lambda n: scanners.read(0, 3, 2, "bancs")),
    }
    scanners.read(0, 4, 3, "bancs", ink=80)
    users = [User.objects.create_user(f"{number}@example.org") for number in range(PROCESSES)]
    out |= decisions(Reading.objects.get(batch=scanners.batches[0], page=4), users)
    return out | leased(scanners, users) | keyed(vote, users)


def leased(scanners: Scanners, users: list[User]) -> dict[str, Any]:
    """Eight people ask for the next image, and five sheets wait."""
    scanners.printed += print_sheets(scanners.vote, 5)
    for sheet in range(4, 9):
        scanners.read(1, 10 + sheet, sheet, "bancs", ink=80)

    def take(number: int) -> str:
        reading = leases.take_next(session=scanners.vote.session, by=users[number])
        return f"page {reading.page}" if reading else "none"

    return {"given": all_at_once(take), "leases": ReviewLease.objects.standing().count()}


def keyed(vote: Vote, users: list[User]) -> dict[str, Any]:
    """Eight people type the same sheet in, alike."""
    [(code, sheet)] = print_sheets(vote, 1)
    before = Record.objects.filter(type="ballot.sealed").count()

    def key(number: int) -> str:
        facts = {"session": vote.session, "code_text": code.text, "choices": {"q1": ["bancs"]}, "by": users[number]}
        return str(paper.key_sheet(outcome="choices", **facts).number)

    return {
        "keyed": all_at_once(key),
        "keyings": sheet.keyings.count(),
        "ballots of keyings": Record.objects.filter(type="ballot.sealed").count() - before,
    }


def decisions(doubtful: Reading, users: list[User]) -> dict[str, Any]:
    """Eight people decide about one doubtful image."""
    before = Record.objects.filter(type="ballot.sealed").count()

    def decide(number: int) -> str:
        chosen = {"q1": [NAMES[number % 5]]}
        return paper.adjudicate(reading=doubtful, outcome="choices", choices=chosen, by=users[number]).outcome

    return {
        "decide": all_at_once(decide),
        "decisions": Adjudication.objects.filter(reading=doubtful).count(),
        "ballots before": before,
        "ballots": Record.objects.filter(type="ballot.sealed").count(),
        "decided records": Record.objects.filter(type="sheet.decided").count(),
    }
