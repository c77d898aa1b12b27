"""Somebody votes in the hall for a person who is away (P13).

A proxy is entered from a signed paper, in the office or at the desk, as many for one holder as the frozen definition
allows and never in a chain. Used, the giver's right is used in person like any other, and the holder gets one more pass
of the stack: an ordinary pass, for a kind of its own would tell proxies' ballots apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from server.meetings.models import Session
from server.office.actions import note_act
from server.voting.definitions import Definition
from server.voting.desk_search import boxes_by_person
from server.voting.models import Box, PresenceMark, Proxy, RollEntry
from server.voting.refusals import BoxNotOpen, NotOnTheRoll, ReasonMissing, Struck, UsedInPerson
from server.voting.refusals_proxies import NoProxies, ProxyChain, ProxyGiven, ProxyLimit, ProxyMissing, ProxyUsed

from .desk import UNTIL_RECONCILED, WHILE_OPEN, locked_session, mark_used_in_person
from .freezing import locked_box

if TYPE_CHECKING:
    from server.accounts.models import User

State = Proxy.State
TAKES_PROXIES = (Box.State.FROZEN, Box.State.OPEN)


@transaction.atomic
def enter_proxy(*, boxes: Sequence[Box], giver: RollEntry, holder: RollEntry, shown: str, by: User) -> list[Proxy]:
    """The giver is away, the holder may vote for them in these boxes: all of them, or none. Again changes nothing.

    Raises NoProxies, BoxNotOpen, NotOnTheRoll, Struck, ReasonMissing (nothing was shown), UsedInPerson, ProxyChain,
    ProxyGiven (to somebody else), ProxyLimit.
    """
    if not shown.strip():
        raise ReasonMissing
    held = [locked_box(box) for box in sorted(boxes, key=lambda box: box.pk)]
    people = RollEntry.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[giver.pk, holder.pk])
    rows = {entry.pk: entry for entry in people.order_by("pk")}
    if giver.pk == holder.pk:
        raise ProxyChain
    if not held:
        raise NoProxies
    return [_enter(box, rows[giver.pk], rows[holder.pk], " ".join(shown.split())[:120], by) for box in held]


def _enter(box: Box, giver: RollEntry, holder: RollEntry, shown: str, by: User) -> Proxy:
    most = Definition.of(box).proxies_per_holder
    if not most:
        raise NoProxies
    if box.state not in TAKES_PROXIES:
        raise BoxNotOpen(details={"state": box.state})
    if {giver.roll_id, holder.roll_id} != {box.roll_id}:
        raise NotOnTheRoll
    if giver.struck_at or holder.struck_at:
        raise Struck
    standing = Proxy.objects.standing().filter(box=box)
    given = standing.filter(giver=giver).first()
    if given is not None:
        if given.holder_id == holder.pk:
            return given
        raise ProxyGiven
    if PresenceMark.objects.filter(box=box, entry=giver, is_restored=False).exists():
        raise UsedInPerson
    if standing.filter(holder=giver).exists() or standing.filter(giver=holder).exists():
        raise ProxyChain
    taken = set(standing.filter(holder=holder).values_list("place", flat=True))
    place = next((place for place in range(1, most + 1) if place not in taken), 0)
    if not place:
        raise ProxyLimit(details={"most": most})
    facts = {"box": box, "giver": giver, "holder": holder, "shown": shown, "entered_by": by}
    try:
        with transaction.atomic():
            proxy = Proxy.objects.create(place=place, most=most, **facts)
    except IntegrityError as error:  # the database counts as well
        raise ProxyLimit(details={"most": most}) from error
    note_act("proxy.entered", by=by, space=box.space, subject=box)
    return proxy


@transaction.atomic
def revoke_proxy(*, proxy: Proxy, reason: str, by: User) -> Proxy:
    """The giver wants it back, or comes: it is not used any more. Again changes nothing.

    Raises ReasonMissing, ProxyUsed.
    """
    if not reason.strip():
        raise ReasonMissing
    proxy = Proxy.objects.select_for_update(of=("self",), no_key=True).select_related("box").get(pk=proxy.pk)
    if proxy.state == State.USED:
        raise ProxyUsed
    if proxy.state == State.GIVEN:
        proxy.state, proxy.reason = State.REVOKED, " ".join(reason.split())[:400]
        proxy.save(update_fields=["state", "reason"])
        note_act("proxy.revoked", by=by, space=proxy.box.space, subject=proxy.box)
    return proxy


@transaction.atomic
def use_proxy(
    *, session: Session, giver: RollEntry, by: User | None, token: str = "", is_keyed_in: bool = False
) -> list[PresenceMark]:
    """The holder is here: the giver's right is used in every box of the session, and one more pass is handed over.

    The same form sent again gives the same marks (D19). Raises ProxyMissing, Struck (the holder, too), UsedInPerson,
    VotedByPost, SessionNotOpen.
    """
    session = locked_session(session, states=UNTIL_RECONCILED if is_keyed_in else WHILE_OPEN)
    marks = []
    for box in boxes_by_person(session, giver.roll_id):
        rows = Proxy.objects.select_for_update(of=("self",), no_key=True).select_related("holder")
        proxy = rows.standing().filter(box=box, giver=giver).first()
        if proxy is None:
            raise ProxyMissing
        if proxy.holder.struck_at:
            raise Struck
        marks.append(
            mark_used_in_person(
                box=box,
                entry=giver,
                session=session,
                by=by,
                token=f"{token} {box.pk} {giver.pk} proxy" if token else "",
                is_keyed_in=is_keyed_in,
                way=PresenceMark.Way.PROXY,
            )
        )
        Proxy.objects.filter(pk=proxy.pk).update(state=State.USED, session=session)
    if not marks:
        raise ProxyMissing
    return marks


def give_back_proxy(mark: PresenceMark) -> None:
    """The mark was undone against its pass: the proxy may be used again. The session is held."""
    used = Proxy.objects.filter(box=mark.box_id, giver=mark.entry_id, state=State.USED)
    used.update(state=State.GIVEN, session=None)
