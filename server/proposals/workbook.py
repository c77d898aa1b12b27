"""All proposals of a component as a workbook. Imported by whoever writes one: its library is large."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from server.opendata.cells import safe_cell
from server.processes.models import Component
from server.processes.workbooks import LONGEST_TEXT

from .exports import COLUMNS, rows_of


def as_xlsx(component: Component) -> IO[bytes]:
    """A workbook of the same columns, read from its beginning; on the disk while it is written.

    No cell is a formula: each text is one that ``safe_cell`` let through, without signs that XML cannot hold.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Proposals")
    sheet.append(COLUMNS)
    for row in rows_of(component):
        sheet.append([_cell(row[name]) for name in COLUMNS])
    file = tempfile.TemporaryFile(prefix="parvis-export-")  # noqa: SIM115  the answer closes it
    book.save(file)
    file.seek(0)
    return file


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", safe_cell(value))[:LONGEST_TEXT]
