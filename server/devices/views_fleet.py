"""All devices of a space on one page, whoever needs somebody first: live, on paper, and without JavaScript."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from server.meetings.models import Session
from server.office.lists import Filter, filter_by, listing
from server.processes.access import Role, access_space
from server.processes.models import Space

from .fleet import LEVELS, fleet_of
from .models import Device
from .needs import QUIET

LIVELY = [Session.State.PREPARED, Session.State.OPEN, Session.State.PAUSED]


@login_required
@require_GET
def fleet(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_space(request.user, slug, to=Role.ORGANISER)
    return render(request, "devices/office/fleet.html", _facts(request, space))


@login_required
@require_GET
def rows(request: HttpRequest, slug: str) -> HttpResponse:
    """The table alone, for a page that listens, or asks by the clock."""
    space = access_space(request.user, slug, to=Role.ORGANISER)
    answer = render(request, "devices/office/_fleet.html", _facts(request, space))
    answer["Cache-Control"] = "no-store"
    return answer


def _facts(request: HttpRequest, space: Space) -> dict[str, Any]:
    devices = fleet_of(space)
    sessions = {device.session.ref: str(device.session) for device in devices}
    shown = listing(
        request,
        devices,
        sorts={
            "need": lambda device: (device.rank, device.label),
            "name": ("label", "pk"),
            "contact": ("last_contact_at",),
            "unsent": ("unsent",),
        },
        first="need",
        words=lambda device: f"{device.label} {device.session} {device.missing_reason}",
        filters=[
            Filter(
                "need",
                _("Needs somebody"),
                [("yes", _("Yes")), ("no", _("No"))],
                lambda found, need: [one for one in found if (one.rank < QUIET) == (need == "yes")],
            ),
            filter_by("state", _("State"), Device.Shown.choices, "shown"),
            filter_by("level", _("What has arrived"), list(LEVELS.items())),
            Filter(
                "session",
                _("Session"),
                list(sessions.items()),
                lambda found, ref: [one for one in found if one.session.ref == ref],
            ),
            filter_by("mode", _("What it is for"), Device.Mode.choices),
        ],
    )
    return {
        "space": space,
        "here": "devices",
        "listing": shown,
        "devices": shown.page.object_list,
        "in_need": sum(device.rank < QUIET for device in devices),
        "at": timezone.now(),
        "lively": Session.objects.filter(meeting__space=space, state__in=LIVELY).select_related("meeting"),
    }
