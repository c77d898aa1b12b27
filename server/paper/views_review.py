"""The review: images are given to people one by one, and each says what the sheet says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from server.meetings.models import Session
from server.web.plain_text import HiddenCharacters, plain_line
from server.web.refusals import Refusal

from . import leases
from .access import READERS, access_reading, access_session, frame
from .actions import adjudicate, note_view
from .answers import answers_from, written
from .image_files import answer_image
from .models import Adjudication, Reading
from .refusals import (
    AlreadyDecided,
    AnotherPersonAsked,
    ChoicesNotAllowed,
    HeldByAnother,
    NothingToDecide,
    SheetChanged,
)
from .review_page import contests_of, page_facts, queue_facts

LONGEST_NOTE = 300
LATE = (AlreadyDecided, AnotherPersonAsked, HeldByAnother, NothingToDecide)


@login_required
@require_GET
def review(request: HttpRequest, ref: str) -> HttpResponse:
    """The queue: what waits, who looks at what, and the button that gives out the next image."""
    session = access_session(request.user, ref, *READERS)
    facts = queue_facts(session, request.user) | frame(request.user, session, "review")
    return render(request, "paper/queue.html", facts)


@login_required
@require_POST
def next_image(request: HttpRequest, ref: str) -> HttpResponse:
    return _next(request, access_session(request.user, ref, *READERS))


def _next(request: HttpRequest, session: Session, after: int = 0) -> HttpResponse:
    """To the next image that nobody else holds, or back to the queue."""
    reading = leases.take_next(session=session, by=request.user, after=after)
    return redirect("paper:reading", reading.pk) if reading else redirect("paper:review", session.ref)


@login_required
@require_GET
def reading_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One image, whatever became of it; a decision is offered to whoever holds it."""
    return _show(request, access_reading(request.user, pk))


def _show(
    request: HttpRequest,
    reading: Reading,
    *,
    entered: Mapping[str, Mapping[str, str]] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    session = reading.batch.session
    context = {
        **frame(request.user, session, "review"),
        **page_facts(reading, request.user, entered),
        "waiting": Reading.objects.in_session(session).for_person(request.user).of_whole_sheets().count(),
        "refusal": refusal,
        "note": request.POST.get("note", ""),
    }
    return render(request, "paper/review.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """This very image, rather than the next one."""
    reading = access_reading(request.user, pk)
    try:
        leases.take(reading=reading, by=request.user)
    except (HeldByAnother, NothingToDecide) as refusal:
        messages.warning(request, refusal.message)
    return redirect("paper:reading", pk)


@login_required
@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """An open page says that somebody still looks. 204, or a refusal as JSON once somebody else does."""
    reading = access_reading(request.user, pk)
    try:
        leases.keep(reading=reading, by=request.user)
    except (HeldByAnother, NothingToDecide) as refusal:
        return JsonResponse(refusal.as_json(), status=refusal.status)
    return HttpResponse(status=204)


@login_required
@require_POST
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Let go of this image and look at the next one."""
    reading = access_reading(request.user, pk)
    leases.let_go(reading=reading, by=request.user)
    return _next(request, reading.batch.session, after=pk)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    reading = access_reading(request.user, pk)
    outcome = request.POST.get("outcome", "")
    if outcome not in Adjudication.Outcome.values:
        raise Http404
    try:
        decision = _decide(request, reading, outcome)
    except (ChoicesNotAllowed, HiddenCharacters, SheetChanged) as refusal:
        entered = {contest["id"]: written(contest, request.POST) for contest in contests_of(reading.box)}
        return _show(request, reading, entered=entered, refusal=refusal)
    except LATE as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("Decided.") if decision.settles else _("Kept. Another person looks at it as well."))
    return _next(request, reading.batch.session, after=pk)


def _decide(request: HttpRequest, reading: Reading, outcome: str) -> Adjudication:
    """Raises what ``adjudicate`` raises, HiddenCharacters."""
    note = plain_line(request.POST.get("note", ""), LONGEST_NOTE)
    choices: dict[str, Any] = {}
    if outcome == Adjudication.Outcome.CHOICES:
        choices = answers_from(contests_of(reading.box), request.POST)
    version = request.POST.get("version", "")
    return adjudicate(reading=reading, outcome=outcome, choices=choices, note=note, by=request.user, version=version)


@login_required
@require_GET
def image(request: HttpRequest, pk: int) -> HttpResponse:
    """The image of a sheet."""
    reading = access_reading(request.user, pk)
    return answer_image(reading.image, lambda: note_view(reading=reading, viewer=request.user))
