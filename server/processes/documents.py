"""The form of a space as one document: texts, phases and what they open, components with settings, categories.

One shape serves export, import, copy and blueprint. It holds no people, no contributions, no answers and no dates: a
moment is a day counted from the first one and an hour where the town is, so that a space begins on any day.

    {"format": "parvis-space", "version": 1, "kind": "process", "first_day": "2027-03-01",
     "title": {"fr": …, "en": …}, "summary": {…}, "description": {…}, "about": {…},
     "components": [{"name": "ideas", "kind": "proposals", "title": {…}, "intro": {…}, "settings": {…},
                     "is_published": true, "beside": {…}}],
     "phases": [{"title": {…}, "promise": {…}, "begins": {"day": 0, "hour": "08:00"},
                 "ends": {"day": 41, "hour": "18:00"}, "activation": "dates", "involvement": 2,
                 "activities": ["vote"],
                 "opens": [{"component": "ideas", "activity": "propose", "doors": ["web", "kiosk"]}]}],
     "taxons": [{"kind": "category", "title": {…}, "children": [{"title": {…}}]}]}

Only format, version and title must be there. ``docs/spaces.md`` says the same for whoever writes one by hand;
``document_checks`` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from .component_types import type_of
from .localized import Localized
from .models import Component, Phase, Space, Taxon

FORMAT, VERSION = "parvis-space", 1


@dataclass(frozen=True)
class Moment:
    """A day counted from the first, and an hour."""

    day: int
    hour: time

    def on(self, first_day: date) -> datetime:
        there = datetime.combine(first_day + timedelta(days=self.day), self.hour)
        return timezone.make_aware(there).astimezone(UTC)


@dataclass(frozen=True)
class OpenPart:
    component: str
    activity: str
    doors: Sequence[str]


@dataclass(frozen=True)
class PhasePart:
    title: Localized
    begins: Moment
    ends: Moment
    promise: Localized = field(default_factory=Localized)
    activation: str = Phase.Activation.DATES
    involvement: int = 5
    activities: Sequence[str] = ()
    opens: Sequence[OpenPart] = ()


@dataclass(frozen=True)
class ComponentPart:
    """``name``: by which phases speak of it, in this document alone. ``beside``: what its kind keeps in tables of its
    own (``ComponentType.beside_form``), cleaned."""

    name: str
    kind: str
    title: Localized
    intro: Localized = field(default_factory=Localized)
    settings: Mapping[str, Any] = field(default_factory=dict)
    is_published: bool = True
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TaxonPart:
    title: Localized
    kind: str = Taxon.Kind.CATEGORY
    children: Sequence[TaxonPart] = ()


@dataclass(frozen=True)
class SpaceDocument:
    """What ``document_checks`` makes of a document that holds no fault. ``about``: what a blueprint is good for."""

    title: Localized
    kind: str = Space.Kind.PROCESS
    summary: Localized = field(default_factory=Localized)
    description: Localized = field(default_factory=Localized)
    about: Localized = field(default_factory=Localized)
    first_day: date | None = None
    components: Sequence[ComponentPart] = ()
    phases: Sequence[PhasePart] = ()
    taxons: Sequence[TaxonPart] = ()


def document_of(space: Space) -> dict[str, Any]:
    """The form of this space, to be written as JSON."""
    phases = list(space.phases.prefetch_related("openings"))
    components = list(space.components.all())
    names = {one.pk: f"{one.kind}-{number}" for number, one in enumerate(components, start=1)}
    first_day = min((timezone.localdate(one.starts_at) for one in phases), default=None)
    return {
        "format": FORMAT,
        "version": VERSION,
        "kind": space.kind,
        "first_day": first_day.isoformat() if first_day else None,
        **{name: dict(getattr(space, name)) for name in ("title", "summary", "description")},
        "components": [_component(one, names[one.pk]) for one in components],
        "phases": [_phase(one, first_day, names) for one in phases if first_day],
        "taxons": _taxons(space),
    }


def _component(component: Component, name: str) -> dict[str, Any]:
    type_ = type_of(component.kind)
    beside = type_.beside(component) if type_ else {}
    return {
        "name": name,
        "kind": component.kind,
        "title": dict(component.title),
        "intro": dict(component.intro),
        "settings": component.settings,
        "is_published": component.is_published,
        **({"beside": beside} if beside else {}),
    }


def _phase(phase: Phase, first_day: date, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "title": dict(phase.title),
        "promise": dict(phase.promise),
        "begins": _moment(phase.starts_at, first_day),
        "ends": _moment(phase.ends_at, first_day),
        "activation": phase.activation,
        "involvement": phase.involvement,
        "activities": list(phase.activities),
        "opens": [
            {"component": names[one.component_id], "activity": one.activity, "doors": list(one.doors)}
            for one in sorted(phase.openings.all(), key=lambda one: one.pk)
        ],
    }


def _moment(at: datetime, first_day: date) -> dict[str, Any]:
    there = timezone.localtime(at)
    return {"day": (there.date() - first_day).days, "hour": f"{there:%H:%M}"}


def _taxons(space: Space) -> list[dict[str, Any]]:
    beneath: dict[int | None, list[Taxon]] = {}
    for one in space.taxons.all():
        beneath.setdefault(one.parent_id, []).append(one)

    def branch(parent: int | None) -> list[dict[str, Any]]:
        return [
            {"kind": one.kind, "title": dict(one.title), "children": branch(one.pk)} for one in beneath.get(parent, ())
        ]

    return branch(None)
