"""Build the demo town through the real actions: people, spaces, projects, rolls, boxes, meetings.

Everything a person could do on the pages is done here by the same functions, so that the town is never in a state that
the pages could not reach. Codes exist only in what these functions return.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from server.accounts.models import User
from server.budgets.components import KIND as BUDGET
from server.budgets.models import Budget, Project
from server.ledger.codes import Code
from server.meetings.actions import open_session
from server.meetings.models import Meeting, Session
from server.notices.following import follow
from server.notices.telling import tell_all
from server.processes.localized import Localized
from server.processes.models import Component, Phase, Space, SpaceRole
from server.processes.news import space_place
from server.voting.actions import freeze_box, make_passes, match_account, open_voting
from server.voting.definitions import is_single_handed
from server.voting.models import Box, Roll, RollEntry
from server.web.actions import save_site_facts
from server.web.models import SiteFacts

HERE = Path(__file__).parent
PASSWORD = "aure-parvis-2027"  # noqa: S105 (printed by ``make run``, for a town that does not exist)
PEOPLE = 60
PASSES = 24
LATEST_HOUR = 20
Facts = Mapping[str, Any]


def read(name: str) -> dict[str, Any]:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


@dataclass
class Vote:
    """One vote of the town: its box, the sessions in order, and the codes that in life would be on paper."""

    space: Space
    box: Box
    sessions: list[Session]
    entries: list[RollEntry] = field(default_factory=list)
    letters: list[Code] = field(default_factory=list)
    stack: list[Code] = field(default_factory=list)


@dataclass(frozen=True)
class Workshop:
    """A session without a vote, in which people read, endorse and write ideas; and its stack of passes."""

    session: Session
    stack: list[Code]


@dataclass
class Town:
    """``staff`` by role, ``residents`` by given name; ines and paul are matched to the roll, karim is not."""

    staff: dict[str, User]
    residents: dict[str, User]
    running: Vote
    past: Vote | None = None
    workshop: Workshop | None = None


ROLES = {"secretary": SpaceRole.Role.ORGANISER}


def build_accounts() -> tuple[dict[str, User], dict[str, User]]:
    """``(staff by role, residents by name)``. The organiser is no superuser: what she may do, her roles say.

    Where opening and certifying want a second person, there is a secretary who organises as well.
    """
    names = {"organiser": "Odile Ferrand", "desk": "Guichet des Carmes", "scanner": "Bureau du scanner"}
    if not is_single_handed():
        names["secretary"] = "Marc Tessier"
    staff = {role: _account(role, name) for role, name in names.items()}
    residents = {name: _account(name, name.title()) for name in ("ines", "paul", "karim")}
    return staff, residents


def _account(name: str, shown: str) -> User:
    return User.objects.create_user(f"{name}@villeneuve.example", PASSWORD, display_name=shown)


def build_space(facts: Facts, staff: Mapping[str, User], now: datetime) -> Space:
    """A published space with its phases around ``now`` and the roles of the staff."""
    texts = {name: Localized(facts[name]) for name in ("title", "summary", "description")}
    space = Space.objects.create(slug=facts["slug"], published_at=now, created_at=now, **texts)
    for position, phase in enumerate(facts["phases"], start=1):
        ends_at = _on_day(now, phase["ends"], 18)
        answered_at = ends_at if phase.get("answer") else None
        Phase.objects.create(
            space=space,
            position=position,
            title=Localized(phase["title"]),
            starts_at=_on_day(now, phase["starts"], 8),
            ends_at=ends_at,
            involvement=phase["involvement"],
            promise=Localized(phase.get("promise", {})),
            answer=Localized(phase.get("answer", {})),
            answered_at=answered_at,
            closed_at=answered_at,
            activities=phase.get("activities", []),
        )
    for role, user in staff.items():
        SpaceRole.objects.create(space=space, user=user, role=ROLES.get(role, role))
    return space


def build_budget(space: Space, facts: Facts, now: datetime) -> Component:
    component = Component.objects.create(
        space=space, kind=BUDGET, title=Localized(facts["budget_title"]), published_at=now
    )
    budget = Budget.objects.create(component=component, amount_cents=facts["amount_cents"])
    Project.objects.bulk_create(
        Project(
            budget=budget,
            code=project["code"],
            number=number,
            title=Localized(project["title"]),
            description=Localized(project.get("description", {})),
            category=Localized(project["category"]),
            cost_cents=project["cost"],
        )
        for number, project in enumerate(facts["projects"], start=1)
    )
    return component


def build_roll(space: Space, size: int) -> Roll:
    """``size`` invented people, always the same; numbers 00001, 00002, …"""
    names = read("people")
    roll = Roll.objects.create(space=space, title=f"Liste {timezone.now().year}")
    RollEntry.objects.bulk_create(
        RollEntry(
            roll=roll,
            number=f"{place + 1:05d}",
            given_name=names["given"][place % 30],
            family_name=names["family"][(place * 7 + place // 30) % 30],
            birth_date=datetime(1938 + (place * 11) % 70, 1 + place % 12, 1 + place % 28).date(),
            address=f"{1 + place % 40} {names['streets'][place % 7]}, 99000 Villeneuve-sur-Aure",
        )
        for place in range(size)
    )
    return roll


def build_box(component: Component, roll: Roll, facts: Facts) -> Box:
    rules = {name: facts[name] for name in ("method", "min_choices", "max_choices", "max_cost_cents", "rule")}
    title = Localized(facts["title"])
    return Box.objects.create(component=component, roll=roll, title=title, doors=["web", "kiosk", "paper"], **rules)


def build_session(space: Space, facts: Facts, now: datetime) -> Session:
    starts = starts_at(facts, now)
    meeting = Meeting.objects.create(
        space=space,
        title=Localized(facts["title"]),
        description=Localized(facts["description"]),
        place=facts["place"],
        address=facts["address"],
        starts_at=starts,
        ends_at=starts + timedelta(hours=facts["hours"]),
    )
    return Session.objects.create(meeting=meeting, label=Localized(facts["label"]))


def starts_at(facts: Facts, now: datetime) -> datetime:
    """So many days from now at the hour given; a meeting of tonight that is nearly over is tomorrow's instead."""
    today = timezone.localtime(now)
    days = facts["days"] + (1 if facts["days"] == 0 and today.hour >= LATEST_HOUR else 0)
    return _on_day(now, days, facts["hour"], facts["minute"])


