"""Cards are ordered and drawn. As for sheets (``paper.printing``): codes are drawn, the PDF is written whole, and only
then are keyed values kept and the file named; a task that is killed before has left nothing that any row names.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation

from printouts.geometry import Layout
from printouts.idea_cards import PrintedCard, draw_idea_cards, lay_out_card
from server.discussion.subjects import Subject
from server.ledger.codes import Code, new_code
from server.ledger.queue import queue_with_commit
from server.meetings.models import Session
from server.office.actions import note_act
from server.paper import storage
from server.paper.models import PrintRun
from server.paper.printing import MOST_AT_ONCE, write_pdf
from server.paper.refusals import QuantityOutOfRange
from server.processes.models import Component
from server.web.live import ring

from .models import Card, CardForm, CardRun, Kind
from .refusals import CardsTooWordy, NoCardsHere, NothingToCommentOn
from .words import card_words

if TYPE_CHECKING:
    from server.accounts.models import User

FORMAT = "parvis-card/1"
# Of what a card is, as its code says it (the number of its layout), and how many lie on a sheet of A4.
NUMBERS = {Kind.IDEA: 1, Kind.COMMENT: 2}
PER_SHEET = {Kind.IDEA: 2, Kind.COMMENT: 4}
KINDS_OF = {"proposals": (Kind.IDEA, Kind.COMMENT), "debate": (Kind.COMMENT,)}
MOST_SUBJECTS = 200
Status = PrintRun.Status


@dataclass(frozen=True)
class Order:
    """What an organiser asks for. quantity: of cards; for comments, of each subject. images_until: printed on them."""

    kind: str
    quantity: int
    images_until: dt.date
    language: str
    is_test: bool = False
    is_large_print: bool = False
    persons: int = 1
    session: Session | None = None


@transaction.atomic
def order_cards(*, component: Component, order: Order, subjects: Sequence[Subject] = (), by: User) -> CardRun:
    """Order cards for ideas, or for comments on these subjects; they are drawn in the background.

    Raises NoCardsHere, NothingToCommentOn, QuantityOutOfRange, CardsTooWordy.
    """
    held = Component.objects.select_for_update(of=("self",), no_key=True).select_related("space").get(pk=component.pk)
    if order.kind not in KINDS_OF.get(held.kind, ()):
        raise NoCardsHere
    if order.kind == Kind.COMMENT and not 1 <= len(subjects) <= MOST_SUBJECTS:
        raise NothingToCommentOn
    quantity = order.quantity * max(1, len(subjects))
    if not 1 <= quantity <= MOST_AT_ONCE:
        raise QuantityOutOfRange(details={"most": MOST_AT_ONCE})
    facts = vars(order) | {"quantity": quantity}
    last = held.card_runs.aggregate(last=Max("number"))["last"] or 0
    run = CardRun.objects.create(component=held, number=last + 1, **facts)
    CardForm.objects.bulk_create(_form(run, one) for one in [*subjects, *([] if subjects else [None])])
    said = {"number": run.number, "quantity": quantity, "is_test": run.is_test}
    note_act("cards.ordered", by=by, space=held.space, subject=held, facts=said)
    queue_drawing(run)
    return run


def _form(run: CardRun, subject: Subject | None) -> CardForm:
    with translation.override(run.language):
        about = str(subject.title)[:300] if subject else ""
    words = card_words(run, about, asks_stance=bool(subject and subject.asks_stance))
    definition = json.dumps(_definition(run, subject, about), sort_keys=True, ensure_ascii=False)
    per_sheet = 1 if run.is_large_print else PER_SHEET[Kind(run.kind)]
    try:
        layout = lay_out_card(words, per_sheet=per_sheet, number=NUMBERS[Kind(run.kind)])
    except ValueError as error:
        raise CardsTooWordy from error
    return CardForm(
        run=run,
        subject_kind=subject.kind if subject else "",
        subject_ref=subject.ref if subject else "",
        about=about,
        definition=definition,
        definition_hash=hashlib.sha256(definition.encode()).hexdigest(),
        layout=layout.to_json().decode(),
    )


def _definition(run: CardRun, subject: Subject | None, about: str) -> dict[str, Any]:
    """Its SHA-256 names the form in the code of each card: so it says all that makes this form another."""
    return {
        "format": FORMAT,
        "space": run.component.space.slug,
        "component": run.component_id,
        "run": run.number,
        "kind": run.kind,
        "subject": {"kind": subject.kind, "ref": subject.ref} if subject else None,
        "about": about,
        "language": run.language,
        "ordered": run.ordered_at.isoformat(),
        "images_until": run.images_until.isoformat(),
    }


def queue_drawing(run: CardRun) -> None:
    """Have a run drawn, again if need be, once the transaction is committed."""
    from .tasks import draw_cards_task

    queue_with_commit(draw_cards_task, run.pk)


def draw_card_run(*, run: CardRun) -> CardRun:
    """Draw the cards of a run and keep their keyed values. A run that is ready stays as it is."""
    run = CardRun.objects.select_related("component__space").get(pk=run.pk)
    if run.status == Status.READY:
        return run
    forms = list(run.forms.all())
    codes = [(form, new_code()) for form in forms for _number in range(run.quantity // len(forms))]

    def draw(out: BinaryIO) -> None:
        draw_idea_cards(
            _printed(run, codes),
            out,
            title=str(run),
            language=run.language,
            on_progress=lambda done: _progress(run, done),
        )

    path = write_pdf(run, "cards", draw)
    with transaction.atomic():
        held = CardRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if held.status == Status.READY:
            path.unlink()
            return held
        key = bytes(run.code_key)
        rows = [Card(form=form, use_value=code.use(key).hex()) for form, code in codes]
        # Stored in the order of their values: the rows tell nothing of the order of the stack.
        Card.objects.bulk_create(sorted(rows, key=lambda row: row.use_value), batch_size=1000)
        held.status, held.done_count, held.file = Status.READY, run.quantity, storage.relative(path)
        held.save(update_fields=["status", "done_count", "file"])
        ring(run.space.pk, "cards")
        return held


def _printed(run: CardRun, codes: Sequence[tuple[CardForm, Code]]) -> Iterator[PrintedCard]:
    layouts = {
        form.pk: Layout.from_json(form.layout.encode()) for form in {form.pk: form for form, _code in codes}.values()
    }
    for form, code in codes:
        definition = bytes.fromhex(form.definition_hash)
        yield PrintedCard(layouts[form.pk], definition, code.raw, code.grouped, is_test=run.is_test)


def _progress(run: CardRun, done: int) -> None:
    CardRun.objects.filter(pk=run.pk).update(done_count=done)


def default_day() -> dt.date:
    """Until when images are kept where nobody says otherwise."""
    return timezone.localdate() + dt.timedelta(days=90)
