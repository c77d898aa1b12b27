"""Forms for the components of a space: what kind, what it says, and what its type wants to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from server.web.plain_text import NothingHidden

from .component_types import TYPES, ComponentType, type_of
from .localized_forms import LocalizedFormField
from .models import Component

if TYPE_CHECKING:
    from .models import Space

PREFIX = "set"


class ComponentForm(NothingHidden, forms.ModelForm):
    title = LocalizedFormField(label=_("Title"), help_text=_("The heading on the page of the space."))
    intro = LocalizedFormField(
        label=_("Introduction"),
        is_long=True,
        max_length=2000,
        required=False,
        help_text=_("A few sentences under the heading: what it is about, what is asked."),
    )

    class Meta:
        model = Component
        fields = ["title", "intro"]


class NewComponentForm(ComponentForm):
    """One of the kinds that the rooms of this release offer, told apart by name and one sentence."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        widget=forms.RadioSelect,
        help_text=_("It stays as chosen. What people may do in it, and when, the phases say."),
    )

    field_order = ["kind", "title", "intro"]

    def __init__(self, *args: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = set(space.components.values_list("kind", flat=True))
        offered = [one for kind, one in TYPES.items() if not (one.is_single and kind in there)]
        offered.sort(key=lambda one: str(one.name))
        choices = [(one.kind, _in_words(one)) for one in offered]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.instance.space = space

    def save(self, commit: bool = True) -> Any:
        self.instance.kind = self.cleaned_data["kind"]
        return super().save(commit)


def _in_words(type_: ComponentType) -> str:
    return format_html('<span><b>{}</b><br><span class="small soft">{}</span></span>', type_.name, type_.about)


def settings_form(component: Component, posted: Any = None) -> forms.Form | None:
    """The form of its type, filled with what is kept; None where the type has nothing to set up."""
    type_ = type_of(component.kind)
    if type_ is None or type_.settings_form is None:
        return None
    return type_.settings_form(posted, prefix=PREFIX, initial=component.settings)


def as_typed(form: type[forms.Form], told: Mapping[str, Any]) -> forms.Form:
    """This form, as if somebody had typed what is told into it: what comes in a file is checked like a form."""
    blank = form(prefix=PREFIX)
    posted: MultiValueDict[str, Any] = MultiValueDict()
    for name, field in blank.fields.items():
        _type_into(posted, blank.add_prefix(name), field, told.get(name, field.initial))
    return form(posted, prefix=PREFIX)


def _type_into(posted: MultiValueDict[str, Any], name: str, field: forms.Field, value: Any) -> None:
    widget = field.widget
    if isinstance(widget, forms.MultiWidget):
        parts = widget.decompress(value if isinstance(value, dict) else {})
        for ending, part in zip(widget.widgets_names, parts or (), strict=False):  # type: ignore[attr-defined]
            posted[name + ending] = part if isinstance(part, str) else ""
    elif isinstance(widget, forms.CheckboxInput):
        if value is True:
            posted[name] = "on"
    elif isinstance(value, list):
        posted.setlist(name, [str(one) for one in value])
    elif value is not None:
        posted[name] = str(value)
