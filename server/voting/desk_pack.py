"""What a desk without network knows of a session: its rolls, sealed to the unlock cards (``unlocking``, protocol §6).

    {"format": "parvis-desk-roll-1",
     "boxes": [{"def", "title": {language: text}, "regime": "person | pass"}],
     "rolls": [{"id", "title", "box": place in boxes, "boxes": [places], "people": [row]}],
     "takes_two": whether a mark is undone by two persons, "walk_ins": [[family name, given name, birth date, address]]}

    row = [number, family name, given name, birth date (YYYY-MM-DD or ""), address, state, pseudonym (b64u, 32 bytes)]

in the order of names. ``box`` is where the pseudonym is the person's; a mark is one deed for all ``boxes``. state: ""
nothing is known against a pass; ``here`` or ``elsewhere`` marked already, ``post`` voted by post, ``online`` voted
online where that closed first, ``proxy`` gave a proxy, ``struck``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.ledger.keys import b64u
from server.ledger.models import Record
from server.meetings.models import Session

from . import boxkeys
from .definitions import Definition
from .desk_search import boxes_by_person
from .models import Box, LetterBinding, PresenceMark, Proxy, Roll, RollEntry, WalkIn
from .two_persons import session_takes_two
from .unlocking import seal_roll

FORMAT = "parvis-desk-roll-1"
# Afterwards a desk marks nobody, and needs to know nobody.
WITH_ROLL = (Session.State.PREPARED, Session.State.OPEN, Session.State.PAUSED)
AT_ONCE = 5000


def unlocks(session: Session) -> dict[str, bytes]:
    """The key of each good card, by its id."""
    return {card: bytes(key) for card, key in session.unlock_cards.good().values_list("card", "key")}


def sealed_roll(session: Session, *, dev: str, version: int) -> tuple[dict[str, str], list[dict[str, str]]]:
    """``(desk, unlock)`` of a pack: the roll under a key of its own, and that key under each good card."""
    return seal_roll(roll_for_desk(session), unlocks(session), session=session.ref, dev=dev, version=version)


def roll_for_desk(session: Session) -> dict[str, Any]:
    boxes = list(session.boxes.exclude(definition="").order_by("pk"))
    places = {box.pk: place for place, box in enumerate(boxes)}
    by_roll: dict[int | None, list[Box]] = {}
    for box in boxes_by_person(session):
        assert box.roll_id is not None  # by person
        by_roll.setdefault(box.roll_id, []).append(box)
    rolls = Roll.objects.in_bulk(by_roll)
    waiting = WalkIn.objects.waiting().filter(roll__in=rolls)
    names = waiting.values_list("family_name", "given_name", "birth_date", "address")
    return {
        "format": FORMAT,
        "boxes": [
            {"def": box.definition_hash, "title": Definition.of(box).facts["title"], "regime": str(box.regime)}
            for box in boxes
        ],
        "rolls": [
            {
                "id": roll,
                "title": rolls[roll].title,
                "box": places[own[0].pk],
                "boxes": [places[box.pk] for box in own],
                "people": people_for_desk(session, own),
            }
            for roll, own in by_roll.items()
        ],
        "takes_two": session_takes_two(session),
        "walk_ins": [[family, given, _day(birth), address] for family, given, birth, address in names],
    }


def people_for_desk(session: Session, boxes: list[Box]) -> list[list[str]]:
    """Everybody on the roll of these boxes. 50,000 people take about a second."""
    key, states = boxkeys.pseudonym_key(boxes[0]), _states(session, boxes)
    columns = ("pk", "number", "family_name", "given_name", "birth_date", "address")
    rows = RollEntry.objects.filter(roll=boxes[0].roll_id).values_list(*columns)
    people = []
    for pk, number, family, given, birth, address in rows.iterator(chunk_size=AT_ONCE):
        pseudonym = bytes.fromhex(boxkeys.pseudonym_under(key, number).removeprefix("entry:"))
        people.append([number, family, given, _day(birth), address, states.get(pk, ""), b64u(pseudonym)])
    return people


def _day(date: Any) -> str:
    return date.isoformat() if date else ""


def _states(session: Session, boxes: list[Box]) -> Mapping[int, str]:
    """What is known of each entry against handing over a pass; what stands last in this function weighs most."""
    states: dict[int, str] = {}
    for giver in Proxy.objects.unused().filter(box__in=boxes).values_list("giver", flat=True):
        states[giver] = "proxy"
    for box in boxes:
        if box.online_closes_first:
            states |= dict.fromkeys(_voted_online(box), "online")
    marks = PresenceMark.objects.filter(box__in=boxes, is_restored=False).values_list("entry", "session", "way")
    for entry, where, way in marks:
        states[entry] = "post" if way == PresenceMark.Way.POST else "here" if where == session.pk else "elsewhere"
    struck = RollEntry.objects.filter(roll=boxes[0].roll_id).exclude(struck_at=None)
    return states | dict.fromkeys(struck.values_list("pk", flat=True), "struck")


def _voted_online(box: Box) -> list[int]:
    """Entries of which a ballot cast online lies in the log; not which."""
    cast = Record.objects.of_box(box.definition_hash).to_settle().filter(session_ref="")
    subjects = set(cast.values_list("payload__subject", flat=True))
    if not subjects:
        return []
    letters = LetterBinding.objects.filter(letter__batch__box=box, letter__is_void=False)
    found = [entry for entry, use in letters.values_list("entry", "letter__use_value") if f"use:{use}" in subjects]
    key = boxkeys.pseudonym_key(box)
    for pk, number in RollEntry.objects.filter(roll=box.roll_id).values_list("pk", "number"):
        if boxkeys.pseudonym_under(key, number) in subjects:
            found.append(pk)
    return found
