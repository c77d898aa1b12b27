"""Documents to sign: everything that was said is on the pages, in order, whole, and the same each time."""

import io

import pypdfium2
import zxingcpp

from printouts import simulate
from printouts.blocks import Column, Heading, Notice, Paragraph, Scannable, Signatures, Table, facts
from printouts.documents import Document, draw_document

LONGEST = "anticonstitutionnellement, l’électroencéphalographiste déshydrogénéra"
CHECKPOINT = "parvis-checkpoint-1\nhttps://vote.example\n" + "0" * 64 + "\n1\n12\n" + "f" * 64 + "\n" + "A" * 86 + "\n"


def made(*blocks, mark=""):
    return Document(
        title="Procès-verbal",
        authority="Ville",
        subtitle="L’urne",
        blocks=blocks,
        foot="Urne 12ab",
        page_words=lambda number, count: f"Page {number} sur {count}",
        mark=mark,
    )


def drawn(*blocks, **more):
    out = io.BytesIO()
    count = draw_document(made(*blocks, **more), out)
    return out.getvalue(), count


def pages(data):
    """The text of each page, spaces and line ends as one space."""
    file = pypdfium2.PdfDocument(data)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in file]


def long_table(rows=120):
    columns = (Column("N°", 10), Column("Ce qui était là"), Column("Nombre", 20, "end", "bold"))
    return Table(columns, [(str(place), LONGEST, f"{place}0") for place in range(rows)])


def test_a_table_goes_on_under_the_same_head_and_loses_no_row():
    told = pages(drawn(Heading("Comptes"), long_table())[0])
    assert len(told) > 3
    assert all("Ce qui était là" in page for page in told)
    rows = [word for page in told for word in page.split() if word.endswith("0") and len(word) > 1]
    assert {f"{place}0" for place in range(1, 120)} <= set(rows)


def test_every_page_says_which_of_how_many_and_whether_it_is_final():
    data, count = drawn(long_table(), mark="Provisoire")
    told = pages(data)
    assert [f"Page {place} sur {count}" in page for place, page in enumerate(told, start=1)] == [True] * count
    assert all("Provisoire" in page and "Urne 12ab" in page and "Procès-verbal" in page for page in told)


def test_the_same_document_is_the_same_bytes():
    assert drawn(long_table(), Scannable(CHECKPOINT, ["à garder"])) == drawn(
        long_table(), Scannable(CHECKPOINT, ["à garder"])
    )


def test_a_cell_longer_than_a_page_goes_on_and_nothing_is_lost():
    words = [f"mot{place}" for place in range(1500)]
    data, count = drawn(Table((Column("Égalité", 30), Column("Explication")), [("3", " ".join(words))]))
    assert count > 1
    assert [word for word in " ".join(pages(data)).split() if word.startswith("mot")] == words


def test_a_heading_stands_above_what_it_heads_and_signatures_stay_together():
    for lines in range(20, 45, 2):
        filler = [Paragraph(f"Ligne {place}") for place in range(lines)]
        told = pages(drawn(*filler, Heading("Signatures"), Signatures(["Un", "Deux", "Trois"], ("Nom", "Paraphe")))[0])
        [page] = [page for page in told if "Signatures" in page]
        assert page.count("Nom") == page.count("Paraphe") == 3


def test_the_code_on_the_page_is_read_back_letter_by_letter():
    data, _count = drawn(Notice("Provisoire", "Rien n’est arrêté."), Scannable(CHECKPOINT, ["À garder."]))
    [page] = simulate.rasterise(data)
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [CHECKPOINT]


def test_what_no_face_has_is_shown_as_a_question_mark_and_stops_nothing():
    [page] = pages(drawn(facts([("Présidence", "王小明 et Žofia Łącka"), ("Écart", "−2 ≠ 0")]))[0])
    assert "??? et Žofia Łącka" in page and "−2 ≠ 0" in page
