"""The invariants I1 to I8 of F6, each a function over a ``World`` that raises ``Violated``.

``EVERY_STEP`` cost a few queries; ``AT_THE_END`` want everything brought that devices hold. The expectation is the
``Book``: sets and dictionaries, and no code of the settlement.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.db import connection

from server.ledger import tree
from server.ledger.models import Checkpoint, Log, Payload, Record
from server.ledger.nodes import count_leaves
from server.meetings.actions import reconcile_session
from server.voting.balance import balance_of
from server.voting.merge import settle
from server.voting.settlement import Settled, settle_box
from server.web.refusals import Refusal
from tests.server.votes import Vote

from .hall import undone
from .world import FOREIGN, Violated, World

VERDICTS = {"accepted", "provisional", "parked", "quarantined"}


def require(which: str, is_so: object, words: str) -> None:
    if not is_so:
        raise Violated(which, words)


# -- after every step ------------------------------------------------------------------------------


def asked(sql: str) -> list[tuple[Any, ...]]:
    """Without the ORM: it is asked after every step."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def i8_atomic(world: World) -> None:
    """The log, its rows, what lies beside them and the leaves of the tree are of one length."""
    lengths = [f"(SELECT count(*) FROM {model._meta.db_table})" for model in (Record, Payload)]
    [(size, *others)] = asked(f"SELECT size, {', '.join(lengths)} FROM {Log._meta.db_table}")
    others.append(count_leaves())
    require("I8", set(others) == {size}, f"log {size}; rows, payloads and leaves {others}")


def i1_nothing_lost(world: World) -> None:
    """Whatever the server was brought is there, with the verdict that is due for it; so is all that it confirmed."""
    book = world.book
    told = {one for ids in book.web.values() for one in ids} | set(book.sheets) | set().union(*book.brought.values())
    verdicts = dict(asked(f"SELECT id, verdict FROM {Record._meta.db_table}"))
    require("I1", verdicts.keys() >= told, f"{len(told - verdicts.keys())} of {len(told)} are gone")
    require("I1", set(verdicts.values()) <= VERDICTS, "a verdict that drops")
    for tablet in world.tablets:
        if tablet.kiosk.dev in world.cloned:
            continue
        brought, place = book.brought[tablet.kiosk.dev], world.in_place(tablet.kiosk)
        for record in tablet.kiosk.records:
            if record.id in brought:
                due, found = verdict_due(world, record, place), verdicts[record.id]
                require("I1", due == found, f"number {record.header.seq} is {found} and not {due}")


def verdict_due(world: World, record: Any, place: int) -> str:
    """Of a record of a device that nobody copied, by what was brought and when the device was revoked.

    place: up to this number nothing of its chain is missing.
    """
    book, dev, seq = world.book, record.header.dev, record.header.seq
    if seq > place:
        return "parked"
    if record.id in book.decided:
        return "accepted" if book.decided[record.id] else "quarantined"
    if record.id in world.foreign:
        return "quarantined"
    if record.id in world.late:
        return "provisional"
    return "provisional" if dev in book.revoked and seq > book.revoked[dev] else "accepted"


def i2_one_in_a_number(world: World) -> None:
    """At most one record stands in a number of a chain, however many copies of a device there are."""
    if world.cloned:
        places = "SELECT count(*) AS records FROM {} WHERE NOT is_fork GROUP BY dev, epoch, seq"
        [(most,)] = asked(f"SELECT max(records) FROM ({places.format(Record._meta.db_table)}) AS places")
        require("I2", most == 1, f"{most} records in one number")


EVERY_STEP = (i8_atomic, i1_nothing_lost, i2_one_in_a_number)


# -- at the end ------------------------------------------------------------------------------------


def i1_listed(settled: Settled) -> None:
    """Every ballot that counts or may count ended in exactly one place of the settlement."""
    found = settled.settlement
    places = [*found.counted, *(one.id for one in found.superseded), *(one.id for one in found.removed)]
    places += [*found.provisional, *(one for ids in found.undecided.values() for one in ids)]
    require("I1", Counter(places) == Counter(one.id for one in settled.ballots), "a ballot is listed twice or nowhere")


def i2_nothing_doubled(settled: Settled) -> None:
    rights = Counter(settled.right_of(one) for one in settled.ballots if one.id in settled.settlement.counted)
    require("I2", max(rights.values(), default=1) == 1, "two ballots of one right count")


def i3_order_free(world: World, settled: Settled) -> None:
    """In whatever order the ballots are given the same count, and they are those that the book expects."""
    ballots = list(settled.ballots)
    world.rng.shuffle(ballots)
    require("I3", settle(ballots, settled.rights) == settled.settlement, "another order, another result")
    counted = {one.hex() for one in settled.settlement.counted}
    for choices in rights_expected(world):
        require("I3", len(counted & choices) == 1, f"{len(counted & choices)} of {len(choices)} of a right count")
        counted -= choices
    require("I3", not counted, f"{len(counted)} count that nobody expects")


