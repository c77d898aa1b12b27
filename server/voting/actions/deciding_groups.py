"""People decide about ballots that stand beside the chain of their device: a whole group at once, unseen (S3, S6, I1).

Two persons where the vote wants two. Whether the device or its copy was right is for people to say; whether a ballot
has a right of its own is judged as on arrival.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.ledger import records as sealed
from server.ledger.actions import decide, hold_chain, stored_record
from server.ledger.models import Record, Verdict
from server.meetings.models import Session
from server.office.actions import note_act
from server.office.approvals import ask, takes_two
from server.office.models import Approval
from server.voting.intake_rules import judge_ballots
from server.voting.out_of_line import Group, groups_of
from server.voting.refusals import GroupChanged
from server.voting.two_persons import session_takes_two

from .freezing import locked_box

if TYPE_CHECKING:
    from server.accounts.models import User

KINDS = {True: "group.accept", False: "group.refuse"}


@transaction.atomic
def decide_group(*, session: Session, root: str, token: str, is_accepted: bool, by: User) -> Approval | Group:
    """Take a group of ballots in, or set it aside for good; where two persons are needed it waits for the second.

    root, token: the group as it was shown. Raises GroupChanged where ballots came or were decided since.
    """
    group = _held(session, root, token)
    if not session_takes_two(session):
        return _decide(session, group, is_accepted=is_accepted, by=by)
    return ask(kind=KINDS[is_accepted], key=f"{root}:{token}", space=session.meeting.space, by=by)


def _shown(session: Session, root: str, token: str) -> Group | None:
    return next((one for one in groups_of(session) if (one.root, one.token) == (root, token)), None)


def _held(session: Session, root: str, token: str) -> Group:
    """The group as it stands, with its boxes and its chain: everyone takes locks in this order."""
    for box in session.boxes.order_by("pk"):
        locked_box(box)
    shown = _shown(session, root, token)
    if shown is None:
        raise GroupChanged
    hold_chain(dev=shown.dev, epoch=shown.epoch)
    held = _shown(session, root, token)  # once more, behind the lock
    if held is None:
        raise GroupChanged
    return held


def _decide(session: Session, group: Group, *, is_accepted: bool, by: User) -> Group:
    refused = (Verdict.QUARANTINED, "refused")
    rows = Record.objects.filter(pk__in=[row.id for row in group.ballots]).select_related("payload").order_by("index")
    judged = _judge(session, [stored_record(row) for row in rows]) if is_accepted else {}
    for row in rows:
        verdict, reason = judged.get(row.id, (Verdict.ACCEPTED, "")) if is_accepted else refused
        decide(record=row, verdict=verdict, reason=reason, actor="organiser")
    facts = {"is_accepted": is_accepted, "count": len(group.ballots)}
    note_act("record.group_decided", by=by, space=session.meeting.space, subject=session, facts=facts)
    return group


def _judge(session: Session, ballots: Sequence[sealed.Record]) -> dict[str, tuple[str, str]]:
    """As on arrival: people can forgive a broken chain, not another context, other bytes, or a right that is none."""
    space, boxes = session.meeting.space.slug, set(session.boxes.values_list("definition_hash", flat=True))
    devices = set(session.devices.values_list("dev", flat=True))
    judged: dict[str, tuple[str, str]] = {}
    for one in ballots:
        facts = one.header
        if facts.space != space or facts.definition not in boxes or facts.dev not in devices or facts.tv != 1:
            judged[one.id] = (Verdict.QUARANTINED, "context")
        elif not one.commitments_hold():
            judged[one.id] = (Verdict.QUARANTINED, "commitment")
    return judged | judge_ballots([one for one in ballots if one.id not in judged])


def _asked(approval: Approval) -> tuple[Session, str, str]:
    root, _colon, token = approval.key.partition(":")
    session = Session.objects.select_related("meeting__space").get(ref=Record.objects.get(pk=root).session_ref)
    return session, root, token


def _told(approval: Approval) -> list[tuple[Any, Any]]:
    """Whence they came, which, and what happens; never what is in them."""
    session, root, token = _asked(approval)
    group = _shown(session, root, token)
    if group is None:
        return [(_("Session"), session), (_("Ballots"), GroupChanged.message)]
    device = session.devices.filter(dev=group.dev).first()
    meanings = {
        KINDS[True]: _("They are taken in. They count like any other, if their passes are valid and unused."),
        KINDS[False]: _("They are set aside for good. They stay in the log, and nobody opens them."),
    }
    return [
        (_("Session"), session),
        (_("Device"), device or group.dev[:8]),
        (_("Ballots"), f"{len(group.ballots)} ({group.numbers})"),
        (_("Why they wait"), group.meaning),
        (_("What happens"), meanings[approval.kind]),
    ]


def _at_closing(approval: Approval) -> str:
    return reverse("office_meetings:closing", args=[_asked(approval)[0].ref])


def _agreed(approval: Approval, by: User) -> str:
    session, root, token = _asked(approval)
    _decide(session, _held(session, root, token), is_accepted=approval.kind == KINDS[True], by=by)
    return _at_closing(approval)


takes_two(KINDS[True], title=_("Take ballots out of line in"), told=_told, address=_at_closing)(_agreed)
takes_two(KINDS[False], title=_("Set ballots out of line aside"), told=_told, address=_at_closing)(_agreed)
