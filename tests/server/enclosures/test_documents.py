"""Documents and photos on the page of a space."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from server.enclosures.models import Enclosure
from server.processes.models import Component
from tests.server.proposals.ideas import make_ideas, organiser, person
from tests.server.proposals.test_files import document, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    space = make_ideas().space
    component = Component.objects.create(
        space=space, kind="documents", title={"fr": "Plans", "en": "Plans"}, published_at=timezone.now()
    )
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(organiser(space))
    client.space, client.component = space, component
    client.page = f"/office/{space.slug}/documents/{component.pk}/"
    return client


def add(client: Client, content: bytes, words: str) -> Enclosure:
    answer = client.post(client.page, {"file": SimpleUploadedFile("a", content), "words": words})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Enclosure.objects.latest("pk")


def words_of(client: Client) -> list[str]:
    return [one.words for one in Enclosure.objects.filter(about_ref=str(client.component.pk))]


def test_what_the_office_adds_stands_on_the_page_of_the_space(office):
    plan, picture = add(office, document(), "Plan of the square"), add(office, photo(), "The square today")
    page = Client(headers={"Accept-Language": "en"}).get(office.space.get_absolute_url()).content.decode()
    assert plan.address in page and 'alt="The square today"' in page
    assert Client().get(plan.address).status_code == Client().get(picture.small_address).status_code == 200


def test_they_are_put_in_order_and_taken_away(office):
    add(office, document(), "Plan"), add(office, photo(), "Photo")
    office.post(office.page, {"up": Enclosure.objects.get(words="Photo").ref})
    assert words_of(office) == ["Photo", "Plan"]
    office.post(office.page, {"up": Enclosure.objects.get(words="Photo").ref})
    office.post(office.page, {"remove": Enclosure.objects.get(words="Photo").ref})
    assert words_of(office) == ["Plan"]
    office.post(office.page, {"remove": "nothing"})
    assert words_of(office) == ["Plan"]


def test_what_is_not_published_is_read_by_those_who_organise_it(office):
    plan = add(office, document(), "Plan")
    Component.objects.filter(pk=office.component.pk).update(published_at=None)
    assert office.get(plan.address).status_code == 200
    assert Client().get(plan.address).status_code == 404
    resident = Client()
    resident.force_login(person())
    assert resident.get(plan.address).status_code == resident.get(office.page).status_code == 404


def test_a_component_with_files_is_hidden_never_deleted(office):
    add(office, document(), "Plan")
    answer = office.post(f"/office/{office.space.slug}/components/{office.component.pk}/delete/")
    assert answer.status_code == 409 and Component.objects.filter(pk=office.component.pk).exists()


def test_with_a_space_that_goes_its_files_go(office, own_folder: Path, django_capture_on_commit_callbacks):
    add(office, document(), "Plan")
    with django_capture_on_commit_callbacks(execute=True):
        Component.objects.filter(pk=office.component.pk).delete()
    assert not Enclosure.objects.exists() and not list((own_folder / "media").rglob("*.pdf"))


def test_a_component_of_another_kind_has_no_such_page(office):
    other = office.space.components.get(kind="proposals")
    assert office.get(f"/office/{office.space.slug}/documents/{other.pk}/").status_code == 404
