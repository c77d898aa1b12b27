"""Free text in CSV and XLSX cells, without formulas (row X6).

A spreadsheet takes a cell that begins with one of ``= + - @``, tab or carriage return for a formula and may run it.
Such text gets an apostrophe in front; so does text that begins with an apostrophe itself, which makes taking it away
exact: ``plain_cell(safe_cell(text)) == text`` for every text. Numbers are written as numbers and never pass here.
"""

from __future__ import annotations

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")


def safe_cell(text: str) -> str:
    """Return the text as it may stand in a cell, header cells included."""
    return f"'{text}" if text.startswith(RISKY) else text


def plain_cell(cell: str) -> str:
    """Return the text that ``safe_cell`` was given; cells from elsewhere come back as they are."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(RISKY) else cell
