"""Votes by rank, by points and on a question, checked by the browser's verifier as by ours (P19, P21, F15)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.opendata.second_verifier import judged
from tests.server.opendata.test_methods import VOTES, files_of
from tests.server.opendata.test_verify import again_signed, edited, written

# What somebody could write in place of a row, and what is found: by method a row as it is, and others.
ALTERED = {
    "ranked": ("3 1 2,valid", {"1 3 2,valid": "counted", "3 1,valid": "counted", "3 1 2,invalid": "row_valid"}),
    "score": (
        "1:7 2:3,valid",
        {"1:7 2:4,valid": "counted", "2:3 1:7,valid": "row_shape", "1:7 2:03,valid": "row_invalid"},
    ),
    "dots": (
        "1:3 2:2,valid",
        {"1:2 2:2,valid": "counted", "1:3 ?,invalid": "row_shape", "1:3 2:3,valid": "row_invalid"},
    ),
    "yes-no": ("no,valid", {"yes,valid": "counted", "yes no,valid": "row_invalid"}),
}  # fmt: skip


def folder_of(files: dict[str, bytes], folder: Path) -> Path:
    folder.mkdir()
    return written(files, folder)


def test_each_method_verifies_in_the_browser(tmp_path: Path):
    found = judged([folder_of(files_of(method), tmp_path / method) for method in VOTES])
    assert [(one["isRight"], one["problems"]) for one in found] == [(True, [])] * len(VOTES)


def test_f15_votes_told_otherwise_are_found_in_the_browser(tmp_path: Path):
    def add_one(result: dict) -> None:
        votes = result["contests"][0]["votes"]
        votes[next(iter(votes))] += 1

    folders = []
    for method in VOTES:
        files = files_of(method)
        changed = again_signed(files, result__json=edited(files["result.json"], add_one))
        folders.append(folder_of(changed, tmp_path / method))
    for one in judged(folders):
        assert ("result.json, q1, votes", "counted") in [(each["place"], each["code"]) for each in one["problems"]]


@pytest.mark.parametrize("method", ALTERED)
def test_f15_a_row_written_otherwise_is_found_in_the_browser(method: str, tmp_path: Path):
    row, others = ALTERED[method]
    files = files_of(method)
    head, *rows = files["cast_vote_records.csv"].decode().splitlines()
    assert row in rows
    folders = []
    for place, other in enumerate(others):
        replaced = sorted([*rows[: rows.index(row)], *rows[rows.index(row) + 1 :], other])
        content = "".join(f"{one}\n" for one in [head, *replaced]).encode()
        folders.append(folder_of(again_signed(files, cast_vote_records__csv=content), tmp_path / str(place)))
    for one, code in zip(judged(folders), others.values(), strict=True):
        assert code in [each["code"] for each in one["problems"]]


def test_f15_points_told_otherwise_to_researchers_are_found_in_the_browser(tmp_path: Path):
    files = files_of("score")
    changed = again_signed(files, result__pb=files["result.pb"].replace(b"1,2;7,3", b"1,2;7,4"))
    assert changed["result.pb"] != files["result.pb"]
    (found,) = judged([written(changed, tmp_path)])
    assert any(one["place"].startswith("result.pb") and one["code"] == "table_row" for one in found["problems"])
