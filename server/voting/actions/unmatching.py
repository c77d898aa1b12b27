"""An account is separated from its line: matched to the wrong person. With a reason, and by two once a vote is bound.

It never gives a second voice. The right is the entry's: whoever is matched next replaces the earlier ballot online, as
the same person would, and a mark of the desk stays (P14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.office.actions import note_act
from server.office.approvals import ask, takes_two
from server.office.models import Approval
from server.voting.models import Matching, RollEntry
from server.voting.refusals import ReasonMissing
from server.voting.two_persons import roll_takes_two

if TYPE_CHECKING:
    from server.accounts.models import User

KIND = "account.unmatch"


@transaction.atomic
def unmatch_account(*, entry: RollEntry, reason: str, by: User) -> Approval | RollEntry:
    """Separate them, or have it wait for a second person. An entry without account stays as it is.

    Raises ReasonMissing.
    """
    entry = _held(entry)
    if entry.account_id is None:
        return entry
    reason = " ".join(reason.split())[:400]
    if not reason:
        raise ReasonMissing
    matching = _standing(entry)
    matching.reason = reason
    matching.save(update_fields=["reason"])
    if roll_takes_two(entry.roll):
        return ask(kind=KIND, key=str(matching.pk), space=entry.roll.space, by=by)
    return _separate(entry, matching, by=by, agreed_by=None)


def _held(entry: RollEntry) -> RollEntry:
    rows = RollEntry.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("roll__space", "account").get(pk=entry.pk)


def _standing(entry: RollEntry) -> Matching:
    """What is noted of the account that the entry has; accounts were matched before any of it was noted."""
    noted = entry.matchings.filter(is_over=False).first()
    return noted or Matching.objects.create(entry=entry, account=entry.account, how=Matching.How.BEFORE)


def _separate(entry: RollEntry, matching: Matching, *, by: User | None, agreed_by: User | None) -> RollEntry:
    entry.account = None
    entry.save(update_fields=["account"])
    matching.is_over, matching.ended_by, matching.agreed_by = True, by, agreed_by
    matching.save(update_fields=["is_over", "ended_by", "agreed_by"])
    note_act("account.unmatched", by=by, space=entry.roll.space, subject=entry.roll)
    return entry


def _asked(approval: Approval) -> Matching | None:
    return Matching.objects.select_related("entry__roll", "account").filter(pk=approval.key).first()


def _told(approval: Approval) -> list[tuple[Any, Any]]:
    asked = _asked(approval)
    if asked is None:
        return []
    return [
        (_("Roll"), asked.entry.roll),
        (_("Person"), f"{asked.entry} · {asked.entry.number}"),
        (_("Account"), asked.account.email if asked.account else "–"),
        (_("Matched"), f"{asked.get_how_display()}"),
        (_("Reason"), asked.reason),
    ]


def _drop(approval: Approval) -> None:
    Matching.objects.filter(pk=approval.key, is_over=False).update(reason="")


def _back(approval: Approval) -> str:
    asked = _asked(approval)
    if asked is None:
        return reverse("office_voting:rolls", args=[approval.space.slug])
    return reverse("office_voting:line", args=[approval.space.slug, asked.entry.roll_id, asked.entry_id])


@takes_two(KIND, title=_("Separate an account from the roll"), told=_told, address=_back, drop=_drop)
def _agreed(approval: Approval, by: User) -> str:
    asked = _asked(approval)
    if asked is not None and not asked.is_over:
        _separate(_held(asked.entry), asked, by=approval.asked_by, agreed_by=by)
    return _back(approval)
