"""What one person did alone that takes two elsewhere: told on the public page of a result, in numbers, never who.

A vote that was frozen for two persons has none of it: its deeds refuse to be done by one.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.office.deeds import DEEDS
from server.office.models import Approval
from server.voting.definitions import Definition
from server.voting.log_states import announced_versions
from server.voting.models import Challenge, PresenceMark, RollVersion, WalkIn
from server.voting.two_persons import SIGNED

if TYPE_CHECKING:
    from server.voting.models import Box

# Deeds of the desk stand in no log of the office.
WORDS = {**DEEDS, "mark.undone": _("Mark of the desk undone")}
OF_STEPS = {"open": "box.opened", "certify": "box.certified"}
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
    counts = _of_sessions(box, agreed) + _of_box(box, agreed)
    return [(words, counts[deed]) for deed, words in WORDS.items() if counts[deed]]


def _of_box(box: Box, agreed: set[tuple[str, str]]) -> Counter[str]:
    counts = Counter[str]()
    if not box.is_poll:
        steps = [step for step in SIGNED if step != "open" or not box.has_trustees]
        counts.update(OF_STEPS[step] for step in steps if (f"box.{step}", box.ref) not in agreed)
    decided = box.objections.exclude(decided_at=None).values_list("pk", flat=True)
    counts["box.objection_decided"] = sum(("box.objection", str(pk)) not in agreed for pk in decided)
    added = box.addenda.exclude(published_at=None).values_list("pk", flat=True)
    counts["box.addendum"] = sum(("box.addendum", str(pk)) not in agreed for pk in added)
    counts["roll.corrected"] = _corrections(box)
    return counts


def _corrections(box: Box) -> int:
    """Versions of the roll that the log of this vote heard of after the first, and that nobody else agreed to."""
    bodies = announced_versions(box).values_list("payload__body", flat=True)
    numbers = [json.loads(bytes(body))["version"] for body in bodies][1:]
    if box.roll is None or not numbers:
        return 0
    return box.roll.versions.filter(number__in=numbers, kind__in=CORRECTED, agreed_by=None).count()


def _of_sessions(box: Box, agreed: set[tuple[str, str]]) -> Counter[str]:
    counts = Counter[str]()
    for session in box.sessions.all():
        counts["session.counted"] += len(set(session.counted_by)) == 1
        counts["session.explained"] += sum(len(set(one["by"])) == 1 for one in session.explanations.values())
    decided = Q(state=WalkIn.State.ACCEPTED) | Q(state=WalkIn.State.REFUSED)
    walk_ins = WalkIn.objects.filter(decided, session__boxes=box).values_list("pk", flat=True)
    counts["walkin.decided"] = sum(("walkin.decide", str(pk)) not in agreed for pk in walk_ins)
    twice = Challenge.objects.filter(mark__box=box).exclude(state=Challenge.State.WAITING).values_list("pk", flat=True)
    counts["challenge.decided"] = sum(("challenge.decide", str(pk)) not in agreed for pk in twice)
    undone = PresenceMark.objects.filter(box=box, is_restored=True, restored_second=None).values_list("pk", flat=True)
    counts["mark.undone"] = sum(("desk.undo", str(pk)) not in agreed for pk in undone)
    return counts
