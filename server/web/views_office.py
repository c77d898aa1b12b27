"""``/office/site/``: what the institution says about itself. For the staff of the installation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from server.office.access import is_installation_staff
from server.processes.localized import Localized, readers_language
from server.processes.localized_forms import LocalizedFormField

from .actions import save_site_facts, save_site_text
from .models import SiteFacts, SiteText
from .plain_text import NothingHidden, refuse_hidden_characters
from .site_texts import FACTS, our_text, own_text, site_facts


class FactsForm(NothingHidden, forms.ModelForm):
    class Meta:
        model = SiteFacts
        fields = [*FACTS, "conformity"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("postal_address", "host", "data_protection")}
        help_texts = {
            "email": gettext_lazy("Messages from the contact page go there. It is shown on the page."),
            "publisher": gettext_lazy("Name and office of the director of publication."),
            "host": gettext_lazy("Name, address and telephone of the host; the law wants all three."),
            "conformity": gettext_lazy(
                "Not compliant, unless an audit by people says otherwise: at least half of the RGAA's criteria, or all."
            ),
            "data_protection": gettext_lazy("The data protection officer, with an address."),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, value in list(given.items()):
            try:
                refuse_hidden_characters(str(value))
            except forms.ValidationError as error:
                self.add_error(name, error)
        return given


class TextForm(NothingHidden, forms.Form):
    text = LocalizedFormField(
        label=gettext_lazy("Text"),
        is_long=True,
        required=False,
        help_text=gettext_lazy("Empty in all languages: the text that comes with the software is shown."),
    )


def _require_staff(request: HttpRequest) -> None:
    if not is_installation_staff(request.user):
        raise Http404


@login_required
@require_http_methods(["GET", "POST"])
def site(request: HttpRequest) -> HttpResponse:
    """The facts, and the way to each text."""
    _require_staff(request)
    form = FactsForm(request.POST if request.method == "POST" else None, instance=site_facts())
    if form.is_bound and form.is_valid():
        save_site_facts(facts=form.instance, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("office_site:site")
    own = set(SiteText.objects.values_list("name", flat=True))
    texts = [{"name": name, "title": title, "is_own": name in own} for name, title in SiteText.Name.choices]
    return render(request, "web/office/site.html", {"form": form, "texts": texts}, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, name: str) -> HttpResponse:
    _require_staff(request)
    if name not in SiteText.Name.values:
        raise Http404
    ours = our_text(name)
    form = TextForm(request.POST if request.method == "POST" else None, initial={"text": own_text(name) or ours})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data["text"] or Localized()
        save_site_text(name=name, text=Localized() if _same(given, ours) else given, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("office_site:text", name)
    facts = {
        "form": form,
        "name": name,
        "title": SiteText.Name(name).label,
        "is_own": bool(own_text(name)),
        "words": ["town", "origin", *FACTS, "conformity"],
        "language": readers_language(),
    }
    return render(request, "web/office/text.html", facts, status=422 if form.is_bound else 200)


def _same(one: Localized, other: Localized) -> bool:
    """Saved as it was shown: a browser sends other ends of lines."""
    return {code: text.split() for code, text in one.items()} == {code: text.split() for code, text in other.items()}
