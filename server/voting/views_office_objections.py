"""Objections to a vote, and addenda to its result, on the office's screen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from server.office.models import Approval

from .access import access_frozen
from .actions.freezing import has_passed
from .actions.objections import (
    decide_objection,
    publish_addendum,
    receive_objection,
    tell_of_late_ballots,
    words_of_late,
)
from .forms_objections import AddendumForm, DecisionForm, ObjectionForm
from .late import too_late
from .models import Box, Objection
from .two_persons import is_for_two


def _facts(box: Box, **more: Any) -> dict[str, Any]:
    return {"space": box.space, "here": "boxes", "box": box, "takes_two": is_for_two(box), **more}


def _waiting(kind: str, key: object) -> Approval | None:
    return Approval.objects.waiting(kind, keys=[key]).first()


@login_required
@require_http_methods(["GET", "POST"])
def objections(request: HttpRequest, ref: str) -> HttpResponse:
    """Those received so far; POST writes one down."""
    box = access_frozen(request.user, ref)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = receive_objection(box=box, by=request.user, **form.cleaned_data)
        messages.success(request, _("The objection is written down. It waits for its decision."))
        return redirect("office_closing:objection", ref, made.number)
    can_add = has_passed(box, Box.State.OPEN) and not box.destroyed_at
    facts = _facts(box, objections=box.objections.all(), form=form, can_add=can_add)
    return render(request, "voting/office/objections.html", facts, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def objection(request: HttpRequest, ref: str, number: str) -> HttpResponse:
    """One of them; POST decides it, or has the decision wait for a second person."""
    box = access_frozen(request.user, ref)
    this = get_object_or_404(Objection, box=box, number=int(number))
    form = DecisionForm(request.POST or None, initial={"outcome": this.proposed, "decision": this.decision})
    if request.method == "POST" and form.is_valid():
        outcome = decide_objection(objection=this, by=request.user, **form.cleaned_data)
        if isinstance(outcome, Approval):
            return redirect("acts:approval", outcome.pk)
        messages.success(request, _("The objection is decided."))
        return redirect("office_closing:objections", ref)
    approval = _waiting("box.objection", this.pk)
    facts = _facts(box, objection=this, form=form, approval=approval)
    return render(request, "voting/office/objection.html", facts, status=422 if form.errors else 200)


def _untold(box: Box) -> dict[str, Any]:
    """What an addendum about late ballots would say, where one is due."""
    if box.state != Box.State.CERTIFIED or (found := too_late(box)).is_told:
        return {}
    return {"late_words": words_of_late(box, found)}


@login_required
@require_http_methods(["GET", "POST"])
def addenda(request: HttpRequest, ref: str) -> HttpResponse:
    """What was added to a certified result; POST adds a text, or with ``late`` how many ballots came too late."""
    box = access_frozen(request.user, ref)
    is_late = "late" in request.POST
    form = AddendumForm(None if is_late else request.POST or None)
    if request.method == "POST" and (is_late or form.is_valid()):
        if is_late:
            outcome = tell_of_late_ballots(box=box, by=request.user)
        else:
            outcome = publish_addendum(box=box, text=form.cleaned_data["text"], by=request.user)
        if isinstance(outcome, Approval):
            return redirect("acts:approval", outcome.pk)
        messages.success(request, _("The addendum is published on the page of the result."))
        return redirect("office_closing:addenda", ref)
    rows = [(one, None if one.published_at else _waiting("box.addendum", one.pk)) for one in box.addenda.all()]
    facts = _facts(box, addenda=rows, form=form, can_add=box.state == Box.State.CERTIFIED, **_untold(box))
    return render(request, "voting/office/addenda.html", facts, status=422 if form.errors else 200)
