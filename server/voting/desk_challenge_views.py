"""At the desk: somebody on the paper list is marked elsewhere, or voted by post (``actions/challenges.py``).

The desk sees the lines of its own list and that these people are marked elsewhere: nothing else of another session.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from server.web.live import ring
from server.web.refusals import Refusal

from .actions import note_challenge
from .actions.desk import UNTIL_RECONCILED
from .desk_search import marks_of, roll_of
from .desk_views import access_desk, no_store, show_desk


@login_required
@require_GET
def challenges(request: HttpRequest, ref: str) -> HttpResponse:
    session = access_desk(request, ref)
    noted = session.challenges.select_related("mark__entry", "mark__box")
    facts = {"session": session, "space": session.meeting.space, "challenges": noted}
    return no_store(render(request, "desk/challenges.html", facts))


@login_required
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, ref: str, entry: int) -> HttpResponse:
    """GET asks whether the paper list of this desk names the person; POST keeps it for the office to decide."""
    session = access_desk(request, ref)
    person = get_object_or_404(roll_of(session), pk=entry)
    if request.method == "POST":
        try:
            with transaction.atomic():
                note_challenge(session=session, entry=person, by=request.user)
                ring(session.meeting.space_id, "session")
        except Refusal as refusal:
            return show_desk(request, session, refusal=refusal, failed="mark")
        messages.success(request, _("Noted. The office decides which of the two marks stands."))
        return redirect("desk:home", ref)
    marks = marks_of([person], session).get(person.pk, [])
    facts = {
        "session": session,
        "space": session.meeting.space,
        "entry": person,
        "is_elsewhere": any(one.is_final for one in marks),
        "by_post": any(one.is_final and one.way == "post" for one in marks),
        "is_noted": session.challenges.filter(mark__in=marks).exists(),
        "may_note": session.state in UNTIL_RECONCILED,
    }
    return no_store(render(request, "desk/challenge.html", facts))
