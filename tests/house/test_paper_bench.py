"""F11, F12, F13 and ``python -m benchmarks.paper`` in small: they run, and they would see what they look for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks.faults import f11, f12, f13, mixups
from benchmarks.faults.hall import undone
from benchmarks.paper import __main__ as bench
from benchmarks.paper import amc, people
from printouts import simulate

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ROOT = Path(__file__).resolve().parents[2]
PAGES = {"scanner", "phone", "odd scanner", "odd phone"}
ALL_FOUND = {
    "sheets": 7, "gone": 2, "gone_named": 2, "named_falsely": 0, "twice": 1, "twice_flagged": 1, "joined_wrongly": 0,
    "whole_right": 4, "whole_for_people": 1,
}  # fmt: skip


def test_f11_in_small_no_value_is_wrong_on_any_kind_of_ballot():
    """B6 to B15: every form by scanner and phone, half of them marked as ordinary people do, the others oddly."""
    with undone():
        _is_passed, counts = f11.run(11, **f11.SMALL)
    assert counts["wrong"] == 0, counts["examples"]
    assert set(counts["pages"]) == PAGES and counts["ballots"] == 2 * len(people.forms())
    assert counts["marks"] > 50 and counts["boxes"] > 250
    ordinary = counts["pages"]["scanner"]
    assert ordinary["automatic"] >= 0.8 * ordinary["sheets"]
    assert mixups.is_found(counts["mixups"]), counts["mixups"]
    assert counts["mixups"]["pages"] == 3 * counts["mixups"]["sheets"]


def test_f11_counts_the_pages_that_must_go_to_people_apart_and_among_all():
    """The share of all is what the wish is held against: nothing is taken out of it."""
    found = Counter({"ballots": 4, "scanner: sheets": 4, "scanner: automatic": 3})
    counts = f11.counts_of(found | Counter({"scanner: plain": 3, "scanner: plain automatic": 3}))
    assert (counts["automatic_scanner"], counts["automatic_scanner_plain"]) == (0.75, 1.0)
    good = {"wrong": 0, "automatic_phone": 1.0, "mixups": ALL_FOUND}
    assert not f11.is_passed(counts | good)


def test_f11_would_see_a_mark_that_nobody_made(monkeypatch):
    """The counting itself: ballots that are read as they were not marked are wrong, each value of them."""
    monkeypatch.setattr(simulate, "mark_boxes", lambda *_given, **_style: None)
    form = people.forms()["approval, 10"]
    rng = np.random.default_rng(2)
    counts: Counter[str] = Counter()
    for marked in people.mark_ballots(form, 3, 150, rng, odd=0):
        found, said = f11.look(simulate.jpeg(marked.image), form, marked)
        counts += found
        assert len(said) == len(marked.meant)
    assert counts["wrong"] == counts["marks"] > 0 and counts["automatic"] == 3
    good = {"automatic_scanner": 1.0, "automatic_phone": 1.0, "mixups": ALL_FOUND}
    assert f11.is_passed(good | {"wrong": 0}) and not f11.is_passed(good | {"wrong": 1})


@pytest.mark.parametrize(
    "missed", [{"gone_named": 1}, {"named_falsely": 1}, {"twice_flagged": 0}, {"joined_wrongly": 1}, {"whole_right": 3}]
)
def test_a_mix_up_that_nobody_told_is_no_pass_b9(missed):
    assert mixups.is_found(ALL_FOUND) and not mixups.is_found(ALL_FOUND | missed)


def test_a_mark_of_which_nobody_can_say_is_wrong_however_it_is_read():
    form = people.forms()["approval, 10"]
    [clean] = people.mark_ballots(form, 1, 150, np.random.default_rng(1), odd=0)
    unsure = people.Marked(clean.image, 150, clean.meant, frozenset({"p0"}), "cross", "dot", 1)
    counts, said = f11.look(simulate.jpeg(clean.image), form, unsure)
    assert counts["wrong"] == 1 and said[0].startswith("p0")


def test_f12_in_small_one_sheet_one_ballot_and_no_copy_or_forgery_passes():
    """B1, B2, B3, B16."""
    with undone():
        is_passed, counts = f12.run(5, **f12.SMALL)
    assert is_passed, counts
    assert counts["readings"] >= 2 * counts["sheets"]
    assert counts["typing_errors"] == 18 * 31 + 153 * 31**2
    assert not f12.is_passed(counts | {"forged_flagged": 2})
    assert not f12.is_passed(counts | {"voted_twice": 1})


def test_every_hostile_file_can_be_made():
    """In a process of its own: what a file takes to make would be counted as what it takes to open."""
    made = "print(sum(bool(make()) for make in corpus().values()))"
    script = f"import django; django.setup(); from benchmarks.paper.hostile import corpus; {made}"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "server.config.settings"}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert int(done.stdout) >= 40


def test_f13_in_small_hostile_files_do_nothing_and_an_honest_scan_is_read():
    """X1 to X6."""
    with undone():
        is_passed, counts = f13.run(5, **f13.SMALL)
    assert is_passed, counts
    assert counts["routes"] == 12 and sum(counts["answers"].values()) == 12 * counts["files"]
    assert not f13.is_passed(counts | {"bad": ["roll, a zip: error 500, 0.1 s"]}, 1)


def test_the_bench_of_paper_says_all_that_it_promises(migrated_file, tmp_path):
    out = tmp_path / "paper.json"
    command = [sys.executable, "-m", "benchmarks.paper", "--pages", "2", "--sheets", "20", "--ballots", "0"]
    command += ["--tables", str(migrated_file), "--json", str(out)]
    nowhere = {**os.environ, "PATH": str(tmp_path)}  # no peer is found
    done = subprocess.run(command, cwd=ROOT, env=nowhere, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(out.read_text())
    promised = {
        "pages_per_s_core", "intake_per_s_core", "floor_per_s", "floor_ratio", "two_cores_ratio", "amc_ratio",
        "sdaps_ratio", "print_per_s_core", "bytes_per_sheet", "worker_peak_mb", *bench.F11_KEYS,
    }  # fmt: skip
    assert promised <= set(found)
    assert 0 < found["bytes_per_sheet"] <= 3_000 and 0 < found["worker_peak_mb"] < 400
    assert found["pages_per_s_core"] > 0 and found["floor_per_s"] > 0 and found["intake_per_s_core"] > 0
    assert 0 < found["two_cores_ratio"] < 4
    assert found["amc_ratio"] is None and found["sdaps_ratio"] is None
    assert "amc_ratio: null: auto-multiple-choice is not installed" in done.stderr and "sdaps is not" in done.stderr


@pytest.mark.skipif(not shutil.which(amc.COMMAND), reason="Auto Multiple Choice is not installed")
def test_the_peer_reads_its_own_pages_in_the_same_run():
    found = amc.measure(5, bench.CHOICES, bench.MOST, bench.DPI)
    assert found["amc_per_s_core"] > 0 and found["amc_right"] >= 4


def test_a_peer_that_reads_nothing_rightly_is_no_measure(monkeypatch, tmp_path):
    monkeypatch.setattr(amc.shutil, "which", lambda command: f"{tmp_path}/{command}")
    for step, value in (("prepare", None), ("scan", {1: {2}, 2: {3}}), ("read", None), ("seen", {1: {2}, 2: set()})):
        monkeypatch.setattr(amc._Project, step, lambda *_given, _value=value: _value)
    with pytest.raises(amc.NotMeasured, match="1 of 2"):
        amc.measure(2, bench.CHOICES, bench.MOST, bench.DPI)
