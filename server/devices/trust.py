"""How far a revoked device is trusted: up to a state of the list, so that its order of arrival plays no part (D16).

Records carry no time, and a device's clock proves nothing. What is certain is what the installation had signed: whoever
finds a theft names its moment, and of the device only that counts without a question which stood in its chain, without
a gap, in the last state of the list that was signed before. All of it beyond is *uncovered*: kept, provisional, for
people to decide about, whether it came before the revocation or comes after. So a revocation and a push give the same
whichever is first, and of two revocations the earlier moment holds.

What is fixed stays fixed. A ballot of a box that is reconciled counts or not as it did (``decisions/0017``); the
closing record of a session that is reconciled has this device's head, so its openings and closings stand. What people
have decided about already stands too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from server.ledger.applying import apply_anew
from server.ledger.arrival import write_verdicts
from server.ledger.models import Chain, Checkpoint, Log, Record, Verdict
from server.ledger.querysets import RecordQuerySet
from server.ledger.tasks import apply_soon
from server.meetings.models import Session
from server.voting.doubted import decided_about
from server.voting.late import settled_definitions

from .models import Device, Listed, Standing
from .standings import told_state

REVOKED = (Verdict.PROVISIONAL, "revoked")
# Whatever device they come from: what nobody here understands, or what is not what it says it is.
ON_ITS_OWN = ("newer", "context", "commitment")


@dataclass(frozen=True)
class State:
    """A state of the list: ``size`` records; ``signed_at``: when, None for the empty list or the list of now."""

    size: int
    signed_at: datetime | None = None


def state_of_now() -> State:
    log = Log.objects.filter(pk=1).first()
    return State(log.size if log else 0)


def state_before(moment: datetime) -> State:
    """The last state that was signed before this moment; the empty one where none was.

    Asked by size: where the clock of the server jumped, the shorter state, which trusts less (S12).
    """
    after = Checkpoint.objects.filter(signed_at__gte=moment).order_by("size").first()
    before = Checkpoint.objects.filter(signed_at__lt=moment).order_by("-size")
    last = (before.filter(size__lt=after.size) if after else before).first()
    return State(last.size, last.signed_at) if last else State(0)


def is_signed(size: int) -> bool:
    """Whether the list was signed at this size, or is the empty one."""
    return not size or Checkpoint.objects.filter(size=size).exists()


def named_size(device: Device) -> int | None:
    """Up to where the list says that it is trusted; None where nobody has named a state."""
    return Listed.objects.filter(dev=device.dev).values_list("trusted_size", flat=True).first()


def trusted_size(device: Device) -> int | None:
    """None: all of it is trusted. 0, so nothing that still comes, where it was revoked before that was a record."""
    return None if device.status != Device.Status.REVOKED else named_size(device) or 0


def _end_of_trust(dev: str, epoch: str, size: int) -> int | None:
    """The first number of a chain that stands in it and was not yet in the list; None where all of it was."""
    here = Record.objects.filter(dev=dev, epoch=epoch, is_fork=False, index__gte=size)
    return here.order_by().aggregate(first=Min("seq"))["first"]


def covered(chain: Chain, ids: Iterable[str], size: int) -> set[str]:
    """Which of these records stand in the chain, and stood there without a gap in the first ``size`` of the list."""
    rows = Record.objects.filter(pk__in=list(ids), dev=chain.dev, epoch=chain.epoch, is_fork=False)
    end = _end_of_trust(chain.dev, chain.epoch, size)
    return set((rows if end is None else rows.filter(seq__lt=end)).values_list("pk", flat=True))


def _uncovered(device: Device, epoch: str, size: int) -> RecordQuerySet:
    """What a revocation makes wait for people, of what is here: not what is fixed or was decided."""
    end = _end_of_trust(device.dev, epoch, size)
    rows = Record.objects.filter(dev=device.dev, epoch=epoch, is_fork=False)
    rows = rows.none() if end is None else rows.filter(seq__gte=end)
    # Deeds of a desk, for which a card vouches as well, are asked about when they are applied.
    rows = rows.exclude(type__startswith="desk.")
    rows = rows.exclude(reason__in=ON_ITS_OWN).exclude(definition__in=settled_definitions())
    if device.session.state == Session.State.RECONCILED:
        rows = rows.ballots()
    return rows.exclude(pk__in=decided_about(device.session.ref))


@dataclass(frozen=True)
class Effect:
    """What a revocation from a state does to what is here. ``boxes``: (title, how many ballots of it would wait).

    ``fixed``: ballots that it reaches and that stand, their box is reconciled. ``loses_closing``: the device had closed
    its vote, and must be named missing now.
    """

    state: State
    boxes: tuple[tuple[str, int], ...]
    ballots: int
    others: int
    fixed: int
    loses_closing: bool


def effect_of(device: Device, state: State) -> Effect:
    """What would happen, and nothing done."""
    per_box: Counter[str] = Counter()
    ballots = others = fixed = 0
    chains = list(Chain.objects.filter(dev=device.dev).order_by("epoch"))
    loses = False
    for chain in chains:
        for type_, definition in _uncovered(device, chain.epoch, state.size).values_list("type", "definition"):
            others += type_ != "ballot.sealed"
            per_box[definition] += type_ == "ballot.sealed"
        end = _end_of_trust(device.dev, chain.epoch, state.size)
        beyond = Record.objects.filter(dev=device.dev, epoch=chain.epoch, is_fork=False).ballots().accepted()
        fixed += beyond.filter(seq__gte=end, definition__in=settled_definitions()).count() if end else 0
        loses |= chain.is_closed and _state_within(chain, end)[1] is False
    ballots = sum(per_box.values())
    titles = {box.definition_hash: str(box) for box in device.session.boxes.all()}
    boxes = tuple((titles[one], count) for one, count in per_box.items() if count and one in titles)
    is_fixed = device.session.state == Session.State.RECONCILED
    return Effect(state, boxes, ballots, others, fixed, loses and not is_fixed)


def doubt(device: Device, size: int, *, epochs: Iterable[str] | None = None) -> int:
    """Make what is uncovered wait for people; returns how many records. Whoever calls holds these chains, then the log.

    epochs: of these chains alone. Again changes nothing.
    """
    chains = Chain.objects.filter(dev=device.dev).order_by("epoch")
    count = 0
    for chain in chains if epochs is None else chains.filter(epoch__in=list(epochs)):
        ids = list(_uncovered(device, chain.epoch, size).exclude(reason="revoked").values_list("pk", flat=True))
        write_verdicts(dict.fromkeys(ids, REVOKED))
        apply_anew(Record.objects.filter(dev=chain.dev, epoch=chain.epoch))
        if device.session.state != Session.State.RECONCILED:
            chain.session_state, chain.is_closed = _state_within(chain, _end_of_trust(chain.dev, chain.epoch, size))
            Chain.objects.filter(pk=chain.pk).update(session_state=chain.session_state, is_closed=chain.is_closed)
        Standing.objects.filter(device=device, epoch=chain.epoch).delete()
        count += len(ids)
    apply_soon()
    return count


def _state_within(chain: Chain, end: int | None) -> tuple[str, bool]:
    """Where its own records lead the session on it, up to the end of trust: as ``Judge.move`` goes along."""
    rows = Record.objects.filter(dev=chain.dev, epoch=chain.epoch, is_fork=False, type="meeting.state")
    rows = rows.filter(verdict=Verdict.ACCEPTED).order_by("seq").select_related("payload")
    state = ""
    for row in rows if end is None else rows.filter(seq__lt=end):
        state = told_state(bytes(row.payload.body)) or state
        if state == "closed":
            return state, True
    return state, False
