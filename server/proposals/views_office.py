"""The office's proposals: the list, one with its answer, proposals of the town."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from server.office.lists import Filter, listing, redirect_with_undo
from server.processes.access import Role
from server.processes.localized import readers_language

from .access import access_component, access_proposal
from .answering import answer_proposal, propose_officially
from .endorsing import by_door, count_not_counted
from .forms import ProposalForm
from .forms_office import AnswerForm
from .listing import Found, filters_of, in_order, taxons_of
from .rules import Rules

KINDS = [
    ("standing", _("Standing")),
    ("due", _("Answer due")),
    ("withdrawn", _("Withdrawn")),
    ("joined", _("Part of another")),
    ("hidden", _("Hidden")),
]


@login_required
@require_GET
def proposals(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """Everything that was published, also what stands no more."""
    here = access_component(request.user, slug, component, to=Role.ORGANISER)
    threshold = Rules.of(here.settings).threshold
    kept = {
        "standing": lambda rows: rows.standing(),
        "due": lambda rows: rows.waiting_for_an_answer(threshold),
        "withdrawn": lambda rows: rows.filter(withdrawn_at__isnull=False),
        "joined": lambda rows: rows.filter(became__isnull=False),
        "hidden": lambda rows: rows.filter(hidden_at__isnull=False),
    }
    taxons = taxons_of(here)
    kind = Filter("is", _("Which"), KINDS, lambda rows, value: kept[value](rows))
    shown = listing(
        request,
        here.proposals.proposals().filter(published_at__isnull=False).values_list("pk", flat=True),
        sorts={
            "number": ("number",),
            "title": ("title",),
            "endorsed": ("endorsement_count",),
            "commented": ("comment_count",),
            "recent": ("published_at",),
        },
        first="-recent",
        find=lambda rows, text: rows.matching(text),
        filters=[kind, *filters_of(here, taxons)],
        found=Found,
    )
    shown.page.object_list = in_order(list(shown.page.object_list), here, taxons)
    facts = {
        "space": here.space,
        "component": here,
        "here": "components",
        "listing": shown,
        "not_counted": count_not_counted(here),
    }
    return render(request, "proposals/office/proposals.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest, slug: str, component: int, number: int) -> HttpResponse:
    """One proposal beside the answer; POST publishes the answer."""
    mine = access_proposal(request.user, slug, component, number, to=Role.ORGANISER)
    if mine.is_amendment:
        return redirect("office_proposals:amendment", slug, component, number)
    if mine.is_section:
        return redirect("office_proposals:text", slug, component)
    form = AnswerForm(request.POST or None, proposal=mine)
    if request.method == "POST" and form.is_valid():
        act = answer_proposal(proposal=mine, answer=form.said(), by=request.user)
        messages.success(request, _("The answer is published."))
        return redirect_with_undo(act, "office_proposals:proposal", slug, component, number)
    facts = {
        "space": mine.component.space,
        "component": mine.component,
        "here": "components",
        "proposal": mine,
        "form": form,
        "counts": by_door(mine),
    }
    return render(request, "proposals/office/proposal.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """A proposal of the town itself."""
    here = access_component(request.user, slug, component, to=Role.ORGANISER)
    form = ProposalForm(request.POST or None, component=here)
    if request.method == "POST" and form.is_valid():
        made = propose_officially(
            component=here, text=form.text(readers_language()), about=form.about(), by=request.user
        )
        messages.success(request, _("The proposal is published."))
        return redirect("office_proposals:proposal", slug, component, made.number)
    facts = {"space": here.space, "component": here, "here": "components", "form": form}
    return render(request, "proposals/office/add.html", facts, status=400 if form.errors else 200)
