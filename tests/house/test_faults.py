"""Figures of ``make faults`` in small: the bench itself must run, and tell the truth about a few people."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from benchmarks.faults import __main__ as bench
from benchmarks.faults import closings, f1, f2, f4, f5, f7, f8, f9, f10, guessers, linking, p16
from benchmarks.faults.hall import undone
from server.config.wsgi import application
from server.ledger import versions
from server.voting import settlement
from server.voting.models import WrongCodes
from server.web.address import read_networks
from tests.databases import new_database
from tests.server.votes import make_vote

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ROOT = Path(__file__).resolve().parents[2]
# What each figure says in build/faults.json: whoever reads it by name must find it there in every release.
COUNTS = {
    "F1": {
        "database", "schedules", "failpoints", "killed_at", "fewest_kills_at_a_failpoint", "killed_processes",
        "not_fired", "never_visited", "confirmed", "lost", "doubled", "between_two_states", "ready_s", "locks_left",
        "odd", "stumbles", "records", "rights_used", "counted", "tree_is_whole", "is_rebuilt_alike", "tasks_left",
    },
    "F3": {
        "database", "processes", "events", "pushes", "rows", "accepted_rows", "forks", "log_grew_by", "answers",
        "processes_with_equal_acknowledgements", "failed_processes",
    },
    "F4": {"orders", "hashes", "hash", "people", "counted", "superseded", "deliveries"},
    "F5": {"persons", "orders", "results", "counted", "conflicts_listed", "conflicts_expected"},
    "F7": {
        "database", "stations", "contributions", "payload_bytes", "sent_bytes", "received_bytes", "ratio", "minutes",
        "requests", "well", "cut", "swallowed", "slow", "portal", "lost", "believed", "doubled", "images",
    },
    "F9": {"events", *f9.PLAYS, "golden"},
    "F10": {
        "events", "back", "by_kiosk", "cast_before", "behind", "lost_online", "places_proved", "came",
        "missing_at_least", "receipts", "proved", "affected", "unanswered", "refused_while_recovering",
        "earlier_states", "counted", "verified",
    },
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


def test_f9_in_small_releases_of_kiosk_and_server_meet_in_any_order():
    """D10, S15, S16, S17."""
    is_passed, counts = f9.run(seed=3, events=12)
    assert is_passed, counts
    assert set(counts) == COUNTS["F9"]
    assert {name: counts[name]["accepted"] for name in f9.PLAYS} == dict.fromkeys(f9.PLAYS, 12)


def test_f9_would_see_a_server_that_forgets_an_old_version_or_never_judges_what_waited(monkeypatch):
    monkeypatch.setattr("server.ledger.versions.is_known", lambda type_, tv: versions_of(type_) == tv)
    with undone():
        assert f9.older_kiosk(5, 1)["accepted"] == 2
    monkeypatch.undo()
    monkeypatch.setattr("server.devices.newer.judge_newer", lambda: 0)
    assert not f9.run(seed=3, events=6)[0]


def versions_of(type_: str) -> int:
    return {**versions.NEWEST, **settings.PARVIS_TEST_VERSIONS}.get(type_, 0)


@pytest.fixture
def in_small(postgres_url, migrated_postgres, tmp_path):
    """A figure on PostgreSQL, in a process of its own, because it has processes too; its result."""

    def run(name: str) -> dict:
        url = new_database(postgres_url, f"{name.lower()}_in_small", migrated_postgres)
        command = [sys.executable, "-m", "benchmarks.faults", "--inside", name, "--small"]
        own = {"PARVIS_VAR": str(tmp_path), "DATABASE_URL": url}
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=500)
        assert done.returncode == 0, done.stderr[-3000:]
        told = json.loads(done.stdout.strip().rpartition("\n")[2])
        assert set(told) == {"pass", "figure", "counts"} and set(told["counts"]) == COUNTS[name]
        return told

    return run


def test_f1_in_small_whoever_is_killed_and_started_again_lost_nothing_and_holds_no_lock(in_small):
    """S7, S8: and no failpoint of the code is one where the bench never comes. How soon, a busy machine cannot say."""
    counts = in_small("F1")["counts"]
    assert counts["killed_processes"] == {"server": 1, "worker": 1}
    # The list is signed every ten seconds at most, and a quick machine needs less.
    assert set(counts["never_visited"]) <= {"checkpoint.before_commit"}
    assert f1.is_passed(counts | {"ready_s": {"max": 0}, "never_visited": []}, len(f1.SMALL["at"]), times=0), counts
    assert (counts["lost"], counts["doubled"], counts["locks_left"]) == (0, 0, 0)
    assert counts["tree_is_whole"] and counts["is_rebuilt_alike"]


F1_SEEN = {
    "database": "postgresql", "schedules": 200, "fewest_kills_at_a_failpoint": 10, "confirmed": 9_000, "lost": 0,
    "doubled": 0, "between_two_states": 0, "locks_left": 0, "not_fired": [], "never_visited": [], "odd": [],
    "tasks_left": 0, "ready_s": {"max": 9.9}, "counted": 50, "rights_used": {"least": 48, "most": 60, "in_the_log": 50},
    "tree_is_whole": True, "is_rebuilt_alike": True,
}  # fmt: skip


@pytest.mark.parametrize(
    "seen",
    [
        {"lost": 1},
        {"doubled": 1},
        {"between_two_states": 1},
        {"locks_left": 1},
        {"tasks_left": 1},
        {"ready_s": {"max": 10.1}},
        {"never_visited": ["log.written"]},
        {"not_fired": ["log.written"]},
        {"fewest_kills_at_a_failpoint": 9},
        {"schedules": 199},
        {"counted": 51},
        {"counted": 47, "rights_used": {**F1_SEEN["rights_used"], "in_the_log": 47}},
        {"is_rebuilt_alike": False},
        {"tree_is_whole": False},
    ],
)
def test_f1_would_see_what_was_lost_doubled_half_done_or_late(seen):
    assert f1.is_passed(F1_SEEN, 200, times=10)
    assert not f1.is_passed(F1_SEEN | seen, 200, times=10)


F2_SEEN = {
    "kills": 200, "confirmed": 2_000, "confirmed_moves": 80, "missing": 0, "forks": 0, "doubled": 0,
    "tabs_taken_over": 10, "clicks": 400, "cast_unread": 0, "alarms": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    "seen",
    [
        {"kills": 199},
        {"confirmed": 1_999},
        {"missing": 1},
        {"forks": 1},
        {"doubled": 1},
        {"tabs_taken_over": 0},
        {"cast_unread": 1},
        {"alarms": 1},
    ],
)
def test_f2_would_see_what_a_killed_browser_lost_or_wrote_twice(seen):
    """Its small size is ``tests/kiosk/test_kiosk_power_cut.py``, with the same hands."""
    assert f2.is_passed(F2_SEEN, 200, 2_000)
    assert not f2.is_passed(F2_SEEN | seen, 200, 2_000)


def test_f3_in_small_each_event_is_one_row_and_everyone_is_told_the_same(in_small):
    """S1, S2, S3."""
    told = in_small("F3")
    assert told["pass"]
    assert (told["counts"]["rows"], told["counts"]["forks"]) == (20, 0)
    assert told["counts"]["processes_with_equal_acknowledgements"] == told["counts"]["processes"] == 3


def test_f7_in_small_photos_arrive_whole_over_a_network_that_cuts_swallows_and_logs_in(in_small):
    """S4, S5, D12, S20: by the kiosk's own modules. How fast and at what cost, a few photos cannot say."""
    counts = in_small("F7")["counts"]
    assert (counts["lost"], counts["believed"], counts["doubled"], counts["images"]) == (0, 0, 0, 12)
    assert counts["portal"] > 0 and counts["cut"] + counts["swallowed"] > 0


