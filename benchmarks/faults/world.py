"""F6's world: one evening with kiosks, people at home, paper and a desk, and beside it a plain book of what must be so.

Every deed is done on the real server, in its own process, and noted in the ``Book`` with nothing but sets and
dictionaries: who was told what, what the server was brought, and which verdict is due for it. ``invariants`` compare
the two. What the server alone knows goes back with a restored backup; what lies on a device or in a hand stays.
"""

from __future__ import annotations

import copy
import functools
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import time_machine
from django.db import transaction
from django.utils import timezone

from server.devices.actions import revoke_device
from server.devices.authentic import NotAuthentic
from server.devices.ending import end_recovery
from server.devices.importing import import_export
from server.devices.intake import receive_push
from server.devices.models import Device
from server.ledger import recovery
from server.ledger.actions import sign_checkpoint
from server.ledger.codes import Code
from server.ledger.models import Record
from server.meetings.actions import close_session
from server.operations.recover import begin_anew
from server.rehearsal.kiosk import Kiosk
from server.voting import actions as voting
from server.voting.models import PresenceMark, RollVersion
from server.web.refusals import Refusal
from tests.server.votes import Vote, on_paper, print_sheets

from .hall import CHOICES, make_hall

PEOPLE, KIOSKS = 6, 2
FOREIGN = "ff" * 8  # the session of another meeting


class Violated(AssertionError):
    """An invariant does not hold. ``which``: I1 to I8."""

    def __init__(self, which: str, words: str) -> None:
        super().__init__(f"{which}: {words}")
        self.which = which


class NothingToDo(Exception):
    """A rule came at a moment at which it means nothing; such a step is not counted."""


def deed(do: Callable[..., None]) -> Callable[..., None]:
    """A step of the model, counted by its name."""

    @functools.wraps(do)
    def counted(world: World, *facts: Any) -> None:
        try:
            do(world, *facts)
        except NothingToDo:
            world.idle += 1
        else:
            world.done[do.__name__] += 1

    return counted


@dataclass
class Tablet:
    """One device as it stands in the hall. A clone holds the same key and the same chain up to where it was copied."""

    kiosk: Kiosk
    state: str = "open"
    used: set[str] = field(default_factory=set)  # passes that it will not take again

    def clone(self) -> Tablet:
        kiosk = copy.copy(self.kiosk)
        kiosk.records = list(kiosk.records)
        return Tablet(kiosk, self.state, set(self.used))


@dataclass
class Book:
    """What the server was told, as nothing but plain facts. A restored backup brings an earlier page of it back."""

    web: dict[int, list[str]] = field(default_factory=dict)  # by person, in the order in which they were cast
    in_person: dict[int, str] = field(default_factory=dict)  # the pass that was handed over
    void: set[str] = field(default_factory=set)
    exchanged: set[str] = field(default_factory=set)
    sheets: list[str] = field(default_factory=list)  # ballots of sheets that were read
    struck: set[int] = field(default_factory=set)
    brought: dict[str, set[str]] = field(default_factory=dict)  # ids by device
    revoked: dict[str, int] = field(default_factory=dict)  # by device: the last number in its place before
    decided: dict[str, bool] = field(default_factory=dict)