def _on_day(now: datetime, days: int, hour: int, minute: int = 0) -> datetime:
    day = timezone.localtime(now).date() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def prepare_vote(facts: Facts, staff: Mapping[str, User], *, people: int, now: datetime) -> Vote:
    """A space with its box, in draft, and the sessions of its meetings, prepared."""
    space = build_space(facts, staff, now)
    component = build_budget(space, facts, now)
    box = build_box(component, build_roll(space, people), facts["box"])
    sessions = [build_session(space, one, now) for one in facts["meetings"]]
    for session in sessions:
        session.boxes.add(box)
    return Vote(space=space, box=box, sessions=sessions)


def start_vote(vote: Vote, facts: Facts, by: User, *, passes: int) -> Vote:
    """Freeze, write the letters, make a stack for the first session, open the vote and the sessions marked open."""
    box = freeze_box(box=vote.box, by=by)
    assert box.roll is not None
    vote.entries = list(box.roll.entries.order_by("number"))
    vote.letters = [code for code, _row in make_passes(box=box, entries=vote.entries)]
    vote.stack = [code for code, _row in make_passes(session=vote.sessions[0], quantity=passes)]
    vote.box = open_voting(box=box, by=by)
    open_ones = [one["is_open"] for one in facts["meetings"]]
    vote.sessions = [
        open_session(session=session, by=by) if is_open else session
        for session, is_open in zip(vote.sessions, open_ones, strict=True)
    ]
    return vote


def build_running_vote(
    staff: Mapping[str, User], residents: Mapping[str, User] | None = None, *, now: datetime | None = None
) -> Vote:
    """The budget of the Centre, open online and at tonight's forum. The first residents are matched to the roll."""
    facts = read("running")
    vote = prepare_vote(facts, staff, people=PEOPLE, now=now or timezone.now())
    start_vote(vote, facts, staff["organiser"], passes=PASSES)
    match(vote.entries, residents or {})
    return vote


def match(entries: Sequence[RollEntry], residents: Mapping[str, User]) -> None:
    for entry, name in zip(entries, ("ines", "paul"), strict=False):
        if name in residents:
            match_account(entry=entry, user=residents[name])


def build_town(*, has_past: bool = True, now: datetime | None = None) -> Town:
    """The whole town. ``has_past``: with the budget of the schools, voted, counted and certified."""
    from .charter import build_charter
    from .ideas import build_ideas
    from .past import build_past_vote
    from .pictures import build_documents, keep_photo

    staff, residents = build_accounts()
    save_site_facts(facts=SiteFacts(**read("site")), by=staff["organiser"])
    past = build_past_vote(staff, now=now) if has_past else None
    running = build_running_vote(staff, residents, now=now)
    photo = keep_photo()
    workshop = build_ideas(staff, residents, photo, now=now)
    build_charter(workshop.session.meeting.space, staff, residents, now=now)
    build_documents(workshop.session.meeting.space, photo, by=staff["organiser"])
    for followed in (workshop.session.meeting.space, running.space):
        follow(user=residents["karim"], place=space_place(followed))
    tell_all()
    return Town(staff=staff, residents=residents, running=running, past=past, workshop=workshop)