F7_SEEN = {"lost": 0, "believed": 0, "doubled": 0, "ratio": 1.6, "minutes": 5, "cut": 9, "swallowed": 3, "portal": 2}


@pytest.mark.parametrize(
    "seen",
    [{"lost": 1}, {"believed": 1}, {"doubled": 1}, {"ratio": 2.01}, {"minutes": 10.1}, {"cut": 0}, {"portal": 0}],
)
def test_f7_would_see_what_was_lost_believed_dear_or_late_and_a_network_that_was_well(seen):
    assert f7.is_passed(F7_SEEN)
    assert not f7.is_passed(F7_SEEN | seen)


F8_SEEN = {"trials": 200, "false_saved": 0, "alarms_due": 170, "alarms": 170, "not_kept": 0}


@pytest.mark.parametrize("seen", [{"trials": 199}, {"false_saved": 1}, {"alarms": 169}, {"not_kept": 1}])
def test_f8_would_see_a_false_saved_and_an_alarm_that_did_not_come(seen):
    """Its small size is ``tests/kiosk/test_kiosk_storage_browser.py``."""
    assert f8.is_passed(F8_SEEN, 200)
    assert not f8.is_passed(F8_SEEN | seen, 200)


@pytest.fixture(scope="module")
def restored(tmp_path_factory, migrated_file) -> dict:
    """In a process of its own: an installation is lost and restored there."""
    folder = tmp_path_factory.mktemp("f10")
    shutil.copy(migrated_file, folder / "db.sqlite3")
    own = {"PARVIS_VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}"}
    command = [sys.executable, "-m", "benchmarks.faults", "--inside", "F10", "--small"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().rpartition("\n")[2])


def test_f10_in_small_a_restored_server_gets_everything_back_and_answers_for_what_is_lost(restored):
    """S9, I1, I5: one kiosk only by file, one that was enrolled after the backup."""
    counts = restored["counts"]
    assert restored["pass"] and set(counts) == COUNTS["F10"]
    assert counts["by_kiosk"] == {"half": 3, "new": 3, "by file": 3}
    assert (counts["back"], counts["affected"], counts["counted"]) == (9, 3 + f10.ENROLLED_SINCE, 12)


@pytest.mark.parametrize(
    "seen",
    [
        {"back": 8},
        {"affected": 2},
        {"unanswered": 1},
        {"receipts": 41},
        {"places_proved": 9},
        {"earlier_states": {"goes_on": 3, "changed": 1}},
        {"refused_while_recovering": ["recovering", "done"]},
        {"counted": 11},
        {"verified": False},
    ],
)
def test_f10_would_see_what_did_not_come_back_or_has_no_answer(restored, seen):
    assert not f10.is_passed(restored["counts"] | seen, 9, 3)


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
