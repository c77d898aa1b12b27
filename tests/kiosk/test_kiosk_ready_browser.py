"""Before a meeting: one light, what keeps it from green, a record that goes there and back (rows D1, D3, D4, D9)."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import Town
from kiosk_page import Kiosk, Open, break_disk, contest, wait_for
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e
# A tablet that has everything: a memory that is protected, a camera that shows something, a voice for each language.
WELL_MADE = """
  navigator.storage.persist = navigator.storage.persisted = async () => true;
  navigator.mediaDevices.enumerateDevices = async () => [{ kind: "videoinput" }];
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
    const context = canvas.getContext("2d");
    setInterval(() => context.fillRect(0, 0, Math.random() * 64, 48), 40);
    return canvas.captureStream(25);
  };
  speechSynthesis.getVoices = () => ["fr-FR", "en-GB"].map((lang) => ({ lang, localService: true }));
  navigator.getBattery = async () => globalThis.battery ?? { level: 1, charging: true };
"""


def light(kiosk: Kiosk, colour: str) -> None:
    expect(kiosk.page.locator("[data-check=trip]:not([data-outcome=running])")).to_have_count(1, timeout=15_000)
    expect(kiosk.page.locator("[data-light]")).to_have_attribute("data-light", colour)


def outcome(kiosk: Kiosk, check: str, wanted: str) -> None:
    expect(kiosk.page.locator(f"[data-check={check}]")).to_have_attribute("data-outcome", wanted)


def look_again(kiosk: Kiosk) -> None:
    kiosk.operator()
    kiosk.press("Voir si la borne est prête")


def types(kiosk: Kiosk) -> list[str]:
    return [record["type"] for record in kiosk.stored()["records"]]


@pytest.fixture
def tablet(opened: Open) -> Kiosk:
    kiosk = opened()
    kiosk.page.add_init_script(WELL_MADE)
    kiosk.enrol()
    return kiosk


def test_a_device_that_has_everything_is_green_and_tells_so(tablet: Kiosk) -> None:
    """A record is written, read back, sent and answered: at set-up the first of the chain, later one made for it."""
    town = tablet.town
    wait_for(lambda: town.pushes[-1]["status"].get("light") == "green", tablet)
    assert town.pushes[-1]["status"]["checks"] == [] and abs(town.pushes[-1]["status"]["clock_s"]) <= 1
    assert types(tablet) == ["device.started"]
    look_again(tablet)
    light(tablet, "green")
    tablet.sees("Feu vert. Tout est bon.")
    tablet.sees("l'enregistrement n° 2 est écrit, relu, envoyé, et le serveur a répondu")
    assert [head["type"] for head in town.headers()] == ["device.started", "device.tested"]
    # Among ballots none is written: whoever knew when somebody looked would know which ballots came before.
    tablet.press("Aller à l'écran d'accueil")
    tablet.session("Ouvrir le vote")
    tablet.vote(town.codes[0], 1)
    look_again(tablet)
    light(tablet, "green")
    tablet.sees("l'enregistrement n° 4")
    assert types(tablet) == ["device.started", "device.tested", "meeting.state", "ballot.sealed"]
    assert tablet.errors == []


def test_without_network_one_test_record_waits_however_often_one_looks(tablet: Kiosk) -> None:
    tablet.context.set_offline(True)
    look_again(tablet)
    light(tablet, "amber")
    outcome(tablet, "trip", "warn")
    outcome(tablet, "clock", "unknown")
    outcome(tablet, "release", "good")
    tablet.sees("sans réponse du serveur. Pas de réseau.")
    for _time in range(3):
        tablet.press("Contrôler à nouveau")
        light(tablet, "amber")
    assert types(tablet) == ["device.started", "device.tested"]
    tablet.context.set_offline(False)
    tablet.press("Contrôler à nouveau")
    light(tablet, "green")
    wait_for(lambda: tablet.town.pushes[-1]["status"]["light"] == "green", tablet)
    assert [head["type"] for head in tablet.town.headers()][:2] == ["device.started", "device.tested"]


FAULTS: dict[str, tuple[str, str, str, str]] = {
    "the battery is nearly empty": (
        "battery", "red", "branchez la borne avant d'ouvrir", "globalThis.battery = { level: 0.04, charging: false }",
    ),
    "there is little room": (
        "space", "amber", "effacez d'autres fichiers",
        "navigator.storage.estimate = async () => ({ quota: 1e8, usage: 0 })",
    ),
    "the disk keeps nothing": ("disk", "red", "prenez un autre appareil", ""),
    "a file of the release is not as released": (
        "release", "red", "Copie hors réseau incomplète",
        "caches.keys().then(async ([a]) => (await caches.open(a)).put('/kiosk/icons/app.svg', new Response('odd')))",
    ),
    "the meeting on the disk was altered": ("pack", "red", "ne se lit pas", ""),
    "the camera shows nothing": (
        "camera", "amber", "permettez-la dans le navigateur",
        "navigator.mediaDevices.getUserMedia = async () => { throw new Error() }",
    ),
    "a language has no voice": (
        "voices", "amber", "Pas de voix pour : English",
        "speechSynthesis.getVoices = () => [{ lang: 'fr', localService: true }]",
    ),
}  # fmt: skip
ALTER_PACK = """() => new Promise((resolve) => {
  const request = indexedDB.open("parvis-kiosk");
  request.onsuccess = () => {
    const tx = request.result.transaction("settings", "readwrite");
    const settings = tx.objectStore("settings");
    settings.get("pack").onsuccess = ({ target: { result } }) => {
      settings.put({ ...result, pack: result.pack.replace("Forum", "Forvm") }, "pack");
    };
    tx.oncomplete = () => { request.result.close(); resolve(); };
  };
})"""


def test_each_fault_has_its_colour_and_a_sentence_of_what_to_do(tablet: Kiosk) -> None:
    """D4, D9 and what else a tablet may lack: one after the other, each on a page loaded anew."""
    for name, (check, colour, words, script) in FAULTS.items():
        tablet.page.reload()
        expect(tablet.page.locator("pv-rest")).to_be_visible()
        tablet.operator()
        if check == "disk":
            break_disk(tablet, "return real.call(this, { ...arguments[0] }, 'elsewhere')")
        elif check == "pack":
            tablet.page.evaluate(ALTER_PACK)
        else:
            tablet.page.evaluate(f"() => {{ {script}; }}")
        tablet.press("Voir si la borne est prête")
        light(tablet, colour)
        row = tablet.page.locator(f"[data-check={check}]")
        assert re.search(re.escape(words), row.inner_text()), name
        if check == "pack":
            return  # the last: from here on this tablet has no meeting


def test_d1_a_clock_years_off_or_jumping_opens_votes_and_closes_as_ever_and_is_told(opened: Open) -> None:
    """D1: the clock starts five years late and jumps to tomorrow between two ballots; order comes from the chain."""
    town, shift_s = Town([contest()]), -5 * 365 * 86_400
    kiosk = opened(town)
    kiosk.page.add_init_script(
        f"const now = Date.now; globalThis.shift = {shift_s * 1000}; Date.now = () => now() + shift;"
    )
    kiosk.enrol()
    wait_for(lambda: "clock_s" in town.pushes[-1]["status"], kiosk)
    status = town.pushes[-1]["status"]
    assert abs(status["clock_s"] - shift_s) <= 2 and "clock" in status["checks"]
    kiosk.session("Ouvrir le vote")
    kiosk.vote(town.codes[0], 0)
    kiosk.page.evaluate(f"() => {{ shift = {86_400 * 1000}; }}")
    kiosk.vote(town.codes[1], 1)
    kiosk.session("Clore le vote")
    wait_for(lambda: len(town.records) == 5, kiosk)
    kinds: list[Any] = [head["type"] for head in town.headers()]
    assert kinds == ["device.started", "meeting.state", "ballot.sealed", "ballot.sealed", "meeting.state"]
    assert not any(re.search(r"20\d\d-|time|date", line) for line in town.records.values()), "no record tells a time"
    assert kiosk.errors == []
