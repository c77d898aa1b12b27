"""What the walk over every page hears: it must be able to find something."""

from __future__ import annotations

import pytest

from tests.server.everywhere import Links, just_logged_in, kind_of, said_in_another_language

PAGE = """<!doctype html><html lang="{lang}"><head><title>{title}</title></head><body><p>{line}<br>
<ul><li>Un<li>Deux</ul><p lang="en">This is the English name.</p><pre>with the</pre></body></html>"""


@pytest.mark.parametrize(
    ("lang", "line", "heard"),
    [
        ("fr", "Votez d’ici samedi.", []),
        ("fr", "Vote with your letter.", ["/x/ in fr: Vote with your letter."]),
        ("en", "Vote by Saturday.", ["/x/ says that it is 'en'"]),
    ],
)
def test_a_line_in_another_language_is_heard_and_a_text_that_says_its_own_is_not(lang, line, heard):
    assert said_in_another_language(PAGE.format(lang=lang, title="Titre", line=line), "fr", "/x/") == heard


def test_words_after_an_element_that_was_left_out_are_heard_again():
    page = PAGE.format(lang="fr", title="Titre", line='<b lang="en">The</b> and this')
    assert said_in_another_language(page, "fr", "/x/") == ["/x/ in fr: and this"]


def test_links_are_of_one_kind_whatever_their_numbers():
    assert kind_of("/spaces/a/vote/0123456789abcdef/?q=1") == kind_of("/spaces/a/vote/fedcba9876543210/")


@pytest.mark.django_db
def test_a_link_to_nothing_is_dead_and_one_to_a_known_kind_is_not_followed():
    links = Links()
    links.note('<a href="/about/">a</a> <a class="go" href="/nowhere/?a=1&amp;b=2">b</a>', "nobody")
    links.note('<a href="/known/7/">c</a>', "nobody")
    assert links.dead({"nobody": just_logged_in("")}, {"/known/…/"}) == ["/nowhere/?a=1&b=2 for nobody: 404"]
