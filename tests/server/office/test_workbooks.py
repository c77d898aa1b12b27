"""X1: workbooks are read as people see them, and no workbook takes more memory or time than its rows are worth."""

from __future__ import annotations

import datetime as dt
import io
import tracemalloc
from collections.abc import Sequence

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.processes.tables import BadTable, read_table
from server.processes.workbooks import BadWorkbook, read_workbook
from tests.server.office.workbooks import with_member, workbook

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"
PLAIN = workbook([["titre", "coût"], ["Le lavoir", 12500]])


def part(root: str, inside: str) -> bytes:
    return f'<{root} xmlns="{SPREADSHEET}" xmlns:r="{RELATIONS}">{inside}</{root}>'.encode()


def sheet(rows: str) -> bytes:
    return part("worksheet", f"<sheetData>{rows}</sheetData>")


def as_excel_writes(rows: str, *, shared: str = "", styles: str = "", book: str = "") -> bytes:
    """A workbook with shared texts, as Excel writes it; openpyxl, which makes the others, writes them too."""
    content = with_member(PLAIN, SHEET, sheet(rows))
    content = with_member(content, "xl/sharedStrings.xml", part("sst", shared))
    if styles:
        content = with_member(content, "xl/styles.xml", part("styleSheet", styles))
    if book:
        content = with_member(content, "xl/workbook.xml", part("workbook", book))
    names = {"rId1": ("worksheet", "/xl/worksheets/sheet1.xml"), "rId2": ("sharedStrings", "sharedStrings.xml")}
    names |= {"rId3": ("styles", "styles.xml"), "rId9": ("worksheet", "worksheets/sheet9.xml")}
    links = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in names.items()
    )
    relations = f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'.encode()
    return with_member(content, "xl/_rels/workbook.xml.rels", relations)


def rows_of(content: bytes, **limits: int) -> list[tuple[int, list[str]]]:
    return [row for row in read_workbook(content, **{"max_columns": 64, "max_cells": 100_000} | limits) if row[1]]


def refused(content: bytes, **limits: int) -> str:
    with pytest.raises(BadWorkbook) as bad:
        rows_of(content, **limits)
    return bad.value.code


def by_the_library(content: bytes) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value or 0.0:.10f}".rstrip("0").rstrip(".")
    return str(value).strip()


letters = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12).filter(
    lambda text: "_x" not in text
)
values = st.one_of(
    st.none(),
    letters,
    st.integers(-(10**15), 10**15),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 4)),
    st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2090, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(values, min_size=1, max_size=5), min_size=1, max_size=6))
def test_what_the_library_reads_is_read_alike(table: Sequence[Sequence[object]]):
    content = workbook(table)
    expected = [[as_text(value) for value in row] for row in by_the_library(content)]
    found = dict(read_workbook(content, max_columns=64, max_cells=100_000))
    for line, row in enumerate(expected, start=1):
        while row and not row[-1]:
            row.pop()
        assert found.get(line, []) == row


def test_shared_texts_come_whole_and_without_reading_aids():
    shared = "<si><t>Nom</t></si><si><r><t>Le</t></r><r><t xml:space='preserve'>fèvre </t></r></si>"
    shared += "<si><t>東京</t><rPh sb='0' eb='1'><t>とうきょう</t></rPh></si><si><t>a_x000D_\nb</t></si>"
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="3"><c r="B3" t="s"><v>1</v></c>'
    rows += '<c r="C3" t="s"><v>2</v></c><c r="D3" t="s"><v>3</v></c></row>'
    assert rows_of(as_excel_writes(rows, shared=shared)) == [(1, ["Nom"]), (3, ["", "Lefèvre", "東京", "a\nb"])]


def test_formulas_errors_and_truths_come_as_they_are_shown():
    rows = '<row><c><f>1+1</f><v>2</v></c><c t="str"><f>A1</f><v>deux</v></c><c t="e"><v>#N/A</v></c>'
    rows += '<c t="b"><v>1</v></c><c t="inlineStr"><is><t> dedans </t></is></c><c><v>1.5E3</v></c><c/></row>'
    assert rows_of(as_excel_writes(rows)) == [(1, ["2", "deux", "#N/A", "1", "dedans", "1500"])]


