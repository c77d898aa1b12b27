"""Comments of kiosks without network: what the pack offers, and what becomes of them (``docs/decisions/0050``)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from server.discussion.models import LONGEST, LONGEST_NAME, Comment, new_ref
from server.ledger import applying
from server.ledger.models import Record
from server.moderation import reportables as things
from server.moderation.actions import hide
from server.processes.component_types import Activity
from server.processes.models import Opening
from server.proposals.answering import join_proposals
from server.proposals.exports import rows_of
from server.proposals.models import Offer, Proposal
from server.proposals.texts import Text
from server.proposals.writing import About, withdraw_proposal
from tests.server.proposals.ideas import OPEN, close, make_ideas, organiser, person, propose
from tests.server.proposals.kiosk_hall import ACCEPTED, Hall, bring, make_hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    return make_hall(OPEN)


def body_of(proposal: Proposal, **other: Any) -> dict[str, Any]:
    told = {"ref": new_ref(), "subject": {"kind": "proposal", "ref": proposal.ref}, "parent": "", "text": "Un banc."}
    return told | {"language": "fr", "stance": "for", "author": {"kind": "person", "name": "Ida"}} | other


def page_of(proposal: Proposal) -> str:
    answer = Client(headers={"accept-language": "en"}).get(proposal.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def count(proposal: Proposal) -> int:
    return Proposal.objects.get(pk=proposal.pk).comment_count


# -- the pack -------------------------------------------------------------------------------------


def test_a_pack_says_that_people_may_comment_how_much_and_whether_they_are_asked_for_or_against(hall: Hall):
    hall.idea()
    [ideas] = hall.kiosk().pack["ideas"]
    assert (ideas["may"], ideas["longest_comment"], ideas["asks_stance"]) == (list(OPEN), LONGEST, True)
    assert set(Offer.objects.values_list("activity", flat=True)) == set(OPEN)


def test_where_no_phase_lets_kiosks_comment_a_pack_does_not_offer_it(hall: Hall):
    Opening.objects.filter(activity=Activity.COMMENT).update(doors=["web", "desk"])
    assert hall.kiosk().pack["ideas"][0]["may"] == ["propose", "endorse"]


# -- what they bring ------------------------------------------------------------------------------


def test_a_comment_of_a_kiosk_stands_in_the_thread_with_the_sign_of_its_door_and_is_counted_by_it(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.comment(idea.ref, "  Deux suffiraient.\r\nÀ l’ombre. ", stance="for", name=" Ida  R. ")
    kiosk.comment(idea.ref, "Trop cher.", stance="against")
    assert bring(kiosk) == [ACCEPTED] * 2
    first, second = Comment.objects.order_by("pk")
    assert (first.body, first.author_name, first.stance) == ("Deux suffiraient.\nÀ l’ombre.", "Ida R.", "for")
    assert (second.author, second.author_name, second.author_kind) == (None, "", "person")
    assert {(one.door, one.session_ref) for one in (first, second)} == {("kiosk", hall.vote.session.ref)}
    told = page_of(idea)
    assert "Deux suffiraient." in told and "Ida R." in told and "Somebody who gave no name" in told
    assert "only=kiosk" not in told, "all came by one door: there is nothing to choose"
    [row] = rows_of(hall.component)
    assert (row["comments"], row["comments_kiosk"], row["comments_web"]) == (2, 2, 0)
    assert applying.is_rebuilt_alike()


def test_again_is_the_same_as_once(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    record = kiosk.comment(idea.ref, "Deux suffiraient.")
    bring(kiosk)
    for _turn in range(2):
        Record.objects.filter(pk=record.id).update(is_applied=False)
        assert bring(kiosk) == [ACCEPTED]
    assert Comment.objects.count() == count(idea) == 1


def test_the_name_of_a_comment_is_taken_once_and_whoever_takes_it_again_changes_nothing(hall: Hall):
    idea, first, second = hall.idea(), hall.kiosk(), hall.kiosk()
    first.comment(idea.ref, "Deux suffiraient.", ref="ab" * 16)
    second.comment(idea.ref, "Autre chose.", ref="ab" * 16)
    assert (bring(first), bring(second)) == ([ACCEPTED], [("quarantined", "malformed")])
    assert Comment.objects.get().body == "Deux suffiraient."
    assert applying.is_rebuilt_alike()


def test_advertising_of_a_kiosk_waits_for_a_moderator_and_a_comment_can_be_hidden(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.comment(idea.ref, "http://a.example http://b.example")
    kiosk.comment(idea.ref, "Deux suffiraient.")
    assert bring(kiosk) == [ACCEPTED] * 2
    assert count(idea) == 1 and Comment.objects.filter(held_at__isnull=False).count() == 1
    said = Comment.objects.get(held_at=None)
    hide(thing=things.find("comment", said.ref), reason="private", by=organiser(hall.component.space))
    assert count(idea) == 0 and "Deux suffiraient." not in page_of(idea)
    assert next(rows_of(hall.component))["comments_kiosk"] == 0


# -- what is open ---------------------------------------------------------------------------------


def test_p22_a_phase_that_ended_while_the_kiosk_was_offline_loses_no_comment(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.comment(idea.ref, "Deux suffiraient.")
    close(hall.component)
    Opening.objects.all().delete()
    assert bring(kiosk) == [ACCEPTED] and count(idea) == 1
    assert "Deux suffiraient." in page_of(idea)


@pytest.mark.parametrize(("moves", "reason"), [(["paused"], "not_open"), (["closed"], "late")])
def test_what_was_said_while_the_session_was_not_open_there_waits_for_people(hall: Hall, moves: list[str], reason: str):
    idea, kiosk = hall.idea(), hall.kiosk()
    for state in moves:
        kiosk.move(state)
    kiosk.comment(idea.ref, "Deux suffiraient.")
    assert bring(kiosk) == [("provisional", reason)] and not Comment.objects.exists()


def test_what_no_pack_offered_is_quarantined(hall: Hall):
    Opening.objects.filter(activity=Activity.COMMENT).update(doors=["web"])
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.comment(idea.ref, "Deux suffiraient.")
    # Opened for kiosks after all: what this one was offered does not change by it.
    Opening.objects.update(doors=["kiosk"])
    assert bring(kiosk) == [("quarantined", "not_offered")] and count(idea) == 0


def test_a_comment_on_an_idea_of_another_space_is_offered_nowhere_here(hall: Hall):
    elsewhere, kiosk = propose(make_ideas()), hall.kiosk()
    kiosk.comment(elsewhere.ref, "Deux suffiraient.")
    assert bring(kiosk) == [("quarantined", "not_offered")] and count(elsewhere) == 0


def test_p22_a_comment_on_what_was_joined_meanwhile_stays_with_the_words_that_its_author_read(hall: Hall):
    first, second, kiosk = hall.idea(), hall.idea("Deux bancs devant la gare"), hall.kiosk()
    kiosk.comment(second.ref, "Un seul suffirait.", stance="against")
    text = Text("Des bancs à la gare", "Tous.")
    one = join_proposals(proposals=[first, second], text=text, about=About(), by=organiser(hall.component.space))
    assert bring(kiosk) == [ACCEPTED]
    assert (count(second), count(one)) == (1, 0)
    told = page_of(second)
    assert "Un seul suffirait." in told and one.get_absolute_url() in told
    assert second.get_absolute_url() in page_of(one), "and from there one finds what was said"
    assert applying.is_rebuilt_alike()


@pytest.mark.parametrize("how", ["withdrawn", "hidden"])
def test_what_stands_no_more_keeps_the_comments_that_were_on_their_way(hall: Hall, how: str):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.comment(idea.ref, "Deux suffiraient.")
    if how == "withdrawn":
        withdraw_proposal(proposal=idea, by=person())
    else:
        Proposal.objects.filter(pk=idea.pk).update(hidden_at=timezone.now(), hidden_reason="private")
    assert bring(kiosk) == [ACCEPTED] and count(idea) == 1
    assert ("Deux suffiraient." in page_of(idea)) == (how == "withdrawn")


# -- hostile shapes -------------------------------------------------------------------------------

PERSON = {"kind": "person", "name": ""}
WRONG: dict[str, dict[str, Any]] = {
    "no text": {"text": ""},
    "blanks": {"text": " \n "},
    "too long": {"text": "x" * (LONGEST + 1)},
    "a number": {"text": 5},
    "hidden signs": {"text": "a\u202eb"},
    "a zero byte": {"text": "a\x00b"},
    "half a sign": {"text": "a\ud800"},
    "no such stance": {"stance": "perhaps"},
    "a stance of another kind": {"stance": ["for"]},
    "no stance": {"stance": None},
    "a short ref": {"ref": "ab"},
    "a ref of signs": {"ref": "z" * 32},
    "a long name": {"author": PERSON | {"name": "x" * (LONGEST_NAME + 1)}},
    "no author": {"author": "Ida"},
    "a kind that is none": {"author": PERSON | {"kind": "king"}},
    "a language that is none": {"language": "français de France"},
    "no subject": {"subject": "proposal"},
    "a subject with a zero byte": {"subject": {"kind": "proposal", "ref": "a\x00"}},
    "a parent with a zero byte": {"parent": "a\x00"},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_comment_of_another_shape_is_quarantined_and_stops_no_other(hall: Hall, name: str):
    idea, kiosk = hall.idea(), hall.kiosk()
    body = body_of(idea, **({"ref": "ab" * 16} | WRONG[name]))
    kiosk._add("comment.written", json.dumps(body).encode(), subject=f"comment:{'ab' * 16}")
    kiosk.comment(idea.ref, "Deux suffiraient.")
    assert bring(kiosk) == [("quarantined", "malformed"), ACCEPTED] and count(idea) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"{}", b"\xff", b"[" * 9000])
def test_a_body_that_is_none_is_quarantined(hall: Hall, body: bytes):
    kiosk = hall.kiosk()
    kiosk._add("comment.written", body, subject=f"comment:{'ab' * 16}")
    assert bring(kiosk) == [("quarantined", "malformed")]


def test_a_header_that_names_another_comment_is_believed_about_neither(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk._add("comment.written", json.dumps(body_of(idea)).encode(), subject=f"comment:{'cd' * 16}")
    assert bring(kiosk) == [("quarantined", "malformed")] and not Comment.objects.exists()


def test_an_idea_that_nobody_knows_and_a_draft_are_no_subjects(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    Proposal.objects.filter(pk=idea.pk).update(published_at=None)
    for ref in ("0" * 24, idea.ref):
        kiosk.comment(ref, "Deux suffiraient.")
    assert bring(kiosk) == [("quarantined", "subject_unknown")] * 2


def test_a_kiosk_speaks_for_no_account_no_table_and_no_other_door(hall: Hall):
    idea, kiosk, ref = hall.idea(), hall.kiosk(), new_ref()
    author = {"kind": "table", "name": "", "account": person().pk}
    told = body_of(idea, ref=ref, author=author, door="desk", operator=person().pk, held="", mentions=[person().pk])
    kiosk._add("comment.written", json.dumps(told).encode(), subject=f"comment:{ref}")
    assert bring(kiosk) == [ACCEPTED]
    comment = Comment.objects.get()
    assert (comment.door, comment.author, comment.author_kind) == ("kiosk", None, "person")
    assert not comment.mentions.exists()
