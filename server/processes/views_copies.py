"""Making spaces: empty, from a blueprint, from another space, from a file; and the file itself."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from .access import Role, access_space, may_make_spaces
from .actions import save_space
from .building import build_space
from .copy_forms import CopyForm, ImportForm, NewSpaceForm
from .document_checks import BadDocument, checked
from .document_words import sentence
from .documents import SpaceDocument, document_of
from .localized import Localized
from .models import Space
from .refusals import CannotCopy


def _require_maker(request: HttpRequest) -> None:
    if not may_make_spaces(request.user):
        raise Http404


@login_required
@require_http_methods(["GET", "POST"])
def new_space(request: HttpRequest) -> HttpResponse:
    """Empty, or as a blueprint has it."""
    _require_maker(request)
    form = NewSpaceForm(request.POST or None, initial={"first_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        space = form.save(commit=False)
        if form.document:
            facts = {"blueprint": form.cleaned_data["blueprint"]}
            space = _built(request, form, form.document, "space.from_blueprint", facts)
        else:
            space = save_space(space=space, is_public=form.cleaned_data["is_public"], by=request.user)
        return _made(request, space)
    return render(request, "processes/office/space_form.html", {"form": form}, status=400 if form.errors else 200)


def _built(
    request: HttpRequest, form: Any, document: SpaceDocument, deed: str, facts: dict[str, Any] | None = None
) -> Space:
    first_day: date = form.cleaned_data["first_day"] or document.first_day or timezone.localdate()
    space = form.save(commit=False)
    return build_space(document, space=space, first_day=first_day, deed=deed, by=request.user, facts=facts)


def _made(request: HttpRequest, space: Space) -> HttpResponse:
    messages.success(request, _("The space is made. The list shows what comes next."))
    return redirect("office:space", space.slug)


@login_required
@require_http_methods(["GET", "POST"])
def copy_space(request: HttpRequest, slug: str) -> HttpResponse:
    """Its form, at another address and from another day."""
    here = access_space(request.user, slug, to=Role.ORGANISER)
    try:
        document = checked(document_of(here), is_ours=True)
    except BadDocument as bad:
        raise CannotCopy(sentence(bad.faults[0])) from bad
    form = CopyForm(request.POST or None, instance=Space(), initial={"title": _title_of_copy(here)})
    if request.method == "POST" and form.is_valid():
        return _made(request, _built(request, form, document, "space.copied", {"from": here.slug}))
    facts = {"form": form, "space": here, "here": "overview"}
    return render(request, "processes/office/space_copy.html", facts, status=400 if form.errors else 200)


def _title_of_copy(space: Space) -> Localized:
    return Localized({code: f"{text} (2)" for code, text in space.title.items()})


@login_required
@require_GET
def export_space(request: HttpRequest, slug: str) -> HttpResponse:
    here = access_space(request.user, slug, to=Role.ORGANISER)
    content = json.dumps(document_of(here), ensure_ascii=False, indent=1) + "\n"
    answer = HttpResponse(content, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{here.slug}.space.json"'
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def import_space(request: HttpRequest) -> HttpResponse:
    """A file that was exported, here or elsewhere. Where something is wrong with it, nothing is written."""
    _require_maker(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _made(request, _built(request, form, form.document, "space.imported"))
    status = 400 if request.method == "POST" else 200
    return render(request, "processes/office/space_import.html", {"form": form}, status=status)
