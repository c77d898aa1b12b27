"""What a rehearsal cannot do is said with a code and exit 2, before a folder, a table or a file is made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from printouts import layout
from server.rehearsal import command, preflight
from server.rehearsal.plan import CannotRehearse
from tests.slowest import HANGS_S

from .test_plan import pb, plan

ROOT = Path(__file__).resolve().parents[3]
VOTES = [("1", "internet")] * 4 + [("2", "paper")] * 3


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "small.pb"
    path.write_text(pb(votes=VOTES))
    return path


def refused(capsys, *arguments: object) -> str:
    assert command.main([str(one) for one in arguments]) == 2
    return capsys.readouterr().err


def in_a_process(*arguments: object) -> subprocess.CompletedProcess[str]:
    """As people call it: settings are made for one process once."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "DJANGO", "DATABASE"))}
    words = [sys.executable, "-m", "server.cli", "rehearse", *map(str, arguments)]
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANGS_S)


def test_a_folder_to_keep_that_is_a_file_is_refused(capsys, file):
    assert "keep: " in refused(capsys, file, "--keep", file)
    assert "keep: " in refused(capsys, file, "--keep", file / "below")


@pytest.mark.parametrize("target", ["missing/out.json", "."])
def test_figures_that_cannot_be_written_are_refused_at_once(capsys, file, tmp_path, target):
    kept = tmp_path / "kept"
    assert "json: " in refused(capsys, file, "--json", tmp_path / target, "--keep", kept)
    assert not kept.exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql://a@b/c",
        "postgres://host",
        "postgres://host:port/name",
        "sqlite://:memory:",
        "sqlite:///",
    ],
)
def test_an_address_that_is_none_of_a_database_is_refused(capsys, file, tmp_path, url):
    kept = tmp_path / "kept"
    assert "database_url: " in refused(capsys, file, "--database", url, "--keep", kept)
    assert not kept.exists()


def test_the_folder_of_a_database_must_be_there(capsys, file, tmp_path):
    assert "database_url: " in refused(capsys, file, "--database", f"sqlite:///{tmp_path}/none/db.sqlite3")


def test_a_database_that_does_not_answer_is_refused_before_anything_is_made(file, tmp_path):
    kept = tmp_path / "kept"
    done = in_a_process(file, "--database", "postgres://nobody:x@127.0.0.1:1/none", "--keep", kept)
    assert done.returncode == 2 and "database_unreachable: " in done.stderr and "Traceback" not in done.stderr
    assert not kept.exists()


def test_a_file_that_is_no_database_and_one_with_tables_are_refused_and_left_alone(file, tmp_path):
    import sqlite3

    other, full, kept = tmp_path / "other.sqlite3", tmp_path / "full.sqlite3", tmp_path / "kept"
    other.write_bytes(b"not a database " * 100)
    with sqlite3.connect(full) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    for path, code in ((other, "database_unreachable: "), (full, "database_not_empty: ")):
        before = path.read_bytes()
        done = in_a_process(file, "--database", f"sqlite:///{path}", "--keep", kept)
        assert done.returncode == 2 and code in done.stderr and "Traceback" not in done.stderr
        assert not kept.exists()
        if path == other:
            assert path.read_bytes() == before


def test_a_title_that_cannot_be_printed_is_refused_before_the_database_is_touched(tmp_path):
    file, database, kept = tmp_path / "small.pb", tmp_path / "db.sqlite3", tmp_path / "kept"
    file.write_text(pb(votes=VOTES).replace("Projet 2", "Projet \u4e00\u4e00"))
    done = in_a_process(file, "--database", f"sqlite:///{database}", "--keep", kept)
    assert done.returncode == 2 and "unprintable_title: " in done.stderr and "\u4e00" in done.stderr
    assert not database.exists() and not kept.exists()


def test_forty_long_titles_are_shortened_and_fit_one_sheet():
    made = plan(VOTES, projects=40)
    for project in made.instance.projects:
        object.__setattr__(project, "name", "Un projet " * 60)
    preflight.check_paper(made)


def test_what_does_not_fit_one_sheet_all_the_same_is_refused(monkeypatch):
    def lay_out(form, **_facts):
        raise layout.TooManyChoices(len(form.choices))

    monkeypatch.setattr(layout, "lay_out", lay_out)
    with pytest.raises(CannotRehearse) as refusal:
        preflight.check_paper(plan(VOTES))
    assert refusal.value.code == "too_many_choices"


def test_projects_and_budgets_that_cost_nothing_are_refused(capsys, tmp_path):
    for number, (old, new, code) in enumerate(
        [("2;200;", "2;0;", "no_cost: "), ("budget;1000", "budget;0", "no_budget: ")]
    ):
        file = tmp_path / f"{number}.pb"
        file.write_text(pb(votes=VOTES).replace(old, new))
        assert code in refused(capsys, file, "--keep", tmp_path / "kept")
    assert not (tmp_path / "kept").exists()
