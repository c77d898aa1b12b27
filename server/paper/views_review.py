"""The review: an image, what the machine saw beside it, and a person's word."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from server.meetings.models import Session
from server.processes.localized import Localized
from server.voting.definitions import Definition
from server.web.plain_text import HiddenCharacters, plain_line
from server.web.refusals import Refusal

from . import storage
from .access import READERS, access_reading, access_session, frame
from .actions import adjudicate, note_view
from .models import Adjudication, Reading
from .querysets import WAITING
from .refusals import AlreadyDecided, ChoicesNotAllowed, NothingToDecide
from .words import reason_in_words

LONGEST_NOTE = 300


def next_to_review(session: Session, after: int = 0) -> Reading | None:
    """The first image behind ``after`` that waits, or the first of all: nobody is sent past the end."""
    waiting = Reading.objects.in_session(session).waiting().order_by("pk")
    return waiting.filter(pk__gt=after).first() or waiting.first()


@login_required
@require_GET
def review(request: HttpRequest, ref: str) -> HttpResponse:
    session = access_session(request.user, ref, *READERS)
    after = request.GET.get("after", "")
    reading = next_to_review(session, int(after) if after.isdecimal() and len(after) < 18 else 0)
    if reading is None:
        return render(request, "paper/review_empty.html", frame(request.user, session, "review"))
    return _show(request, access_reading(request.user, reading.pk))


@login_required
@require_GET
def reading_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One image, whatever became of it; a decision is offered only where one is asked for."""
    return _show(request, access_reading(request.user, pk))


def _show(
    request: HttpRequest, reading: Reading, *, chosen: list[str] | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    session = reading.batch.session
    decision = reading.adjudications.select_related("decided_by").first()
    others = reading.sheet.readings.exclude(pk=reading.pk).order_by("pk") if reading.sheet else []
    context = {
        **frame(request.user, session, "review"),
        "reading": reading,
        "reason": reason_in_words(reading.reason),
        "contests": [_contest(contest, reading, chosen) for contest in _contests(reading)],
        "others": [(other, _said(other)) for other in others],
        "decision": decision,
        "can_decide": decision is None and reading.status in WAITING,
        "waiting": Reading.objects.in_session(session).waiting().count(),
        "refusal": refusal,
        "note": request.POST.get("note", ""),
    }
    return render(request, "paper/review.html", context, status=refusal.status if refusal else 200)


def _contests(reading: Reading) -> list[Any]:
    return list(Definition.of(reading.box).contests) if reading.box else []


def _contest(contest: Any, reading: Reading, chosen: list[str] | None) -> dict[str, Any]:
    """A contest with its marks as the machine saw them; ``chosen``: what a person had ticked before a refusal."""
    inside = reading.scores.get("inside", {}).get(contest["id"], {})
    clear = reading.interpretation.get("choices", {}).get(contest["id"], [])
    unclear = reading.interpretation.get("doubtful", {}).get(contest["id"], [])
    ticked = clear if chosen is None else chosen
    return {
        "id": contest["id"],
        "title": Localized(contest["title"]),
        "min": contest["min"],
        "max": 1 if contest["method"] == "choose-1" else contest["max"],
        "choices": [
            {
                "id": choice["id"],
                "number": choice["number"],
                "title": Localized(choice["title"]),
                "percent": round(inside[choice["id"]] / 10) if choice["id"] in inside else None,
                "seen": "marked" if choice["id"] in clear else "unclear" if choice["id"] in unclear else "empty",
                "is_ticked": choice["id"] in ticked,
            }
            for choice in contest["choices"]
        ],
    }


def _said(reading: Reading) -> str:
    """What another image of the same sheet says, as numbers on the ballot."""
    numbers = [
        str(choice["number"])
        for contest in _contests(reading)
        for choice in contest["choices"]
        if choice["id"] in reading.interpretation.get("choices", {}).get(contest["id"], [])
    ]
    return ", ".join(numbers)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    reading = access_reading(request.user, pk)
    outcome = request.POST.get("outcome", "")
    if outcome not in Adjudication.Outcome.values:
        raise Http404
    chosen = {contest["id"]: request.POST.getlist(contest["id"]) for contest in _contests(reading)}
    try:
        note = plain_line(request.POST.get("note", ""), LONGEST_NOTE)
        adjudicate(reading=reading, outcome=outcome, choices=chosen, note=note, by=request.user)
        messages.success(request, _("Decided. The next image follows."))
    except (ChoicesNotAllowed, HiddenCharacters) as refusal:
        return _show(request, reading, chosen=[one for ones in chosen.values() for one in ones], refusal=refusal)
    except (AlreadyDecided, NothingToDecide) as refusal:
        messages.warning(request, refusal.message)
    return redirect(f"{reverse('paper:review', args=[reading.batch.session.ref])}?after={reading.pk}")


@login_required
@require_GET
def image(request: HttpRequest, pk: int) -> HttpResponse:
    """The image of a sheet. Who looks is remembered before the first byte leaves."""
    reading = access_reading(request.user, pk)
    path = storage.absolute(reading.image) if reading.image else None
    if path is None or not path.is_file():
        raise Http404
    note_view(reading=reading, viewer=request.user)
    return FileResponse(path.open("rb"), content_type="image/jpeg", headers={"Cache-Control": "no-store"})
