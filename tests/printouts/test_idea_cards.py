"""Cards that people write on: drawn several to a sheet, cut apart, written on, and found again on scans and photos."""

from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest

from printouts import simulate
from printouts.geometry import PAPERS, Layout, mm
from printouts.handwriting import write, writing_lines
from printouts.idea_cards import CardWords, Field, PrintedCard, draw_idea_cards, lay_out_card
from printouts.read.page import read_page
from printouts.read.refusals import ReadingRefused
from printouts.read.straighten import upright
from printouts.read.writing import SAME, likeness
from printouts.typefaces import width

DEFINITION = bytes(range(32))
WORDS = CardWords(
    authority="Ville de Villeneuve",
    title="Mon idée pour la commune",
    lead="Une idée par carte.",
    fields=[Field("Titre"), Field("Mon idée", "Quoi, où, pour qui", 0), Field("Nom à afficher", "facultatif")],
    consent="Cette carte est recopiée et publiée, avec le nom que vous écrivez. L’image est détruite le 1er mars 2027.",
)
COMMENT = replace(
    WORDS,
    title="Mon avis",
    about="N° 12 : Des bancs à l’ombre le long du canal, entre le lavoir et l’écluse",
    fields=[Field("Je suis", boxes=("pour", "contre", "ni l’un ni l’autre")), Field("Mon commentaire", lines=0)],
)
ALL = [(WORDS, 2), (WORDS, 1), (COMMENT, 4), (COMMENT, 1), (replace(COMMENT, language="ar"), 4)]


def press(
    words: CardWords, per_sheet: int, count: int, *, tests: int = 0, dpi: int = 150
) -> tuple[Layout, list[np.ndarray]]:
    """The cards, cut from their sheets."""
    layout = lay_out_card(words, per_sheet=per_sheet, number=1)
    cards = [
        PrintedCard(layout, DEFINITION, f"serial-{n:03}".encode(), "000G-40R4-0M30-E209-ZT", is_test=n < tests)
        for n in range(count)
    ]
    out = io.BytesIO()
    assert draw_idea_cards(cards, out, title="Cartes", language="fr") == count
    cut = []
    for page in simulate.rasterise(out.getvalue(), dpi=dpi):
        columns, rows = (whole // part for whole, part in zip(PAPERS["A4"], (layout.width, layout.height), strict=True))
        wide, high = page.shape[1] // columns, page.shape[0] // rows
        cut += [
            np.ascontiguousarray(page[r * high : (r + 1) * high, c * wide : (c + 1) * wide])
            for r in range(rows)
            for c in range(columns)
        ]
    return layout, cut[:count]


def find(layout: Layout):
    return lambda code: layout if (code.definition, code.layout) == (DEFINITION[:8], 1) else None


@pytest.mark.parametrize(("words", "per_sheet"), ALL)
def test_nothing_lies_on_anything_else_and_all_of_it_is_on_the_card(words, per_sheet):
    layout = lay_out_card(words, per_sheet=per_sheet, number=1)
    page = layout.page(1)
    boxes = [(m.x, m.y, m.x + m.size, m.y + m.size) for m in page.markers]
    boxes.append((page.qr.x, page.qr.y, page.qr.x + page.qr.size, page.qr.y + page.qr.size))
    for text in page.texts:
        long = width(text.text, text.face, text.size)
        left = text.x - {"start": 0, "middle": long // 2, "end": long}[text.align]
        assert left >= mm(12) and left + long <= layout.width - mm(12)
        boxes.append((left, text.y - text.size * 6 // 10, left + long, text.y))
    boxes += [(rule.x, rule.y, rule.x + rule.width, rule.y + rule.height) for rule in writing_lines(layout)]
    for place, (left, top, right, foot) in enumerate(boxes):
        assert mm(5) <= left < right <= layout.width - mm(5) and mm(5) <= top < foot <= layout.height - mm(5)
        for other in boxes[place + 1 :]:
            assert right <= other[0] or other[2] <= left or foot <= other[1] or other[3] <= top, (boxes[place], other)
    assert len(writing_lines(layout)) >= 4
    assert not layout.is_shortened


@pytest.mark.parametrize(("words", "per_sheet"), ALL)
@pytest.mark.parametrize("kind", ["scanner", "photo"])
def test_a_card_that_was_written_on_is_known_and_laid_straight(words, per_sheet, kind):
    # A telephone held over a small card sees far more of it than a scanner at 150 dpi.
    layout, cut = press(words, per_sheet, 5, dpi=150 if kind == "scanner" else 250)
    rng = np.random.default_rng(3)
    for number, image in enumerate(cut):
        write(image, layout, ["Bancs pour le canal"] * 5, rng)
        framed = cv2.copyMakeBorder(image, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=255)
        reading = read_page(simulate.distort(framed, rng, kind=kind), find(layout))
        assert reading.code.serial == f"serial-{number:03}".encode()
        assert reading.code.is_card and not reading.scores
        assert reading.code.is_large_print is (per_sheet == 1)


def test_a_test_card_says_so_in_its_code_and_on_paper():
    layout, (specimen, real) = press(WORDS, 2, 2, tests=1)
    assert read_page(specimen, find(layout)).code.is_test
    assert not read_page(real, find(layout)).code.is_test
    top = slice(0, round(17 / 25.4 * 150))
    middle = slice(real.shape[1] // 3, real.shape[1] * 2 // 3)
    assert specimen[top, middle].min() < 100 < real[top, middle].min()


def test_a_sheet_that_was_not_cut_is_more_than_one_card():
    """B14."""
    layout, cut = press(WORDS, 2, 2)
    with pytest.raises(ReadingRefused) as refusal:
        read_page(np.vstack(cut), find(layout))
    assert refusal.value.code == "two_sheets"


def test_a_card_with_a_corner_torn_off_still_says_which_it_is():
    layout, (image,) = press(WORDS, 2, 1)
    image[-160:, :160] = 255
    assert read_page(image, find(layout)).code.serial == b"serial-000"
    image[-160:, -160:] = 255
    with pytest.raises(ReadingRefused) as refusal:
        read_page(image, find(layout))
    assert refusal.value.sheet.serial == b"serial-000"


def test_a_second_scan_is_told_from_a_photocopy_that_was_written_on():
    """B2."""
    layout, cut = press(WORDS, 2, 3)
    rng = np.random.default_rng(5)
    texts = ["Un abri a velos", "Devant la gare un abri couvert", "pour vingt velos avec pompe", "et cadenas"]
    write(cut[0], layout, texts, rng)
    write(cut[1], layout, ["Des arbres", "Planter des tilleuls dans la cour", "de notre ecole primaire"], rng)
    box = (0.0, 0.0, layout.width / 1000, layout.height / 1000)

    def seen(image: np.ndarray, kind: str) -> np.ndarray:
        framed = cv2.copyMakeBorder(image, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=255)
        grey = simulate.distort(framed, rng, kind=kind)
        return upright(grey, read_page(grey, find(layout)).projection, box, dpi=157)

    for kind in ("scanner", "photo") * 3:
        first = seen(cut[0], "scanner")
        assert likeness(first, seen(cut[0], kind), layout) > SAME
        assert likeness(first, seen(cut[1], kind), layout) < SAME
        assert likeness(first, seen(cut[2], kind), layout) < SAME
        assert likeness(seen(cut[2], kind), seen(cut[2], "scanner"), layout) > SAME


def test_words_that_leave_no_room_to_write_are_refused():
    with pytest.raises(ValueError, match="no room"):
        lay_out_card(replace(WORDS, consent=WORDS.consent * 9), per_sheet=2, number=1)
