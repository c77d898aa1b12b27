"""The organiser's debates: add, edit, show, close, conclude; and copy what came on paper or was said at the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from server.office.lists import Filter, listing, redirect_with_undo
from server.processes.folding import fold
from server.processes.localized import readers_language
from server.processes.origin import Origin

from . import office_actions as office
from .access import access_office, access_office_debate
from .actions import Author, write_comment
from .forms import ConclusionForm, DebateForm, EnteredForm
from .models import Debate
from .subjects import Subject, find

STATES = {
    "draft": gettext_lazy("Draft"),
    "open": gettext_lazy("Open for comments"),
    "closed": gettext_lazy("Closed to comments"),
    "concluded": gettext_lazy("Concluded"),
}
DEEDS = {
    "publish": office.publish_debate,
    "unpublish": office.unpublish_debate,
    "close": office.close_debate,
    "reopen": office.reopen_debate,
}


def state_of(debate: Debate) -> str:
    if not debate.is_published:
        return "draft"
    if debate.concluded_at:
        return "concluded"
    return "closed" if debate.closed_at else "open"


@login_required
@require_GET
def debates(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_office(request.user, slug)
    rows = list(Debate.objects.filter(component__space=space).select_related("component"))
    for row in rows:
        row.state, row.state_words = state_of(row), STATES[state_of(row)]  # type: ignore[attr-defined]
    states = Filter(
        "state", _("State"), list(STATES.items()), lambda found, value: [one for one in found if one.state == value]
    )
    shown = listing(
        request,
        rows,
        sorts={
            "title": lambda one: fold(str(one)),
            "state": lambda one: list(STATES).index(one.state),
            "comments": lambda one: one.comment_count,
            "made": lambda one: one.created_at,
        },
        first="-made",
        words=lambda one: " ".join(one.title.values()),
        filters=[states] if rows else [],
    )
    return render(request, "discussion/office/debates.html", {"space": space, "here": "debates", "listing": shown})


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_office(request.user, slug)
    return _debate_form(request, Debate(component=office.component_of(space)))


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    return _debate_form(request, access_office_debate(request.user, slug, ref))


def _debate_form(request: HttpRequest, debate: Debate) -> HttpResponse:
    form, space = DebateForm(request.POST or None, instance=debate), debate.component.space
    if request.method == "POST" and form.is_valid():
        kept = office.save_debate(debate=form.save(commit=False), by=request.user)
        messages.success(request, _("The debate is saved."))
        return redirect("office_discussion:debate", space.slug, kept.ref)
    facts = _facts(debate) | {"form": form}
    return render(request, "discussion/office/debate_form.html", facts, status=400 if form.errors else 200)


def _facts(debate: Debate) -> dict[str, Any]:
    state = state_of(debate)
    return {
        "space": debate.component.space,
        "here": "debates",
        "debate": debate,
        "state": state,
        "state_words": STATES[state],
    }


@login_required
@require_GET
def debate(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Where a debate stands, and what can be done with it."""
    found = access_office_debate(request.user, slug, ref)
    return render(request, "discussion/office/debate.html", _facts(found))


@login_required
@require_http_methods(["GET", "POST"])
def conclude(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    found = access_office_debate(request.user, slug, ref)
    form = ConclusionForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        office.conclude_debate(debate=found, conclusion=form.instance.conclusion, by=request.user)
        messages.success(request, _("The conclusion is published, and the debate is closed."))
        return redirect("office_discussion:debate", slug, ref)
    facts = _facts(found) | {"form": form}
    return render(request, "discussion/office/conclude.html", facts, status=400 if form.errors else 200)


@login_required
@require_POST
def deed(request: HttpRequest, slug: str, ref: str, name: str) -> HttpResponse:
    """Show it, take it off, close or reopen it. Each can be undone."""
    found = access_office_debate(request.user, slug, ref)
    act = DEEDS[name](debate=found, by=request.user)
    return redirect_with_undo(act, "office_discussion:debate", slug, ref)


@login_required
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, slug: str, kind: str, ref: str) -> HttpResponse:
    """Copy a comment from a card, a table, a person at the desk, into the thread of whatever has one in this space."""
    space = access_office(request.user, slug)
    subject = find(kind, ref)
    if subject is None or subject.component.space_id != space.pk:
        return redirect("office_discussion:debates", slug)
    form = EnteredForm(request.POST or None, space=space)
    if request.method == "POST" and form.is_valid():
        _write_entered(request, subject, form.cleaned_data)
        messages.success(request, _("The comment is in the thread. Copy the next one."))
        return redirect("office_discussion:enter", slug, kind, ref)
    facts = {"space": space, "here": "debates", "subject": subject, "form": form}
    return render(request, "discussion/office/enter.html", facts, status=400 if form.errors else 200)


def _write_entered(request: HttpRequest, subject: Subject, given: dict[str, Any]) -> None:
    write_comment(
        subject=subject,
        ref=given["ref"],
        text=given["text"],
        stance=given["stance"],
        language=readers_language(),
        author=Author(name=given["name"], kind=given["kind"]),
        origin=Origin(door=given["door"], session=given["session"], operator=request.user),
    )
