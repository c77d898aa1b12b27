"""Which ballots of a box count: facts are read from the log, ``merge`` decides, the numbers are kept.

Nothing here looks into a ballot. Settling again over the same log gives the same set; its hash is kept with the box at
reconciliation and compared before the box is opened, so that nobody slips in a ballot between the two.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from server.ledger.installation import installation
from server.ledger.models import Record, Verdict

from . import boxkeys
from .merge import CastBallot, Door, Rights, Settlement, SheetDecision, settle
from .models import LetterBinding, Pass

if TYPE_CHECKING:
    from .models import Box

DOORS: tuple[Door, ...] = ("web", "kiosk", "paper")


@dataclass(frozen=True)
class Settled:
    """The facts of a box and what follows from them."""

    ballots: tuple[CastBallot, ...]
    rights: Rights
    settlement: Settlement

    @property
    def counted_hash(self) -> str:
        """SHA-256 over the sorted ids of the ballots that count, 32 bytes each, in hex."""
        return hashlib.sha256(b"".join(sorted(self.settlement.counted))).hexdigest()

    def right_of(self, ballot: CastBallot) -> str:
        """The roll entry behind a letter; otherwise the subject itself."""
        return self.rights.letters.get(ballot.subject, ballot.subject)


def settle_box(box: Box) -> Settled:
    """Settle from the log as it stands, in a handful of queries. Raises PseudonymsDestroyed once the box was opened."""
    ballots = tuple(_ballots(box))
    rights = _rights(box, ballots)
    return Settled(ballots=ballots, rights=rights, settlement=settle(ballots, rights))


def _ballots(box: Box) -> Iterator[CastBallot]:
    """Ballots that are accepted or wait for a decision."""
    server = installation().dev
    rows = Record.objects.of_box(box.definition_hash).to_settle()
    for record_id, index, dev, subject in rows.values_list("id", "index", "dev", "payload__subject").iterator():
        # What the server did not write itself came from a kiosk, whatever its subject claims.
        door: Door = "kiosk" if dev != server else "paper" if subject.startswith("sheet:") else "web"
        yield CastBallot(id=bytes.fromhex(record_id), index=index, door=door, subject=subject)


def _rights(box: Box, ballots: Iterable[CastBallot]) -> Rights:
    void, exchanged = _pass_deeds(box)
    late = Record.objects.of_box(box.definition_hash).undecided().values_list("id", flat=True)
    waiting = _uses(known_passes(box).filter(walk_in_pass__isnull=False))
    of_walk_ins = {ballot.id for ballot in ballots if ballot.subject in waiting}
    return Rights(
        seed=boxkeys.seed(box),
        regime="person" if box.regime == "person" else "pass",
        void=void | _without_pass(box, ballots),
        refused=_uses(known_passes(box).filter(is_refused=True)),
        exchanged=exchanged,
        letters=_letters(box),
        in_person=_standing(box, "right.used", "right.restored"),
        posted=_standing(box, "right.posted", "right.post_undone"),
        struck=_standing(box, "right.struck", "right.readmitted"),
        spoiled=frozenset(subject for _i, subject, _b in _deeds(box, "sheet.spoiled")),
        tests=_tests(box),
        decisions=frozenset(_decisions(box)),
        online_until=_online_until(box),
        provisional=frozenset(bytes.fromhex(record_id) for record_id in late) | of_walk_ins,
    )


def _online_until(box: Box) -> int | None:
    """Where the log says that the online door was closed, before the hall opened."""
    if not box.online_closes_first:
        return None
    rows = Record.objects.of_box(box.definition_hash).filter(type="box.online_closed", dev=installation().dev)
    return rows.values_list("index", flat=True).first()


def _deeds(box: Box, *types: str) -> list[tuple[int, str, bytes]]:
    """``(index, subject, body)`` of deeds that the server wrote about this box or one of its sessions, in log order.

    Only the server's own: a kiosk has no say over passes and sheets.
    """
    sessions = box.sessions.values_list("ref", flat=True)
    about = Q(definition=box.definition_hash) | Q(definition="", session_ref__in=list(sessions))
    rows = Record.objects.filter(about, type__in=types, dev=installation().dev, verdict=Verdict.ACCEPTED)
    return [
        (index, subject, bytes(body))
        for index, subject, body in rows.order_by("index").values_list("index", "payload__subject", "payload__body")
    ]


def _pass_deeds(box: Box) -> tuple[frozenset[str], frozenset[str]]:
    void = frozenset(subject for _i, subject, _b in _deeds(box, "pass.void"))
    return void, frozenset(subject for _i, subject, _b in _deeds(box, "pass.exchanged"))


def _standing(box: Box, said: str, taken_back: str) -> frozenset[str]:
    """Entries of which the server said the one, and whose last word is not the other."""
    rows = Record.objects.filter(
        definition=box.definition_hash, type__in=[said, taken_back], dev=installation().dev
    ).order_by("index")
    last = dict(rows.values_list("payload__subject", "type"))
    return frozenset(subject for subject, type_ in last.items() if type_ == said)


def _letters(box: Box) -> dict[str, str]:
    rows = LetterBinding.objects.filter(letter__batch__box=box).values_list("letter__use_value", "entry__number")
    key = boxkeys.pseudonym_key(box)
    return {f"use:{use}": boxkeys.pseudonym_under(key, number) for use, number in rows}


def known_passes(box: Box) -> QuerySet[Pass]:
    """Every pass ever made for this box: its letters, and the stacks of its sessions."""
    return Pass.objects.filter(Q(batch__box=box) | Q(batch__session__in=box.sessions.all()))


def _uses(passes: QuerySet[Pass]) -> frozenset[str]:
    """The passes as ballots name them."""
    return frozenset(f"use:{use}" for use in passes.values_list("use_value", flat=True))


def _without_pass(box: Box, ballots: Iterable[CastBallot]) -> frozenset[str]:
    """Use values of ballots for which no pass was ever made. Intake keeps them out; here nothing relies on that."""
    claimed = {ballot.subject for ballot in ballots if ballot.subject_kind == "use"}
    return frozenset(claimed - _uses(known_passes(box)))


def _tests(box: Box) -> frozenset[str]:
    sheets = box.print_runs.filter(is_test=True).values_list("sheets__use_value", flat=True)
    return _uses(known_passes(box).filter(is_test=True)) | frozenset(f"sheet:{use}" for use in sheets if use)


def _decisions(box: Box) -> Iterator[SheetDecision]:
    for index, subject, body in _deeds(box, "sheet.decided"):
        stands = json.loads(body)["stands"]
        yield SheetDecision(index=index, sheet=subject, stands=bytes.fromhex(stands) if stands else None)


def summary(box: Box, settled: Settled) -> dict[str, Any]:
    """The numbers that are kept and published: never a list, never which."""
    counted = [ballot for ballot in settled.ballots if ballot.id in settled.settlement.counted]
    pairs = settled.settlement.pairs()
    return {
        "seed": settled.rights.seed.hex(),
        "received": len(settled.ballots),
        "counted": len(counted),
        "counted_hash": settled.counted_hash,
        "by_door": _per_door(counted),
        "received_by_door": _per_door(settled.ballots),
        "superseded": len(settled.settlement.superseded),
        "superseded_by_pair": [{"door": door, "by": by, "count": number} for (door, by), number in pairs.items()],
        "superseded_by_rule": dict(sorted(Counter(one.rule for one in settled.settlement.superseded).items())),
        "removed_by_rule": dict(sorted(Counter(one.rule for one in settled.settlement.removed).items())),
        "quarantined_by_reason": _quarantined(box),
        "rights": _rights_used(settled, counted),
    }


def _per_door(ballots: Iterable[CastBallot]) -> dict[str, int]:
    per_door = Counter(ballot.door for ballot in ballots)
    return {door: per_door[door] for door in DOORS}


def _quarantined(box: Box) -> dict[str, int]:
    rows = Record.objects.of_box(box.definition_hash).ballots().filter(verdict=Verdict.QUARANTINED)
    return dict(sorted(Counter(rows.values_list("reason", flat=True)).items()))


def _rights_used(settled: Settled, counted: Iterable[CastBallot]) -> dict[str, int]:
    """Rights used: in person, by post and online (by person), or passes spent and handed in. No right twice."""
    rights = settled.rights
    by_right = [settled.right_of(ballot) for ballot in counted if ballot.subject_kind != "sheet"]
    if rights.regime == "person":
        online = [right for right in by_right if right.startswith("entry:")]
        posted = {"posted": len(rights.posted)} if rights.posted else {}
        return {
            "used": len(set(online) | rights.in_person | rights.posted),
            "in_person": len(rights.in_person),
            **posted,
            "online": len(online),
        }
    return {"used": len(set(by_right) | rights.exchanged), "spent": len(by_right), "exchanged": len(rights.exchanged)}
