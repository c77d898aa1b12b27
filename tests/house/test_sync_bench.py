"""``python -m benchmarks.sync`` in small: it runs, says all that it promises, and everything sent is acknowledged."""

from __future__ import annotations

import argparse
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.sync import __main__ as bench
from benchmarks.sync import peer

SMALL = {"records": 10, "devices": 2, "per_device": 5, "batch": 5, "log_sizes": [30, 60], "log_rounds": 3}


def measured(folder: Path, *only: str) -> dict:
    return bench.measure(argparse.Namespace(**SMALL, only=only), folder)


@pytest.mark.long
def test_the_bench_in_small_stores_all_it_sends_and_says_all_it_promises(migrated_file, tmp_path):
    for name in ("sqlite", "log"):
        (tmp_path / name).mkdir()
        shutil.copy(migrated_file, tmp_path / name / "db.sqlite3")
    report = measured(tmp_path, "sqlite", "log")
    found = report["sqlite"]
    assert {"records_per_s", "floor_per_s", "ratio", "applied_per_s", "fleet"} <= set(found)
    assert (found["unacknowledged"], found["fleet"]["errors"]) == (0, 0)
    assert set(report["fleet"]) == {"p95_s", "errors"} and list(report["log_growth"]) == ["30", "60"]
    assert (report["postgres"], report["pouchdb"], report["not_measured"]) == (None, None, {})
    with closing(sqlite3.connect(tmp_path / "sqlite" / "db.sqlite3")) as database:
        floor, brought = "SELECT count(*) FROM bench_line", "SELECT count(*) FROM ledger_record WHERE dev IN %s"
        devices = "(SELECT dev FROM devices_device)"
        counts = [database.execute(query).fetchone()[0] for query in (floor, brought % devices)]
    assert counts == [10, 10 + 2 * 5]


def test_where_the_peer_is_missing_the_bench_says_so_and_leaves_it_empty(tmp_path, monkeypatch):
    (tmp_path / "sqlite").mkdir()
    (tmp_path / "sqlite" / "lines.ndjson").write_bytes(b"{}\n")
    monkeypatch.setattr(peer.shutil, "which", lambda _name: None)
    report = measured(tmp_path, "pouchdb")
    assert report["pouchdb"] is None and "npm" in report["not_measured"]["pouchdb"]
