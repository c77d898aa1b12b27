"""What each public page asks of the database: a number that is written down, and does not grow with the town."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.pages import addresses
from tests.server.office.test_queries import grow

pytestmark = pytest.mark.django_db
QUERIES = {
    "home": 6,
    "search": 3,
    "space": 7,
    "space with a result": 7,
    "projects": 6,
    "projects, narrowed": 6,
    "project": 5,
    "meeting": 6,
    "calendar of a space": 2,
    "way to the ballot": 4,
    "result": 2,
    "check the result": 1,
    "find a receipt": 0,
    "how it works": 0,
    "contact": 3,
    "accessibility": 2,
    "not found": 0,
}
IN_THE_TREE = 16  # a receipt is proven by one hash for each level of the public list


def cost(path: str) -> int:
    client = Client(headers={"accept-language": "en"})
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code in (200, 404), path
        return len(asked)


def test_every_public_page_costs_the_queries_written_down(town, past_vote):
    cache.clear()
    found = {name: cost(path) for name, path in addresses().items()}
    assert found.pop("receipt") <= IN_THE_TREE
    assert found == QUERIES


def test_public_pages_cost_the_same_however_much_the_town_does(town, past_vote):
    few = {name: cost(path) for name, path in addresses().items()}
    grow(town.running.space, 4)
    assert {name: cost(path) for name, path in addresses().items()} == few
