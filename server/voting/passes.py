"""Passes are made: random codes that live only here, in the caller's memory and on the paper made from them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Max

from server.ledger.codes import Code, new_code
from server.meetings.models import Session

from .models import Box, LetterBinding, Pass, PassBatch, RollEntry
from .refusals import BoxNotFrozen, BoxNotOpen, SessionNotOpen
from .voices import keep_voices


@transaction.atomic
def make_passes(
    *,
    session: Session | None = None,
    box: Box | None = None,
    quantity: int = 0,
    entries: Iterable[RollEntry] = (),
    is_test: bool = False,
) -> list[tuple[Code, Pass]]:
    """Make a stack of ``quantity`` passes for the desk of a session, or one letter of a box for each of ``entries``.

    Letters of a box by pass have no entry: give a quantity. The server keeps keyed values only: what is not printed
    from the list returned is lost. Raises SessionNotOpen (the session is over), BoxNotFrozen, BoxNotOpen.
    """
    if (session is None) == (box is None):
        raise ValueError("passes belong to a session or to a box")
    people = list(entries)
    if session is not None:
        key = _key_of_session(session)
        batch = _batch(PassBatch.Kind.STACK, quantity, session=session)
    else:
        assert box is not None
        if box.regime == Box.Regime.PERSON and not people:
            raise ValueError("in a box by person a letter belongs to an entry of the roll")
        key = _key_of_box(box)
        batch = _batch(PassBatch.Kind.LETTERS, len(people) or quantity, box=box)
    codes = [new_code() for _number in range(batch.quantity)]
    rows = [
        Pass(batch=batch, check_value=code.check(key).hex(), use_value=code.use(key).hex(), is_test=is_test)
        for code in codes
    ]
    # Stored in the order of their check values: the rows tell nothing of the order of the stack.
    Pass.objects.bulk_create(sorted(rows, key=lambda row: row.check_value), batch_size=1000)
    if session is not None and not is_test:
        keep_voices(session, codes)
    LetterBinding.objects.bulk_create(
        [LetterBinding(entry=entry, letter=row) for entry, row in zip(people, rows, strict=False)], batch_size=1000
    )
    return list(zip(codes, rows, strict=True))


def _batch(kind: str, quantity: int, **home: Session | Box) -> PassBatch:
    last = PassBatch.objects.filter(**home).aggregate(last=Max("number"))["last"] or 0
    return PassBatch.objects.create(kind=kind, number=last + 1, quantity=quantity, **home)


def _key_of_session(session: Session) -> bytes:
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    if session.state in (Session.State.CLOSED, Session.State.RECONCILED):
        raise SessionNotOpen
    # Kiosks recognise passes by their pack, so they must fetch it anew.
    session.devices.update(pack_version=F("pack_version") + 1)
    return bytes(session.code_key)


def _key_of_box(box: Box) -> bytes:
    box = Box.objects.select_for_update(no_key=True).get(pk=box.pk)
    if box.state == Box.State.DRAFT:
        raise BoxNotFrozen
    if box.state not in (Box.State.FROZEN, Box.State.OPEN):
        raise BoxNotOpen
    return bytes(box.letter_key)
