"""Paper that was really printed: drawn by a print run, marked by pens that do not exist, scanned, uploaded, read."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from printouts import simulate
from printouts.geometry import Layout
from server.paper import actions as paper
from server.paper import storage
from server.paper.models import PrintRun, Reading, ScanBatch
from tests.server.votes import Vote

Choices = Sequence[str]


class Paper:
    """A vote with a stack of printed sheets, in the order of the PDF."""

    def __init__(self, vote: Vote, seed: int = 7) -> None:
        self.vote = vote
        self.rng = np.random.default_rng(seed)
        self.layout = Layout.from_json(vote.box.layout.encode())

    def print(self, quantity: int, *, is_test: bool = False) -> PrintRun:
        run = paper.make_print_run(
            box=self.vote.box, session=self.vote.session, quantity=quantity, is_test=is_test, by=self.vote.officer
        )
        return paper.draw_print_run(run=run)

    def sheets(self, run: PrintRun, dpi: int = 150) -> list[np.ndarray]:
        """The blank sheets of a run, as pixels."""
        run.refresh_from_db()
        return list(simulate.rasterise(storage.absolute(run.file), dpi=dpi))

    def mark(self, sheet: np.ndarray, *choices: str, style: str | None = None) -> np.ndarray:
        """A copy of the sheet with marks."""
        marked = sheet.copy()
        simulate.mark(marked, self.layout, 1, choices, self.rng, style=style)
        return marked

    def scan(self, sheets: Sequence[np.ndarray], *, kind: str = "scanner") -> bytes:
        """The PDF that a scanner makes of these sheets."""
        out = io.BytesIO()
        simulate.scan_pdf((simulate.distort(sheet, self.rng, kind=kind) for sheet in sheets), out)
        return out.getvalue()

    def upload(self, data: bytes, filename: str = "scan.pdf") -> ScanBatch:
        batch = paper.receive_scans(session=self.vote.session, filename=filename, data=data, by=self.vote.officer)
        return paper.read_batch(batch=batch)

    def read(self, *sheets: np.ndarray) -> list[Reading]:
        """Scan and upload some sheets; their readings in order."""
        return list(self.upload(self.scan(sheets)).readings.order_by("page"))
