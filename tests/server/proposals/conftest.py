"""What tests of kiosks in this room begin with."""

from __future__ import annotations

import pytest

from tests.server.proposals.kiosk_hall import Hall, make_hall


@pytest.fixture
def hall() -> Hall:
    return make_hall()
