"""Eight real processes read, or decide about, one sheet at the same instant; prints what came out.

Run by ``test_races.py`` as ``python -m tests.server.paper.race`` on the database of ``DATABASE_URL``.
"""

from __future__ import annotations

import json
import sys

import django


def main() -> None:
    from django.core.management import call_command

    from printouts.sheetcode import SheetCode, encode
    from server.accounts.models import User
    from server.ledger.models import Record
    from server.paper import actions as paper
    from server.paper.decoding import SeenPage
    from server.paper.models import Adjudication, Reading, ScanBatch
    from tests.server.votes import PROJECTS, make_vote, print_sheets
    from tests.server.voting.race import PROCESSES, all_at_once

    call_command("migrate", verbosity=0)
    vote = make_vote(people=1, passes=0)
    users = [User.objects.create_user(f"{number}@example.org") for number in range(PROCESSES)]
    printed = print_sheets(vote, 4)
    names = [name for name, _cost in PROJECTS]
    batches = [
        ScanBatch.objects.create(session=vote.session, filename="x", file="x", digest=str(number))
        for number in range(PROCESSES)
    ]

    def page(number: int, sheet: int, *marked: str, ink: int = 600) -> SeenPage:
        code = SheetCode(
            definition=bytes.fromhex(vote.box.definition_hash)[:8],
            layout=1,
            page=1,
            pages=1,
            serial=printed[sheet][0].raw,
        )
        scores = {"q1": {name: ink if name in marked else 0 for name in names}}
        return SeenPage(page=number, code=encode(code), scores=scores)

    def read(batch: ScanBatch, seen: SeenPage) -> str:
        readings = paper.store_pages(batch=batch, pages=[seen])
        return readings[0].status if readings else "held already"

    def same_marks(number: int) -> str:
        return read(batches[number], page(1, 0, "bancs"))

    def other_marks(number: int) -> str:
        return read(batches[number], page(2, 1, *names[: number % 3 + 1]))

    def same_page(number: int) -> str:
        return read(batches[0], page(3, 2, "bancs"))

    out = {"same marks": all_at_once(same_marks), "other marks": all_at_once(other_marks)}
    out["same page"] = all_at_once(same_page)
    doubtful = paper.store_pages(batch=batches[0], pages=[page(4, 3, "bancs", ink=80)])[0]
    doubtful = Reading.objects.get(batch=batches[0], page=4)
    before = Record.objects.filter(type="ballot.sealed").count()

    def decide(number: int) -> str:
        chosen = {"q1": [names[number % 5]]}
        return paper.adjudicate(reading=doubtful, outcome="choices", choices=chosen, by=users[number]).outcome

    out["decide"] = all_at_once(decide)
    out["decisions"] = Adjudication.objects.filter(reading=doubtful).count()
    out["ballots before"], out["ballots"] = before, Record.objects.filter(type="ballot.sealed").count()
    out["decided records"] = Record.objects.filter(type="sheet.decided").count()
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    django.setup()
    main()
