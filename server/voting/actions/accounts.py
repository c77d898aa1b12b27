"""Accounts are matched to entries of the roll: by the code of a letter, at the desk, by a file (P14).

A right is bound to the entry, never to the account: whatever is matched, separated and matched again, the entry has one
voice, and none online once it was used in person.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from server.voting.models import Box, Matching, MatchQuestion, RollEntry
from server.voting.refusals import AccountTaken, EntryTaken, RightUnknown, Struck
from server.voting.rights import Right

if TYPE_CHECKING:
    from server.accounts.models import User

How = Matching.How


@transaction.atomic
def match_account(*, entry: RollEntry, user: User, how: Matching.How = How.LETTER, by: User | None = None) -> RollEntry:
    """Bind an account to its entry: one entry, at most one account, and the other way round (P14).

    by: whoever of the town did it; None where the person did. Raises EntryTaken, AccountTaken, Struck. Matching the
    same two again changes nothing.
    """
    entry = RollEntry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
    if entry.account_id == user.pk:
        return entry
    if entry.account_id is not None:
        raise EntryTaken
    if entry.struck_at:
        raise Struck
    entry.account = user
    try:
        with transaction.atomic():
            entry.save(update_fields=["account"])
    except IntegrityError as error:
        raise AccountTaken from error
    # An account that was erased left the line without a word: what is noted of it is over.
    entry.matchings.filter(is_over=False).update(is_over=True)
    Matching.objects.create(entry=entry, account=user, how=how, by=by)
    MatchQuestion.objects.filter(roll_id=entry.roll_id, account=user).delete()
    return entry


def claim_entry_by_letter(*, box: Box, code_text: str, user: User, throttle_key: str | Iterable[str] = ()) -> RollEntry:
    """Match this account to the entry whose letter carries this code. Raises RightUnknown, TryAgainLater, as codes do.

    Not one transaction: a wrong code must stay counted.
    """
    right = Right.of_code(box, code_text, throttle_key=throttle_key)
    entry = RollEntry.objects.filter(letters__letter__use_value=right.subject.removeprefix("use:")).first()
    if entry is None:
        raise RightUnknown
    return match_account(entry=entry, user=user)
