"""A debate that is open online, on paper and at the desk, and those who talk in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.discussion.actions import Author, write_comment
from server.discussion.models import Comment, Debate, new_ref
from server.discussion.office_actions import component_of, publish_debate, save_debate
from server.discussion.subjects import Subject, find
from server.processes.models import Opening, Phase, Space, SpaceRole
from server.processes.origin import Origin

ONLINE = Origin(door="web")


@dataclass
class Talk:
    space: Space
    debate: Debate
    phase: Phase
    officer: User
    nadia: User
    karim: User

    @property
    def subject(self) -> Subject:
        found = find("debate", self.debate.ref)
        assert found is not None
        return found

    @property
    def path(self) -> str:
        return self.debate.get_absolute_url()

    def says(self, text: str, by: User | None = None, **facts: Any) -> Comment:
        given: dict[str, Any] = {"ref": new_ref(), "origin": ONLINE, "author": Author(user=by or self.nadia)}
        return write_comment(subject=self.subject, text=text, **given | facts)

    def from_paper(self, text: str, **facts: Any) -> Comment:
        origin = Origin(door="paper", operator=self.officer)
        return self.says(text, origin=origin, author=Author(kind="card", name=facts.pop("name", "")), **facts)

    def reload(self) -> Debate:
        self.debate.refresh_from_db()
        return self.debate

    def end_phase(self) -> None:
        Phase.objects.filter(pk=self.phase.pk).update(ends_at=timezone.now() - dt.timedelta(hours=1))


def make_talk(slug: str = "place") -> Talk:
    """By the real actions, but for the phase, which is another room's."""
    officer = User.objects.create_user(f"agnes@{slug}.example", display_name="Agnès")
    nadia = User.objects.create_user(f"nadia@{slug}.example", display_name="Nadia B.")
    karim = User.objects.create_user(f"karim@{slug}.example", display_name="Karim")
    now = timezone.now()
    space = Space.objects.create(slug=slug, title={"fr": "La place", "en": "The square"}, published_at=now)
    SpaceRole.objects.create(space=space, user=officer, role=SpaceRole.Role.ORGANISER)
    debate = Debate(component=component_of(space), title={"fr": "Et les bancs ?", "en": "What about the benches?"})
    publish_debate(debate=save_debate(debate=debate, by=officer), by=officer)
    debate.refresh_from_db()
    days = {"starts_at": now - dt.timedelta(days=2), "ends_at": now + dt.timedelta(days=8)}
    phase = Phase.objects.create(space=space, title={"fr": "Débattre"}, **days)
    doors = ["web", "kiosk", "paper", "desk"]
    Opening.objects.create(phase=phase, component=debate.component, activity="comment", doors=doors)
    return Talk(space, debate, phase, officer, nadia, karim)


@pytest.fixture
def talk(db) -> Talk:
    return make_talk()


def reader(user: User | None = None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if user:
        client.force_login(user)
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()
