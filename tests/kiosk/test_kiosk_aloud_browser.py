"""A vote without looking: what a kiosk says aloud, when it falls silent, and that the next person hears nothing."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import Town, make_code
from kiosk_page import Kiosk, Open, ballots, contest, wait_for
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e
# A voice for each language but Arabic, which writes down what it was given to say; "cancel" empties its mouth.
VOICES = """
  globalThis.said = [];
  const getVoices = () => ["fr-FR", "en-GB"].map((lang) => ({ lang, localService: true }));
  const speak = ({ text, lang }) => said.push(`${lang}: ${text}`);
  const speechSynthesis = { getVoices, speak, cancel: () => { said.length = 0; }, addEventListener() {} };
  Object.defineProperty(globalThis, "speechSynthesis", { value: speechSynthesis });
  globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


@pytest.fixture
def kiosk(opened: Open) -> Kiosk:
    kiosk = opened(Town([contest()], languages=["fr", "en", "ar"]))
    kiosk.page.add_init_script(VOICES)
    return kiosk.ready()


def hears(kiosk: Kiosk, words: str) -> None:
    kiosk.page.wait_for_function("(words) => said.some((one) => one.includes(words))", arg=words)


def is_silent(kiosk: Kiosk) -> bool:
    return kiosk.page.evaluate("() => said.length === 0")


def go_to(kiosk: Kiosk, words: str) -> None:
    """Press Tab until these words are heard: nothing is looked at."""
    for _step in range(40):
        kiosk.page.keyboard.press("Tab")
        if kiosk.page.evaluate("(words) => said.some((one) => one.includes(words))", words):
            return
    raise AssertionError(f"{words} is never said")


def test_a_vote_is_cast_by_ear_and_key_alone(kiosk: Kiosk) -> None:
    """From the key that begins to read aloud to the receipt: each screen, each control, each mark, each refusal."""
    keys = kiosk.page.keyboard
    keys.press("F1")
    hears(kiosk, "fr: Forum du Centre")
    go_to(kiosk, "Touchez pour commencer")
    keys.press("Enter")
    hears(kiosk, "fr: Votre passe")
    go_to(kiosk, "Code du passe")
    keys.type(make_code()[0])
    keys.press("Enter")
    hears(kiosk, "Ce passe n'est pas de cette réunion")
    kiosk.page.locator("#code").fill("")
    keys.type(kiosk.town.codes[0])
    keys.press("Enter")
    hears(kiosk, "fr: Quels projets pour le Centre")
    go_to(kiosk, "Planter des arbres et des plantes comestibles")
    hears(kiosk, "case vide")
    keys.press("Space")
    hears(kiosk, "1 croix sur 3")
    go_to(kiosk, "Relire mon bulletin")
    keys.press("Enter")
    hears(kiosk, "fr: Planter des arbres")
    go_to(kiosk, "Déposer mon bulletin")
    keys.press("Enter")
    hears(kiosk, "fr: Enregistré sur cet appareil")
    go_to(kiosk, "Terminé")
    keys.press("Enter")
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    assert is_silent(kiosk), "the next person hears nothing"
    keys.press("Tab")
    assert is_silent(kiosk)
    wait_for(lambda: ballots(kiosk.town) == [{"v": 1, "choices": {"q1": ["6"]}}], kiosk)
    assert kiosk.errors == []


def test_any_step_interrupts_the_voice_and_it_follows_the_language_where_there_is_one(kiosk: Kiosk) -> None:
    page = kiosk.page
    kiosk.press("Écouter")
    hears(kiosk, "fr: Forum du Centre")
    page.keyboard.press("Tab")
    assert not page.evaluate("() => said.some((one) => one.includes('Forum du Centre'))"), "interrupted"
    kiosk.press("Langue")
    page.get_by_role("button", name="English", exact=True).click()
    hears(kiosk, "en: Forum of the Centre")
    page.keyboard.press("F1")
    assert is_silent(kiosk)
    page.keyboard.press("F1")
    hears(kiosk, "en: Forum of the Centre")
    page.get_by_role("button", name="Language").click()
    page.get_by_role("button", name="العربية", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    assert is_silent(kiosk), "no voice reads a language that is not its own"
    assert page.get_by_role("button", name="استماع").count() == 0


def test_who_listens_is_given_longer_before_being_asked(kiosk: Kiosk) -> None:
    """A ballot that is read aloud takes its time; and what was set goes with the person (D17)."""
    kiosk.page.clock.install()
    kiosk.page.reload()
    kiosk.press("Touchez pour commencer")
    kiosk.press("Écouter")
    kiosk.page.clock.run_for(170_000)
    expect(kiosk.page.locator("dialog")).to_have_count(0)
    kiosk.page.clock.run_for(15_000)
    hears(kiosk, "Êtes-vous encore là")
    kiosk.page.clock.run_for(130_000)
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    assert is_silent(kiosk)
    expect(kiosk.page.get_by_role("button", name="Écouter")).to_have_attribute("aria-pressed", "false")
