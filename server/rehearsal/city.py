"""A whole city plan, invented and seeded: ``parvis make-city [--scale 1] [--seed 7]``.

At scale 1 as large as a real one: 10,860 proposals, 50,000 people, 120,000 comments, 400,000 endorsements, in one
space. It writes in bulk what the actions would write (``proposals.bulk``, ``discussion.bulk``; tests compare them with
the actions), log included; nobody is told of it: it happened long ago. For measuring
and for trying an installation out, on a database that holds nothing: nobody wants it beside what people said.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server.processes.models import Component, Taxon
    from server.proposals.bulk import Brought

PROPOSALS, PEOPLE, ENDORSEMENTS, COMMENTS = 10_860, 50_000, 400_000, 120_000
SLUG = "plan-de-la-ville"
AT_ONCE = 2_000
_ROOTS = """
    arbre banc école vélo place marché fontaine jardin rue trottoir bus gare pont quai piscine bibliothèque crèche
    lampe mur toit cour potager atelier musique fête chien oiseau eau ombre soleil pluie hiver été matin soir enfant
    voisin ancien jeune quartier centre mairie église stade sentier forêt rivière berge barrière passage feu parking
    tram taxi poubelle compost verre papier énergie isolation chauffage panneau carte plan parcours randonnée
    théâtre cinéma danse
