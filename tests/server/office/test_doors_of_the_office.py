"""X8: every address below ``/office/``, knocked at by everyone who has no business there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import get_resolver

from server.accounts.models import User
from server.processes.models import Space, SpaceRole
from tests.server.office.conftest import login

pytestmark = pytest.mark.django_db
OPEN_TO_ALL_STAFF = {"office/", "office/new/"}
# The public list is one for all spaces: whoever organises any of them sees what its witnesses say, and its recovery.
OPEN_TO_ORGANISERS = {"/office/witnesses/", "/office/devices/recovery/", "/office/new/import/", "/office/groups/"}
OF_THE_INSTALLATION = {"/office/people/"}  # tests/server/accounts/test_invitations.py says who enters
WHERE_FROZEN_SO = "/proxies/"  # this box knows none; tests/server/voting/test_proxies.py has one that does
# Of these the town has no row; the table of who may open what (tests/server/accounts) has one of each.
NO_ROW = re.compile(r"/(groups|categories)/1/(delete/)?$")
OURS = ("office", "office_budgets", "office_voting")


@pytest.fixture
def town(standing_town):
    return standing_town


def routes(patterns, prefix: str = "", name: str = "") -> Iterator[tuple[str, str]]:
    """(app, route) of every address, as written in the urls modules."""
    for pattern in patterns:
        here = prefix + str(pattern.pattern).lstrip("^")
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, here, pattern.app_name or name)
        elif here.startswith("office/"):
            yield name, here


def addresses(vote) -> list[tuple[str, str]]:
    """(app, path) of every address, with the refs and numbers of one vote filled in."""
    box, session, space = vote.box, vote.sessions[0], vote.space
    project = box.component.budget.projects.first()
    numbers = {
        "phases": space.phases.first().pk,
        "projects": project.pk,
        "rolls": box.roll_id,
        "meetings": session.meeting_id,
        "components": box.component_id,
    }
    filled = []
    for app, route in routes(get_resolver().url_patterns):
        is_box = "boxes/" in route
        text = route.rstrip("$").replace("<slug:slug>", space.slug)
        text = text.replace("(?P<ref>[0-9a-f]{16})", box.ref if is_box else session.ref)
        text = text.replace("(?P<box_ref>[0-9a-f]{16})", box.ref)
        for word, pk in numbers.items():
            text = text.replace(f"{word}/<int:pk>", f"{word}/{pk}")
        text = text.replace("<int:pk>", "1").replace("(?P<step>freeze|open|close)", "close")
        if "<" not in text:
            filled.append((app, f"/{text}"))
    return filled


def test_x8_the_walk_finds_the_whole_office(open_vote):
    found = [path for app, path in addresses(open_vote) if app in OURS]
    assert len(found) >= 25 and not [path for path in found if "(" in path]


def test_x8_strangers_log_in_first(open_vote, client):
    for _app, path in addresses(open_vote):
        reply = client.get(path)
        assert reply.status_code in (302, 404, 405), path
        if reply.status_code == 302:
            assert reply.url.startswith("/accounts/login/"), path


@pytest.mark.parametrize("who", ["resident", "organiser of another space", "desk"])
def test_x8_others_find_nothing(open_vote, town, who):
    client = outsider(who, town)
    for app, path in addresses(open_vote):
        reply = client.get(path)
        if path.lstrip("/") in OPEN_TO_ALL_STAFF or (who == "desk" and app not in OURS):
            continue
        if path in OPEN_TO_ORGANISERS and who.startswith("organiser"):
            assert reply.status_code == 200
            continue
        assert reply.status_code in (404, 405), path
        assert open_vote.space.slug not in reply.content.decode() or reply.status_code == 404
        if app in OURS:
            assert client.post(path, {"amount_cents": "1", "title": "x"}).status_code in (404, 405), path


def outsider(who: str, town) -> Client:
    if who == "resident":
        return login(town.residents["ines"])
    if who == "desk":
        return login(town.staff["desk"])
    user = User.objects.create_user("other@example.org")
    space = Space.objects.create(slug="elsewhere", title={"fr": "Ailleurs"})
    SpaceRole.objects.create(space=space, user=user, role=SpaceRole.Role.ORGANISER)
    return login(user)


def test_the_organiser_reaches_every_page(open_vote, town):
    client = login(town.staff["organiser"])
    for app, path in addresses(open_vote):
        if app in OURS:
            is_away = path in OF_THE_INSTALLATION or path.endswith(WHERE_FROZEN_SO) or NO_ROW.search(path)
            expected = (404,) if is_away else (200, 302, 405)
            assert client.get(path).status_code in expected, path


def test_what_belongs_to_another_space_is_not_reached_through_ones_own(open_vote, town):
    """A pk of another space under a slug of one's own (nested IDOR)."""
    client = outsider("organiser of another space", town)
    project = open_vote.box.component.budget.projects.first()
    for path in (
        f"phases/{open_vote.space.phases.first().pk}/",
        f"budget/projects/{project.pk}/",
        f"budget/projects/{project.pk}/delete/",
        f"rolls/{open_vote.box.roll_id}/",
        f"rolls/{open_vote.box.roll_id}/import/",
    ):
        assert client.get(f"/office/elsewhere/{path}").status_code == 404
        assert client.post(f"/office/elsewhere/{path}").status_code in (404, 405)


def test_a_resident_makes_no_space(town):
    client = login(town.residents["ines"])
    assert client.get("/office/").status_code == 200
    assert client.post("/office/new/", {"title_fr": "x", "slug": "x"}).status_code == 404
    assert not Space.objects.filter(slug="x").exists()


def test_x15_a_right_withdrawn_ends_at_once(open_vote, town):
    client = login(town.staff["organiser"])
    path = f"/office/{open_vote.space.slug}/"
    assert client.get(path).status_code == 200
    SpaceRole.objects.filter(user=town.staff["organiser"]).delete()
    assert client.get(path).status_code == 404
