"""A rehearsal prints, marks and scans ballots of several pages, all pages shuffled (B9)."""

from __future__ import annotations

import io
import random

from printouts.draw import draw_sheets
from printouts.layout import lay_out
from printouts.read.images import open_pages
from printouts.read.page import read_page
from server.rehearsal.scanner import Marked, pages_of_sheet, scan_file
from tests.printouts.press import DEFINITION, caption, make_form


def test_each_page_of_each_sheet_is_marked_as_its_voter_meant(tmp_path):
    layout = lay_out(make_form(14), paper="A5")
    assert (len(layout.pages), pages_of_sheet(layout)) == (3, 4)
    serials = [bytes([place] * 10) for place in range(3)]
    out = io.BytesIO()
    draw_sheets(layout, [(one, False) for one in serials], definition=DEFINITION, caption=caption, out=out)
    (tmp_path / "print.pdf").write_bytes(out.getvalue())
    meant = [("p0", "p13"), ("p6",), ()]
    pages = [Marked(place, list(marks), marks, number=n) for place, marks in enumerate(meant) for n in (1, 2, 3)]
    random.Random(2).shuffle(pages)
    path = scan_file((tmp_path / "print.pdf", layout.to_json().decode(), pages, tmp_path / "scan.pdf", 5))
    seen: dict[bytes, set[str]] = {serial: set() for serial in serials}
    for sheet, image in zip(pages, open_pages(path.read_bytes()), strict=True):
        reading = read_page(image, lambda code: layout)
        assert (reading.code.serial, reading.code.page) == (serials[sheet.sheet], sheet.number)
        seen[reading.code.serial] |= {key for key, score in reading.scores["budget"].items() if score > 0.17}
    assert seen == {serial: set(marks) for serial, marks in zip(serials, meant, strict=True)}
