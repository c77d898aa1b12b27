"""Auto Multiple Choice reads the same kind of pages: https://www.auto-multiple-choice.net, from Debian's packages.

It cannot read our sheets nor we its own; so it prints a sheet of as many boxes of the same size, and that sheet goes
through the same pens, the same scanner and the same PDF as ours. What is measured is what its window would run once a
scan is there, by its own commands with one process: ``getimages`` (images out of the PDF) and ``analyse`` (corners,
boxes, rows in its database, images kept for people). Printing and the layout are made before and not counted.
"""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from printouts import simulate
from printouts.geometry import MarkBox
from printouts.pens import Pen

from .intake import cpu_s

COMMAND = "auto-multiple-choice"
_CHECKED = 0.1  # share of black pixels from which a box counts: clean boxes have 0.00, crosses 0.18 and more
_SHEET = r"""\documentclass[a4paper]{article}
\usepackage[box]{automultiplechoice}
\AMCboxDimensions{size=6.5mm}
\begin{document}
\onecopy{%d}{
\section*{Budget participatif du Centre}
Faites de une à trois croix. Stylo noir ou bleu.
\begin{questionmult}{budget}\AMCnoCompleteMulti
Projets
\begin{choices}[o]
%s
\end{choices}
\end{questionmult}
}
\end{document}
"""
_BOXES = "SELECT answer, xmin, ymin, xmax - xmin FROM layout_box WHERE student = ? AND role = 1 ORDER BY answer"
_SEEN = "SELECT student, id_b, 1.0 * black / total FROM capture_zone WHERE type = 4 ORDER BY student, id_b"


class NotMeasured(Exception):
    """The text says why."""


def measure(pages: int, choices: int, most: int, dpi: int) -> dict[str, Any]:
    """Return ``amc_per_s_core`` and how many of its pages AMC read rightly. Raises NotMeasured."""
    if not shutil.which(COMMAND):
        raise NotMeasured(f"{COMMAND} is not installed")
    with tempfile.TemporaryDirectory(prefix="parvis-amc-") as folder:
        project = _Project(Path(folder))
        project.prepare(pages, choices)
        chosen = project.scan(most, dpi)
        before = cpu_s()
        project.read()
        used = cpu_s() - before
        right = sum(project.seen().get(sheet) == marked for sheet, marked in chosen.items())
    if right < 0.8 * pages:
        raise NotMeasured(f"{COMMAND} read only {right} of {pages} pages rightly")
    return {"amc_per_s_core": round(pages / used, 2), "amc_right": right}


class _Project:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("data", "cr", "scans"):
            (folder / name).mkdir()

    def run(self, action: str, *arguments: str | Path) -> None:
        command = [COMMAND, action, *map(str, arguments)]
        # Its settings are looked for at home: nobody's are to be found or changed.
        environment = {**os.environ, "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=3_600)
        if done.returncode:
            raise NotMeasured(f"{COMMAND} {action}: {done.stderr.strip()[-300:] or done.returncode}")

    def prepare(self, pages: int, choices: int) -> None:
        """Print that many sheets, each with a number of its own, and learn where their boxes are."""
        answers = "\n".join(rf"\wrongchoice{{Projet {number + 1}}}" for number in range(choices))
        (self.folder / "sheet.tex").write_text(_SHEET % (pages, answers), encoding="utf-8")
        self.run(
            "prepare", "--mode", "s", "--with", "pdflatex", "--filter", "latex", "--n-copies", str(pages),
            "--prefix", f"{self.folder}/", "--data", self.folder / "data", "sheet.tex",
        )  # fmt: skip
        self.run("meptex", "--src", self.folder / "calage.xy", "--data", self.folder / "data")

    def scan(self, most: int, dpi: int) -> dict[int, set[int]]:
        """Mark the sheets and scan them into one PDF; return the answers marked on each."""
        rng = np.random.default_rng(6)
        chosen: dict[int, set[int]] = {}

        def seen() -> Iterator[np.ndarray]:
            for sheet, image in enumerate(simulate.rasterise(self.folder / "sujet.pdf", dpi=dpi), start=1):
                boxes = self._boxes(sheet)
                picked = sorted(map(int, rng.choice(sorted(boxes), most, replace=False)))
                pen = Pen(dpi / 25.4, rng, "cross")
                for answer in picked:
                    pen.mark(image, boxes[answer])
                chosen[sheet] = set(picked)
                yield simulate.distort(image, rng)

        out = io.BytesIO()
        simulate.scan_pdf(seen(), out, dpi=dpi)
        (self.folder / "scans.pdf").write_bytes(out.getvalue())
        return chosen

    def read(self) -> None:
        """The images out of the PDF, then each of them read."""
        scans = self.folder / "scans.txt"
        scans.write_text(f"{self.folder}/scans.pdf\n")
        self.run("getimages", "--list", scans, "--copy-to", self.folder / "scans")
        self.run(
            "analyse", "--projet", self.folder, "--data", self.folder / "data", "--cr", self.folder / "cr",
            "--n-procs", "1", "--liste-fichiers", scans,
        )  # fmt: skip

    def seen(self) -> dict[int, set[int]]:
        """The answers that count as marked on each sheet that was read."""
        found: dict[int, set[int]] = {}
        for sheet, answer, black in self._rows("capture", _SEEN):
            marked = found.setdefault(sheet, set())
            if black >= _CHECKED:
                marked.add(answer)
        return found

    def _boxes(self, sheet: int) -> dict[int, MarkBox]:
        """The boxes of a sheet by answer; AMC holds them in pixels of its page's resolution."""
        [(per_inch,)] = self._rows("layout", "SELECT dpi FROM layout_page WHERE student = ?", sheet)
        return {
            answer: MarkBox("budget", str(answer), "square", *(round(at / per_inch * 25_400) for at in place), 0)
            for answer, *place in self._rows("layout", _BOXES, sheet)
        }

    def _rows(self, database: str, query: str, *given: int) -> Sequence[Any]:
        with closing(sqlite3.connect(self.folder / "data" / f"{database}.sqlite")) as connection:
            return connection.execute(query, given).fetchall()
