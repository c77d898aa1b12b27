"""``/office/site/``: what the institution says about itself. For the staff of the installation."""

from __future__ import annotations

from typing import Any, ClassVar

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
from .plain_text import NothingHidden
from .site_texts import AUDIT, FACTS, our_text, own_text, site_facts

LONG = ("postal_address", "host", "data_protection", "audit_pages", "audit_findings", "accessibility_plan")


class FactsForm(NothingHidden, forms.ModelForm):
    class Meta:
        model = SiteFacts
        fields = [*FACTS, "conformity", *AUDIT]
        widgets: ClassVar[dict[str, forms.Widget]] = {
            **{name: forms.Textarea(attrs={"rows": 3}) for name in LONG},
            "audited_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "email": gettext_lazy("Messages from the contact page go there. It is shown on the page."),
            "phone": gettext_lazy("Shown on the contact page, as you write it."),
            "postal_address": gettext_lazy("For letters; shown on the contact page and in the legal notice."),
            "publisher": gettext_lazy("Name and office of the director of publication."),
            "host": gettext_lazy("Name, address and telephone of the host; the law wants all three."),
            "conformity": gettext_lazy(
                "Not compliant, unless an audit by people says otherwise: at least half of the RGAA's criteria, or all."
            ),
            "data_protection": gettext_lazy("The data protection officer, with an address."),
            "audited_on": gettext_lazy("The day on which people finished the audit. Empty: there was none yet."),
            "audited_by": gettext_lazy("The firm or office that carried it out."),
            "audit_rate": gettext_lazy("100 for full compliance, at least 50 for partial compliance."),
            "audit_pages": gettext_lazy("One in each line: home, ballot, result …"),
            "audit_findings": gettext_lazy(
                "Criteria that are not met, exceptions claimed and contents that are exempt."
            ),
            "accessibility_plan": gettext_lazy("Where the multi-year plan and the plan of this year can be read."),
        }

    def clean(self) -> dict[str, Any]:
        """Nobody declares more than people found out."""
        given = super().clean() or {}
        state, rate = given.get("conformity"), given.get("audit_rate")
        if state == SiteFacts.Conformity.NONE or self.errors:
            return given
        for name in ("audited_on", "audited_by", "audit_pages"):
            if not given.get(name):
                self.add_error(name, gettext_lazy("Needed to declare the site compliant, even in part."))
        least = 100 if state == SiteFacts.Conformity.FULL else 50
        if rate is None or rate < least:
            self.add_error("audit_rate", _("This state asks for at least %s %%.") % least)
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
        given = (form.cleaned_data["text"] or Localized()).keeping(own_text(name))
        save_site_text(name=name, text=Localized() if _same(given, ours) else given, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("office_site:text", name)
    facts = {
        "form": form,
        "name": name,
        "title": SiteText.Name(name).label,
        "is_own": bool(own_text(name)),
        "words": ["town", "origin", *FACTS, "conformity", "audit", "audit_findings", "accessibility_plan"],
        "language": readers_language(),
    }
    return render(request, "web/office/text.html", facts, status=422 if form.is_bound else 200)


def _same(one: Localized, other: Localized) -> bool:
    """Saved as it was shown: a browser sends other ends of lines."""
    return {code: text.split() for code, text in one.items()} == {code: text.split() for code, text in other.items()}
