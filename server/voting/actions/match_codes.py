"""At the desk an account is matched to a line: the person shows a code of the account, the officer checks who it is.

The code names an account, not a person and not a vote. It is drawn anew whenever it is shown, kept as a keyed value
only, good once and for ten minutes.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from server.ledger.codes import Code, NotACode, new_code, parse_code
from server.meetings.models import Session
from server.office.actions import note_act
from server.voting.models import MatchCode, Matching, RollEntry
from server.voting.refusals import NotOnTheRoll
from server.voting.refusals_desk import MatchCodeUnknown, OwnAccount
from server.voting.rights import NO_CODE
from server.voting.wrong_codes import count_wrong

from .accounts import match_account
from .desk import _note, _sent, locked_session

if TYPE_CHECKING:
    from server.accounts.models import User

LIFE = timedelta(minutes=10)
# People come to be matched before the hall opens as well; afterwards nobody votes online any more.
BEFORE_CLOSING = (Session.State.PREPARED, Session.State.OPEN, Session.State.PAUSED)


def _check(code: Code) -> str:
    return code.check(hmac.new(settings.SECRET_KEY.encode(), b"code of an account", hashlib.sha256).digest()).hex()


@transaction.atomic
def show_match_code(*, user: User) -> Code:
    """A new code of this account. An earlier one stops working."""
    now, code = timezone.now(), new_code()
    MatchCode.objects.filter(expires_at__lt=now).delete()
    facts = {"check_value": _check(code), "expires_at": now + LIFE}
    MatchCode.objects.update_or_create(account=user, defaults=facts)
    return code


def match_at_desk(
    *,
    session: Session,
    entry: RollEntry,
    code_text: str,
    by: User,
    token: str = "",
    throttle_keys: Sequence[str] = (),
) -> RollEntry:
    """Match the account of this code to the line of the person who stands here. The code is spent by it.

    Not one transaction: a wrong code must stay counted. Raises MatchCodeUnknown, TryAgainLater, OwnAccount,
    NotOnTheRoll, EntryTaken, AccountTaken, Struck, SessionNotOpen.
    """
    try:
        return _match(session, entry, code_text, by, token)
    except MatchCodeUnknown as refusal:
        raise count_wrong([*throttle_keys, f"roll {entry.roll_id}"], refusal) from refusal


@transaction.atomic
def _match(session: Session, entry: RollEntry, code_text: str, by: User, token: str) -> RollEntry:
    session = locked_session(session, states=BEFORE_CLOSING)
    if not session.boxes.exclude(definition="").filter(regime="person", roll_id=entry.roll_id).exists():
        raise NotOnTheRoll
    sent = _sent("match", session, token)
    if sent.outcome == str(entry.pk):
        return RollEntry.objects.get(pk=entry.pk)
    shown = _find(code_text)
    if shown is None:
        raise MatchCodeUnknown
    if shown.account == by:
        raise OwnAccount
    entry = match_account(entry=entry, user=shown.account, how=Matching.How.DESK, by=by)
    shown.delete()
    _note(sent, entry.pk)
    note_act("account.matched", by=by, space=session.meeting.space, subject=session, facts={"how": "desk"})
    return entry


def _find(code_text: str) -> MatchCode | None:
    """The code, held; None for anything else, whatever is wrong with it, at the same cost."""
    try:
        code, is_readable = parse_code(code_text), True
    except NotACode:
        code, is_readable = NO_CODE, False
    held = MatchCode.objects.select_for_update(of=("self",)).select_related("account")
    found = held.filter(check_value=_check(code), expires_at__gt=timezone.now(), account__is_active=True).first()
    return found if is_readable else None
