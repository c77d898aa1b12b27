"""The office brings a text, puts its sections in order, publishes it, and sees which amendments wait."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from server.processes.access import Role
from server.processes.localized import readers_language
from server.processes.models import Component

from .access import access_component
from .documents import bring_text, change_draft, draft_of, drop_draft, parts_of, publish_text
from .forms_texts import BringForm, SectionForm
from .models import Document
from .reading_texts import entries_of, waiting
from .refusals import TextPublished
from .rules import Rules
from .sections import Part, labels, moved

BRING, DRAFT, STANDS = (f"proposals/office/text_{name}.html" for name in ("bring", "draft", "stands"))
FAULTS = {
    "no_title": gettext_lazy("It has no title."),
    "long_title": gettext_lazy("Its title has more than 150 characters."),
    "long_body": gettext_lazy("Its text has more than 5,000 characters: give it headings, or make it shorter."),
}


@dataclass(frozen=True)
class Row:
    """A section of a draft, with its place (from 0), its number and what keeps it from being published."""

    at: int
    part: Part
    label: str
    faults: list[str]


def _access(request: HttpRequest, slug: str, component: int) -> Component:
    here = access_component(request.user, slug, component, to=Role.ORGANISER)
    if not Rules.of(here.settings).is_text:
        raise Http404
    return here


@login_required
@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """What there is: nothing yet, a draft, or a text that is published."""
    here = _access(request, slug, component)
    document = draft_of(here)
    facts = {"space": here.space, "component": here, "here": "components", "document": document}
    if document and document.published_at:
        facts |= {"entries": entries_of(document), "amendments": waiting(document)}
        return render(request, STANDS, facts)
    if document is None:
        return redirect("office_proposals:text_bring", slug, component)
    document.component = here
    if request.method == "POST":
        return _deed(request, here, document)
    parts = parts_of(document)
    rows = [
        Row(at, part, label, [str(FAULTS[code]) for code in part.faults])
        for at, (part, label) in enumerate(zip(parts, labels(parts), strict=True))
    ]
    return render(request, DRAFT, facts | {"rows": rows, "has_faults": any(one.faults for one in rows)})


@login_required
@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest, slug: str, component: int) -> HttpResponse:
    """A text, pasted or from a file, becomes a draft; one that is there gives way."""
    here = _access(request, slug, component)
    document = draft_of(here)
    if document and document.published_at:
        raise TextPublished
    form = BringForm(request.POST or None, request.FILES or None, initial={"title": document.title if document else ""})
    if request.method == "POST" and form.is_valid():
        bring_text(
            component=here,
            title=form.text_title,
            language=readers_language(),
            parts=form.reading.parts,
            by=request.user,
        )
        if form.reading.skipped:
            messages.warning(request, _("Some headings skipped a level. They were moved up: look at the order."))
        return redirect("office_proposals:text", slug, component)
    facts = {"space": here.space, "component": here, "here": "components", "document": document, "form": form}
    return render(request, BRING, facts, status=400 if form.errors else 200)


def _deed(request: HttpRequest, here: Component, document: Document) -> HttpResponse:
    """A button of the draft: ``do`` is ``publish``, ``drop``, or a deed of ``sections.moved`` and a place."""
    seen, (deed, _blank, at) = _number(request.POST.get("seen", "")), request.POST.get("do", "").partition(" ")
    if deed == "publish":
        publish_text(document=document, seen=seen, by=request.user)
        messages.success(request, _("The text is published. People read it, and do what its phase opens."))
    elif deed == "throw":
        drop_draft(document=document, seen=seen, by=request.user)
        messages.success(request, _("The draft is thrown away."))
    else:
        place = _number(at)
        change_draft(document=document, seen=seen, change=lambda parts: moved(parts, place, deed))
        return redirect(f"{request.path}#r{max(place, 0)}")
    return redirect("office_proposals:text", here.space.slug, here.pk)


def _number(text: str) -> int:
    """-1 for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@login_required
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, slug: str, component: int, at: int) -> HttpResponse:
    """The words of one section of a draft, by its place from 1."""
    here = _access(request, slug, component)
    document = draft_of(here)
    if document is None or document.published_at or not 1 <= at <= len(document.draft):
        raise Http404
    document.component = here
    part = parts_of(document)[at - 1]
    initial = {"title": part.title, "body": part.body, "seen": document.revision}
    form = SectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = form.part(part.level)
        change_draft(
            document=document,
            seen=form.cleaned_data["seen"],
            change=lambda parts: [
                replace(made, level=one.level) if n == at - 1 else one for n, one in enumerate(parts)
            ],
        )
        return redirect(f"{_address(here)}#r{at - 1}")
    facts = {"space": here.space, "component": here, "here": "components", "document": document, "form": form, "at": at}
    return render(request, "proposals/office/text_section.html", facts, status=400 if form.errors else 200)


def _address(here: Component) -> str:
    return reverse("office_proposals:text", args=[here.space.slug, here.pk])
