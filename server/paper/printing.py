"""Sheets, passes and letters are made: codes drawn, printed into a PDF, and kept as keyed values only.

The order is what makes a killed task harmless (S7): draw the codes, write the whole PDF under a name of its own, and
only then, in one transaction, store the keyed values and name the file. Whatever is killed before that has left nothing
but a file that no row names; the next attempt removes it and draws new codes. A code is in one PDF and nowhere else.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import translation

from printouts.cards import draw_cards
from printouts.draw import draw_sheets
from printouts.slips import draw_letters, draw_passes
from server.ledger.codes import Code, new_code
from server.ledger.queue import queue_with_commit
from server.meetings.models import Session
from server.office.actions import note_act
from server.voting.actions import make_passes
from server.voting.models import Box, LetterBinding, Pass, PassBatch, RollEntry
from server.voting.paper_form import LAYOUT_NUMBER, layouts_of
from server.voting.refusals import BoxNotFrozen, BoxNotOpen
from server.web.live import ring
from server.web.refusals import Refusal

from . import storage
from .models import PrintRun, Sheet, SlipRun
from .refusals import (
    BoxNotInSession,
    LettersComplete,
    NoPaperDoor,
    NoRollToWrite,
    NoSuchLayout,
    QuantityOutOfRange,
    SessionOver,
)
from .slip_words import card_words, letter_for, letters_words, pass_lines, passes_words

if TYPE_CHECKING:
    from server.accounts.models import User

MOST_AT_ONCE = 10_000
Status = PrintRun.Status
UNDER_WAY = (Status.WAITING, Status.PRINTING)
Run = TypeVar("Run", PrintRun, SlipRun)


def _require_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MOST_AT_ONCE:
        raise QuantityOutOfRange(details={"most": MOST_AT_ONCE})


@transaction.atomic
def make_print_run(
    *, box: Box, session: Session, quantity: int, is_test: bool = False, layout: int = LAYOUT_NUMBER, by: User
) -> PrintRun:
    """Order sheets of a frozen box for a session; they are drawn in the background.

    layout: which of the ballot's frozen layouts, by number. Raises QuantityOutOfRange, BoxNotFrozen, NoPaperDoor,
    NoSuchLayout, BoxNotInSession, SessionOver.
    """
    _require_quantity(quantity)
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.state in (Session.State.CLOSED, Session.State.RECONCILED):
        raise SessionOver
    if not session.boxes.filter(pk=box.pk).exists():
        raise BoxNotInSession
    if not box.definition:
        raise BoxNotFrozen
    if not box.layout:
        raise NoPaperDoor
    if layout not in layouts_of(box):
        raise NoSuchLayout
    last = PrintRun.objects.filter(session=session, box=box).aggregate(last=Max("number"))["last"] or 0
    wanted = {"quantity": quantity, "is_test": is_test}
    run = PrintRun.objects.create(box=box, session=session, number=last + 1, layout_number=layout, **wanted)
    facts = {"number": run.number, **wanted}
    note_act("sheets.ordered", by=by, space=box.space, subject=session, facts=facts)
    queue_drawing(run)
    return run


def queue_drawing(run: PrintRun | SlipRun) -> None:
    """Have a run drawn, again if need be, once the transaction is committed."""
    from .tasks import draw_print_run_task, draw_slips_task

    drawing = draw_print_run_task if isinstance(run, PrintRun) else draw_slips_task
    queue_with_commit(drawing, run.pk)


def draw_print_run(*, run: PrintRun) -> PrintRun:
    """Draw the sheets of a run and keep their keyed values. A run that is ready stays as it is."""
    run = PrintRun.objects.select_related("box", "session__meeting").get(pk=run.pk)
    if run.status == Status.READY:
        return run
    codes = [new_code() for _number in range(run.quantity)]
    serials = [(code.raw, run.is_test) for code in codes]
    layout = layouts_of(run.box)[run.layout_number]

    def draw(out: BinaryIO) -> None:
        draw_sheets(
            layout,
            serials,
            definition=bytes.fromhex(run.box.definition_hash),
            caption=lambda serial: Code(serial).grouped,
            out=out,
            on_progress=lambda done: _progress(run, done),
        )

    path = write_pdf(run, "sheets", draw)
    with transaction.atomic():
        held = PrintRun.objects.select_for_update().get(pk=run.pk)
        if held.status == Status.READY:
            path.unlink()
            return held
        key = bytes(run.session.code_key)
        rows = [Sheet(run=run, check_value=c.check(key).hex(), use_value=c.use(key).hex()) for c in codes]
        # Stored in the order of their check values: the rows tell nothing of the order of the stack.
        Sheet.objects.bulk_create(sorted(rows, key=lambda row: row.check_value), batch_size=1000)
        return _finish(held, path)


def write_pdf(run: Any, kind: str, draw: Callable[[BinaryIO], None], *, kept: str = "") -> Path:
    """Write one PDF whole, to disk, readable by this user alone. What an earlier attempt left is removed.

    run: a row with ``status`` and ``done_count`` of a print run. kind: how the file is called. kept: a file that stays.
    """
    type(run).objects.filter(pk=run.pk).update(status=Status.PRINTING, done_count=0)
    folder = storage.print_folder()
    for orphan in folder.glob(f"{kind}-{run.pk}-*.pdf"):
        if storage.relative(orphan) != kept:
            orphan.unlink(missing_ok=True)
    path = folder / storage.new_name(f"{kind}-{run.pk}", ".pdf")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            draw(out)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        type(run).objects.filter(pk=run.pk).update(status=Status.FAILED)
        raise
    return path


def _progress(run: PrintRun | SlipRun, done: int) -> None:
    type(run).objects.filter(pk=run.pk).update(done_count=done)


def _finish(run: Run, path: Path) -> Run:
    run.status, run.done_count, run.file = Status.READY, run.quantity, storage.relative(path)
    run.save(update_fields=["status", "done_count", "file"])
    _ring(run)
    return run


def _ring(run: PrintRun | SlipRun) -> None:
    ring(run.session.meeting.space_id if run.session else run.box.space.pk, "prints")


@transaction.atomic
def order_passes(
    *, session: Session, quantity: int, is_test: bool = False, form: str = SlipRun.Form.SHEET, by: User
) -> SlipRun:
    """Order a stack of passes for the desk of a session, of this form. Raises QuantityOutOfRange, SessionOver."""
    _require_quantity(quantity)
    if session.state in (Session.State.CLOSED, Session.State.RECONCILED):
        raise SessionOver
    facts_of_run = {"session": session, "quantity": quantity, "is_test": is_test, "form": form}
    run = SlipRun.objects.create(kind=PassBatch.Kind.STACK, **facts_of_run)
    facts = {"quantity": quantity, "is_test": is_test}
    note_act("passes.ordered", by=by, space=session.meeting.space, subject=session, facts=facts)
    queue_drawing(run)
    return run


@transaction.atomic
def order_letters(*, box: Box, by: User) -> SlipRun:
    """Order a letter with a code for every entry of the roll that has none yet.

    While letters of this box are being made, that run is given (D19): two at once would write to everybody twice.
    Raises BoxNotFrozen, BoxNotOpen (the vote is over), NoRollToWrite, LettersComplete.
    """
    if not box.definition:
        raise BoxNotFrozen
    if not takes_letters(box):
        raise BoxNotOpen
    if not box.roll_id:
        raise NoRollToWrite
    Box.objects.select_for_update(no_key=True).get(pk=box.pk)
    under_way = SlipRun.objects.filter(box=box, kind=PassBatch.Kind.LETTERS, status__in=UNDER_WAY).first()
    if under_way is not None:
        return under_way
    quantity = entries_without_letter(box).count()
    if not quantity:
        raise LettersComplete
    run = SlipRun.objects.create(kind=PassBatch.Kind.LETTERS, box=box, quantity=quantity)
    note_act("letters.ordered", by=by, space=box.space, subject=box, facts={"quantity": quantity})
    queue_drawing(run)
    return run


def takes_letters(box: Box) -> bool:
    """Whether letters of this vote still make sense. Once it was opened, no list says who had one."""
    return box.state in (Box.State.FROZEN, Box.State.OPEN)


def entries_without_letter(box: Box):
    written = LetterBinding.objects.filter(letter__batch__box=box, voided_at=None).values("entry")
    return RollEntry.objects.with_right().filter(roll_id=box.roll_id).exclude(pk__in=written)


def letters_missing(box: Box) -> int:
    """How many people have no letter yet; those whose letter is being made are not counted once more."""
    runs = SlipRun.objects.filter(box=box, kind=PassBatch.Kind.LETTERS, passes=None)
    ordered = sum(run.quantity for run in runs if run.is_under_way)
    return max(0, entries_without_letter(box).count() - ordered)


def draw_slips(*, run: SlipRun) -> SlipRun:
    """Make the passes of a run and print them. A run that is ready stays as it is.

    Passes that an attempt made and could not print are taken back first: nobody has ever seen their codes.
    """
    run = SlipRun.objects.select_related("session__meeting__space", "box__component__space").get(pk=run.pk)
    if run.status == Status.READY:
        return run
    if run.kind == SlipRun.Kind.POST:
        from .posting import draw_post_letters

        return draw_post_letters(run=run)
    try:
        pairs = _make_anew(run)
    except Refusal:
        SlipRun.objects.filter(pk=run.pk).update(status=Status.FAILED)
        raise
    run.refresh_from_db()
    with translation.override(settings.LANGUAGE_CODE):
        path = write_pdf(run, str(run.kind), lambda out: _draw_slips(run, pairs, out))
    with transaction.atomic():
        held = SlipRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if held.passes_id != run.passes_id or held.status == Status.READY:
            path.unlink()  # another attempt overtook this one and took its passes back
            return held
        PassBatch.objects.filter(pk=run.passes_id).update(file=storage.relative(path))
        return _finish(held, path)


@transaction.atomic
def _make_anew(run: SlipRun) -> list[tuple[Code, Pass]]:
    held = SlipRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if held.passes_id:
        batch = held.passes
        LetterBinding.objects.filter(letter__batch=batch).delete()
        batch.passes.all().delete()
        SlipRun.objects.filter(pk=run.pk).update(passes=None)
        batch.delete()
    if run.kind == PassBatch.Kind.STACK:
        pairs = make_passes(session=run.session, quantity=run.quantity, is_test=run.is_test)
    else:
        entries = list(entries_without_letter(run.box))
        if not entries:
            raise LettersComplete
        pairs = make_passes(box=run.box, entries=entries, is_test=run.is_test)
    SlipRun.objects.filter(pk=run.pk).update(passes=pairs[0][1].batch, quantity=len(pairs))
    return pairs


def _draw_slips(run: SlipRun, pairs: list[tuple[Code, Pass]], out: BinaryIO) -> None:
    if run.kind == PassBatch.Kind.STACK:
        slips = (pass_lines(code, run.session) for code, _row in pairs)
        if run.form == SlipRun.Form.CARD:
            language = settings.LANGUAGE_CODE[:2]
            cards = card_words(is_test=run.is_test)
            draw_cards(slips, out, words=cards, language=language, on_progress=lambda done: _progress(run, done))
            return
        words = passes_words(run.session, is_test=run.is_test)
        draw_passes(slips, out, on_progress=lambda done: _progress(run, done), **words)
        return
    entries = {binding.letter_id: binding.entry for binding in _bindings(pairs[0][1].batch)}
    letters = (letter_for(code, entries[row.pk], run.box) for code, row in pairs)
    draw_letters(letters, out, on_progress=lambda done: _progress(run, done), **letters_words(run.box))


def _bindings(batch: PassBatch):
    return LetterBinding.objects.filter(letter__batch=batch).select_related("entry")
