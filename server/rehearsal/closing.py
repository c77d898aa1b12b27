"""Close, reconcile, open, count, certify, publish, and let the stranger's program check all of it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.utils import translation

from server.accounts.models import User
from server.meetings import actions as meetings
from server.opendata.actions import published_folder
from server.voting import actions as voting
from server.voting import boxkeys
from server.voting.balance import balance_of
from server.voting.settlement import settle_box
from server.voting.two_persons import sign_as_two

from .paper import PaperFigures
from .plan import Plan
from .town import Town

SECOND = "second@rehearsal.example"


def count_by_hand(town: Town, plan: Plan) -> None:
    """What two people would count on the tables of the hall, before the system shows its own."""
    second = User.objects.create_user(SECOND)
    sheets = len(plan.at("paper"))
    printed = town.run.quantity if town.run else 0
    counts = {"passes_unused": len(town.stack), "passes_spoiled": 0, "passes_returned": 0}
    if town.run:
        counts |= {"sheets_in_box": sheets, "sheets_unused": printed - sheets}
    meetings.close_session(session=town.session, by=town.organiser)
    meetings.enter_hand_counts(session=town.session, counts=counts, by=town.organiser)
    meetings.confirm_hand_counts(session=town.session, by=second)
    meetings.reconcile_session(session=town.session, by=town.organiser)
    voting.close_voting(box=town.box, by=town.organiser)


def duel_is_right(town: Town, pairs: list[tuple[str, str]]) -> bool:
    """Of one pass at two kiosks the smallest SHA-256(seed ‖ id) must count: worked out here, on our own."""
    counted = {identifier.hex() for identifier in settle_box(town.box).settlement.counted}
    seed = boxkeys.seed(town.box)
    for pair in pairs:
        expected = min(pair, key=lambda one: hashlib.sha256(seed + bytes.fromhex(one)).digest())
        if [one for one in pair if one in counted] != [expected]:
            return False
    return True


def finish(town: Town) -> None:
    """Reconcile the box over its session, open it, count, certify, publish."""
    town.box = voting.reconcile_box(box=town.box, by=town.organiser)
    second = User.objects.get(email=SECOND)
    for deed, do in (("open", voting.open_box), ("certify", voting.certify_box)):
        sign_as_two(town.box, deed, first=town.organiser, second=second)
        town.box = do(box=town.box, by=town.organiser)


def keep_published(town: Town, folder: Path) -> Path:
    target = folder / "published"
    shutil.copytree(published_folder(town.box), target, dirs_exist_ok=True)
    return target


def verify(published: Path) -> tuple[bool, str]:
    """Run ``verify.py`` in the published folder, as a stranger would, on a Python without our libraries."""
    command = [sys.executable, "-I", "-S", "verify.py"]
    done = subprocess.run(command, cwd=published, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    return done.returncode == 0, done.stdout + done.stderr


def figures(plan: Plan, town: Town, published: Path, paper: PaperFigures, *, is_whole: bool) -> dict[str, Any]:
    """The comparison with the real vote, from what was published."""
    contest = _contest(published)
    settlement, told = town.box.settlement, plan.instance.projects
    winners = [plan.ids[code] for code in contest["winners"]]
    has_selected = any(project.selected is not None for project in told)
    selected = {project.id for project in told if project.selected == 1}
    return {
        "counted": contest["ballots"],
        "by_door": settlement["by_door"],
        "superseded": settlement["received"] - settlement["counted"],
        "paper": {name: getattr(paper, name) for name in ("sheets", "read", "automatic", "adjudicated", "misread")},
        "votes_equal_instance": contest["votes"] == _expected_votes(plan, is_whole=is_whole),
        "winners": winners,
        "winners_equal_instance": set(winners) == selected if is_whole and has_selected else None,
    }


def _contest(published: Path) -> dict[str, Any]:
    contest: dict[str, Any] = json.loads((published / "result.json").read_bytes())["contests"][0]
    return contest


def _expected_votes(plan: Plan, *, is_whole: bool) -> dict[str, int]:
    """Of a whole vote what the file says of every project; otherwise what the voters taken chose."""
    projects = zip(plan.ids, plan.instance.projects, strict=True)
    by_score = plan.method in ("ranked", "score", "dots")  # there the file's ``votes`` are voters, its score the points
    numbers = [(code, project.score if by_score else project.votes) for code, project in projects]
    told = {code: number for code, number in numbers if number is not None}
    return told if is_whole and len(told) == len(plan.ids) else plan.expected_votes()


def projects(plan: Plan, published: Path, *, is_whole: bool) -> list[dict[str, Any]]:
    """Each project in the order of the file: its votes and whether it is funded, here and there."""
    contest, expected = _contest(published), _expected_votes(plan, is_whole=is_whole)
    return [
        {
            "project": f"{project.id} {project.name}".strip(),
            "votes": contest["votes"][code],
            "votes_of_file": expected[code],
            "wins": code in contest["winners"],
            "won": None if project.selected is None or not is_whole else project.selected == 1,
        }
        for code, project in zip(plan.ids, plan.instance.projects, strict=True)
    ]


def accounts(town: Town) -> list[tuple[str, int, list[tuple[str, int]], bool]]:
    """The equations of session and box as people read them: label, left, terms, whether it holds."""
    town.session.refresh_from_db()
    with translation.override("en"):
        return [
            (str(one.label), one.left, [(str(term.label), term.count) for term in one.terms], one.holds)
            for one in (*balance_of(town.session), *balance_of(town.box))
        ]
