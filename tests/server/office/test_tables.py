"""Files that people bring: what is read, and what is refused by name."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.budgets.imports import ProjectRow, plan_projects, read_projects, template
from server.processes.tables import BadTable, Fault, read_table
from tests.server.office.workbooks import with_member, workbook

GOOD = workbook([["titre", "coût"], ["Le lavoir", 12500], ["Le verger", 300.5]])


def codes(content: bytes, **limits: int) -> list[str]:
    with pytest.raises(BadTable) as bad:
        read_table(content, **limits)
    return [fault.code for fault in bad.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_encodings_and_delimiters_of_offices_are_read(encoding, delimiter):
    text = f"Nom{delimiter}Prénom\r\nLefèvre{delimiter}Chloé\r\n\r\n"
    table = read_table(text.encode(encoding))
    assert table.columns == ("nom", "prenom") and table.rows == ((2, {"nom": "Lefèvre", "prenom": "Chloé"}),)


def test_a_workbook_is_read_with_dates_and_numbers_as_text():
    table = read_table(workbook([["Nom", "Né le", "n"], ["Lefèvre", dt.datetime(1980, 5, 31), 7.0], ["Roux"]]))
    assert table.rows[0][1] == {"nom": "Lefèvre", "ne_le": "1980-05-31", "n": "7"}
    assert table.rows[1][1] == {"nom": "Roux", "ne_le": "", "n": ""}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"a;b\n", "no_rows"),
        ("nom;prénom\n".encode("utf-16"), "utf16"),
        (b"nom;x\n\x81\x8d;y\n", "bad_encoding"),
        ("nom;x\nLefèvre;y\n".encode() + "Chloé;z\n".encode("cp1252"), "bad_encoding"),
        ("nom;x\na;Chloé".encode()[:-1], "truncated"),
        (b"nom;prenom;x\na;b;c\nd;e", "truncated"),
        (b"nom;x\na;\x00\n", "control_character"),
        (b'nom;x\na;"b\nc;d\n', "bad_quotes"),
        (b"nom;Nom \na;b\n", "repeated_column"),
        (b"nom;x\na;b;c\n", "row_width"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "old_excel"),
        (b"PK\x03\x04 no archive", "broken_xlsx"),
        (GOOD[: len(GOOD) // 2], "broken_xlsx"),
        (with_member(GOOD, "xl/vbaProject.bin", b"x"), "macros"),
        (with_member(GOOD, "xl/embeddings/oleObject1.bin", b"x"), "embedded"),
        (with_member(GOOD, "xl/nested.zip", b"x"), "embedded"),
        (with_member(GOOD, "../../etc/cron.d/x", b"x"), "not_xlsx"),
        (with_member(GOOD, "xl/worksheets/sheet1.xml", b"<worksheet"), "broken_xlsx"),
        (with_member(GOOD, "xl/media/zeros.bin", bytes(8_000_000)), "zip_bomb"),
        (with_member(GOOD, "xl/worksheets/sheet1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'), "not_xlsx"),
    ],
)
def test_x1_what_cannot_be_read_is_named(content, code):
    assert codes(content) == [code]


def test_too_large_and_too_many_are_named():
    assert codes(b"a;b\n" + b"1;2\n" * 30, max_bytes=100) == ["too_big"]
    assert codes(b"a;b\n" + b"1;2\n" * 30, max_rows=20) == ["too_many_rows"]


def test_x1_a_cell_in_the_last_row_of_a_sheet_makes_no_million_rows():
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>'
    content = with_member(GOOD, "xl/worksheets/sheet1.xml", sheet + b"</sheetData></worksheet>")
    assert codes(content, max_rows=500) == ["too_many_rows"]


@given(st.binary(max_size=400))
def test_whatever_the_bytes_there_is_a_table_or_a_fault(content):
    try:
        assert read_table(content).rows
    except BadTable as bad:
        assert bad.faults


def projects(text: str):
    return read_projects(text.encode(), languages=["fr", "en"], language="fr")


def test_projects_of_a_table_with_texts_in_two_languages():
    file = projects("identifiant;titre;title_en;coût;catégorie\np1;Le lavoir;Wash house;12 500,50 €;Eau\n")
    row = file.rows[0]
    assert row.title == {"fr": "Le lavoir", "en": "Wash house"} and row.cost_cents == 1250050
    assert row.category == {"fr": "Eau"} and file.amount_cents is None


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("titre;prix\na;1\n", [Fault(1, "missing_column", "cost")]),
        ("titre;cout\n;1\nb;\n", [Fault(2, "missing_value", "title"), Fault(3, "missing_value", "cost")]),
        ("titre;cout\na;12,500\nb;-3\nc;x\nd;0\n", None),
        ("id;titre;cout\nà;a;1\nx;b;2\nx;c;3\n", [Fault(2, "bad_identifier", "à"), Fault(4, "duplicate_project", "x")]),
        ("titre;cout;numéro\na;1;4\nb;2;4\nc;3;x\n", [Fault(3, "duplicate_number", "4"), Fault(4, "bad_number", "x")]),
        ("titre;cout\nParc \u202egnp;4\n", [Fault(2, "hidden", "titre")]),
    ],
)
def test_each_bad_row_of_projects_is_named(text, faults):
    with pytest.raises(BadTable) as bad:
        projects(text)
    if faults is None:
        expected = ["ambiguous_number", "negative_number", "bad_number", "zero_cost"]
        assert [(f.line, f.code) for f in bad.value.faults] == list(enumerate(expected, start=2))
    else:
        assert list(bad.value.faults) == faults


def test_a_pb_gives_projects_and_the_budget():
    pb = "META\nkey;value\nbudget;1000\nPROJECTS\nproject_id;cost;name;category\n7;300;Well;Water\n"
    file = projects(pb)
    assert file.amount_cents == 100_000 and file.rows[0].code == "7" and file.rows[0].title == {"fr": "Well"}
    with pytest.raises(BadTable) as bad:
        projects(pb.replace("300", "3oo"))
    assert bad.value.faults[0].code == "bad_number"


def test_numbers_of_known_projects_stay_and_new_ones_take_what_is_free():
    old = {
        "p1": ProjectRow(0, "p1", 1, 100, {"fr": "A"}, {"fr": "Long"}),
        "p3": ProjectRow(0, "p3", 3, 100, {"fr": "C"}),
    }
    rows = projects("id;titre;cout\n;Neuf;5\np1;A;1\np3;C2;1\n").rows
    planned = plan_projects(rows, old)
    assert [(p.row.code, p.row.number, p.deed) for p in planned] == [
        ("p2", 2, "new"),
        ("p1", 1, "same"),
        ("p3", 3, "changed"),
    ]
    assert planned[1].row.description == {"fr": "Long"}  # what a file leaves empty stays


def test_x6_the_template_comes_back_as_it_was():
    row = ProjectRow(
        0, "p1", 4, 1250, {"fr": "=SOMME(A1)", "en": "-5 trees"}, {"fr": "+ de bancs\n@ tous"}, {"fr": "'Eau"}
    )
    text = template(["fr", "en"], [row])
    assert "'=SOMME" in text
    planned = plan_projects(projects(text.removeprefix("\ufeff")).rows, {"p1": row})
    assert planned[0].deed == "same"


def test_votes_of_a_pb_are_counted_and_not_read():
    """Whole votes of cities come as .pb; an organiser wants their projects, and a million votes would take a minute."""
    pb = "META\nkey;value\nbudget;1000\nnum_votes;2\nPROJECTS\nproject_id;cost\n7;300\nVOTES\nvoter_id;vote\n1;7\n1;8\n"
    assert [row.code for row in projects(pb).rows] == ["7"]
    with pytest.raises(BadTable) as cut:
        projects(pb.removesuffix("1;8\n"))
    assert [fault.code for fault in cut.value.faults] == ["count_differs"]