"""
_DEEDS = "Planter Rénover Ouvrir Élargir Éclairer Réparer Protéger Installer Déplacer Nettoyer Relier Peindre"
ROOTS, DEEDS = _ROOTS.split(), _DEEDS.split()


def main(arguments: list[str]) -> int:
    asked = _parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
    import django

    django.setup()
    from server.processes.models import Space

    if Space.objects.exists():
        print("parvis: there are spaces here already; a city wants an empty database.", file=sys.stderr)
        return 2
    started = time.monotonic()
    rows = make_city(scale=asked.scale, seed=asked.seed)
    print(f"{rows} in {time.monotonic() - started:.0f} s")
    return 0


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="parvis make-city", description="Fill an empty database with an invented city plan."
    )
    made.add_argument("--scale", type=float, default=1.0, help="1: as large as a real one")
    made.add_argument("--seed", type=int, default=7)
    return made


def make_city(*, scale: float, seed: int) -> dict[str, int]:
    """Returns how many rows of each kind there are now."""
    from server.accounts.models import User
    from server.discussion.models import Comment
    from server.ledger.hearing import quietly
    from server.proposals.bulk import bring_proposals
    from server.proposals.models import Endorsement, Proposal, Word

    lot = random.Random(seed)  # noqa: S311 (an invented town, the same each time)
    people = _people(round(PEOPLE * scale))
    component, taxons = _space(lot)
    with quietly():
        brought = _proposals(component, round(PROPOSALS * scale), taxons, people, lot)
        bring_proposals(component=component, brought=brought)
        _endorse(component, round(ENDORSEMENTS * scale), people, lot)
        _talk(component, round(COMMENTS * scale), people, lot)
    kinds = {"people": User, "proposals": Proposal, "endorsements": Endorsement, "comments": Comment, "words": Word}
    return {name: model._default_manager.count() for name, model in kinds.items()}


def _people(count: int) -> list[int]:
    """Accounts that nobody can log in to; returns their keys."""
    from server.accounts.models import User

    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(count, start + AT_ONCE))
        User.objects.bulk_create(
            User(email=f"resident{n}@city.example", display_name=f"Résident {n}", password="!") for n in numbers
        )
    return list(User.objects.filter(email__endswith="@city.example").order_by("pk").values_list("pk", flat=True))


def _space(lot: random.Random) -> tuple[Component, list[Taxon]]:
    from django.utils import timezone

    from server.processes.component_types import Activity, type_of
    from server.processes.models import Component, Door, Opening, Phase, Space, Taxon

    now = timezone.now()
    space = Space.objects.create(slug=SLUG, title={"fr": "Plan de la ville", "en": "City plan"}, published_at=now)
    dates = {"starts_at": now - timedelta(days=60), "ends_at": now + timedelta(days=60)}
    phase = Phase.objects.create(space=space, title={"fr": "Propositions", "en": "Proposals"}, **dates)
    component = Component.objects.create(
        space=space, kind="proposals", title={"fr": "Propositions", "en": "Proposals"}, published_at=now
    )
    type_of("proposals").prepare(component)  # type: ignore[union-attr]
    for activity in (Activity.PROPOSE, Activity.ENDORSE, Activity.COMMENT):
        Opening.objects.create(phase=phase, component=component, activity=activity, doors=[Door.WEB, Door.KIOSK])
    kinds = [(Taxon.Kind.CATEGORY, 12), (Taxon.Kind.AREA, 10)]
    taxons = [
        Taxon.objects.create(space=space, kind=kind, title={"fr": f"{lot.choice(ROOTS).title()} {n}"}, position=n)
        for kind, count in kinds
        for n in range(1, count + 1)
    ]
    return component, taxons


def _proposals(
    component: Component, count: int, taxons: list[Taxon], people: list[int], lot: random.Random
) -> Iterator[Brought]:
    from django.utils import timezone

    from server.accounts.models import User
    from server.proposals.authors import Author
    from server.proposals.bulk import Brought
    from server.proposals.writing import About

    categories = [one for one in taxons if one.kind == "category"]
    areas = [one for one in taxons if one.kind == "area"]
    states = [None, None, *component.proposal_states.all()]
    now = component.published_at or timezone.now()
    for _number in range(count):
        key = lot.choice(people)
        author = Author("person", f"Résident {key}", User(pk=key), f"account:{key}")
        about = About(category=lot.choice(categories), area=lot.choice(areas))
        moment = now - timedelta(minutes=lot.randrange(60 * 24 * 60))
        door = lot.choices(("web", "kiosk", "paper"), (80, 12, 8))[0]
        yield Brought(_text(lot), author, about, door, moment, state=lot.choice(states))


def _text(lot: random.Random) -> Any:
    from server.proposals.texts import Text

    title = f"{lot.choice(DEEDS)} {lot.choice(ROOTS)} et {lot.choice(ROOTS)} près de {lot.choice(ROOTS)}"
    body = "\n\n".join(_sentence(lot) for _paragraph in range(lot.randint(1, 4)))
    return Text(title, body, "fr")


def _sentence(lot: random.Random) -> str:
    return " ".join(lot.choices(ROOTS, k=lot.randint(12, 40))).capitalize() + "."


def _endorse(component: Component, count: int, people: list[int], lot: random.Random) -> None:
    """Few proposals have many, many have few: a right is drawn for each, never twice for the same."""
    from server.proposals.bulk import endorse_many

    proposals = list(component.proposals.order_by("number"))
    weights = [1 / (place + 10) for place in range(len(proposals))]
    lot.shuffle(weights)
    drawn = dict.fromkeys(
        zip(
            lot.choices(range(len(proposals)), weights, k=count + count // 4),
            lot.choices(people, k=count + count // 4),
            strict=True,
        )
    )
    pairs = [(proposals[place], f"account:{key}") for place, key in list(drawn)[:count]]
    cuts = {"web": int(len(pairs) * 0.8), "kiosk": len(pairs)}
    start = 0
    for door, end in cuts.items():
        for at in range(start, end, AT_ONCE):
            endorse_many(component=component, given=pairs[at : min(end, at + AT_ONCE)], door=door)
        start = end


def _talk(component: Component, count: int, people: list[int], lot: random.Random) -> None:
    """Few proposals are talked about much; every third comment answers an earlier one of the same thread."""
    from django.utils import timezone

    from server.accounts.models import User
    from server.discussion.actions import Author
    from server.discussion.bulk import Said, write_many
    from server.proposals.subject import subject_of

    proposals = list(component.proposals.select_related("became").order_by("number"))
    for one in proposals:
        one.component = component
    weights = [1 / (place + 30) for place in range(len(proposals))]
    lot.shuffle(weights)
    now = timezone.now()
    threads: dict[int, list[str]] = {}
    for start in range(0, count, AT_ONCE):
        said = []
        for place in lot.choices(range(len(proposals)), weights, k=min(AT_ONCE, count - start)):
            earlier = threads.setdefault(place, [])
            parent = lot.choice(earlier) if earlier and not lot.randrange(3) else ""
            author = Author(User(pk=lot.choice(people)))
            door = lot.choices(("web", "kiosk", "paper"), (85, 8, 7))[0]
            stance = lot.choices(("for", "against", "neutral"), (5, 3, 4))[0]
            at = now - timedelta(minutes=lot.randrange(60 * 24 * 60))
            said.append(Said(subject_of(proposals[place]), _sentence(lot), author, door, at, stance, parent, "fr"))
            earlier.append(said[-1].ref)
        write_many(component=component, said=said)
