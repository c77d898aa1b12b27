"""X11: no deed by a link, none by another site's form; devices sign instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session as BrowserSession
from django.test import Client
from django.urls import get_resolver

from server.cards.models import CardView
from server.paper.models import ImageView
from tests.server.office.conftest import login
from tests.server.office.test_doors_of_the_office import addresses

pytestmark = pytest.mark.django_db
# No cookie is read there: the key of the device, or of the witness, signs.
ATTACHED = "api/v1/^devices/(?P<dev>[0-9a-f]{64})/attachments/(?P<sha256>[0-9a-f]{64})$"
# The link of a letter is signed itself, and opens nothing but an end to letters.
STOPPED = "notices/stop/<str:token>/"
SIGNED = {"api/v1/devices/enrol", "api/v1/push", "api/v1/log/statements", ATTACHED, STOPPED}
# A look at an image is itself written down, and a browser's session is Django's.
WRITTEN_BY_READING = {ImageView, CardView, BrowserSession}


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(route, view) of every address there is."""
    for pattern in patterns:
        here = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here, pattern.callback


def test_every_form_of_every_address_wants_its_token_but_those_that_devices_sign():
    """X11: a scan of all addresses."""
    every = dict(routes(get_resolver().url_patterns))
    assert len(every) > 100
    assert {route for route, view in every.items() if getattr(view, "csrf_exempt", False)} == SIGNED


def test_the_office_takes_no_form_of_another_site(open_vote, town):
    """X11: none by another site."""
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(town.staff["organiser"])
    for _app, path in addresses(open_vote):
        assert stranger.post(path, {"title": "x", "step": "close"}).status_code in (403, 404), path
    open_vote.box.refresh_from_db()
    assert open_vote.box.state == "open"


def test_reading_the_office_writes_nothing(open_vote, town):
    """X11: no deed by a link."""
    client = login(town.staff["organiser"])
    models = [model for model in apps.get_models() if model not in WRITTEN_BY_READING]

    def everything() -> dict[str, list[Any]]:
        return {model.__name__: list(model._base_manager.order_by("pk").values_list()) for model in models}

    before = everything()
    for _app, path in addresses(open_vote):
        client.get(path)
    after = everything()
    assert {name for name in before if before[name] != after[name]} == set()
