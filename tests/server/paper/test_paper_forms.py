"""Sheets of every size and form that a vote may order: frozen with it, printed, marked, read as the same ballot."""

from __future__ import annotations

import numpy as np
import pypdfium2 as pdfium
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from printouts import simulate
from printouts.geometry import PAPERS, Layout
from server.paper import actions as paper
from server.paper import storage
from server.paper.models import PrintRun, Sheet
from server.voting.definitions import build_definition, problems_before_freezing
from server.voting.models import Box
from server.voting.paper_form import (
    EASY,
    LARGE_PRINT,
    LAYOUT_NUMBER,
    TWO_LANGUAGES,
    lay_out_ballot,
    layouts_of,
    names_of_forms,
)
from tests.server.paper.test_pages import person
from tests.server.paper.test_reading import opened
from tests.server.paper_bench import Paper
from tests.server.votes import make_box, make_vote

pytestmark = pytest.mark.django_db
BOTH = {"paper_forms": ["easy", "two-languages"]}
ENGLISH = BOTH | {"second_language": "en", "languages": ("fr", "en")}
ARABIC = BOTH | {
    "second_language": "ar",
    "languages": ("fr", "ar"),
    "second_words": "اختاروا ثلاثة مشاريع على الأكثر.\nضعوا علامة داخل المربع.\nضعوا هذه الورقة في صندوق الاقتراع.",
}
RANKS = {"method": "ranked", "max_choices": 3}
VOTES = [
    ("A5", ENGLISH, ["bancs", "verger"], ["bancs", "verger"]),
    ("Letter", ARABIC, ["bancs", "verger"], ["bancs", "verger"]),
    ("A4", ENGLISH | RANKS, ["bancs:2", "verger:1"], ["verger", "bancs"]),
    ("A4", ARABIC | {"method": "yes-no"}, ["no"], ["no"]),
]


@pytest.fixture(autouse=True)
def a_town_that_writes_arabic(settings):
    settings.PARVIS_CONTENT_LANGUAGES = ["ar"]


@pytest.mark.parametrize(("size", "facts", "marks", "answer"), VOTES)
def test_every_form_of_a_vote_is_ordered_printed_and_read(size, facts, marks, answer, client):
    bench = Paper(make_vote(people=1, passes=1, letters=False, paper_size=size, **facts))
    vote, layouts = bench.vote, layouts_of(bench.vote.box)
    assert list(layouts) == [LAYOUT_NUMBER, LARGE_PRINT, EASY, TWO_LANGUAGES]
    client.force_login(person(vote, "organiser"))
    images = [image for number in layouts for image in ordered_and_marked(bench, client, number, marks)]
    readings = bench.read(*images)
    assert [one.reason for one in readings if one.status != "automatic"] == ["other_pages"] * (len(images) - 4)
    assert [opened(bench, sheet.ballot) for sheet in Sheet.objects.all()] == [{"q1": answer}] * 4


def ordered_and_marked(bench: Paper, client: Client, number: int, marks: list[str]) -> list[np.ndarray]:
    """The pages of one sheet of this form, ordered by an organiser, with these boxes marked."""
    vote, layout = bench.vote, layouts_of(bench.vote.box)[number]
    wanted = {"box": vote.box.pk, "quantity": 1, "tests": 0, "layout": number}
    assert client.post(reverse("paper:order_sheets", args=[vote.session.ref]), wanted).status_code == 302
    run = paper.draw_print_run(run=PrintRun.objects.latest("pk"))
    document = pdfium.PdfDocument(storage.absolute(run.file))
    assert len(document) == 1 or len(document) % 2 == 0, "no ballot begins on the back of another"
    size = "A4" if number in (LARGE_PRINT, EASY) and vote.box.paper_size == "A5" else vote.box.paper_size
    assert [round(side / 72 * 25_400, -2) for side in document[0].get_size()] == list(PAPERS[size])
    pages = bench.sheets(run)[: len(layout.pages)]
    for page, image in enumerate(pages, start=1):
        here = [mark for mark in marks if mark in {box.key for box in layout.page(page).marks}]
        simulate.mark(image, layout, page, here, np.random.default_rng(page), style="cross")
    return pages


