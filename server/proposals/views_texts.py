"""The public pages of a text in sections: to read and take part in, what changed since it was published, to print."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from server.processes.component_types import Activity
from server.processes.openness import times_of

from .access import access_component
from .amending import text_of
from .documents import draft_of, fingerprint
from .models import Document
from .reading_texts import Entry, changed, entries_of
from .rules import Rules


@require_GET
def text(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    here = access_component(request.user, slug, component)
    rules = Rules.of(here.settings)
    if not rules.is_text:
        raise Http404
    document = draft_of(here)
    facts: dict[str, Any] = {"space": here.space, "component": here, "times": times_of(here)}
    if document is None or not document.published_at:
        return render(request, "proposals/text.html", facts | {"document": None})
    document.component = here
    entries = entries_of(document, with_amendments=True)
    amending = facts["times"][Activity.AMEND]
    facts |= {
        "document": document,
        "entries": entries,
        "amend_times": amending if rules.takes_amendments else None,
        "may_amend": rules.takes_amendments and amending.is_open(),
        "comment_times": facts["times"][Activity.COMMENT],
        "endorse_times": facts["times"][Activity.ENDORSE],
        "counts": _counts(entries),
        "own_count": here.proposals.standing().count(),
    }
    return render(request, "proposals/text.html", facts)


def _counts(entries: list[Entry]) -> dict[str, int]:
    return {
        "sections": len(entries),
        "amendments": sum(one.amendments for one in entries),
        "waiting": sum(one.waiting for one in entries),
        "comments": sum(one.proposal.comment_count for one in entries),
        "changed": sum(one.proposal.version > 1 for one in entries),
    }


def _published(request: HttpRequest, slug: str, component: int) -> Document:
    here = access_component(request.user, slug, component)
    document = draft_of(here)
    if document is None or not document.published_at:
        raise Http404
    document.component = here
    return document


@require_GET
def text_changes(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """As first published beside what stands now."""
    document = _published(request, slug, component)
    entries = entries_of(document)
    here = document.component
    facts = {"space": here.space, "component": here, "document": document, "changed": changed(entries)}
    return render(request, "proposals/text_changes.html", facts | {"sections": len(entries)})


@require_GET
def text_print(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """All of it and nothing else, with the moment and its fingerprint."""
    document = _published(request, slug, component)
    entries = [one for one in entries_of(document) if one.proposal.is_shown]
    here = document.component
    facts = {
        "space": here.space,
        "component": here,
        "document": document,
        "entries": entries,
        "fingerprint": fingerprint(text_of(one.proposal) for one in entries),
        "now": timezone.now(),
    }
    return render(request, "proposals/text_print.html", facts)
