"""What eight processes do to one vote at the same instant; see ``tests.server.race``."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from server.accounts.models import User
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.processes.origin import Origin
from server.voting import actions as voting
from server.voting.definitions import Definition
from server.voting.models import WrongCodes
from server.voting.rights import Right
from server.voting.sealing import seal
from tests.server.race import PROCESSES, all_at_once
from tests.server.votes import ONLINE, Vote, make_box, make_vote, print_sheets

SHARED = ("address 192.0.2.7", "block 192.0.2.0/24")


def run() -> dict[str, Any]:
    vote = make_vote(people=PROCESSES + 4)
    draft = make_box(slug="draft")
    out = {"freeze": all_at_once(lambda n: voting.freeze_box(box=draft, by=vote.officer).definition_hash)}
    out |= online(vote) | accounts(vote) | at_the_desk(vote) | {"sheet": read_or_spoiled(vote)} | closing(vote)
    out["indices"] = list(Record.objects.order_by("index").values_list("index", flat=True))
    out["frozen records"] = Record.objects.filter(type="box.frozen").count()
    return out


def online(vote: Vote) -> dict[str, Any]:
    """One form, one sealed ballot, and wrong codes."""
    definition = Definition.of(vote.box)
    sealed = seal(
        {"q1": ["lavoir"]},
        box_key=definition.box_key,
        definition=definition.hash_bytes,
        length=definition.sealed_length,
    )

    def copy(number: int) -> str:
        right = Right.of_code(vote.box, vote.letters[number].text)
        voting.cast_ballot(box=vote.box, right=right, sealed=sealed, origin=ONLINE)
        return "taken"

    return {
        "same form": all_at_once(lambda n: vote.online(0, "lavoir", token="form").id),
        "same copy": all_at_once(copy),
        "wrong codes": all_at_once(lambda n: Right.of_code(vote.box, "wrong", throttle_key=[f"session {n}", *SHARED])),
        "counted wrong": list(WrongCodes.objects.values_list("count", flat=True).order_by("count")),
    }


def accounts(vote: Vote) -> dict[str, Any]:
    """One entry of the roll for eight accounts, eight entries for one account."""
    users = [User.objects.create_user(f"{number}@example.org") for number in range(PROCESSES)]

    def match(entry: int, user: int) -> str:
        voting.match_account(entry=vote.entries[entry], user=users[user])
        return "matched"

    return {"match": all_at_once(lambda n: match(2, n)), "match other": all_at_once(lambda n: match(n, 0))}


def at_the_desk(vote: Vote) -> dict[str, Any]:
    """One person, one form, one pass."""
    at_desk = {"session": vote.session, "by": vote.officer}

    def mark(entry: int, token: str = "") -> int:
        marked = voting.mark_used_in_person(box=vote.box, entry=vote.entries[entry], token=token, **at_desk)
        return marked.pk

    def exchange(number: int) -> str:
        voting.exchange_pass(code_text=vote.stack[0].text, **at_desk)
        return "exchanged"

    return {
        "mark": all_at_once(lambda n: mark(0) and "marked"),
        "mark same form": all_at_once(lambda n: mark(1, "form")),
        "exchange": all_at_once(exchange),
    }


def read_or_spoiled(vote: Vote) -> dict[str, int]:
    """One sheet: four readers, four desks."""
    (serial, sheet), *_rest = print_sheets(vote)

    def deed(number: int) -> str:
        if number % 2:
            voting.spoil_sheet(serial_text=serial.text, is_replaced=True, session=vote.session, by=vote.officer)
            return "spoiled"
        right, origin = Right.of_sheet(sheet), Origin.on_paper(vote.session)
        with transaction.atomic():  # as the room "paper" does it
            record = voting.cast_ballot(box=vote.box, right=right, choices={}, origin=origin, token="one reading")
            type(sheet).objects.filter(pk=sheet.pk).update(ballot=record.id)
        return "read"

    return all_at_once(deed)


def closing(vote: Vote) -> dict[str, Any]:
    """Seven voters, and one organiser who closes the box."""
    meetings.close_session(session=vote.session, by=vote.officer)

    def cast_or_close(number: int) -> str:
        if number == 0:
            return voting.close_voting(box=vote.box, by=vote.officer).state
        for _again in range(5):
            vote.online(number, "piste")
        return "cast"

    found = all_at_once(cast_or_close)
    closed = Record.objects.get(type="box.voting_closed").index
    return {"close": found, "after closing": Record.objects.ballots().filter(index__gt=closed).count()}
