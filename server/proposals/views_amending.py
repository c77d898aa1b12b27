"""The web door of amendments: another wording is written, looked at, decided by authors, and put forward of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from server.office.previews import is_preview, preview
from server.processes.component_types import Activity
from server.processes.openness import Times, require_open
from server.processes.origin import Origin

from .access import access_mine, access_proposal
from .amending import (
    accept_amendment,
    is_for_the_town,
    propose_amendment,
    put_forward,
    rebased,
    reject_amendment,
    require_amendable,
    require_room_to_amend,
    text_of,
)
from .authors import Author
from .endorsing import by_door
from .forms_amending import AmendForm, DecideForm
from .models import Amendment, Proposal
from .rules import Rules
from .texts import Text, changes
from .writing import is_author

FORM, PART = "proposals/amend.html", "proposals/_difference.html"


def beside(request: HttpRequest, proposal: Proposal, times: Mapping[str, Times]) -> dict[str, Any]:
    """What the page of a proposal says of amendments: those of it, or what it would change where it is one."""
    if proposal.is_amendment:
        return _as_amendment(request, proposal, times)
    takes = Rules.of(proposal.component.settings).takes_amendments
    amending = times[Activity.AMEND]
    rows = Amendment.objects.filter(amends=proposal, proposal__in=Proposal.objects.published())
    found = list(rows.select_related("proposal").order_by("proposal__number"))
    for one in found:
        one.proposal.component = proposal.component
    return {
        "amendments": found,
        "amend_times": amending if takes else None,
        "may_amend": takes and amending.is_open() and proposal.stands and proposal.answered_at is None,
        "for_town": is_for_the_town(proposal) if found or takes else False,
        "neighbours": _neighbours(proposal) if proposal.is_section else None,
    }


def _neighbours(proposal: Proposal) -> dict[str, Any]:
    """The sections before and after, and how they are told from here."""
    section = proposal.section
    places = section.document.sections.filter(position__in=(section.position - 1, section.position + 1))
    found = {one.position: one for one in places.select_related("proposal")}
    for one in found.values():
        one.proposal.component = proposal.component
    return {"before": found.get(section.position - 1), "after": found.get(section.position + 1)}


def _as_amendment(request: HttpRequest, proposal: Proposal, times: Mapping[str, Times]) -> dict[str, Any]:
    """Against what stands now while it waits; once decided, against what its author read, as it was written."""
    row = proposal.amendment
    row.amends.component = proposal.component
    told, base, wanted = None, text_of(row.amends), text_of(proposal)
    is_late = row.is_open and row.against != row.amends.version
    if is_late:
        told = rebased(row)
        wanted = told.text
    elif not row.is_open:
        read = row.amends.versions.filter(number=row.against).first()
        base = Text(read.title, read.body) if read else base
    is_mine = request.user.is_authenticated and is_author(proposal, request.user)
    return {
        "amendment": row,
        "amends": row.amends,
        "difference": difference(base, wanted),
        "is_late": is_late,
        "is_clean": told is None or told.is_clean,
        "for_town": is_for_the_town(row.amends),
        "may_decide": _may_decide(request, row),
        "may_put_forward": is_mine
        and row.outcome == Amendment.Outcome.REJECTED
        and row.became is None
        and times[Activity.PROPOSE].is_open(),
    }


def difference(before: Text, after: Text) -> dict[str, Any]:
    """Title and text by words (``texts.changes``), and whether there is any."""
    return {
        "title": changes(before.title, after.title),
        "body": changes(before.body, after.body),
        "is_none": before.fingerprint == after.fingerprint,
    }


def _may_decide(request: HttpRequest, row: Amendment) -> bool:
    """Whether this reader is an author of what it would change, and it waits for them."""
    if not request.user.is_authenticated or not row.proposal.stands or is_for_the_town(row.amends):
        return False
    return is_author(row.amends, request.user)


@login_required
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, slug: str, component: int, number: int) -> HttpResponse:
    """The text as it stands, to be changed; what is changed is shown before it is published."""
    amends = access_proposal(request.user, slug, component, number)
    here, origin = amends.component, Origin.online(request)
    if there := _sent_before(request, amends):
        return redirect(there.get_absolute_url())
    require_open(here, Activity.AMEND, origin=origin)
    require_amendable(amends)
    author = Author.of_account(request.user)
    require_room_to_amend(here, author.right)
    form = AmendForm(request.POST or None, amends=amends)
    facts = {
        "space": here.space,
        "component": here,
        "proposal": amends,
        "form": form,
        "for_town": is_for_the_town(amends),
    }
    if is_preview(request):
        return preview(request, form, part=PART, page=FORM, facts=facts, shown={"difference": _typed(form, amends)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = propose_amendment(
            amends=amends, against=said["against"], text=form.text(), reason=said["reason"], author=author,
            origin=origin, ref=said["ref"],
        )  # fmt: skip
        messages.success(request, _("Your amendment is published."))
        return redirect(made.get_absolute_url())
    facts["difference"] = _typed(form, amends) if form.is_bound else None
    return render(request, FORM, facts, status=400 if form.errors else 200)


def _sent_before(request: HttpRequest, amends: Proposal) -> Proposal | None:
    """What this very form brought the first time that it was sent."""
    ref = request.POST.get("ref", "")
    if request.method != "POST" or not (ref.isascii() and ref.isalnum() and len(ref) == 24):
        return None
    rows = amends.component.proposals.filter(ref=ref, author=request.user.pk, part=Proposal.Part.AMENDMENT)
    there = rows.first()
    if there is not None:
        there.component = amends.component
    return there


def _typed(form: AmendForm, amends: Proposal) -> dict[str, Any]:
    """What is changed by what was typed, whether it can be published so or not."""
    title, body = (str(form.data.get(name, ""))[:most] for name, most in (("title", 200), ("body", 5_000)))
    return difference(text_of(amends), Text(" ".join(title.split()), body.replace("\r\n", "\n").strip()))


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, slug: str, component: int, number: int) -> HttpResponse:
    """For the authors of what is amended: take it up, in whole or in part, or say why not."""
    proposal = access_proposal(request.user, slug, component, number)
    row = amendment_of(proposal)
    if proposal.hidden_at or is_for_the_town(row.amends) or not is_author(row.amends, request.user):
        raise Http404
    return decide_on(request, row, page="proposals/decide.html", done=proposal.get_absolute_url(), for_town=False)


def amendment_of(proposal: Proposal) -> Amendment:
    """Its row, with what it would change at hand. Raises Http404 for what is no amendment."""
    if not proposal.is_amendment:
        raise Http404
    row = proposal.amendment
    row.proposal, row.amends.component = proposal, proposal.component
    return row


def decide_on(request: HttpRequest, row: Amendment, *, page: str, done: str, for_town: bool) -> HttpResponse:
    """The form of a decision on ``page``; where it is taken, back to ``done``."""
    form = DecideForm(request.POST or None, amendment=row)
    if request.method == "POST" and form.is_valid():
        if "reject" in request.POST:
            words = form.cleaned_data["words"]
            reject_amendment(amendment=row.proposal, words=words, by=request.user, for_town=for_town)
            messages.success(request, _("The amendment is not accepted. Your reason is published with it."))
        else:
            decision = form.decision()
            kept = accept_amendment(amendment=row.proposal, decision=decision, by=request.user, for_town=for_town)
            is_new = kept.made != decision.seen
            accepted = _("The amendment is accepted.")
            more = _("The text has a new version.") if is_new else _("The text says this already.")
            messages.success(request, f"{accepted} {more}")
        return redirect(done)
    told = rebased(row)
    facts = {
        "space": row.amends.component.space,
        "component": row.amends.component,
        "here": "components",
        "proposal": row.proposal,
        "amendment": row,
        "amends": row.amends,
        "form": form,
        "difference": difference(text_of(row.amends), told.text),
        "is_late": row.against != row.amends.version,
        "is_clean": told.is_clean,
        "for_town": is_for_the_town(row.amends),
        "counts": by_door(row.proposal),
    }
    return render(request, page, facts, status=400 if form.errors else 200)


@login_required
@require_POST
def forward(request: HttpRequest, slug: str, component: int, number: int) -> HttpResponse:
    """What was not accepted becomes a proposal of its author's own."""
    mine = access_mine(request.user, slug, component, number)
    amendment_of(mine)
    made = put_forward(amendment=mine, author=Author.of_account(request.user), origin=Origin.online(request))
    messages.success(request, _("It is a proposal of its own now."))
    return redirect(made.get_absolute_url())
