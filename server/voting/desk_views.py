"""The desk of a session: one person after another. Views here only reach and answer; ``actions/desk.py`` does.

What is typed never becomes part of an address: names and codes would end in logs (X23). So even the search is a POST.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from printouts.sheetcode import NotASheetCode, decode
from server.ledger.codes import Code
from server.meetings.models import Session
from server.processes.access import require_at
from server.processes.models import Door, SpaceRole
from server.processes.openness import is_open_for
from server.web.live import ring
from server.web.refusals import Refusal

from .actions import (
    exchange_pass,
    hand_over_pass,
    mark_used_in_person,
    replace_lost_pass,
    spoil_sheet,
    take_back_hand_over,
    void_pass,
)
from .actions.helping import most_helped
from .balance_facts import counts_blind, handed_over
from .definitions import Definition
from .desk_reasons import LOST, RETURNED
from .desk_search import MOST_SHOWN, boxes_by_person, find_entries, find_walk_ins, is_too_short, marks_of, roll_of
from .models import Box, Pass, PresenceMark
from .proxies import boxes_with_proxies, hang_proxies
from .refusals import PassUnknown

MOST_TYPED = 200


def access_desk(request: HttpRequest, ref: str) -> Session:
    """The session, for the people of its desk, not of another meeting's (P10). Raises Http404."""
    session = get_object_or_404(Session.objects.select_related("meeting__space"), ref=ref)
    require_at(request.user, session.meeting.space, session.meeting_id, SpaceRole.Role.DESK)
    return session


def _found(session: Session, text: str) -> dict[str, Any]:
    entries = find_entries(session, text)
    marks = marks_of(entries, session)
    boxes = boxes_with_proxies(session) if entries else []
    hang_proxies(entries, boxes)
    people = [(entry, marks.get(entry.pk, [])) for entry in entries[:MOST_SHOWN]]
    walk_ins = find_walk_ins(session, text)
    return {
        "q": text,
        "people": people,
        "knows_proxies": bool(boxes),
        "has_more": len(entries) > MOST_SHOWN,
        "is_too_short": is_too_short(text),
        "walk_ins": walk_ins,
    }


def _figures(session: Session, *, has_roll: bool, knows_help: bool) -> dict[str, int]:
    """What the desk did so far. Nothing while the stacks are counted by hand: nobody shall copy from here."""
    if counts_blind(session):
        return {}
    marks = PresenceMark.objects.in_hall().filter(session=session, is_restored=False)
    passes = Pass.objects.filter(batch__session=session, is_test=False)
    return {
        "marked": marks.values("entry").distinct().count(),
        "handed_over": 0 if has_roll else handed_over(session),
        "exchanged": passes.filter(is_exchanged=True).count(),
        "helped": session.assistances.count() if knows_help else 0,
        "spoiled": session.print_runs.filter(sheets__is_spoiled=True).count(),
    }


def show_desk(
    request: HttpRequest, session: Session, *, text: str = "", refusal: Refusal | None = None, failed: str = ""
) -> HttpResponse:
    boxes = list(session.boxes.exclude(definition="").order_by("pk"))
    has_roll = any(box.regime == Box.Regime.PERSON for box in boxes)
    most = most_helped(boxes)
    context = {
        "session": session,
        "space": session.meeting.space,
        "is_open": session.state == Session.State.OPEN,
        "is_keyed_in": session.state == Session.State.CLOSED,
        "has_roll": has_roll,
        "has_passes": any(box.regime == Box.Regime.PASS for box in boxes),
        "has_challenges": has_roll and session.challenges.exists(),
        "has_paper": any(box.layout for box in boxes),
        "asks_ideas": is_open_for(session.meeting.space, Door.DESK),
        "takes_post": any(Definition.of(box).takes_post for box in boxes),
        "most_helped": most,
        "figures": _figures(session, has_roll=has_roll, knows_help=bool(most)),
        "token": secrets.token_urlsafe(12),
        "refusal": refusal,
        "failed": failed,
        **_found(session, text),
    }
    return no_store(render(request, "desk/home.html", context, status=refusal.status if refusal else 200))


def no_store(answer: HttpResponse) -> HttpResponse:
    """Names of people stay in no browser's memory."""
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_GET
def home(request: HttpRequest, ref: str) -> HttpResponse:
    return show_desk(request, access_desk(request, ref))


@login_required
@require_POST
def search(request: HttpRequest, ref: str) -> HttpResponse:
    """People found: the list alone while somebody types, the whole page without JavaScript."""
    session = access_desk(request, ref)
    text = request.POST.get("q", "")[:MOST_TYPED]
    if not request.htmx:
        return show_desk(request, session, text=text)
    context = _found(session, text) | {
        "session": session,
        "token": secrets.token_urlsafe(12),
        "is_open": session.state == Session.State.OPEN,
        "is_keyed_in": session.state == Session.State.CLOSED,
    }
    return no_store(render(request, "desk/_found.html", context))


def typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "")[:MOST_TYPED]


@login_required
@require_POST
def mark(request: HttpRequest, ref: str, entry: int) -> HttpResponse:
    """This person is here: marked in every box by person of the session, and gets one pass."""
    session = access_desk(request, ref)
    person = get_object_or_404(roll_of(session), pk=entry)
    is_keyed_in = session.state == Session.State.CLOSED
    try:
        with transaction.atomic():
            for box in boxes_by_person(session, person.roll_id):
                mark_used_in_person(
                    box=box,
                    entry=person,
                    session=session,
                    by=request.user,
                    token=f"{typed(request, 'token')} {box.pk} {person.pk}",
                    is_keyed_in=is_keyed_in,
                )
            ring(session.meeting.space_id, "turnout")
    except Refusal as refusal:
        return show_desk(request, session, refusal=refusal, failed="mark")
    done = _("Marked from the list.") if is_keyed_in else _("Marked. Hand over the next pass of the stack.")
    messages.success(request, done)
    return redirect("desk:home", ref)


def _deed(request: HttpRequest, ref: str, failed: str, done: str, action: Any, **facts: Any) -> HttpResponse:
    """Do one deed of the desk and go back to its page; a refusal is told there, what was typed is not repeated."""
    session = access_desk(request, ref)
    try:
        with transaction.atomic():
            action(session=session, by=request.user, **facts)
            ring(session.meeting.space_id, "turnout")
    except Refusal as refusal:
        return show_desk(request, session, refusal=refusal, failed=failed)
    messages.success(request, done)
    return redirect("desk:home", ref)


@login_required
@require_POST
def exchange(request: HttpRequest, ref: str) -> HttpResponse:
    """A pass is handed in for a blank sheet."""
    done = _("The pass is taken. Hand over a blank sheet, any sheet of the stack.")
    facts = {"code_text": typed(request, "code"), "token": typed(request, "token")}
    return _deed(request, ref, "exchange", done, exchange_pass, **facts)


@login_required
@require_POST
def void(request: HttpRequest, ref: str) -> HttpResponse:
    """A pass comes back unused, or is lost: it shall not count."""
    is_lost = request.POST.get("where") == LOST
    done = _("The pass is void. Put it with the returned passes: they are counted at the closing.")
    if is_lost:
        done = _("The pass is void. Should it turn up, enter it here again.")
    reason = LOST if is_lost else RETURNED
    return _deed(request, ref, "void", done, void_pass, code_text=typed(request, "code"), reason=reason)


@login_required
@require_POST
def hand_over(request: HttpRequest, ref: str) -> HttpResponse:
    """By pass: one more was handed over."""
    return _deed(request, ref, "hand_over", _("Noted."), hand_over_pass, token=typed(request, "token"))


@login_required
@require_POST
def one_too_many(request: HttpRequest, ref: str) -> HttpResponse:
    """A slip of the finger: no pass was handed over for it."""
    done = _("One less is noted.")
    return _deed(request, ref, "hand_over", done, take_back_hand_over, token=typed(request, "token"))


@login_required
@require_POST
def lost(request: HttpRequest, ref: str) -> HttpResponse:
    """A pass was lost: made void by its code where somebody has it, and replaced by the next of the stack."""
    code = typed(request, "code")
    if not code.strip() and "unknown" not in request.POST:
        return show_desk(request, access_desk(request, ref), refusal=PassUnknown(), failed="lost")
    done = _("The lost pass is void. Hand over the next one of the stack.")
    if not code.strip():
        done = _("Counted as lost without its code: whoever finds it may vote with it. Hand over the next one.")
    facts = {"code_text": code, "token": typed(request, "token")}
    return _deed(request, ref, "lost", done, replace_lost_pass, **facts)


def serial_typed(text: str) -> str:
    """The serial of a sheet, whether its number was typed or its whole QR code was scanned by a scanner at the desk."""
    try:
        return Code(decode(text.strip().upper()).serial).text
    except NotASheetCode:
        return text


@login_required
@require_POST
def spoil(request: HttpRequest, ref: str) -> HttpResponse:
    """A sheet is spoiled; most people want another one."""
    is_replaced = "replaced" in request.POST
    done = _("The sheet is spoiled. Keep it with the spoiled ones.")
    if is_replaced:
        done = _("The sheet is spoiled: keep it with the spoiled ones. Hand over another blank sheet.")
    facts = {"serial_text": serial_typed(typed(request, "serial")), "token": typed(request, "token")}
    return _deed(request, ref, "spoil", done, spoil_sheet, is_replaced=is_replaced, **facts)
