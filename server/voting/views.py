"""The web door of a ballot box: the way in. What follows (choose, check, cast) is in ``ballot_views``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_POST

from server.processes.localized import Localized
from server.web.refusals import Refusal, wants_json
from server.web.site_texts import site_facts

from .access import access_box
from .actions import claim_entry_by_letter
from .answers import most_for_one
from .ballot_views import require_web_door, show_ballot
from .definitions import Definition
from .forms import CodeForm
from .models import Box
from .polls import STEP, live_tally
from .presence import ANSWERED, entry_of_letter, mark_of, own_votes, votes_to_claim
from .refusals import AccountTaken, EntryTaken, NotOnTheRoll, RightUnknown, TryAgainLater
from .rights import Right
from .wrong_codes import throttle_keys


@require_GET
def box_page(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """What is asked, by which doors one may answer, and the way in."""
    return _entrance(request, access_box(request.user, slug, ref))


def _entrance(
    request: HttpRequest, box: Box, form: CodeForm | None = None, claim_form: CodeForm | None = None, status: int = 200
) -> HttpResponse:
    is_by_pass = box.regime == Box.Regime.PASS
    facts = {
        "box": box,
        "space": box.space,
        "form": form or CodeForm(is_by_pass=is_by_pass),
        "claim_form": claim_form or CodeForm(prefix="claim"),
        "has_right": _account_right(request, box) is not None,
        "may_ask": not is_by_pass and box.state in ANSWERED,
        "sessions": box.sessions.select_related("meeting__space").order_by("meeting__starts_at", "pk"),
        "until": _open_until(box),
        **_post_facts(box),
        **poll_facts(box),
    }
    return render(request, "voting/box.html", facts, status=status)


def poll_facts(box: Box) -> dict[str, Any]:
    """The numbers of a poll as they stand, in the order of the ballot; nothing for a vote."""
    if not box.is_poll:
        return {"is_poll": False}
    shown = live_tally(box)
    votes = shown.votes if shown else {}
    rows = [{**choice, "votes": votes.get(choice["id"], 0)} for choice in box.frozen_choices()] if shown else []
    most, told = max(votes.values(), default=0), [(row["title"], row["votes"]) for row in rows]
    by_points = bool(shown) and most_for_one(Definition.of(box).rules[0]) > 1
    return {
        "is_poll": True,
        "by_points": by_points,
        "tally": shown,
        "rows": rows,
        "votes": told,
        "step": STEP,
        "most": most,
    }


@cache_control(max_age=5)
@require_GET
def numbers(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """The numbers of a poll alone, for a page that is open."""
    box = access_box(request.user, slug, ref)
    if not box.is_poll:
        raise Http404
    return render(request, "voting/_numbers.html", poll_facts(box))


def _post_facts(box: Box) -> dict[str, Any]:
    """Until when sheets that went home must be back, as frozen, and where; nothing where none do."""
    if not box.definition or not Definition.of(box).takes_post:
        return {}
    return {"back_by": Localized(Definition.of(box).back_by), "back_to": site_facts().postal_address}


def _open_until(box: Box) -> datetime | None:
    """The end of the phase that speaks of voting now. The box itself is closed by a person, not by the clock."""
    ends = [phase.until for phase in box.space.phases.active() if "vote" in phase.activities]
    return min(filter(None, ends), default=None)


def _account_right(request: HttpRequest, box: Box) -> Right | None:
    if not box.takes_online or not request.user.is_authenticated:
        return None
    try:
        return Right.of_account(box, request.user)
    except NotOnTheRoll:
        return None


@never_cache
@require_POST
def enter(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Show the ballot to whoever brings a code, or is logged in and matched to the roll. ``ask``: was it used?"""
    box = access_box(request.user, slug, ref)
    is_asking = "ask" in request.POST
    if not is_asking:
        require_web_door(box)
    if "by_account" in request.POST:
        return show_ballot(request, box, Right.of_account(box, request.user))
    form = CodeForm(request.POST, is_by_pass=box.regime == Box.Regime.PASS)
    if not form.is_valid():
        return _entrance(request, box, form, status=422)
    try:
        right = Right.of_code(box, form.cleaned_data["code"], throttle_key=throttle_keys(request))
    except (RightUnknown, TryAgainLater) as refusal:
        if wants_json(request):
            raise  # a machine needs no page around the answer
        form.add_error("code", str(refusal.message))
        return _told(_entrance(request, box, form, status=refusal.status), refusal)
    return _presence(request, box, right) if is_asking else show_ballot(request, box, right)


def _told(answer: HttpResponse, refusal: Refusal) -> HttpResponse:
    if "retry_after_s" in refusal.details:
        answer["Retry-After"] = str(refusal.details["retry_after_s"])
    return answer


def _presence(request: HttpRequest, box: Box, right: Right) -> HttpResponse:
    """Tell whoever holds the letter whether its right was used in person."""
    entry = entry_of_letter(right)
    if entry is None or box.state not in ANSWERED:
        raise RightUnknown
    facts = {"box": box, "space": box.space, "mark": mark_of(box, entry)}
    return render(request, "voting/presence.html", facts)


@never_cache
@require_POST
def claim(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Match the account to the roll by the code of the letter: one entry, one account."""
    box = access_box(request.user, slug, ref)
    if not request.user.is_authenticated:
        return redirect("account_login")
    # The form of the page is prefixed; a client may also send the plain name.
    given = CodeForm(request.POST, prefix="claim" if "claim-code" in request.POST else None)
    if not given.is_valid():
        return _entrance(request, box, claim_form=given, status=422)
    try:
        claim_entry_by_letter(
            box=box, code_text=given.cleaned_data["code"], user=request.user, throttle_key=throttle_keys(request)
        )
    except (RightUnknown, TryAgainLater, EntryTaken, AccountTaken) as refusal:
        given.add_error("code", str(refusal.message))
        return _told(_entrance(request, box, claim_form=given, status=refusal.status), refusal)
    messages.success(request, _("Your account is on the roll of this vote now."))
    return redirect(box)


@never_cache
@login_required
@require_GET
def my_votes(request: HttpRequest) -> HttpResponse:
    """The votes in which this account holds a right, and whether it was used in person."""
    facts = {"votes": own_votes(request.user), "to_claim": votes_to_claim(request.user)}
    return render(request, "voting/my_votes.html", facts)
