"""What a pack says of the house to the kiosk that takes it."""

from __future__ import annotations

import json

import pytest

from server.devices.models import Device
from server.devices.packs import build_pack
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("languages", [["fr", "en"], ["ar", "fr"]])
def test_the_house_decides_which_languages_its_kiosks_offer(settings, languages: list[str]) -> None:
    settings.PARVIS_KIOSK_LANGUAGES = languages
    assert make_vote().kiosk().pack["languages"] == languages


def test_d15_the_pack_of_a_scanner_station_knows_no_pass_and_no_person() -> None:
    """D15: it needs neither, and what is not there cannot be stolen."""
    vote = make_vote()
    kiosk = vote.kiosk()
    Device.objects.filter(dev=kiosk.dev).update(mode=Device.Mode.SCANNER)
    text, _signature = build_pack(Device.objects.get(dev=kiosk.dev))
    pack = json.loads(text)
    assert (pack["device"]["mode"], pack["checks"]) == ("scanner", []) and kiosk.pack["checks"]
    assert not any(entry.family_name in text or entry.number in text for entry in vote.entries)
