"""Find a person of a session's roll at the desk, by name or number, as somebody types it in a hurry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from server.processes.folding import fold

from .models import Box, Challenge, PresenceMark, RollEntry, WalkIn

if TYPE_CHECKING:
    from server.meetings.models import Session

MOST_SHOWN = 12
SHORTEST = 2


def is_too_short(text: str) -> bool:
    """Whether so little was typed that nobody is looked for: a letter alone is half the roll, a number is somebody."""
    typed = "".join(text.split())
    return len(typed) < SHORTEST and not typed.isdigit()


def boxes_by_person(session: Session, roll: int | None = None) -> QuerySet[Box]:
    """The frozen boxes of a session in which people are marked; of one roll where it is given."""
    boxes = session.boxes.filter(regime=Box.Regime.PERSON).exclude(definition="").order_by("pk")
    return boxes if roll is None else boxes.filter(roll_id=roll)


def roll_of(session: Session) -> QuerySet[RollEntry]:
    """Everybody who may be marked at this session."""
    return RollEntry.objects.filter(roll__in=boxes_by_person(session).order_by().values("roll_id"))


def find_entries(session: Session, text: str) -> list[RollEntry]:
    """Up to ``MOST_SHOWN`` + 1 entries in whose name or number every word typed occurs; one more says "there are more".

    Two people of one name are both shown: a person chooses, never the machine (P8).
    """
    return find_in(roll_of(session), text)


def find_walk_ins(session: Session, text: str) -> list[WalkIn]:
    """People who are not on the roll and wait for a decision, entered at any session of the same rolls."""
    if is_too_short(text):
        return []
    words = [fold(word) for word in text.split()[:6]]
    waiting = WalkIn.objects.waiting().filter(roll__boxes__sessions=session).distinct().select_related("session")
    return [one for one in waiting if all(word in fold(f"{one.family_name} {one.given_name}") for word in words)]


def find_in(entries: QuerySet[RollEntry], text: str, *, most: int = MOST_SHOWN) -> list[RollEntry]:
    """As ``find_entries``, in any set of entries, up to ``most`` + 1 of them; first who has this very number."""
    if is_too_short(text):
        return []
    words = text.split()[:6]
    this_number = Case(When(number__iexact=text.strip(), then=0), default=1)
    entries = entries.order_by(this_number, "family_name", "given_name", "number")
    asked = Q()
    for word in words:
        asked &= Q(family_name__icontains=word) | Q(given_name__icontains=word) | Q(number__istartswith=word)
    found = list(entries.filter(asked)[: most + 1])
    # A database may not know that É is é, or that people leave accents out. Unless there are too many already, every
    # name is looked through: 100,000 of them take about half a second.
    return found if len(found) > most else _find_folded(entries, [fold(word) for word in words], most)


def _find_folded(entries: QuerySet[RollEntry], words: list[str], most: int) -> list[RollEntry]:
    found: list[int] = []
    for pk, *names in entries.values_list("pk", "family_name", "given_name", "number").iterator(chunk_size=5000):
        name = fold(" ".join(names))
        if all(word in name for word in words):
            found.append(pk)
            if len(found) > most:
                break
    return list(entries.filter(pk__in=found))


def marks_of(entries: list[RollEntry], session: Session) -> dict[int, list[PresenceMark]]:
    """Entry → its standing marks in the boxes of this session, made here or elsewhere (P3); opened envelopes first.

    ``is_noted``: the list on paper of this session names the person as well; ``is_final``: only people can decide which
    of the two stands (``is_final_at``). ``where``: the meeting, or the session where this meeting has several.
    """
    marks = PresenceMark.objects.filter(entry__in=entries, box__in=session.boxes.all(), is_restored=False)
    marks = marks.annotate(is_noted=Exists(Challenge.objects.filter(mark=OuterRef("pk"), session=session)))
    found: dict[int, list[PresenceMark]] = {}
    for mark in marks.with_envelope().select_related("session__meeting", "box"):
        mark.is_final, there = mark.is_final_at(session), mark.session
        mark.where = there if there.meeting_id == session.meeting_id else there.meeting
        found.setdefault(mark.entry_id, []).append(mark)
    return {entry: sorted(ones, key=lambda one: not one.is_mixed) for entry, ones in found.items()}
