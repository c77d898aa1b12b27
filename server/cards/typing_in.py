"""What stands on a card is typed in, and becomes a proposal or a comment: by the same actions as from the web.

Where a run asks for two persons they type apart; what agrees word for word is settled, and the first's spelling stands.
Where they differ a third sees both and the card, and what that person says stands (``paper.second_looks``).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.crypto import get_random_string

from server.discussion.actions import Author as Speaker
from server.discussion.actions import write_comment
from server.discussion.models import AuthorKind
from server.discussion.subjects import find
from server.paper.second_looks import Stage, Word, is_settled, stage_of
from server.processes.component_types import Activity
from server.processes.models import Door
from server.processes.openness import open_activities, require_open
from server.processes.origin import Origin
from server.proposals.authors import Author
from server.proposals.texts import Text
from server.proposals.writing import About, bring_proposal
from server.web.live import ring

from . import leases
from .models import Card, CardForm, CardImage, CardRun, CardView, Kind, Transcription
from .refusals import AnotherPersonTypes, CardSettled, SubjectGone

if TYPE_CHECKING:
    from server.accounts.models import User

Outcome = Card.Outcome
FIELDS = ("title", "text", "name", "place", "stance")


@dataclass(frozen=True)
class Asked:
    """A card that somebody has before them: whose word is wanted, and what an arbiter may see."""

    card: Card
    stage: Stage
    said: Sequence[Transcription]

    @property
    def shown(self) -> Sequence[Transcription]:
        """What the two typed, to the third alone."""
        return self.said if self.stage == Stage.THIRD else ()


def asked(card: Card) -> Asked:
    said = list(card.transcriptions.select_related("typed_by"))
    return Asked(card, stage_of([_word(one) for one in said], card.form.run.persons), said)


@transaction.atomic
def type_in(
    *, card: Card, outcome: str, facts: Mapping[str, str] | None = None, by: User, token: str = ""
) -> Transcription:
    """Keep what one person typed in from a card; where that settles it, let it become what it is.

    facts: title, text, name, place, stance, as far as the card has them. The same form (``token``) sent twice is one.
    Raises CardSettled, AnotherPersonTypes, CardHeldByAnother, SubjectGone, and what ``bring_proposal`` and
    ``write_comment`` raise: PhaseClosed, DiscussionClosed.
    """
    if token and (there := Transcription.objects.filter(token=token, typed_by=by).first()):
        return there
    held = leases.locked(card)
    _require_waits(held, by)
    leases.require_free(held, by)
    said = asked(held).said
    told = {name: str((facts or {}).get(name, "")) for name in FIELDS} if outcome == Outcome.TYPED else {}
    word = Word(by.pk, outcome, folded(told))
    typed = Transcription.objects.create(
        card=held,
        number=len(said) + 1,
        typed_by=by,
        outcome=outcome,
        facts=told,
        settles=is_settled([*map(_word, said), word], held.form.run.persons),
        token=token or get_random_string(32),
    )
    if typed.settles:
        # Of two that agree the first's spelling stands; of three the third's.
        _settle(held, outcome, said[0].facts if len(said) == 1 else told, by)
    leases.end(held)
    ring(held.form.run.component.space_id, "cards")
    return typed


def _require_waits(card: Card, by: User) -> None:
    if card.outcome or not Card.objects.filter(pk=card.pk).waiting().exists():
        raise CardSettled
    if card.transcriptions.filter(typed_by=by).exists():
        raise AnotherPersonTypes


def _word(row: Transcription) -> Word:
    return Word(row.typed_by_id, row.outcome, folded(row.facts))


def folded(facts: Mapping[str, str]) -> dict[str, str]:
    """By field the words alone: two people part lines and set points differently, and mean the same."""
    return {
        name: " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
        for name, text in facts.items()
    }


def _settle(card: Card, outcome: str, facts: Mapping[str, str], by: User) -> None:
    card.outcome = outcome
    if outcome == Outcome.TYPED:
        card.result = _bring(card, facts, by)
    card.save(update_fields=["outcome", "result"])


def _bring(card: Card, facts: Mapping[str, str], by: User) -> str:
    """The ref of what it became. Drawn from the card, so that it is brought once; and nobody can go back from it."""
    run, form = card.form.run, card.form
    origin = Origin(door=Door.PAPER, session=run.session, operator=by)
    ref = hmac.new(bytes(run.code_key), b"result" + card.use_value.encode(), hashlib.sha256).hexdigest()
    handed_in = _handed_in(card)
    if run.kind == Kind.IDEA:
        return _bring_idea(run, facts, ref[:24], origin, handed_in)
    return _bring_comment(form, facts, ref[:32], origin, handed_in)


def _handed_in(card: Card) -> datetime:
    """When its first image came in: whether something was open is asked of that time, for typing may take days."""
    image = card.images.filter(status=CardImage.Status.CARD).select_related("batch").order_by("pk").first()
    assert image is not None
    return image.batch.received_at


def _bring_idea(run: CardRun, facts: Mapping[str, str], ref: str, origin: Origin, handed_in: datetime) -> str:
    component = run.component
    is_on_time = Activity.PROPOSE in open_activities(component, door=Door.PAPER, at=handed_in)
    require_open(component, Activity.PROPOSE, origin=origin, at=handed_in if is_on_time else None)
    proposal = bring_proposal(
        component=component,
        author=Author(kind=AuthorKind.CARD, name=facts["name"]),
        text=Text(title=facts["title"], body=facts["text"], language=run.language),
        about=About(place_name=facts["place"]),
        door=Door.PAPER,
        session_ref=run.session.ref if run.session else "",
        ref=ref,
    )
    return proposal.ref


def _bring_comment(form: CardForm, facts: Mapping[str, str], ref: str, origin: Origin, handed_in: datetime) -> str:
    subject = find(form.subject_kind, form.subject_ref)
    if subject is None:
        raise SubjectGone
    comment = write_comment(
        subject=subject,
        ref=ref,
        text=facts["text"],
        author=Speaker(name=facts["name"], kind=AuthorKind.CARD),
        origin=origin,
        stance=facts["stance"] or "neutral",
        language=form.run.language,
        handed_in=handed_in,
    )
    return comment.ref


def note_view(*, image: CardImage, viewer: User) -> None:
    """Somebody looks at the image of a card."""
    CardView.objects.create(image=image, viewer=viewer)


def what_became(card: Card) -> Any:
    """The proposal or comment of a card, or None."""
    from server.discussion.models import Comment
    from server.proposals.models import Proposal

    model: Any = Proposal if card.form.run.kind == Kind.IDEA else Comment
    return model.objects.filter(ref=card.result).first() if card.result else None
