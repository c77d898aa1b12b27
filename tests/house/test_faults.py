"""Figures of ``make faults`` in small: the bench itself must run, and tell the truth about a few people."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.faults import __main__ as bench
from benchmarks.faults import closings, f4, f5, guessers, linking, p16
from benchmarks.faults.hall import undone
from server.config.wsgi import application
from server.voting import settlement
from server.voting.models import WrongCodes
from server.web.address import read_networks
from tests.databases import new_database
from tests.server.votes import make_vote

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ROOT = Path(__file__).resolve().parents[2]
# What each figure says in build/faults.json: whoever reads it by name must find it there in every release.
COUNTS = {
    "F3": {
        "database", "processes", "events", "pushes", "rows", "accepted_rows", "forks", "log_grew_by", "answers",
        "processes_with_equal_acknowledgements", "failed_processes",
    },
    "F4": {"orders", "hashes", "hash", "people", "counted", "superseded", "deliveries"},
    "F5": {"persons", "orders", "results", "counted", "conflicts_listed", "conflicts_expected"},
    "P16": {
        "guesses", "by_way", "answers", "from_the_hall", "counted_in_the_database", "wrong_codes_before", "found",
        "right_codes", "right_served", "right_over_1_s", "slowest_right_s", "replies", "processes_broken_off",
        "minutes",
    },
}  # fmt: skip


def test_f5_in_small_everyone_counts_once_in_every_order():
    is_passed, counts = f5.run(seed=3, people=6, orders=4)
    assert counts["counted"] == 6 and counts["results"] == 1
    assert counts["conflicts_listed"] == counts["conflicts_expected"] > 6
    assert is_passed


def test_f5_would_see_one_conflict_listed_for_another(monkeypatch):
    """The numbers by door are right, the ids are not."""
    settle = settlement.settle

    def exchanged(ballots, rights):
        found = settle(ballots, rights)
        first, *rest = found.superseded
        return replace(found, superseded=(replace(first, id=bytes(32)), *rest))

    monkeypatch.setattr(settlement, "settle", exchanged)
    is_passed, counts = f5.run(seed=3, people=6, orders=1)
    assert not is_passed and counts["conflicts_listed"] == counts["conflicts_expected"]
    assert (counts["ids_missing_from_the_list"], counts["ids_listed_falsely"]) == (1, 1)


def test_f5_would_see_a_voice_that_counts_twice(monkeypatch):
    monkeypatch.setattr("server.voting.settlement._standing", lambda box, said, taken_back: frozenset())
    is_passed, counts = f5.run(seed=3, people=6, orders=1)
    assert not is_passed and counts["counted"] > 6


def test_f15_in_small_no_closing_that_is_off_by_one_is_reconciled():
    """By person and by pass, with and without a pass that did not come back (P11)."""
    counts = closings.close_wrongly(seed=2, closings=8)
    assert (counts["evenings"], counts["blocked"]) == (4, 8) and counts["right_one_accepted"]
    assert {name.split()[0] for name in counts["counters"]} == {"person", "pass"}
    assert closings.are_all_blocked(counts)


def test_f15_in_small_the_adversary_tries_every_order_and_reads_nothing_in_the_headers():
    """Chance plays too large a part among thirty people for the advantage to say anything: ``make faults`` has more."""
    counts = linking.link(seed=2, people=30)
    assert counts["attacks"] == len(counts["advantages"]) == 9
    assert counts["header_shapes"] == 2
    assert not linking.is_within({**counts, "advantage_at_most": 0.03})


def test_f15_would_see_ballots_published_in_the_order_in_which_they_came():
    """An adversary who finds nothing must be one who would find it if it were there."""
    truth = [("kiosk", ("a",)), ("kiosk", ("b",)), ("kiosk", ("c",)), ("kiosk", ("d",))]
    public = linking.Public.__new__(linking.Public)
    public.rows = [ballot for _door, ballot in truth]
    hashes = dict.fromkeys(("subj_c", "body_c", "prev", "dev"), "")
    public.ballots = [{**hashes, "seq": number} for number in range(4)]
    guesses = public.attacks(truth, [])["rows by seq"]
    assert [guesses[person] for person in range(4)] == public.rows


def test_f4_in_small_every_order_split_and_route_gives_one_result():
    is_passed, counts = f4.run(seed=3, people=6, orders=5)
    assert is_passed and (counts["hashes"], counts["counted"]) == (1, [6])
    assert all(counts["deliveries"].values())


def test_f4_would_see_a_result_that_hangs_on_the_order_of_arrival(monkeypatch):
    shuffled = random.Random(4)
    real = f4._play

    def play(*about):
        text, settled = real(*about)
        return text + str(shuffled.random()), settled

    monkeypatch.setattr(f4, "_play", play)
    assert not f4.run(seed=3, people=6, orders=2)[0]


def test_f3_in_small_each_event_is_one_row_and_everyone_is_told_the_same(postgres_url, migrated_postgres, tmp_path):
    """S1, S2, S3, on PostgreSQL: in a process of its own, because the senders are processes too."""
    own = {"PARVIS_VAR": str(tmp_path), "DATABASE_URL": new_database(postgres_url, "f3_in_small", migrated_postgres)}
    command = [sys.executable, "-m", "benchmarks.faults", "--inside", "F3", "--small"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.strip().rpartition("\n")[2])
    assert told["pass"] and set(told) == {"pass", "figure", "counts"}
    assert set(told["counts"]) == COUNTS["F3"]
    assert (told["counts"]["rows"], told["counts"]["forks"]) == (40, 0)
    assert told["counts"]["processes_with_equal_acknowledgements"] == told["counts"]["processes"] == 3


JUDGED = {
    "guesses": 40, "answers": {"404": 20, "429": 20}, "from_the_hall": 20, "wrong_codes_before": 4, "found": 0,
    "counted_in_the_database": {"roll": 44, "hall": 20}, "right_codes": 3, "right_served": 3, "right_over_1_s": 0,
    "processes_broken_off": 0,
    "replies": {"texts_refused": 1, "texts_served": 1, "greatest_distance": 0.1, "distance_of_chance": 0.2},
}  # fmt: skip


@pytest.mark.parametrize(
    "seen",
    [
        {"found": 1},
        {"guesses": 39},
        {"answers": {"404": 20, "403": 20}},
        {"counted_in_the_database": {"roll": 43, "hall": 20}},
        {"counted_in_the_database": {"roll": 44, "hall": 19}},
        {"processes_broken_off": 1},
        {"right_codes": 4},
        {"right_codes": 0, "right_served": 0},
        {"right_over_1_s": 1},
        {"replies": {**JUDGED["replies"], "texts_refused": 2}},
    ],
)
def test_p16_would_see_a_guess_that_was_not_judged_or_not_counted_and_a_right_code_that_waited(seen):
    assert p16.is_passed(JUDGED, 40)
    assert not p16.is_passed(JUDGED | seen, 40)


@pytest.fixture
def attacked(settings):
    """An installation behind a proxy, as its page workers see it: a published vote, and who attacks it from where."""
    settings.PARVIS_TRUSTED_PROXIES = read_networks(["127.0.0.1"])
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    vote = make_vote()
    type(vote.box.space).objects.update(published_at=vote.session.meeting.starts_at)
    letters = [code.grouped for code in vote.letters]
    facts = {"port": 8443, "place": vote.box.get_absolute_url(), "letters": letters, "hall": "192.0.2.7", "seed": 1}
    return {**facts, "guesses": 2 * guessers.TOLD_EVERY}


def heard(capsys) -> dict[str, dict]:
    return {line["way"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}


def test_p16_a_guess_in_process_is_counted_against_the_address_that_the_proxy_states(attacked, capsys):
    guessers.guess(attacked, application)
    half, said = guessers.TOLD_EVERY, heard(capsys)
    assert said[guessers.INSIDE_HALL] == {
        "way": guessers.INSIDE_HALL,
        "answers": {"404": 10, "429": half - 10},
        "found": 0,
    }
    assert sum(said[guessers.INSIDE_ANYWHERE]["answers"].values()) == half
    counts = list(WrongCodes.objects.order_by("-count").values_list("count", flat=True))
    # Roll; the hall's address, its block, and the two browsers; then everyone else's.
    assert counts[:5] == [2 * half, half, half, half, half] and counts[5] < 10


def test_p16_would_see_a_code_that_opens(attacked, capsys, monkeypatch):
    monkeypatch.setattr(guessers, "like_a_code", lambda letters, _rng: letters[0])
    guessers.guess({**attacked, "guesses": 2}, application)
    assert heard(capsys)[guessers.INSIDE_HALL]["found"] == 2


def test_the_report_names_its_commit_and_says_the_same_of_each_figure(monkeypatch, tmp_path):
    """``build/faults.json``: commit, then per figure whether it passed, in words, with seed, seconds and raw counts."""
    counts = {}
    for name, figure in (("F4", f4), ("F5", f5)):
        with undone():
            counts[name] = figure.run(seed=1, people=6, orders=1)[1]

    def call(name, seed, environment):
        figure = {"pass": True, "figure": name, "counts": counts[name]}
        return {**figure, "seed": seed, "seconds": 0.1}

    monkeypatch.setattr(bench, "_call", call)
    monkeypatch.setattr(bench, "REPORT", tmp_path / "build" / "faults.json")
    monkeypatch.setattr("sys.argv", ["faults", "--only", "F4,F5", "--seed", "7"])
    assert bench.main() == 0
    report = json.loads(bench.REPORT.read_text())
    assert list(report) == ["commit", "F4", "F5"] and report["commit"][:40].isalnum()
    for name in ("F4", "F5"):
        assert set(report[name]) == {"pass", "figure", "seed", "seconds", "counts"}
        assert (report[name]["seed"], report[name]["pass"]) == (7, True)
        assert COUNTS[name] <= set(report[name]["counts"])


def test_a_report_of_changed_files_does_not_pass_for_one_of_the_commit(tmp_path):
    def git(*words):
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "a").write_text("1")
    git("add", "a"), git("commit", "-qm", "a")
    clean = bench.commit(tmp_path)
    (tmp_path / "a").write_text("2")
    assert len(clean) == 40 and bench.commit(tmp_path) == f"{clean}-dirty"
