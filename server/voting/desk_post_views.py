"""At the desk: envelopes that came back are judged one by one, by their code (``actions/posting.py``)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from server.web.live import ring
from server.web.refusals import Refusal

from .actions import judge_envelope
from .desk_views import access_desk, no_store
from .forms_post import EnvelopeCodeForm, JudgeForm
from .models import Envelope
from .post import boxes_by_post, find_envelope, must_refuse
from .refusals_post import EnvelopeUnknown

State = Envelope.State
DONE = {
    State.ACCEPTED: _("Accepted. Lay it with the accepted ones, shut. The next one, please."),
    State.REFUSED: _("Refused. Lay it with the refused ones, shut. The next one, please."),
    State.RECEIVED: _("Doubtful. Lay it apart, shut: two persons decide in the office."),
}


@login_required
@require_http_methods(["GET", "POST"])
def envelopes(request: HttpRequest, ref: str) -> HttpResponse:
    """Scan or type the code of an envelope. The code is no part of an address (X23)."""
    session = access_desk(request, ref)
    if not boxes_by_post(session):
        raise Http404
    form = EnvelopeCodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        found = find_envelope(session, form.cleaned_data["code"])
        if found is not None:
            return redirect("desk:envelope", ref, found.pk)
        form.add_error("code", str(EnvelopeUnknown.message))
        status = EnvelopeUnknown.status
    facts = {"session": session, "space": session.meeting.space, "form": form, "counts": _counts(session.pk)}
    return no_store(render(request, "desk/envelopes.html", facts, status=status))


def _counts(session: int) -> dict[str, int]:
    found = dict(Envelope.objects.filter(session=session).order_by().values_list("state").annotate(Count("pk")))
    return {name: found.get(name, 0) for name in (State.ACCEPTED, State.REFUSED, State.RECEIVED)}


@login_required
@require_http_methods(["GET", "POST"])
def envelope(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Whose it is, whether the right was used, and what is decided."""
    session = access_desk(request, ref)
    envelopes = Envelope.objects.select_related("box", "entry", "session").filter(session=session)
    this = get_object_or_404(envelopes.exclude(state=State.ORDERED), pk=pk)
    reason = must_refuse(this) if this.state == State.SENT else ""
    is_decided = this.state in (State.ACCEPTED, State.REFUSED)
    form = JudgeForm(request.POST or None, is_decided=is_decided, must_refuse=reason)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            facts = {"outcome": said["outcome"], "reason": said.get("reason", ""), "note": said["note"]}
            try:
                judged = judge_envelope(envelope=this, by=request.user, **facts)
            except Refusal as refusal:
                status = refusal.status
                form.refuse(refusal)
            else:
                ring(session.meeting.space_id, "turnout")
                messages.success(request, str(DONE[State(judged.state)]))
                return redirect("desk:envelopes", ref)
    facts = {"session": session, "space": session.meeting.space, "envelope": this, "form": form}
    facts |= {"must_refuse": Envelope.Reason(reason).label if reason else "", "is_decided": is_decided}
    facts["may_judge"] = this.state == State.SENT or is_decided
    return no_store(render(request, "desk/envelope.html", facts, status=status))
