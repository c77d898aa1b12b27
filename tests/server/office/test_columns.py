"""A file whose columns have names of their own: a person says which is what, and what was shown is what is written."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from server.processes.models import Space
from server.voting.models import Roll, RollEntry
from server.voting.roll_import import read_people

pytestmark = pytest.mark.django_db
STRANGE = "Kennung;Zuname;Rufname;Geburt\n12;Lefèvre;Léa;1980-05-31\n13;Roux;Max;\n".encode()
CHOSEN = {"number": "kennung", "family_name": "zuname", "given_name": "rufname", "birth_date": "geburt"}


@pytest.fixture
def address(organiser: Client) -> str:
    roll = Roll.objects.create(space=Space.objects.get(slug="prepare"), title="Liste")
    return f"/office/prepare/rolls/{roll.pk}/import/"


def send(client: Client, address: str, content: bytes):
    return client.post(address, {"file": SimpleUploadedFile("liste.csv", content)}, headers={"accept-language": "en"})


def token_of(page) -> str:
    return re.search(r'name="token"\s+value="([0-9a-f]{32})"', page.content.decode())[1]


def test_unknown_columns_are_asked_for_shown_and_written(organiser, address, django_capture_on_commit_callbacks):
    page = send(organiser, address, STRANGE)
    assert page.status_code == 200 and b"Which column is what?" in page.content
    facts = {"token": token_of(page), "file_name": "liste.csv"} | CHOSEN
    preview = organiser.post(f"{address}columns/", facts, headers={"accept-language": "en"})
    assert preview.status_code == 200 and "Lefèvre" in preview.content.decode()
    assert not RollEntry.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        organiser.post(f"{address}confirm/", facts)
    assert [(one.number, str(one)) for one in RollEntry.objects.order_by("number")] == [
        ("12", "Léa Lefèvre"),
        ("13", "Max Roux"),
    ]
    assert str(RollEntry.objects.get(number="12").birth_date) == "1980-05-31"


def test_a_wrong_guess_can_be_set_right_from_the_preview(organiser, address):
    page = send(organiser, address, "number;name;surname\n12;Léa;Lefèvre\n".encode())
    assert b"Nothing is written yet" in page.content
    asked = organiser.post(f"{address}columns/", {"token": token_of(page), "choose": "1"})
    assert asked.status_code == 200 and b'<option value="name"' in asked.content
    facts = {"token": token_of(page), "number": "number", "family_name": "surname", "given_name": "name"}
    assert "<bdi>Lefèvre</bdi> <bdi>Léa</bdi>" in re.sub(
        r"\s+", " ", organiser.post(f"{address}columns/", facts).content.decode()
    )


@pytest.mark.parametrize(
    "change",
    [{"number": ""}, {"family_name": "kennung"}, {"number": "nowhere"}, {"birth_date": "zuname"}],
)
def test_a_choice_that_cannot_be_comes_back_with_its_faults(organiser, address, change):
    token = token_of(send(organiser, address, STRANGE))
    page = organiser.post(f"{address}columns/", {"token": token} | CHOSEN | change)
    assert page.status_code == 422 and b'aria-invalid="true"' in page.content


def test_what_stands_wrongly_in_the_chosen_columns_is_named_by_line(organiser, address):
    token = token_of(send(organiser, address, STRANGE))
    page = organiser.post(
        f"{address}columns/", {"token": token} | CHOSEN | {"birth_date": "rufname", "given_name": ""},
        headers={"accept-language": "en"},
    )  # fmt: skip
    assert page.status_code == 422 and b"Line 2" in page.content


def test_a_file_that_is_gone_is_asked_for_again(organiser, address):
    assert organiser.post(f"{address}columns/", {"token": "0" * 32} | CHOSEN).url == address


def test_columns_that_were_chosen_are_read_and_no_others():
    (first, _second) = read_people(STRANGE, CHOSEN)
    assert (first.number, first.family_name, first.given_name, first.address) == ("12", "Lefèvre", "Léa", "")
