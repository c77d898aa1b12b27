"""Comments in bulk are the same as one after another; an invented city holds what its size says."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from server.discussion.actions import Author, write_comment
from server.discussion.bulk import Said, write_many
from server.discussion.models import Comment
from server.ledger.applying import is_rebuilt_alike
from server.ledger.models import Payload, Record
from server.proposals.models import Endorsement, Proposal
from server.proposals.subject import subject_of
from server.rehearsal.city import make_city
from tests.server.proposals.ideas import ONLINE, make_ideas, person, propose

pytestmark = pytest.mark.django_db


def said_of(proposals: list[Proposal], count: int) -> list[Said]:
    """Turn by turn about each; every third answers what was said six before it, by another person or a table."""
    subjects = [subject_of(one) for one in proposals]
    people = [Author(person(f"p{n}")) for n in range(40)]
    refs = [f"{n:032x}" for n in range(1, count + 1)]
    begin = timezone.now().replace(microsecond=0)
    return [
        Said(
            subjects[n % len(subjects)],
            f"Word {n}.\r\n\r\n\r\nAnd {n % 7} more.",
            people[n % 40] if n % 5 else Author(name="Table 4", kind="table"),
            "web",
            begin + timedelta(minutes=20 * n),
            ("for", "against", "neutral")[n % 3],
            refs[n - 6] if n % 3 == 0 and n >= 6 else "",
            "en",
            ref,
        )
        for n, ref in enumerate(refs)
    ]


def rows() -> list[tuple]:
    """All that is kept of each, but for what names a record by its place."""
    moving = {"id", "record", "text_record"}
    names = [field.attname for field in Comment._meta.concrete_fields if field.attname not in moving]
    return list(Comment.objects.order_by("ref").values_list(*names))


def bodies(after: int) -> list[bytes]:
    records = Record.objects.filter(type="comment.written", index__gt=after).order_by("index")
    return [bytes(Payload.objects.get(record=one).body) for one in records]


@pytest.mark.long
def test_two_hundred_in_bulk_are_the_same_as_two_hundred_by_the_deed():
    component = make_ideas()
    proposals = [propose(component, f"Idea number {n}") for n in range(3)]
    said = said_of(proposals, 200)
    assert write_many(component=component, said=said) == 200
    bulk, last = rows(), Record.objects.latest("index").index
    counts = list(component.proposals.order_by("number").values_list("comment_count", flat=True))
    told = bodies(-1)
    assert is_rebuilt_alike()
    Comment.objects.all().delete()
    for one in said:
        with time_machine.travel(one.at, tick=False):
            write_comment(
                subject=one.subject, ref=one.ref, text=one.text, author=one.author, origin=ONLINE,
                stance=one.stance, parent=one.parent, language=one.language,
            )  # fmt: skip
    assert rows() == bulk and bodies(last) == told
    assert list(component.proposals.order_by("number").values_list("comment_count", flat=True)) == counts


def test_written_again_they_are_there_once():
    component = make_ideas()
    said = said_of([propose(component)], 9)
    assert write_many(component=component, said=said[:6]) == 6
    assert write_many(component=component, said=said) == 3
    assert component.proposals.get().comment_count == Comment.objects.count() == 9


def test_a_small_city_is_as_large_as_it_says():
    made = make_city(scale=0.004, seed=7)
    assert (made["proposals"], made["comments"], made["endorsements"], made["people"]) == (43, 480, 1600, 200)
    assert sum(Proposal.objects.values_list("comment_count", flat=True)) == 480
    assert sum(Proposal.objects.values_list("endorsement_count", flat=True)) == Endorsement.objects.count() == 1600
