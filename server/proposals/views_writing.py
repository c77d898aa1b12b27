"""Writing a proposal: a draft, a look at it beside what is like it, publishing, changing, taking back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from server.office.previews import is_preview, preview
from server.processes.component_types import Activity
from server.processes.localized import readers_language
from server.processes.models import Component
from server.processes.openness import require_open
from server.processes.origin import Origin

from .access import access_component, access_draft, access_mine
from .authors import Author
from .coauthoring import coauthors_of
from .enclosing import files_of
from .forms import ProposalForm
from .models import Proposal
from .rules import Rules
from .writing import (
    delete_draft,
    edit_proposal,
    publish_proposal,
    require_room,
    save_draft,
    withdraw_proposal,
)

MOST_ALIKE = 5
FORM, ALIKE = "proposals/form.html", "proposals/_alike.html"


def _alike(component: Component, title: str, body: str, *, but: Proposal | None = None) -> dict[str, Any]:
    rows = component.proposals.standing().select_related("component__space", "state", "category", "area")
    rows = rows.exclude(pk=but.pk) if but else rows
    return {"alike": rows.like(f"{title}\n{body}", most=MOST_ALIKE) if title.strip() else []}


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """What is typed is kept as a draft; what is like it is shown meanwhile."""
    here = access_component(request.user, slug, component)
    require_open(here, Activity.PROPOSE, origin=Origin.online(request))
    require_room(here, Author.of_account(request.user).right)
    return _form(request, here, None)


@login_required
@require_http_methods(["GET", "POST"])
def draft_edit(request: HttpRequest, slug: str, component: int, ref: str) -> HttpResponse:
    draft = access_draft(request.user, slug, component, ref)
    return _form(request, draft.component, draft)


def _form(request: HttpRequest, here: Component, draft: Proposal | None) -> HttpResponse:
    form = ProposalForm(request.POST or None, component=here, proposal=draft)
    facts = {"space": here.space, "component": here, "draft": draft, "form": form}
    if is_preview(request):
        typed = _alike(here, request.POST.get("title", "")[:200], request.POST.get("body", "")[:5000], but=draft)
        return preview(request, form, part=ALIKE, page=FORM, facts=facts, shown=typed)
    if request.method == "POST" and form.is_valid():
        is_first = draft is None or draft.author_id == request.user.pk
        author = Author.of_account(request.user) if is_first else None
        text = form.text(readers_language())
        kept = save_draft(component=here, author=author, text=text, about=form.about(), draft=draft)
        return redirect("proposals:draft", here.space.slug, here.pk, kept.ref)
    return render(request, FORM, facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, slug: str, component: int, ref: str) -> HttpResponse:
    """GET shows it as it will be, beside what is like it; POST publishes it, or deletes the draft."""
    here = Proposal.objects.filter(ref=ref, component=component, published_at__isnull=False).first()
    if here is not None and request.method == "POST" and here.author_id == request.user.pk:
        return redirect(here.get_absolute_url())  # sent twice: it is published
    mine = access_draft(request.user, slug, component, ref)
    if request.method == "GET":
        facts: dict[str, Any] = {"space": mine.component.space, "component": mine.component, "proposal": mine}
        facts |= {"rules": Rules.of(mine.component.settings), "files": files_of(mine)}
        facts |= {"coauthors": coauthors_of(mine), "is_first": mine.author_id == request.user.pk}
        return render(request, "proposals/draft.html", facts | _alike(mine.component, mine.title, mine.body, but=mine))
    if "delete" in request.POST:
        delete_draft(draft=mine, by=request.user)
        messages.success(request, _("The draft is deleted."))
        return redirect("proposals:proposals", slug, component)
    kept = publish_proposal(draft=mine, author=Author.of_account(request.user), origin=Origin.online(request))
    if not kept.held_at:
        messages.success(request, _("Your proposal is published."))
    return redirect(kept.get_absolute_url())


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str, component: int, number: int) -> HttpResponse:
    """A new version of what was published."""
    proposal = access_mine(request.user, slug, component, number)
    here = proposal.component
    form = ProposalForm(request.POST or None, component=here, proposal=proposal)
    if request.method == "POST" and form.is_valid():
        edit_proposal(proposal=proposal, text=form.text(proposal.language), about=form.about(), by=request.user)
        messages.success(request, _("Your proposal is changed. The earlier version stays to be read."))
        return redirect(proposal.get_absolute_url())
    facts = {"space": here.space, "component": here, "proposal": proposal, "form": form}
    return render(request, FORM, facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, slug: str, component: int, number: int) -> HttpResponse:
    """GET asks, POST takes it back."""
    proposal = access_mine(request.user, slug, component, number)
    if request.method == "POST":
        withdraw_proposal(proposal=proposal, by=request.user)
        told = _("Your amendment is withdrawn.") if proposal.is_amendment else _("Your proposal is withdrawn.")
        messages.success(request, told)
        return redirect(proposal.get_absolute_url())
    facts = {"space": proposal.component.space, "component": proposal.component, "proposal": proposal}
    return render(request, "proposals/withdraw.html", facts)
