"""A whole rehearsal, small, as the command runs it: three doors, conflicts, SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.rehearsal.verdict import FIGURES
from tests.databases import new_database
from tests.slowest import HANGS_S

from .test_plan import pb

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[3]
VOTES = [("1,2", "internet")] * 12 + [("1", "paper")] * 5 + [("2,3", "paper")] * 4 + [("4", "internet")] * 3


# The command, but that its tables are copied: to make them takes as long as all the rest.
WITH_TABLES = """
import os, sqlite3, sys
from server import cli
from server.rehearsal import command
def copied():
    here = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
    sqlite3.connect(sys.argv[1]).backup(sqlite3.connect(here))
command._migrate = copied
{also}
sys.exit(cli.main(["rehearse", *sys.argv[2:]]))
"""


def rehearse(
    folder: Path, *arguments: str, tables: Path | None = None, also: str = ""
) -> subprocess.CompletedProcess[str]:
    """``also``: what is done to our own code before."""
    file = folder / "small.pb"
    file.write_text(pb(votes=VOTES, max_length="2"))
    command = ["-c", WITH_TABLES.format(also=also), str(tables)] if tables else ["-m", "server.cli", "rehearse"]
    command = [sys.executable, *command, str(file), "--json", str(folder / "out.json"), *arguments]
    return subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True, timeout=HANGS_S)


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "DJANGO", "DATABASE"))}


def figures(folder: Path) -> dict:
    return json.loads((folder / "out.json").read_text())


def test_a_vote_through_three_doors_gives_what_the_file_says(tmp_path, migrated_file):
    kept = tmp_path / "kept"
    done = rehearse(tmp_path, "--conflicts", "6", "--keep", str(kept), tables=migrated_file)
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
    found = figures(tmp_path)
    _the_figures_are_those_that_were_asked_for(found)
    _people_read_accounts_and_tables(done.stdout)
    assert "8 voters at the web door" in done.stderr and "of 12 online ballots" in done.stderr
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


def _the_figures_are_those_that_were_asked_for(found: dict) -> None:
    """Names and types; nothing beside them."""
    assert list(found) == list(FIGURES)
    types = {name: type(value) for name, value in found.items()}
    whole = dict.fromkeys(("voters", "counted", "superseded", "duplicates", "peak_mb"), int)
    truths = dict.fromkeys(("votes_equal_instance", "verified"), bool)
    tables = {"by_door": dict, "paper": dict, "seconds": dict, "winners": list, "winners_equal_instance": type(None)}
    assert types == {"instance": str, **whole, **truths, **tables}
    assert list(found["by_door"]) == ["web", "kiosk", "paper"]
    assert list(found["paper"]) == ["sheets", "read", "automatic", "adjudicated", "misread"]
    assert {type(one) for part in ("by_door", "paper") for one in found[part].values()} == {int}
    assert {type(one) for one in found["seconds"].values()} == {float}
    assert {type(one) for one in found["winners"]} == {str}


def _people_read_accounts_and_tables(told: str) -> None:
    assert "Passes issued: 16 = 7 spent at kiosks" in told and "Ballots opened: 24 = 24 valid" in told
    lines = [line.split() for line in told.splitlines()]
    assert ["web", "8", "12", "8", "4"] in lines and ["all", "24", "30", "24", "6"] in lines
    assert ["verify.py", "agrees", "yes"] in lines and ["votes", "yes"] in lines and ["winners", "–"] in lines
    assert "MB at most" in told and told.rstrip().endswith("Everything is right.")
    assert not told.lstrip().startswith("{")


def test_a_rehearsal_whose_precedence_was_tampered_with_ends_with_1(tmp_path, migrated_file):
    """Of one pass at two kiosks the largest draw counts: the published result agrees, the rehearsal does not."""
    tampered = "from server.voting import merge\nmerge.min = max"
    done = rehearse(tmp_path, "--limit", "8", "--conflicts", "3", tables=migrated_file, also=tampered)
    assert done.returncode == 1, done.stderr[-3000:]
    assert "of one pass at two kiosks the wrong ballot counts" in done.stdout
    assert ["verify.py", "agrees", "yes"] in [line.split() for line in done.stdout.splitlines()]


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
    url = new_database(postgres_url, "rehearsal")
    done = rehearse(tmp_path, "--limit", "8", "--database", url)
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
    assert "and the database's server)" in done.stdout
    again = rehearse(tmp_path, "--database", url)
    assert again.returncode == 2
    assert "database_not_empty" in again.stderr
