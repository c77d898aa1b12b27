"""Ideas that people write at kiosks without network, and what becomes of hostile ones."""

from __future__ import annotations

import json

import pytest

from server.ledger import applying
from server.ledger.models import Record
from server.processes.models import Component
from server.proposals.exports import rows_of
from server.proposals.models import Proposal
from server.proposals.rules import LONGEST_BODY, LONGEST_TITLE
from tests.server.proposals.ideas import person
from tests.server.proposals.kiosk_hall import ACCEPTED, Hall, bring, count
from tests.server.votes import push

pytestmark = pytest.mark.django_db


def test_an_idea_of_a_kiosk_is_one_proposal_however_often_it_comes(hall: Hall):
    kiosk = hall.kiosk()
    record = kiosk.propose(hall.component.pk, "  Des arbres   sur le quai ", "Pour l’ombre.\r\nEt l’eau.", name=" Ida ")
    assert bring(kiosk) == [ACCEPTED]
    push(kiosk, kiosk.batch(1))
    Record.objects.filter(pk=record.id).update(is_applied=False)
    applying.apply_pending()
    made = Proposal.objects.get()
    assert (made.ref, made.title, made.body) == (record.id[:24], "Des arbres sur le quai", "Pour l’ombre.\nEt l’eau.")
    assert (made.shown_author, made.author_kind, made.author, made.right) == ("Ida", "person", None, "")
    assert (made.door, made.session_ref, made.number) == ("kiosk", hall.vote.session.ref, 1)
    [row] = rows_of(hall.component)
    assert (row["door"], row["author"]) == ("kiosk", "Ida")


def test_who_gives_no_name_is_somebody(hall: Hall):
    kiosk = hall.kiosk()
    kiosk.propose(hall.component.pk, "Des arbres sur le quai", "Pour l’ombre.")
    bring(kiosk)
    assert Proposal.objects.get().author_name == ""


def test_a_rule_that_became_stricter_meanwhile_takes_no_idea_away(hall: Hall):
    kiosk = hall.kiosk()
    kiosk.propose(hall.component.pk, "Des arbres sur le quai", "x" * 3000)
    Component.objects.filter(pk=hall.component.pk).update(settings={"longest_body": 200})
    assert bring(kiosk) == [ACCEPTED]


WRONG = {
    "no title": {"title": "  "}, "no text": {"body": ""}, "a long title": {"title": "x" * (LONGEST_TITLE + 1)},
    "a long text": {"body": "x" * (LONGEST_BODY + 1)}, "a long name": {"name": "x" * 121}, "no words": {"title": 5},
    "a component that is none": {"component": "7"}, "true": {"component": True}, "zero": {"component": 0},
    "too large a number": {"component": 2**63}, "a language that is none": {"language": "<svg>"},
    "hidden characters": {"body": "a\u202eb"}, "a zero byte": {"title": "a\x00b"}, "a name that is none": {"name": []},
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_an_idea_of_another_shape_is_quarantined_and_stops_no_other(hall: Hall, name: str):
    kiosk = hall.kiosk()
    facts = {"component": hall.component.pk, "title": "Un banc", "body": "Ici.", "language": "fr", "name": ""}
    kiosk._add("proposal.version", json.dumps(facts | WRONG[name]).encode())
    kiosk.propose(hall.component.pk, "Des arbres sur le quai", "Pour l’ombre.")
    assert bring(kiosk) == [("quarantined", "malformed"), ACCEPTED]
    assert [one.title for one in Proposal.objects.all()] == ["Des arbres sur le quai"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 9000, b"\xff"])
def test_bytes_that_are_no_idea_are_quarantined(hall: Hall, body: bytes):
    kiosk = hall.kiosk()
    kiosk._add("proposal.version", body)
    assert bring(kiosk) == [("quarantined", "malformed")]


def test_an_idea_is_nobodys_right(hall: Hall):
    kiosk = hall.kiosk()
    facts = {"component": hall.component.pk, "title": "Un banc", "body": "Ici.", "language": "fr", "name": ""}
    kiosk._add("proposal.version", json.dumps(facts).encode(), subject=f"account:{person().pk}")
    assert bring(kiosk) == [("quarantined", "malformed")]


def test_a_component_of_another_kind_takes_no_idea(hall: Hall):
    kiosk = hall.kiosk()
    kiosk.propose(hall.vote.box.component_id, "Un banc", "Ici.")
    assert bring(kiosk) == [("quarantined", "subject_unknown")]


def test_ideas_and_endorsements_are_applied_in_their_order_with_all_that_stands_between(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    for number, code in enumerate(hall.vote.stack[:3]):
        kiosk.endorse(idea.ref, code)
        kiosk.propose(hall.component.pk, f"Idée {number} du préau", "Ici.")
    assert bring(kiosk) == [ACCEPTED] * 6
    assert count(idea) == 3 and [one.title for one in Proposal.objects.filter(door="kiosk").order_by("number")] == [
        f"Idée {number} du préau" for number in range(3)
    ]
    assert not Record.objects.to_apply().exists()
