"""The form of one category or area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .localized_forms import LocalizedFormField
from .models import Space, Taxon
from .taxons import may_lie_below, tree_of


class TaxonForm(NothingHidden, forms.Form):
    title = LocalizedFormField(label=_("Name"), help_text=_("One or two words, as people will read them in a list."))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Taxon.Kind.choices,
        initial=Taxon.Kind.CATEGORY,
        required=False,
        help_text=_("A category says what about, an area says where. Below another it is as that one."),
    )
    parent = forms.TypedChoiceField(
        label=_("Below"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Three levels at most."),
    )

    def __init__(self, posted: Any, *, space: Space, taxon: Taxon | None = None) -> None:
        initial = {"title": taxon.title, "kind": taxon.kind, "parent": taxon.parent_id} if taxon else None
        super().__init__(posted, initial=initial)
        branches = may_lie_below(tree_of(space), taxon)
        self.places = {one.taxon.pk: one.taxon for one in branches}
        words = [(one.taxon.pk, "– " * (one.level - 1) + str(one.taxon)) for one in branches]
        choices = [("", _("nothing: it stands at the top")), *words]
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]
        if taxon:
            del self.fields["kind"]

    def as_kept(self) -> dict[str, Any]:
        return {
            "title": self.cleaned_data["title"],
            "kind": self.cleaned_data.get("kind") or Taxon.Kind.CATEGORY,
            "parent": self.places.get(self.cleaned_data["parent"]),
        }
