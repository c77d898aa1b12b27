"""Every door through which a file comes in, and every way in which a file is bad: one named answer, nothing kept.

Empty, huge, truncated, wrongly encoded (issue's bad input); bombs and disguises (X1, X2, X3, F13).
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from server.budgets.imports import MAX_BYTES as MOST_OF_A_TABLE
from server.budgets.imports import MAX_PB_BYTES
from server.budgets.models import Project
from server.ledger.models import Record
from server.office import jobs
from server.office.models import Job
from server.paper.models import ScanBatch
from server.processes import tables
from server.processes.models import Space
from server.voting.models import Roll, RollEntry
from server.voting.views_office_imports import AT_ONCE_BYTES
from tests.server.office.conftest import login
from tests.server.office.workbooks import with_member, workbook
from tests.server.paper.test_hostile import endless_tiff, pdf, png, zipped

pytestmark = pytest.mark.django_db
PROJECTS = "identifiant;titre;coût\nlavoir;Le lavoir;300\nverger;Le verger;150\n"
PEOPLE = "Numéro;Nom;Prénom\n1;Lefèvre;Chloé\n2;Roux;Jean\n"
PB = "META\nkey;value\nbudget;1000\nnum_projects;2\nPROJECTS\nproject_id;cost;name\n7;300;Lavoir\n8;150;Été\n"
PROJECT_BOOK = workbook([["titre", "coût"], ["Le lavoir", 12500], ["Le verger", 300]])
PEOPLE_BOOK = workbook([["Numéro", "Nom"], [1, "Lefèvre"], [2, "Roux"]])


@pytest.fixture
def town(standing_town):
    return standing_town


def grown(text: str, most: int) -> bytes:
    """The file with so many good rows that it is too large."""
    row = text.splitlines(keepends=True)[-1].encode()
    return text.encode() + row * (most // len(row) + 1)


IMPORTS = {
    "projects csv empty": ("projects", b"", "The file is empty."),
    "projects csv huge": ("projects", grown(PROJECTS, MOST_OF_A_TABLE), "The file is too large."),
    "projects csv truncated": ("projects", PROJECTS.encode()[:-8], "it was cut"),
    "projects csv cut in a letter": ("projects", (PROJECTS + "é;é;1").encode()[:-3], "it was cut"),
    "projects csv in UTF-16": ("projects", PROJECTS.encode("utf-16"), "The encoding is UTF-16."),
    "projects csv in two encodings": ("projects", PROJECTS.encode() + "é;é;1\n".encode("cp1252"), "The encoding is"),
    "projects xlsx empty": ("projects", workbook([]), "The file is empty."),
    "projects xlsx huge": ("projects", PROJECT_BOOK + bytes(MOST_OF_A_TABLE), "The file is too large."),
    "projects xlsx truncated": ("projects", PROJECT_BOOK[:-100], "damaged or was cut"),
    "projects xlsx of 1997": ("projects", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old or a protected Excel"),
    "projects pb empty": ("projects", b"META\n", "This section is missing. (PROJECTS)"),
    "projects pb huge": ("projects", grown(PB, MAX_PB_BYTES), "The file is too large."),
    "projects pb truncated": ("projects", PB.encode()[:-10], "it was cut"),
    "projects pb in Latin-1": ("projects", PB.encode("latin-1"), "The encoding is not UTF-8."),
    "projects pb in UTF-16": ("projects", PB.encode("utf-16"), "The encoding is UTF-16."),
    "roll csv empty": ("roll", b" \r\n", "The file is empty."),
    "roll csv huge": ("roll", grown(PEOPLE, tables.MAX_BYTES), "The file is too large."),
    "roll csv truncated": ("roll", PEOPLE.encode()[:-6], "it was cut"),
    "roll csv in UTF-16": ("roll", PEOPLE.encode("utf-16-be"), "The encoding is UTF-16."),
    "roll csv in no encoding": ("roll", PEOPLE.encode() + b"3;\x81\x8d;x\n", "The encoding is neither"),
    "roll xlsx empty": ("roll", workbook([["Numéro", "Nom"]]), "column names and no rows"),
    "roll xlsx huge": ("roll", PEOPLE_BOOK + bytes(tables.MAX_BYTES), "The file is too large."),
    "roll xlsx truncated": ("roll", PEOPLE_BOOK[: len(PEOPLE_BOOK) // 2], "damaged or was cut"),
    "roll is a pb": ("roll", PB.encode(), "This is neither CSV nor XLSX."),
}


def outside(name: str, *, is_link: bool = False) -> bytes:
    """An archive with a member that would land elsewhere, if archives were unpacked by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        member = zipfile.ZipInfo(name)
        member.external_attr = (0o120777 if is_link else 0o644) << 16
        archive.writestr(member, "/etc/passwd")
    return out.getvalue()


