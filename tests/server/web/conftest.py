"""The town with its rooms filled, served, and a window for everyone who goes to look at its pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import LiveSite
from tests.factories import open_vote, past_vote, town

__all__ = ["open_vote", "past_vote", "town"]


@pytest.fixture(scope="session")
def filled_town(loaded_town: LiveSite, tmp_path_factory) -> tuple[LiveSite, dict[str, Any]]:
    """Every room of the demo town holds something; never served. With where its pages are (``everywhere.Walk``)."""
    site = loaded_town.copied_to(tmp_path_factory.mktemp("filled"))
    said = site.manage("shell", "-v", "0", "-c", "from tests.server.everywhere import prepare; prepare()")
    return site, json.loads(said.splitlines()[-1])


@pytest.fixture(scope="module")
def filled_site(filled_town: tuple[LiveSite, dict[str, Any]], tmp_path_factory) -> Iterator[LiveSite]:
    """A copy, served as soon as somebody asks for ``windows``: a file of tests may alter it before.

    The town writes in Arabic besides: its forms have one field more for each text.
    """
    site = filled_town[0].copied_to(tmp_path_factory.mktemp("rooms"))
    site.environment["PARVIS_CONTENT_LANGUAGES"] = "ar"
    yield site
    site.stop()


@pytest.fixture(scope="module")
def walk(filled_town: tuple[LiveSite, dict[str, Any]]) -> dict[str, Any]:
    return filled_town[1]


@pytest.fixture(scope="module")
def windows(filled_site: LiveSite, walk: dict[str, Any], browser) -> Iterator[dict[str, Any]]:
    """A page for each who goes to look, logged in."""
    filled_site.start()
    # A colour on its way from one to the other has no contrast that counts.
    facts = {"locale": "fr-FR", "base_url": filled_site.url, "reduced_motion": "reduce"}
    contexts = {who: browser.new_context(**facts) for who in {page["who"] for page in walk["pages"]}}
    for who, context in contexts.items():
        if session := walk["sessions"].get(who):
            context.add_cookies([{"name": "sessionid", "value": session, "url": filled_site.url}])
    yield {who: context.new_page() for who, context in contexts.items()}
    for context in contexts.values():
        context.close()
