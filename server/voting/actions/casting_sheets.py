"""Many sheets of one scan are cast together: for each what ``cast_ballot`` does, with the queries of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from server.ledger.actions import append_many
from server.ledger.models import Record
from server.processes.models import Door
from server.processes.origin import Origin
from server.voting.ballots import Choices
from server.voting.intake_rules import claim_sealing_keys
from server.voting.models import Box
from server.voting.refusals import RightUnknown, SheetSpoiled, SheetUnknown
from server.voting.refusals_ballots import SealedCopied
from server.voting.rights import Right

from .casting import _require_open, _seal
from .freezing import locked_box

if TYPE_CHECKING:
    from server.paper.models import Sheet


@transaction.atomic
def cast_sheets(*, box: Box, ballots: Sequence[tuple[Sheet, Choices]], origin: Origin) -> list[Record]:
    """Seal what is on each ``(sheet, choices)`` and put it into the log, in the order given. All of them, or none.

    Raises what ``cast_ballot`` raises for a sheet: BoxNotOpen, DoorClosed, SessionNotOpen, SheetUnknown, SheetSpoiled,
    TestRight.
    """
    if origin.door != Door.PAPER or origin.session is None:
        raise RightUnknown
    box = locked_box(box)
    definition = _require_open(box, origin)
    _require_sheets([sheet for sheet, _choices in ballots], box, origin)
    deeds = [
        ("ballot.sealed", Right.of_sheet(sheet).subject, _seal(definition, choices, is_paper=True))
        for sheet, choices in ballots
    ]
    records = append_many(
        deeds, definition=definition.hash, space=box.space.slug, session=origin.session.ref, actor="operator"
    )
    sealed = [body for _type, _subject, body in deeds]
    claims = [(definition.hash, body, record.id) for body, record in zip(sealed, records, strict=True)]
    if claim_sealing_keys(claims):
        raise SealedCopied
    return records


def _require_sheets(sheets: Sequence[Sheet], box: Box, origin: Origin) -> None:
    """Look again, with the rows held: a sheet may have been declared spoiled since it was found."""
    if not sheets:
        return
    rows = type(sheets[0]).objects.select_for_update(of=("self",), no_key=True).select_related("run").order_by("pk")
    held = {row.pk: row for row in rows.filter(pk__in=[sheet.pk for sheet in sheets], run__box=box)}
    for sheet in sheets:
        row = held.get(sheet.pk)
        if row is None or row.run.session_id != origin.session.pk:
            raise SheetUnknown
        if row.is_spoiled:
            raise SheetSpoiled
