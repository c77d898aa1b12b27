"""Letters with a return envelope are ordered and made. As with sheets, the codes are in one PDF and nowhere else.

The rows of the envelopes are there from the order on, without a code: they say to whom it goes. Codes are drawn, the
PDF is written whole, and only then the keyed check values are kept; whatever is killed before has sent nothing (S7).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation

from printouts.post import draw_post
from server.ledger.codes import new_code
from server.meetings.models import Session
from server.office.actions import note_act
from server.voting.actions import prepare_envelopes
from server.voting.models import Box, Envelope
from server.voting.refusals_post import NobodyToWrite

from .models import SlipRun
from .post_words import post_letter_for, post_words
from .printing import UNDER_WAY, Status, _finish, _progress, queue_drawing, write_pdf
from .refusals import BoxNotInSession, SessionOver

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.voting.models import RollEntry


@transaction.atomic
def order_post(*, box: Box, session: Session, by: User, entries: Iterable[RollEntry] | None = None) -> SlipRun:
    """Order a letter with a return envelope for these people of the roll, or for everybody who has none.

    session: where the envelopes come back to and their sheets are counted. While letters of this box are being made,
    that run is given (D19). Raises NoPost, BoxNotOpen, BoxNotInSession, SessionOver, NobodyToWrite.
    """
    box = Box.objects.select_for_update(of=("self",), no_key=True).select_related("component__space").get(pk=box.pk)
    session = Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
    if not session.boxes.filter(pk=box.pk).exists():
        raise BoxNotInSession
    if session.state in (Session.State.CLOSED, Session.State.RECONCILED):
        raise SessionOver
    under_way = SlipRun.objects.filter(box=box, kind=SlipRun.Kind.POST, status__in=UNDER_WAY).first()
    if under_way is not None:
        return under_way
    envelopes = prepare_envelopes(box=box, session=session, entries=entries)
    waiting = Envelope.objects.filter(box=box, session=session, state=Envelope.State.ORDERED)
    if not envelopes and not waiting.exists():
        raise NobodyToWrite
    run = SlipRun.objects.create(kind=SlipRun.Kind.POST, box=box, session=session, quantity=waiting.count())
    note_act("envelopes.ordered", by=by, space=box.space, subject=box, facts={"quantity": run.quantity})
    queue_drawing(run)
    return run


def draw_post_letters(*, run: SlipRun) -> SlipRun:
    """Draw a code for each envelope that waits for one, write its letter, and keep the check value."""
    box = Box.objects.select_related("component__space").get(pk=run.box_id)
    waiting = Envelope.objects.filter(box=box, session=run.session_id, state=Envelope.State.ORDERED)
    envelopes = list(waiting.select_related("entry").order_by("entry__family_name", "entry__given_name", "pk"))
    codes = [new_code() for _envelope in envelopes]
    letters = (post_letter_for(code, one.entry, box) for code, one in zip(codes, envelopes, strict=True))
    with translation.override(settings.LANGUAGE_CODE):
        words = post_words(box)
        path = write_pdf(
            run, "post", lambda out: draw_post(letters, out, on_progress=lambda done: _progress(run, done), **words)
        )
    with transaction.atomic():
        held = SlipRun.objects.select_for_update(of=("self",)).select_related("box", "session__meeting").get(pk=run.pk)
        # Whoever comes second holds codes that another file's take the place of: its own are thrown away.
        still = waiting.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in envelopes])
        if held.status == Status.READY or still.count() != len(envelopes):
            path.unlink()
            return held
        key = bytes(box.letter_key)
        for code, one in zip(codes, envelopes, strict=True):
            one.check_value, one.state = code.check(key).hex(), Envelope.State.SENT
        Envelope.objects.bulk_update(envelopes, ["check_value", "state"], batch_size=1000)
        held.quantity = len(envelopes)
        held.save(update_fields=["quantity"])
        return _finish(held, path)
