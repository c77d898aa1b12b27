"""Intake: files of scans sent to a session, read by the reader's own process, judged, kept, cast as ballots, logged."""

from __future__ import annotations

import io
import os
import resource
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from printouts import simulate


def cpu_s() -> float:
    """Seconds of the processor that this process and its ended children took."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure(pages: int, dpi: int, tables: Path | None = None) -> dict[str, Any]:
    """Figures of two files of scans, the second four times as long as the first; on a fresh SQLite database.

    tables: one to copy, whose tables are there already.
    """
    with tempfile.TemporaryDirectory(prefix="parvis-paper-") as folder:
        if tables:
            shutil.copy(tables, f"{folder}/db.sqlite3")
        os.environ |= {"PARVIS_VAR": folder, "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "DEBUG": "1"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return _intake(pages, dpi)


def _intake(pages: int, dpi: int) -> dict[str, Any]:
    from tests.server.paper_bench import Paper
    from tests.server.votes import make_vote

    paper = Paper(make_vote(people=2, passes=2, letters=False))
    peaks = {}
    for count in (max(1, pages // 4), pages):
        scans = _scans(paper, count, dpi)
        before = cpu_s()
        batch = paper.upload(scans)
        used = cpu_s() - before
        states = list(batch.readings.values_list("status", flat=True))
        if len(states) != count:
            raise RuntimeError(f"{len(states)} of {count} pages were read")
        peaks[count] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1)
    return {
        "intake_per_s_core": round(pages / used, 1),
        "intake_automatic": sum(state == "automatic" for state in states),
        "worker_peak_mb": peaks[pages],
        "worker_peak_mb_by_pages": peaks,
    }


def _scans(paper: Any, count: int, dpi: int) -> bytes:
    """A scanner's PDF of that many sheets of one print run, marked; they are drawn and marked once and served anew."""
    run = paper.print(count)
    run.refresh_from_db()
    from server.paper import storage

    ids = [box.choice for box in paper.layout.pages[0].marks]

    def seen() -> Any:
        for image in simulate.rasterise(storage.absolute(run.file), dpi=dpi):
            chosen = paper.rng.choice(ids, int(paper.rng.integers(0, 3)), replace=False).tolist()
            simulate.mark(image, paper.layout, 1, chosen, paper.rng, style="cross")
            yield simulate.distort(np.ascontiguousarray(image), paper.rng)

    out = io.BytesIO()
    simulate.scan_pdf(seen(), out, dpi=dpi)
    return out.getvalue()
