"""A print run is written while it is drawn: memory stays the same however many sheets there are."""

from __future__ import annotations

import io
import tracemalloc

import pypdfium2
import pytest

from printouts import simulate, streamed
from printouts.draw import draw_sheets
from printouts.layout import lay_out
from tests.printouts.press import make_form, press


def serials(count: int) -> list[tuple[bytes, bool]]:
    return [(number.to_bytes(10, "big"), number % 3 == 0) for number in range(count)]


def test_five_hundred_sheets_take_no_more_memory_than_fifty():
    """Held until the end, a page would take eleven kilobytes: five megabytes here."""
    layout, seen, out = lay_out(make_form(6), number=1, paper="A4"), {}, io.BytesIO()
    tracemalloc.start()

    def note(done: int) -> None:
        seen[done] = tracemalloc.get_traced_memory()[0] - out.tell(), out.tell()

    draw_sheets(layout, serials(500), definition=bytes(8), caption=bytes.hex, out=out, on_progress=note)
    tracemalloc.stop()
    (before, few), (after, many) = seen[50], seen[450]
    assert many - few > 400 * 500  # on their way to the disk
    assert after - before < 600_000


@pytest.mark.parametrize("choices", [6, 120], ids=["a page", "five pages and a white one"])
def test_the_file_shows_what_it_would_show_written_at_the_end(choices: int, monkeypatch: pytest.MonkeyPatch):
    layout = lay_out(make_form(choices), number=1, paper="A4")
    once = press(layout, serials(2))
    monkeypatch.setattr(streamed.StreamedDocument, "stream", lambda *_canvas_and_file: None)
    pages = [simulate.rasterise(pdf, dpi=50) for pdf in (once, press(layout, serials(2)))]
    assert all((mine == other).all() for mine, other in zip(*pages, strict=True))


def test_without_sheets_it_is_one_white_page():
    out = io.BytesIO()
    layout = lay_out(make_form(6), number=1, paper="A4")
    assert draw_sheets(layout, [], definition=bytes(8), caption=bytes.hex, out=out) == 0
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        assert len(document) == 1
