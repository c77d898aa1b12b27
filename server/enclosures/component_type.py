"""Documents and photos as a part of a space: plans, reports, pictures of the place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.processes.access import PUBLIC, Role, access_space
from server.processes.component_types import ComponentType, register
from server.processes.models import Component
from server.web.plain_text import NothingHidden

from . import kinds
from .actions import About, by_thing, enclosures_of, remove_enclosures
from .models import Enclosure

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from server.accounts.models import User

KIND = "documents"
MOST = 60


class DocumentsForm(NothingHidden, forms.Form):
    is_large = forms.BooleanField(
        label=_("Show photos across the whole page"),
        required=False,
        help_text=_("For one beautiful picture of the place. Without it, photos stand side by side."),
    )


@register
class Documents(ComponentType):
    kind = KIND
    name = _("Documents and photos")
    about = _("Plans, reports, minutes as PDF, and pictures, at their place on the page of the space.")
    icon = "file"
    settings_form = DocumentsForm
    template = "enclosures/_component.html"

    def facts(self, components: Sequence[Component]) -> dict[int, dict[str, Any]]:
        found = by_thing(KIND, [str(one.pk) for one in components])
        return {
            one.pk: {"files": found.get(str(one.pk), []), "is_large": bool(one.settings.get("is_large"))}
            for one in components
        }

    def office_address(self, component: Component) -> str:
        return reverse("office_enclosures:documents", args=[component.space.slug, component.pk])

    def has_contributions(self, component: Component) -> bool:
        return bool(files_of(component))


def about_of(component: Component) -> About:
    return About(KIND, str(component.pk))


def files_of(component: Component) -> list[Enclosure]:
    return enclosures_of(about_of(component))


def _may_see(user: User | AnonymousUser, ref: str) -> bool:
    """Whoever may read the space; of what is not published, those who organise it."""
    component = Component.objects.select_related("space").filter(kind=KIND, pk=int(ref)).first()
    if component is None:
        return False
    try:
        access_space(user, component.space.slug, to=PUBLIC if component.is_published else Role.ORGANISER)
    except Http404:
        return False
    return True


kinds.register(kinds.Kind(KIND, _may_see))


@receiver(post_delete, sender=Component)
def forget_files(instance: Component, **_named: Any) -> None:
    if instance.kind == KIND:
        remove_enclosures(files_of(instance))
