"""Accounts are matched to entries of the roll: by staff, or by the person with the code of their letter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from server.office.actions import note_act
from server.voting.models import Box, RollEntry
from server.voting.refusals import AccountTaken, EntryTaken, RightUnknown
from server.voting.rights import Right

if TYPE_CHECKING:
    from server.accounts.models import User


@transaction.atomic
def match_account(*, entry: RollEntry, user: User) -> RollEntry:
    """Bind an account to its entry: one entry, at most one account, and the other way round (P14).

    Raises EntryTaken, AccountTaken. Matching the same two again changes nothing.
    """
    entry = RollEntry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
    if entry.account_id == user.pk:
        return entry
    if entry.account_id is not None:
        raise EntryTaken
    entry.account = user
    try:
        with transaction.atomic():
            entry.save(update_fields=["account"])
    except IntegrityError as error:
        raise AccountTaken from error
    return entry


@transaction.atomic
def unmatch_account(*, entry: RollEntry, by: User) -> RollEntry:
    """Separate an account from its entry: matched to the wrong person. It never gives a second voice.

    The right is the entry's: whoever is matched to it next replaces the earlier ballot online, as the same person
    would (P14).
    """
    entry = (
        RollEntry.objects.select_for_update(of=("self",), no_key=True).select_related("roll__space").get(pk=entry.pk)
    )
    if entry.account_id is None:
        return entry
    entry.account = None
    entry.save(update_fields=["account"])
    note_act("account.unmatched", by=by, space=entry.roll.space, subject=entry.roll)
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
