"""A space of the invented town in which people propose: what the tests of this room begin with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from server.accounts.models import User
from server.processes.component_types import Activity, type_of
from server.processes.models import Component, Door, Opening, Phase, Space, SpaceRole
from server.processes.origin import Origin
from server.proposals.authors import Author
from server.proposals.models import Proposal
from server.proposals.texts import Text
from server.proposals.writing import About, publish_proposal, save_draft

SLUG = "idees-de-la-gare"
ONLINE = Origin(door=Door.WEB)
OPEN = (Activity.PROPOSE, Activity.ENDORSE, Activity.COMMENT)


def person(name: str = "ines", **facts: Any) -> User:
    found = User.objects.filter(email=f"{name}@villeneuve.example").first()
    return found or User.objects.create_user(
        f"{name}@villeneuve.example", "aure-parvis-2027", display_name=name.title(), **facts
    )


def organiser(space: Space) -> User:
    user = person("odile")
    SpaceRole.objects.get_or_create(space=space, user=user, role=SpaceRole.Role.ORGANISER)
    return user


def make_ideas(
    activities: Iterable[str] = OPEN,
    *,
    doors: Iterable[str] = ("web", "kiosk"),
    space: Space | None = None,
    slug: str = SLUG,
    **rules: Any,
) -> Component:
    """A published component whose phase runs now and opens ``activities`` for ``doors``; in a space of its own."""
    now = timezone.now()
    space = space or Space.objects.create(
        slug=slug, title={"fr": "Idées pour la gare", "en": "Ideas for the station"}, published_at=now
    )
    phase = Phase.objects.create(
        space=space, title={"fr": "Proposer"}, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=20)
    )
    component = Component.objects.create(
        space=space, kind="proposals", title={"fr": "Propositions", "en": "Proposals"}, published_at=now, settings=rules
    )
    type_of("proposals").prepare(component)
    for activity in activities:
        Opening.objects.create(phase=phase, component=component, activity=activity, doors=list(doors))
    return component


def close(component: Component) -> None:
    """Its phase is over."""
    Phase.objects.filter(space=component.space).update(ends_at=timezone.now() - timedelta(minutes=1))


def write(component: Component, title: str = "Un banc devant la gare", *, by: str = "ines") -> Proposal:
    """A draft."""
    text = Text(title, "Pour attendre à l’ombre.")
    return save_draft(component=component, author=Author.of_account(person(by)), text=text, about=About())


def propose(
    component: Component,
    title: str = "Un banc devant la gare",
    body: str = "Pour attendre à l’ombre.",
    *,
    by: str = "ines",
) -> Proposal:
    """Published by the real actions."""
    author = Author.of_account(person(by))
    draft = save_draft(component=component, author=author, text=Text(title, body), about=About())
    return publish_proposal(draft=draft, author=author, origin=ONLINE)
