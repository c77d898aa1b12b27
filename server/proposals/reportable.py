"""Proposals can be reported and hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from server.ledger.actions import hold_log
from server.moderation.reportables import Reportable, Reported, register

from .models import Proposal
from .packs_anew import packs_change


def _tell(rows: Sequence[Proposal]) -> Iterator[Reported]:
    prefetch_related_objects(rows, "component__space", "author")
    for row in rows:
        component = row.component
        yield Reported(
            kind="proposal",
            ref=row.ref,
            name=row.get_part_display(),
            space=component.space,
            title=row.title,
            text=row.body,
            language=row.language,
            by=row.shown_author,
            door=row.door,
            address=row.get_absolute_url(),
            row=row,
            author=row.author,
            is_public=bool(component.published_at and component.space.published_at),
        )


register(
    Reportable(
        kind="proposal",
        name=_("A proposal"),
        model=Proposal,
        of_space=lambda space: Proposal.objects.filter(component__space=space, published_at__isnull=False),
        tell=_tell,
        log_name=lambda row: f"{row.component}, {row.number}",
        hold=lambda row: hold_log(),
        changed=lambda row: packs_change(row.component.space_id),
    )
)
