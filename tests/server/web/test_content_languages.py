"""A town that writes in more languages than the pages speak: fields, frozen vote, pack, pages, imports, paper."""

from __future__ import annotations

import json
import re

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from server.accounts.models import User
from server.budgets.imports import read_projects, template
from server.budgets.models import Project
from server.processes.localized import Localized, read_texts_in
from server.processes.models import Phase, Space
from server.processes.tables import BadTable
from server.voting.actions import freeze_box
from server.voting.definitions import build_definition
from server.voting.models import Box
from server.voting.paper_form import ballot_form
from server.web.models import SiteText
from tests.server.office.conftest import login, organiser
from tests.server.votes import Vote, make_box, make_session

__all__ = ["login", "organiser"]
LAVOIR, VERGER, VOTE = "المغسل", "البستان", "التصويت"
PHASE = {"starts_at": "2027-05-01T08:00", "ends_at": "2027-05-31T18:00", "involvement": "5"}


@pytest.fixture
def arabic(settings) -> None:
    settings.PARVIS_CONTENT_LANGUAGES = ["ar"]


def translate(box: Box) -> Box:
    """The first project and the question in Arabic too."""
    Project.objects.filter(code="lavoir").update(title={"ar": LAVOIR, "fr": "Lavoir"})
    box.title = Localized({"ar": VOTE, "fr": "Le vote"})
    box.save(update_fields=["title"])
    return Box.objects.get(pk=box.pk)


# -- The office ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_forms_of_the_office_ask_in_every_language_of_the_town(organiser, settings):
    pages = ["/office/prepare/edit/", "/office/prepare/phases/add/"]
    assert not any('name="title_ar"' in organiser.get(page).content.decode() for page in pages)
    settings.PARVIS_CONTENT_LANGUAGES = ["ar", "tr"]
    for page in pages:
        text = organiser.get(page).content.decode()
        field = re.search(r'<input[^>]*name="title_ar"[^>]*>', text).group()
        assert 'lang="ar"' in field and 'dir="rtl"' in field and 'maxlength="200"' in field
        assert 'lang="ar">العربيّة</label>' in text and 'lang="tr">Türkçe</label>' in text
    sent = PHASE | {"title_fr": "Vote", "title_ar": VOTE, "title_tr": ""}
    assert organiser.post("/office/prepare/phases/add/", sent).status_code == 302
    assert Phase.objects.get().title == {"fr": "Vote", "ar": VOTE}


@pytest.mark.django_db
def test_a_text_in_a_further_language_never_stands_alone(organiser, arabic):
    for alone in ({"title_ar": VOTE}, {"title_fr": "Vote", "promise_ar": VOTE}):
        answer = organiser.post("/office/prepare/phases/add/", PHASE | alone)
        assert answer.status_code == 400 and "Write this in one of these languages too" in answer.content.decode()
    assert not Phase.objects.exists()


@pytest.mark.django_db
def test_a_language_that_the_town_gives_up_loses_nothing_by_the_next_change(organiser, settings):
    settings.PARVIS_CONTENT_LANGUAGES = ["ar"]
    organiser.post("/office/prepare/phases/add/", PHASE | {"title_fr": "A", "title_ar": VOTE})
    phase = Phase.objects.get()
    settings.PARVIS_CONTENT_LANGUAGES = []
    organiser.post(f"/office/prepare/phases/{phase.pk}/", PHASE | {"title_fr": "B"})
    phase.refresh_from_db()
    assert phase.title == {"fr": "B", "ar": VOTE}


@pytest.mark.django_db
def test_a_text_that_is_emptied_leaves_no_rest_in_a_language_nobody_is_asked_for(organiser, settings):
    phase = Phase.objects.create(
        space=Space.objects.get(slug="prepare"),
        title={"fr": "A"},
        promise={"fr": "P", "ar": VOTE},
        starts_at="2027-05-01T08:00Z",
        ends_at="2027-05-31T18:00Z",
    )
    organiser.post(f"/office/prepare/phases/{phase.pk}/", PHASE | {"title_fr": "A", "promise_fr": ""})
    phase.refresh_from_db()
    assert phase.promise == {}


# -- What is frozen, carried and printed --------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_definition_carries_what_is_given_after_the_languages_of_the_pages(settings):
    box = make_box()
    before = json.dumps(build_definition(box))
    settings.PARVIS_CONTENT_LANGUAGES = ["ar"]
    assert json.dumps(build_definition(box)) == before, "a vote in French and English is frozen as it always was"
    definition = build_definition(translate(box))
    assert list(definition["title"].items()) == [("fr", "Le vote"), ("ar", VOTE)]
    titles = {choice["id"]: choice["title"] for choice in definition["contests"][0]["choices"]}
    assert list(titles.pop("lavoir").items()) == [("fr", "Lavoir"), ("ar", LAVOIR)]
    assert {tuple(title) for title in titles.values()} == {("fr",)}


@pytest.mark.django_db
def test_the_pack_carries_them_to_the_kiosk(arabic):
    box = translate(make_box())
    vote = Vote(box=box, session=make_session(box), officer=User.objects.create_user("officer@example.org"))
    freeze_box(box=box, by=vote.officer)
    (definition,) = vote.kiosk().pack["definitions"]
    assert json.loads(definition)["title"] == {"fr": "Le vote", "ar": VOTE}


