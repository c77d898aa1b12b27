"""One small vote for tests, set up through the real actions: a town, five projects, a roll, a box, a meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

from server.accounts.models import User
from server.budgets.models import Budget, Project
from server.ledger.codes import Code, new_code
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.meetings.actions import DEVICES
from server.meetings.models import Meeting, Session
from server.paper.models import PrintRun, Sheet
from server.processes.models import Component, Space
from server.processes.origin import Origin
from server.rehearsal.kiosk import Kiosk
from server.voting import actions as voting
from server.voting.balance import balance_of
from server.voting.balance_facts import is_unconfirmed
from server.voting.guards import lower_guards, raise_guards
from server.voting.models import Box, Roll, RollEntry
from server.voting.rights import Right
from server.voting.two_persons import signatures_needed

# What stands before the name of a project, in each language in which it is given one.
IN_LANGUAGE = {"fr": "", "en": "The ", "ar": "مشروع "}
PROJECTS = [("lavoir", 300_00), ("bancs", 200_00), ("verger", 150_00), ("piste", 400_00), ("kiosque", 100_00)]
ONLINE = Origin(door="web")
NOON = dt.datetime(2027, 5, 8, 12, tzinfo=dt.UTC)


def noon(days_ago: int) -> dt.datetime:
    """Noon in the town: days are counted from there alike at every hour, and across a change of the clocks."""
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


@contextmanager
def without_guards() -> Iterator[None]:
    """As whoever owns the tables would do it: lower the database's guards, alter, put them up again (X17)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no trigger is dropped while checks of its table wait
    lower_guards()
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    raise_guards()


@dataclass
class Vote:
    """A box in one session, with everyone on the roll and their letters' codes."""

    box: Box
    session: Session
    officer: User
    entries: list[RollEntry] = field(default_factory=list)
    letters: list[Code] = field(default_factory=list)
    stack: list[Code] = field(default_factory=list)
    handed: list[Code] = field(default_factory=list)
    kiosks: list[Kiosk] = field(default_factory=list)

    def refresh(self) -> Vote:
        self.box.refresh_from_db()
        self.session.refresh_from_db()
        return self

    def online(self, person: int, *chosen: str, token: str = "") -> Record:
        """This person votes with the code of the letter."""
        right = Right.of_code(self.box, self.letters[person].grouped)
        return voting.cast_ballot(box=self.box, right=right, choices={"q1": chosen}, origin=ONLINE, token=token)

    def hand_over(self, person: int = 0) -> Code:
        """This person comes to the desk and gets the next pass of the stack. By pass, anybody does."""
        if self.box.roll:
            voting.mark_used_in_person(box=self.box, entry=self.entries[person], session=self.session, by=self.officer)
        else:
            voting.hand_over_pass(session=self.session, by=self.officer)
        self.handed.append(self.stack.pop())
        return self.handed[-1]

    def kiosk(self) -> Kiosk:
        """Enrol a kiosk, with pack, opened."""
        from server.devices.actions import create_enrolment, enrol_device
        from server.devices.packs import build_pack

        device = Kiosk()
        _enrolment, code = create_enrolment(session=self.session, label=f"K{len(self.kiosks)}", by=self.officer)
        enrolled, _code = enrol_device(
            code_text=code.text,
            public_key=device.enrolment(code)["public_key"],
            proof=device.enrolment(code)["proof"],
        )
        text, signature = build_pack(enrolled)
        device.take_pack({"pack": text, "sig": signature})
        device.start()
        device.move("open")
        self.kiosks.append(device)
        return device

    def close_kiosks(self) -> None:
        for device in self.kiosks:
            device.move("closed")
            sync(device)

    def finish(self, **counts: int) -> Box:
        """Close everything, count by hand, reconcile, open, certify."""
        self.reconcile(**counts)
        voting.open_box(box=self.box, by=self.officer)
        return voting.certify_box(box=self.box, by=self.officer)

    def count(self, **counts: int) -> None:
        """Two people count, where two must."""
        session = meetings.enter_hand_counts(session=self.session, counts=counts, by=self.officer)
        if is_unconfirmed(session):
            second, _new = User.objects.get_or_create(email="counts-too@example.org")
            meetings.confirm_hand_counts(session=session, by=second)

    def explain(self, text: str = "Nobody knows why.") -> None:
        """Whatever does not add up is put into words, by as many people as must stand behind them."""
        second, _new = User.objects.get_or_create(email="counts-too@example.org")
        for key in {one.key for one in balance_of(self.session) if not one.is_settled} - {DEVICES}:
            for by in [self.officer, second][: signatures_needed(self.session)]:
                meetings.explain_difference(session=self.session, equation=key, text=text, by=by)
        self.session.refresh_from_db()

    def reconcile(self, **counts: int) -> Box:
        meetings.close_session(session=self.session, by=self.officer)
        voting.close_voting(box=self.box, by=self.officer)
        if counts:
            self.count(**counts)
        meetings.reconcile_session(session=self.session, by=self.officer)
        return voting.reconcile_box(box=self.box, by=self.officer)


