"""The challenge list of a box, for the office: people whom two sessions marked, and which of the two stands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from server.meetings.models import Session
from server.office.models import Approval
from server.web.live import ring
from server.web.refusals import Refusal

from .access import access_frozen
from .actions import decide_challenge
from .actions.challenges import KIND
from .desk_views import no_store
from .forms_desk import ChallengeForm
from .models import Box, Challenge
from .two_persons import session_takes_two


def _facts(box: Box) -> dict[str, Any]:
    return {"space": box.space, "here": "boxes", "box": box}


@login_required
@require_GET
def challenges(request: HttpRequest, ref: str) -> HttpResponse:
    box = access_frozen(request.user, ref)
    facts = _facts(box) | {"challenges": Challenge.objects.of_box(box)}
    return no_store(render(request, "voting/office/challenges.html", facts))


@login_required
@require_http_methods(["GET", "POST"])
def challenge(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """One person with both sessions; POST decides, or asks a second person to agree."""
    box = access_frozen(request.user, ref)
    this = get_object_or_404(Challenge.objects.of_box(box), pk=pk)
    form = ChallengeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = decide_challenge(challenge=this, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            ring(box.space.pk, "session")
            if isinstance(outcome, Approval):
                return redirect("acts:approval", outcome.pk)
            messages.success(request, _("Decided: %(state)s.") % {"state": outcome.get_state_display()})
            return redirect("office_voting:challenges", ref)
    asked = Approval.objects.waiting(KIND, keys=[this.pk]).first()
    facts = _facts(box) | {
        "challenge": this,
        "form": form,
        "approval": asked,
        "takes_two": session_takes_two(this.session),
        "may_decide": this.is_waiting and not asked and this.session.state != Session.State.RECONCILED,
    }
    return no_store(render(request, "voting/office/challenge.html", facts, status=422 if form.errors else 200))
