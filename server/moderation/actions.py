"""Writes: something is reported, hidden, shown again, let through; an account is kept from writing for a while."""

from __future__ import annotations

import hmac
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from server.ledger.actions import append
from server.ledger.applying import apply_now
from server.notices.kinds import announce
from server.office.actions import note_act
from server.office.models import Act
from server.web.counting import count_once_more

from .applying import PREFIX
from .content import State
from .models import Block, Report
from .refusals import AccountBlocked, TooManyReports
from .reportables import KINDS, Reported, find

if TYPE_CHECKING:
    from server.accounts.models import User
    from server.processes.models import Space

WINDOW_S = 3600
MOST_REPORTS = 10
DEEDS = {State.HIDDEN: "content.hidden", State.SHOWN: "content.shown", State.HELD: "content.held"}


def require_not_blocked(user: User, space: Space) -> None:
    """Raises AccountBlocked while this account may not write here."""
    block = blocked(user, space)
    if block is not None:
        raise AccountBlocked(details={"until": block.until.isoformat()})


def blocked(user: User, space: Space) -> Block | None:
    return Block.objects.in_force().filter(user=user, space=space).first()


@transaction.atomic
def report(*, thing: Reported, reason: str, words: str = "", by: User | None, source: str) -> Report:
    """Tell the moderators. Again by the same account is the same report, with the newest reason.

    source: where it comes from, kept as a hash and for an hour only. Raises TooManyReports.
    """
    hashed = hmac.new(settings.SECRET_KEY.encode(), b"report " + source.encode(), "sha256").hexdigest()
    if count_once_more(f"report.{hashed}", WINDOW_S) > MOST_REPORTS:
        raise TooManyReports(details={"retry_after_s": WINDOW_S})
    place: dict[str, Any] = {"kind": thing.kind, "ref": thing.ref, "space": thing.space}
    said = {"reason": reason, "words": words}
    if by is None:
        return Report.objects.create(**place, **said, by=None)
    told, _is_new = Report.objects.update_or_create(**place, by=by, decided_at=None, defaults=said)
    return told


def hide(*, thing: Reported, reason: str, words: str = "", by: User, undoes: Act | None = None) -> Act:
    """Take it out of sight; its place says that it was, and why. Decides the reports about it."""
    return _move(thing, State.HIDDEN, by=by, undoes=undoes, reason=reason, words=words)


def show(*, thing: Reported, by: User, undoes: Act | None = None) -> Act:
    """Show it: what was hidden again, what waited for the first time. Decides the reports about it."""
    return _move(thing, State.SHOWN, by=by, undoes=undoes)


def hold(*, thing: Reported, by: User, undoes: Act | None = None) -> Act:
    """Have it wait once more for a moderator: how letting something through is taken back."""
    return _move(thing, State.HELD, by=by, undoes=undoes)


@transaction.atomic
def _move(thing: Reported, state: str, *, by: User, undoes: Act | None, reason: str = "", words: str = "") -> Act:
    """One record in the log, one line in the log of the office. Where it stands so already, only that line."""
    KINDS[thing.kind].hold(thing.row)
    found = find(thing.kind, thing.ref)
    before = (found or thing).row
    said = {"reason": reason, "words": words} if state == State.HIDDEN else {}
    if before.moderation_state != state or (before.hidden_reason, before.hidden_words) != (reason, words):
        _write(thing, state, said)
    _decide(thing, Report.Outcome.HIDDEN if state == State.HIDDEN else Report.Outcome.KEPT)
    undo = {
        "kind": thing.kind,
        "ref": thing.ref,
        "state": before.moderation_state,
        "reason": before.hidden_reason,
        "words": before.hidden_words,
    }
    facts = {"reason": reason} if reason else {}
    return _note(DEEDS[State(state)], thing, by=by, facts=facts, undo=undo, undoes=undoes)


def _note(deed: str, thing: Reported, *, facts: dict[str, Any] | None = None, **more: Any) -> Act:
    """The account that wrote it is named by its number: erased, it is named nowhere."""
    told = (facts or {}) | ({"user": thing.author.pk} if thing.author else {})
    return note_act(deed, space=thing.space, subject=KINDS[thing.kind].log_name(thing.row), facts=told, **more)


def _write(thing: Reported, state: str, said: dict[str, str]) -> None:
    told = {"kind": thing.kind, "ref": thing.ref, "at": timezone.now().isoformat(), **said}
    record = append(
        type=f"{PREFIX}{state}",
        space=thing.space.slug,
        actor="organiser",
        subject=f"{thing.kind}:{thing.ref}",
        body=json.dumps(told, ensure_ascii=False).encode(),
    )
    apply_now(record)


def _decide(thing: Reported, outcome: str) -> list[int]:
    reports = Report.objects.about(thing.kind, thing.ref).open()
    decided = list(reports.values_list("pk", flat=True))
    reports.update(decided_at=timezone.now(), outcome=outcome)
    announce(f"report.{outcome}", *decided)
    return decided


@transaction.atomic
def keep(*, thing: Reported, by: User) -> Act | None:
    """Leave it as it is: the reports are answered. None where there was none."""
    decided = _decide(thing, Report.Outcome.KEPT)
    if not decided:
        return None
    return _note("content.kept", thing, by=by, undo={"reports": decided})


@transaction.atomic
def block(*, space: Space, user: User, why: str, until: datetime, by: User, undoes: Act | None = None) -> Act:
    """From now on this account writes nothing in this space until a moment. A longer or shorter one takes its place."""
    Block.objects.filter(space=space, user=user, lifted_at=None).update(lifted_at=timezone.now())
    made = Block.objects.create(space=space, user=user, why=why, until=until, by=by)
    facts = {"user": user.pk, "until": until.isoformat()}
    return note_act("writer.blocked", by=by, space=space, facts=facts, undo={"block": made.pk}, undoes=undoes)


@transaction.atomic
def lift(*, block: Block, by: User, undoes: Act | None = None) -> Act:
    """Let the account write again."""
    Block.objects.filter(pk=block.pk, lifted_at=None).update(lifted_at=timezone.now())
    undo = {"user": block.user_id, "why": block.why, "until": block.until.isoformat()}
    facts = {"user": block.user_id}
    return note_act("writer.unblocked", by=by, space=block.space, facts=facts, undo=undo, undoes=undoes)
