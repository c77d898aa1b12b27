"""A pass is given back before it was used: the mark is undone, with a reason and a second person (P9).

The second person is a colleague of the desk, who proves it with a password on the same device, or somebody of the
office who agreed before. Where one person suffices for the vote, one suffices here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.office.approvals import SecondPerson, ask, is_agreed, takes_two
from server.office.models import Approval
from server.processes.access import works_at
from server.processes.models import SpaceRole
from server.voting.boxkeys import pseudonym
from server.voting.desk_reasons import GIVEN_BACK
from server.voting.models import Challenge, Pass, PresenceMark
from server.voting.refusals import MarkRestored, ReasonMissing
from server.voting.refusals_desk import MarkedTwice
from server.voting.rights import find_pass, find_pass_by_use
from server.voting.two_persons import session_takes_two

from .desk import BROUGHT, WHILE_OPEN, locked_session, log, make_void, require_unused
from .proxies import give_back_proxy

if TYPE_CHECKING:
    from server.accounts.models import User

KIND = "desk.undo"
Back = PresenceMark.Back


@transaction.atomic
def restore_right(
    *, mark: PresenceMark, code_text: str, reason: str, by: User, note: str = "", second: User | None = None
) -> PresenceMark:
    """The person gives the pass back and may vote online again, in every box of the session. The pass is void.

    A kiosk without network may hold a ballot of it: that one is taken out. reason: a ``PresenceMark.Back``, with a
    ``note`` where it is another one; second: a colleague who stands here. Raises MarkRestored, MarkedTwice (a pass of
    another session is out for it), ReasonMissing, SecondPerson, PassUnknown, PassUsed, PassSpent, PassVoid,
    SessionNotOpen.
    """
    session = locked_session(mark.session, states=WHILE_OPEN)
    mark = PresenceMark.objects.get(pk=mark.pk)
    mark.session = session
    note = _require_undoable(mark, reason, note)
    if needs_second(mark):
        _require_colleague(mark, by=by, second=second)
    found = find_pass(session, code_text)
    return _restore(mark, found, reason=reason, note=note, by=by, second=second, code_text=code_text)


@transaction.atomic
def restore_brought(
    *,
    mark: PresenceMark,
    use: str,
    reason: str,
    by: User | None,
    note: str = "",
    second: User | None,
    is_seconded: bool,
) -> PresenceMark:
    """The same, as a desk without network did it: the pass is named by its use value.

    is_seconded: two cards were shown at the desk, whoever holds them. Raises as ``restore_right``; SecondPerson where
    two are wanted, and one card was shown or both are one person's.
    """
    session = locked_session(mark.session, states=BROUGHT)
    mark = PresenceMark.objects.get(pk=mark.pk)
    mark.session = session
    note = _require_undoable(mark, reason, note)
    if needs_second(mark) and (not is_seconded or (by is not None and by == second)):
        raise SecondPerson
    found = find_pass_by_use(session, use)
    return _restore(mark, found, reason=reason, note=note, by=by, second=second)


def _require_undoable(mark: PresenceMark, reason: str, note: str) -> str:
    """The note as it is kept."""
    if mark.is_restored or mark.way == PresenceMark.Way.POST:
        raise MarkRestored
    note = " ".join(note.split())[:200]
    if reason not in Back.values or (reason == Back.OTHER and not note):
        raise ReasonMissing
    return note


def _restore(
    mark: PresenceMark,
    found: Pass,
    *,
    reason: str,
    note: str,
    by: User | None,
    second: User | None,
    code_text: str = "",
) -> PresenceMark:
    session, marks = mark.session, _marks_of(mark)
    require_unused(found)
    make_void(session, found, reason=GIVEN_BACK, code_text=code_text)
    for one in marks:
        one.is_restored, one.restored_reason, one.restored_note = True, reason, note
        one.restored_by, one.restored_second = by, second
        one.save()
        if one.way == PresenceMark.Way.PROXY:
            give_back_proxy(one)
        subject = pseudonym(one.box, one.entry)
        log(session, "right.restored", subject, facts={"reason": reason}, definition=one.box.definition_hash)
    mark.refresh_from_db()
    return mark


def _marks_of(mark: PresenceMark) -> list[PresenceMark]:
    """The person's marks in every box of the session, held: no list on paper is keyed in meanwhile."""
    held = PresenceMark.objects.in_hall().select_for_update(of=("self",), no_key=True).select_related("box", "entry")
    marks = list(held.filter(session=mark.session_id, entry=mark.entry_id, is_restored=False).order_by("pk"))
    if Challenge.objects.with_pass().filter(mark__in=marks).exists():
        raise MarkedTwice
    return marks


def needs_second(mark: PresenceMark) -> bool:
    """Whether somebody else must still agree."""
    return session_takes_two(mark.session) and not is_agreed(KIND, str(mark.pk))


def is_asked(mark: PresenceMark) -> bool:
    """Whether the office was asked and has not answered yet."""
    return not mark.is_restored and Approval.objects.waiting(KIND, keys=[mark.pk]).exists()


def ask_office(*, mark: PresenceMark, by: User) -> Approval:
    """Have it wait for somebody of the office; then it is done at the desk, against the pass."""
    if mark.is_restored:
        raise MarkRestored
    return ask(kind=KIND, key=str(mark.pk), space=mark.session.meeting.space, by=by)


def _require_colleague(mark: PresenceMark, *, by: User, second: User | None) -> None:
    meeting = mark.session.meeting
    if second is None or second == by or not works_at(second, meeting.space, meeting.pk, SpaceRole.Role.DESK):
        raise SecondPerson


def _mark(approval: Approval) -> PresenceMark:
    return PresenceMark.objects.select_related("session__meeting", "entry").get(pk=approval.key)


def _told(approval: Approval) -> list[tuple[Any, Any]]:
    mark = _mark(approval)
    return [
        (_("Session"), mark.session),
        (_("Person"), f"{mark.entry} · {mark.entry.number}"),
        (_("What happens"), _("The desk takes the pass back, unused, and this person may vote online again.")),
    ]


def _back(approval: Approval) -> str:
    return reverse("desk:give_back", args=[_mark(approval).session.ref, approval.key])


@takes_two(KIND, title=_("Undo a mark of the desk"), told=_told, address=_back)
def _agreed(approval: Approval, by: User) -> str:
    """The desk does it, against the pass."""
    return _back(approval)
