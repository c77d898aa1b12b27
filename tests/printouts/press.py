"""An invented town's forms and a press, for the tests of paper."""

import io

from printouts.draw import draw_sheets
from printouts.geometry import Layout
from printouts.layout import BallotForm, Choice

DEFINITION = bytes(range(32))

TITLES = (
    "Végétaliser les pieds d'arbres",
    "Des stations de gonflage sur les trajets à vélo les plus fréquentés",
    "Łąka kwietna przy placu Wolności — źródełko, ławki i oświetlenie ścieżki",
    "Un four à pain au cœur du quartier",
    "Odnowa boiska Szkoły Podstawowej nr 12, ul. Żwirki 11/13",
)


def caption(serial: bytes) -> str:
    """Stand in for the printed code: five groups made of the serial's digits."""
    digits = serial.hex().upper()[:18]
    return "-".join(digits[start : start + 4] for start in range(0, 18, 4))


def make_form(count: int = 10, **changes: object) -> BallotForm:
    """Return the ballot of an invented town with that many choices."""
    choices = [
        Choice(
            f"p{index}", str(index + 1), f"{TITLES[index % 5]} {index}", "Cadre de vie", f"{index + 4}\u202f000\u202f€"
        )
        for index in range(count)
    ]
    fields = {
        "title": "Budget participatif du Centre",
        "contest": "budget",
        "choices": choices,
        "authority": "Ville de Villeneuve-sur-Aure",
        "period": "Du 1er au 31 octobre 2026",
        "lead": "400\u202f000\u202f€ à répartir.",
        "instructions": ["Faites de une à trois croix.", "Stylo noir ou bleu. Erreur ? Demandez une autre feuille."],
        "footer": "Pliez la feuille en deux et mettez-la dans l'urne.\nN'écrivez ni votre nom ni une marque.",
    }
    return BallotForm(**(fields | changes))


def press(layout: Layout, sheets: list[tuple[bytes, bool]], definition: bytes = DEFINITION) -> bytes:
    """Return the PDF of the sheets (serial, is_test)."""
    out = io.BytesIO()
    draw_sheets(layout, sheets, definition=definition, caption=caption, out=out)
    return out.getvalue()
