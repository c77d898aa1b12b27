"""Endorsements of kiosks without network: whose they are, how many count, and what a lost pass takes along."""

from __future__ import annotations

import hashlib
import itertools
import json

import pytest
from django.utils import timezone

from server.ledger import applying
from server.ledger.models import Record
from server.processes.models import Opening
from server.processes.origin import Origin
from server.proposals.answering import join_proposals
from server.proposals.endorsing import by_door, count_not_counted, endorse_proposal, withdraw_endorsement
from server.proposals.exports import rows_of
from server.proposals.models import Endorsement, Proposal
from server.proposals.refusals import TooManyEndorsements
from server.proposals.texts import Text
from server.proposals.writing import About
from server.voting.actions import restore_right, void_pass
from server.voting.desk_reasons import LOST, RETURNED
from server.voting.models import Pass, Voice
from server.voting.passes import make_passes
from tests.server.proposals.ideas import make_ideas, organiser, person, propose
from tests.server.proposals.kiosk_hall import ACCEPTED, Hall, bring, count, make_hall, voice
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db


# -- endorsements -------------------------------------------------------------------------------------


def test_an_endorsement_of_a_kiosk_counts_once_by_its_door_and_in_its_session(hall: Hall):
    idea, kiosk, code = hall.idea(), hall.kiosk(), hall.vote.stack[0]
    kiosk.endorse(idea.ref, code), kiosk.endorse(idea.ref, code)
    assert bring(kiosk) == [ACCEPTED] * 2 and bring(kiosk) == [ACCEPTED] * 2
    assert count(idea) == 1 and by_door(idea) == {"kiosk": 1}
    assert Endorsement.objects.get().session_ref == hall.vote.session.ref
    row = next(row for row in rows_of(hall.component) if row["number"] == idea.number)
    assert (row["endorsements"], row["endorsements_kiosk"]) == (1, 1)
    assert applying.is_rebuilt_alike()


def test_taken_back_at_the_kiosk_it_counts_no_more(hall: Hall):
    idea, kiosk, code = hall.idea(), hall.kiosk(), hall.vote.stack[0]
    kiosk.endorse(idea.ref, code), kiosk.endorse(idea.ref, code, is_back=True)
    bring(kiosk)
    assert count(idea) == 0


def test_promise_5_what_endorses_is_not_what_votes_and_no_row_joins_the_two(hall: Hall):
    """The voice of a pass is neither of the values that lie beside it, and lies in an order of its own."""
    codes = make_passes(session=hall.vote.session, quantity=40)
    key = bytes(hall.vote.session.code_key)
    for code, held in codes:
        assert code.voice(key).hex() not in (held.use_value, held.check_value)
    fields = {field.name for field in Voice._meta.get_fields()}
    assert fields == {"id", "session", "value"}
    ours = Voice.objects.filter(value__in=[code.voice(key).hex() for code, _held in codes]).order_by("pk")
    values = list(ours.values_list("value", flat=True))
    assert values == sorted(values) and len(values) == 40
    assert not Pass.objects.filter(use_value__in=values).exists()


def test_a_pass_for_tests_has_no_voice(hall: Hall):
    make_passes(session=hall.vote.session, quantity=3, is_test=True)
    assert Voice.objects.count() == 6


FORGED = {
    "a ballot's value": lambda hall: f"use:{hall.vote.stack[0].use(bytes(hall.vote.session.code_key)).hex()}",
    "an account": lambda hall: person().right,
    "a made-up voice": lambda hall: f"voice:{'ab' * 16}",
    "a good value of another kind": lambda hall: voice(hall).replace("voice:", "entry:"),
}  # fmt: skip


@pytest.mark.parametrize("subject", FORGED)
def test_a_right_that_is_none_is_quarantined_and_counts_nowhere(hall: Hall, subject: str):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk._add("endorsement.given", json.dumps({"proposal": idea.ref}).encode(), subject=FORGED[subject](hall))
    assert bring(kiosk) == [("quarantined", "unknown_right")] and count(idea) == 0


