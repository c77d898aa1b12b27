"""Writes of paper: one function for each deed."""

from django.db import transaction

from server.accounts.models import User
from server.meetings.models import Session
from server.office.actions import note_act

from .keying import key_sheet
from .models import PrintRun
from .posting import order_post
from .printing import draw_print_run, draw_slips, make_print_run, order_letters, order_passes, queue_drawing
from .refusals import SessionOver, UnusedOutOfRange
from .rereading import draw_more, draw_sheets, miss_paper, read_again
from .reviewing import adjudicate, note_view
from .scanning import queue_reading, read_batch, receive_scans, store_pages

__all__ = [
    "adjudicate",
    "count_unused",
    "draw_more",
    "draw_print_run",
    "draw_sheets",
    "draw_slips",
    "key_sheet",
    "make_print_run",
    "miss_paper",
    "note_view",
    "order_letters",
    "order_passes",
    "order_post",
    "queue_drawing",
    "queue_reading",
    "read_again",
    "read_batch",
    "receive_scans",
    "store_pages",
]


@transaction.atomic
def count_unused(*, run: PrintRun, unused: int | None, by: User) -> PrintRun:
    """Enter how many sheets of a run came back blank; None takes the figure away.

    Raises UnusedOutOfRange, SessionOver.
    """
    run = PrintRun.objects.select_for_update(of=("self",)).select_related("session").get(pk=run.pk)
    if run.session.state == Session.State.RECONCILED:
        raise SessionOver
    if unused is not None and not 0 <= unused <= run.quantity:
        raise UnusedOutOfRange(details={"printed": run.quantity})
    run.unused_count = unused
    run.save(update_fields=["unused_count"])
    subject = f"{run.session} {run.number}"
    note_act("sheets.unused", by=by, space=run.session.meeting.space, subject=subject, about=run.session)
    return run
