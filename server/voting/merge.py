"""Which ballots count: a pure function of the set of records and the frozen definition (``docs/protocol.md`` §10).

Ballots are still sealed when this runs; it sees who cast them only as a use value or a pseudonym, and never what they
say. The order in which records arrived from different devices plays no part: ballots are a *set*, and what decides is
in the ballots themselves, in the box seed and in the log index of deeds that the server itself wrote down online.

Every ballot ends in exactly one place of the ``Settlement``, by the first rule that applies:

    1  ``provisional``         people have not decided on it yet
    2  removed ``test``        its pass or sheet was printed as a test
    3  removed ``wrong_door``  a sheet's ballot that is not from paper, or a paper ballot that has no sheet
    4  removed ``wrong_regime``  a ballot of a roll entry in a box by pass
    5  removed ``spoiled``     its sheet was spoiled
    6  removed ``void``        its pass is void: it was given back, or lost and replaced
       removed ``refused``     its pass was handed to somebody who was not on the roll, and people refused the right
       removed ``struck``      its right was struck from the roll during the vote (P7)
       removed ``after_online``  cast online after the online door was closed, where it closes before the hall opens
    7  of a **sheet**          the ballot named by the last decision counts, the others are superseded ``decision``;
                               where it names none, all are removed ``rejected``; without a decision its only ballot
                               counts, and two or more are ``undecided``: they block reconciliation, as does a decision
                               for a ballot that is not there
    8  superseded ``exchanged``  its pass was handed in for a sheet: the paper stands for it
    9  superseded ``in_person``  its roll entry was used in person, and not given back
       superseded ``posted``   an envelope of its roll entry was accepted: a sheet that nothing joins to it counts
    10 superseded ``hall``     a kiosk ballot of the same right stands before web ballots
    11 superseded ``seed``     of several kiosk ballots of a right the one with the smallest SHA-256(seed ‖ id) counts
    12 superseded ``later``    of several web ballots of a right the one with the highest log index counts

Where online closes before the hall opens, the same rules hold. Two doors of one right then meet only where a desk
without network kept a list on paper; and of the two only the ballot cast online can still be found, and taken out.

A *right* is a roll entry with all letter passes bound to it, or a pass that is bound to nobody. So whoever votes with
the letter and with the account has one voice. When a letter pass was exchanged for a sheet, its entry has voted on
paper, and no other online ballot of that entry counts either. At most one ballot of a right and of a sheet counts (P1,
P2, P4); passes handed out at the desk and their roll entries share nothing but the mark *used in person*, and sheets
that came by post and their roll entries nothing but the word *posted*.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Door = Literal["web", "kiosk", "paper"]
Regime = Literal["person", "pass"]
DESK = "desk"  # where a pass is handed in and an entry is marked: the door that took the right, but holds no ballot


@dataclass(frozen=True, slots=True)
class CastBallot:
    """One sealed ballot in the log.

    id: the record's id, 32 bytes; index: its place in the log; subject: as in the record, ``use:…``, ``entry:…`` or
    ``sheet:…``.
    """

    id: bytes
    index: int
    door: Door
    subject: str

    @property
    def subject_kind(self) -> str:
        """``use``, ``entry`` or ``sheet``."""
        return self.subject.partition(":")[0]


@dataclass(frozen=True, slots=True)
class SheetDecision:
    """What people decided about a sheet: the ballot that ``stands``, or None. The last by index holds."""

    index: int
    sheet: str
    stands: bytes | None


@dataclass(frozen=True, slots=True)
class Rights:
    """The facts that decide in one box, gathered from the log and, for letters, from the register's list.

    All subjects are written as in records. ``letters`` binds the use value of a letter pass to a roll entry;
    ``refused`` holds passes of walk-ins whose right was refused;
    ``in_person`` holds entries used in person and not given back, ``posted`` those of accepted envelopes, ``struck``
    those struck from the roll and not put back; ``provisional`` ids of ballots not yet decided on; ``online_until`` the
    log index at which the online door was closed, where the frozen precedence is *online closes first*, and else None.
    """

    seed: bytes
    regime: Regime
    void: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    exchanged: frozenset[str] = frozenset()
    letters: Mapping[str, str] = field(default_factory=dict)
    in_person: frozenset[str] = frozenset()
    posted: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()
    spoiled: frozenset[str] = frozenset()
    tests: frozenset[str] = frozenset()
    decisions: frozenset[SheetDecision] = frozenset()
    provisional: frozenset[bytes] = frozenset()
    online_until: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Superseded:
    """A ballot that does not count because of another deed of the same right.

    ``by`` is the ballot that counts instead, or b"" where it is a sheet that nothing joins to this right.
    """

    id: bytes
    by: bytes
    door: str
    by_door: str
    rule: str


@dataclass(frozen=True, slots=True, order=True)
class Removed:
    """A ballot that has no right to count."""

    id: bytes
    door: str
    rule: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where every ballot ended. Lists are sorted by id; ``undecided`` maps a sheet to the ids to choose from."""

    counted: frozenset[bytes]
    superseded: tuple[Superseded, ...]
    removed: tuple[Removed, ...]
    provisional: frozenset[bytes]
    undecided: Mapping[str, tuple[bytes, ...]]

    @property
    def is_settled(self) -> bool:
        """False while people must decide about a sheet."""
        return not self.undecided

    def pairs(self) -> dict[tuple[str, str], int]:
        """How many ballots of one door gave way to another: the numbers that are published."""
        pairs: dict[tuple[str, str], int] = defaultdict(int)
        for ballot in self.superseded:
            pairs[ballot.door, ballot.by_door] += 1
        return dict(sorted(pairs.items()))


