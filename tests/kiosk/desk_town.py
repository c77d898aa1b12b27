"""A town whose device is a desk, with people whose names stand nowhere else; and somebody who works at it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from fake_server import Town, b64u
from kiosk_page import Kiosk, contest
from playwright.sync_api import expect

from server.voting import unlocking
from server.voting.unlocking import Card, new_card

SESSION = "0123456789abcdef"
PEOPLE = [
    ["00017", "Quenneville", "Zéphirine", "1987-11-23", "14, impasse des Tamaris", ""],
    ["00018", "Quenneville", "Zéphyrine", "1987-11-23", "3, rue de l'Aqueduc", ""],
    ["00019", "Ôlivier-Brisebois", "Barthélemy", "1951-02-07", "9, quai des Nénuphars", ""],
    ["00020", "Wojciechowska", "Łucja", "1969-08-30", "1, cour Sainte-Radegonde", "post"],
]


@dataclass
class DeskTown(Town):
    contests: list[dict] = field(default_factory=lambda: [contest()])
    mode: str = "desk"
    label: str = "Guichet 7, Préau"
    people: list[list[str]] = field(default_factory=lambda: PEOPLE)
    takes_two: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cards: list[Card] = [new_card(), new_card()]

    def beside(self) -> dict:
        pseudonyms = [b64u(hashlib.sha256(row[0].encode()).digest()) for row in self.people]
        rows = [[*row, name] for row, name in zip(self.people, pseudonyms, strict=True)]
        roll = {
            "format": "parvis-desk-roll-1", "takes_two": self.takes_two, "walk_ins": [],
            "boxes": [{"def": "ab" * 32, "title": {"fr": "Budget du Centre"}, "regime": "person"}],
            "rolls": [{"id": 1, "title": "Liste", "box": 0, "boxes": [0], "people": rows}],
        }  # fmt: skip
        keys = {unlocking.card_id(card.key(SESSION)): card.key(SESSION) for card in self.cards}
        desk, unlock = unlocking.seal_roll(roll, keys, session=SESSION, dev=self.device["id"], version=3)
        return {"operator": {"salt": "", "hash": ""}, "unlock": unlock, "desk": desk}


class Desk(Kiosk):
    """What an officer does, in the words on the screen."""

    town: DeskTown

    def ready(self) -> Desk:
        """Enrolled, unlocked, open."""
        self.open(f"#enrol={self.town.enrol_code}")
        self.press("Oui, prendre la réunion")
        self.press("Aller au guichet")
        self.unlock()
        self.deed("Poste")
        self.press("Ouvrir le guichet")
        if not self.page.evaluate("() => navigator.storage.persisted()"):
            self.press("Oui, j'en réponds")
        self.press("Quitter")
        self.title("Guichet")
        return self

    def unlock(self, card: str = "") -> None:
        self.title("Déverrouiller")
        self.page.locator("#code").fill(card or self.town.cards[0].grouped)
        self.deed("Déverrouiller")
        if not card:
            self.title("Guichet")

    def deed(self, words: str) -> None:
        self.page.locator(".deed").get_by_role("button", name=words, exact=True).click()

    def find(self, words: str) -> list[str]:
        """Numbers of the people found."""
        self.page.locator("#find").fill(words)
        # What was found before stands there until the answer to this.
        self.page.wait_for_function("q => document.querySelector('pv-desk-find').view.q === q", arg=words)
        return [line.split("N° ")[1][:5] for line in self.page.locator("button.person").all_inner_texts()]

    def choose(self, number: str) -> None:
        self.find(number)
        self.page.locator("button.person").first.click()
        expect(self.page.locator(f"[data-number='{number}']")).to_be_visible()

    def mark(self, number: str) -> None:
        self.choose(number)
        self.page.locator(f"[data-number='{number}']").get_by_role("button").click()
        self.sees("Remettez le passe suivant de la pile")

    def on(self) -> None:
        self.deed("Personne suivante")
        self.title("Guichet")
