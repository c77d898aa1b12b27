"""Parts of a vote that no page does yet, through the real actions, inside the live site's environment.

Each function runs in a process of its own (``Hall.act``) and prints its answer as JSON on the last line.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any


def tell(facts: dict[str, Any]) -> None:
    print(json.dumps(facts))


def prepare(slug: str, organiser: str, projects: list[dict[str, Any]], people: list[list[str]], budget: int) -> None:
    """Space, phase, budget, roll, box by person with three doors (frozen, open), meeting, open session."""
    from django.utils import timezone

    from server.accounts.models import User
    from server.budgets.models import Budget, Project
    from server.meetings.actions import open_session
    from server.meetings.models import Meeting, Session
    from server.processes.localized import Localized
    from server.processes.models import Component, Phase, Space, SpaceRole
    from server.voting.actions import freeze_box, open_voting
    from server.voting.models import Box, Roll, RollEntry

    now, by = timezone.now(), User.objects.get(email=organiser)
    title = Localized(fr="Le budget du Port", en="The budget of the Port")
    space = Space.objects.create(slug=slug, title=title, published_at=now)
    SpaceRole.objects.create(space=space, user=by, role=SpaceRole.Role.ORGANISER)
    days = {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=10)}
    Phase.objects.create(space=space, title=Localized(fr="Vote", en="Vote"), activities=["vote"], **days)
    component = Component.objects.create(
        space=space, kind=Component.Kind.BUDGET, title=Localized(fr="Projets", en="Projects"), published_at=now
    )
    money = Budget.objects.create(component=component, amount_cents=budget)
    for number, project in enumerate(projects, start=1):
        names = Localized(fr=project["fr"], en=project["en"])
        Project.objects.create(
            budget=money, code=project["code"], number=number, title=names, cost_cents=project["cost"]
        )
    roll = Roll.objects.create(space=space, title="Port")
    for number, family, given in people:
        RollEntry.objects.create(roll=roll, number=number, family_name=family, given_name=given)
    box = Box.objects.create(
        component=component,
        roll=roll,
        title=Localized(fr="Quels projets pour le Port ?", en="Which projects for the Port?"),
        method="approval",
        min_choices=1,
        max_choices=3,
        rule="greedy",
        doors=["web", "kiosk", "paper"],
    )
    hours = {"starts_at": now, "ends_at": now + timedelta(hours=4)}
    meeting = Meeting.objects.create(space=space, title=Localized(fr="Forum", en="Forum"), place="La Halle", **hours)
    session = Session.objects.create(meeting=meeting, label=Localized(fr="Séance du Port", en="Session of the Port"))
    session.boxes.add(box)
    box = open_voting(box=freeze_box(box=box, by=by), by=by)
    session = open_session(session=session, by=by)
    tell({"box": box.ref, "session": session.ref})


def invite_kiosk(session: str, organiser: str) -> None:
    from server.accounts.models import User
    from server.devices.actions import create_enrolment
    from server.meetings.models import Session

    found = Session.objects.get(ref=session)
    by = User.objects.get(email=organiser)
    _enrolment, code = create_enrolment(session=found, label="Borne du Port", by=by)
    tell({"code": code.grouped, "pin": found.operator_pin})


def close(session: str, box: str, organiser: str, counts: dict[str, int]) -> None:
    """Close the session, enter what was counted by hand, reconcile, open and count, certify."""
    from server.accounts.models import User
    from server.meetings import actions as meetings
    from server.meetings.models import Session
    from server.voting import actions as voting
    from server.voting.models import Box

    by = User.objects.get(email=organiser)
    found = meetings.close_session(session=Session.objects.get(ref=session), by=by)
    found = meetings.enter_hand_counts(session=found, counts=counts, by=by)
    meetings.reconcile_session(session=found, by=by)
    closed = voting.close_voting(box=Box.objects.get(ref=box), by=by)
    opened = voting.open_box(box=voting.reconcile_box(box=closed, by=by), by=by)
    voting.certify_box(box=opened, by=by)
    tell({"state": "certified"})


def show_layout(box: str) -> None:
    """Where the squares of the sheets are: what the eyes of whoever holds a pen see."""
    from server.voting.models import Box

    tell({"layout": Box.objects.get(ref=box).layout})
