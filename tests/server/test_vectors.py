"""The shared cases are what the code says, and stay what they were."""

from __future__ import annotations

import pytest

from tests.vectors.make_vectors import FILES, HERE, written


@pytest.mark.parametrize("name", FILES)
def test_vectors_are_stable(name: str):
    assert (HERE / name).read_text() == written(name)
