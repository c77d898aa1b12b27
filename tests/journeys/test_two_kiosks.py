"""One pass at two kiosks that know nothing of each other, and passes from elsewhere, in a browser without network."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

from .hall import UPRIGHT, Hall, MeetingKiosk

pytestmark = [pytest.mark.e2e, pytest.mark.long]
# The projects of the small vote, in the order of the ballot, and what each kiosk's voter chose.
LAVOIR, PISTE = 0, 3


@pytest.fixture
def hall(live_site, browser, tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(live_site, browser, tmp_path)
    yield hall
    hall.leave()


def enrolled(hall: Hall, told: dict[str, Any]) -> list[MeetingKiosk]:
    kiosks = []
    for code in told["invitations"]:
        person = hall.person(viewport=UPRIGHT, locale="fr-FR")
        person.page.close()
        kiosk = MeetingKiosk(person.context, SimpleNamespace(origin=hall.url, enrol_code=code))  # type: ignore[arg-type]
        kiosk.pin = told["pin"]
        kiosks.append(kiosk.ready())
    return kiosks


def come_back(kiosk: MeetingKiosk) -> None:
    """The network is there again; the vote is closed, and everything has arrived before anybody goes on."""
    kiosk.context.set_offline(False)
    kiosk.session("Clore le vote")
    kiosk.operator()
    saved = kiosk.page.locator("[data-count=saved]").inner_text()
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text(saved)
    kiosk.press("Quitter")


def test_p4_a_pass_at_two_kiosks_without_network_is_one_voice(hall: Hall) -> None:
    """The one that voted later comes back first. That the order changes nothing is F4's, and ``test_merge``'s."""
    told = hall.act("make_hall", slug="two-kiosks")
    kiosks = enrolled(hall, told)
    receipts = []
    for kiosk, choice in zip(kiosks, (LAVOIR, PISTE), strict=True):
        kiosk.context.set_offline(True)
        receipts.append(kiosk.vote(told["passes"][0], choice))  # neither can know of the other
    earlier, later = kiosks
    later.give_pass(told["passes"][0])
    expect(later.page.locator("pv-pass .say")).to_be_visible()  # but each knows what it saw itself
    later.press("Retour")
    other = earlier.vote(told["passes"][1], PISTE)
    come_back(later)
    come_back(earlier)
    settled = hall.act("settle_hall", session=told["session"])
    ids = [re.findall(r"/receipt/([0-9a-f]{64})", address)[0] for address in (*receipts, other)]
    seed = bytes.fromhex(settled["seed"])
    kept = min(range(2), key=lambda place: hashlib.sha256(seed + bytes.fromhex(ids[place])).digest())
    assert sorted(settled["ballots"]) == sorted(ids), "all three arrived, and nothing else"
    assert sorted(settled["counted"]) == sorted([[["lavoir"], ["piste"]][kept], ["piste"]])
    assert settled["superseded_by_rule"] == {"seed": 1}
    assert [kiosk.errors for kiosk in kiosks] == [[], []]


def test_p5_a_pass_from_elsewhere_is_refused_at_once_without_network(hall: Hall) -> None:
    told = hall.act("make_hall", slug="elsewhere", has_evening=True)
    kiosk, _other = enrolled(hall, told)
    kiosk.context.set_offline(True)
    for name, code in told["foreign"].items():
        kiosk.give_pass(code)
        assert kiosk.page.locator("pv-pass .say").is_visible(), name
        kiosk.press("Retour")
    assert kiosk.vote(told["passes"][0], LAVOIR), "a right pass is taken all the same"
    saved = [record["line"] for record in kiosk.stored()["records"]]
    assert sum('"ballot.sealed"' in str(line) or "ballot.sealed" in str(line) for line in saved) == 1
