"""A letter that was lost, never arrived, or is in the wrong hands is made void; another one is then written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from server.ledger.actions import append
from server.office.actions import note_act
from server.voting.models import Box, LetterBinding, Pass, RollEntry
from server.voting.refusals import LetterMissing, PassSpent, ReasonMissing

from .freezing import locked_box

if TYPE_CHECKING:
    from server.accounts.models import User

WITH_LETTERS = (Box.State.FROZEN, Box.State.OPEN)


@transaction.atomic
def void_letter(*, box: Box, entry: RollEntry, reason: str, by: User) -> Pass:
    """The code of this letter opens no ballot any more, and a ballot cast with it is taken out at reconciliation.

    The person counts as one without a letter, for whom ``order_letters`` writes. Whether the code was used is not told.
    Raises ReasonMissing, LetterMissing (none is valid, or the vote is over), PassSpent (handed in for a sheet).
    """
    if not reason.strip():
        raise ReasonMissing
    box = locked_box(box)
    letters = LetterBinding.objects.select_for_update(of=("self", "letter"), no_key=True).select_related("letter")
    valid = letters.filter(entry=entry, letter__batch__box=box, letter__is_void=False)
    binding = valid.first() if box.state in WITH_LETTERS else None
    if binding is None:
        raise LetterMissing
    letter = binding.letter
    if letter.is_exchanged:
        raise PassSpent
    letter.is_void = True
    letter.save(update_fields=["is_void"])
    binding.voided_at, binding.reason = timezone.now(), " ".join(reason.split())[:400]
    binding.save(update_fields=["voided_at", "reason"])
    append(
        type="pass.void",
        definition=box.definition_hash,
        space=box.space.slug,
        actor="organiser",
        subject=f"use:{letter.use_value}",
        body=json.dumps({"reason": "letter"}).encode(),
    )
    # Whose it was, and why, stand in the register alone, and go with its list of letters.
    note_act("letters.voided", by=by, space=box.space, subject=box, facts={"quantity": 1})
    return letter
