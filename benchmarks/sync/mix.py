"""The records of the mix, made by kiosks as the protocol has it: real keys, real chains, ballots that would open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from server.ledger.codes import Code
from server.rehearsal.kiosk import Kiosk

if TYPE_CHECKING:
    from tests.server.votes import Vote

PERIOD = 5


def make_kiosks(records: Sequence[int]) -> list[Kiosk]:
    """An enrolled device for each number, with so many records."""
    from tests.server.votes import make_vote

    vote = make_vote(people=2, passes=sum(records), letters=False)
    passes = iter(vote.stack)
    return [_fill(vote, vote.kiosk(), passes, most) for most in records]


def _fill(vote: Vote, kiosk: Kiosk, passes: Iterator[Code], most: int) -> Kiosk:
    """Of five records two are ballots, and two passes handed in at a desk: the nearest to a check-in that devices know.

    One says where the session stands, the nearest to an endorsement: it changes rows when it is applied.
    """
    while (place := len(kiosk.records)) < most:
        if place % PERIOD < 2:
            kiosk.cast(vote.box.definition_hash, next(passes), {"q1": ["bancs", "verger"]})
        elif place % PERIOD < 4:
            kiosk.exchange(next(passes))
        else:
            kiosk.move("open")
    return kiosk


def batches_of(kiosk: Kiosk, most: int) -> list[bytes]:
    """All that the kiosk holds, as pushes of so many records."""
    return [kiosk.batch(first, most) for first in range(1, len(kiosk.records) + 1, most)]


def lines_of(batch: bytes) -> bytes:
    """What stands behind the signed head."""
    return batch.partition(b"\n")[2]
