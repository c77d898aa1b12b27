"""A ballot on the web: choose, check, cast. Every step is a plain form. Where the browser can seal, it draws the check
itself (``static/js/check.js``) and only the sealed ballot comes here.

The right travels in the form, signed, for an hour (``web_right``): the database joins no browser to a pass.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from server.ledger.keys import unb64u
from server.ledger.tasks import sign_soon
from server.processes.origin import Origin

from .access import access_box
from .actions import cast_ballot
from .actions.casting import PROBLEMS
from .answers import is_by_number
from .definitions import Definition
from .models import Box
from .refusals import BoxNotOpen, DoorClosed, OnlineClosed
from .refusals_ballots import BallotRefused, RankMissing, RankTwice, SealedMalformed
from .rights import Right
from .web_answers import Filled, fields_of, numbers_to_offer, problem_with, read_filled, told_rows
from .web_right import read_right, write_right

EMPTY = Filled()
OF_FORMS = {refusal.code: refusal for refusal in (RankTwice, RankMissing)}


def require_web_door(box: Box) -> None:
    """Raise BoxNotOpen, OnlineClosed or DoorClosed early, before anyone fills a ballot in for nothing."""
    if box.state != Box.State.OPEN:
        raise BoxNotOpen(details={"state": box.state})
    if box.online_closed_at:
        raise OnlineClosed
    if not box.offers_web:
        raise DoorClosed(details={"door": "web"})


def show_ballot(
    request: HttpRequest, box: Box, right: Right, filled: Filled = EMPTY, problem: BallotRefused | None = None
) -> HttpResponse:
    definition = Definition.of(box)
    contest = definition.rules[0]
    given = filled.given or {}
    facts = _facts(box, definition, right) | {
        "definition": definition,
        "choices": [{**choice, "given": given.get(choice["id"], "")} for choice in box.frozen_choices()],
        "chosen": filled.chosen,
        "offered": numbers_to_offer(contest),
        "problem": problem,
        # The browser checks by the same rules and says the same sentences.
        "problems": [(code, refusal.message) for code, refusal in (PROBLEMS | OF_FORMS).items()],
    }
    return render(request, "voting/ballot.html", facts, status=422 if problem else 200)


def _show_review(request: HttpRequest, box: Box, definition: Definition, right: Right, filled: Filled) -> HttpResponse:
    contest, choices = definition.rules[0], box.frozen_choices()
    facts = _facts(box, definition, right)
    total = sum(choice["cost"] for choice in choices if choice["id"] in filled.chosen)
    facts |= {
        "picked": told_rows(contest, choices, filled.chosen, facts["currency"]),
        "fields": fields_of(contest, filled.chosen),
        "total": total,
        "rest": facts["limit"] - total,
        "token": secrets.token_hex(16),
    }
    return render(request, "voting/review.html", facts)


def _facts(box: Box, definition: Definition, right: Right) -> dict[str, Any]:
    contest = definition.contest
    return {
        "box": box,
        "space": box.space,
        "contest": contest,
        "is_by_number": is_by_number(definition.rules[0]),
        "has_prices": not is_by_number(definition.rules[0]) and any(choice["cost"] for choice in contest["choices"]),
        "currency": definition.facts["currency"],
        "limit": contest["max_cost"],
        "right": write_right(right),
    }


@never_cache
@require_POST
def ballot(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """The steps of a ballot: ``choose`` (again), ``review``, ``cast``."""
    box = access_box(request.user, slug, ref)
    right = read_right(box, request.POST.get("right", ""), request.user)
    token = request.POST.get("token", "")[:64]
    step = request.POST.get("step", "review")
    if step != "cast":
        right.require_account()
    elif request.POST.get("sealed"):
        return _cast(request, box, right, token, sealed=_sealed(request.POST["sealed"]))
    definition = Definition.of(box)
    filled = read_filled(definition.rules[0], request.POST)
    if step == "choose":
        return show_ballot(request, box, right, filled)
    if problem := problem_with(definition.rules[0], filled):
        return show_ballot(request, box, right, filled, problem)
    if step == "cast":
        return _cast(request, box, right, token, choices={definition.contest["id"]: filled.chosen})
    require_web_door(box)
    return _show_review(request, box, definition, right, filled)


def _sealed(text: str) -> bytes:
    """The browser sealed the ballot: the server never sees the choices. Raises SealedMalformed."""
    try:
        return unb64u(text)
    except ValueError as error:
        raise SealedMalformed from error


def _cast(request: HttpRequest, box: Box, right: Right, token: str, **ballot: Any) -> HttpResponse:
    """Cast, and go to the receipt. The same form sent twice goes to the same receipt (D19)."""
    record = cast_ballot(box=box, right=right, origin=Origin.online(request), token=token, **ballot)
    sign_soon()
    return redirect("receipts:receipt", record.id)
