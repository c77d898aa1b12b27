"""Who may reach which cards. Each function fetches and checks; no view obtains a row otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from server.processes.access import Role, has_role, may_read
from server.processes.models import Component, Space

from .models import Card, CardBatch, CardImage, CardRun, Catalogue
from .printing import KINDS_OF

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from server.accounts.models import User


def types_in(user: User | AnonymousUser, space: Space) -> bool:
    """Organisers, and volunteers who scan for the whole space: cards belong to no single meeting (P10)."""
    if has_role(user, space):
        return True
    return user.is_authenticated and any(not one.meetings for one in space.roles.filter(user=user, role=Role.SCANNER))


def _require(user: User | AnonymousUser, space: Space, *, prints: bool) -> None:
    if not (has_role(user, space) if prints else types_in(user, space)):
        raise Http404


def access_cards(user: User, slug: str, pk: int, *, prints: bool = False) -> Component:
    """A component that takes cards, for whoever types them in; with ``prints``, for organisers. Raises Http404."""
    rows = Component.objects.select_related("space").filter(space__slug=slug, kind__in=KINDS_OF)
    component = get_object_or_404(rows, pk=pk)
    _require(user, component.space, prints=prints)
    return component


def access_run(user: User, pk: int) -> CardRun:
    run = get_object_or_404(CardRun.objects.select_related("component__space"), pk=pk)
    _require(user, run.space, prints=True)
    return run


def access_batch(user: User, pk: int) -> CardBatch:
    batch = get_object_or_404(CardBatch.objects.select_related("component__space"), pk=pk)
    _require(user, batch.component.space, prints=False)
    return batch


def access_card(user: User, pk: int) -> Card:
    card = get_object_or_404(Card.objects.select_related("form__run__component__space", "form__run__session"), pk=pk)
    _require(user, card.form.run.space, prints=False)
    return card


def access_image(user: User, pk: int) -> CardImage:
    image = get_object_or_404(CardImage.objects.select_related("batch__component__space"), pk=pk)
    _require(user, image.batch.component.space, prints=False)
    return image


def access_proposals(user: User | AnonymousUser, slug: str, pk: int) -> Component:
    """A published component of proposals that this person may read. Raises Http404."""
    rows = Component.objects.select_related("space").filter(space__slug=slug, kind="proposals").published()
    component = get_object_or_404(rows, pk=pk)
    if not may_read(user, component.space):
        raise Http404
    return component


def access_catalogue(user: User | AnonymousUser, slug: str, component: int, pk: int) -> Catalogue:
    here = access_proposals(user, slug, component)
    return get_object_or_404(here.catalogues.select_related("component__space"), pk=pk)


def frame(user: User, component: Component, tab: str) -> dict[str, Any]:
    """What every page of a component's cards needs."""
    space = component.space
    return {
        "component": component,
        "space": space,
        "here": "components",
        "tab": tab,
        "is_organiser": has_role(user, space),
    }
