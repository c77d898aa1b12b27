"""Who signs a draft: its authors' page, and the page of whoever is invited."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .access import access_component, access_draft
from .coauthoring import DAYS, coauthors_of, draft_of_link, drop_coauthor, link_code, sign_draft


@login_required
@require_http_methods(["GET", "POST"])
def authors(request: HttpRequest, slug: str, component: int, ref: str) -> HttpResponse:
    """GET shows who signs and the link for others; POST takes off the one whom ``drop`` names."""
    draft = access_draft(request.user, slug, component, ref)
    if request.method == "POST":
        named = request.POST.get("drop", "")
        coauthor = int(named) if named.isdecimal() and len(named) < 10 else 0
        drop_coauthor(draft=draft, coauthor=coauthor, by=request.user)
        if coauthor == request.user.pk:
            messages.success(request, _("You no longer sign this draft."))
            return redirect("proposals:proposals", slug, component)
        messages.success(request, _("This person no longer signs the draft."))
        return redirect(request.path)
    link = request.build_absolute_uri(reverse("proposals:sign", args=[link_code(draft)]))
    facts = {
        "space": draft.component.space,
        "component": draft.component,
        "proposal": draft,
        "coauthors": coauthors_of(draft),
        "is_first": draft.author_id == request.user.pk,
        "link": link,
        "days": DAYS,
    }
    return render(request, "proposals/authors.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows the draft to whoever has the link; POST signs it."""
    draft = draft_of_link(code)
    here = access_component(request.user, draft.component.space.slug, draft.component_id)
    mine = reverse("proposals:draft", args=[here.space.slug, here.pk, draft.ref])
    if request.method == "POST":
        sign_draft(draft=draft, by=request.user)
        messages.success(request, _("You sign this draft. You can change it, and it is published in both your names."))
        return redirect(mine)
    if request.user.pk == draft.author_id:
        return redirect(mine)
    return render(request, "proposals/sign.html", {"space": here.space, "component": here, "proposal": draft})
