"""Texts, numbers, dates and money in the reader's form; what is missing in their language says which one it is in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from server.processes.localized import Localized

FIXED, THIN = "\u00a0", "\u202f"
FIRST = datetime(2027, 3, 1, 17, 30, tzinfo=UTC)  # 18:30 in Paris
LAST = datetime(2027, 4, 9, 16, 0, tzinfo=UTC)
FORMS = [
    ("{{ n|number }}", f"1{THIN}234{THIN}567", "1,234,567"),
    ("{{ n|money }}", f"12{THIN}345,67{FIXED}€", "€12,345.67"),
    ("{{ n|money:'PLN' }}", f"12{THIN}345,67{FIXED}zł", f"12,345.67{FIXED}zł"),
    ("{{ share|percent }}", f"41,5{FIXED}%", "41.5%"),
    ("{{ first|long_date }}", "lundi 1er mars 2027", "Monday, 1 March 2027"),
    ("{{ first|hour }}", f"18{FIXED}h{FIXED}30", "18:30"),
    ("{{ last|hour }}", f"18{FIXED}h", "18:00"),
    ("{{ first|date_and_hour }}", f"lundi 1er mars 2027 à 18{FIXED}h{FIXED}30", "Monday, 1 March 2027, 18:30"),
    ("{{ first|span_of_days:last }}", "1er mars – 9 avril 2027", "1 March – 9 April 2027"),
]


def said(template: str, language: str, **facts: object) -> str:
    with translation.override(language):
        return Template(template).render(Context(facts))


@pytest.mark.parametrize(("template", "french", "english"), FORMS)
def test_numbers_dates_and_money_take_the_readers_form(template, french, english):
    facts = {"n": 1234567, "share": 41.46, "first": FIRST, "last": LAST}
    assert said(template, "fr", **facts) == french
    assert said(template, "en", **facts) == english


def test_a_text_that_lacks_the_readers_language_says_which_one_it_is_in():
    text = Localized({"fr": "Le parc <b>"})
    assert said("{{ text|localized }}", "fr", text=text) == "Le parc &lt;b&gt;"
    assert said("{{ text|localized }}", "en", text=text) == '<bdi lang="fr">Le parc &lt;b&gt;</bdi>'
    assert said("{{ text|localized }}", "en", text=Localized()) == ""
    lines = Localized({"fr": "Un\n\n<deux>"})
    assert said("{{ text|paragraphs }}", "fr", text=lines) == "<p>Un</p>\n\n<p>&lt;deux&gt;</p>"
    assert 'lang="fr"' in said("{{ text|paragraphs }}", "en", text=lines)


@pytest.mark.django_db
def test_pages_mark_what_is_in_another_language(client, open_vote):
    space = open_vote.space
    space.summary = Localized({"fr": "Seulement en français"})
    space.save()
    english = client.get(space.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert '<bdi lang="fr">Seulement en français</bdi>' in english
    french = client.get(space.get_absolute_url(), headers={"accept-language": "fr"}).content.decode()
    assert "Seulement en français" in french and "<bdi lang" not in french
