"""Eight real processes do the same deed at the same instant, on the database of ``DATABASE_URL``; prints what came out.

Run by ``test_races.py`` as ``python -m tests.server.voting.race``: forked workers, each with a connection of its own.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections import Counter
from collections.abc import Callable

import django

PROCESSES = 8
context = multiprocessing.get_context("fork")


def _one(number: int, deed: Callable[[int], object], barrier, answers) -> None:
    from django.db import connection

    from server.web.refusals import Refusal

    connection.close()
    connection.ensure_connection()
    barrier.wait()
    try:
        answers.put(str(deed(number)))
    except Refusal as refusal:
        answers.put(f"refused {refusal.code}")
    except Exception as error:
        answers.put(f"bug {error!r}")
    finally:
        connection.close()


def all_at_once(deed: Callable[[int], object]) -> Counter[str]:
    """How often each answer came: the result as text, or the code of the refusal."""
    from django.db import connections

    connections.close_all()
    barrier, answers = context.Barrier(PROCESSES), context.SimpleQueue()
    workers = [context.Process(target=_one, args=(number, deed, barrier, answers)) for number in range(PROCESSES)]
    for worker in workers:
        worker.start()
    found = Counter(answers.get() for _worker in workers)
    for worker in workers:
        worker.join()
    return found


def main() -> None:
    from django.core.management import call_command
    from django.db import transaction

    from server.accounts.models import User
    from server.ledger.models import Record
    from server.processes.origin import Origin
    from server.voting import actions as voting
    from server.voting.definitions import Definition
    from server.voting.rights import Right
    from server.voting.sealing import seal
    from tests.server.votes import ONLINE, make_box, make_vote, print_sheets

    call_command("migrate", verbosity=0)
    vote = make_vote(people=PROCESSES + 4)
    users = [User.objects.create_user(f"{number}@example.org") for number in range(PROCESSES)]
    facts = {"box": vote.box, "session": vote.session, "by": vote.officer}
    at_desk = {"session": vote.session, "by": vote.officer}
    (serial, sheet), *_rest = print_sheets(vote)
    definition = Definition.of(vote.box)
    sealed = seal(
        {"q1": ["lavoir"]},
        box_key=definition.box_key,
        definition=definition.hash_bytes,
        length=definition.sealed_length,
    )
    draft = make_box(slug="draft")

    def copy(number: int) -> object:
        right = Right.of_code(vote.box, vote.letters[number].text)
        return voting.cast_ballot(box=vote.box, right=right, sealed=sealed, origin=ONLINE) and "taken"

    def paper_or_spoiled(number: int) -> object:
        if number % 2:
            voting.spoil_sheet(serial_text=serial.text, is_replaced=True, **at_desk)
            return "spoiled"
        right, origin = Right.of_sheet(sheet), Origin.on_paper(vote.session)
        with transaction.atomic():  # as the room "paper" does it
            record = voting.cast_ballot(box=vote.box, right=right, choices={}, origin=origin, token="one reading")
            type(sheet).objects.filter(pk=sheet.pk).update(ballot=record.id)
        return "read"

    def cast_or_close(number: int) -> object:
        if number == 0:
            return voting.close_voting(box=vote.box, by=vote.officer).state
        for _again in range(5):
            vote.online(number, "piste")
        return "cast"

    out = {
        "freeze": all_at_once(lambda n: voting.freeze_box(box=draft, by=vote.officer).definition_hash),
        "same form": all_at_once(lambda n: vote.online(0, "lavoir", token="form").id),
        "same copy": all_at_once(copy),
        "mark": all_at_once(lambda n: voting.mark_used_in_person(entry=vote.entries[0], **facts) and "marked"),
        "mark same form": all_at_once(
            lambda n: voting.mark_used_in_person(entry=vote.entries[1], token="form", **facts).pk
        ),
        "exchange": all_at_once(
            lambda n: voting.exchange_pass(code_text=vote.stack[0].text, **at_desk) and "exchanged"
        ),
        "match": all_at_once(lambda n: voting.match_account(entry=vote.entries[2], user=users[n]) and "matched"),
        "match other": all_at_once(lambda n: voting.match_account(entry=vote.entries[n], user=users[0]) and "matched"),
        "sheet": all_at_once(paper_or_spoiled),
        "wrong codes": all_at_once(lambda n: Right.of_code(vote.box, "wrong", throttle_key=("one address",))),
    }
    from server.meetings import actions as meetings
    from server.voting.models import WrongCodes

    out["counted wrong"] = list(WrongCodes.objects.values_list("count", flat=True))
    meetings.close_session(session=vote.session, by=vote.officer)
    out["close"] = all_at_once(cast_or_close)
    closed = Record.objects.get(type="box.voting_closed").index
    out["after closing"] = Record.objects.ballots().filter(index__gt=closed).count()
    out["indices"] = list(Record.objects.order_by("index").values_list("index", flat=True))
    out["frozen records"] = Record.objects.filter(type="box.frozen").count()
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    django.setup()
    main()
