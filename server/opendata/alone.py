"""What one person did alone that takes two elsewhere: told on the public page of a result, in numbers, never who.

A vote that was frozen for two persons has none of it: its deeds refuse to be done by one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from server.ledger.models import Record
from server.office.deeds import DEEDS
from server.office.models import Act, Approval
from server.voting.definitions import Definition
from server.voting.log_states import announced_versions
from server.voting.models import Challenge, Matching, PresenceMark, RollVersion, WalkIn
from server.voting.two_persons import SIGNED

if TYPE_CHECKING:
    from server.meetings.models import Session
    from server.voting.models import Box

# Deeds of the desk stand in no log of the office.
WORDS = {**DEEDS, "mark.undone": _("Mark of the desk undone")}
# What an approval is for, and the deed that it allows.
OF_KINDS = {
    "box.open": "box.opened",
    "box.certify": "box.certified",
    "box.objection": "box.objection_decided",
    "box.addendum": "box.addendum",
    "walkin.decide": "walkin.decided",
    "challenge.decide": "challenge.decided",
    "desk.undo": "mark.undone",
}
# Of these the office's log says that they were decided; the approvals say which of them two persons decided.
OF_ACTS = {
    "record.decided": ("record.accept", "record.refuse"),
    "record.group_decided": ("group.accept", "group.refuse"),
    "envelope.decided": ("envelope.decide",),
}
CORRECTED = (
    RollVersion.Kind.ADDED,
    RollVersion.Kind.AMENDED,
    RollVersion.Kind.STRUCK,
    RollVersion.Kind.READMITTED,
)


def done_alone(box: Box) -> list[tuple[Any, int]]:
    """``(the deed in words, how often)``, in the order of ``WORDS``."""
    if not Definition.of(box).facts.get("single_handed", True):
        return []
    agreed = set(Approval.objects.filter(space=box.space, state=Approval.State.AGREED).values_list("kind", "key"))
    counts = Counter(OF_KINDS[kind] for kind, key in _done(box) if (kind, key) not in agreed)
    sessions = list(box.sessions.all())
    counts += _of_sessions(sessions) + _of_acts(box, sessions, agreed)
    counts["roll.corrected"] = _corrections(box)
    counts["account.unmatched"] = _separations(box, agreed)
    return [(words, counts[deed]) for deed, words in WORDS.items() if counts[deed]]


def _done(box: Box) -> list[tuple[str, str]]:
    """``(kind, key)`` of each deed that a second person can agree to, as the approval would name it. One query."""
    walk_ins = WalkIn.objects.filter(session__boxes=box, state__in=[WalkIn.State.ACCEPTED, WalkIn.State.REFUSED])
    rows: dict[str, QuerySet[Any]] = {
        "box.objection": box.objections.exclude(decided_at=None),
        "box.addendum": box.addenda.exclude(published_at=None),
        "walkin.decide": walk_ins,
        "challenge.decide": Challenge.objects.filter(mark__box=box).exclude(state=Challenge.State.WAITING),
        # An envelope that is set aside as doubtful is decided about later; its mark was never the desk's.
        "desk.undo": PresenceMark.objects.in_hall().filter(box=box, is_restored=True, restored_second=None),
    }
    first, *others = [
        of_kind.order_by().values_list(Value(kind), Cast("pk", CharField())) for kind, of_kind in rows.items()
    ]
    steps = [] if box.is_poll else [step for step in SIGNED if step != "open" or not box.has_trustees]
    return [(f"box.{step}", box.ref) for step in steps] + list(first.union(*others))


def _corrections(box: Box) -> int:
    """Versions of the roll that the log of this vote heard of after the first, and that nobody else agreed to."""
    bodies = announced_versions(box).values_list("payload__body", flat=True)
    numbers = [json.loads(bytes(body))["version"] for body in bodies][1:]
    if box.roll is None or not numbers:
        return 0
    return box.roll.versions.filter(number__in=numbers, kind__in=CORRECTED, agreed_by=None).count()


def _separations(box: Box, agreed: set[tuple[str, str]]) -> int:
    """Accounts separated from the roll while this vote was bound to it, less those that a second person agreed to."""
    if box.roll is None:
        return 0
    here = ("box.frozen", "account.unmatched", "box.certified")
    count, is_bound = 0, False
    for deed in Act.objects.about(box, box.roll).filter(deed__in=here).values_list("deed", flat=True):
        if deed == "account.unmatched":
            count += is_bound
        else:
            is_bound = deed == "box.frozen"
    keys = [key for kind, key in agreed if kind == "account.unmatch"]
    return count - (Matching.objects.filter(pk__in=keys, entry__roll=box.roll).count() if keys else 0)


def _of_acts(box: Box, sessions: Sequence[Session], agreed: set[tuple[str, str]]) -> Counter[str]:
    """Late ballots, ballots out of line and doubtful envelopes, less those that a second person agreed to."""
    acts = Act.objects.about(box, *sessions).filter(deed__in=OF_ACTS).values_list("deed", flat=True)
    counts = Counter[str](acts)
    for deed in list(counts):
        keys = [key.partition(":")[0] for kind, key in agreed if kind in OF_ACTS[deed]]
        here = Record.objects.filter(session_ref__in=[one.ref for one in sessions])
        rows: QuerySet[Any] = box.envelopes.all() if deed == "envelope.decided" else here
        counts[deed] -= rows.filter(pk__in=keys).count() if keys else 0
    return counts


def _of_sessions(sessions: Iterable[Session]) -> Counter[str]:
    counts = Counter[str]()
    for session in sessions:
        counts["session.counted"] += len(set(session.counted_by)) == 1
        counts["session.explained"] += sum(len(set(one["by"])) == 1 for one in session.explanations.values())
    return counts
