"""The shared cases are what the code says, and stay what they were."""

from __future__ import annotations

import pytest

from server.devices.words import WORDS
from tests.vectors.make_vectors import DOCUMENT, FILES, HERE, with_example, written


@pytest.mark.parametrize("name", FILES)
def test_vectors_are_stable(name: str):
    assert (HERE / name).read_text() == written(name)


def test_the_worked_example_in_the_document_is_what_the_code_does():
    document = DOCUMENT.read_text()
    assert document == with_example(document), "run: python -m tests.vectors.make_vectors"


def test_the_words_in_the_document_are_those_that_screens_show():
    assert ", ".join(f"{french} {english}" for french, english in WORDS) in DOCUMENT.read_text()
