"""People decide about ballots beside the chain of their device, or of one that is doubted: a group at once, unseen.

(S3, S6, D16, I1.) Two persons where the vote wants two. Whether the device or its copy was right is for people to say;
whether a ballot has a right of its own is judged as on arrival.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.ledger import records as sealed
from server.ledger.actions import decide, hold_chain, stored_record, verdict_of_people
from server.ledger.models import Record, Verdict
from server.ledger.recovery import require_in_order
from server.ledger.versions import is_known
from server.meetings.models import Session
from server.office.actions import note_act
from server.office.approvals import ask, takes_two
from server.office.models import Approval
from server.voting.doubted import DecisionWithoutReason
from server.voting.intake_rules import judge_ballots
from server.voting.out_of_line import NEWER, Group, groups_of
from server.voting.refusals import DecisionWaiting, GroupChanged, RecordsNewer
from server.voting.two_persons import session_takes_two

from .freezing import locked_box

if TYPE_CHECKING:
    from server.accounts.models import User

KINDS = {True: "group.accept", False: "group.refuse"}


@transaction.atomic
def decide_group(
    *, session: Session, root: str, token: str, is_accepted: bool, by: User, why: str = ""
) -> Approval | Group:
    """Take a group of ballots in, or set it aside for good; where two persons are needed it waits for the second.

    root, token: the group as it was shown; why: one sentence, needed where the device is doubted. Raises GroupChanged
    where ballots came or were decided since, RecordsNewer, DecisionWithoutReason, DecisionWaiting (the contrary waits).
    """
    why = " ".join(why.split())[:300]
    group = _held(session, root, token)
    if is_accepted and group.reason == NEWER:
        raise RecordsNewer  # what nobody here understands is not taken in unseen
    if group.is_doubted and not why:
        raise DecisionWithoutReason
    if not session_takes_two(session):
        return _decide(session, group, is_accepted=is_accepted, by=by, why=why)
    key = f"{root}:{token}"
    if Approval.objects.waiting(KINDS[not is_accepted], keys=[key]).exists():
        raise DecisionWaiting
    return ask(kind=KINDS[is_accepted], key=key, space=session.meeting.space, by=by, why=why)


def _shown(session: Session, root: str, token: str) -> Group | None:
    return next((one for one in groups_of(session) if (one.root, one.token) == (root, token)), None)


def _held(session: Session, root: str, token: str) -> Group:
    """The group as it stands, with its boxes and its chain: everyone takes locks in this order."""
    require_in_order()  # what fills a gap may still come
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


def _decide(session: Session, group: Group, *, is_accepted: bool, by: User, why: str) -> Group:
    wanted = verdict_of_people(is_accepted)
    rows = Record.objects.filter(pk__in=[row.id for row in group.ballots]).select_related("payload").order_by("index")
    judged = _judge(session, [stored_record(row) for row in rows]) if is_accepted else {}
    for row in rows:
        verdict, reason = judged.get(row.id, wanted)
        decide(record=row, verdict=verdict, reason=reason, actor="organiser", why=why)
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
        if (
            facts.space != space
            or facts.definition not in boxes
            or facts.dev not in devices
            or not is_known(facts.type, facts.tv)
        ):
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
        *([(_("Reason"), approval.why)] if approval.why else []),
    ]


def _at_closing(approval: Approval) -> str:
    return reverse("office_meetings:closing", args=[_asked(approval)[0].ref])


def _agreed(approval: Approval, by: User) -> str:
    session, root, token = _asked(approval)
    group = _held(session, root, token)
    _decide(session, group, is_accepted=approval.kind == KINDS[True], by=by, why=approval.why)
    return _at_closing(approval)


takes_two(KINDS[True], title=_("Take ballots out of line in"), told=_told, address=_at_closing)(_agreed)
takes_two(KINDS[False], title=_("Set ballots out of line aside"), told=_told, address=_at_closing)(_agreed)
