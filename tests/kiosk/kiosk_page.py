"""Driving a kiosk in a browser: what an operator and a participant do, in the words they see."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from fake_server import PIN, Town
from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
PROJECTS = [
    ("4", "Des uritrottoirs en plus", "Cadre de vie", 1_400_000),
    ("5", "Végétaliser la place de la Halle", "Nature en ville", 20_000_000),
    ("6", "Planter des arbres et des plantes comestibles", "Nature en ville", 300_000),
    ("7", "Des voies dédiées et bien délimitées pour les vélos et les piétons", "Éco-mobilité", 15_000_000),
    ("8", "Végétaliser les pieds d'arbres en ville", "Nature en ville", 5_000_000),
    ("9", "Pénaliser les motards bruyants", "Cadre de vie", 3_000_000),
    ("10", "Des voiles d'ombre sur les jeux d'enfants", "Cadre de vie", 1_000_000),
    ("11", "Des stations de gonflage sur les trajets à vélo les plus fréquentés", "Éco-mobilité", 900_000),
    ("12", "Végétaliser la place Saint-Aubin et le parvis de la gare", "Nature en ville", 20_000_000),
    ("13", "De plus beaux conteneurs de recyclage", "Cadre de vie", 400_000),
]


def contest(method: str = "approval", **bounds: int) -> dict:
    """A question with the ten projects."""
    choices = [
        {"id": number, "number": int(number), "title": {"fr": title, "en": title}, "note": {"fr": note}, "cost": cost}
        for number, title, note, cost in PROJECTS
    ]
    title = {"fr": "Quels projets pour le Centre ?", "en": "Which projects for the Centre?"}
    limits = {"min": 1, "max": 3, "max_cost": 40_000_000} | bounds
    return {"id": "q1", "title": title, "method": method, **limits, "choices": choices}


#: What the panel says of the session once this was done.
STATES = {
    "Ouvrir le vote": "Ouverte", "Mettre en pause": "En pause", "Rouvrir le vote": "Ouverte", "Clore le vote": "Close",
}  # fmt: skip

#: Each connection to the database that the page opens is known to whoever tests it.
WATCH = """{
  window.opened = [];
  const real = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...what) {
    const request = real.apply(this, what);
    request.addEventListener("success", () => window.opened.push(request.result));
    return request;
  };
}"""


class Kiosk:
    """One page of a kiosk and the town behind it."""

    pin = PIN

    def __init__(self, context: BrowserContext, town: Town) -> None:
        self.context, self.town = context, town
        self.page: Page = context.new_page()
        self.page.set_default_timeout(20_000)  # on a busy machine, too
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, fragment: str = "") -> Kiosk:
        self.page.goto(f"{self.town.origin}/kiosk/{fragment}")
        return self

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words).click()

    def sees(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words)

    def title(self, words: str) -> None:
        expect(self.page.locator("h1").last).to_have_text(words)

    def enrol(self) -> None:
        self.open(f"#enrol={self.town.enrol_code}")
        self.press("Oui, prendre la réunion")
        self.title("Prête")
        self.press("Aller à l'écran d'accueil")

    def operator(self) -> None:
        self.press("Opérateur")
        self.page.locator("#pin").fill(self.pin)
        self.press("Entrer")
        expect(self.page.locator("pv-operator")).to_be_visible()

    def anew(self, word: str = "recommencer", *names: str) -> None:
        """On the operator's panel: prepared anew, by two persons who say so (D21)."""
        self.press("Préparer à nouveau cette borne")
        self.page.locator("#anew-word").fill(word)
        for place, name in enumerate(names or ("Ada", "Bo"), start=1):
            self.page.locator(f"#anew-{place}").fill(name)
        self.page.get_by_role("button", name="Préparer à nouveau", exact=True).click()

    def session(self, deed: str) -> None:
        self.operator()
        self.press(deed)
        if deed == "Ouvrir le vote" and not self.page.evaluate("() => navigator.storage.persisted()"):
            self.press("Oui, j'en réponds")
        if deed == "Clore le vote":
            self.press("Oui, clore")
        # Whoever leaves sooner sees the rest screen change under their hands.
        if state := STATES.get(deed):
            expect(self.page.locator(".state")).to_have_text(state)
        self.press("Quitter")

    def ready(self) -> Kiosk:
        """Enrolled, meeting taken, session open, at rest."""
        self.enrol()
        self.session("Ouvrir le vote")
        return self

    def give_pass(self, code: str) -> None:
        expect(self.page.locator("#stage > *")).to_be_visible()
        if self.page.locator("pv-rest").count():
            self.press("Touchez pour commencer")
        self.page.locator("#code").fill(code)
        self.press("Continuer")
        # The code is judged in its own time: wait until it opened the vote or was refused.
        expect(self.page.locator("pv-ballot, pv-pass .say").first).to_be_visible()

    def choices(self) -> Locator:
        return self.page.locator(".choice")

    def to_review(self, code: str, *marks: int) -> None:
        self.give_pass(code)
        for mark in marks:
            self.choices().nth(mark).click()
        self.press("Relire mon bulletin")
        self.title("Votre bulletin")

    def vote(self, code: str, *marks: int) -> str:
        """Vote and leave; return the receipt's address."""
        self.to_review(code, *marks)
        self.press("Déposer mon bulletin")
        self.title("Enregistré sur cet appareil")
        url = self.page.locator(".qr").get_attribute("data-text") or ""
        self.press("Terminé")
        expect(self.page.locator("pv-rest")).to_be_visible()
        return url

    def stored(self) -> dict:
        """Everything in the database of this origin, as JSON."""
        return self.page.evaluate("""() => new Promise((resolve) => {
          const request = indexedDB.open("parvis-kiosk");
          request.onsuccess = () => {
            const db = request.result;
            const names = [...db.objectStoreNames];
            const found = {};
            const tx = db.transaction(names);
            for (const name of names) {
              tx.objectStore(name).getAll().onsuccess = (event) => { found[name] = event.target.result; };
            }
            tx.oncomplete = () => { db.close(); resolve(JSON.parse(JSON.stringify(found))); };
          };
        })""")


Open = Callable[..., Kiosk]


def wait_for(is_true: Callable[[], object], kiosk: Kiosk, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "waited in vain"
        kiosk.page.wait_for_timeout(50)


def ballots(town: Town) -> list[dict]:
    """Opened. More may arrive meanwhile."""
    return [town.open_ballot(line) for line in list(town.records.values()) if '\\"ballot.sealed\\"' in line]


def crash(page: Page) -> None:
    """The renderer of a page dies, and can answer nothing more."""
    with contextlib.suppress(Error):
        page.goto("chrome://crash")


def break_disk(kiosk: Kiosk, fault: str) -> None:
    """From now on every write of the page does this instead; ``real`` is the true write."""
    kiosk.page.evaluate(f"""() => {{
      const real = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function () {{ {fault}; }};
    }}""")
