"""The rehearsal's own verdict: it must be able to fail, and does for every figure that is wrong."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from server.rehearsal import closing, command, preflight
from server.rehearsal.paper import PaperFigures
from server.rehearsal.verdict import FIGURES, Findings, faults

from .test_plan import pb, plan

VOTES = [("1", "internet")] * 4 + [("2", "paper")] * 3
PLAN = plan(VOTES, conflicts=2)
RIGHT = {
    "instance": "small",
    "voters": 7,
    "counted": 7,
    "by_door": {"web": 2, "kiosk": 2, "paper": 3},
    "superseded": 2,
    "duplicates": 4,
    "paper": {"sheets": 3, "read": 3, "automatic": 2, "adjudicated": 1, "misread": 0},
    "votes_equal_instance": True,
    "winners": ["1"],
    "winners_equal_instance": True,
    "verified": True,
    "seconds": {"prepare": 0.1},
    "peak_mb": 0,
}


def findings(change: Callable[[dict, dict], object] = lambda figures, more: None) -> Findings:
    figures, more = copy.deepcopy(RIGHT), {"duels_right": True, "not_accepted": {}, "tests_refused": 1}
    change(figures, more)
    return Findings(figures=figures, **more)


def exit_code(found: Findings, monkeypatch, tmp_path) -> int:
    """What the command ends with, where the vote itself went like this."""
    file = tmp_path / "small.pb"
    file.write_text(pb(votes=VOTES))
    monkeypatch.setattr(command, "_configure", lambda var, database: 1)
    monkeypatch.setattr(command, "_migrate", lambda: None)
    monkeypatch.setattr(command, "_rehearse", lambda *_: found)
    for name in ("check_paper", "check_database", "database_server"):
        monkeypatch.setattr(preflight, name, lambda *_: None)
    return command.main([str(file), "--conflicts", "2", "--json", str(tmp_path / "out.json")])


def test_what_is_right_ends_with_0(monkeypatch, tmp_path, capsys):
    assert faults(PLAN, findings()) == []
    assert exit_code(findings(), monkeypatch, tmp_path) == 0
    assert "Everything is right." in capsys.readouterr().out


@pytest.mark.parametrize("value", [True, None])
def test_a_file_without_winners_is_right_without_them(value):
    assert faults(PLAN, findings(lambda figures, more: figures.update(winners_equal_instance=value))) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda f, m: f.update(voters=6),
        lambda f, m: f.update(counted=6),
        lambda f, m: f.update(counted=8),
        lambda f, m: f.update(by_door={"web": 3, "kiosk": 1, "paper": 3}),
        lambda f, m: f.update(by_door={"web": 2, "kiosk": 2}),
        lambda f, m: f.update(superseded=1),
        lambda f, m: f.update(superseded=3),
        lambda f, m: f["paper"].update(sheets=2),
        lambda f, m: f["paper"].update(sheets=4),
        lambda f, m: f["paper"].update(read=2),
        lambda f, m: f["paper"].update(misread=1),
        lambda f, m: f.update(votes_equal_instance=False),
        lambda f, m: f.update(votes_equal_instance=None),
        lambda f, m: f.update(winners_equal_instance=False),
        lambda f, m: f.update(verified=False),
        lambda f, m: m.update(duels_right=False),
        lambda f, m: m.update(not_accepted={"lost": 1}),
        lambda f, m: m.update(not_accepted={"parked: gap": 1}),
        lambda f, m: m.update(tests_refused=0),
    ],
)
def test_each_figure_that_is_wrong_ends_with_1(change, monkeypatch, tmp_path, capsys):
    found = findings(change)
    assert len(faults(PLAN, found)) == 1
    assert exit_code(found, monkeypatch, tmp_path) == 1
    told = capsys.readouterr().out
    assert "Not right:" in told and "Everything is right" not in told
    assert json.loads((tmp_path / "out.json").read_text()) == found.figures


SEED = bytes(32)


def drawn(identifier: str) -> bytes:
    return hashlib.sha256(SEED + bytes.fromhex(identifier)).digest()


FIRST, SECOND, THIRD = sorted(("aa" * 32, "bb" * 32, "cc" * 32), key=drawn)


@pytest.mark.parametrize(
    ("pairs", "counted", "is_right"),
    [
        ([], [], True),
        ([(FIRST, SECOND)], [FIRST], True),
        ([(SECOND, FIRST)], [FIRST], True),
        ([(FIRST, SECOND)], [SECOND], False),
        ([(FIRST, SECOND)], [FIRST, SECOND], False),
        ([(FIRST, SECOND)], [], False),
        ([(FIRST, THIRD), (SECOND, "dd" * 32)], [FIRST], False),
    ],
)
def test_of_one_pass_at_two_kiosks_the_drawn_ballot_counts_and_no_other(monkeypatch, pairs, counted, is_right):
    settled = SimpleNamespace(settlement=SimpleNamespace(counted={bytes.fromhex(one) for one in counted}))
    monkeypatch.setattr(closing, "settle_box", lambda _box: settled)
    monkeypatch.setattr(closing.boxkeys, "seed", lambda _box: SEED)
    assert closing.duel_is_right(SimpleNamespace(box=None), pairs) is is_right


def compared(tmp_path, *, selected: str = "", is_whole: bool = True, votes: dict | None = None, **facts) -> dict:
    """The comparison of a published result, in which projects 1 and 2 won, with a file."""
    text = pb(votes=VOTES, **facts)
    if selected:
        head, _line, rest = text.partition("project_id;cost;votes;name\n")
        rows, _line, ballots = rest.partition("VOTES\n")
        told = [f"{row};{won}" for row, won in zip(rows.splitlines(), selected, strict=True)]
        text = f"{head}project_id;cost;votes;name;selected\n" + "\n".join(told) + f"\nVOTES\n{ballots}"
    made = preflight.make_plan(preflight.read_pb(text), limit=None, conflicts=0, seed=1)
    found = votes or {"1": 4, "2": 3, "3": 0, "4": 0}
    (tmp_path / "result.json").write_text(
        json.dumps({"contests": [{"ballots": 7, "votes": found, "winners": ["1", "2"]}]})
    )
    town = SimpleNamespace(box=SimpleNamespace(settlement={"by_door": {}, "received": 7, "counted": 7}))
    return closing.figures(made, town, tmp_path, PaperFigures(), is_whole=is_whole)


@pytest.mark.parametrize(
    ("selected", "is_whole", "expected"),
    [("1100", True, True), ("1000", True, False), ("1110", True, False), ("1100", False, None), ("", True, None)],
)
def test_winners_are_compared_with_the_files_column_or_not_at_all(tmp_path, selected, is_whole, expected):
    found = compared(tmp_path, selected=selected, is_whole=is_whole)
    assert found["winners_equal_instance"] is expected and found["winners"] == ["1", "2"]


def test_votes_are_compared_with_every_project_of_the_file(tmp_path):
    assert compared(tmp_path)["votes_equal_instance"] is True
    assert compared(tmp_path, votes={"1": 4, "2": 2, "3": 1, "4": 0})["votes_equal_instance"] is False


def test_the_figures_are_these_and_no_other():
    """The issue's own list: whoever reads the file finds each key, and nothing beside."""
    asked = (
        "instance voters counted by_door superseded duplicates paper votes_equal_instance winners "
        "winners_equal_instance verified seconds peak_mb"
    )
    assert list(FIGURES) == asked.split() == list(RIGHT)
