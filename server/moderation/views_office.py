"""The moderator's room: what waits, one thing after the other, what is hidden, who may not write."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from server.office.lists import Filter, Listing, listing, redirect_with_undo
from server.office.models import Act
from server.processes.folding import fold
from server.processes.models import Space

from . import actions
from .access import access_moderation, access_thing, moderates_only
from .forms import BlockForm, HideForm
from .models import Block, Report
from .queue import Case, hidden, waiting
from .reportables import KINDS, Reported

HERE = "moderation"


def _here(request: HttpRequest, space: Space, **facts: Any) -> dict[str, Any]:
    return {"space": space, "here": HERE, "moderates_only": moderates_only(request.user, space), **facts}


def _listing(request: HttpRequest, cases: list[Case]) -> Listing:
    kinds = [(kind.kind, kind.name) for kind in KINDS.values()]
    of_kind = Filter(
        "kind", _("What it is"), kinds, lambda rows, value: [one for one in rows if one.thing.kind == value]
    )
    return listing(
        request,
        cases,
        sorts={"since": lambda one: one.since, "reports": lambda one: len(one.reports)},
        first="since",
        words=lambda one: f"{one.thing.text} {one.thing.by} {one.thing.title}",
        filters=[of_kind] if cases else [],
    )


@login_required
@require_GET
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for somebody to decide."""
    space = access_moderation(request.user, slug)
    cases = waiting(space)
    facts = _here(request, space, tab="queue", listing=_listing(request, cases))
    return render(request, "moderation/office/queue.html", facts)


@login_required
@require_GET
def hidden_page(request: HttpRequest, slug: str) -> HttpResponse:
    space = access_moderation(request.user, slug)
    shown = listing(
        request,
        hidden(space),
        sorts={"since": lambda one: one.since},
        first="-since",
        words=lambda one: fold(f"{one.thing.text} {one.thing.by}"),
    )
    facts = _here(request, space, tab="hidden", listing=shown)
    return render(request, "moderation/office/queue.html", facts)


@login_required
@require_GET
def blocks(request: HttpRequest, slug: str) -> HttpResponse:
    """Accounts that may not write here now."""
    space = access_moderation(request.user, slug)
    rows = Block.objects.in_force().filter(space=space).select_related("user", "by")
    shown = listing(request, rows, sorts={"until": ("until",)}, first="until")
    facts = _here(request, space, tab="blocks", listing=shown)
    return render(request, "moderation/office/blocks.html", facts)


@login_required
@require_GET
def thing_page(request: HttpRequest, slug: str, kind: str, ref: str) -> HttpResponse:
    space = access_moderation(request.user, slug)
    return _thing(request, space, access_thing(space, kind, ref))


def _thing(request: HttpRequest, space: Space, thing: Reported, **forms: Any) -> HttpResponse:
    """Everything about one thing, and what can be done."""
    barred = Block.objects.in_force().filter(space=space, user=thing.author).first() if thing.author else None
    reports = Report.objects.about(thing.kind, thing.ref).select_related("by")
    facts = {
        **_here(request, space),
        "thing": thing,
        "open": [one for one in reports if one.decided_at is None],
        "decided": [one for one in reports if one.decided_at is not None],
        "barred": barred,
        "hide_form": HideForm(prefix="hide"),
        "block_form": BlockForm(prefix="block"),
        **forms,
    }
    bad = any(form.errors for form in forms.values())
    return render(request, "moderation/office/thing.html", facts, status=400 if bad else 200)


def _done(act: Act, thing: Reported) -> HttpResponse:
    return redirect_with_undo(act, "office_moderation:thing", thing.space.slug, thing.kind, thing.ref)


@login_required
@require_POST
def hide(request: HttpRequest, slug: str, kind: str, ref: str) -> HttpResponse:
    space = access_moderation(request.user, slug)
    thing, form = access_thing(space, kind, ref), HideForm(request.POST, prefix="hide")
    if not form.is_valid():
        return _thing(request, space, thing, hide_form=form)
    return _done(actions.hide(thing=thing, **form.cleaned_data, by=request.user), thing)


@login_required
@require_POST
def show(request: HttpRequest, slug: str, kind: str, ref: str) -> HttpResponse:
    """What was hidden, or what waits."""
    space = access_moderation(request.user, slug)
    thing = access_thing(space, kind, ref)
    return _done(actions.show(thing=thing, by=request.user), thing)


@login_required
@require_POST
def keep(request: HttpRequest, slug: str, kind: str, ref: str) -> HttpResponse:
    space = access_moderation(request.user, slug)
    thing = access_thing(space, kind, ref)
    act = actions.keep(thing=thing, by=request.user)
    if act is None:
        messages.warning(request, _("Somebody has decided this already."))
        return redirect("office_moderation:thing", slug, kind, ref)
    return _done(act, thing)


@login_required
@require_POST
def block(request: HttpRequest, slug: str, kind: str, ref: str) -> HttpResponse:
    """The account that wrote this."""
    space = access_moderation(request.user, slug)
    thing, form = access_thing(space, kind, ref), BlockForm(request.POST, prefix="block")
    if thing.author is None or not form.is_valid():
        return _thing(request, space, thing, block_form=form)
    why, until = form.cleaned_data["why"], form.until()
    return _done(actions.block(space=space, user=thing.author, why=why, until=until, by=request.user), thing)


@login_required
@require_POST
def lift(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    space = access_moderation(request.user, slug)
    found = get_object_or_404(Block.objects.in_force().select_related("space"), space=space, pk=pk)
    return redirect_with_undo(actions.lift(block=found, by=request.user), "office_moderation:blocks", slug)
