"""What each page asks of the database: a number that is written down, and does not grow with the town."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.pages import public_addresses, staff_addresses
from tests.server.office.conftest import login
from tests.server.office.test_queries import grow

pytestmark = pytest.mark.django_db
QUERIES = {
    "home": 6,
    "search": 5,
    "space": 10,
    "space with a result": 10,
    "projects": 5,
    "projects, narrowed": 6,
    "project": 5,
    "meeting": 6,
    "calendar of a space": 2,
    "way to the ballot": 4,
    "result": 14,  # six where single-handed: what one did alone; one for late ballots, two for revoked devices
    "check the result": 1,
    "find a receipt": 0,
    "how it works": 0,
    "contact": 3,
    "accessibility": 2,
    "not found": 0,
}
STAFF_QUERIES = {
    "office": 9,
    "overview of a space": 22,
    "space": 8,
    "phases": 7,
    "components": 6,
    "budget": 9,
    "project": 10,
    "import of projects": 8,
    "rolls": 6,
    "roll": 11,
    "ballot boxes": 7,
    "ballot box": 10,
    "ballot box, closing": 7,
    "ballot box, closed": 10,
    "letters": 9,
    "meetings": 8,
    "session": 16,
    "session, closing": 23,
    "devices": 8,
    "all devices": 9,
    "print": 20,
    "scans": 10,
    "review": 9,
    "team": 7,
    "log": 7,
    "desk": 10,
    "desk, found": 10,
    "my account": 7,
    "my votes": 6,
}
IN_THE_TREE = 16  # a receipt is proven by one hash for each level of the public list


@pytest.fixture
def town(standing_town):
    return standing_town


@pytest.fixture
def past_vote(standing_past_vote):
    return standing_past_vote


def cost(path: str, client: Client | None = None) -> int:
    client = client or Client(headers={"accept-language": "en"})
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code in (200, 404), path
        return len(asked)


def test_every_public_page_costs_the_queries_written_down(town, past_vote):
    cache.clear()
    found = {name: cost(path) for name, path in public_addresses().items()}
    assert found.pop("receipt") <= IN_THE_TREE
    assert found == QUERIES


def test_public_pages_cost_the_same_however_much_the_town_does(town, past_vote):
    few = {name: cost(path) for name, path in public_addresses().items()}
    grow(town.running.space, 4)
    assert {name: cost(path) for name, path in public_addresses().items()} == few


def test_every_page_of_the_office_costs_the_queries_written_down(town, past_vote):
    """That lists do not grow is ``tests/server/office/test_queries.py``'s."""
    client = login(town.staff["organiser"])
    assert {name: cost(path, client) for name, path in staff_addresses().items()} == STAFF_QUERIES
