"""``parvis score-scans``: what scores there are, before anybody says what they mean."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from server.ledger.models import Record
from server.paper.models import Reading
from server.paper.score_scans import main
from tests.server.paper_bench import Paper

pytestmark = pytest.mark.django_db


def test_a_folder_of_scans_shows_its_scores_and_stores_nothing(desk_paper: Paper, tmp_path: Path, capsys):
    """B20: a replay is a report; no threshold is asked, no ballot is cast, no page is kept."""
    sheets = desk_paper.sheets(desk_paper.print(3))
    folder, table = tmp_path / "scans", tmp_path / "scores.csv"
    folder.mkdir()
    marked = [desk_paper.mark(sheets[0], "bancs", style="cross"), desk_paper.mark(sheets[1], "bancs", style="faint")]
    (folder / "a.pdf").write_bytes(desk_paper.scan([*marked, sheets[2]]))
    (folder / "notes.txt").write_bytes(b"not a scan")
    records = Record.objects.count()
    assert main([str(folder), "--csv", str(table)]) == 0
    said = capsys.readouterr().out
    assert "page read" in said and "file refused: not_an_image" in said and "0.00 to 0.02" in said
    lines = list(csv.DictReader(table.open(encoding="utf-8")))
    of_bancs = [int(line["score"]) for line in lines if line["box"] == "bancs"]
    assert of_bancs[0] > 170 > of_bancs[1] > 12 > of_bancs[2]
    assert len(lines) == 3 * len(desk_paper.layout.pages[0].marks)
    assert (Record.objects.count(), Reading.objects.count()) == (records, 0)


def test_a_folder_without_a_scan_says_so(desk_paper: Paper, tmp_path: Path, capsys):
    assert main([str(tmp_path)]) == 1
    with pytest.raises(SystemExit):
        main([str(tmp_path / "nowhere")])
    assert "no folder" in capsys.readouterr().err