def push(device: Kiosk, content: bytes | None = None) -> dict[str, Any]:
    """One push, of what comes next or of this content; the reply, as the device believed it."""
    from server.devices.intake import receive_push

    reply, signature, _space = receive_push(content or device.batch())
    return device.take_reply({"reply": reply, "sig": signature})


def sync(device: Kiosk) -> None:
    """Bring everything the kiosk holds to the server, as a push does."""
    while device.next_seq <= len(device.records):
        push(device)


def make_box(
    *,
    regime: str = "person",
    doors=("web", "kiosk", "paper"),
    people: int = 6,
    slug: str = "budget",
    languages: Sequence[str] = ("fr",),
    projects: Sequence[tuple[str, int]] = PROJECTS,
    **facts,
) -> Box:
    """A draft box with these projects (code, cost in cents), five unless told, with titles in these languages, and a
    budget of 600 €."""
    space, _new = Space.objects.get_or_create(slug=slug, defaults={"title": {"fr": "Budget participatif"}})
    component = Component.objects.create(space=space, kind="budget", title={"fr": "Les projets"})
    budget = Budget.objects.create(component=component, amount_cents=600_00)
    for number, (code, cost) in enumerate(projects, start=1):
        title = {language: IN_LANGUAGE[language] + code.title() for language in languages}
        Project.objects.create(budget=budget, code=code, number=number, title=title, cost_cents=cost)
    roll = None
    if regime == "person":
        roll = Roll.objects.create(space=space, title="Liste")
        RollEntry.objects.bulk_create(
            RollEntry(roll=roll, number=f"{number:05d}", family_name=f"Nom{number}", given_name="Camille")
            for number in range(people)
        )
    title = {language: f"{IN_LANGUAGE[language]}Le vote" for language in languages}
    return Box.objects.create(component=component, title=title, regime=regime, roll=roll, doors=list(doors), **facts)


def make_session(box: Box) -> Session:
    meeting = Meeting.objects.create(
        space=box.space, title={"fr": "Assemblée"}, place="Salle", starts_at=NOON, ends_at=NOON + dt.timedelta(hours=4)
    )
    session = Session.objects.create(meeting=meeting, label={"fr": "Après-midi"})
    session.boxes.add(box)
    return session


def make_vote(
    *, people: int = 6, passes: int = 8, letters: bool = True, officer: str = "officer@example.org", **facts
) -> Vote:
    """A vote that is open online and in the hall, with letters for everyone and a stack of passes."""
    who = User.objects.filter(email=officer).first() or User.objects.create_user(officer)
    box = make_box(people=people, **facts)
    session = make_session(box)
    voting.freeze_box(box=box, by=who)
    vote = Vote(box=box, session=session, officer=who)
    if box.roll:
        vote.entries = list(box.roll.entries.order_by("number"))
        if letters:
            vote.letters = [code for code, _row in voting.make_passes(box=box, entries=vote.entries)]
    elif letters:
        vote.letters = [code for code, _row in voting.make_passes(box=box, quantity=people)]
    if passes:
        vote.stack = [code for code, _row in voting.make_passes(session=session, quantity=passes)]
    voting.open_voting(box=box, by=who)
    if box.online_closes_first:
        voting.close_online(box=box, by=who)
    meetings.open_session(session=session, by=who)
    return vote.refresh()


def print_sheets(vote: Vote, count: int = 2, *, is_test: bool = False) -> list[tuple[Code, Sheet]]:
    """Sheets as a print run makes them: keyed values of codes under the session's key."""
    number = PrintRun.objects.count() + 1
    run = PrintRun.objects.create(
        box=vote.box, session=vote.session, number=number, quantity=count, is_test=is_test, status="ready"
    )
    key = bytes(vote.session.code_key)
    codes = [new_code() for _number in range(count)]
    return [
        (code, Sheet.objects.create(run=run, check_value=code.check(key).hex(), use_value=code.use(key).hex()))
        for code in codes
    ]


def on_paper(vote: Vote, sheet: Sheet, chosen: Sequence[str]) -> Record:
    """A sheet is read, and its ballot registered, as the room "paper" does it."""
    record = voting.cast_ballot(
        box=vote.box, right=Right.of_sheet(sheet), choices={"q1": chosen}, origin=Origin.on_paper(vote.session)
    )
    sheet.ballot = record.id
    sheet.save(update_fields=["ballot"])
    return record
