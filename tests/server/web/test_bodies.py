"""What is too large is refused by its announced length, before any of it is read or kept."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from server.budgets.imports import MAX_PB_BYTES
from server.devices.authentic import MAX_BATCH_BYTES
from server.paper.views_scans import MOST_BYTES_AT_ONCE
from server.processes.tables import MAX_BYTES

pytestmark = pytest.mark.django_db


def announce(client: Client, path: str, length: int | str):
    """A request whose body never comes: whoever reads it fails the test."""
    headers = {"accept-language": "en"}
    return client.generic(
        "POST", path, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(length), headers=headers
    )


@pytest.fixture
def staff(open_vote, town) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(town.staff["organiser"])
    return client


def test_each_place_that_takes_files_says_how_large_they_may_be(open_vote, staff):
    slug, session = open_vote.space.slug, open_vote.sessions[0].ref
    proposals = open_vote.space.components.create(kind="proposals", title={"fr": "Propositions"})
    most = {
        reverse("office_budgets:import", args=[slug]): MAX_PB_BYTES,
        reverse("office_voting:roll_import", args=[slug, open_vote.box.roll_id]): MAX_BYTES,
        reverse("office_devices:import", args=[session]): 64 * 1024 * 1024,
        reverse("paper:scans", args=[session]): MOST_BYTES_AT_ONCE,
        reverse("cards:scans", args=[slug, proposals.pk]): MOST_BYTES_AT_ONCE,
    }
    for path, size in most.items():
        answer = announce(staff, path, 2 * size + 1)
        assert (answer.status_code, b"can be sent here at once" in answer.content) == (413, True), path


@pytest.mark.parametrize("path", ["/accounts/login/", "/display/", "/api/v1/devices/enrol"])
def test_a_page_without_files_takes_none_from_strangers(client, path):
    assert announce(client, path, 100 * 1024 * 1024).status_code == 413
    assert announce(client, path, "-1").status_code == 413
    assert announce(client, path, "1e9").status_code == 413


def test_a_push_is_refused_by_its_own_name(client):
    answer = announce(client, "/api/v1/push", MAX_BATCH_BYTES + 1)
    assert (answer.status_code, answer.json()["code"]) == (413, "batch_too_large")
