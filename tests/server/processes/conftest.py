"""Who works on a space that holds nothing yet, and a kind of component of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.accounts.models import User
from server.processes import component_types
from server.processes.component_types import Activity, ComponentType, register
from server.processes.models import Component, Door, Space
from tests.server.office.conftest import organiser

__all__ = ["organiser"]


@pytest.fixture
def space(organiser) -> Space:
    return Space.objects.get(slug="prepare")


@pytest.fixture
def agnes(organiser) -> User:
    return User.objects.get(email="agnes@example.org")


@pytest.fixture
def walls() -> Iterator[type[ComponentType]]:
    """Walls on which people write: what no room offers, so that no room's rules stand in the way."""

    class Walls(ComponentType):
        kind = "wall"
        name = "Wall"
        about = "A wall to write on."
        template = "processes/_page.html"
        activities = {Activity.PROPOSE: [Door.WEB, Door.KIOSK], Activity.COMMENT: [Door.WEB]}  # noqa: RUF012
        written: set[int] = set()  # noqa: RUF012

        def has_contributions(self, component: Component) -> bool:
            return component.pk in self.written

    register(Walls)
    yield Walls
    del component_types.TYPES["wall"]


@pytest.fixture
def wall(space, walls) -> Component:
    return Component.objects.create(space=space, kind="wall", title={"en": "The wall"})
