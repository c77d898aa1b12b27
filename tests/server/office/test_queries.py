"""Lists cost the same few queries however long they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from server.accounts.models import User
from server.budgets.models import Budget, Project
from server.devices.models import Device, Enrolment
from server.meetings.models import Meeting, Session
from server.paper.models import ScanBatch
from server.processes.models import Phase, Space, SpaceRole
from server.voting.models import Box, Roll, RollEntry
from tests.server.office.conftest import login

pytestmark = pytest.mark.django_db
MANY = 6
QUERIES_FOR_A_DRAFT = 2


def grow(space: Space, count: int, start: int = 0) -> None:
    """More of everything that a page of the office lists."""
    now = timezone.now()
    budget = space.components.get(kind="budget").budget
    for n in range(start, start + count):
        Phase.objects.create(space=space, title={"fr": f"P{n}"}, starts_at=now, ends_at=now + timedelta(days=n + 1))
        roll = Roll.objects.create(space=space, title=f"R{n}")
        RollEntry.objects.create(roll=roll, number="1", family_name="N")
        box = Box.objects.create(component=budget.component, title={"fr": f"V{n}"}, regime="person", roll=roll)
        facts = {"title": {"fr": f"M{n}"}, "place": "Salle", "starts_at": now, "ends_at": now + timedelta(hours=1)}
        session = Session.objects.create(meeting=Meeting.objects.create(space=space, **facts), state="open")
        session.boxes.add(box)
        for device_session in (session, the_session(space)):
            key = f"{n:02x}{device_session.pk:062x}"
            device = Device.objects.create(
                dev=key, public_key=b"x", label=f"K{n}", session=device_session, unsent=3, last_contact_at=now
            )
            Enrolment.objects.create(
                session=device_session, label=f"K{n}", code_hash=key, expires_at=now, device=device, words={}
            )
        ScanBatch.objects.create(session=the_session(space), filename="a.pdf", digest=f"{n}")
        person = User.objects.create_user(f"p{n}@example.org")
        SpaceRole.objects.create(space=space, user=person, role="desk")


def the_session(space: Space) -> Session:
    return Session.objects.filter(meeting__space=space).earliest("pk")


def cost(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        reply = client.get(path)
    assert reply.status_code == 200, path
    return len(seen)


def pages(space: Space) -> list[str]:
    session = the_session(space)
    box = Box.objects.filter(component__space=space).exclude(definition="").first()
    roll = box.roll
    here = f"/office/{space.slug}/"
    inner = [
        "",
        "phases/",
        "budget/",
        "rolls/",
        f"rolls/{roll.pk}/",
        "boxes/",
        "meetings/",
        "team/",
        "devices/",
        "devices/rows/",
    ]
    at_session = f"/office/sessions/{session.ref}/"
    return [
        "/office/",
        *(here + one for one in inner),
        *(at_session + one for one in ("", "live/", "devices/", "devices/rows/", "closing/")),
        f"/office/boxes/{box.ref}/",
        f"/office/boxes/{box.ref}/closing/",
    ]


def test_lists_cost_the_same_queries_however_long(open_vote, town):
    client = login(town.staff["organiser"])
    grow(open_vote.space, 2)
    few = {path: cost(client, path) for path in pages(open_vote.space)}
    grow(open_vote.space, MANY, start=2)
    many = {path: cost(client, path) for path in pages(open_vote.space)}
    board = f"/office/{open_vote.space.slug}/"
    # Each draft is asked there what keeps it from being frozen; drafts are few, whatever else there is.
    asked = few.pop(board)
    assert many.pop(board) - asked <= QUERIES_FOR_A_DRAFT * MANY
    assert many == few
    assert max(asked, *few.values()) <= 26


def test_the_list_of_spaces_costs_the_same_queries_however_long(organiser):
    user = User.objects.get(email="agnes@example.org")

    def more(count: int) -> None:
        for _turn in range(count):
            number = Space.objects.count()
            space = Space.objects.create(slug=f"s{number}", title={"fr": "S"})
            SpaceRole.objects.create(space=space, user=user, role="desk")
            facts = {"starts_at": timezone.now(), "ends_at": timezone.now() + timedelta(hours=1)}
            Session.objects.create(meeting=Meeting.objects.create(space=space, title={"fr": "M"}, **facts))

    more(2)
    few = cost(organiser, "/office/")
    more(MANY)
    assert cost(organiser, "/office/") == few <= 10


def test_a_long_budget_costs_the_same_queries(organiser):
    organiser.post("/office/prepare/budget/", {"amount_cents": "1000"})
    organiser.get("/office/prepare/budget/")  # says once that the amount is saved, and what comes next
    budget = Budget.objects.get()

    def more(count: int) -> None:
        for number in range(Project.objects.count() + 1, Project.objects.count() + 1 + count):
            facts = {"code": f"p{number}", "number": number, "cost_cents": 100}
            Project.objects.create(budget=budget, title={"fr": "Q"}, **facts)

    more(2)
    few = cost(organiser, "/office/prepare/budget/")
    more(MANY)
    assert cost(organiser, "/office/prepare/budget/") == few <= 12
