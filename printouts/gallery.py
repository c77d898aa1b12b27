"""Pictures of everything that is printed, for people who choose a form: ``python -m printouts.gallery [FOLDER]``.

Writes one PNG a form, and README.md that lists them. The forms are those of an invented town (``gallery_words``), drawn
by the same functions as the real ones; every ballot is a specimen with a serial that nobody ever gets.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium

from printouts import gallery_ideas
from printouts import gallery_words as words
from printouts.cards import CardWords, draw_cards
from printouts.draw import draw_sheets
from printouts.forms import BallotForm
from printouts.layout import lay_out
from printouts.post import SlipWords, draw_post
from printouts.posters import BoxLabel, Poster, draw_box_label, draw_poster
from printouts.slips import Letter, Pass, draw_letters, draw_passes, grouped

FOLDER = Path(__file__).parents[1] / "docs" / "paper"
DPI = 76
GREYS = 16  # levels: small files, and no eye sees more on paper
GROUND, MARGIN = 200, 8  # grey and pixels around and between pages
SERIAL = bytes(10)
CODE = "0123456789ABCDEFGH"


@dataclass(frozen=True)
class Picture:
    """name: of the file, without ending. draw: gives the PDF. pages: counted from 0, those that are shown."""

    name: str
    caption: str
    draw: Callable[[], bytes]
    pages: Sequence[int] = (0,)


def ballot(form: Callable[[], BallotForm], paper: str = "A4") -> Callable[[], bytes]:
    def draw() -> bytes:
        out = io.BytesIO()
        layout = lay_out(form(), paper=paper)
        draw_sheets(layout, [(SERIAL, True)], definition=bytes(32), caption=lambda serial: grouped(CODE), out=out)
        return out.getvalue()

    return draw


def ballots() -> Iterator[Picture]:
    yield Picture("approval", "Several projects: a box each, with their prices", ballot(words.french))
    yield Picture(
        "one", "One project: round boxes say that one is meant", ballot(lambda: words.french(6, shape="round"))
    )
    yield Picture("ranked", "A ranking: a column for each rank", ballot(words.ranked))
    yield Picture("score", "Points from 0 to 5", ballot(words.score))
    yield Picture("dots", "Dots to share out: each box is one", ballot(words.dots))
    yield Picture("question", "A question: yes, no, abstention", ballot(words.question))
    yield Picture(
        "many", "Sixty projects on four pages; the first three of them", ballot(lambda: words.french(60)), (0, 1, 2)
    )
    yield Picture(
        "large", "Large print: titles of 18 points", ballot(lambda: words.french(is_large_print=True)), (0, 1)
    )
    yield Picture("easy", "Easy to read: three steps, short sentences, large letters", ballot(words.easy))
    yield Picture("two-languages", "Two languages on one sheet", ballot(words.two_languages))
    yield Picture("arabic", "Arabic, mirrored as a whole", ballot(words.arabic))
    yield Picture("hebrew", "Hebrew, with a ranking from right to left", ballot(words.hebrew))
    yield Picture("a5", "A5: half the paper", ballot(lambda: words.french(5), "A5"))
    yield Picture("letter", "Letter", ballot(words.english, "Letter"))


def slips() -> Iterator[Picture]:
    yield Picture("passes", "Passes for the desk, ten on a sheet to cut", _passes)
    yield Picture("cards", "The same as cards, in two languages", _cards)
    yield Picture("letter-with-code", "A letter with a code for voting online", _letter)
    yield Picture("vote-by-post", "A letter with a slip for the return envelope", _post)


def hall() -> Iterator[Picture]:
    yield Picture("poster", "A poster for the hall, on A3", _poster)
    yield Picture("box-label", "A label for each ballot box, with lines for its seals", _label)


def ideas() -> Iterator[Picture]:
    yield Picture("idea-cards", "Cards for ideas, two on a sheet to cut", gallery_ideas.idea_cards)
    yield Picture("comment-cards", "Cards for comments on one thing, four on a sheet", gallery_ideas.comment_cards)
    yield Picture("idea-card-large", "A card for an idea in large print", lambda: gallery_ideas.idea_cards(1))
    yield Picture("catalogue", "A catalogue of proposals", gallery_ideas.catalogue, (0, 1))
    yield Picture(
        "catalogue-large", "The same in large print", lambda: gallery_ideas.catalogue(is_large_print=True), (0, 1)
    )


def _poster() -> bytes:
    out = io.BytesIO()
    easy, form = words.easy(), words.french()
    poster = Poster(
        form.authority,
        form.title,
        form.instructions[0],
        easy.steps,
        form.marks_yes,
        form.marks_no,
        "Une erreur\u202f? Demandez une autre feuille au guichet.",
    )
    draw_poster(poster, out)
    return out.getvalue()


def _label() -> bytes:
    out = io.BytesIO()
    form = words.french()
    fields = ["Numéro du scellé", "Scellée par", "Fermée à (heure)", "Ouverte par", "Feuilles trouvées"]
    draw_box_label(
        BoxLabel(form.authority, "Urne", form.title, words.PASS_LINES, "Seulement les bulletins de ce vote.", fields),
        out,
    )
    return out.getvalue()


def _passes() -> bytes:
    out = io.BytesIO()
    draw_passes(
        [Pass(CODE, words.PASS_LINES)] * 10,
        out,
        heading="Laissez-passer pour un vote",
        instruction="Montrez le carré de points à la borne, ou tapez ce code.",
        authority="Ville de Villeneuve-sur-Aure",
    )
    return out.getvalue()


def _cards() -> bytes:
    out = io.BytesIO()
    headings = ["Laissez-passer pour un vote", "Pass to vote"]
    told = ["Un bulletin, à une borne ou sur papier.", "One ballot, at a kiosk or on paper."]
    draw_cards(
        [Pass(CODE, words.PASS_LINES)] * 10, out, words=CardWords("Ville de Villeneuve-sur-Aure", headings, told)
    )
    return out.getvalue()


def _letter_to_one(paragraphs: Sequence[str]) -> Letter:
    address = ["Camille MARTIN", "12 rue des Œillets", "99999 VILLENEUVE-SUR-AURE"]
    return Letter(address, "Camille Martin,", CODE, "vote.villeneuve-sur-aure.example", paragraphs)


def _letter() -> bytes:
    out = io.BytesIO()
    told = [
        "La ville met 400\u202f000\u202f€ au vote. Choisissez jusqu’à trois projets, du 1er au 31 octobre 2026.",
        "Ce code est le vôtre\xa0: ne le donnez à personne. Vous pouvez aussi voter à une borne ou sur papier.",
    ]
    draw_letters([_letter_to_one(told)], out, heading="À vous de voter", authority="Ville de Villeneuve-sur-Aure")
    return out.getvalue()


def _post() -> bytes:
    out = io.BytesIO()
    steps = [
        "Marquez votre bulletin, pliez-le et glissez-le dans la petite enveloppe.",
        "Découpez le talon, signez-le et mettez-le avec la petite enveloppe dans la grande.",
        "Postez-la avant le 25 octobre 2026.",
    ]
    slip = SlipWords(
        "Vote par courrier",
        ["Mairie de Villeneuve-sur-Aure", "Bureau des votes", "1 place de la Halle", "99999 VILLENEUVE-SUR-AURE"],
        "Découper ici",
        "Numéro de l’enveloppe",
        "Signature",
    )
    draw_post(
        [_letter_to_one(steps)], out, heading="Voter par courrier", slip=slip, authority="Ville de Villeneuve-sur-Aure"
    )
    return out.getvalue()


def pixels(picture: Picture) -> np.ndarray:
    """Return the pages side by side on a grey ground, few greys."""
    document = pdfium.PdfDocument(picture.draw())
    shown = []
    for number in picture.pages:
        bitmap = document[number].render(scale=DPI / 72, grayscale=True)
        page = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
        shown.append(cv2.copyMakeBorder(page, MARGIN, MARGIN, MARGIN, 0, cv2.BORDER_CONSTANT, value=GROUND))
    document.close()
    whole = cv2.copyMakeBorder(np.hstack(shown), 0, 0, 0, MARGIN, cv2.BORDER_CONSTANT, value=GROUND)
    step = 256 // GREYS
    return np.minimum(255, (whole.astype(int) + step // 2) // step * step).astype(np.uint8)


def draw_gallery(folder: Path) -> list[Picture]:
    """Write every picture and the list of them; return what was drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [*ballots(), *slips(), *hall(), *ideas()]
    for picture in pictures:
        done, raw = cv2.imencode(".png", pixels(picture), [cv2.IMWRITE_PNG_COMPRESSION, 9])
        if not done:
            raise RuntimeError("OpenCV could not write a PNG")
        (folder / f"{picture.name}.png").write_bytes(raw.tobytes())
    (folder / "README.md").write_text(readme(pictures), encoding="utf-8")
    return pictures


def readme(pictures: Sequence[Picture]) -> str:
    parts = [
        "# What is printed\n\nEvery form, as the press gives it: black only, on white paper. "
        "Drawn by `python -m printouts.gallery`; town, projects and codes are invented.\n"
    ]
    parts += [f"## {one.caption}\n\n![{one.caption}]({one.name}.png)\n" for one in pictures]
    return "\n".join(parts)


def main(arguments: Sequence[str]) -> None:
    folder = Path(arguments[0]) if arguments else FOLDER
    for picture in draw_gallery(folder):
        size = (folder / f"{picture.name}.png").stat().st_size
        print(f"{picture.name:20} {size / 1000:6.1f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
