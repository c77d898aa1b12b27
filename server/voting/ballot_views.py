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
from .actions.casting import PROBLEMS, require_allowed
from .definitions import Definition
from .models import Box
from .refusals import BallotRefused, BoxNotOpen, DoorClosed, OnlineClosed, SealedMalformed
from .rights import Right
from .web_right import read_right, write_right

MOST_SENT = 200  # choices that a form may carry; a ballot has 40 at most


def require_web_door(box: Box) -> None:
    """Raise BoxNotOpen, OnlineClosed or DoorClosed early, before anyone fills a ballot in for nothing."""
    if box.state != Box.State.OPEN:
        raise BoxNotOpen(details={"state": box.state})
    if box.online_closed_at:
        raise OnlineClosed
    if not box.offers_web:
        raise DoorClosed(details={"door": "web"})


def show_ballot(
    request: HttpRequest, box: Box, right: Right, chosen: list[str], problem: BallotRefused | None = None
) -> HttpResponse:
    definition = Definition.of(box)
    facts = _facts(box, definition, right) | {
        "definition": definition,
        "contest": definition.contest,
        "choices": box.frozen_choices(),
        "chosen": chosen,
        "problem": problem,
        # The browser checks by the same rules and says the same sentences.
        "problems": [(code, refusal.message) for code, refusal in PROBLEMS.items()],
    }
    return render(request, "voting/ballot.html", facts, status=422 if problem else 200)


def _show_review(
    request: HttpRequest, box: Box, definition: Definition, right: Right, chosen: list[str]
) -> HttpResponse:
    picked = [choice for choice in box.frozen_choices() if choice["id"] in chosen]
    facts = _facts(box, definition, right)
    total = sum(choice["cost"] for choice in picked)
    facts |= {"picked": picked, "total": total, "rest": facts["limit"] - total, "token": secrets.token_hex(16)}
    return render(request, "voting/review.html", facts)


def _facts(box: Box, definition: Definition, right: Right) -> dict[str, Any]:
    return {
        "box": box,
        "space": box.space,
        "currency": definition.facts["currency"],
        "limit": definition.contest["max_cost"],
        "right": write_right(right),
    }


@never_cache
@require_POST
def ballot(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """The steps of a ballot: ``choose`` (again), ``review``, ``cast``."""
    box = access_box(slug, ref)
    right = read_right(box, request.POST.get("right", ""), request.user)
    token = request.POST.get("token", "")[:64]
    step = request.POST.get("step", "review")
    if step != "cast":
        right.require_account()
    elif request.POST.get("sealed"):
        return _cast(request, box, right, token, sealed=_sealed(request.POST["sealed"]))
    definition = Definition.of(box)
    chosen = [choice for choice in request.POST.getlist("choice")[:MOST_SENT] if choice]
    choices = {definition.contest["id"]: chosen}
    if step == "choose":
        return show_ballot(request, box, right, chosen)
    try:
        require_allowed(definition, choices)
    except BallotRefused as problem:
        return show_ballot(request, box, right, chosen, problem)
    if step == "cast":
        return _cast(request, box, right, token, choices=choices)
    require_web_door(box)
    return _show_review(request, box, definition, right, chosen)


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
