"""A closed box is reconciled, opened and certified. Each step is taken once; taken again it changes nothing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from server.ledger.actions import check_beside, sign_checkpoint
from server.ledger.models import Record, Verdict
from server.ledger.recovery import require_in_order
from server.ledger.schemas import BOX, only
from server.meetings.models import Session
from server.office.actions import note_act
from server.office.telling import Tell, silent
from server.opendata.actions import publish, published_folder
from server.voting import boxkeys
from server.voting.balance import balance_of, require_balance
from server.voting.desk_questions import require_decided
from server.voting.models import Box, CastVoteRecord, LetterBinding, Objection, PollTally
from server.voting.out_of_line import require_decided_about
from server.voting.refusals import (
    ObjectionsOpen,
    RecordsUndecided,
    SessionsNotReconciled,
    SettlementChanged,
    SheetsUndecided,
)
from server.voting.refusals_trustees import CardRefused
from server.voting.result import result_of
from server.voting.settlement import settle_box, summary
from server.voting.two_persons import require_signatures
from server.voting.unsealing import sealed_bodies, unsealed

from .freezing import has_passed, locked_box, log_transition, require_state
from .trustees import key_of_two, note_refused
from .untying import keep_counts, untie_ballots

if TYPE_CHECKING:
    from server.accounts.models import User


@transaction.atomic
def reconcile_box(*, box: Box, by: User) -> Box:
    """Settle which ballots count, while all of them are still sealed. From now on the box takes no ballot at all.

    Raises SessionsNotReconciled, RecordsUndecided, RecordsNewer, RecordsOutOfLine, WalkInsUndecided,
    ChallengesUndecided, SheetsUndecided, WrongState; DamagedLog.
    """
    box = locked_box(box)
    if has_passed(box, Box.State.RECONCILED):
        return box
    require_state(box, Box.State.CLOSED)
    waiting = box.sessions.exclude(state=Session.State.RECONCILED)
    if waiting.exists():
        raise SessionsNotReconciled(details={"sessions": [session.ref for session in waiting]})
    undecided = Record.objects.filter(definition=box.definition_hash, verdict=Verdict.PROVISIONAL).count()
    if undecided:
        raise RecordsUndecided(details={"count": undecided})
    refs = list(box.sessions.values_list("ref", flat=True))
    # Of its own sessions only: whoever names another one could never be decided about, and must not block.
    require_decided_about(Record.objects.of_box(box.definition_hash).filter(session_ref__in=refs).ballots())
    require_decided(box.sessions.all())
    # A right that was altered beside a ballot would take it out silently: better nothing is settled (S26).
    check_beside(Record.objects.of_box(box.definition_hash).to_settle(), may_be_empty=False)
    settled = settle_box(box)
    if not settled.settlement.is_settled:
        raise SheetsUndecided(details={"count": len(settled.settlement.undecided)})
    box.settlement = summary(box, settled)
    box.state = Box.State.RECONCILED
    box.save(update_fields=["settlement", "state"])
    log_transition(box, "box.reconciled", box.settlement)
    note_act("box.reconciled", by=by, space=box.space, subject=box)
    sign_checkpoint()
    return box


@transaction.atomic
def _decrypt(box: Box, by: User, tell: Tell, cards: Sequence[str]) -> Box:
    box = locked_box(box)
    if has_passed(box, Box.State.OPENED):
        return box
    require_in_order()  # before anything is read
    require_state(box, Box.State.RECONCILED)
    require_signatures(box, "open")
    private, pair = key_of_two(box, cards) if box.has_trustees else (boxkeys.private_key(box), [])
    settled = settle_box(box)
    if settled.counted_hash != box.settlement["counted_hash"]:
        raise SettlementChanged
    with only(BOX):  # who is on the register is out of reach of the step that reads ballots
        bodies = list(sealed_bodies(box, settled.settlement.counted))
    secrets.SystemRandom().shuffle(bodies)
    opened = sorted(unsealed(box, bodies, private, tell), key=lambda one: (one[0], json.dumps(one[1], sort_keys=True)))
    CastVoteRecord.objects.bulk_create(
        [
            CastVoteRecord(box=box, position=position, choices=choices, status=status)
            for position, (status, choices) in enumerate(opened, start=1)
        ],
        batch_size=1000,
    )
    # The register's list of letters has been read for the last time: who had which letter is nobody's business now.
    LetterBinding.objects.filter(letter__batch__box=box).delete()
    PollTally.objects.filter(box=box).delete()
    box.state = Box.State.OPENED
    box.save(update_fields=["state"])
    facts: dict[str, Any] = {"ballots": len(opened)}
    if pair:
        box.trustees.filter(pk__in=[trustee.pk for trustee in pair]).update(has_opened=True)
        facts["trustees"] = [trustee.name for trustee in pair]
    keep_counts(box)
    log_transition(box, "box.opened", body=json.dumps(facts, ensure_ascii=False, sort_keys=True).encode())
    untie_ballots(box, bodies)
    note_act("box.opened", by=by, space=box.space, subject=box)
    return box


def open_box(*, box: Box, by: User, tell: Tell = silent, cards: Sequence[str] = ()) -> Box:
    """Decrypt what counts, stripped and shuffled; keep it sorted by content; destroy what tied ballots to people.

    ``tell`` hears how many of how many ballots are read; ``cards``: what two trustees typed, where they hold the key.
    Raises SettlementChanged when the ballots that count, or their bytes, are not those of the reconciliation, and
    CardRefused: then nothing is opened, and the try is in the office's log.
    """
    try:
        box = _decrypt(box, by, tell, cards)
    except CardRefused as refusal:
        note_refused(box=box, by=by, refusal=refusal, at="opening")
        raise
    # After the commit: were the transaction undone, the box could never be settled again without the key.
    boxkeys.destroy_pseudonyms(box)
    return box


@transaction.atomic
def _certify(box: Box, by: User) -> Box:
    box = locked_box(box)
    if has_passed(box, Box.State.CERTIFIED):
        return box
    require_state(box, Box.State.OPENED)
    require_signatures(box, "certify")
    if box.objections.filter(state=Objection.State.OPEN).exists():
        raise ObjectionsOpen
    box.result = result_of(box)
    require_balance(balance_of(box))
    box.state = Box.State.CERTIFIED
    box.certified_at = timezone.now()
    box.save(update_fields=["result", "state", "certified_at"])
    log_transition(box, "box.certified", {"winners": box.result["contests"][0].get("winners", [])})
    note_act("box.certified", by=by, space=box.space, subject=box)
    return box


def certify_box(*, box: Box, by: User) -> Box:
    """Count by the frozen rule and publish the result with everything needed to check it. Again changes nothing.

    Where publishing was cut short, taking the step again publishes; what is published already stays, byte for byte.

    Raises BalanceOpen when votes, ballots or rights do not add up; ObjectionsOpen, SecondPerson, WrongState.
    """
    _certify(box, by)
    with transaction.atomic():
        box = locked_box(box)  # two at once publish one after the other
        publish(box, published_folder(box))
    return box
