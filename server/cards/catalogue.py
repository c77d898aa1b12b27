"""The catalogue of a component's proposals, made in the background and kept until they change.

By category where the space has categories, else by area, else in one row; each by its number. What everyone may read,
and no more: of an author the name that the page shows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from printouts.catalogue import CatalogueWords, Entry, Part
from printouts.catalogue import draw_catalogue as draw
from server.ledger.queue import queue_with_commit
from server.paper import storage
from server.paper.models import PrintRun
from server.paper.printing import write_pdf
from server.processes.models import Component, Door, Taxon
from server.proposals.models import Proposal
from server.web.live import ring
from server.web.templatetags.parvis import day, number

from .models import Catalogue
from .refusals import CatalogueEmpty

Status = PrintRun.Status
AT_ONCE = 500
# However often proposals change, one is not made more often than this; and one that takes longer is begun again.
NOT_BEFORE = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Shown:
    """One of the catalogues as the page shows it; ``row``: None where it was never made."""

    is_large_print: bool
    row: Catalogue | None
    is_current: bool

    @property
    def is_ready(self) -> bool:
        return bool(self.row and self.row.file)

    @property
    def is_busy(self) -> bool:
        return bool(self.row and self.row.is_under_way)

    @property
    def may_be_made(self) -> bool:
        return not self.is_current and (self.row is None or _is_due(self.row))


def catalogues_for(component: Component, language: str) -> list[Shown]:
    """The ordinary one and the one in large print, in this language."""
    state = state_of(component)
    rows = {row.is_large_print: row for row in component.catalogues.filter(language=language)}
    return [
        Shown(is_large, row, bool(row and row.file and row.stands_for == state))
        for is_large in (False, True)
        for row in [rows.get(is_large)]
    ]


def state_of(component: Component) -> str:
    """Another one as soon as there are others, or one of them was changed or filed elsewhere."""
    facts = (
        component.proposals.standing()
        .order_by()
        .aggregate(Count("pk"), Sum("number"), Sum("version"), Max("published_at"), Sum("category"), Sum("area"))
    )
    return hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()


def _is_due(row: Catalogue) -> bool:
    return row.status == Status.FAILED or row.asked_at < timezone.now() - NOT_BEFORE


@transaction.atomic
def order_catalogue(*, component: Component, language: str, is_large_print: bool) -> Catalogue:
    """Have it made, unless it is current, under way, or was made just before. Raises CatalogueEmpty."""
    Component.objects.select_for_update(of=("self",), no_key=True).get(pk=component.pk)
    if not component.proposals.standing().exists():
        raise CatalogueEmpty
    row, is_new = Catalogue.objects.get_or_create(component=component, language=language, is_large_print=is_large_print)
    is_current = bool(row.file) and row.stands_for == state_of(component)
    if is_new or (not is_current and _is_due(row)):
        from .tasks import draw_catalogue_task

        row.status, row.asked_at, row.done_count = Status.WAITING, timezone.now(), 0
        row.save(update_fields=["status", "asked_at", "done_count"])
        queue_with_commit(draw_catalogue_task, row.pk)
    return row


def draw_catalogue(*, catalogue: Catalogue) -> Catalogue:
    """Draw it as the proposals are now. The file before stays until this one is whole."""
    row = Catalogue.objects.select_related("component__space").get(pk=catalogue.pk)
    if row.status == Status.READY:
        return row
    component = row.component
    state, count = state_of(component), component.proposals.standing().count()
    Catalogue.objects.filter(pk=row.pk).update(quantity=count)

    def write(out: BinaryIO) -> None:
        with translation.override(row.language):
            parts = [_part(component, title, field, taxon, n) for title, field, taxon, n in _parts(component)]
            draw(_words(row, count), parts, out, on_progress=lambda done: _progress(row, done))

    path = write_pdf(row, "catalogue", write, kept=row.file)
    with transaction.atomic():
        held = Catalogue.objects.select_for_update(of=("self",)).get(pk=row.pk)
        before, held.file = held.file, storage.relative(path)
        held.status, held.stands_for, held.made_at, held.quantity = Status.READY, state, timezone.now(), count
        held.save()
        if before:
            transaction.on_commit(lambda: storage.absolute(before).unlink(missing_ok=True))
        ring(component.space_id, "cards")
    return held


def _progress(row: Catalogue, done: int) -> None:
    Catalogue.objects.filter(pk=row.pk).update(done_count=done)


def _words(row: Catalogue, count: int) -> CatalogueWords:
    component = row.component
    today = day(timezone.localdate())
    counted = ngettext("%(count)s proposal", "%(count)s proposals", count) % {"count": number(count)}
    address = settings.PARVIS_ORIGIN + component.get_absolute_url()
    return CatalogueWords(
        authority=settings.PARVIS_TOWN,
        title=str(component.title),
        subtitle=str(component.space.title),
        lead=[
            _("%(counted)s, as they stood on %(day)s.") % {"counted": counted, "day": today},
            _("Read, endorse and discuss them on the site:"),
        ],
        address=address,
        contents=_("In this catalogue"),
        foot=f"{component.title}, {today}",
        page_words=lambda page: _("Page %(number)s") % {"number": page},
        language=row.language,
        is_large_print=row.is_large_print,
    )


def _parts(component: Component) -> list[tuple[str, str, int | None, int]]:
    """(title, field, key of the taxon, how many): by category, else by area, else all of them."""
    standing = component.proposals.standing().order_by()
    for field in (Taxon.Kind.CATEGORY, Taxon.Kind.AREA):
        counts = dict(standing.values_list(field).annotate(n=Count("pk")))
        if set(counts) - {None}:
            taxons = Taxon.objects.filter(pk__in=[key for key in counts if key])
            parts: list[tuple[str, str, int | None, int]] = []
            parts += [(str(one.title), str(field), one.pk, counts[one.pk]) for one in taxons]
            if counts.get(None):
                parts.append((_("Not filed"), str(field), None, counts[None]))
            return parts
    return [("", "", None, standing.count())]


def _part(component: Component, title: str, field: str, taxon: int | None, count: int) -> Part:
    rows = component.proposals.standing().select_related("category", "area", "author")
    if field:
        rows = rows.filter(**{field: taxon})
    return Part(title, count, _entries(rows.order_by("number").iterator(chunk_size=AT_ONCE), field))


def _entries(rows: Iterator[Proposal], field: str) -> Iterator[Entry]:
    for one in rows:
        others = [one.area if field == Taxon.Kind.CATEGORY else None, one.place_name]
        byline = one.shown_author if one.door == Door.WEB else f"{one.shown_author}, {Door(one.door).label}"
        yield Entry(one.number or 0, one.title, one.body, byline, ", ".join(str(other) for other in others if other))
