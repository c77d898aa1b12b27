"""What a pack says of the house to the kiosk that takes it."""

from __future__ import annotations

import pytest

from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("languages", [["fr", "en"], ["ar", "fr"]])
def test_the_house_decides_which_languages_its_kiosks_offer(settings, languages: list[str]) -> None:
    settings.PARVIS_KIOSK_LANGUAGES = languages
    assert make_vote().kiosk().pack["languages"] == languages
