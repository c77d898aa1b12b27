"""A text of the town in sections: brought as a draft, put in order, published. From then on amendments change it.

    text.published   {"component", "title", "language", "sections": [{"ref", "level", "label"}]}, in reading order

A draft is the office's own and in no log; the words of each section are its first ``proposal.version``. Every change of
a draft names the revision that was on the screen: of two officers who change it at once, the second looks again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from server.ledger.actions import append
from server.office.actions import note_act
from server.processes.models import Component, Door
from server.web.live import ring

from .authors import Author, Kind
from .bulk import Brought, bring_proposals
from .models import Document, Proposal, Section, new_ref
from .refusals import TextChanged, TextPublished, TextUnfinished
from .sections import MOST_SECTIONS, Part, labels
from .texts import Text
from .writing import About, hold_component, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.accounts.models import User


def parts_of(document: Document) -> list[Part]:
    """Its draft, as it lies there."""
    return [Part(int(level), str(title), str(body)) for level, title, body in document.draft]


def draft_of(component: Component) -> Document | None:
    return Document.objects.filter(component=component).first()


@transaction.atomic
def bring_text(*, component: Component, title: str, language: str, parts: Sequence[Part], by: User) -> Document:
    """Keep a text as the draft of this component; a draft that is there gives way. Raises TextPublished."""
    held = hold_component(component)
    document = draft_of(held) or Document(component=held, revision=0)
    if document.published_at:
        raise TextPublished
    document.title, document.language = title, language
    _keep(document, parts)
    note_act("text.brought", by=by, space=held.space, subject=held, facts={"sections": len(parts)})
    return document


@transaction.atomic
def change_draft(*, document: Document, seen: int, change: Callable[[list[Part]], Sequence[Part]]) -> Document:
    """Do ``change`` to the parts of a draft. ``seen``: its revision on the screen.

    Raises TextPublished, TextChanged.
    """
    held = _held(document, seen)
    _keep(held, change(parts_of(held)))
    return held


@transaction.atomic
def drop_draft(*, document: Document, seen: int, by: User) -> None:
    """Throw a draft away. Raises TextPublished, TextChanged."""
    held = _held(document, seen)
    held.delete()
    note_act("text.dropped", by=by, space=held.component.space, subject=held.component)


@transaction.atomic
def publish_text(*, document: Document, seen: int, by: User) -> Document:
    """Make a proposal of the town of each section, at once or not at all. Published again, it is published.

    Raises TextChanged, TextUnfinished.
    """
    component = hold_component(document.component)
    there = Document.objects.get(pk=document.pk)
    if there.published_at:
        return there
    held = _held(there, seen)
    parts = parts_of(held)
    if not parts or len(parts) > MOST_SECTIONS or any(one.faults for one in parts):
        raise TextUnfinished
    refs = [new_ref() for _one in parts]
    bring_proposals(component=component, brought=_brought(parts, refs, held.language))
    keys = dict(component.proposals.filter(ref__in=refs).values_list("ref", "pk"))
    marks = labels(parts)
    Section.objects.bulk_create(
        Section(proposal_id=keys[ref], document=held, position=position, level=part.level, label=label)
        for position, (ref, part, label) in enumerate(zip(refs, parts, marks, strict=True), start=1)
    )
    held.draft, held.published_at, held.revision = [], timezone.now(), held.revision + 1
    held.save()
    _say_published(held, [(ref, part.level, label) for ref, part, label in zip(refs, parts, marks, strict=True)])
    note_act("text.published", by=by, space=component.space, subject=component, facts={"sections": len(parts)})
    ring(component.space_id, "proposals")
    return held


def _brought(parts: Sequence[Part], refs: Sequence[str], language: str) -> Iterable[Brought]:
    """Whoever publishes is no author: another officer may decide on what people propose."""
    author = Author(kind=Kind.OFFICIAL, name="")
    for part, ref in zip(parts, refs, strict=True):
        text = Text(part.title, part.body, language)
        yield Brought(text, author, About(), Door.WEB, ref=ref, part=Proposal.Part.SECTION)


def _say_published(document: Document, sections: Sequence[tuple[str, int, str]]) -> None:
    body = {
        "component": document.component_id,
        "title": document.title,
        "language": document.language,
        "sections": [{"ref": ref, "level": level, "label": label} for ref, level, label in sections],
    }
    append(type="text.published", space=document.component.space.slug, actor="organiser", body=told(body))


def _held(document: Document, seen: int) -> Document:
    rows = Document.objects.select_for_update(of=("self",)).select_related("component__space").filter(pk=document.pk)
    held = rows.first()
    if held is None or (not held.published_at and held.revision != seen):
        raise TextChanged
    if held.published_at:
        raise TextPublished
    return held


def _keep(document: Document, parts: Sequence[Part]) -> None:
    document.draft = [[one.level, one.title, one.body] for one in parts]
    document.revision += 1
    document.save()


def fingerprint(texts: Iterable[Text]) -> str:
    """SHA-256, in hexadecimal, of the fingerprints of all sections in their order, each on a line of its own."""
    return hashlib.sha256("".join(f"{one.fingerprint}\n" for one in texts).encode()).hexdigest()
