"""An evening on which the server's disk is lost: what three kiosks and people at home do before, then, and after."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from server.accounts.models import User
from server.devices.authentic import UnknownDevice
from server.devices.ending import end_recovery
from server.devices.importing import import_export
from server.devices.models import Stranger
from server.devices.taking_in import take_in
from server.ledger import kept, promises, receipts, recovery, statements, tree
from server.ledger.actions import checkpoint_document, sign_checkpoint
from server.ledger.codes import Code
from server.ledger.installation import installation
from server.ledger.models import Checkpoint, Record, Recovery
from server.ledger.records import Record as Sealed
from server.meetings.actions import close_session
from server.office.approvals import agree
from server.office.models import Approval
from server.opendata.actions import published_folder
from server.rehearsal.closing import verify
from server.rehearsal.kiosk import Kiosk
from server.voting.actions import freeze_box
from server.web.refusals import Refusal
from tests.server.votes import make_box, make_vote, push, sync

from .hall import at_kiosk, choose

BEFORE = 3


class Evening:
    """events: ballots at the three kiosks after the backup; online: ballots cast at home after it."""

    def __init__(self, rng: random.Random, *, events: int, online: int) -> None:
        self.rng, self.online = rng, online
        people = BEFORE + events + online
        self.vote = make_vote(people=people, passes=BEFORE + events + 5)
        self.draft = make_box(slug="later", people=1)
        self.codes = [self.vote.hand_over(person) for person in range(BEFORE + events)]
        self.half, self.by_file = self.vote.kiosk(), self.vote.kiosk()
        self.shares = [events // 3, events // 3, events - 2 * (events // 3)]
        self.since: list[Sealed] = []
        self.of_kiosk: dict[str, list[str]] = {}
        self.promised: list[tuple[Kiosk, Sealed]] = []
        self._cast(self.half, BEFORE)
        sync(self.half)
        self.since.clear()
        sign_checkpoint()
        self.given = self._receipts()

    def _cast(self, kiosk: Kiosk, count: int) -> list[Sealed]:
        cast = [at_kiosk(self.vote, kiosk, self._code(), choose(self.rng)) for _number in range(count)]
        self.since += cast
        return cast

    def _code(self) -> Code:
        return self.codes.pop()

    def go_on(self) -> None:
        """After the backup: a new kiosk, and every ballot of which people hold a receipt."""
        self.new = self.vote.kiosk()
        shares = dict(zip(("half", "new", "by file"), self.shares, strict=True))
        for name, kiosk in (("half", self.half), ("new", self.new), ("by file", self.by_file)):
            cast = self._cast(kiosk, shares[name])
            self.of_kiosk[name] = [record.id for record in cast]
            self.promised += [(kiosk, record) for record in cast]
        self._push(self.half, len(self.half.records) - shares["half"] // 2)
        sync(self.new)
        people = len(self.vote.entries)
        for person in range(people - self.online, people):
            self.vote.online(person, *choose(self.rng))
        sign_checkpoint()
        self.given = self._receipts()
        self._push(self.new, len(self.new.records))  # so that it has seen the list as it was at the end
        self.states = [checkpoint_document(one) for one in Checkpoint.objects.all()]

    def _push(self, kiosk: Kiosk, upto: int) -> None:
        first = min(kiosk.next_seq, upto)
        push(kiosk, kiosk.batch(first, upto + 1 - first))

    def _receipts(self) -> list[dict[str, Any]]:
        """Of every record of the list, as its page gives it."""
        return [json.loads(json.dumps(receipts.receipt_for(record))) for record in Record.objects.all()]

    def refusals(self) -> list[str]:
        """What the restored server answers to deeds that must wait."""
        self.vote.refresh()
        deeds: list[Callable[[], object]] = [
            lambda: self.vote.online(len(self.vote.entries) - 1, "bancs"),
            lambda: self.vote.hand_over(len(self.vote.entries) - 1),
            lambda: close_session(session=self.vote.session, by=self.vote.officer),
            lambda: freeze_box(box=self.draft, by=self.vote.officer),
        ]
        return [_code_of(deed) for deed in deeds]

    def reconnect(self) -> None:
        """The kiosks find the server again; the unknown one is compared and taken in; a file is brought."""
        push(self.half)
        sync(self.half)
        assert _code_of(partial(push, self.new)) == UnknownDevice.code
        take_in(stranger=Stranger.objects.get(), label="K2", by=self.vote.officer)
        push(self.new)
        sync(self.new)
        import_export(self.by_file.export())
        sign_checkpoint()

    def ask_receipts(self) -> dict[str, int]:
        """Each earlier receipt and promise is proved by today's list, or affected; none is left without an answer."""
        told: Counter[str] = Counter(proved=0, affected=0, unanswered=0)
        for given in self.given:
            told[_answer(given)] += 1
        for kiosk, record in self.promised:
            told[_answer_promise(kiosk, record)] += 1
        return {"receipts": len(self.given) + len(self.promised), **told}

    def came_back(self) -> dict[str, int]:
        return {name: Record.objects.filter(pk__in=ids).count() for name, ids in self.of_kiosk.items()}

    def end(self) -> None:
        """The office ends the recovery, and the vote goes on to its result."""
        outcome = end_recovery(recovery=Recovery.objects.get(), by=self.vote.officer)
        if isinstance(outcome, Approval):
            second, _new = User.objects.get_or_create(email="second@example.org")
            agree(approval=outcome, by=second)
        for kiosk in self.vote.kiosks:
            kiosk.move("closed")
            push(kiosk)
        unused = len(self.vote.stack)
        self.vote.finish(passes_unused=unused, passes_spoiled=0, passes_returned=0)

    def counted(self) -> int:
        self.vote.refresh()
        return int(self.vote.box.result["turnout"]["ballots"])

    def verified(self) -> bool:
        return verify(published_folder(self.vote.box))[0]


def _code_of(deed: Callable[[], object]) -> str:
    try:
        deed()
    except Refusal as refusal:
        return refusal.code
    return "done"


def _answer(given: dict[str, Any]) -> str:
    record = receipts.find(given["id"])
    if record is None:
        found = recovery.affected(given)
        return "affected" if found and found.is_listed else "unanswered"
    return "proved" if _is_proved(record) else "unanswered"


def _answer_promise(kiosk: Kiosk, record: Sealed) -> str:
    arrived = receipts.find(record.id)
    if arrived is not None:
        return "proved" if _is_proved(arrived) else "unanswered"
    told = dict(part.split("=", 1) for part in kiosk.promise(record).split("&"))
    promise = promises.read(record.id, told)
    return "affected" if promise and promise.is_evidence else "unanswered"


def _is_proved(record: Record) -> bool:
    """As whoever holds it checks it: the path leads to a root that the installation signed."""
    proof = receipts.receipt_for(record)
    point = proof.get("checkpoint")
    if point is None or not statements.is_signed_by(point, installation().public_key):
        return False
    leaf, path = tree.leaf_hash(record.header.encode()), [bytes.fromhex(step) for step in proof["path"]]
    return tree.root_from_path(proof["index"], proof["size"], leaf, path).hex() == point["root"]


def answers_to(states: Sequence[dict[str, Any]]) -> dict[str, int]:
    """What whoever kept one of these signed states is told: the list goes on from it, or so much is gone."""
    last = sign_checkpoint()
    found = [
        kept.compare(kept.Kept(one["size"], bytes.fromhex(one["root"]), one["epoch"], True), last) for one in states
    ]
    return dict(Counter(one.outcome for one in found))
