"""Sheets that no machine can read are typed in by people: two, neither of whom sees what the other typed (B12, B16).

The number printed under the square, with its check characters, names the sheet. What two typed alike, or a third
between two that differ, is an observation of that sheet like any image of it (B1): alone it becomes the ballot; where
the same was read before it confirms that; where something else was read before, people look at the paper. So a sheet
has one ballot at most, whichever came first.

Where the vote wants two persons, they are two. Whoever runs an installation single-handed types each sheet twice: that
still finds what is mistyped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.crypto import get_random_string

from server.meetings.models import Session
from server.processes.origin import Origin
from server.voting.models import Box
from server.voting.refusals import SheetSpoiled, SheetUnknown
from server.voting.rights import find_sheet
from server.voting.two_persons import is_for_two
from server.web.live import ring

from .judging import signature_of
from .models import KEYED, Keying, Reading, ScanBatch, Sheet
from .refusals import AnotherPersonAsked, KeyedAlready, SessionOver
from .reviewing import checked, settle_sheet
from .second_looks import Stage, Word, is_settled, stage_of
from .shelf import earlier_signatures

if TYPE_CHECKING:
    from server.accounts.models import User

Outcome = Keying.Outcome
PERSONS = 2


@dataclass(frozen=True)
class Asked:
    """A sheet that somebody holds in their hands: whose word is wanted, and what an arbiter may see."""

    sheet: Sheet
    stage: Stage
    said: Sequence[Keying]

    @property
    def box(self) -> Box:
        return self.sheet.run.box

    @property
    def shown(self) -> Sequence[Keying]:
        """What the two said, to the third alone."""
        return self.said if self.stage == Stage.THIRD else ()


@transaction.atomic
def ask(*, session: Session, code_text: str, by: User) -> Asked:
    """The sheet of this number, when this person may type it in.

    Raises SessionOver, SheetUnknown, SheetSpoiled, KeyedAlready, AnotherPersonAsked.
    """
    if session.state == Session.State.RECONCILED:
        raise SessionOver
    # The boxes first: whoever reads a batch of sheets holds their box, and takes sheet after sheet.
    list(Box.objects.select_for_update(of=("self",), no_key=True).filter(sessions=session).order_by("pk"))
    sheet = find_sheet(session, code_text)
    if sheet.run.is_test:
        raise SheetUnknown
    if sheet.is_spoiled:
        raise SheetSpoiled
    said = list(sheet.keyings.select_related("keyed_by"))
    if any(one.settles for one in said):
        raise KeyedAlready
    if is_for_two(sheet.run.box) and any(one.keyed_by_id == by.pk for one in said):
        raise AnotherPersonAsked
    return Asked(sheet, stage_of([word_of(one) for one in said], PERSONS), said)


@transaction.atomic
def key_sheet(
    *,
    session: Session,
    code_text: str,
    outcome: str,
    choices: Mapping[str, Any] | None = None,
    image: Reading | None = None,
    by: User,
    token: str = "",
) -> Keying:
    """Keep what one person typed in from a sheet; where that settles it, let it stand beside what was read.

    image: of this sheet, which could not be read. The same form (``token``) sent twice is one.
    Raises what ``ask`` raises, ChoicesNotAllowed, BoxNotOpen, SessionNotOpen.
    """
    if token and (held := Keying.objects.filter(token=token, keyed_by=by).first()):
        return held
    asked = ask(session=session, code_text=code_text, by=by)
    word = Word(by.pk, outcome, checked(asked.box, choices or {}) if outcome == Outcome.CHOICES else {})
    said = [word_of(one) for one in asked.said]
    keying = Keying.objects.create(
        sheet=asked.sheet,
        image=image,
        number=len(said) + 1,
        keyed_by=by,
        outcome=outcome,
        choices=word.choices,
        settles=is_settled([*said, word], PERSONS),
        token=token or get_random_string(32),
    )
    if keying.settles:
        observe(session, asked.sheet, word, by)
    ring(session.meeting.space_id, "review")
    return keying


def word_of(row: Keying) -> Word:
    return Word(row.keyed_by_id, row.outcome, row.choices)


def observe(session: Session, sheet: Sheet, word: Word, by: User, *, is_doubt: bool = False) -> Reading:
    """What people read from the paper is an observation of the sheet, and its ballot where there was none before.

    is_doubt: it was read again and is not what stands; people decide, whatever else was read. Sheet and box are locked.
    """
    is_invalid, box = word.outcome == Outcome.INVALID, sheet.run.box
    said = {"choices": dict(word.choices), "doubtful": {}, "reasons": [], "invalid": is_invalid}
    status, reason = (Reading.Status.CONFLICT, "read_again") if is_doubt else _judge(sheet, said)
    batch = _batch(session)
    images = Reading.objects.filter(keyings__sheet=sheet).order_by("pk")
    observation = Reading.objects.create(
        batch=batch,
        page=(batch.readings.aggregate(last=Max("page"))["last"] or 0) + 1,
        sheet=sheet,
        box=box,
        status=status,
        reason=reason,
        image=images.values_list("image", flat=True).first() or "",
        interpretation=said,
    )
    ScanBatch.objects.filter(pk=batch.pk).update(done_count=F("done_count") + 1, page_count=F("page_count") + 1)
    if status == Reading.Status.KEYED:
        settle_sheet(box, sheet, word.outcome, word.choices, Origin.on_paper(session, by))
    return observation


def _judge(sheet: Sheet, said: Mapping[str, Any]) -> tuple[str, str]:
    """Status and reason: as ``judging`` would of a page that a machine read with no doubt."""
    earlier = earlier_signatures([sheet.pk])[sheet.pk]
    if signature_of(said) in earlier:
        return Reading.Status.REPEATED, "same_marks"
    return (Reading.Status.CONFLICT, "other_marks") if earlier else (Reading.Status.KEYED, "")


def _batch(session: Session) -> ScanBatch:
    """What people of this session typed in, as one batch: locked, so that its numbers are given once."""
    facts = {"filename": KEYED, "file": "", "status": ScanBatch.Status.READ}
    batch, _is_new = ScanBatch.objects.get_or_create(session=session, digest=KEYED, defaults=facts)
    return ScanBatch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
