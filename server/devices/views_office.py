"""The devices of a session: invited, enrolled, revoked, named missing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from server.ledger.codes import Code
from server.ledger.installation import installation
from server.meetings.access import access_session
from server.meetings.actions import name_missing_device
from server.meetings.figures import devices_of
from server.meetings.models import Session
from server.office.lists import filter_by, listing
from server.processes.access import Role, require_role
from server.voting.balance_facts import counts_blind
from server.voting.losses import arrived
from server.web.live import ring
from server.web.refusals import Refusal

from .access import access_device
from .actions import create_enrolment, invite_replacement, next_label
from .brought import PART_BYTES, of_session
from .forms import ImportForm, InviteForm, MissingForm
from .models import Device, Enrolment


def _facts(request: HttpRequest, session: Session) -> dict[str, Any]:
    shown = listing(
        request,
        devices_of(session),
        sorts={"name": ("label", "pk")},
        first="name",
        words=lambda device: " ".join(
            [device.label, device.missing_reason, *(pair for _language, pair in device.words_shown)]
        ),
        filters=[
            filter_by("state", _("State"), Device.Shown.choices, "shown"),
            filter_by("mode", _("What it is for"), Device.Mode.choices),
        ],
    )
    return {
        "space": session.meeting.space,
        "session": session,
        "here": "devices",
        "listing": shown,
        "devices": shown.page.object_list,
        "may_manage": True,
        "invited": session.enrolments.filter(device__isnull=True, expires_at__gt=timezone.now()),
        "strangers": session.strangers.all(),
    }


def page(request: HttpRequest, session: Session, **forms: Any) -> HttpResponse:
    facts = _facts(request, session) | {"form": InviteForm(), "import_form": ImportForm()} | forms
    facts |= {"part_bytes": str(PART_BYTES), "files": of_session(session)}
    return render(request, "devices/office/devices.html", facts, status=400 if forms else 200)


@login_required
@require_GET
def devices(request: HttpRequest, ref: str) -> HttpResponse:
    return page(request, access_session(request.user, ref))


@login_required
@require_GET
def rows(request: HttpRequest, ref: str) -> HttpResponse:
    """The table alone, for a page that listens."""
    return render(request, "devices/office/_rows.html", _facts(request, access_session(request.user, ref)))


@login_required
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, ref: str) -> HttpResponse:
    """The code is shown in this one answer and is kept nowhere: a page fetched again cannot show it."""
    session = access_session(request.user, ref)
    if request.method == "GET":
        return redirect("office_devices:devices", ref)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return page(request, session, form=form)
    wanted = form.cleaned_data
    invited, code = create_enrolment(session=session, label=wanted["label"], mode=wanted["mode"], by=request.user)
    return _shown_once(request, invited, code)


@login_required
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """This tablet is broken: GET says how what it holds is saved, POST shows the code for the one in its place."""
    device = access_device(request.user, pk)
    if request.method == "POST":
        invited, code = invite_replacement(device=device, by=request.user)
        ring(device.session.meeting.space_id, "devices")
        return _shown_once(request, invited, code)
    facts = {"device": device, "session": device.session, "space": device.session.meeting.space, "here": "devices"}
    facts["label"] = next_label(device.label)
    return render(request, "devices/office/replace.html", facts)


def _shown_once(request: HttpRequest, invited: Enrolment, code: Code) -> HttpResponse:
    """The code of an invitation, in this answer and nowhere else."""
    session = invited.session
    facts = {
        "space": session.meeting.space,
        "session": session,
        "here": "devices",
        "enrolment": invited,
        "code": code.grouped,
        "kiosk_address": f"{installation().origin}/kiosk/",
        "address": f"{installation().origin}/kiosk/#enrol={code.text}",
    }
    answer = render(request, "devices/office/invited.html", facts)
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_GET
def enrolment(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of an invitation: still waiting, expired, or the two words."""
    found = get_object_or_404(Enrolment.objects.select_related("session__meeting__space", "device"), pk=pk)
    require_role(request.user, found.session.meeting.space, Role.ORGANISER)
    language = (get_language() or "fr")[:2]
    facts = {
        "enrolment": found,
        "words": found.words.get(language, found.words.get("fr", [])),
        # The tablet shows them in its own language, which need not be the organiser's.
        "other_words": [(code, words) for code, words in sorted(found.words.items()) if code != language],
        "is_expired": found.expires_at < timezone.now(),
        "session": found.session,
    }
    return render(request, "devices/office/_enrolment.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def missing(request: HttpRequest, pk: int) -> HttpResponse:
    """This device will not bring its records any more."""
    device = access_device(request.user, pk)
    known = {"reason": device.missing_reason, "ballots": device.closing_slip.get("ballots")}
    form = MissingForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                name_missing_device(device=device, by=request.user, **form.cleaned_data)
                ring(device.session.meeting.space_id, "devices")
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("“%(device)s” is named missing.") % {"device": device})
            return redirect("office_meetings:closing", device.session.ref)
    facts = {"device": device, "session": device.session, "space": device.session.meeting.space, "here": "devices"}
    facts |= {"form": form, "arrived": None if counts_blind(device.session) else arrived(device)}
    return render(request, "devices/office/missing.html", facts, status=400 if form.errors else 200)
