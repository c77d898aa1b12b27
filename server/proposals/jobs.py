"""Long work around proposals, in the background: a file of them is brought in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.office.actions import note_act
from server.office.jobs import runs
from server.office.models import Job
from server.office.telling import Tell
from server.processes import spool
from server.processes.models import Component, Taxon
from server.processes.tables import BadTable, Fault
from server.voting.refusals import FileGone

from .authors import Author
from .bulk import Brought, bring_proposals
from .imports import Row, read_proposals
from .texts import Text
from .writing import About


def purpose(component: Component) -> str:
    """What a file of proposals was kept for (``spool``)."""
    return f"proposals {component.pk}"


def planned(component: Component, rows: Iterable[Row]) -> Iterator[Brought]:
    """The rows as they would be published, under the words of the space. Raises BadTable for words it does not have."""
    words = _words_of(component)
    faults = [
        Fault(row.line, "not_one_of", f"{kind}: {text[:40]}")
        for row in rows
        for kind, text in (("category", row.category), ("area", row.area))
        if text and (kind, text.casefold()) not in words
    ]
    if faults:
        raise BadTable(faults[:100])
    return (_brought(component, row, words) for row in rows)


def _words_of(component: Component) -> dict[tuple[str, str], Taxon]:
    """The space's words by kind and by what they are called, in each of their languages."""
    taxons = Taxon.objects.filter(space=component.space_id)
    return {(one.kind, title.casefold()): one for one in taxons for title in one.title.values()}


def _brought(component: Component, row: Row, words: dict[tuple[str, str], Taxon]) -> Brought:
    moment = row.published
    if moment is not None and timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    about = About(
        category=words.get(("category", row.category.casefold())), area=words.get(("area", row.area.casefold()))
    )
    text = Text(row.title, row.body, row.language or settings.LANGUAGE_CODE[:2])
    return Brought(text, Author(row.author_kind, row.author), about, row.door, moment, row.ref(component.pk))


def _address(job: Job) -> str:
    return reverse("office_proposals:proposals", args=[job.space.slug, job.facts["component"]])


@runs(
    "proposals.import",
    title=_("Proposals are brought in"),
    done=_("The proposals are brought in."),
    address=_address,
)
def _import(job: Job, tell: Tell) -> None:
    """All of the file or nothing of it; brought again, what has an identifier is not there twice."""
    component = Component.objects.select_related("space").get(pk=job.facts["component"], space=job.space)
    content = spool.read(user=job.asker, purpose=purpose(component), token=job.key)
    if content is None:
        raise FileGone
    rows = read_proposals(content)
    count = bring_proposals(
        component=component, brought=planned(component, rows), tell=lambda done: tell(done, len(rows))
    )
    note_act("proposals.imported", by=job.by, space=job.space, subject=component, facts={"rows": count})
    spool.take(user=job.asker, purpose=purpose(component), token=job.key)
