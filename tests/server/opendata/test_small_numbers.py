"""What small numbers tell (P19): how many came by which door, never what any of them said. Decision 0020."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.opendata.actions import published_folder
from tests.server.votes import PROJECTS, Vote, make_vote, on_paper, print_sheets, sync

CHOICES = [code for code, _cost in PROJECTS]
WITH_CHOICES = {"cast_vote_records.csv", "result.json", "result.pb", "projects.csv", "definition.json"}
BALLOTS = [["lavoir"], ["bancs", "verger"], ["piste"]]


def hold(ballots: Sequence[list[str]], slug: str) -> Path:
    """One vote at home, at a kiosk and on paper each: the smallest cells there are."""
    vote = make_vote(people=3, passes=3, officer=f"{slug}@example.org", slug=slug)
    online, at_kiosk, on_sheet = ballots
    vote.online(0, *online)
    kiosk = vote.kiosk()
    kiosk.cast(vote.box.definition_hash, vote.hand_over(1), {"q1": at_kiosk})
    _by_paper(vote, on_sheet)
    kiosk.move("closed")
    sync(kiosk)
    counts = {"passes_unused": 1, "passes_spoiled": 0, "passes_returned": 0}
    return published_folder(vote.finish(**counts, sheets_in_box=1, sheets_unused=0))


def _by_paper(vote: Vote, chosen: list[str]) -> None:
    from server.voting.actions import exchange_pass

    ((_code, sheet),) = print_sheets(vote, 1)
    exchange_pass(session=vote.session, code_text=vote.hand_over(2).text, by=vote.officer)
    on_paper(vote, sheet, chosen)


def told(folder: Path, name: str) -> object:
    """What a file says without what names the vote itself."""
    if not name.endswith(".json"):
        return (folder / name).read_text(encoding="utf-8")
    facts = json.loads((folder / name).read_bytes())
    for own in ("definition", "seed", "log", "exceptions", "roll"):
        facts.pop(own, None)
    for equation in facts.get("equations", ()):
        equation.pop("session", None)
    if "closings" in facts:
        facts["closings"] = [_ends(json.loads(one["body"])) for one in facts["closings"]]
    return facts


def _ends(closing: dict) -> tuple[list[str], list[list[int]]]:
    """What a closing tells, and with which numbers chains end. Names of devices and records are those of the list."""
    return sorted(closing), [[chain["seq"] for chain in chains] for chains in closing["heads"].values()]


@pytest.mark.django_db
def test_p19_which_door_said_what_leaves_no_trace_in_any_file():
    """The same three ballots, dealt to the three doors in another way: nobody who reads can tell the two apart."""
    first, second = hold(BALLOTS, "one"), hold([BALLOTS[2], BALLOTS[0], BALLOTS[1]], "two")
    for name in sorted(WITH_CHOICES - {"definition.json"} | {"accounts.json"}):
        assert told(first, name) == told(second, name), name
    sealed = [
        [json.loads(json.loads(line)["header"]) for line in (folder / "log.jsonl").read_text().splitlines()]
        for folder in (first, second)
    ]
    shapes = [{(one["type"], one["len"]) for one in log if one["type"] == "ballot.sealed"} for log in sealed]
    assert shapes[0] == shapes[1] and len(shapes[0]) == 1


@pytest.mark.django_db
def test_p19_no_file_has_choices_beside_a_door_a_session_a_device_or_a_place_in_the_log():
    """So no filter and no difference between files selects the choices of a part: a cell with choices is the whole."""
    folder = hold(BALLOTS, "one")
    for path in folder.iterdir():
        if path.name not in WITH_CHOICES and path.suffix in (".json", ".jsonl"):
            text = path.read_text(encoding="utf-8")
            assert not any(f'"{code}"' in text for code in CHOICES), path.name
    head, *rows = (folder / "cast_vote_records.csv").read_text().splitlines()
    assert head == "q1,status" and rows == sorted(rows)
    contest = json.loads((folder / "result.json").read_bytes())["contests"][0]
    whole = {code: sum(code in row.split(",")[0].split() for row in rows) for code in CHOICES}
    assert contest["votes"] == whole and contest["ballots"] == len(rows)
    assert not {"by_door", "doors", "session", "dev"} & set(contest)


@given(st.lists(st.sampled_from(["web", "kiosk", "paper"]), max_size=60), st.randoms())
def test_p19_any_filter_by_door_gives_the_choices_of_all_or_of_none(doors: list[str], rng):
    """The files are made from ballots that have lost their door: whoever filters by one has numbers and no choice."""
    from server.opendata.published import build_result, cast_vote_records
    from tests.server.opendata.small_town import definition_bytes

    definition = definition_bytes()
    ballots = [{"q1": [str(rng.randint(1, 6))]} for _door in doors]
    by_door = {door: doors.count(door) for door in ("web", "kiosk", "paper")}
    result = build_result(definition, ballots, rights=100, by_door=by_door)
    dealt_anew = ballots.copy()
    rng.shuffle(dealt_anew)
    assert build_result(definition, dealt_anew, rights=100, by_door=by_door) == result
    content = json.loads(definition)
    assert cast_vote_records(content, dealt_anew) == cast_vote_records(content, ballots)
    assert all(count >= 10 for count in result.get("by_door", {}).values())
