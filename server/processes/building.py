"""Make a space of a document: all of it, unpublished, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from server.office.actions import note_act

from .actions import save_space
from .component_actions import insert_component
from .component_types import type_of
from .documents import ComponentPart, PhasePart, SpaceDocument, TaxonPart
from .models import Component, Phase, Space, Taxon
from .phase_actions import write_openings

if TYPE_CHECKING:
    from server.accounts.models import User


@transaction.atomic
def build_space(
    document: SpaceDocument,
    *,
    space: Space,
    first_day: date,
    deed: str,
    by: User,
    facts: Mapping[str, Any] | None = None,
) -> Space:
    """Fill a new space, which brings its own texts and address, with the parts of a document.

    first_day: what the days of the document are counted from. deed, facts: how it came to be, for the log.
    """
    space.kind = document.kind
    space.summary, space.description = space.summary or document.summary, space.description or document.description
    save_space(space=space, is_public=False, by=by)
    note_act(deed, by=by, space=space, subject=space, facts=facts)
    components = {part.name: _build_component(space, part) for part in document.components}
    for position, phase in enumerate(document.phases, start=1):
        _build_phase(space, phase, position, first_day, components)
    _build_taxons(space, document.taxons, None)
    return space


def _build_component(space: Space, part: ComponentPart) -> Component:
    made = insert_component(
        Component(
            space=space,
            kind=part.kind,
            title=part.title,
            intro=part.intro,
            settings=dict(part.settings),
            published_at=timezone.now() if part.is_published else None,
        )
    )
    if part.beside and (type_ := type_of(part.kind)):
        type_.keep_beside(made, part.beside)
    return made


def _build_phase(
    space: Space, part: PhasePart, position: int, first_day: date, components: Mapping[str, Component]
) -> None:
    starts_at = part.begins.on(first_day)
    # Where an hour of spring does not exist, a short phase would end before it starts.
    ends_at = max(part.ends.on(first_day), starts_at + timedelta(minutes=1))
    phase = Phase.objects.create(
        space=space,
        position=position,
        title=part.title,
        promise=part.promise,
        starts_at=starts_at,
        ends_at=ends_at,
        activation=part.activation,
        involvement=part.involvement,
        activities=list(part.activities),
    )
    opened = {
        (components[one.component].pk, one.activity): one.doors for one in part.opens if one.component in components
    }
    write_openings(phase, opened)


def _build_taxons(space: Space, parts: Sequence[TaxonPart], parent: Taxon | None) -> None:
    for position, part in enumerate(parts, start=1):
        kind = parent.kind if parent else part.kind
        taxon = Taxon.objects.create(space=space, parent=parent, kind=kind, title=part.title, position=position)
        _build_taxons(space, part.children, taxon)
