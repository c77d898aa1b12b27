"""A whole rehearsal, small, as the command runs it: three doors, conflicts, SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .test_plan import pb

ROOT = Path(__file__).resolve().parents[3]
VOTES = [("1,2", "internet")] * 12 + [("1", "paper")] * 5 + [("2,3", "paper")] * 4 + [("4", "internet")] * 3


def rehearse(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    file = folder / "small.pb"
    file.write_text(pb(votes=VOTES, max_length="2"))
    command = [
        sys.executable,
        "-m",
        "server.cli",
        "rehearse",
        str(file),
        "--json",
        str(folder / "out.json"),
        *arguments,
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "DJANGO", "DATABASE"))}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240)


def figures(folder: Path) -> dict:
    return json.loads((folder / "out.json").read_text())


def test_a_vote_through_three_doors_gives_what_the_file_says(tmp_path):
    kept = tmp_path / "kept"
    done = rehearse(tmp_path, "--conflicts", "6", "--keep", str(kept))
    assert done.returncode == 0, done.stderr[-3000:]
    found = figures(tmp_path)
    assert found["counted"] == found["voters"] == len(VOTES)
    assert found["by_door"] == {"web": 8, "kiosk": 7, "paper": 9}
    assert found["superseded"] == 6
    assert found["paper"]["misread"] == 0
    assert found["paper"]["read"] == found["paper"]["sheets"] == 9
    assert found["votes_equal_instance"] is True
    assert found["winners_equal_instance"] is None
    assert found["verified"] is True
    names = {path.name for path in (kept / "published").iterdir()}
    assert {"cast_vote_records.csv", "log.jsonl", "checkpoints.json", "accounts.json", "verify.py"} <= names
    assert list((kept / "print").iterdir())
    assert list((kept / "scans").iterdir())
    _a_flipped_byte_is_found(kept / "published")


def _a_flipped_byte_is_found(published: Path) -> None:
    for name in ("cast_vote_records.csv", "log.jsonl", "accounts.json", "checkpoints.json"):
        path = published / name
        content = path.read_bytes()
        path.write_bytes(content[:50] + bytes([content[50] ^ 1]) + content[51:])
        done = subprocess.run([sys.executable, "-I", "verify.py"], cwd=published, capture_output=True, text=True)
        assert done.returncode == 1
        assert name in done.stdout + done.stderr
        path.write_bytes(content)


@pytest.mark.services
def test_the_same_on_postgresql_and_never_on_a_database_with_tables(tmp_path, postgres_url):
    url = postgres_url.rpartition("/")[0] + "/rehearsal"
    _create_database(postgres_url, "rehearsal")
    done = rehearse(tmp_path, "--database", url)
    assert done.returncode == 0, done.stderr[-3000:]
    again = rehearse(tmp_path, "--database", url)
    assert again.returncode == 2
    assert "database_not_empty" in again.stderr


def _create_database(url: str, name: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
