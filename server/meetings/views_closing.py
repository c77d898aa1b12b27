"""The closing of a session: people count blind, Parvis compares, people explain, the session is reconciled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.accounts.models import User
from server.attachments.models import Named
from server.devices.models import Device
from server.ledger.models import Record
from server.office.models import Approval
from server.paper.models import Reading, Sheet
from server.voting.actions import decide_group, decide_record
from server.voting.balance import balance_of
from server.voting.balance_facts import (
    HandCountsMissing,
    closed_devices,
    hand_counts_asked,
    is_unconfirmed,
)
from server.voting.late import never_opened_in
from server.voting.losses import lost_devices
from server.voting.models import Box, Envelope
from server.voting.printed import names
from server.voting.refusals import GroupChanged
from server.voting.two_persons import session_takes_two
from server.web.live import ring
from server.web.refusals import Refusal

from .access import access_session
from .actions import DEVICES, confirm_hand_counts, enter_hand_counts, explain_difference, reconcile_session
from .forms import ExplainForm, HandCountsForm, WhyForm
from .groups import ShownGroup, taken_in
from .late import LateBallot
from .models import Session
from .views_printed import report_to_print, states_to_print


def _equations(session: Session) -> list[dict[str, Any]] | None:
    """The accounts with what was signed so far; None while people have not counted."""
    try:
        balance = balance_of(session)
    except HandCountsMissing:
        return None
    rows = []
    for one in balance:
        given = session.explanations.get(one.key, {})
        signers = list(User.objects.filter(pk__in=given.get("by", [])))
        rows.append(
            {
                "equation": one,
                "signers": signers,
                "signed_text": given.get("text", ""),
                "form": ExplainForm(
                    initial={"equation": one.key, "text": given.get("text", "")}, auto_id=f"explain-{one.key}-%s"
                )
                if not one.holds and one.key != DEVICES
                else None,
            }
        )
    return rows


def _waiting(session: Session) -> dict[str, Any]:
    """What must arrive or be decided before the accounts are fixed."""
    closed = closed_devices(session)
    devices = list(session.devices.order_by("label", "pk"))
    groups = ShownGroup.waiting(session, devices)
    sheets = Sheet.objects.filter(run__session=session, run__is_test=False).undecided().count()
    return {
        "devices": devices,
        "open_devices": [one for one in devices if one.dev not in closed and not one.missing_reason],
        "photos": _photos_on_their_way(session, devices),
        "named_missing": list(lost_devices(session)),
        "undecided": max(sheets, Reading.objects.in_session(session).waiting().count()),
        "reading_batches": session.scan_batches.filter(status__in=["waiting", "reading"]).count(),
        "twice": _boxes_with_challenges(session),
        "walk_ins": session.walk_ins.waiting().count(),
        "groups": [one for one in groups if not one.group.is_doubted],
        "doubted": [one for one in groups if one.group.is_doubted],
        "envelopes": _boxes_with_envelopes(session),
        "late": LateBallot.waiting(session, devices),
    }


def _photos_on_their_way(session: Session, devices: list[Device]) -> int:
    """Of devices that nobody named missing."""
    given_up = [one.dev for one in devices if one.missing_reason]
    return Named.objects.in_session(session.ref).on_their_way().exclude(dev__in=given_up).count()


def _boxes_with_challenges(session: Session) -> list[Box]:
    """Those with people of this session's paper list who are marked elsewhere, and about whom nobody has decided."""
    return list(Box.objects.filter(presence_marks__challenges__in=session.challenges.waiting()).distinct())


def _boxes_with_envelopes(session: Session) -> list[Box]:
    """Those with envelopes that are doubtful, or accepted and still shut."""
    waiting = Envelope.objects.filter(session=session, state__in=[Envelope.State.RECEIVED, Envelope.State.ACCEPTED])
    return list(Box.objects.filter(pk__in=waiting.values("box")).order_by("pk"))


def _facts(session: Session) -> dict[str, Any]:
    """The accounts, as far as people may see them, and what still stands in the way."""
    is_closed = session.state in (Session.State.CLOSED, Session.State.RECONCILED)
    equations = _equations(session) if is_closed else None
    waiting = _waiting(session)
    unsettled = [row for row in equations or [] if not row["equation"].is_settled]
    stops = ["open_devices", "undecided", "reading_batches", "late", "groups", "doubted"]
    stops += ["walk_ins", "twice", "envelopes"]
    return waiting | {
        "space": session.meeting.space,
        "session": session,
        "is_closed": is_closed,
        "is_reconciled": session.state == Session.State.RECONCILED,
        "equations": equations,
        "is_unconfirmed": is_closed and is_unconfirmed(session),
        "unsettled": unsettled,
        "is_ready": equations is not None and not unsettled and not any(waiting[name] for name in stops),
    }


