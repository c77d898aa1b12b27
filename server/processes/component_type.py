"""A page of words: the simplest component, and one that every space may want."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .component_types import ComponentType, register
from .localized import Localized
from .localized_forms import LocalizedFormField
from .models import Component


class PageForm(NothingHidden, forms.Form):
    text = LocalizedFormField(
        label=_("Text"), is_long=True, required=False, help_text=_("Paragraphs, parted by an empty line.")
    )


@register
class Pages(ComponentType):
    kind = "page"
    name = _("Page")
    about = _("A heading and a text: rules, background, who to ask.")
    icon = "file"
    settings_form = PageForm
    template = "processes/_page.html"

    def facts(self, components: Sequence[Component]) -> dict[int, dict[str, Any]]:
        return {one.pk: {"text": Localized(one.settings.get("text", {}))} for one in components}
