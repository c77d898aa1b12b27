"""``/desk/<session>/ideas/``: a volunteer endorses, comments and proposes for somebody. Views only reach and answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from server.discussion.models import Stance
from server.meetings.models import Session
from server.processes.localized import readers_language
from server.voting.desk_views import access_desk, no_store
from server.web.refusals import Refusal

from .at_desk import Asked, asked_at, comment_for_somebody, endorse_for_somebody, propose_for_somebody
from .forms_desk import DeskCommentForm, DeskIdeaForm, PassForm
from .models import Proposal
from .subject import subject_of

# A list to read out from is short; a word more finds the rest.
MOST_SHOWN = 30
MOST_TYPED = 200


@login_required
@require_GET
def ideas(request: HttpRequest, ref: str) -> HttpResponse:
    """What is asked of people here, and the proposals that a word finds."""
    session = access_desk(request, ref)
    text = request.GET.get("q", "")[:MOST_TYPED].strip()
    groups = []
    for asked in asked_at(session):
        rows = asked.component.proposals.standing()
        found = list((rows.matching(text) if text else rows).order_by("number")[: MOST_SHOWN + 1])
        groups.append((asked, found[:MOST_SHOWN], len(found) > MOST_SHOWN))
    return render(request, "desk/ideas.html", _facts(session) | {"groups": groups, "q": text})


@login_required
@require_http_methods(["GET", "POST"])
def idea(request: HttpRequest, ref: str, component: str, number: str) -> HttpResponse:
    """One proposal, to endorse and to say something about for somebody; the button says which of them is meant."""
    session = access_desk(request, ref)
    asked = _asked(session, component)
    proposal = asked.component.proposals.published().filter(number=int(number)).first()
    if proposal is None or not (asked.may_endorse or asked.may_comment):
        raise Http404
    subject = subject_of(proposal)
    is_said = "say" in request.POST
    sent = request.POST if request.method == "POST" else None
    endorsing = PassForm(None if is_said else sent) if asked.may_endorse else None
    saying = DeskCommentForm(sent if is_said else None, asks_stance=subject.asks_stance) if asked.may_comment else None
    form, act, at = (saying, _say, None) if is_said else (endorsing, _endorse, "code")
    if sent is not None and form is None:
        raise Http404
    if form is not None and form.is_valid():
        try:
            return act(request, session, proposal, form.cleaned_data)
        except Refusal as refusal:
            form.add_error(at, str(refusal.message))
    facts = {"asked": asked, "proposal": proposal, "endorsing": endorsing, "saying": saying, "form": form}
    facts |= _facts(session) | {"is_closed": subject.closed_at is not None}
    is_wrong = form is not None and bool(form.errors)
    return no_store(render(request, "desk/idea.html", facts, status=422 if is_wrong else 200))


def _endorse(request: HttpRequest, session: Session, proposal: Proposal, given: dict[str, Any]) -> HttpResponse:
    is_back = "back" in request.POST
    endorse_for_somebody(session=session, proposal=proposal, code_text=given["code"], is_back=is_back, by=request.user)
    done = _("The endorsement of this pass is taken back.") if is_back else _("Endorsed for whoever holds this pass.")
    messages.success(request, done)
    return redirect("desk_ideas:ideas", session.ref)


def _say(request: HttpRequest, session: Session, proposal: Proposal, given: dict[str, Any]) -> HttpResponse:
    said = comment_for_somebody(
        session=session,
        proposal=proposal,
        ref=given["ref"],
        name=given["name"],
        stance=given.get("stance", Stance.NEUTRAL),
        text=given["text"],
        language=readers_language(),
        by=request.user,
    )
    if said.held_at:
        messages.warning(
            request, _("The comment is kept. It looks like advertising, so a moderator looks at it first.")
        )
    else:
        messages.success(request, _("The comment is published."))
    return redirect("desk_ideas:idea", session.ref, proposal.component_id, proposal.number)


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, ref: str, component: str) -> HttpResponse:
    """What somebody says is written down and published."""
    session = access_desk(request, ref)
    asked = _asked(session, component)
    if not asked.may_propose:
        raise Http404
    form = DeskIdeaForm(request.POST or None, component=asked.component)
    if request.method == "POST" and form.is_valid():
        try:
            propose_for_somebody(
                session=session,
                component=asked.component,
                name=form.cleaned_data["name"],
                text=form.text(readers_language()),
                about=form.about(),
                by=request.user,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The proposal is published."))
            return redirect("desk_ideas:ideas", ref)
    facts = _facts(session) | {"asked": asked, "form": form}
    return no_store(render(request, "desk/idea_write.html", facts, status=422 if form.errors else 200))


def _asked(session: Session, component: str) -> Asked:
    found = next((one for one in asked_at(session) if one.component.pk == int(component)), None)
    if found is None:
        raise Http404
    return found


def _facts(session: Session) -> dict[str, Any]:
    return {
        "session": session,
        "space": session.meeting.space,
        "is_open": session.state == Session.State.OPEN,
    }