class World:
    """``base``: a hall as ``make_base`` made it; everything that happens is rolled back by whoever called."""

    def __init__(self, base: Vote, sheets: list[Any], rng: random.Random) -> None:
        self.vote, self.sheets, self.rng = base.refresh(), sheets, rng
        self.tablets = [Tablet(kiosk).clone() for kiosk in base.kiosks]
        self.book = Book()
        self.cloned: dict[str, int] = {}  # by device: the last number that both have
        self.cast: dict[str, str] = {}  # kiosk ballots that were confirmed, with their pass
        self.foreign: set[str] = set()
        self.late: set[str] = set()  # recorded by a device that had closed
        self.handed: list[Code] = []
        self.for_sheets = 0
        self.states: list[tuple[int, int, str]] = []  # epoch, size and root of every signed state of the list
        self.backup: tuple[str, Book] | None = None
        self.is_recovering = False
        self.clock: Any = None
        self.done: Counter[str] = Counter()
        self.idle = 0
        self.note_brought()
        # An evening begins with two who have their passes.
        for person in (0, 1):
            self.to_the_desk(person)

    def end(self) -> None:
        if self.clock:
            self.clock.stop()
        recovery._take_sign_down()  # its transaction is never committed

    # -- people ------------------------------------------------------------------------------------

    def tries(self, deed: Callable[[], Any], *, may: bool | None) -> Any:
        """Do it. may: whether it must be done (True), refused (False), or depends on what nobody outside knows."""
        try:
            with transaction.atomic():
                done = deed()
        except Refusal as refusal:
            if may:
                raise Violated("I1", f"refused: {refusal.code}") from refusal
            return None
        if may is False:
            raise Violated("I2", "done what had to be refused")
        return done

    @deed
    def at_home(self, person: int, choice: int) -> None:
        may = not self.is_recovering and person not in self.book.struck
        record = self.tries(lambda: self.vote.online(person, CHOICES[choice]), may=may)
        if record:
            self.book.web.setdefault(person, []).append(record.id)

    @deed
    def to_the_desk(self, person: int) -> None:
        if len(self.handed) >= len(self.vote.stack):
            raise NothingToDo
        may = not self.is_recovering and person not in self.book.in_person and person not in self.book.struck
        who = self.vote.entries[person]
        given = {"box": self.vote.box, "session": self.vote.session, "entry": who, "by": None}
        if self.tries(lambda: voting.mark_used_in_person(**given), may=may):
            # Passes lie on a stack: one that was handed over before a restore is not there any more.
            code = self.vote.stack[len(self.handed)]
            self.handed.append(code)
            self.book.in_person[person] = code.text

    @deed
    def back_from_the_desk(self, person: int) -> None:
        if person not in self.book.in_person:
            raise NothingToDo
        code = self.book.in_person[person]
        mark = PresenceMark.objects.get(entry=self.vote.entries[person], is_restored=False)
        give = {"mark": mark, "code_text": code, "reason": PresenceMark.Back.LEAVES, "by": self.vote.officer}
        is_known = any(self.is_brought(ballot) for ballot, of in self.cast.items() if of == code)
        may = None if is_known or code in self.book.exchanged else not self.is_recovering
        if self.tries(lambda: voting.restore_right(**give), may=may):
            del self.book.in_person[person]
            self.book.void.add(code)

    @deed
    def for_a_sheet(self, place: int) -> None:
        """A pass is given for a sheet; its ballot may be read at once, or never."""
        if not self.handed or self.for_sheets >= len(self.sheets):
            raise NothingToDo
        code = self.handed[place % len(self.handed)]
        exchange = {"session": self.vote.session, "code_text": code.text, "by": self.vote.officer}
        if self.tries(lambda: voting.exchange_pass(**exchange), may=None):
            self.book.exchanged.add(code.text)
            self.for_sheets += 1

    @deed
    def read_a_sheet(self, choice: int) -> None:
        read = len(self.book.sheets)
        if read >= self.for_sheets:
            raise NothingToDo
        record = on_paper(self.vote, self.sheets[read], [CHOICES[choice]])
        self.book.sheets.append(record.id)

    @deed
    def strike(self, person: int) -> None:
        kind = RollVersion.Kind.READMITTED if person in self.book.struck else RollVersion.Kind.STRUCK
        about = {"roll": self.vote.box.roll, "kind": kind, "entry": self.vote.entries[person], "reason": "moved"}
        wanted = voting.Correction(**about)
        may = None if self.is_recovering else person not in self.book.in_person or person in self.book.struck
        if self.tries(lambda: voting.correct_roll(correction=wanted, by=self.vote.officer), may=may):
            self.book.struck ^= {person}

    # -- kiosks ------------------------------------------------------------------------------------

    @deed
    def at_a_kiosk(self, tablet: Tablet, place: int, choice: int) -> None:
        if not self.handed or tablet.state != "open":
            raise NothingToDo
        code = self.handed[place % len(self.handed)]
        if code.text in tablet.used:
            raise NothingToDo
        tablet.used.add(code.text)
        record = tablet.kiosk.cast(self.vote.box.definition_hash, code, {"q1": [CHOICES[choice]]})
        self.cast[record.id] = code.text

    @deed
    def move(self, tablet: Tablet) -> None:
        tablet.state = "paused" if tablet.state == "open" else "open"
        tablet.kiosk.move(tablet.state)

    @deed
    def of_another_meeting(self, tablet: Tablet) -> None:
        """A record that names a session which is not this device's."""
        session = tablet.kiosk.pack["session"]
        own, session["id"] = session["id"], FOREIGN
        record = tablet.kiosk.move("paused")
        session["id"] = own
        self.foreign.add(record.id)

    @deed
    def copy(self, tablet: Tablet) -> None:
        if tablet.kiosk.dev in self.cloned:
            raise NothingToDo
        self.cloned[tablet.kiosk.dev] = len(tablet.kiosk.records)
        self.tablets.append(tablet.clone())

    # -- the way to the server ---------------------------------------------------------------------

    @deed
    def push(self, tablet: Tablet, back: int, skip: int, size: int, fate: str) -> None:
        """From where the device thinks it stands, some numbers back or ahead. fate: ``well``, ``lost``, ``cut``."""
        kiosk = tablet.kiosk
        first = max(1, kiosk.next_seq - back + skip)
        if first > len(kiosk.records):
            raise NothingToDo
        content = kiosk.batch(first, size)
        if fate == "cut":
            with suppress(NotAuthentic):
                receive_push(content[: self.rng.randint(1, len(content) - 2)])
                raise Violated("I8", "half a batch was taken")
            return
        reply, signature, _space = receive_push(content)
        self.note_brought(kiosk, kiosk.records[first - 1 : first - 1 + size])
        if fate == "well":
            kiosk.take_reply({"reply": reply, "sig": signature})

    @deed
    def bring_file(self, tablet: Tablet) -> None:
        import_export(tablet.kiosk.export())
        self.note_brought(tablet.kiosk, tablet.kiosk.records)

    def bring_all(self) -> None:
        for tablet in self.tablets:
            receive_push(tablet.kiosk.batch(1, 200))
            self.note_brought(tablet.kiosk, tablet.kiosk.records)

    def note_brought(self, kiosk: Kiosk | None = None, records: list[Any] | None = None) -> None:
        for tablet in self.tablets:
            self.book.brought.setdefault(tablet.kiosk.dev, set())
        if kiosk:
            self.book.brought[kiosk.dev] |= {record.id for record in records or []}

    def is_brought(self, record: str) -> bool:
        return any(record in ids for ids in self.book.brought.values())

    def in_place(self, kiosk: Kiosk) -> int:
        """The last number up to which nothing of this tablet's chain is missing at the server."""
        brought = self.book.brought[kiosk.dev]
        return next((n for n, record in enumerate(kiosk.records) if record.id not in brought), len(kiosk.records))

    # -- the server and its people -----------------------------------------------------------------

    @deed
    def revoke(self, tablet: Tablet) -> None:
        kiosk = tablet.kiosk
        if kiosk.dev in self.book.revoked or kiosk.dev in self.cloned:
            raise NothingToDo
        revoke_device(device=Device.objects.get(dev=kiosk.dev), by=self.vote.officer)
        self.book.revoked[kiosk.dev] = self.in_place(kiosk)

    @deed
    def decide(self, place: int, is_accepted: bool) -> None:
        waiting = list(Record.objects.undecided().order_by("id"))
        if not waiting:
            raise NothingToDo
        record = waiting[place % len(waiting)]
        deed = {"record": record, "is_accepted": is_accepted, "by": self.vote.officer}
        if self.tries(lambda: voting.decide_record(**deed), may=None):
            self.book.decided[record.id] = is_accepted

    @deed
    def sign(self) -> None:
        state = sign_checkpoint()
        if (found := (state.log_epoch, state.size, state.root)) in self.states:
            raise NothingToDo
        self.states.append(found)

    @deed
    def jump(self, hours: int) -> None:
        """The server's clock; those of the devices are in no record of a chain that holds ballots."""
        if self.clock:
            self.clock.stop()
        self.clock = time_machine.travel(timezone.now() + timedelta(hours=hours), tick=True)
        self.clock.start()

    @deed
    def back_up(self) -> None:
        if self.is_recovering or (self.backup and self.backup[1] == self.book):
            raise NothingToDo
        self.backup = (transaction.savepoint(), copy.deepcopy(self.book))

    @deed
    def restore(self) -> None:
        """S9. What the server alone knew since the backup is gone; devices bring back what they hold."""
        if self.backup is None or self.is_recovering:
            raise NothingToDo
        point, book = self.backup
        transaction.savepoint_rollback(point)
        self.backup, self.book = None, book
        self.is_recovering = True
        begin_anew()
        self.vote.refresh()
        self.note_brought()

    @deed
    def end_recovery(self) -> None:
        if not self.is_recovering:
            raise NothingToDo
        end_recovery(recovery=recovery.current(), by=self.vote.officer)
        recovery._take_sign_down()  # as after its transaction, which is never committed here
        self.is_recovering = False

    @deed
    def close(self) -> None:
        """The evening ends: who can be trusted closes, and one goes on recording all the same. All of it is brought."""
        trusted = [one for one in self.tablets if one.kiosk.dev not in self.cloned.keys() | self.book.revoked.keys()]
        for tablet in trusted:
            tablet.state = "closed"
            tablet.kiosk.move("closed")
        free = [(one, code) for one in trusted for code in self.handed if code.text not in one.used]
        if free:
            tablet, code = self.rng.choice(free)
            record = tablet.kiosk.cast(self.vote.box.definition_hash, code, {"q1": [CHOICES[0]]})
            self.cast[record.id] = code.text
            self.late.add(record.id)
        self.bring_all()
        close_session(session=self.vote.session, by=self.vote.officer)
        voting.close_voting(box=self.vote.box, by=self.vote.officer)
        self.vote.refresh()


def make_base() -> tuple[Vote, list[Any]]:
    """The hall as every evening begins."""
    hall = make_hall(PEOPLE, kiosks=KIOSKS)
    return hall, [sheet for _code, sheet in print_sheets(hall, PEOPLE)]
