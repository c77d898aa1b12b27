"""At the desk: somebody who is not on the roll is written down and gets a pass (``actions/walk_ins.py``)."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from server.meetings.models import Session
from server.web.live import ring
from server.web.refusals import Refusal

from .actions import enter_walk_in
from .actions.look_alikes import lines_like
from .desk_search import boxes_by_person, marks_of
from .desk_views import access_desk, no_store
from .forms_desk import WalkInForm
from .models import Roll, RollEntry


@login_required
@require_http_methods(["GET", "POST"])
def walk_in(request: HttpRequest, ref: str) -> HttpResponse:
    """Lines that look alike are shown first: whoever is on the roll is marked there (P8)."""
    session = access_desk(request, ref)
    rolls = list(Roll.objects.filter(boxes__in=boxes_by_person(session)).distinct())
    if not rolls:
        raise Http404
    form = WalkInForm(request.POST or None, rolls=rolls)
    alike: list[RollEntry] = []
    if request.method == "POST" and form.is_valid():
        alike = lines_like(form.chosen_roll, form.about())
        if not alike or "none_of_them" in request.POST:
            try:
                return _enter(request, session, form)
            except Refusal as refusal:
                form.add_error("code", str(refusal.message))
    marks = marks_of(alike, session)
    facts = {
        "session": session,
        "space": session.meeting.space,
        "form": form,
        "people": [(entry, marks.get(entry.pk, [])) for entry in alike],
        "token": request.POST.get("token") or secrets.token_urlsafe(12),
        "is_open": session.state == Session.State.OPEN,
    }
    status = 422 if form.errors else 409 if alike else 200
    return no_store(render(request, "desk/walk_in.html", facts, status=status))


def _enter(request: HttpRequest, session: Session, form: WalkInForm) -> HttpResponse:
    with transaction.atomic():
        enter_walk_in(
            session=session,
            roll=form.chosen_roll,
            about=form.about(),
            code_text=form.cleaned_data["code"],
            by=request.user,
            token=request.POST.get("token", "")[:200],
        )
        ring(session.meeting.space_id, "turnout")
    messages.success(request, _("Written down as provisional. Hand over the pass: it serves at a kiosk."))
    return redirect("desk:home", session.ref)
