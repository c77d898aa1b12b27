"""Every screen of a kiosk, one after the other, on one walk: what a picture or a test of looks needs to see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fake_server import PIN, Town, make_code
from kiosk_page import Kiosk, break_disk, contest
from playwright.sync_api import expect

FIRST = {
    "title": {"fr": "Quels projets pour le Centre ?", "en": "Which projects for the Centre?", "ar": "أي مشاريع للحي؟"}
}
SECOND = {"title": {"fr": "Quel nom pour la place ?", "en": "Which name for the square?", "ar": "أي اسم للساحة؟"}}
# The last project has no Arabic title: it is shown in the meeting's own language, isolated.
ARABIC = {
    "4": "مباول عمومية إضافية",
    "5": "تشجير ساحة السوق المغطى",
    "6": "غرس أشجار ونباتات صالحة للأكل",
    "7": "مسارات مخصصة وواضحة للدراجات والمشاة",
    "8": "تشجير جذوع الأشجار في الشوارع",
    "9": "معاقبة الدراجات النارية المزعجة",
    "10": "مظلات فوق ألعاب الأطفال",
    "11": "محطات نفخ على مسارات الدراجات الأكثر استعمالا",
    "12": "تشجير ساحة سانت أوبان وساحة المحطة",
}


def in_three_languages(question: dict, title: dict) -> dict:
    choices = [one | {"title": one["title"] | {"ar": ARABIC.get(one["id"], "")}} for one in question["choices"]]
    return question | title | {"choices": choices}


def town_of_two_votes(**how: Any) -> Town:
    """A budget with a purse and one question with round boxes, in French, English and Arabic."""
    budget, name = contest(), contest("choose-1", max=1, max_cost=0)
    second = [in_three_languages(name, SECOND)]
    return Town([in_three_languages(budget, FIRST)], second_vote=second, languages=["fr", "en", "ar"], **how)


def walk(kiosk: Kiosk) -> Iterator[str]:
    """Give the name of each screen while it stands. Whoever changes language or size puts them back before the next."""
    yield from set_up(kiosk)
    yield from open_session(kiosk)
    yield from visit(kiosk)
    yield from close_session(kiosk)
    yield from break_down(kiosk)


def set_up(kiosk: Kiosk) -> Iterator[str]:
    kiosk.page.clock.install()
    kiosk.open()
    kiosk.title("Préparer cette borne")
    yield "setup-code"
    kiosk.page.locator("#code").fill(kiosk.town.wrong_code())
    kiosk.press("Inscrire la borne")
    kiosk.sees("Ce code a expiré")
    yield "setup-code-refused"
    kiosk.page.locator("#code").fill(kiosk.town.enrol_code)
    kiosk.press("Inscrire la borne")
    kiosk.sees("Les mêmes deux mots")
    yield "setup-words"
    kiosk.press("Oui, prendre la réunion")
    kiosk.title("Prête")
    yield "setup-ready"
    kiosk.press("Aller à l'écran d'accueil")


def open_session(kiosk: Kiosk) -> Iterator[str]:
    kiosk.sees("pas encore ouvert")
    yield "rest-prepared"
    kiosk.press("Opérateur")
    kiosk.page.locator("#pin").fill("000000")
    kiosk.press("Entrer")
    kiosk.sees("Ce code n'est pas juste")
    yield "pin-wrong"
    kiosk.page.locator("#pin").fill(PIN)
    kiosk.press("Entrer")
    kiosk.title("Opérateur")
    yield "operator-prepared"
    kiosk.press("Ouvrir le vote")
    kiosk.sees("Ouvrir quand même le vote")
    yield "operator-unsafe"
    kiosk.press("Oui, j'en réponds")
    kiosk.press("Quitter")


def visit(kiosk: Kiosk) -> Iterator[str]:
    page, code = kiosk.page, kiosk.town.codes[0]
    expect(page.locator(".begin").first).to_be_visible()
    yield "rest-open"
    kiosk.press("Langue")
    kiosk.title("Choisissez votre langue")
    yield "languages"
    kiosk.page.keyboard.press("Escape")
    kiosk.press("Voter avec un contacteur")
    kiosk.title("Voter avec un contacteur")
    yield "switches"
    kiosk.page.keyboard.press("Escape")
    kiosk.context.set_offline(True)
    kiosk.press("Touchez pour commencer")
    kiosk.title("Votre passe")
    yield "pass-offline"
    kiosk.give_pass(make_code()[0])
    kiosk.sees("Ce passe n'est pas de cette réunion")
    yield "pass-refused"
    kiosk.give_pass(code)
    yield "ballot"
    for choice in (1, 2, 3):
        kiosk.choices().nth(choice).click()
    kiosk.choices().nth(5).click()
    kiosk.sees("3 cases au plus")
    yield "ballot-refused"
    kiosk.press("Question suivante")
    kiosk.choices().nth(4).click()
    yield "ballot-single"
    kiosk.press("Relire mon bulletin")
    kiosk.title("Votre bulletin")
    yield "review"
    page.clock.run_for(47_000)
    kiosk.sees("Êtes-vous encore là ?")
    yield "idle"
    kiosk.press("Je suis là")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    kiosk.press("Encore une minute")
    yield "receipt"
    kiosk.press("Appeler")
    kiosk.title("Aide demandée")
    yield "calling"
    kiosk.press("Reprendre mon bulletin")
    kiosk.press("Terminé")
    kiosk.context.set_offline(False)
    kiosk.give_pass(kiosk.town.codes[1])
    kiosk.press("Question suivante")
    kiosk.press("Relire mon bulletin")
    yield "review-blank"
    break_disk(kiosk, "throw new DOMException('full', 'QuotaExceededError')")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Non enregistré")
    yield "unsaved"
    kiosk.press("Effacer et terminer")
    kiosk.sees("Cette borne ne peut plus rien enregistrer")
    yield "rest-out-of-order"
    page.reload()


def close_session(kiosk: Kiosk) -> Iterator[str]:
    kiosk.operator()
    with kiosk.page.expect_download():
        kiosk.press("Exporter un fichier")
    kiosk.sees("Enregistrez-le, puis vérifiez la copie")
    yield "operator-open"
    kiosk.press("Bordereau de clôture")
    yield "slip"
    kiosk.press("Fermer")
    kiosk.press("Clore le vote")
    yield "operator-closing"
    kiosk.press("Oui, clore")
    kiosk.press("Quitter")
    kiosk.sees("Le vote est clos")
    yield "rest-closed"


def break_down(kiosk: Kiosk) -> Iterator[str]:
    second = Kiosk(kiosk.context, kiosk.town).open()
    second.title("La borne est déjà ouverte ici")
    first, kiosk.page = kiosk.page, second.page
    yield "second-window"
    kiosk.page = first
    second.page.close()
    kiosk.open("#enrol=0000")
    kiosk.sees("Cette borne est déjà inscrite")
    yield "setup-enrolled"
