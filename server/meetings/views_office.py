"""The organiser's meetings: announced, prepared, opened, closed. Views reach and answer; actions do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from server.office.lists import Filter, listing
from server.processes.access import Role, access_space
from server.processes.folding import fold
from server.voting.actions.online import still_online
from server.voting.pace import MOST_IN_A_MINUTE
from server.web.live import ring
from server.web.refusals import Refusal

from .access import access_meeting, access_session
from .actions import close_session, open_session, pause_session, resume_session
from .figures import live_facts
from .forms import MeetingForm, SessionForm
from .ideas import is_for_ideas
from .models import Meeting, Session
from .planning import save_meeting, save_session
from .views_printed import states_to_print

# (what is done, what is asked before, what it means, what is said after, whether it cannot be undone)
Deed = tuple[Callable[..., Session], Any, Any, Any, str]
DEEDS: dict[str, Deed] = {
    "open": (
        open_session,
        gettext_lazy("Open the session"),
        gettext_lazy(
            "Desk and kiosks take people from now on. Have the print accounts and the empty ballot box been seen?"
        ),
        gettext_lazy("The session is open."),
        "act",
    ),
    "pause": (
        pause_session,
        gettext_lazy("Pause the session"),
        gettext_lazy("Desk and kiosks serve nobody until you resume. What was done stays."),
        gettext_lazy("The session is paused."),
        "act second",
    ),
    "resume": (
        resume_session,
        gettext_lazy("Resume the session"),
        gettext_lazy("Desk and kiosks take people again."),
        gettext_lazy("The session is open again."),
        "act",
    ),
    "close": (
        close_session,
        gettext_lazy("Close the session"),
        gettext_lazy(
            "Nobody can vote here after this, and there is no way back. "
            "Let everyone in the queue vote first, then close each kiosk with the PIN."
        ),
        gettext_lazy("The session is closed. Count the stacks now, before anything else."),
        "act stop",
    ),
}
OFFERED = {
    Session.State.PREPARED: ["open", "close"],
    Session.State.OPEN: ["close", "pause"],
    Session.State.PAUSED: ["resume", "close"],
}


@login_required
@require_GET
def meetings(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    rows = list(space.meetings.prefetch_related("sessions__boxes"))
    now = timezone.now()
    shown = listing(
        request,
        rows,
        sorts={"when": lambda one: one.starts_at, "title": lambda one: fold(str(one))},
        first="when",
        words=lambda one: " ".join([*one.title.values(), one.place, one.address, *map(str, one.sessions.all())]),
        filters=[
            Filter(
                "when",
                _("When"),
                [("coming", _("To come")), ("past", _("Past"))],
                lambda found, when: [one for one in found if (one.ends_at < now) == (when == "past")],
            ),
            Filter(
                "state",
                _("Session"),
                Session.State.choices,
                lambda found, state: [one for one in found if any(s.state == state for s in one.sessions.all())],
            ),
        ],
    )
    return render(request, "meetings/office/meetings.html", {"space": space, "listing": shown, "here": "meetings"})


@login_required
@require_http_methods(["GET", "POST"])
def new_meeting(request: HttpRequest, slug: str) -> HttpResponse:
    """A meeting and its first session, in one form."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    meeting = Meeting(space=space)
    form = MeetingForm(request.POST or None, instance=meeting)
    session_form = SessionForm(request.POST or None, instance=Session(meeting=meeting), space=space)
    if request.method == "POST" and all([form.is_valid(), session_form.is_valid()]):
        with transaction.atomic():
            save_meeting(meeting=form.save(commit=False), by=request.user)
            session = session_form.save(commit=False)
            session.meeting = meeting
            save_session(session=session, boxes=session_form.cleaned_data["boxes"], by=request.user)
        messages.success(request, _("The meeting is announced on the public page, and its session prepared."))
        return redirect("office_meetings:session", session.ref)
    facts = {"space": space, "here": "meetings", "form": form, "session_form": session_form, "meeting": None}
    return render(request, "meetings/office/meeting_form.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = access_meeting(request.user, pk)
    form = MeetingForm(request.POST or None, instance=meeting)
    if request.method == "POST" and form.is_valid():
        save_meeting(meeting=form.save(commit=False), by=request.user)
        messages.success(request, _("The meeting is saved."))
        return redirect("office_meetings:meetings", meeting.space.slug)
    facts = {"space": meeting.space, "here": "meetings", "form": form, "meeting": get_object_or_404(Meeting, pk=pk)}
    return render(request, "meetings/office/meeting_form.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def add_session(request: HttpRequest, pk: int) -> HttpResponse:
    return _session_form(request, Session(meeting=access_meeting(request.user, pk)))


@login_required
@require_http_methods(["GET", "POST"])
def edit_session(request: HttpRequest, ref: str) -> HttpResponse:
    return _session_form(request, access_session(request.user, ref))


def _session_form(request: HttpRequest, session: Session) -> HttpResponse:
    space, is_new = session.meeting.space, session.pk is None
    form = SessionForm(request.POST or None, instance=session, space=space)
    if request.method == "POST" and form.is_valid():
        try:
            save_session(session=form.save(commit=False), boxes=form.cleaned_data["boxes"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The session is saved."))
            return redirect("office_meetings:session", session.ref)
    facts = {"space": space, "here": "meetings", "form": form, "session": None if is_new else session}
    facts["meeting"] = session.meeting
    return render(request, "meetings/office/session_form.html", facts, status=400 if form.errors else 200)


@login_required
@require_GET
def session_page(request: HttpRequest, ref: str) -> HttpResponse:
    session = access_session(request.user, ref)
    deeds = [(name, *DEEDS[name][1:3], DEEDS[name][4]) for name in OFFERED.get(Session.State(session.state), [])]
    facts = {"space": session.meeting.space, "here": "meetings", "deeds": deeds, "boxes": session.boxes.all()}
    facts["is_for_ideas"] = not facts["boxes"] and is_for_ideas(session)
    facts["prints"] = states_to_print(session)
    facts |= {"bursts": session.bursts.select_related("by"), "most_in_a_minute": MOST_IN_A_MINUTE}
    answer = render(request, "meetings/office/session.html", facts | live_facts(session))
    answer["Cache-Control"] = "no-store"  # the page holds the operators' PIN
    return answer


@login_required
@require_GET
def session_live(request: HttpRequest, ref: str) -> HttpResponse:
    """The moving part alone."""
    session = access_session(request.user, ref)
    return render(request, "meetings/office/_live.html", live_facts(session))


@login_required
@require_http_methods(["GET", "POST"])
def session_deed(request: HttpRequest, ref: str, name: str) -> HttpResponse:
    """GET asks, POST does."""
    session = access_session(request.user, ref)
    if name not in DEEDS:
        raise Http404
    action, title, meaning, done, style = DEEDS[name]
    if request.method == "POST":
        try:
            with transaction.atomic():
                action(session=session, by=request.user)
                ring(session.meeting.space_id, "session")
            messages.success(request, done)
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect("office_meetings:session", ref)
        return redirect("office_meetings:closing" if name == "close" else "office_meetings:session", ref)
    facts = {"space": session.meeting.space, "here": "meetings", "session": session}
    facts |= {"title": title, "meaning": meaning, "style": style, "devices": session.devices.all()}
    if name == "open":
        facts["still_online"] = still_online(session)
    return render(request, "meetings/office/deed.html", facts)
