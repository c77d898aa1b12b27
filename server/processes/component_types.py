"""What a space may offer: each kind of component is one small class, registered here by the room that builds it.

A room says so in its module ``component_type``, which is read at start:

    @register
    class Debates(ComponentType):
        kind = "debates"
        name = _("Debates")
        …

``docs/components.md`` builds one from nothing. Nobody else lists the kinds: the office offers what is registered,
the page of a space shows what each type says of its components, a phase opens what each type names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django import forms

    from .models import Component


class Activity(models.TextChoices):
    """What people may do in a component, where its phase opens it."""

    PROPOSE = "propose", _("Propose")
    ENDORSE = "endorse", _("Endorse")
    COMMENT = "comment", _("Comment")
    AMEND = "amend", _("Propose amendments")
    VOTE = "vote", _("Vote")


class ComponentType:
    """One kind of component. Subclasses give the class attributes, and override what is not as said here.

    kind: as it is kept, for ever. name, about: for the office, one sentence. icon: a name of ``icons.ICONS``.
    activities: what a phase may open in it, each with the doors it can come by. settings_form: a form whose cleaned
    data is kept in ``component.settings``; None where there is nothing to set up. beside_form: what of its own tables a
    copy of its space begins with (``beside``), as somebody would type it. template: the part of the page of a
    space that shows one component; its ``section`` holds the component and what ``facts`` gives. is_single: a space
    has at most one.
    """

    kind: ClassVar[str]
    name: ClassVar[Any]
    about: ClassVar[Any] = ""
    icon: ClassVar[str] = "file"
    activities: ClassVar[Mapping[Activity, Sequence[str]]] = {}
    settings_form: ClassVar[type[forms.Form] | None] = None
    beside_form: ClassVar[type[forms.Form] | None] = None
    template: ClassVar[str] = ""
    is_single: ClassVar[bool] = False

    def prepare(self, component: Component) -> None:
        """Make what belongs beside a new component, in the transaction that keeps it."""

    def beside(self, component: Component) -> dict[str, Any]:
        """What goes into the document of its space besides settings: the fields of ``beside_form``, as typed."""
        return {}

    def keep_beside(self, component: Component, told: Mapping[str, Any]) -> None:
        """Keep what a document said of it, cleaned by ``beside_form``, in the transaction that makes the space."""

    def facts(self, components: Sequence[Component]) -> dict[int, dict[str, Any]]:
        """What ``template`` shows of each of these, by their keys. Once for all components of this kind in a space."""
        return {}

    def address(self, component: Component) -> str:
        """Its own public page; "" where all of it is on the page of the space."""
        return ""

    def office_address(self, component: Component) -> str:
        """Where the office works with what is in it; "" where its settings are all there is."""
        return ""

    def has_contributions(self, component: Component) -> bool:
        """Whether something is in it that people or the town brought: then it can be hidden, never deleted."""
        return False


TYPES: dict[str, ComponentType] = {}


def register(type_: type[ComponentType]) -> type[ComponentType]:
    """Offer this kind of component from now on. Raises ValueError where another has the same name."""
    if type_.kind in TYPES and type(TYPES[type_.kind]) is not type_:
        raise ValueError(f"two kinds of component are called {type_.kind}")
    TYPES[type_.kind] = type_()
    return type_


def type_of(kind: str) -> ComponentType | None:
    """None for a kind that no room of this release knows: its rows are kept, and shown nowhere."""
    return TYPES.get(kind)


# What other rooms keep of components of any kind (``keeps_of``).
KEPT: list[Callable[[Component], bool]] = []


def keeps_of(holds: Callable[[Component], bool]) -> Callable[[Component], bool]:
    """Register a question: whether a room keeps something of this component that would go with it."""
    KEPT.append(holds)
    return holds


def is_empty(component: Component) -> bool:
    """Whether it can be deleted: its kind is known, and neither that nor another room keeps anything of it."""
    type_ = type_of(component.kind)
    return type_ is not None and not type_.has_contributions(component) and not any(one(component) for one in KEPT)


def sections(components: Iterable[Component]) -> list[dict[str, Any]]:
    """What the page of a space shows of these, in their order: component, template, and the facts of its type."""
    known = [(one, found) for one in components if (found := type_of(one.kind)) and found.template]
    facts: dict[int, dict[str, Any]] = {}
    for kind in {one.kind for one, _type in known}:
        facts |= TYPES[kind].facts([one for one, _type in known if one.kind == kind])
    return [{"component": one, "template": found.template, **facts.get(one.pk, {})} for one, found in known]
