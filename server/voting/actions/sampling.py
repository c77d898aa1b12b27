"""After a box is reconciled, a random sample of the people marked in person is asked by letter whether they came (P12).

The sample is drawn once, by a seed that falls in public after its size is fixed. Whoever was drawn gets a letter; what
they answer is noted until the result is certified, and told in the record of proceedings. It changes no ballot: what
follows from a "no" is for people to decide, as an objection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from server.office.actions import note_act
from server.voting.models import Box, PresenceMark, Sample, SampleLetter
from server.voting.refusals import ReasonMissing, WrongState
from server.voting.refusals_samples import NobodyMarked, SampleDrawn, SampleTooLarge
from server.voting.sampling import MOST, drawn

from .freezing import locked_box, log_transition

if TYPE_CHECKING:
    import datetime as dt

    from server.accounts.models import User

# The marks are fixed once every session is reconciled; a certified result is not added to.
WHILE = (Box.State.RECONCILED, Box.State.OPENED)
Answer = SampleLetter.Answer


def marks_to_draw_from(box: Box) -> Any:
    """People who came themselves: not those who posted, nor those whose proxy came."""
    return PresenceMark.objects.filter(box=box, way=PresenceMark.Way.HALL, is_restored=False)


@transaction.atomic
def draw_sample(*, box: Box, size: int, seed: str, answer_by: dt.date, answer_to: str, by: User) -> Sample:
    """Draw so many of the marks by this seed, and let the log know both. Drawn once.

    Raises WrongState, SampleDrawn, NobodyMarked, SampleTooLarge.
    """
    box = _held(box)
    if Sample.objects.filter(box=box).exists():
        raise SampleDrawn
    marks = {mark.entry.number: mark for mark in marks_to_draw_from(box).select_related("entry")}
    if not marks:
        raise NobodyMarked
    if not 1 <= size <= MOST:
        raise SampleTooLarge(details={"most": MOST})
    chosen = drawn(marks, seed, size)
    facts = {"seed": seed, "answer_by": answer_by, "answer_to": answer_to, "by": by}
    sample = Sample.objects.create(box=box, size=len(chosen), marks=len(marks), **facts)
    SampleLetter.objects.bulk_create(
        SampleLetter(sample=sample, mark=marks[number], place=place) for place, number in enumerate(chosen, start=1)
    )
    told = {"size": sample.size, "of": sample.marks}
    log_transition(box, "sample.drawn", told | {"seed": seed})
    note_act("sample.drawn", by=by, space=box.space, subject=box, facts={"quantity": sample.size})
    return sample


@transaction.atomic
def note_answer(*, letter: SampleLetter, answer: str, by: User, note: str = "") -> SampleLetter:
    """What the person says, or that the letter came back; said again, the last word holds.

    Raises WrongState (the result is certified), ReasonMissing (who denies it said something).
    """
    _held(letter.sample.box)
    letter = SampleLetter.objects.select_for_update(of=("self",), no_key=True).get(pk=letter.pk)
    note = " ".join(note.split())[:400]
    if answer not in Answer.values:
        raise WrongState
    if answer == Answer.DENIED and not note:
        raise ReasonMissing
    letter.answer, letter.note, letter.noted_by = answer, note, by
    letter.noted_on = timezone.localdate()
    letter.save()
    return letter


def _held(box: Box) -> Box:
    box = locked_box(box)
    if box.state not in WHILE:
        raise WrongState(details={"state": box.state})
    return box
