"""Prepare the vote as its organiser would: space, budget, roll, box, meeting, letters, passes, sheets, devices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from printouts.typefaces import substituted
from server.accounts.models import User
from server.budgets.components import KIND as BUDGET
from server.budgets.models import Budget, Project
from server.devices.actions import create_enrolment
from server.ledger.codes import Code
from server.meetings.actions import open_session
from server.meetings.models import Meeting, Session
from server.paper.actions import make_print_run
from server.paper.models import PrintRun
from server.processes.localized import Localized
from server.processes.models import Component, Phase, Space
from server.voting.actions import freeze_box, make_passes, open_voting
from server.voting.ballots import BY_POINTS
from server.voting.contests import CONTEST
from server.voting.models import Box, Roll, RollEntry

from .plan import Plan, Voter

SPARE_PASSES = 5
SPARE_SHEETS = 5
TEST_SHEETS = 2
BOX_TITLE = Localized(fr="Choisissez vos projets", en="Choose your projects")


@dataclass
class Town:
    """What was prepared, and the codes that in life would be on paper."""

    organiser: User
    space: Space
    box: Box
    session: Session
    entries: list[RollEntry]
    letters: list[Code]
    stack: list[Code] = field(default_factory=list)
    run: PrintRun | None = None
    device_codes: list[Code] = field(default_factory=list)

    def entry_of(self, place: int) -> RollEntry:
        return self.entries[place]


def prepare(plan: Plan, *, kiosks: int) -> Town:
    """Everything up to the open vote. Voter number ``i`` of the plan is entry ``i`` of the roll."""
    organiser = User.objects.create_superuser("organiser@rehearsal.example", None)
    space = _space(plan)
    component = _budget(space, plan)
    roll = _roll(space, plan)
    box = _box(component, roll, plan)
    session = _session(space, box)
    box = freeze_box(box=box, by=organiser)
    entries = list(roll.entries.order_by("pk"))
    letters = [code for code, _pass in make_passes(box=box, entries=entries)]
    in_person = [voter for voter in plan.voters if voter.door != "web"]
    made = make_passes(session=session, quantity=len(in_person) + SPARE_PASSES)
    town = Town(organiser, space, box, session, entries, letters, stack=[code for code, _pass in made])
    if "paper" in box.doors:
        sheets = len(plan.at("paper")) + SPARE_SHEETS
        town.run = make_print_run(box=box, session=session, quantity=sheets, is_test=False, by=organiser)
        make_print_run(box=box, session=session, quantity=TEST_SHEETS, is_test=True, by=organiser)
    for number in range(1, kiosks + 1):
        label = f"Borne {number}"
        town.device_codes.append(create_enrolment(session=session, label=label, by=organiser)[1])
    town.box = open_voting(box=box, by=organiser)
    town.session = open_session(session=session, by=organiser)
    return town


def sheet_of(plan: Plan) -> tuple[Box, dict[str, Any]]:
    """What will stand on the sheet, with nothing stored: a box, and what of its definition is printed."""
    box = Box(component=Component(space=Space(title=_title(plan))))
    choices = [
        {"id": code, "number": number, "title": title, "note": note, "cost": cost}
        for number, (code, title, note, cost) in enumerate(_projects(plan), start=1)
    ]
    limits = {"method": plan.method, "min": plan.min_choices, "max": plan.max_choices, "max_cost": plan.max_cost}
    points = {"points": plan.points, "per_choice": plan.per_choice} if plan.method in BY_POINTS else {}
    contest = {"id": CONTEST, **limits, **points, "choices": choices}
    money = {"budget": plan.instance.budget, "currency": _currency(plan)}
    return box, {"title": BOX_TITLE, "contests": [contest], **money}


def _title(plan: Plan) -> Localized:
    meta = plan.instance.meta
    title = meta.get("description") or meta.get("unit") or "Rehearsal"
    return Localized(fr=title, en=title)


def _currency(plan: Plan) -> str:
    return plan.instance.meta.get("currency", "EUR")[:3].upper()


def _projects(plan: Plan) -> list[tuple[str, Localized, Localized, int]]:
    """Code, title, note and cost of each, in the order of the file."""
    return [
        (
            code,
            Localized(fr=without_ornaments(one.name) or one.id),
            Localized(fr=one.extra.get("category", "")),
            one.cost,
        )
        for code, one in zip(plan.ids, plan.instance.projects, strict=True)
    ]


def without_ornaments(name: str) -> str:
    """The name without words of one sign that no typeface has: somebody drew with a letter of another script.

    A letter inside a word is no ornament: it stays, and what cannot be printed is refused.
    """
    return " ".join(word for word in name.split(" ") if len(word) > 1 or substituted(word) == word)


def _space(plan: Plan) -> Space:
    now = timezone.now()
    space = Space.objects.create(slug="rehearsal", title=_title(plan), published_at=now)
    Phase.objects.create(
        space=space,
        title=Localized(fr="Vote", en="Vote"),
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=30),
        activities=["vote"],
    )
    return space


def _budget(space: Space, plan: Plan) -> Component:
    component = Component.objects.create(
        space=space,
        kind=BUDGET,
        title=Localized(fr="Projets", en="Projects"),
        published_at=timezone.now(),
    )
    budget = Budget.objects.create(component=component, amount_cents=plan.instance.budget, currency=_currency(plan))
    Project.objects.bulk_create(
        Project(budget=budget, code=code, number=number, title=title, category=note, cost_cents=cost)
        for number, (code, title, note, cost) in enumerate(_projects(plan), start=1)
    )
    return component


def _roll(space: Space, plan: Plan) -> Roll:
    """Invented people: the file knows its voters by number only."""
    roll = Roll.objects.create(space=space, title="Rehearsal")
    RollEntry.objects.bulk_create(
        RollEntry(roll=roll, number=f"{place:06d}", family_name=f"Voter {place:06d}", given_name="A.")
        for place, _voter in enumerate(plan.voters)
    )
    return roll


def _box(component: Component, roll: Roll, plan: Plan) -> Box:
    return Box.objects.create(
        component=component,
        title=BOX_TITLE,
        regime=Box.Regime.PERSON,
        roll=roll,
        method=plan.method,
        min_choices=plan.min_choices,
        max_choices=plan.max_choices,
        points=plan.points,
        per_choice=plan.per_choice,
        max_cost_cents=plan.max_cost,
        rule=plan.rule,
        threshold=plan.threshold,
        doors=["web", "kiosk", "paper"],
    )


def _session(space: Space, box: Box) -> Session:
    now = timezone.now()
    meeting = Meeting.objects.create(
        space=space,
        title=Localized(fr="Forum", en="Forum"),
        place="Town hall",
        starts_at=now,
        ends_at=now + timedelta(hours=8),
    )
    session = Session.objects.create(meeting=meeting, label=Localized(fr="Séance 1", en="Session 1"))
    session.boxes.add(box)
    return session


def places(plan: Plan, door: str) -> list[tuple[int, Voter]]:
    """Voters of a door with their place in the plan, which is their place on the roll."""
    return [(place, voter) for place, voter in enumerate(plan.voters) if voter.door == door]
