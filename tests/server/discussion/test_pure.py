"""How much a text looks like advertising, and who is named in it: pure decisions."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.discussion.mentions import mentioned
from server.discussion.spam import spam_score, waits_for_a_moderator

ORDINARY = [
    "Des bancs à l’ombre, s’il vous plaît.",
    "Non",
    "OUI !",
    "Le plan est ici : https://villeneuve.example/plan",
    "Écrivez à la mairie au 01 23 45 67 89.",
    "Oui oui oui, mille fois oui : nous voulons garder la fontaine et les tilleuls de la place du Marché.",
    "",
]
SUSPECT = [
    "http://a.example http://b.example",
    "ACHETEZ VITE NOS MONTRES SUR https://a.example MAINTENANT",
    "gagner gagner gagner argent gagner gagner vite gagner gagner oui gagner gagner www.a.example",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_what_people_write_does_not_wait(text):
    assert not waits_for_a_moderator(spam_score(text, ["Autre chose."]))


@pytest.mark.parametrize("text", SUSPECT)
def test_what_advertisers_write_waits(text):
    assert waits_for_a_moderator(spam_score(text))


def test_the_same_words_again_wait_whatever_stands_between_them():
    assert waits_for_a_moderator(spam_score("Votez pour moi !", ["votez, pour moi"]))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # other work may go on
@given(st.text(), st.lists(st.text(), max_size=3))
def test_a_score_lies_between_nothing_and_one_and_earlier_texts_never_lower_it(text, earlier):
    assert 0 <= spam_score(text) <= spam_score(text, earlier) <= 1


NAMES = {1: "Nadia", 2: "Nadia B.", 3: "Zoé-Anne", 4: "A"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Nadia B. a raison", [2]),
        ("@nadia a raison", [1]),
        ("@Nadias", []),
        ("Nadia", []),
        ("@zoe anne et @Nadia", [1, 3]),
        ("@Nadia @Nadia B. @A", [1, 2]),
        ("", []),
    ],
)
def test_the_longest_name_that_fits_is_meant(text, found):
    assert mentioned(text, NAMES) == found
