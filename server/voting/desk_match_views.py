"""At the desk: the account of the person who stands there is matched to their line (``actions/match_codes.py``)."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from server.web.refusals import Refusal

from .actions import match_at_desk
from .actions.match_codes import BEFORE_CLOSING
from .desk_search import marks_of, roll_of
from .desk_views import access_desk, no_store
from .forms_desk import MatchForm
from .wrong_codes import throttle_keys


@sensitive_post_parameters("code")
@login_required
@require_http_methods(["GET", "POST"])
def match(request: HttpRequest, ref: str, entry: int) -> HttpResponse:
    """Identity is checked by eye; the code that the person shows says which account is theirs."""
    session = access_desk(request, ref)
    person = get_object_or_404(roll_of(session), pk=entry)
    form, status, wait_s = MatchForm(request.POST or None), 200, 0
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                match_at_desk(
                    session=session,
                    entry=person,
                    code_text=form.cleaned_data["code"],
                    by=request.user,
                    token=request.POST.get("token", "")[:200],
                    throttle_keys=throttle_keys(request),
                )
            except Refusal as refusal:
                form.add_error("code", str(refusal.message))
                status, wait_s = refusal.status, refusal.details.get("retry_after_s", 0)
            else:
                messages.success(request, _("Matched. This person may vote online with the account now."))
                return redirect("desk:home", ref)
    facts = {
        "session": session,
        "space": session.meeting.space,
        "entry": person,
        "marks": marks_of([person], session).get(person.pk, []),
        "form": form,
        "token": request.POST.get("token") or secrets.token_urlsafe(12),
        "may_match": session.state in BEFORE_CLOSING and not person.struck_at,
    }
    answer = no_store(render(request, "desk/match.html", facts, status=status))
    if wait_s:
        answer["Retry-After"] = str(wait_s)
    return answer
