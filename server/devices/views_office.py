"""The devices of a session: invited, enrolled, revoked, named missing; their export files are read here."""

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

from server.ledger.installation import installation
from server.ledger.models import Verdict
from server.meetings.access import access_session
from server.meetings.actions import name_missing_device
from server.meetings.figures import devices_of
from server.meetings.models import Session
from server.office.actions import note_act
from server.office.forms import TypedForm
from server.office.lists import filter_by, listing, picked
from server.processes.access import Role, require_role
from server.voting.balance_facts import counts_blind
from server.voting.losses import arrived
from server.web.bodies import FORM_BYTES, takes_at_most
from server.web.live import ring
from server.web.refusals import Refusal

from .actions import create_enrolment, revoke_device
from .authentic import BatchTooLarge, UnknownDevice, check_signature, read_head
from .forms import ImportForm, InviteForm, MissingForm
from .importing import ImportReport, import_export
from .models import Device, Enrolment

MAX_EXPORT_BYTES = 64 * 1024 * 1024


def _access_device(request: HttpRequest, pk: int) -> Device:
    device = get_object_or_404(Device.objects.select_related("session__meeting__space"), pk=pk)
    require_role(request.user, device.session.meeting.space, Role.ORGANISER)
    return device


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
    }


def _page(request: HttpRequest, session: Session, **forms: Any) -> HttpResponse:
    facts = _facts(request, session) | {"form": InviteForm(), "import_form": ImportForm()} | forms
    return render(request, "devices/office/devices.html", facts, status=400 if forms else 200)


@login_required
@require_GET
def devices(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, access_session(request.user, ref))


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
        return _page(request, session, form=form)
    wanted = form.cleaned_data
    invited, code = create_enrolment(session=session, label=wanted["label"], mode=wanted["mode"], by=request.user)
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
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST revokes."""
    device = _access_device(request, pk)
    if request.method == "POST":
        with transaction.atomic():
            revoke_device(device=device, by=request.user)
            ring(device.session.meeting.space_id, "devices")
        messages.success(request, _("“%(device)s” is revoked.") % {"device": device})
        return redirect("office_devices:devices", device.session.ref)
    facts = {"device": device, "session": device.session, "space": device.session.meeting.space, "here": "devices"}
    return render(request, "devices/office/revoke.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def revoke_several(request: HttpRequest, ref: str) -> HttpResponse:
    """Those that are ticked, after a word is typed: a revoked device cannot come back."""
    session = access_session(request.user, ref)
    rows = list(session.devices.exclude(status=Device.Status.REVOKED).order_by("label", "pk"))
    ticked = picked(request)
    form = TypedForm(request.POST or None, word=_("revoke"))
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and not ticked:
        form.add_error(None, _("Tick at least one device."))
    elif is_sent:
        with transaction.atomic():
            for device in rows:
                if device.pk in ticked:
                    revoke_device(device=device, by=request.user)
            ring(session.meeting.space_id, "devices")
        messages.success(request, _("The devices are revoked."))
        return redirect("office_devices:devices", ref)
    facts = {"session": session, "space": session.meeting.space, "here": "devices", "form": form}
    facts |= {"devices": rows, "ticked": ticked}
    return render(request, "devices/office/revoke_several.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def missing(request: HttpRequest, pk: int) -> HttpResponse:
    """This device will not bring its records any more."""
    device = _access_device(request, pk)
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


@takes_at_most(MAX_EXPORT_BYTES + FORM_BYTES)
@login_required
@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest, ref: str) -> HttpResponse:
    """Read an export file and say what it brought. The same file again does no harm."""
    session = access_session(request.user, ref)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "GET":
        return redirect("office_devices:devices", ref)
    if not form.is_valid():
        return _page(request, session, import_form=form)
    try:
        report = _read(session, form.cleaned_data["file"])
    except Refusal as refusal:
        where = _(" (record %(seq)d)") % {"seq": refusal.details["seq"]} if refusal.details.get("seq") else ""
        form.add_error("file", f"{refusal.message}{where}")
        return _page(request, session, import_form=form)
    counted = {str(name): count for name, count in report.verdicts.items()}
    told = {"subject": report.device, "about": session, "facts": counted}
    note_act("device.file_read", by=request.user, space=session.meeting.space, **told)
    ring(session.meeting.space_id, "devices")
    labels = {"duplicate": _("Already here")} | dict(Verdict.choices)
    counts = [(labels.get(name, name), count) for name, count in sorted(report.verdicts.items())]
    facts = {"space": session.meeting.space, "session": session, "here": "devices"}
    return render(request, "devices/office/imported.html", facts | {"report": report, "counts": counts})


def _read(session: Session, file: Any) -> ImportReport:
    """Read the file of a device of this session. Raises what ``import_export`` raises, before anything is stored."""
    if file.size > MAX_EXPORT_BYTES:
        raise BatchTooLarge(_("This file is larger than 64 MiB: no kiosk makes one."))
    content = file.read()
    # Whose file it is, first: people of one space do not bring in the records of another.
    device = check_signature(read_head(content.partition(b"\n")[0], "parvis-export-1"))
    if device.session_id != session.pk:
        raise UnknownDevice(_("This file comes from a device of another session."))
    return import_export(content)
