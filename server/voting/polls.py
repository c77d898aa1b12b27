"""The live numbers of a poll: shown from five ballots on, and moving in steps of at least five.

A step is made when at least ``STEP`` ballots count that were not in the numbers before. Whoever watches sees no single
voice arrive; who casts again and again makes one new ballot, not five. What is left at the end is in the result.
"""

from __future__ import annotations

from django.db import transaction

from server.ledger.models import Record

from . import boxkeys
from .counting import tally
from .definitions import Definition
from .models import Box, PollTally
from .settlement import settle_box
from .unsealing import sealed_bodies, unsealed

STEP = 5
LIVE = (Box.State.OPEN, Box.State.CLOSED, Box.State.RECONCILED)


def live_tally(box: Box) -> PollTally | None:
    """What may be shown of a poll now; None for a vote, and while fewer than ``STEP`` ballots count."""
    if not box.is_poll or box.state not in LIVE:
        return None
    shown = PollTally.objects.filter(box=box).first()
    received = Record.objects.of_box(box.definition_hash).to_settle().count()
    if received - (shown.received if shown else 0) >= STEP:
        shown = _step(box, received)
    return shown if shown and shown.counted else None


@transaction.atomic
def _step(box: Box, received: int) -> PollTally:
    """Count again; the numbers stay as they are while fewer than ``STEP`` ballots are new in them."""
    PollTally.objects.get_or_create(box=box)
    shown = PollTally.objects.select_for_update().get(box=box)
    shown.received = max(received, shown.received)
    counted = settle_box(box).settlement.counted
    if len({one.hex() for one in counted} - set(shown.counted)) >= STEP:
        ballots = unsealed(box, list(sealed_bodies(box, counted)), boxkeys.private_key(box))
        told = tally(Definition.of(box).rules[0], (choices for _status, choices in ballots))
        shown.counted, shown.votes, shown.blank = sorted(one.hex() for one in counted), told.votes, told.blank
    shown.save()
    return shown