HOSTILE = {
    "a zip bomb": zipped("xl/worksheets/sheet1.xml"),
    "an archive in an archive": with_member(PROJECT_BOOK, "xl/nested.zip", zipped()),
    "a way out": outside("../../etc/cron.d/x"),
    "a link": outside("xl/workbook.xml", is_link=True),
    "a bomb in a workbook": with_member(PROJECT_BOOK, "xl/worksheets/sheet1.xml", bytes(30_000_000)),
    "entities": with_member(PROJECT_BOOK, "xl/workbook.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "100,000 pages": pdf(100_000),
    "a pixel flood": png(100_000, 100_000),
    "an endless TIFF": endless_tiff(),
    "a page": b"<!doctype html><script>alert(1)</script>",
    "nothing but zeros": bytes(100_000),
    "a program": b"\x7fELF" + bytes(1000),
}


@pytest.fixture
def doors(organiser) -> dict[str, str]:
    """Where the organiser of an empty space sends files."""
    roll = Roll.objects.create(space=Space.objects.get(slug="prepare"), title="Liste")
    return {
        "projects": "/office/prepare/budget/import/",
        "roll": f"/office/prepare/rolls/{roll.pk}/import/",
    }


def kept(folder) -> list[str]:
    """What lies in the folders of uploads."""
    return [str(path) for name in ("imports", "media") for path in (folder / name).rglob("*") if path.is_file()]


@pytest.mark.parametrize(("door", "content", "words"), IMPORTS.values(), ids=IMPORTS.keys())
def test_a_bad_table_has_its_named_answer_and_leaves_nothing(organiser, doors, own_folder, door, content, words):
    answer = organiser.post(doors[door], {"file": SimpleUploadedFile("a.bin", content)})
    assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert b'name="token"' not in answer.content
    assert not kept(own_folder) and not Project.objects.exists() and not RollEntry.objects.exists()


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_x1_x2_x3_a_hostile_file_is_refused_at_every_door_of_tables(organiser, doors, own_folder, content):
    for door, path in doors.items():
        answer = organiser.post(path, {"file": SimpleUploadedFile("a.xlsx", content)})
        if door == "roll" and len(content) > AT_ONCE_BYTES:  # a job reads it, and its page tells
            jobs.run_job(Job.objects.get())
            page = organiser.get(answer.url).content.decode()
            answer = organiser.get(re.search(r'id="job-outcome" href="([^"]+)"', page)[1])
            assert b"This file cannot be taken" in answer.content and b'name="token"' not in answer.content
            [told] = kept(own_folder)  # what the page says of it, and nothing of the file
            assert content[:100] not in Path(told).read_bytes()
            Path(told).unlink()
            continue
        assert answer.status_code == 400 and b"This file cannot be taken" in answer.content, door
    assert not kept(own_folder)


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_x1_x2_x3_a_hostile_file_is_refused_at_the_doors_of_a_session(open_vote, town, own_folder, content):
    """Scans that look like scans are kept and fail, named, when they are read; everything else is not even kept."""
    client = login(town.staff["organiser"])
    session, records = open_vote.sessions[0], Record.objects.count()
    answer = client.post(
        f"/office/sessions/{session.ref}/devices/import/", {"file": SimpleUploadedFile("a.ndjson", content)}
    )
    jobs.run_job(Job.objects.get())
    assert "This is not an export file of a kiosk." in client.get(answer.url).content.decode()
    before = kept(own_folder)
    scans = f"/office/paper/{session.ref}/scans/"
    page = client.post(scans, {"files": SimpleUploadedFile("a.pdf", content)}, follow=True)
    assert page.status_code == 200
    if content.startswith((b"%PDF", b"\x89PNG", b"II*")):
        assert ScanBatch.objects.get().session == session
    else:
        assert "neither PDF, TIFF, JPEG nor PNG" in page.content.decode()
        assert kept(own_folder) == before and not ScanBatch.objects.exists()
    assert Record.objects.count() == records
