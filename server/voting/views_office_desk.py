"""What the desk wrote down beside marks, for the office: people who are not on the roll, and decisions about them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from server.meetings.access import access_session
from server.meetings.models import Session
from server.office.models import Approval
from server.web.live import ring
from server.web.refusals import Refusal

from .actions import decide_walk_in
from .actions.look_alikes import lines_like
from .desk_search import marks_of
from .desk_views import no_store
from .forms_desk import DecisionForm
from .models import DeskDeed
from .two_persons import session_takes_two


@login_required
@require_GET
def lists(request: HttpRequest, ref: str) -> HttpResponse:
    session = access_session(request.user, ref)
    facts = _facts(session) | {
        "walk_ins": session.walk_ins.select_related("entry", "decided_by", "agreed_by"),
        "challenges": session.challenges.select_related("mark__entry", "mark__box"),
        "deeds": _deeds(session),
    }
    return no_store(render(request, "voting/office/desk_lists.html", facts))


def _deeds(session: Session) -> list[DeskDeed]:
    """What desks without network brought that people should look at, each with the name of its device."""
    found = list(session.desk_deeds.to_look_at().select_related("entry", "card__officer"))
    labels = dict(session.devices.values_list("dev", "label")) if found else {}
    for deed in found:
        deed.device = labels.get(deed.dev, "")
    return found


def _facts(session: Session) -> dict[str, object]:
    return {"space": session.meeting.space, "here": "meetings", "session": session}


@login_required
@require_http_methods(["GET", "POST"])
def walk_in(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """One person with the lines of the roll that look alike; POST decides, or asks a second person to agree."""
    session = access_session(request.user, ref)
    this = get_object_or_404(session.walk_ins.select_related("roll", "entry", "decided_by", "agreed_by"), pk=pk)
    alike = lines_like(this.roll, vars(this)) if this.is_waiting else []
    form = DecisionForm(request.POST or None, alike=alike)
    if request.method == "POST" and form.is_valid():
        facts = {"is_accepted": form.is_accepted, "reason": form.cleaned_data["reason"], "entry": form.entry}
        try:
            outcome = decide_walk_in(walk_in=this, by=request.user, **facts)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            ring(session.meeting.space_id, "session")
            if isinstance(outcome, Approval):
                return redirect("acts:approval", outcome.pk)
            messages.success(request, _("Decided: %(state)s.") % {"state": outcome.get_state_display()})
            return redirect("office_voting:desk_lists", ref)
    marks = marks_of(alike, session)
    asked = Approval.objects.waiting("walkin.decide", keys=[this.pk]).first()
    facts = _facts(session) | {
        "walk_in": this,
        "form": form,
        "people": [(entry, marks.get(entry.pk, [])) for entry in alike],
        "approval": asked,
        "takes_two": session_takes_two(session),
    }
    return no_store(render(request, "voting/office/walk_in.html", facts, status=422 if form.errors else 200))
