"""Accounts are matched by a file of verified attributes: what is beyond doubt at once, the rest by a person (P8, P14).

Only accounts whose address is confirmed are matched. All of a file is written, or none; the same file again changes
nothing (D19).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import transaction

from server.office.actions import note_act
from server.office.telling import Tell, silent
from server.processes.tables import BadTable
from server.voting.match_file import SAID, Claim, Found, Line, find_lines, read_claims
from server.voting.match_sketch import FIRST, MatchSketch
from server.voting.models import Matching, MatchQuestion, Roll, RollEntry
from server.voting.refusals import AccountTaken, EntryTaken, NotOnTheRoll, RollInUse, Struck
from server.voting.refusals_desk import OwnAccount

from .accounts import match_account
from .look_alikes import MOST_SHOWN, lines_like
from .roll_versions import locked_roll

if TYPE_CHECKING:
    from server.accounts.models import User

AT_ONCE = 500


@dataclass(frozen=True)
class Judged:
    """What becomes of one row. ``outcome``: one of ``OUTCOMES``; ``account``: key of the account, if there is one."""

    claim: Claim
    outcome: str
    account: int | None
    found: Found


OUTCOMES = (
    "exact",  # matched once a person confirms
    "doubtful",  # a person chooses among lines
    "nobody",  # no line of the roll is like it
    "done",  # the account is on this roll already
    "elsewhere",  # the account is on this roll already, and it is another line
    "taken",  # the line belongs to another account
    "no_account",  # no account has this address, or it is not confirmed
    "twice",  # another row is about the same account, by another of its addresses
)


@dataclass
class MatchPlan:
    rows: list[Judged] = field(default_factory=list)

    def of(self, *outcomes: str) -> list[Judged]:
        return [row for row in self.rows if row.outcome in outcomes]

    @property
    def counts(self) -> dict[str, int]:
        return {outcome: len(self.of(outcome)) for outcome in OUTCOMES}


def plan_matching(roll: Roll, claims: Sequence[Claim]) -> MatchPlan:
    """Judge each row against the roll as it stands; nothing is written."""
    accounts = _accounts(claims)
    mine = dict(roll.entries.exclude(account=None).values_list("account", "pk"))
    plan, seen = MatchPlan(), set()
    for claim, found in zip(claims, find_lines(claims, _lines(roll)), strict=True):
        account = accounts.get(claim.account)
        outcome = "twice" if account in seen else _outcome(account, found, mine)
        plan.rows.append(Judged(claim, outcome, account, found))
        seen |= {account} - {None}
    return plan


def sketch_matching(roll: Roll, content: bytes) -> MatchSketch:
    """What the file would match, for a page: sums and the first rows; or what is wrong with it."""
    try:
        plan = plan_matching(roll, read_claims(content))
    except BadTable as bad:
        return MatchSketch(faults=list(bad.faults))
    left = plan.of("nobody", "no_account", "taken", "elsewhere", "twice")
    exact = [(row.claim, row.found.exact.key) for row in plan.of("exact") if row.found.exact]
    return MatchSketch(
        counts=plan.counts,
        exact=exact[:FIRST],
        doubtful=[row.claim for row in plan.of("doubtful")[:FIRST]],
        left=[(row.claim, row.outcome) for row in left[:FIRST]],
        left_count=len(left),
    )


def _outcome(account: int | None, found: Found, mine: dict[int, int]) -> str:
    if account is None:
        return "no_account"
    if account in mine:
        return "elsewhere" if found.exact and found.exact.key != mine[account] else "done"
    if found.exact:
        return "exact" if found.exact.account is None else "taken"
    return "doubtful" if found.candidates else "nobody"


def _lines(roll: Roll) -> Iterator[Line]:
    rows = roll.entries.with_right().order_by().values_list("pk", *SAID, "account")
    return (Line(*row) for row in rows.iterator(chunk_size=2000))


def _accounts(claims: Sequence[Claim]) -> dict[str, int]:
    """Address → account, where the account is alive and the address confirmed."""
    confirmed = EmailAddress.objects.filter(verified=True, user__is_active=True)
    found: dict[str, int] = {}
    for start in range(0, len(claims), AT_ONCE):
        some = [claim.account for claim in claims[start : start + AT_ONCE]]
        found.update(confirmed.filter(email__in=some).values_list("email", "user"))
    return found


@transaction.atomic
def match_by_file(*, roll: Roll, claims: Sequence[Claim], by: User, tell: Tell = silent) -> dict[str, int]:
    """Match what is exact, and note what a person must look at. How many of each. Raises RollInUse once forgotten."""
    roll = locked_roll(roll)
    if roll.destroyed_at:
        raise RollInUse
    plan = plan_matching(roll, claims)
    matched = _match_exact(roll, plan.of("exact"), by, tell)
    asked = _ask(roll, plan.of("doubtful"))
    if matched or asked:
        note_act("accounts.matched", by=by, space=roll.space, subject=roll, facts={"matched": matched, "asked": asked})
    return {"matched": matched, "asked": asked}


def _match_exact(roll: Roll, rows: Sequence[Judged], by: User, tell: Tell) -> int:
    from server.accounts.models import User as Account

    matched = 0
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        entries = roll.entries.in_bulk([row.found.exact.key for row in some if row.found.exact])
        users = Account.objects.in_bulk([row.account for row in some])
        for place, row in enumerate(some, start=start + 1):
            assert row.found.exact and row.account
            entry, user = entries[row.found.exact.key], users[row.account]
            try:
                match_account(entry=entry, user=user, how=Matching.How.FILE, by=by)
                matched += 1
            except (EntryTaken, AccountTaken, Struck):
                pass  # somebody was quicker, by letter or at a desk: what is matched stays
            tell(place, len(rows))
    return matched


def _ask(roll: Roll, rows: Sequence[Judged]) -> int:
    """How many are asked about that were not before."""
    known = set(roll.match_questions.values_list("account", flat=True))
    said = {row.account: {name: getattr(row.claim, name) for name in SAID} for row in rows if row.account}
    MatchQuestion.objects.bulk_create(
        [MatchQuestion(roll=roll, account_id=account, **facts) for account, facts in said.items()],
        update_conflicts=True,
        unique_fields=["roll", "account"],
        update_fields=SAID,
        batch_size=AT_ONCE,
    )
    return len(said.keys() - known)


def candidates_of(question: MatchQuestion) -> list[RollEntry]:
    """The lines that a person looks at: the one of this number, and those that look alike."""
    numbered = question.roll.entries.with_right().filter(number=question.number) if question.number else []
    said = {name: getattr(question, name) for name in SAID}
    found = {entry.pk: entry for entry in (*numbered, *lines_like(question.roll, said))}
    return list(found.values())[:MOST_SHOWN]


@transaction.atomic
def answer_question(*, question: MatchQuestion, entry: RollEntry | None, by: User) -> RollEntry | None:
    """A person chose the line that is meant, or none. Answered already, it stays as it is.

    Raises OwnAccount, NotOnTheRoll (a line of another roll), EntryTaken, AccountTaken, Struck.
    """
    held = MatchQuestion.objects.select_for_update(of=("self",)).select_related("roll__space", "account")
    asked = held.filter(pk=question.pk).first()
    if asked is None:
        return entry
    if entry is None:
        asked.delete()
        note_act("account.not_matched", by=by, space=asked.roll.space, subject=asked.roll)
        return None
    if asked.account == by:
        raise OwnAccount
    if entry.roll_id != asked.roll_id:
        raise NotOnTheRoll
    entry = match_account(entry=entry, user=asked.account, how=Matching.How.CHOSEN, by=by)
    note_act("account.matched", by=by, space=asked.roll.space, subject=asked.roll, facts={"how": "file"})
    return entry
