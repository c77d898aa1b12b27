"""The rules of ``merge.py`` once more, ballot by ballot and without groups, to compare with.

A ballot counts when nothing speaks against it; each clause is one sentence of docs/protocol.md §10.
"""

from __future__ import annotations

import hashlib

from server.voting.merge import CastBallot, Rights


def right_of(ballot: CastBallot, rights: Rights) -> str:
    return rights.letters.get(ballot.subject, ballot.subject)


def is_out(ballot: CastBallot, rights: Rights) -> bool:
    """Nothing about other ballots is needed to see that this one does not take part."""
    kind = ballot.subject.split(":")[0]
    return (
        ballot.id in rights.provisional
        or ballot.subject in rights.tests | rights.spoiled | rights.void | rights.refused
        or right_of(ballot, rights) in rights.struck
        or (ballot.door == "web" and rights.online_until is not None and ballot.index > rights.online_until)
        or (kind == "sheet" and ballot.door != "paper")
        or (kind != "sheet" and ballot.door == "paper")
        or (kind == "entry" and rights.regime == "pass")
    )


def counts(ballot: CastBallot, ballots: set[CastBallot], rights: Rights) -> bool:
    if is_out(ballot, rights):
        return False
    others = {other for other in ballots if other != ballot and not is_out(other, rights)}
    if ballot.subject.startswith("sheet:"):
        decisions = [one for one in rights.decisions if one.sheet == ballot.subject]
        if decisions:
            return max(decisions, key=lambda one: one.index).stands == ballot.id
        return all(other.subject != ballot.subject for other in others)
    right = right_of(ballot, rights)
    if ballot.subject in rights.exchanged or right in rights.in_person | rights.posted:
        return False
    if any(entry == right and use in rights.exchanged for use, entry in rights.letters.items()):
        return False
    rivals = [other for other in others if right_of(other, rights) == right and other.subject not in rights.exchanged]
    return not any(beats(other, ballot, rights.seed) for other in rivals)


def beats(one: CastBallot, other: CastBallot, seed: bytes) -> bool:
    if one.door != other.door:
        return one.door == "kiosk"
    if one.door == "kiosk":
        return hashlib.sha256(seed + one.id).hexdigest() < hashlib.sha256(seed + other.id).hexdigest()
    return (one.index, one.id) > (other.index, other.id)


def naive_counted(ballots: set[CastBallot], rights: Rights) -> frozenset[bytes]:
    return frozenset(ballot.id for ballot in ballots if counts(ballot, ballots, rights))