@pytest.mark.parametrize(("calendar", "day"), [("", "1980-05-31"), ('<workbookPr date1904="1"/>', "1984-06-01")])
def test_dates_follow_the_format_of_the_cell_and_the_calendar_of_the_book(calendar, day):
    styles = '<numFmts count="1"><numFmt numFmtId="170" formatCode="dd/mm/yyyy"/></numFmts>'
    styles += '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'  # not the list that cells speak of
    styles += '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="14"/></cellXfs>'
    book = calendar + '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets>'
    cell = '<c s="{}"><v>29372</v></c>'
    content = as_excel_writes(f"<row>{cell.format(0)}{cell.format(1)}{cell.format(2)}</row>", styles=styles, book=book)
    assert rows_of(content) == [(1, ["29372", day, day])]


def test_a_number_that_is_no_day_is_left_to_whoever_asks_for_a_date():
    styles = '<cellXfs><xf numFmtId="14"/></cellXfs>'
    assert rows_of(as_excel_writes('<row><c s="0"><v>99999999999</v></c></row>', styles=styles)) == [
        (1, ["99999999999"])
    ]


def test_the_first_sheet_that_is_not_hidden_is_read_whatever_the_prefix():
    book = '<sheets><sheet name="h" sheetId="9" state="hidden" r:id="rId9"/><sheet name="a" sheetId="1" r:id="rId1"/>'
    content = as_excel_writes("", book=f"{book}</sheets>")
    seen = f'<x:worksheet xmlns:x="{SPREADSHEET}"><x:sheetData><x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData>'
    content = with_member(content, SHEET, f"{seen}</x:worksheet>".encode())
    content = with_member(content, "xl/worksheets/sheet9.xml", sheet("<row><c><v>9</v></c></row>"))
    assert rows_of(content) == [(1, ["7"])]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (as_excel_writes("<row>" + "<c/>" * 16_385 + "</row>"), "zip_bomb"),
        (as_excel_writes(("<row>" + "<c/>" * 10_000 + "</row>") * 11), "zip_bomb"),
        (as_excel_writes("", shared="<si/>" * 100_001), "zip_bomb"),
        (as_excel_writes("", styles="<cellXfs>" + "<xf/>" * 200_000 + "</cellXfs>"), "zip_bomb"),
        (as_excel_writes("<row><c t='str'><v>" + "x" * 40_000 + "</v></c></row>"), "zip_bomb"),
        (as_excel_writes("<row><c t='s'><v>4</v></c></row>"), "broken_xlsx"),
        (as_excel_writes("<row><c t='s'><v>-1</v></c></row>", shared="<si><t>a</t></si>"), "broken_xlsx"),
        (as_excel_writes("<row><c><v>zwei</v></c></row>"), "broken_xlsx"),
        (as_excel_writes("<row r='x'/>"), "broken_xlsx"),
        (as_excel_writes("", book="<sheets/>"), "broken_xlsx"),
        (with_member(PLAIN, SHEET, b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'), "not_xlsx"),
        (with_member(PLAIN, "xl/styles.xml", b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><styleSheet/>'), "not_xlsx"),
        (with_member(PLAIN, "xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("utf-16")), "not_xlsx"),
    ],
)
def test_x1_what_grows_without_end_or_breaks_the_format_is_named(content, code):
    assert refused(content) == code


def test_x1_a_hostile_workbook_takes_no_memory():
    """Two million cells in one row: half a minute and a gigabyte, if the row were read before it is looked at."""
    cells = "".join(f"<c><v>{number % 9973}</v></c>" for number in range(2_000_000))
    content = with_member(PLAIN, SHEET, sheet(f'<row r="1">{cells}</row>'))
    del cells
    tracemalloc.start()
    try:
        with pytest.raises(BadTable) as bad:
            read_table(content)
        assert bad.value.faults[0].code == "zip_bomb"
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_column_nobody_asked_for_is_not_kept():
    assert read_table(PLAIN, wanted={"cout"}).rows == ((2, {"cout": "12500"}),)
    assert read_table(b"titre;cout\nLe lavoir\n", wanted={"cout"}).rows == ((2, {"cout": ""}),)
