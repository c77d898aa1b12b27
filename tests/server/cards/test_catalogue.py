"""The catalogue of proposals: what everyone may read, made in the background, made anew when something changed."""

from __future__ import annotations

import datetime as dt

import pypdfium2 as pdfium
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from server.cards.catalogue import draw_catalogue
from server.cards.models import Catalogue
from server.paper import storage
from server.processes.models import Taxon
from server.proposals.models import Proposal
from tests.server.proposals.ideas import make_ideas, propose

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def text_of(row: Catalogue) -> str:
    document = pdfium.PdfDocument(storage.absolute(row.file).read_bytes())
    told = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(told.split())


@pytest.fixture
def component(ground):
    return make_ideas()


@pytest.fixture
def address(component) -> str:
    return reverse("catalogue:catalogue", args=[component.space.slug, component.pk])


def make(address: str, **said: str) -> Catalogue:
    assert Client(headers=ENGLISH).post(address, said).status_code == 302
    return draw_catalogue(catalogue=Catalogue.objects.get(is_large_print="large" in said))


def test_everyone_has_it_made_and_reads_what_stands(component, address):
    propose(component, "Des bancs à l’ombre", "Le long du canal.\n\nEt du quai.")
    gone, hidden = propose(component, "Un vieux lavoir"), propose(component, "Une injure")
    Proposal.objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now())
    Proposal.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
    told = text_of(make(address))
    for words in ("Des bancs à l’ombre", "Le long du canal.", "Et du quai.", "Ines", "1 proposal"):
        assert words in told
    assert "lavoir" not in told and "injure" not in told and "@" not in told
    page = Client(headers=ENGLISH).get(address).content.decode()
    file = reverse("catalogue:file", args=[component.space.slug, component.pk, Catalogue.objects.get().pk])
    assert file in page
    assert b"".join(Client().get(file).streaming_content).startswith(b"%PDF-")


def test_it_goes_by_category_and_names_what_came_on_paper(component, address):
    nature = Taxon.objects.create(space=component.space, kind="category", title={"fr": "Nature", "en": "Nature"})
    filed, other = propose(component, "Des tilleuls"), propose(component, "Un banc")
    Proposal.objects.filter(pk=filed.pk).update(category=nature, door="paper", author_name="Jeanne")
    told = text_of(make(address))
    assert "Nature 1 Not filed 1" in told
    assert told.index("Des tilleuls") < told.index("Un banc")
    assert "Jeanne, On paper" in told
    assert other.title in told


def test_large_print_is_a_file_of_its_own_with_more_pages(component, address):
    for number in range(9):
        propose(component, f"Des bancs {number}", "Le long du canal, à l’ombre des tilleuls. " * 9, by=f"p{number}")
    pages = [len(pdfium.PdfDocument(storage.absolute(make(address, **said).file))) for said in ({}, {"large": "1"})]
    assert pages[1] > pages[0] + 1


def test_it_is_made_anew_only_when_something_changed_and_not_at_once(
    component, address, django_capture_on_commit_callbacks
):
    propose(component)
    first = make(address).file
    assert make(address).file == first
    propose(component, "Un arbre", by="karim")
    assert make(address).file == first, "just made"
    Catalogue.objects.update(asked_at=timezone.now() - dt.timedelta(minutes=11))
    with django_capture_on_commit_callbacks(execute=True):
        row = make(address)
    assert row.file != first and "Un arbre" in text_of(row)
    assert not storage.absolute(first).exists()


def test_of_nothing_none_is_made(component, address):
    answer = Client(headers=ENGLISH).post(address)
    assert answer.status_code == 409
    assert "There is no proposal to print yet." in answer.content.decode()


def test_what_is_not_public_has_no_catalogue(component, address):
    propose(component)
    row = make(address)
    component.published_at = None
    component.save()
    assert Client().get(address).status_code == 404
    assert Client().get(f"{address}{row.pk}/file/").status_code == 404
