"""Results: who won and why, the accounts, the open data, and how to check all of it oneself."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from server.ledger.installation import installation
from server.voting.access import access_box
from server.voting.answers import most_for_one
from server.voting.definitions import Definition
from server.voting.doubted import doubted
from server.voting.late import too_late
from server.voting.models import Box

from . import result_page
from .actions import archive_of, published_folder
from .alone import done_alone

SHOWN = ("application/json", "text/csv", "text/plain")


def _certified(request: HttpRequest, slug: str, ref: str) -> Box:
    box = access_box(request.user, slug, ref)
    if box.state != Box.State.CERTIFIED:
        raise Http404
    return box


@require_GET
def result(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    box = _certified(request, slug, ref)
    contest, folder = box.result["contests"][0], published_folder(box)
    rows, late = result_page.rows(box), too_late(box)
    asked = Definition.of(box).rules[0]
    facts = {
        "box": box,
        "space": box.space,
        "contest": contest,
        "asked": asked,
        "by_points": most_for_one(asked) > 1,
        "most_for_one": most_for_one(asked),
        "rows": rows,
        "most": max((row.votes for row in rows), default=0),
        "votes": [(row.choice["title"], row.votes) for row in rows],
        "funded": [(row.choice["title"], row.choice["cost"]) for row in rows if row.is_winner],
        "by_door": result_page.by_door(box),
        "is_merged": any("+" in name for name in box.result.get("by_door", {})),
        "superseded": result_page.superseded(box),
        "counted_by_door": box.result.get("by_door", {}),
        "turnout": box.result["turnout"],
        "settlement": box.settlement,
        "accounts": result_page.accounts(folder),
        "files": result_page.files(folder),
        "points": result_page.points(folder),
        "witnesses": result_page.witnesses(folder),
        "fingerprint": installation().log_id,
        "seed": box.settlement.get("seed", ""),
        "objections": result_page.objections(box),
        "late": late,
        "doubted": doubted(box),
        "margin": late.margin,
        "addenda": box.addenda.exclude(published_at=None),
        "alone": done_alone(box),
    }
    return render(request, "opendata/result.html", facts)


@require_GET
def check(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """The commands with which anyone counts again, and what they must print."""
    box = _certified(request, slug, ref)
    house = installation()
    facts = {
        "box": box,
        "space": box.space,
        "origin": house.origin,
        "archive": archive_name(box),
        "fingerprint": house.log_id,
        "files": result_page.files(published_folder(box)),
        "contest": box.result["contests"][0],
        "option": " --fr" if (get_language() or "").startswith("fr") else "",
    }
    return render(request, "opendata/check.html", facts)


@require_GET
def published_file(request: HttpRequest, slug: str, ref: str, name: str) -> FileResponse:
    """One published file, byte for byte. Only names that are there: no path ever leaves the folder."""
    folder = published_folder(_certified(request, slug, ref))
    path = next((path for path in folder.glob("*") if path.name == name and path.is_file()), None)
    if path is None:
        raise Http404
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FileResponse(path.open("rb"), as_attachment=kind not in SHOWN, filename=name, content_type=kind)


def archive_name(box: Box) -> str:
    return f"{box.space.slug}-{box.ref}.zip"


@require_GET
def archive(request: HttpRequest, slug: str, ref: str) -> FileResponse:
    """All files of the vote in one."""
    box = _certified(request, slug, ref)
    path = archive_of(box)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=archive_name(box), content_type="application/zip")


@require_GET
def roll_program(_request: HttpRequest) -> FileResponse:
    """The program with which a sworn observer checks that no roll was exchanged for another."""
    path = Path(__file__).parent / "check_roll.py"
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="text/x-python")
