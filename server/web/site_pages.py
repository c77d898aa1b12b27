"""The pages at the foot of the site, for everyone: legal notice, personal data, accessibility, contact."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from server.processes.localized import readers_language

from .contact import ContactForm, can_mail, send_message
from .models import SiteText
from .refusals import Refusal
from .site_texts import page_text, site_facts


@require_safe
def site_text(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "web/text.html", _facts(name))


def _facts(name: str) -> dict[str, Any]:
    html, language = page_text(name)
    is_foreign = language != readers_language()
    return {"title": SiteText.Name(name).label, "html": html, "language": language if is_foreign else ""}


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """How the institution is reached; with a form where mail is set up."""
    facts = site_facts()
    form = ContactForm(request.POST if request.method == "POST" else None) if can_mail(facts) else None
    status = 200
    if form is not None and form.is_bound:
        status = 422
        if form.is_valid():
            try:
                send_message(request, form, facts)
            except Refusal as refusal:
                form.add_error(None, str(refusal.message))
                status = refusal.status
            else:
                messages.success(request, _("Your message is on its way. The answer comes by e-mail."))
                return redirect("web:contact")
    return render(request, "web/contact.html", {**_facts("contact"), "form": form, "facts": facts}, status=status)
