"""A certified result as its page tells it: winners and why, ballots by door, what gave way, accounts, files.

Everything is read from what was published (``result.json`` as kept with the box, ``accounts.json``, the numbers of the
settlement), never counted anew: the page and the files cannot say two things.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from server.ledger.models import Checkpoint
from server.meetings.models import Session
from server.processes.models import Door
from server.voting.balance_words import label_of
from server.voting.losses import Loss
from server.voting.models import Box
from server.voting.samples import Outcome

NAMES: dict[str, Any] = {
    "passes_printed": _("Passes printed"),
    "passes_issued": _("Passes issued"),
    "passes_spent": _("Passes issued"),
    "passes_returned": _("Passes returned, counted by hand"),
    "kiosk_ballots": _("Sealed kiosk ballots"),
    "sheets_printed": _("Sheets printed"),
    "envelopes_sent": _("Envelopes sent"),
    "envelopes_opened": _("Envelopes opened"),
    "sheets_in_box": _("Sheets in the box, counted by hand"),
    "devices": _("Devices paired"),
    "ballots": _("Ballots opened"),
    "votes": _("Votes that valid ballots allow"),
    "rights_used": _("Rights used"),
}
FILES: dict[str, Any] = {
    "definition.json": _("What was frozen before the vote: question, projects, rules"),
    "cast_vote_records.csv": _("Every ballot that counts, without name, shuffled"),
    "result.json": _("The result, round by round"),
    "projects.csv": _("Projects with votes, for a spreadsheet"),
    "result.pb": _("The vote in the format of researchers (pabulib.org)"),
    "accounts.json": _("The accounts: what became of every ballot, pass and sheet"),
    "log.jsonl": _("The public list of everything that was recorded"),
    "checkpoints.json": _("Signed states of the list"),
    "witnesses.json": _("Who elsewhere co-signed which of them"),
    "verify.py": _("The program that checks all of it"),
    "tables.py": _("A program that compares the tables besides"),
    "states.py": _("One that checks what witnesses said of the list"),
    "closings.py": _("One that checks what was lost with devices, and a sample of letters"),
    "kept.py": _("One that looks for a state or receipt that you kept"),
    "manifest.json": _("Size and fingerprint of each file"),
    "manifest.sig": _("The signature of the installation"),
}
ENDED: dict[str, Any] = {"upheld": _("upheld"), "rejected": _("rejected"), "open": _("not decided yet")}
RECOUNT = _("The program that counts again by the rule of this vote")
FATES: dict[str, Any] = {"desk": _("a vote in person"), **{door.value: door.label for door in Door if door != "desk"}}


@dataclass(frozen=True)
class Row:
    """One project in the order of the count. ``had`` before its turn, ``left`` after it: cents."""

    place: int
    choice: Mapping[str, Any]
    votes: int
    decision: str
    had: int
    left: int
    is_tie: bool

    @property
    def is_winner(self) -> bool:
        return self.decision == "funded"


def rows(box: Box) -> list[Row]:
    """Every project with what the count decided, in the order of the rule; by votes where nothing has a cost."""
    contest = box.result["contests"][0]
    choices = {choice["id"]: choice for choice in box.frozen_choices()}
    rounds = contest.get("rounds") or [
        {"project": name, "votes": votes, "cost": 0, "remaining": 0, "decision": "", "tie": False}
        for name, votes in sorted(contest["votes"].items(), key=lambda item: -item[1])
    ]
    return [
        Row(
            place=place,
            choice=choices[turn["project"]],
            votes=turn["votes"],
            decision=turn["decision"],
            had=turn["remaining"],
            left=turn["remaining"] - (turn["cost"] if turn["decision"] == "funded" else 0),
            is_tie=turn["tie"],
        )
        for place, turn in enumerate(rounds, start=1)
    ]


def by_door(box: Box) -> list[dict[str, Any]]:
    """Received and counted by door, as published: doors with fewer than ten ballots that count stand with others."""
    told = []
    for name, count in box.result.get("by_door", {}).items():
        doors = name.split("+")
        received = sum(box.settlement["received_by_door"].get(door, 0) for door in doors)
        told.append({"doors": doors, "received": received, "counted": count, "gone": received - count})
    return told


def superseded(box: Box) -> list[dict[str, Any]]:
    """``{count, door, by}``: numbers only, never which. ``by`` is a door, or the word for the right used in person."""
    pairs = box.settlement["superseded_by_pair"]
    return [{"count": one["count"], "door": FATES[one["door"]], "by": _fate(one["door"], one["by"])} for one in pairs]


def _fate(door: str, by: str) -> Any:
    """What a ballot gave way to. Two ballots of one right at kiosks: the draw, not the clock, decides (merge)."""
    if door == by == "web":
        return _("a later ballot online")
    return _("another ballot at a kiosk") if door == by == "kiosk" else FATES.get(by, by)


def accounts(folder: Path) -> dict[str, Any]:
    """``accounts.json`` with its equations in words, each with its session where there were several.

    Empty where the files are not there.
    """
    path = folder / "accounts.json"
    if not path.exists():
        return {}
    facts = json.loads(path.read_text(encoding="utf-8"))
    refs = {one["session"] for one in facts["equations"] if "session" in one}
    several = Session.objects.filter(ref__in=refs).select_related("meeting") if len(refs) > 1 else ()
    sessions = {session.ref: session for session in several}
    facts["lines"] = [_line(one) | {"session": sessions.get(one.get("session"))} for one in facts["equations"]]
    facts["asked"] = Outcome.read(facts["sample"]) if "sample" in facts else None
    facts["lost"] = [(one["device"], one["reason"], Loss.read(one)) for one in facts.get("missing", ())]
    # Passes handed out to people who were already marked at another session: said beside the margin.
    facts["marked_twice"] = sum(
        one["right"].get("marked_twice", 0) for one in facts["equations"] if one["name"] == "passes_issued"
    )
    return facts


def _line(equation: Mapping[str, Any]) -> dict[str, Any]:
    left, right = equation["left"], equation["right"]
    return {
        "name": NAMES.get(equation["name"], equation["name"]),
        "left": sum(left.values()),
        "terms": [{"label": label_of(equation["name"], name), "count": count} for name, count in right.items()],
        "difference": abs(sum(left.values()) - sum(right.values())),
        "holds": sum(left.values()) == sum(right.values()),
        "explained": equation.get("explained", ""),
    }


def points(folder: Path) -> list[dict[str, Any]]:
    """The signed states of the log as published, the newest first: size, root, and the day where it is known.

    A day, never an hour: the log must not tell when a ballot came.
    """
    path = folder / "checkpoints.json"
    if not path.exists():
        return []
    told = json.loads(path.read_text(encoding="utf-8"))["checkpoints"]
    known = Checkpoint.objects.filter(log_epoch__in={one["epoch"] for one in told}).values_list("root", "signed_at")
    days = dict(known)
    return [{"size": one["size"], "root": one["root"], "day": days.get(one["root"])} for one in reversed(told)]


def witnesses(folder: Path) -> list[dict[str, Any]]:
    """Who co-signed which of the published states, the newest of each: name, key, size."""
    path = folder / "witnesses.json"
    if not path.exists():  # published before witnesses were collected
        return []
    facts = json.loads(path.read_text(encoding="utf-8"))
    newest = {one["witness"]: one["checkpoint"]["size"] for one in facts["statements"]}
    return [one | {"size": newest[one["witness"]]} for one in facts["witnesses"]]


def files(folder: Path) -> list[dict[str, Any]]:
    """Name, what it is, size in bytes; in the order of ``FILES``, programs that count again before the manifest."""
    order = list(FILES)
    found = [
        {"name": path.name, "about": FILES.get(path.name, RECOUNT), "size": path.stat().st_size} for path in _in(folder)
    ]
    return sorted(found, key=lambda one: (order.index(one["name"]) if one["name"] in FILES else 8.5, one["name"]))


def _in(folder: Path) -> Iterable[Path]:
    return [path for path in folder.glob("*") if path.is_file()] if folder.exists() else []


def objections(box: Box) -> list[tuple[Any, int]]:
    """``(how they ended, how many)``. Never what they were about."""
    counts = dict(box.objections.order_by().values_list("state").annotate(count=Count("pk")))
    return [(ENDED[state], counts[state]) for state in ENDED if state in counts]