def words_of(layout: Layout) -> str:
    return " ".join(text.text for page in layout.pages for text in page.texts)


def test_the_easy_form_has_three_steps_and_no_notes():
    box = make_box(people=1, **ENGLISH)
    box.component.budget.projects.update(category={"fr": "Cadre de vie"})
    layouts = {one.number: one for one in lay_out_ballot(box, build_definition(box))}
    layout, ordinary = layouts[EASY], words_of(layouts[LAYOUT_NUMBER])
    assert {"read", "pen", "urn"} <= {picture.kind for picture in layout.pages[0].pictures}
    with translation.override("fr"):
        assert translation.gettext("Read the projects.") in words_of(layout)
    for said in ("en noir ou en bleu", "Cadre de vie"):
        assert said in ordinary and said not in words_of(layout)


def test_sentences_of_the_town_stand_in_place_of_ours():
    facts = ENGLISH | {"easy_words": "Lire.\nCocher.\nGlisser.", "second_words": "Pick some.\nDrop it."}
    layouts = layouts_of(make_vote(people=1, passes=0, letters=False, **facts).box)
    assert all(word in words_of(layouts[EASY]) for word in ("Lire.", "Cocher.", "Glisser."))
    assert "Pick some." in words_of(layouts[TWO_LANGUAGES]) and "Drop it." in words_of(layouts[TWO_LANGUAGES])


def test_two_languages_say_title_rule_and_choices_twice():
    layout = layouts_of(make_vote(people=1, passes=0, letters=False, **ENGLISH).box)[TWO_LANGUAGES]
    words = words_of(layout)
    assert all(said in words for said in ("Lavoir", "The Lavoir", "Choose up to 3 projects.", "oui", "yes"))


def test_a_name_that_is_the_same_in_both_languages_stands_once():
    box = make_box(people=1, **ENGLISH)
    box.component.budget.projects.update(title={"fr": "Verger", "en": "Verger"})
    layout = {one.number: one for one in lay_out_ballot(box, build_definition(box))}[TWO_LANGUAGES]
    assert words_of(layout).count("Verger") == 5


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (ENGLISH | {"second_language": ""}, "Choose the second language"),
        (ENGLISH | {"second_language": "fr"}, "Choose the second language"),
        (ENGLISH | {"second_language": "sv"}, "Choose the second language"),
        (ENGLISH | {"languages": ("fr",)}, "have no title in English, which the sheet in two languages needs: 1, 2, 3"),
        (ENGLISH | {"languages": ("fr",)}, "The question has no text in English"),
        (ARABIC | {"second_words": ""}, "Parvis has no sentences for sheets in العربيّة"),
        (ARABIC | {"second_words": "اختاروا"}, "Write at least two sentences"),
        (ENGLISH | {"easy_words": "One.\nTwo."}, "three sentences"),
        (ENGLISH | {"doors": ["web"]}, "need the door “paper”"),
        (ARABIC | {"second_words": "一\n二"}, "The form “Two languages” holds characters that cannot be printed."),
        (
            ENGLISH | {"method": "score", "points": 11, "max_choices": 0},
            "The paper has no room for the form “Easy to read”",
        ),
        (
            {"paper_size": "A5", "method": "score", "points": 10, "max_choices": 0},
            "A5 has no room for so many columns.",
        ),
    ],
)
def test_what_does_not_go_together_is_said_before_freezing(facts, words):
    with translation.override("en"):
        problems = problems_before_freezing(make_box(people=1, **facts))
    assert [sentence for sentence in problems if words in sentence], problems


def test_a_vote_without_further_forms_lists_the_two_that_every_vote_has():
    box = make_box(people=1)
    with translation.override("en"):
        assert names_of_forms(box) == ["Ordinary print", "Large print"]
    assert names_of_forms(Box(component=box.component, doors=["web"])) == []