def test_a_pass_of_another_session_is_no_right_here(hall: Hall):
    other = make_vote(slug="ailleurs", officer="ailleurs@example.org")
    idea, kiosk = hall.idea(), hall.kiosk()
    foreign = other.stack[0].voice(bytes(other.session.code_key)).hex()
    kiosk._add("endorsement.given", json.dumps({"proposal": idea.ref}).encode(), subject=f"voice:{foreign}")
    assert bring(kiosk) == [("quarantined", "unknown_right")]


def test_an_idea_of_another_space_is_offered_at_no_session_of_this_one(hall: Hall):
    elsewhere = propose(make_ideas())
    kiosk = hall.kiosk()
    kiosk.endorse(elsewhere.ref, hall.vote.stack[0])
    kiosk.propose(elsewhere.component_id, "Un banc", "À l’ombre.")
    assert bring(kiosk) == [("quarantined", "not_offered")] * 2
    assert count(elsewhere) == 0 and elsewhere.component.proposals.count() == 1


BODIES = [
    b"",
    b"{",
    b"[]",
    b"7",
    b'{"proposal": 5}',
    b'{"proposal": null}',
    b"{}",
    b'{"proposal": {"a": 1}}',
    b"[" * 9000,
]


@pytest.mark.parametrize("body", BODIES)
def test_a_body_of_another_shape_is_quarantined(hall: Hall, body: bytes):
    kiosk = hall.kiosk()
    for type_ in ("endorsement.given", "endorsement.withdrawn"):
        kiosk._add(type_, body, subject=voice(hall))
    assert bring(kiosk) == [("quarantined", "malformed")] * 2


def test_an_idea_that_nobody_knows_is_quarantined(hall: Hall):
    kiosk = hall.kiosk()
    kiosk.endorse("0" * 24, hall.vote.stack[0])
    assert bring(kiosk) == [("quarantined", "subject_unknown")]


