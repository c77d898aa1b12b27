"""The letters of a ballot box, with a code for everyone on its roll: also where a vote is held online alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from server.voting.models import Box, PassBatch
from server.web.refusals import Refusal

from .access import PRINTERS, access_box
from .actions import order_letters
from .models import SlipRun
from .printing import letters_missing, takes_letters


def _facts(box: Box) -> dict[str, Any]:
    runs = list(SlipRun.objects.filter(box=box, kind=PassBatch.Kind.LETTERS))
    return {
        "space": box.space,
        "here": "boxes",
        "box": box,
        "letters": runs,
        "is_busy": any(run.is_under_way for run in runs),
        "missing": letters_missing(box),
        "people": box.roll.entries.count() if box.roll else 0,
        "is_written": box.regime == Box.Regime.PERSON and box.offers_web,
        "is_over": bool(box.definition) and not takes_letters(box),
    }


@login_required
@require_http_methods(["GET", "POST"])
def letters(request: HttpRequest, ref: str) -> HttpResponse:
    """What is written already; POST orders a letter for everyone who has none."""
    box = access_box(request.user, ref, *PRINTERS)
    if request.method == "POST":
        try:
            order_letters(box=box, by=request.user)
            messages.success(request, _("The letters are being made. You may leave this page."))
        except Refusal as refusal:
            messages.error(request, refusal.message)
        return redirect("paper:letters", ref)
    return render(request, "paper/letters.html", _facts(box))


@login_required
@require_GET
def letter_rows(request: HttpRequest, ref: str) -> HttpResponse:
    """The moving part alone, for a page that is open while letters are being made."""
    return render(request, "paper/_letters.html", _facts(access_box(request.user, ref, *PRINTERS)))
