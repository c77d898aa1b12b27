"""X5: whatever people type, upload or name a file, it is text on every page of office and desk, and in downloads."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase

from server.processes.models import Space
from server.voting.models import Box, Roll, RollEntry
from tests.server.hostile import ESCAPED, MARKUP, make_hostile
from tests.server.office.conftest import login
from tests.server.office.test_doors_of_the_office import addresses
from tests.server.paper.test_hostile import pdf

pytestmark = pytest.mark.django_db
HOSTILE = f"=cmd()'\"/*</title></textarea>{MARKUP}{{{{7*7}}}}{{% load x %}}"  # as long as a name may be


@pytest.fixture
def hostile_office(open_vote, town) -> Client:
    """The organiser's browser in a town where nothing is called what it should be."""
    client, session = login(town.staff["organiser"]), open_vote.sessions[0]
    client.post(f"/office/sessions/{session.ref}/devices/invite/", {"label": "Kiosk", "mode": "kiosk"})
    scan = SimpleUploadedFile(f"{MARKUP}.pdf", pdf(1))
    client.post(f"/office/paper/{session.ref}/scans/", {"files": scan})
    Box.objects.create(component=open_vote.box.component, title={"fr": "x"}, regime="pass", doors=["web"])
    make_hostile()
    return client


def test_x5_no_text_becomes_markup_on_any_page_of_the_office(hostile_office, open_vote, town):
    pages = {path for _app, path in addresses(open_vote)}
    pages |= {f"/office/{open_vote.space.slug}/log/", "/office/log/", "/me/", f"/desk/{open_vote.sessions[0].ref}/"}
    shown = 0
    for path in sorted(pages):
        answer = hostile_office.get(path, follow=True)
        if answer.get("Content-Type", "").startswith("text/html"):
            page = answer.content.decode()
            assert MARKUP not in page, path
            shown += ESCAPED in page
    assert shown > 25


def test_x5_a_person_found_at_the_desk_is_text(hostile_office, open_vote, town):
    desk = login(town.staff["desk"])
    RollEntry.objects.filter(pk=open_vote.entries[0].pk).update(number="4711")
    page = desk.post(f"/desk/{open_vote.sessions[0].ref}/search/", {"q": "4711"}).content.decode()
    assert ESCAPED in page and MARKUP not in page


@pytest.mark.parametrize(
    ("door", "table"), [("budget/import/", "titre;coût\n{};5\n"), ("rolls/{}/import/", "numéro;nom\n1;{}\n")]
)
def test_x5_a_table_and_its_name_bring_text(organiser, door, table):
    roll = Roll.objects.create(space=Space.objects.get(slug="prepare"), title="Liste")
    path = f"/office/prepare/{door.format(roll.pk)}"
    good = table.format('"' + HOSTILE.replace('"', '""') + '"')
    preview = organiser.post(path, {"file": SimpleUploadedFile("a.csv", good.encode())})
    refused = organiser.post(path, {"file": SimpleUploadedFile(f"{MARKUP}.csv", (good + "x;x;x;x\n").encode())})
    with TestCase.captureOnCommitCallbacks(execute=True):
        organiser.post(f"{path}confirm/", {"token": preview.context["token"]})
    written = organiser.get(path.removesuffix("import/"))
    for answer, status in ((preview, 200), (refused, 400), (written, 200)):
        page = answer.content.decode()
        assert (answer.status_code, MARKUP in page, "&lt;svg onload=" in page) == (status, False, True)


def test_x6_the_log_of_the_office_downloads_without_formulas(hostile_office, open_vote):
    slug = open_vote.space.slug
    hostile_office.post(f"/office/{slug}/rolls/", {"title": "=2+5"})
    content = b"".join(hostile_office.get(f"/office/{slug}/log.csv").streaming_content).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content), delimiter=";") for cell in row]
    assert "'=2+5" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]
