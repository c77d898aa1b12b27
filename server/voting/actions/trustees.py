"""Three trustees receive cards, prove them, try them, and two of them open the box.

A card exists on paper, and here only while a request is answered: what is kept is by what it is known again. The
private key of the box exists while it is made and wrapped, and again while ballots are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from server.office.actions import note_act
from server.voting import trustees as wrapping
from server.voting.definitions import Definition
from server.voting.models import Box, Trustee
from server.voting.refusals import BoxNotDraft
from server.voting.refusals_trustees import (
    CardMistyped,
    CardOfAnother,
    CardRefused,
    CardShown,
    CardsMissing,
    CardsNeeded,
    CardUnknown,
    CeremonyHeld,
    CeremonyMissing,
    NoTrustees,
    PairFileDamaged,
    SameCard,
)
from server.voting.trustees import Card, NotACard, PairDamaged, check_of, new_card, new_salt, parse_card

from .freezing import locked_box

if TYPE_CHECKING:
    from server.accounts.models import User

Held = dict[int, Card]  # the cards on the table, by the numbers of their trustees


def name_trustees(*, box: Box, names: Sequence[str]) -> None:
    """Three names, or none: then the installation holds the key. Other names make all cards void.

    Whoever calls holds the draft.
    """
    if [trustee.name for trustee in box.trustees.all()] == list(names):
        return
    box.trustees.all().delete()
    box.has_trustees = bool(names)
    box.save(update_fields=["has_trustees"])
    Trustee.objects.bulk_create(Trustee(box=box, number=n, name=name) for n, name in enumerate(names, start=1))
    transaction.on_commit(lambda: wrapping.forget_pairs(box))


def _draft(box: Box) -> tuple[Box, list[Trustee]]:
    box = locked_box(box)
    if box.definition or box.state != Box.State.DRAFT:
        raise BoxNotDraft
    return box, _trustees(box)


def _trustees(box: Box) -> list[Trustee]:
    if not (found := list(box.trustees.all())):
        raise NoTrustees
    return found


@sensitive_variables("card")
@transaction.atomic
def show_card(*, box: Box, number: int, instead: str = "", by: User) -> Card:
    """Make the card of a trustee and return it, for the only time. ``instead``: the ``card_id`` that it replaces.

    Raises CardShown when the present card is another, so that a page loaded again makes no card void; CeremonyHeld.
    """
    box, found = _draft(box)
    trustee = next(one for one in found if one.number == number)
    if trustee.is_proved:
        raise CeremonyHeld
    if trustee.card_id != instead:
        raise CardShown
    card, salt = new_card(), new_salt()
    trustee.salt, trustee.check_value = salt, check_of(card, ref=box.ref, number=number, salt=salt)
    trustee.save(update_fields=["salt", "check_value"])
    facts = {"box": box.ref, "trustee": number}
    note_act("box.card_shown", by=by, space=box.space, subject=trustee, about=box, facts=facts)
    return card


@sensitive_variables("texts", "cards")
@transaction.atomic
def hold_ceremony(*, box: Box, texts: Sequence[str], by: User) -> Box:
    """All three type their cards: the key is made, wrapped for each pair, tried with each pair, and forgotten.

    Raises CardsMissing, CardMistyped, CardUnknown, CardOfAnother (then nothing is made). Once held it is held.
    """
    box, found = _draft(box)
    if all(trustee.is_proved for trustee in found):
        return box
    if not all(trustee.has_card for trustee in found) or len(texts) != wrapping.OF:
        raise CardsMissing
    cards = _recognised(found, texts)
    for place, (trustee, number) in enumerate(zip(found, cards, strict=True), start=1):
        if trustee.number != number:
            raise CardOfAnother(
                _("The card typed for %(name)s belongs to another trustee.") % {"name": trustee.name},
                details={"card": place},
            )
    wrapping.make_pairs(box, cards)
    box.trustees.update(is_proved=True)
    note_act("box.ceremony_held", by=by, space=box.space, subject=box, facts={"trustees": [t.name for t in found]})
    return box


@transaction.atomic
def undo_ceremony(*, box: Box, by: User) -> Box:
    """Every card is void; the three begin again. Raises BoxNotDraft once the box is frozen."""
    box, _found = _draft(box)
    box.trustees.update(salt=b"", check_value=b"", is_proved=False, is_card_lost=False)
    note_act("box.ceremony_undone", by=by, space=box.space, subject=box)
    transaction.on_commit(lambda: wrapping.forget_pairs(box))
    return box


@sensitive_variables("texts", "cards")
def _recognised(found: Sequence[Trustee], texts: Sequence[str]) -> Held:
    """The cards in the order typed. Says which of them is not right, and why. Raises CardRefused."""
    cards: Held = {}
    for place, text in enumerate(texts, start=1):
        card = _parsed(text, place)
        number = next((one.number for one in found if _is_of(card, one)), 0)
        if not number:
            raise CardUnknown(
                _("Card %(number)d is well typed, but it is not a card of this ballot box.") % {"number": place},
                details={"card": place, "trustees": [_name(found, n) for n in cards]},
            )
        if number in cards:
            raise SameCard(details={"card": place, "trustees": [_name(found, number)]})
        cards[number] = card
    return cards


def _parsed(text: str, place: int) -> Card:
    try:
        return parse_card(text)
    except NotACard as error:
        words = (
            _("There is a typing error in line %(line)d of card %(number)d. Compare each character with the card.")
            if error.line
            else _("Card %(number)d is not complete: a card has two lines of 18 characters each.")
        )
        raise CardMistyped(words % {"line": error.line, "number": place}, details={"card": place}) from None


def _is_of(card: Card, trustee: Trustee) -> bool:
    if not trustee.has_card:
        return False
    known = check_of(card, ref=trustee.box.ref, number=trustee.number, salt=bytes(trustee.salt))
    return wrapping.is_same(known, bytes(trustee.check_value))


def _name(found: Sequence[Trustee], number: int) -> str:
    return next(trustee.name for trustee in found if trustee.number == number)


@sensitive_variables("texts", "cards")
def _two(box: Box, texts: Sequence[str]) -> tuple[list[Trustee], Held]:
    """The two trustees whose cards were typed, in whichever order. Raises CardRefused, NoTrustees, CeremonyMissing."""
    found = _trustees(box)
    if not all(trustee.is_proved for trustee in found):
        raise CeremonyMissing
    if len(texts) != wrapping.NEEDED or not all(texts):
        raise CardsNeeded(details={"card": 0})
    cards = _recognised(found, texts)
    return [trustee for trustee in found if trustee.number in cards], cards


def _public(box: Box) -> bytes:
    """What ballots are sealed to: once frozen, the definition says it, whatever the files say. Raises PairDamaged."""
    return Definition.of(box).box_key if box.definition else wrapping.public_key(box)


@sensitive_variables("texts", "cards")
def try_cards(*, box: Box, texts: Sequence[str], by: User) -> list[Trustee]:
    """Whether two cards would open the box: they open a test ballot, and no ballot of the box. Gives whose they are.

    Each try is in the office's log. Raises CardRefused, NoTrustees, CeremonyMissing.
    """
    try:
        pair, cards = _two(box, texts)
        with _whole(pair):
            wrapping.try_pair(box, cards, pair=_numbers(pair), public=_public(box))
    except CardRefused as refusal:
        note_refused(box=box, by=by, refusal=refusal, at="test")
        raise
    facts = {"trustees": [trustee.name for trustee in pair]}
    note_act("box.cards_tried", by=by, space=box.space, subject=box, facts=facts)
    return pair


@sensitive_variables("texts", "cards")
def key_of_two(box: Box, texts: Sequence[str]) -> tuple[EllipticCurvePrivateKey, list[Trustee]]:
    """The key that opens the box, in memory, and whose cards gave it. Raises CardRefused, NoTrustees."""
    pair, cards = _two(box, texts)
    with _whole(pair):
        return wrapping.open_pair(box, cards, pair=_numbers(pair), public=_public(box)), pair


def _numbers(pair: Sequence[Trustee]) -> tuple[int, int]:
    first, second = pair
    return first.number, second.number


@contextmanager
def _whole(pair: Sequence[Trustee]) -> Iterator[None]:
    """Right cards and a file that does not open with them are told apart from wrong cards."""
    try:
        yield
    except PairDamaged:
        raise PairFileDamaged(details={"card": 0, "trustees": [trustee.name for trustee in pair]}) from None


def note_refused(*, box: Box, by: User, refusal: CardRefused, at: str) -> None:
    """A refused try is in the office's log as well: what was refused, never what was typed. ``at``: test or opening."""
    facts: dict[str, Any] = {"code": refusal.code, "at": at, **refusal.details}
    note_act("box.cards_refused", by=by, space=box.space, subject=box, facts=facts)


@transaction.atomic
def record_card(*, box: Box, number: int, is_lost: bool, by: User) -> Trustee:
    """A trustee lost the card, or found it again. What the card opens does not change: see decision 0014."""
    trustee = next(one for one in _trustees(locked_box(box)) if one.number == number)
    if trustee.is_card_lost == is_lost:
        return trustee
    trustee.is_card_lost = is_lost
    trustee.save(update_fields=["is_card_lost"])
    deed = "box.card_lost" if is_lost else "box.card_found"
    facts = {"box": box.ref, "trustee": number}
    note_act(deed, by=by, space=box.space, subject=trustee, about=box, facts=facts)
    return trustee