def _page(request: HttpRequest, session: Session, *, form: HandCountsForm | None = None) -> HttpResponse:
    asked = hand_counts_asked(session)
    facts = _facts(session)
    facts |= {
        "here": "meetings",
        "form": form or HandCountsForm(asked=asked, initial=session.hand_counts),
        "counted": [(one.label, session.hand_counts[one.name]) for one in asked if one.name in session.hand_counts],
        "counters": names(session.counted_by),
        "may_confirm": facts["is_unconfirmed"] and request.user.pk not in session.counted_by,
        "needs_two": session_takes_two(session),
        "never_opened": never_opened_in(session).count(),
    }
    if facts["is_closed"]:
        counted = report_to_print(session) if facts["equations"] is not None else []
        facts["prints"] = counted + states_to_print(session)
    answer = render(request, "meetings/office/closing.html", facts, status=400 if form else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_GET
def closing_live(request: HttpRequest, ref: str) -> HttpResponse:
    """What still stands in the way, alone: devices arrive and scans are read while people explain."""
    return render(request, "meetings/office/_checks.html", _facts(access_session(request.user, ref)))


@login_required
@require_GET
def closing(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, access_session(request.user, ref))


@login_required
@require_POST
def count(request: HttpRequest, ref: str) -> HttpResponse:
    """What people counted. A recount is entered on purpose only: its box is ticked."""
    session = access_session(request.user, ref)
    form = HandCountsForm(request.POST, asked=hand_counts_asked(session))
    if not form.is_valid():
        return _page(request, session, form=form)
    facts = {"counts": form.counts(), "is_recount": "recount" in request.POST}
    return _done(request, session, enter_hand_counts, _("The figures are kept."), **facts)


@login_required
@require_POST
def confirm(request: HttpRequest, ref: str) -> HttpResponse:
    """Whoever counted with the first person says so."""
    session = access_session(request.user, ref)
    return _done(request, session, confirm_hand_counts, _("The count is confirmed. Now compare."))


@login_required
@require_POST
def explain(request: HttpRequest, ref: str) -> HttpResponse:
    session = access_session(request.user, ref)
    form = ExplainForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write one sentence that explains what happened."))
        return redirect("office_meetings:closing", ref)
    facts = {"equation": form.cleaned_data["equation"], "text": form.cleaned_data["text"]}
    return _done(request, session, explain_difference, _("The explanation is signed with your name."), **facts)


@login_required
@require_POST
def decide_late(request: HttpRequest, ref: str, record: str) -> HttpResponse:
    """A late ballot counts like any other, or it does not."""
    session = access_session(request.user, ref)
    found = get_object_or_404(Record.objects.in_session(session.ref).undecided(), pk=record)
    is_accepted = request.POST.get("decision") == "accept"
    try:
        with transaction.atomic():
            decided = decide_record(record=found, is_accepted=is_accepted, by=request.user)
            ring(session.meeting.space_id, "session")
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        if isinstance(decided, Approval):
            return redirect("acts:approval", decided.pk)
        if is_accepted and decided.verdict != "accepted":
            messages.warning(request, _("This ballot has no right of its own: it is set aside all the same."))
        else:
            messages.success(request, _("The ballot is taken in.") if is_accepted else _("The ballot is set aside."))
    return redirect("office_meetings:closing", ref)


@login_required
@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, ref: str, root: str) -> HttpResponse:
    """A group of ballots for people to decide about: GET asks, POST takes it in or sets it aside."""
    session = access_session(request.user, ref)
    waiting = ShownGroup.waiting(session, session.devices.all())
    shown = next((one for one in waiting if one.group.root == root), None)
    form = WhyForm(request.POST or None)
    wants_words = shown is not None and shown.group.is_doubted
    if request.method == "POST" and (form.is_valid() or not wants_words):
        return _decided(request, session, root, why=form.cleaned_data["why"] if wants_words else "")
    if shown is None:
        messages.info(request, GroupChanged.message)
        return redirect("office_meetings:closing", ref)
    if shown.approval:
        return redirect("acts:approval", shown.approval.pk)
    facts = {"space": session.meeting.space, "here": "meetings", "session": session, "one": shown, "form": form}
    facts["needs_two"] = session_takes_two(session)
    return render(request, "meetings/office/group.html", facts, status=400 if form.errors else 200)


def _decided(request: HttpRequest, session: Session, root: str, *, why: str) -> HttpResponse:
    token, is_accepted = request.POST.get("token", ""), request.POST.get("decision") == "accept"
    facts = {"session": session, "root": root, "token": token, "is_accepted": is_accepted, "by": request.user}
    try:
        with transaction.atomic():
            decided = decide_group(**facts, why=why)
            ring(session.meeting.space_id, "session")
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        if isinstance(decided, Approval):
            return redirect("acts:approval", decided.pk)
        messages.success(request, taken_in(decided) if is_accepted else _("The ballots are set aside."))
    return redirect("office_meetings:closing", session.ref)


@login_required
@require_http_methods(["GET", "POST"])
def reconcile(request: HttpRequest, ref: str) -> HttpResponse:
    """GET asks, POST does."""
    session = access_session(request.user, ref)
    if request.method == "POST":
        return _done(request, session, reconcile_session, _("The session is reconciled. Its accounts are fixed."))
    facts = {
        "space": session.meeting.space,
        "here": "meetings",
        "session": session,
        "title": _("Reconcile this session"),
        "meaning": _(
            "The accounts and the last record of each device are fixed and will be published with the result. "
            "What arrives later waits for a decision. There is no way back."
        ),
        "style": "act",
        "is_closing": True,
    }
    return render(request, "meetings/office/deed.html", facts)


def _done(request: HttpRequest, session: Session, action: Any, done: str, **facts: Any) -> HttpResponse:
    """Do one deed and go back to the page; a refusal is told there."""
    try:
        with transaction.atomic():
            action(session=session, by=request.user, **facts)
            ring(session.meeting.space_id, "session")
        messages.success(request, done)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("office_meetings:closing", session.ref)
