"""A town whose session asks for ideas beside its vote, and a person who walks through every screen of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fake_server import Town, unb64u
from kiosk_page import Kiosk, break_disk, contest
from playwright.sync_api import expect

IDEAS = [
    ("fr", "Des bancs à l’ombre le long de la rivière", "Aucun jusqu’au lavoir.\nDeux suffiraient, sous les saules."),
    ("fr", "Une passerelle pour les enfants de l’école du bord de l’eau qui prennent la route", "Elle est étroite."),
    ("en", "A place to swim in summer", "Below the weir the water is calm."),
    ("fr", "Ouvrir la buvette du kiosque le dimanche", "De mai à septembre."),
    ("ar", "مغسل جديد قرب الجسر", "يلتقي الناس هناك كل سبت."),
    ("fr", "Moins de lumière la nuit", "Les chauves-souris reviendraient."),
    ("fr", "Un sentier sans marches", "Pour les poussettes et les fauteuils."),
    ("fr", "Replanter des saules", "La berge s’en va."),
]  # fmt: skip


def ideas(*may: str, **facts: Any) -> dict[str, Any]:
    """A list of the pack, as the server makes it; everything may be done with it unless said otherwise."""
    lines = [
        {"ref": f"{n:024x}", "number": n, "title": title, "text": text, "language": language}
        for n, (language, title, text) in enumerate(IDEAS, start=1)
    ]
    title = {"fr": "Que faire de nos rives ?", "en": "What shall become of our banks?", "ar": "ماذا نفعل بضفافنا؟"}
    given = {
        "component": 7,
        "title": title,
        "may": list(may or ("propose", "endorse", "comment")),
        "longest_title": 150,
    }
    given |= {"longest_comment": 2000, "asks_stance": True}
    return given | {"longest_body": 2000, "most_endorsements": 0, "of": len(lines), "proposals": lines} | facts


def town_of_ideas(*lists: dict[str, Any], **how: Any) -> Town:
    return Town(how.pop("contests", [contest()]), ideas=list(lists or (ideas(),)), languages=["fr", "en", "ar"], **how)


def deeds(kiosk: Kiosk, *types: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Type, subject and body of the records of these types that lie on the device, in their order."""
    lines = [json.loads(record["line"]) for record in kiosk.stored()["records"]]
    told = [(json.loads(line["header"])["type"], line["subject"], unb64u(line["body"])) for line in lines]
    return [(type_, subject, json.loads(body)) for type_, subject, body in told if type_ in types]


def open_ideas(kiosk: Kiosk) -> None:
    kiosk.page.locator(".begin", has_text="Les idées").click()
    expect(kiosk.page.locator("pv-ideas")).to_be_visible()


def read(kiosk: Kiosk, number: int) -> None:
    """From the first page of the list."""
    kiosk.page.locator(f"[data-ref='{number:024x}']").click()
    expect(kiosk.page.locator("pv-idea")).to_be_visible()


def show_pass(kiosk: Kiosk, code: str) -> None:
    kiosk.page.locator("#code").fill(code)
    kiosk.press("Continuer")


def write(kiosk: Kiosk, title: str, body: str, name: str = "") -> None:
    """On the page of writing."""
    for field, words in (("title", title), ("body", body), ("name", name)):
        kiosk.page.locator(f"#idea-{field}").fill(words)


def comment(kiosk: Kiosk, words: str, *, stance: str = "", name: str = "") -> None:
    """From an idea; ends on the page of writing."""
    kiosk.press("Commenter")
    kiosk.page.locator("#idea-text").fill(words)
    if stance:
        kiosk.page.locator(".stances .choice", has_text=stance).click()
    kiosk.page.locator("#idea-name").fill(name)


def walk_ideas(kiosk: Kiosk) -> Iterator[str]:
    """Give the name of each screen while it stands; the kiosk is open and at rest."""
    page, codes = kiosk.page, kiosk.town.codes
    yield "ideas-rest"
    open_ideas(kiosk)
    yield "ideas-list"
    read(kiosk, 2)
    yield "idea"
    kiosk.press("Soutenir cette idée")
    expect(page.locator("pv-pass")).to_be_visible()
    yield "idea-pass"
    show_pass(kiosk, kiosk.town.wrong_code())
    kiosk.sees("Ce passe n'est pas accepté")
    yield "idea-pass-refused"
    show_pass(kiosk, codes[0])
    kiosk.sees("Vous soutenez cette idée.")
    yield "idea-saved"
    kiosk.press("Toutes les idées")
    yield "ideas-list-mine"
    kiosk.press("Écrire une idée")
    yield "idea-write"
    kiosk.press("Relire")
    kiosk.sees("La phrase manque.")
    yield "idea-write-refused"
    write(kiosk, "Une fontaine sur le quai", "Il fait chaud en été.\nLes enfants joueraient.", "Zoé")
    kiosk.press("Relire")
    expect(page.locator("pv-idea-check")).to_be_visible()
    yield "idea-check"
    kiosk.press("Envoyer mon idée")
    kiosk.title("Enregistré sur cet appareil")
    yield "idea-done"
    kiosk.press("Toutes les idées")
    read(kiosk, 1)
    comment(kiosk, "Oui, sous les saules.\nEt un troisième.", stance="Pour", name="Zoé")
    yield "comment-write"
    kiosk.press("Relire")
    expect(page.locator("pv-idea-check")).to_be_visible()
    yield "comment-check"
    kiosk.press("Envoyer mon commentaire")
    kiosk.title("Enregistré sur cet appareil")
    yield "comment-done"
    kiosk.press("Toutes les idées")
    read(kiosk, 1)
    break_disk(kiosk, 'throw new DOMException("no", "QuotaExceededError")')
    kiosk.press("Soutenir cette idée")
    kiosk.title("Non enregistré")
    yield "idea-unsaved"
