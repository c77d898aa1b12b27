"""F6's state machine: each rule is one deed of the ``World``; the invariants follow every step."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from server.ledger.models import Log

from .hall import CHOICES, undone
from .invariants import EVERY_STEP, at_the_end, i4_balance
from .world import PEOPLE, Tablet, World

people = st.integers(0, PEOPLE - 1)
places = st.integers(0, 11)
choices = st.integers(0, len(CHOICES) - 1)
fates = st.sampled_from(["well", "well", "well", "lost", "cut"])


CLOSED_EVERY = 2  # evenings


def often(**times: int) -> st.SearchStrategy[str]:
    """One of these, each as often as it says."""
    return st.sampled_from([name for name, count in times.items() for _time in range(count)])


@dataclass
class Seen:
    """How often each rule did something, and what did not hold; evenings and records: those that ended well."""

    steps: Counter[str] = field(default_factory=Counter)
    violations: Counter[str] = field(default_factory=Counter)
    idle: int = 0
    evenings: int = 0
    closed: int = 0
    records: int = 0


def machine(base: tuple[Any, list[Any]], seen: Seen) -> type[RuleBasedStateMachine]:
    """Evenings in this hall, told to ``seen``."""

    class Evening(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.undoing = ExitStack()
            self.undoing.enter_context(undone())
            self.world = World(*base, random.Random(seen.evenings))
            self.looked_at = -1

        def teardown(self) -> None:
            seen.steps += self.world.done
            seen.idle += self.world.idle
            try:
                self.end()
            finally:
                self.world.end()
                self.undoing.close()

        def end(self) -> None:
            self.world.end_recovery()
            self.world.bring_all()
            self.world.sign()
            at_the_end(self.world)
            if seen.evenings % CLOSED_EVERY == 0:
                self.world.close()
                at_the_end(self.world)
                i4_balance(self.world)
                seen.closed += 1
            seen.evenings += 1
            seen.records += Log.objects.get().size

        @invariant()
        def holds(self) -> None:
            if self.looked_at == (steps := self.world.done.total()):
                return
            self.looked_at = steps
            for check in EVERY_STEP:
                check(self.world)

        def tablet(self, place: int) -> Tablet:
            return self.world.tablets[place % len(self.world.tablets)]

        @rule(what=often(at_home=3, to_the_desk=2, back_from_the_desk=1, strike=1), person=people, choice=choices)
        def somebody(self, what: str, person: int, choice: int) -> None:
            deed = getattr(self.world, what)
            deed(person, choice) if what == "at_home" else deed(person)

        @rule(what=often(for_a_sheet=1, read_a_sheet=3), place=places, choice=choices)
        def paper(self, what: str, place: int, choice: int) -> None:
            getattr(self.world, what)(place if what == "for_a_sheet" else choice)

        @rule(at=places, place=places, choice=choices)
        def somebody_at_a_kiosk(self, at: int, place: int, choice: int) -> None:
            self.world.at_a_kiosk(self.tablet(at), place, choice)

        @rule(place=places, choice=choices)
        def somebody_at_every_kiosk(self, place: int, choice: int) -> None:
            for tablet in self.world.tablets:
                self.world.at_a_kiosk(tablet, place, choice)

        @rule(what=often(move=4, of_another_meeting=2, copy=1, revoke=1), at=places)
        def kiosk(self, what: str, at: int) -> None:
            getattr(self.world, what)(self.tablet(at))

        @rule(at=places, fate=fates)
        def all_that_waits_is_pushed(self, at: int, fate: str) -> None:
            self.world.push(self.tablet(at), 0, 0, 200, fate)

        @rule(at=places, back=st.integers(0, 3), skip=st.integers(0, 3), size=st.integers(1, 4), fate=fates)
        def a_piece_is_pushed(self, at: int, back: int, skip: int, size: int, fate: str) -> None:
            self.world.push(self.tablet(at), back, skip, size, fate)

        @rule(at=places, place=places, is_accepted=st.booleans())
        def office(self, at: int, place: int, is_accepted: bool) -> None:
            """A provisional ballot is decided about, or a file is brought."""
            if place % 3:
                self.world.decide(place, is_accepted)
            else:
                self.world.bring_file(self.tablet(at))

        @rule(what=often(jump=1, sign=1, back_up=1, restore=1, end_recovery=2), hours=st.integers(-30, 30))
        def server(self, what: str, hours: int) -> None:
            deed = getattr(self.world, what)
            deed(hours) if what == "jump" else deed()

    return Evening
