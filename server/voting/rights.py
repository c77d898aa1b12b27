"""Rights to vote: who holds one, and how a code shows it.

A right is known to a box only as a *subject*: the pseudonym of a roll entry, the use value of a pass or of a sheet.
A right code is always served; a wrong one is counted (``wrong_codes``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from server.accounts.models import User
from server.ledger.codes import Code, NotACode, parse_code

from .boxkeys import pseudonym
from .models import Box, Pass, RollEntry
from .refusals import AccountSeparated, NotOnTheRoll, PassUnknown, RightUnknown, SheetUnknown, Struck, TestRight
from .wrong_codes import count_wrong

if TYPE_CHECKING:
    from server.meetings.models import Session
    from server.paper.models import Sheet

NO_CODE = Code(bytes(10))  # looked up where nothing readable was typed, so that every wrong answer costs the same


@dataclass(frozen=True)
class Right:
    """One right to vote in one box, as the log names it.

    ``sheet`` is set for a sheet only; ``account`` where an account shows the right. No row and no record says which.
    """

    box: Box
    subject: str
    sheet: Sheet | None = None
    account: User | None = None

    @classmethod
    def of_account(cls, box: Box, user: User | AnonymousUser) -> Right:
        """The right of the roll entry that this account is matched to. Raises NotOnTheRoll, Struck."""
        if box.regime != Box.Regime.PERSON or not isinstance(user, User):
            raise NotOnTheRoll
        entry = RollEntry.objects.filter(roll=box.roll, account=user).first()
        if entry is None:
            raise NotOnTheRoll
        if entry.struck_at:
            raise Struck
        return cls(box=box, subject=pseudonym(box, entry), account=user)

    def require_account(self) -> None:
        """Look again, of the right of an entry: its account may have been separated from it since the right was found.

        Raises AccountSeparated, Struck. A code shows its right by itself: there is nothing to ask.
        """
        if not self.subject.startswith("entry:"):
            return
        try:
            now = Right.of_account(self.box, self.account or AnonymousUser())
        except NotOnTheRoll as error:
            raise AccountSeparated from error
        if now.subject != self.subject:
            raise AccountSeparated

    @classmethod
    def of_code(cls, box: Box, code_text: str, *, throttle_key: str | Iterable[str] = ()) -> Right:
        """The right of a letter, or in a box by pass of a pass of one of its sessions.

        throttle_key: what ``throttle_keys(request)`` gives; the roll is added to it (P15). Raises RightUnknown for
        every kind of wrong code alike, TryAgainLater after too many of them, Struck for the letter of somebody struck
        from the roll. Never call it inside a transaction that the refusal would undo.
        """
        found = find_web_pass(box, code_text)
        if found is not None:
            if RollEntry.objects.exclude(struck_at=None).filter(letters__letter=found).exists():
                raise Struck
            return cls(box=box, subject=f"use:{found.use_value}")
        keys = [throttle_key] if isinstance(throttle_key, str) else list(throttle_key)
        place = f"roll {box.roll_id}" if box.roll_id else f"roll of {box.ref}"
        raise count_wrong([*keys, place], RightUnknown())

    @classmethod
    def of_sheet(cls, sheet: Sheet) -> Right:
        """The right of a printed sheet. Raises TestRight for a test sheet."""
        if sheet.run.is_test:
            raise TestRight
        return cls(box=sheet.run.box, subject=f"sheet:{sheet.use_value}", sheet=sheet)


def find_web_pass(box: Box, code_text: str) -> Pass | None:
    """The pass behind a code that may vote online in this box; None for anything else, whatever is wrong with it."""
    try:
        code, is_readable = parse_code(code_text), True
    except NotACode:
        code, is_readable = NO_CODE, False
    checks = [code.check(bytes(box.letter_key)).hex()]
    if box.regime == Box.Regime.PASS:
        checks += [code.check(bytes(key)).hex() for key in box.sessions.values_list("code_key", flat=True)]
    found = Pass.objects.filter(check_value__in=checks, is_void=False, is_exchanged=False, is_test=False).first()
    return found if is_readable else None


def find_pass(session: Session, code_text: str) -> Pass:
    """The pass of this session's stack, locked. Raises PassUnknown. For the desk, where people are trusted."""
    found = _by_check(
        Pass.objects.select_for_update(of=("self",), no_key=True).filter(batch__session=session), session, code_text
    )
    if found is None:
        raise PassUnknown
    return found


def find_pass_by_use(session: Session, use: str) -> Pass:
    """The same by its use value, as a desk without network names it. Raises PassUnknown."""
    rows = Pass.objects.select_for_update(of=("self",), no_key=True).filter(batch__session=session)
    found = rows.filter(use_value=use).first()
    if found is None:
        raise PassUnknown
    return found


def find_sheet(session: Session, serial_text: str) -> Sheet:
    """The printed sheet of this session, locked. Raises SheetUnknown."""
    # By name: voting imports nothing of the room "paper", which builds on it.
    sheets = apps.get_model("paper", "Sheet").objects.filter(run__session=session)
    found = _by_check(
        sheets.select_related("run__box").select_for_update(of=("self",), no_key=True), session, serial_text
    )
    if found is None:
        raise SheetUnknown
    return found


def _by_check(rows, session: Session, text: str):
    try:
        code = parse_code(text)
    except NotACode:
        return None
    return rows.filter(check_value=code.check(bytes(session.code_key)).hex()).first()
