"""A component that takes cards."""

from __future__ import annotations

import pytest

from tests.server.cards.bench import Cards


@pytest.fixture
def cards(ground) -> Cards:
    return Cards()
