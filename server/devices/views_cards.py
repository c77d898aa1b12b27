"""The unlock cards of a session: made and printed once, made void when lost."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from server.accounts.models import User
from server.meetings.access import access_session
from server.meetings.models import Session
from server.processes.access import Role, require_role
from server.processes.localized import readers_language
from server.processes.models import SpaceRole
from server.voting import printed
from server.voting.actions import make_unlock_card, void_unlock_card
from server.voting.models import UnlockCard
from server.voting.unlock_sheet import unlock_sheet

from .forms import CardForm


@login_required
@require_http_methods(["GET", "POST"])
def cards(request: HttpRequest, ref: str) -> HttpResponse:
    """POST makes a card and answers with its page to print: nobody can have it a second time."""
    session = access_session(request.user, ref)
    form = CardForm(request.POST or None, people=_people(session))
    if request.method == "POST" and form.is_valid():
        row, card = make_unlock_card(session=session, by=request.user, **form.cleaned_data)
        return printed.answer(lambda: unlock_sheet(row, card), readers_language(), f"unlock-{row.card[:4]}")
    facts = {
        "space": session.meeting.space,
        "here": "devices",
        "session": session,
        "form": form,
        "cards": session.unlock_cards.select_related("officer"),
        "may_make": session.state != Session.State.RECONCILED,
    }
    return render(request, "devices/office/cards.html", facts, status=400 if form.errors else 200)


def _people(session: Session) -> QuerySet[User]:
    """Whoever may work at the desk of this meeting."""
    roles = SpaceRole.objects.filter(space=session.meeting.space_id, role__in=[Role.DESK, Role.ORGANISER])
    reach = [one.user_id for one in roles if one.role == Role.ORGANISER or one.reaches(session.meeting_id)]
    return User.objects.filter(Q(pk__in=reach), is_active=True).order_by("email")


@login_required
@require_http_methods(["GET", "POST"])
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST makes it void."""
    card = get_object_or_404(UnlockCard.objects.select_related("session__meeting__space", "officer"), pk=pk)
    session = card.session
    require_role(request.user, session.meeting.space, Role.ORGANISER)
    if request.method == "POST":
        void_unlock_card(card=card, by=request.user)
        messages.success(request, _("“%(card)s” is void.") % {"card": card})
        return redirect("office_devices:cards", session.ref)
    facts = {"card": card, "session": session, "space": session.meeting.space, "here": "devices"}
    return render(request, "devices/office/card_void.html", facts)
