"""What sheets a ballot box has is chosen in its form, said on its page, and ordered on the page of prints."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.paper.models import PrintRun
from server.voting.models import Box
from tests.server.office.test_vote import BOX, make_box, make_projects
from tests.server.votes import make_session

pytestmark = pytest.mark.django_db
BY_PASS = {"regime": "pass", "doors": ["paper"]}
EASY = BY_PASS | {"paper_size": "A5", "paper_forms": ["easy"]}


def test_sheets_are_chosen_looked_at_and_ordered(organiser):
    make_projects(organiser)
    box = make_box(organiser, **EASY)
    assert (box.paper_size, box.paper_forms) == ("A5", ["easy"])
    page = organiser.get(f"/office/boxes/{box.ref}/").content.decode()
    assert "A5 (148 × 210 mm)" in page and "Ordinary print, Large print (A4), Easy to read (A4)" in page
    session = make_session(box)
    organiser.post(f"/office/boxes/{box.ref}/freeze/")
    prints = reverse("paper:print_runs", args=[session.ref])
    asked = organiser.get(prints).content.decode()
    assert "Easy to read" in asked and "Two languages" not in asked
    order = {"box": box.pk, "quantity": 1, "tests": 0}
    assert organiser.post(reverse("paper:order_sheets", args=[session.ref]), order | {"layout": 3}).status_code == 302
    assert PrintRun.objects.get().form_words == "Easy to read, A4"
    assert "Easy to read, A4" in organiser.get(prints).content.decode()
    refused = organiser.post(reverse("paper:order_sheets", args=[session.ref]), order | {"layout": 4})
    assert refused.status_code == 400 and PrintRun.objects.count() == 1


def test_a_form_that_only_another_ballot_of_the_session_has_is_refused_with_a_sentence(organiser):
    make_projects(organiser)
    plain = make_box(organiser, **BY_PASS)
    session = make_session(plain)
    organiser.post("/office/prepare/boxes/add/", BOX | EASY)
    easy = Box.objects.exclude(pk=plain.pk).get()
    session.boxes.add(easy)
    for box in (plain, easy):
        organiser.post(f"/office/boxes/{box.ref}/freeze/")
    order = {"box": plain.pk, "quantity": 1, "tests": 0, "layout": 3}
    refused = organiser.post(reverse("paper:order_sheets", args=[session.ref]), order)
    assert refused.status_code == 400 and "This ballot has no such form." in refused.content.decode()
    assert not PrintRun.objects.exists()


def test_a_box_that_says_nothing_of_its_sheets_has_those_of_every_vote(organiser):
    make_projects(organiser)
    box = make_box(organiser, **BY_PASS)
    assert (box.paper_size, box.paper_forms, box.second_language) == ("A4", [], "")
    assert "Ordinary print, Large print" in organiser.get(f"/office/boxes/{box.ref}/").content.decode()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"paper_size": "A3"}, "paper_size"),
        ({"paper_forms": ["easy"], "doors": ["web"]}, "paper_forms"),
        ({"paper_forms": ["loud"]}, "paper_forms"),
        ({"easy_words": "Read.\nMark."}, "easy_words"),
        ({"paper_forms": ["two-languages"]}, "second_language"),
        ({"paper_forms": ["two-languages"], "second_language": "fr"}, "second_language"),
        ({"paper_forms": ["two-languages"], "second_language": "ar"}, "second_words"),
        ({"paper_forms": ["two-languages"], "second_language": "en", "second_words": "Choose."}, "second_words"),
    ],
)
def test_what_does_not_go_together_is_said_beside_its_field(organiser, settings, fields, name):
    settings.PARVIS_CONTENT_LANGUAGES = ["ar"]
    make_projects(organiser)
    refused = organiser.post("/office/prepare/boxes/add/", BOX | BY_PASS | fields)
    assert refused.status_code == 400 and list(refused.context["form"].errors) == [name]
    assert not Box.objects.exists()
