"""The web door of a ballot box: enter, choose, check, cast. Every step is a plain form; scripts only make it quicker."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from server.ledger.keys import unb64u
from server.processes.origin import Origin

from .access import access_box
from .actions import cast_ballot, claim_entry_by_letter
from .actions.casting import require_allowed
from .definitions import Definition
from .forms import CodeForm
from .models import Box
from .refusals import BallotRefused, NotOnTheRoll, RightUnknown, SealedMalformed, TryAgainLater
from .rights import Right, throttle_keys
from .web_right import read_right, write_right


@require_GET
def box_page(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """What is asked, by which doors one may answer, and the way in."""
    box = access_box(slug, ref)
    return _entrance(request, box, CodeForm())


def _entrance(request: HttpRequest, box: Box, form: CodeForm, status: int = 200) -> HttpResponse:
    facts = {"box": box, "space": box.space, "form": form, "has_right": _account_right(request, box) is not None}
    return render(request, "voting/box.html", facts, status=status)


def _account_right(request: HttpRequest, box: Box) -> Right | None:
    if not box.definition or box.state != Box.State.OPEN:
        return None
    try:
        return Right.of_account(box, request.user)
    except NotOnTheRoll:
        return None


@never_cache
@require_POST
def enter(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Show the ballot to whoever brings a letter's code, or is logged in and matched to the roll."""
    box = access_box(slug, ref)
    if "by_account" in request.POST:
        return _ballot(request, box, Right.of_account(box, request.user), [])
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _entrance(request, box, form, status=422)
    try:
        right = Right.of_code(box, form.cleaned_data["code"], throttle_key=throttle_keys(request))
    except (RightUnknown, TryAgainLater) as refusal:
        form.add_error("code", str(refusal.message))
        answer = _entrance(request, box, form, status=refusal.status)
        if "retry_after_s" in refusal.details:
            answer["Retry-After"] = str(refusal.details["retry_after_s"])
        return answer
    return _ballot(request, box, right, [])


def _ballot(
    request: HttpRequest, box: Box, right: Right, chosen: list[str], problem: BallotRefused | None = None
) -> HttpResponse:
    definition = Definition.of(box)
    facts = _ballot_facts(box, definition, right, chosen) | {"problem": problem}
    return render(request, "voting/ballot.html", facts, status=422 if problem else 200)


def _ballot_facts(box: Box, definition: Definition, right: Right, chosen: list[str]) -> dict[str, Any]:
    picked = [choice for choice in definition.choices if choice["id"] in chosen]
    return {
        "box": box,
        "space": box.space,
        "contest": definition.contest,
        "currency": definition.facts["currency"],
        "chosen": [choice["id"] for choice in picked],
        "picked": picked,
        "total": sum(choice["cost"] for choice in picked),
        "limit": definition.contest["max_cost"],
        "right": write_right(right),
        "definition": definition,
    }


@never_cache
@require_POST
def ballot(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """The steps of a ballot: ``choose`` (again), ``review``, ``cast``."""
    box = access_box(slug, ref)
    right = read_right(box, request.POST.get("right", ""))
    chosen = request.POST.getlist("choice")[:200]
    step = request.POST.get("step", "review")
    if step == "cast" and request.POST.get("sealed"):
        return _cast_sealed(request, box, right)
    definition = Definition.of(box)
    choices = {definition.contest["id"]: chosen}
    try:
        if step != "choose":
            require_allowed(definition, choices)
    except BallotRefused as problem:
        return _ballot(request, box, right, chosen, problem)
    if step == "cast":
        token = request.POST.get("token", "")[:64]
        record = cast_ballot(box=box, right=right, choices=choices, origin=Origin.online(request), token=token)
        return redirect("receipts:receipt", record.id)
    if step == "choose":
        return _ballot(request, box, right, chosen)
    facts = _ballot_facts(box, definition, right, chosen) | {"token": secrets.token_hex(16)}
    return render(request, "voting/review.html", facts)


def _cast_sealed(request: HttpRequest, box: Box, right: Right) -> HttpResponse:
    """The browser sealed the ballot: the server never sees the choices."""
    try:
        sealed = unb64u(request.POST["sealed"])
    except ValueError as error:
        raise SealedMalformed from error
    token = request.POST.get("token", "")[:64]
    record = cast_ballot(box=box, right=right, sealed=sealed, origin=Origin.online(request), token=token)
    return redirect("receipts:receipt", record.id)


@require_POST
def claim(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Match the account to the roll by the code of the letter: one entry, one account."""
    box = access_box(slug, ref)
    if not request.user.is_authenticated:
        return redirect("account_login")
    code_text = request.POST.get("code", "")
    claim_entry_by_letter(box=box, code_text=code_text, user=request.user, throttle_key=throttle_keys(request))
    return redirect(box)
