"""Sheets by post in the office: where the envelopes are, doubtful ones, and the day on which they are opened."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from server.office.models import Approval
from server.web.live import ring
from server.web.refusals import Refusal

from .access import access_frozen
from .actions import decide_envelope, open_envelopes, void_envelope
from .desk_search import find_in
from .desk_views import no_store
from .forms_post import DecideForm, LostForm
from .models import Box, Envelope, RollEntry
from .post import posted_at
from .two_persons import session_takes_two

FEW = 10  # below this, whoever opens them might guess whose sheet is whose


def _facts(box: Box) -> dict[str, Any]:
    return {"space": box.space, "here": "boxes", "box": box}


@login_required
@require_http_methods(["GET", "POST"])
def post(request: HttpRequest, ref: str) -> HttpResponse:
    """Where all envelopes are; POST finds that of a person, by name or number (X23)."""
    box = access_frozen(request.user, ref)
    text = request.POST.get("q", "")[:200]
    entries = find_in(RollEntry.objects.filter(envelopes__box=box).distinct(), text)
    facts = _facts(box) | {
        "places": posted_at(box, box.sessions.select_related("meeting").order_by("meeting__starts_at", "pk")),
        "doubtful": Envelope.objects.doubtful().filter(box=box).select_related("entry"),
        "q": text,
        "found": Envelope.objects.sent().filter(box=box, entry__in=entries).select_related("entry"),
    }
    return no_store(render(request, "voting/office/post.html", facts))


@login_required
@require_http_methods(["GET", "POST"])
def envelope(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """One envelope: decide where it is doubtful, by two persons; make it void where it was lost."""
    box = access_frozen(request.user, ref)
    rows = Envelope.objects.sent().select_related("entry", "session", "box__component__space")
    this = get_object_or_404(rows, box=box, pk=pk)
    form: DecideForm | LostForm = (
        DecideForm(request.POST or None) if this.is_waiting else LostForm(request.POST or None)
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _done(request, this, form)
            except Refusal as refusal:
                status = refusal.status
                form.add_error(None, str(refusal.message))
    asked = Approval.objects.waiting("envelope.decide", keys=[this.pk]).first()
    facts = _facts(box) | {"envelope": this, "form": form, "approval": asked}
    facts |= {"takes_two": session_takes_two(this.session), "may_void": this.state == Envelope.State.SENT}
    return no_store(render(request, "voting/office/envelope.html", facts, status=status))


def _done(request: HttpRequest, this: Envelope, form: DecideForm | LostForm) -> HttpResponse:
    said = form.cleaned_data
    if isinstance(form, LostForm):
        void_envelope(envelope=this, reason=said["reason"], by=request.user)
        messages.success(request, _("The envelope is void. Print another letter for this person if need be."))
        return redirect("office_voting:post", this.box.ref)
    facts = {"is_accepted": form.is_accepted, "reason": said["reason"], "note": said["note"]}
    outcome = decide_envelope(envelope=this, by=request.user, **facts)
    ring(this.box.component.space_id, "session")
    if isinstance(outcome, Approval):
        return redirect("acts:approval", outcome.pk)
    messages.success(request, _("Decided: %(state)s.") % {"state": outcome.get_state_display()})
    return redirect("office_voting:post", this.box.ref)


@login_required
@require_http_methods(["GET", "POST"])
def post_open(request: HttpRequest, ref: str, session_ref: str) -> HttpResponse:
    """GET says how to open and mix, with the number of the stack; POST writes down that it was done."""
    box = access_frozen(request.user, ref)
    session = get_object_or_404(box.sessions.select_related("meeting__space"), ref=session_ref)
    places = [one for one in posted_at(box, box.sessions.all()) if one.session.pk == session.pk]
    if request.method == "POST":
        try:
            opened = open_envelopes(box=box, session=session, by=request.user)
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect("office_voting:post", ref)
        ring(session.meeting.space_id, "session")
        # How many is not said before people have counted what was in them.
        done = _("The envelopes are opened and mixed.") if opened else _("There was none left to open.")
        messages.success(request, f"{done} {_('Scan the sheets, then count by hand.')}")
        return redirect("paper:scans", session.ref)
    facts = _facts(box) | {"session": session, "place": places[0] if places else None, "few": FEW}
    return no_store(render(request, "voting/office/post_open.html", facts))
