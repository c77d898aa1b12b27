"""The budget of the schools: voted through all three doors, closed, counted by hand, reconciled, opened, certified.

Online ballots use the letters' codes; the kiosk is a simulated one with real keys, pushing as a real one does; sheets
are registered as the room *paper* does after reading, without drawing them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from server.accounts.models import User
from server.devices.actions import create_enrolment, enrol_device
from server.devices.intake import receive_push
from server.devices.packs import build_pack
from server.ledger.codes import new_code
from server.meetings.actions import close_session, confirm_hand_counts, enter_hand_counts, reconcile_session
from server.paper.models import PrintRun, Sheet
from server.processes.origin import Origin
from server.rehearsal.kiosk import Kiosk
from server.voting.actions import (
    cast_ballot,
    certify_box,
    close_voting,
    exchange_pass,
    mark_used_in_person,
    open_box,
    reconcile_box,
)
from server.voting.models import RollEntry
from server.voting.rights import Right
from server.voting.two_persons import sign_as_two

from .build import Facts, Vote, prepare_vote, read, start_vote

SPARE = 10
BLANK_SHARE = 0.02


class PastVote:
    """One evening, told by its numbers (``past.json``, ``ballots``): the same draw every time."""

    def __init__(self, vote: Vote, facts: Facts, desk: User) -> None:
        self.vote, self.desk, self.plan = vote, desk, facts["ballots"]
        self.draw = random.Random(self.plan["seed"])  # noqa: S311 (who votes for what in a town that does not exist)
        self.projects = [project["code"] for project in facts["projects"]]
        self.weights = [project["weight"] for project in facts["projects"]]
        self.waiting = list(zip(vote.entries, vote.letters, strict=True))
        self.draw.shuffle(self.waiting)
        self.session = vote.sessions[0]

    def choices(self) -> dict[str, list[str]]:
        if self.draw.random() < BLANK_SHARE:
            return {"q1": []}
        picked = self.draw.choices(self.projects, self.weights, k=self.draw.choice([1, 2, 3, 3, 3]))
        return {"q1": sorted(set(picked))}

    def online(self) -> list[RollEntry]:
        """Everyone of the web door; some vote again. Returns those who will come to the hall all the same."""
        people = [self.waiting.pop() for _number in range(self.plan["web"])]
        for place, (_entry, code) in enumerate(people):
            for _time in range(2 if place < self.plan["again"] else 1):
                right = Right.of_code(self.vote.box, code.text)
                cast_ballot(box=self.vote.box, right=right, choices=self.choices(), origin=Origin(door="web"))
        return [entry for entry, _code in people[-self.plan["web_then_hall"] :]]

    def hand_over(self, entry: RollEntry) -> str:
        mark_used_in_person(box=self.vote.box, entry=entry, session=self.session, by=None)
        return self.vote.stack.pop().text

    def kiosk(self, kiosk: Kiosk, also: list[RollEntry]) -> None:
        people = also + [self.waiting.pop()[0] for _number in range(self.plan["kiosk"] - len(also))]
        for entry in people:
            mark_used_in_person(box=self.vote.box, entry=entry, session=self.session, by=None)
            kiosk.cast(self.vote.box.definition_hash, self.vote.stack.pop(), self.choices())

    def paper(self) -> None:
        quantity = self.plan["paper"] + SPARE
        run = PrintRun.objects.create(box=self.vote.box, session=self.session, quantity=quantity, status="ready")
        key = bytes(self.session.code_key)
        codes = [new_code() for _number in range(quantity)]
        sheets = [
            Sheet.objects.create(run=run, check_value=code.check(key).hex(), use_value=code.use(key).hex())
            for code in codes
        ]
        for sheet in sheets[: self.plan["paper"]]:
            entry, _letter = self.waiting.pop()
            exchange_pass(session=self.session, code_text=self.hand_over(entry), by=self.desk)
            origin = Origin.on_paper(self.session, self.desk)
            record = cast_ballot(box=self.vote.box, right=Right.of_sheet(sheet), choices=self.choices(), origin=origin)
            sheet.ballot = record.id
            sheet.save(update_fields=["ballot"])

    def hand_counts(self) -> dict[str, int]:
        return {
            "passes_unused": len(self.vote.stack),
            "passes_spoiled": 0,
            "passes_returned": 0,
            "sheets_in_box": self.plan["paper"],
            "sheets_unused": SPARE,
        }


def enrolled_kiosk(vote: Vote, by: User) -> Kiosk:
    """A kiosk in the first session, with its pack, opened by its operator."""
    kiosk = Kiosk()
    _enrolment, code = create_enrolment(session=vote.sessions[0], label="Borne 1", by=by)
    asked = kiosk.enrolment(code)
    device, _code = enrol_device(code_text=code.text, public_key=asked["public_key"], proof=asked["proof"])
    text, signature = build_pack(device)
    kiosk.take_pack({"pack": text, "sig": signature})
    kiosk.start()
    kiosk.move("open")
    return kiosk


def push_all(kiosk: Kiosk) -> None:
    """The network is back: everything the kiosk holds goes to the server."""
    while kiosk.next_seq <= len(kiosk.records):
        reply, signature, _space = receive_push(kiosk.batch())
        kiosk.take_reply({"reply": reply, "sig": signature})


def build_past_vote(staff: Mapping[str, User], *, now: datetime | None = None) -> Vote:
    """Prepare, vote, close, reconcile, open, certify; the files are published."""
    facts, organiser = read("past"), staff["organiser"]
    vote = prepare_vote(facts, staff, people=facts["ballots"]["people"], now=now or timezone.now())
    start_vote(vote, facts, organiser, passes=facts["ballots"]["kiosk"] + facts["ballots"]["paper"] + SPARE)
    evening = PastVote(vote, facts, staff["desk"])
    come_later = evening.online()
    kiosk = enrolled_kiosk(vote, organiser)
    evening.kiosk(kiosk, come_later)
    kiosk.move("closed")
    push_all(kiosk)
    evening.paper()
    session = close_session(session=vote.sessions[0], by=organiser)
    close_voting(box=vote.box, by=organiser)
    enter_hand_counts(session=session, counts=evening.hand_counts(), by=organiser)
    confirm_hand_counts(session=session, by=staff.get("secretary", organiser))
    vote.sessions = [reconcile_session(session=session, by=organiser)]
    reconcile_box(box=vote.box, by=organiser)
    for deed, do in (("open", open_box), ("certify", certify_box)):
        sign_as_two(vote.box, deed, first=organiser, second=staff.get("secretary", organiser))
        vote.box = do(box=vote.box, by=organiser)
    return vote