def test_a_kiosk_speaks_for_no_other_door(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    body = json.dumps({"proposal": idea.ref, "door": "desk"}).encode()
    kiosk._add("endorsement.given", body, subject=voice(hall))
    bring(kiosk)
    assert by_door(idea) == {"kiosk": 1}


# -- limits -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_beyond_the_limit_of_a_right_the_same_ones_count_in_any_order_of_arrival(order: tuple[int, ...]):
    """One pass at three kiosks that know nothing of each other."""
    hall = make_hall(most_endorsements=2)
    ideas = [hall.idea(f"Proposition numéro {number}") for number in range(3)]
    for number, idea in enumerate(ideas):
        Proposal.objects.filter(pk=idea.pk).update(ref=f"{number:024x}")
        idea.refresh_from_db()
    kiosks = [hall.kiosk() for _idea in ideas]
    for kiosk, idea in zip(kiosks, ideas, strict=True):
        kiosk.endorse(idea.ref, hall.vote.stack[0])
    for place in order:
        assert bring(kiosks[place]) == [ACCEPTED]
    lots = sorted(ideas, key=lambda idea: hashlib.sha256(f"{voice(hall)} {idea.ref}".encode()).digest())
    assert [count(idea) for idea in lots] == [1, 1, 0]
    assert Endorsement.objects.standing().filter(counts=False).count() == 1
    assert applying.is_rebuilt_alike()


def test_what_was_beyond_the_limit_counts_once_another_is_taken_back():
    hall = make_hall(most_endorsements=1)
    ideas = [hall.idea(f"Proposition numéro {number}") for number in range(2)]
    kiosks = [hall.kiosk() for _idea in ideas]
    for kiosk, idea in zip(kiosks, ideas, strict=True):
        kiosk.endorse(idea.ref, hall.vote.stack[0])
        bring(kiosk)
    [counts] = [place for place, idea in enumerate(ideas) if count(idea)]
    kiosks[counts].endorse(ideas[counts].ref, hall.vote.stack[0], is_back=True)
    bring(kiosks[counts])
    assert (count(ideas[counts]), count(ideas[1 - counts])) == (0, 1)


# -- the same right at the desk of the web ------------------------------------------------------------


def test_the_limit_of_a_pass_holds_at_the_desk_too():
    hall = make_hall(most_endorsements=1)
    Opening.objects.update(doors=["web", "kiosk", "desk"])
    ideas = [hall.idea(f"Proposition numéro {number}") for number in range(2)]
    right = voice(hall)
    at_desk = Origin.at_desk(hall.vote.session, hall.vote.officer)
    endorse_proposal(proposal=ideas[0], right=right, origin=at_desk)
    with pytest.raises(TooManyEndorsements):
        endorse_proposal(proposal=ideas[1], right=right, origin=at_desk)
    withdraw_endorsement(proposal=ideas[0], right=right, origin=at_desk)
    endorse_proposal(proposal=ideas[1], right=right, origin=at_desk)
    assert [count(idea) for idea in ideas] == [0, 1] and by_door(ideas[1]) == {"desk": 1}


def test_a_pack_names_no_hidden_idea(hall: Hall):
    idea = hall.idea()
    Proposal.objects.filter(pk=idea.pk).update(hidden_at=timezone.now())
    assert hall.kiosk().pack["ideas"][0]["proposals"] == []


# -- passes that are void -----------------------------------------------------------------------------


def lose(hall: Hall) -> None:
    """The first pass of the stack was lost, and somebody had its code."""
    code = hall.vote.stack[0].grouped
    void_pass(session=hall.vote.session, code_text=code, reason=LOST, by=hall.vote.officer)
    applying.apply_pending()


@pytest.mark.parametrize("is_before", [True, False])
def test_promise_3_what_was_endorsed_with_a_lost_pass_does_not_count_whenever_it_comes(hall: Hall, is_before: bool):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    kiosk.endorse(idea.ref, hall.vote.stack[1])
    if is_before:
        bring(kiosk)
        assert count(idea) == 2
    lose(hall)
    assert bring(kiosk) == [ACCEPTED] * 2, "it is kept, and named as not counted"
    assert count(idea) == 1 and by_door(idea) == {"kiosk": 1}
    assert Endorsement.objects.standing().count() == 2
    assert applying.is_rebuilt_alike()


def test_void_twice_is_void_once(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    bring(kiosk)
    lose(hall), lose(hall)
    assert Record.objects.filter(type="voice.void").count() == 1 and count(idea) == 0


def test_of_a_void_pass_none_counts_where_each_may_give_so_many():
    hall = make_hall(most_endorsements=1)
    ideas = [hall.idea(f"Proposition numéro {number}") for number in range(2)]
    for idea in ideas:
        kiosk = hall.kiosk()
        kiosk.endorse(idea.ref, hall.vote.stack[0])
        bring(kiosk)
    assert sum(count(idea) for idea in ideas) == 1
    lose(hall)
    assert [count(idea) for idea in ideas] == [0, 0]
    assert count_not_counted(hall.component) == 0, "not for the limit"
    assert applying.is_rebuilt_alike()


def test_a_pass_that_was_joined_into_another_proposal_is_taken_out_there(hall: Hall):
    one, other = hall.idea(), hall.idea("Deux bancs")
    kiosk = hall.kiosk()
    kiosk.endorse(one.ref, hall.vote.stack[0])
    bring(kiosk)
    text = Text("Des bancs à la gare", "Deux.")
    joined = join_proposals(
        proposals=[one, other], text=text, about=About(), by=organiser(hall.component.space)
    )  # fmt: skip
    assert count(joined) == 1
    lose(hall)
    assert count(joined) == 0


def test_a_pass_that_is_brought_back_at_the_exit_takes_nothing_with_it(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    bring(kiosk)
    code = hall.vote.stack[0].grouped
    void_pass(session=hall.vote.session, code_text=code, reason=RETURNED, by=hall.vote.officer)
    applying.apply_pending()
    assert count(idea) == 1 and not Record.objects.filter(type="voice.void").exists()


def test_whoever_gives_a_pass_back_to_vote_online_takes_back_what_they_endorsed_with_it(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    code = hall.vote.hand_over(0)
    kiosk.endorse(idea.ref, code)
    bring(kiosk)
    mark = hall.vote.box.presence_marks.get()
    restore_right(mark=mark, code_text=code.grouped, reason="online", by=hall.vote.officer)
    applying.apply_pending()
    assert count(idea) == 0


def test_a_vote_beside_which_nothing_is_asked_writes_nothing_of_voices(hall: Hall):
    Opening.objects.update(doors=["web"])
    hall.kiosk()
    lose(hall)
    assert not Record.objects.filter(type="voice.void").exists()