@dataclass(slots=True)
class _Open:
    """A settlement in the making."""

    counted: set[bytes] = field(default_factory=set)
    superseded: list[Superseded] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    provisional: set[bytes] = field(default_factory=set)
    undecided: dict[str, tuple[bytes, ...]] = field(default_factory=dict)

    def supersede(self, ballots: Iterable[CastBallot], by: bytes, by_door: str, rule: str) -> None:
        self.superseded += [Superseded(one.id, by, one.door, by_door, rule) for one in ballots]

    def remove(self, ballots: Iterable[CastBallot], rule: str) -> None:
        self.removed += [Removed(one.id, one.door, rule) for one in ballots]

    def close(self) -> Settlement:
        undecided = dict(sorted(self.undecided.items()))
        superseded, removed = tuple(sorted(self.superseded)), tuple(sorted(self.removed))
        return Settlement(frozenset(self.counted), superseded, removed, frozenset(self.provisional), undecided)


def entries_in_person(used: Iterable[tuple[str, str]], restored: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The entries used in person and not given back: one ``(session, entry)`` for each record of either kind.

    Counted per session, so that desks may arrive in any order, and giving back in one hall frees nothing in another.
    """
    left = Counter(used)
    left.subtract(restored)
    return frozenset(entry for (_, entry), times in left.items() if times > 0)


def settle(ballots: Iterable[CastBallot], rights: Rights) -> Settlement:
    """Say of every ballot whether it counts, and if not, why.

    Giving a ballot twice changes nothing. Raises ValueError when one id is given with two different contents.
    """
    opened = _Open()
    sheets: dict[str, list[CastBallot]] = defaultdict(list)
    claims: dict[str, list[CastBallot]] = defaultdict(list)
    for ballot in _once(ballots):
        reason = _has_no_right(ballot, rights)
        if ballot.id in rights.provisional:
            opened.provisional.add(ballot.id)
        elif reason:
            opened.remove([ballot], reason)
        elif ballot.subject_kind == "sheet":
            sheets[ballot.subject].append(ballot)
        else:
            claims[rights.letters.get(ballot.subject, ballot.subject)].append(ballot)
    decided = {one.sheet: one.stands for one in sorted(rights.decisions, key=lambda one: one.index)}
    for sheet, of_sheet in sheets.items():
        _settle_sheet(sheet, of_sheet, decided, opened)
    for sheet, stands in decided.items():
        if stands is not None and sheet not in sheets and sheet not in rights.spoiled | rights.tests:
            opened.undecided[sheet] = ()  # people decided for a ballot that is not among these
    on_paper = {rights.letters[use] for use in rights.exchanged if use in rights.letters}
    for right, of_right in claims.items():
        _settle_right(right, of_right, rights, right in on_paper, opened)
    return opened.close()


def _once(ballots: Iterable[CastBallot]) -> list[CastBallot]:
    """Each ballot once, in an order that does not depend on the order given."""
    by_id: dict[bytes, CastBallot] = {}
    for ballot in ballots:
        if by_id.setdefault(ballot.id, ballot) != ballot:
            raise ValueError(f"two ballots with the id {ballot.id.hex()}")
    return [by_id[key] for key in sorted(by_id)]


def _has_no_right(ballot: CastBallot, rights: Rights) -> str:
    """Return why this ballot can count under no circumstances, or nothing."""
    if ballot.subject in rights.tests:
        return "test"
    if (ballot.subject_kind == "sheet") != (ballot.door == "paper"):
        return "wrong_door"
    if ballot.subject_kind == "entry" and rights.regime != "person":
        return "wrong_regime"
    if ballot.subject in rights.spoiled:
        return "spoiled"
    if ballot.subject in rights.void:
        return "void"
    if ballot.subject in rights.refused:
        return "refused"
    if ballot.door == "web" and rights.online_until is not None and ballot.index > rights.online_until:
        return "after_online"
    return "struck" if rights.letters.get(ballot.subject, ballot.subject) in rights.struck else ""


def _settle_sheet(sheet: str, ballots: list[CastBallot], decided: Mapping[str, bytes | None], opened: _Open) -> None:
    """Paper decides: the last decision of people, or the only reading there is."""
    stands = decided.get(sheet, ballots[0].id if len(ballots) == 1 else b"")
    if stands is None:
        opened.remove(ballots, "rejected")
    elif any(ballot.id == stands for ballot in ballots):
        opened.counted.add(stands)
        opened.supersede((one for one in ballots if one.id != stands), stands, "paper", "decision")
    else:
        opened.undecided[sheet] = tuple(ballot.id for ballot in ballots)


def _settle_right(right: str, ballots: list[CastBallot], rights: Rights, is_on_paper: bool, opened: _Open) -> None:
    """Leave one ballot of a right, or none where the right was used at the desk."""
    exchanged = [one for one in ballots if one.subject in rights.exchanged]
    opened.supersede(exchanged, b"", "paper", "exchanged")
    rest = [one for one in ballots if one.subject not in rights.exchanged]
    if is_on_paper:
        return opened.supersede(rest, b"", "paper", "exchanged")
    if right in rights.in_person:
        return opened.supersede(rest, b"", DESK, "in_person")
    if right in rights.posted:
        return opened.supersede(rest, b"", "paper", "posted")
    kiosk = [one for one in rest if one.door == "kiosk"]
    web = [one for one in rest if one.door == "web"]
    if kiosk:
        kept = min(kiosk, key=lambda one: hashlib.sha256(rights.seed + one.id).digest())
        opened.supersede(web, kept.id, "kiosk", "hall")
        opened.supersede((one for one in kiosk if one is not kept), kept.id, "kiosk", "seed")
    elif web:
        kept = max(web, key=lambda one: (one.index, one.id))
        opened.supersede((one for one in web if one is not kept), kept.id, "web", "later")
    else:
        return None
    opened.counted.add(kept.id)
    return None