def rights_expected(world: World) -> list[set[str]]:
    """For each right that was used so that it counts: the ballots of which exactly one must."""
    book = world.book
    accepted = set(Record.objects.ballots().accepted().values_list("id", flat=True))
    last = {person: ids[-1] for person, ids in book.web.items()}
    rights = [{one} for person, one in last.items() if person not in book.in_person | dict.fromkeys(book.struck)]
    rights += [{one} for one in book.sheets]
    for code in {code.text for code in world.handed} - book.void - book.exchanged:
        rights.append({ballot for ballot, of in world.cast.items() if of == code} & accepted)
    return [right for right in rights if right]


def i4_log_adds_up(world: World) -> None:
    """Equation 10: every record of the log has one of the four verdicts; duplicates added none."""
    verdicts = Counter(Record.objects.values_list("verdict", flat=True))
    require("I4", sum(verdicts[one] for one in VERDICTS) == Log.objects.get().size, "the log does not add up")
    held = {record.id for tablet in world.tablets for record in tablet.kiosk.records}
    devices = [tablet.kiosk.dev for tablet in world.tablets]
    found = Record.objects.filter(dev__in=devices).count()
    require("I4", found == len(held), f"devices hold {len(held)} records, the log {found} of them")


def i4_balance(world: World) -> None:
    """A closed session is reconciled if, and only if, nothing waits for people and the equations hold; or once every
    difference is put into words. What is tried here is undone."""
    vote = world.vote
    unused, void = len(vote.stack) - len(world.handed), len(world.book.void)
    counts = {"passes_unused": unused, "passes_spoiled": void, "passes_returned": 0, "passes_issued": len(world.handed)}
    sheets = {"sheets_in_box": len(world.book.sheets), "sheets_unused": 0, "sheets_spoiled": 0}
    with undone():
        vote.count(**counts, **sheets)
        vote.refresh()
        waits = Record.objects.undecided().exists() or Record.objects.ballots().out_of_line().exists()
        silent = {one.kiosk.dev for one in world.tablets if one.state != "closed"}
        differs = any(not one.is_settled for one in balance_of(vote.session))
        is_closed = reconciles(vote)
        require("I4", is_closed != bool(waits or silent or differs), "reconciled although something is open, or not")
        if not (waits or silent):
            vote.explain()
            require("I4", reconciles(vote), "every difference is explained, and it cannot be reconciled")
    vote.refresh()


def reconciles(vote: Vote) -> bool:
    try:
        reconcile_session(session=vote.session, by=vote.officer)
    except Refusal:
        return False
    return True


def i5_append_only(world: World) -> None:
    """Each signed state of this time of the list, those of the backup included, is the root over its first records."""
    headers = Record.objects.order_by("index").values_list("header", flat=True)
    leaves = [tree.leaf_hash(header.encode()) for header in headers]
    states = [(one.size, one.root) for one in Checkpoint.objects.all()]
    epoch = Log.objects.get().log_epoch
    states += [(size, root) for of, size, root in world.states if of == epoch]
    for size, root in states:
        require("I5", size <= len(leaves) and tree.root(iter(leaves[:size])).hex() == root, f"state {size} was changed")


def i6_context(world: World, settled: Settled) -> None:
    """What counts names this box and this place; a record of another meeting stands in quarantine."""
    box, place = world.vote.box, (world.vote.box.space.slug, {"", world.vote.session.ref})
    counted = Record.objects.filter(id__in=[one.hex() for one in settled.settlement.counted])
    for header in map(json.loads, counted.values_list("header", flat=True)):
        is_here = header["def"] == box.definition_hash and header["space"] == place[0] and header["meeting"] in place[1]
        require("I6", is_here, "a ballot of elsewhere counts")
    foreign = Record.objects.filter(session_ref=FOREIGN).exclude(verdict__in=["quarantined", "parked"])
    require("I6", not foreign.exists(), "a record of another meeting was taken")


def i7_secrecy(world: World) -> None:
    """Nothing beside a ballot says whose it is, in plain, or when it was cast."""
    names = {word for one in world.vote.entries for word in (one.family_name, one.number)}
    names |= {code.text for code in world.vote.letters + world.vote.stack}
    rows = Record.objects.ballots().select_related("payload")
    for row in rows:
        words = f"{row.header} {row.payload.subject} {bytes(row.payload.body)!r}"
        require("I7", not any(f'"{name}"' in words or f":{name}" in words for name in names), "a ballot names somebody")
        require("I7", "time" not in json.loads(row.header), "a ballot says when")


def at_the_end(world: World) -> None:
    """All of them, once everything was brought."""
    for check in EVERY_STEP:
        check(world)
    settled = settle_box(world.vote.box)
    i1_listed(settled)
    i2_nothing_doubled(settled)
    i3_order_free(world, settled)
    i4_log_adds_up(world)
    i5_append_only(world)
    i6_context(world, settled)
    i7_secrecy(world)
