"""A text becomes sections: Markdown, plain text with numbers, and what is neither."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.proposals.sections import DEEPEST, Part, labels, moved, read_sections


def read(text):
    return read_sections(text, before="Préambule")


def shape(told):
    return [(one.level, one.title) for one in told.parts]


def test_markdown_becomes_sections_under_the_title_of_the_whole():
    told = read(
        "# La charte\n\nPourquoi.\n\n## Les bancs\n\nUn.\n\n\n\nDeux.\n### Le bois ###\nChêne.\n## Les arbres\n"
    )
    assert told.title == "La charte" and told.skipped == 0
    assert shape(told) == [(1, "Préambule"), (1, "Les bancs"), (2, "Le bois"), (1, "Les arbres")]
    assert [one.body for one in told.parts] == ["Pourquoi.", "Un.\n\nDeux.", "Chêne.", ""]
    assert labels(told.parts) == ["", "1", "1.1", "2"]


def test_underlined_headings_and_several_of_the_first_level():
    told = read("Les bancs\n=========\n\nUn.\n\nLe bois\n-------\nChêne.\n\nLes arbres\n===\nDeux.")
    assert told.title == "" and shape(told) == [(1, "Les bancs"), (2, "Le bois"), (1, "Les arbres")]


def test_plain_text_with_articles_under_chapters():
    told = read(
        "Chapitre I\n\nArticle 1er – Les bancs\n\nUn banc.\n\nArticle 2\n\nDeux.\n\nChapitre II\n\nArticle 3\n\nTrois."
    )
    assert shape(told) == [
        (1, "Chapitre I"), (2, "Article 1er – Les bancs"), (2, "Article 2"), (1, "Chapitre II"), (2, "Article 3"),
    ]  # fmt: skip
    assert labels(told.parts) == [""] * 5, "they bring their own"


def test_plain_text_with_numbers_and_a_lead():
    told = read(
        "Nous voulons.\n\n1. Les bancs\n\nUn.\n2. dans la phrase\n\n1.1 Le bois\n\nChêne.\n\n2) Les arbres\n\nDeux."
    )
    assert shape(told) == [(1, "Préambule"), (1, "1. Les bancs"), (2, "1.1 Le bois"), (1, "2) Les arbres")]
    assert told.parts[1].body == "Un.\n2. dans la phrase", "a number in a paragraph is no heading"


def test_levels_that_are_skipped_are_closed_up_and_told():
    told = read("## Un\n#### Deux\n##### Trois\n## Quatre\n# Cinq\n### Six")
    assert [one.level for one in told.parts] == [1, 2, 3, 1, 1, 2] and told.skipped == 2


def test_no_level_is_deeper_than_the_page_shows():
    told = read("\n".join(f"{'#' * level} Titre {level}" for level in range(1, 7)) + "\n# Encore")
    assert max(one.level for one in told.parts) == DEEPEST


@pytest.mark.parametrize(
    "text", ["", "\n\n \n", "Un paragraphe.\n\nUn autre.", "#sans-espace", "1.5 km de rives sans\nrien"]
)
def test_a_text_without_headings_has_no_sections(text):
    assert read(text).parts == []


def test_code_is_no_heading_and_an_empty_heading_is_a_fault():
    told = read("# Un\n```\n# un commentaire\n```\n# \n\nTexte.")
    assert shape(told) == [(1, "Un"), (1, "")] and told.parts[1].faults == ["no_title"]


def test_what_is_too_long_is_told_of_its_section():
    assert (
        Part(1, "t" * 151, "x" * 5_001).faults == ["long_title", "long_body"] and Part(1, "t", "x" * 5_000).faults == []
    )


def test_sections_are_moved_joined_and_dropped():
    parts = [Part(1, "A", "a"), Part(2, "B", "b"), Part(1, "C", "c")]
    assert [one.title for one in moved(parts, 2, "up")] == ["A", "C", "B"]
    assert [one.title for one in moved(parts, 0, "down")] == ["B", "A", "C"]
    assert moved(parts, 1, "join")[0] == Part(1, "A", "a\n\nB\n\nb")
    assert [one.level for one in moved(parts, 2, "in")] == [1, 2, 2]
    assert [one.level for one in moved(parts, 1, "out")] == [1, 1, 1]
    assert [one.title for one in moved(parts, 0, "drop")] == ["B", "C"]
    for at, deed in ((0, "up"), (2, "down"), (0, "join"), (0, "in"), (9, "drop"), (-1, "drop"), (1, "sing")):
        assert moved(parts, at, deed) == parts


texts = st.lists(st.sampled_from(["# a", "### b", "1. c", "Article 2", "mots", "", "===", "```"]), max_size=30)


@settings(suppress_health_check=[HealthCheck.too_slow])  # of a busy machine, not of the strategy
@given(texts)
def test_no_words_are_lost_and_levels_are_whole(lines):
    told = read("\n".join(lines))
    last = 0
    for one in told.parts:
        assert 1 <= one.level <= min(last + 1, DEEPEST)
        last = one.level
    if told.parts:
        kept = " ".join([told.title, *(f"{one.title} {one.body}" for one in told.parts)])
        assert kept.count("mots") == lines.count("mots")
