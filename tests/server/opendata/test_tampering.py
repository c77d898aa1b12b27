"""F15, X17: whatever is altered in a published folder, verify.py and the browser's verifier both find it."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from server.ledger.keys import sign
from server.opendata import verify
from server.voting.counting import RULES

from .second_verifier import judged
from .small_town import FIRST, SERVER, SERVER_KEY, published, some_ballots
from .tampering.engine import KINDS, NotHere, Publisher, cases, tampered

HOLDER = Publisher(lambda message: sign(SERVER, message), SERVER_KEY)


def write(files: dict[str, bytes], folder: Path) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return published(some_ballots(30), some_ballots(3, seed=9), precedence=FIRST, has_waited=True)


def test_there_are_enough_kinds_of_tampering():
    cases(1, seed=0)
    assert len(KINDS) >= 150


def test_every_kind_of_tampering_is_found_by_both_verifiers(files, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(verify, "is_signed", functools.lru_cache(maxsize=None)(verify.is_signed))
    cases(1, seed=0)
    chosen = cases(len(KINDS), seed=15)
    folders = [write(tampered(files, case, HOLDER), tmp_path / case.name) for case in chosen]
    missed = [folder.name for folder in folders if not verify.main([str(folder)])]
    capsys.readouterr()
    assert not missed, f"verify.py finds nothing in {missed}"
    found = judged(folders)
    missed = [folder.name for folder, one in zip(folders, found, strict=True) if one["isRight"]]
    assert not missed, f"the browser finds nothing in {missed}"
    assert all(one["problems"][0]["place"] for one in found if one["problems"][0]["code"] != "unreadable")


def test_what_is_right_is_right_for_both_verifiers(tmp_path, capsys):
    contests = [{}, {"method": "choose-1", "max": 1}, {"method": "knapsack", "max_cost": 4_000_000}]
    folders = [
        write(published(some_ballots(30), rule=rule, threshold=9, **contest), tmp_path / f"{rule}-{number}")
        for rule in RULES
        for number, contest in enumerate(contests)
    ]
    assert [verify.main([str(folder)]) for folder in folders] == [0] * len(folders)
    assert [one["problems"] for one in judged(folders)] == [[]] * len(folders)
    capsys.readouterr()


def test_a_tampering_that_the_folder_has_no_room_for_is_said_and_not_made_up(files):
    cases(1, seed=0)
    case = next(case for case in cases(len(KINDS), seed=1) if case.kind == "an_explanation_is_gone")
    bare = {**files, "accounts.json": files["accounts.json"].replace(b"explained", b"note")}
    with pytest.raises(NotHere):
        tampered(bare, case, HOLDER)