@pytest.mark.django_db
def test_a_sheet_is_in_the_language_of_the_town_whoever_has_it_made(arabic):
    box = translate(make_box())
    read_texts_in("ar")
    form = ballot_form(box, build_definition(box))
    read_texts_in("")
    assert form.title == "Le vote" and [choice.title for choice in form.choices][0] == "Lavoir"


# -- The reader ---------------------------------------------------------------------------------------------------

READERS = [
    ("ar,fr;q=0.8", {}, "ar"),
    ("ar-MA", {}, "ar"),
    ("fr,ar;q=0.8", {}, ""),
    ("de,ar;q=0.8,en;q=0.5", {}, "ar"),
    ("fr", {"display_texts": "ar"}, "ar"),
    ("ar", {"display_texts": "page"}, ""),
    ("ar", {"django_language": "fr"}, ""),
    ("fr", {"django_language": "fr", "display_texts": "ar"}, "ar"),
    ("fr", {"display_texts": "tr"}, ""),
    ("", {}, ""),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("accepted", "cookies", "language"), READERS)
def test_a_page_shows_texts_in_the_readers_language(client, open_vote, arabic, accepted, cookies, language):
    space = open_vote.space
    space.summary = Localized({"fr": "Le lavoir", "en": "The wash-house", "ar": LAVOIR})
    space.description = Localized({"fr": "Un verger", "en": "An orchard"})
    space.save()
    client.cookies.load(cookies)
    page = client.get(space.get_absolute_url(), headers={"accept-language": accepted}).content.decode()
    assert (f'<bdi lang="ar" dir="rtl">{LAVOIR}</bdi>' in page) == (language == "ar")
    assert ("Le lavoir" in page or "The wash-house" in page) == (language == "")
    assert re.search(r'<html lang="(fr|en)"\s+dir="ltr"', page), "the page itself speaks what it can"
    assert "Un verger" in page or "An orchard" in page, "what is missing is shown in the language of the page"


@pytest.mark.django_db
def test_the_office_reads_in_the_language_of_its_pages(organiser, arabic):
    Space.objects.update(title={"fr": "Le square", "ar": VOTE})
    page = organiser.get("/office/prepare/", headers={"accept-language": "ar,fr;q=0.5"}).content.decode()
    assert "Le square" in page and VOTE not in page


def test_a_text_that_runs_against_the_page_says_so():
    text = Localized({"ar": f"Parvis {VOTE}\n\n{LAVOIR}"})
    with translation.override("fr"):
        line = Template("{{ text|localized }}|{{ text|paragraphs }}").render(Context({"text": text}))
    assert line.startswith('<bdi lang="ar" dir="rtl">Parvis') and '|<div class="flow" lang="ar" dir="rtl">' in line
    with translation.override("ar"):
        french = Template("{{ text|localized }}").render(Context({"text": Localized({"fr": "Le lavoir"})}))
    assert french == '<bdi lang="fr" dir="ltr">Le lavoir</bdi>'


@pytest.mark.django_db
def test_the_choice_is_offered_where_there_is_one(client, settings):
    assert 'name="texts"' not in client.get("/").content.decode()
    settings.PARVIS_CONTENT_LANGUAGES = ["ar"]
    page = client.get("/").content.decode()
    assert re.search(r'<option value="ar"\s+lang="ar"\s+dir="rtl"\s*>العربيّة</option>', page)
    for wanted, kept in (("ar", "ar"), ("page", "page"), ("xx", ""), ("", "")):
        answer = client.post(reverse("web:display"), {"texts": wanted})
        assert answer.cookies["display_texts"].value == kept
    client.post(reverse("web:display"), {"texts": "ar"})
    assert re.search(r'<option value="ar"[^>]* selected>', client.get("/").content.decode())


@pytest.mark.django_db
def test_an_institutions_own_page_is_read_in_its_language(client, arabic):
    SiteText.objects.create(name="legal", text={"fr": "# Chez nous", "ar": f"# {VOTE}"})
    page = client.get("/legal/", headers={"accept-language": "ar"}).content.decode()
    assert f"<h2>{VOTE}</h2>" in page and 'lang="ar" dir="auto"' in page


# -- Files --------------------------------------------------------------------------------------------------------

SPOKEN = {"languages": ["fr", "en"], "language": "fr", "further": ["ar"]}


def test_a_file_of_projects_has_a_column_for_each_language():
    head = template(["fr", "en", "ar"]).split("\r\n")[0]
    assert head.count("_ar") == 3
    content = f"titre;title_ar;category_ar;catégorie;coût\nLavoir;{LAVOIR};{VERGER};Eau;5\n".encode()
    (row,) = read_projects(content, **SPOKEN).rows
    assert row.title == {"fr": "Lavoir", "ar": LAVOIR} and row.category == {"fr": "Eau", "ar": VERGER}
    (row,) = read_projects(content, **(SPOKEN | {"further": []})).rows
    assert row.title == {"fr": "Lavoir"}


@pytest.mark.parametrize(
    ("columns", "told"),
    [("title_ar;titre;category_ar", "title_fr"), ("titre;title_ar;category_ar", "category_fr")],
)
def test_a_file_that_says_it_in_a_further_language_alone_is_refused(columns, told):
    texts = {"title_ar;titre;category_ar": f"{LAVOIR};;", "titre;title_ar;category_ar": f"Lavoir;;{VERGER}"}
    with pytest.raises(BadTable) as bad:
        read_projects(f"{columns};cost\n{texts[columns]};5\n".encode(), **SPOKEN)
    assert [(fault.line, fault.code, fault.detail) for fault in bad.value.faults] == [(2, "missing_value", told)]
