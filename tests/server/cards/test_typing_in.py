"""What stands on a card is typed in and becomes a proposal or a comment, once, by the actions of the web."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from server.cards import leases
from server.cards.models import Card, CardBatch, CardLease, Transcription
from server.cards.refusals import AnotherPersonTypes, CardHeldByAnother, CardSettled
from server.cards.typing_in import asked, type_in
from server.discussion.models import Comment
from server.discussion.refusals import DiscussionClosed
from server.ledger.models import Record
from server.paper.second_looks import Stage
from server.processes.models import Opening, Phase
from server.processes.refusals import PhaseClosed
from server.proposals.models import Proposal
from server.proposals.subject import subject_of
from tests.server.cards.bench import Cards
from tests.server.proposals.ideas import close, propose

pytestmark = pytest.mark.django_db
IDEA = {"title": "Des bancs à l’ombre", "text": "Le long du canal.", "name": "Jeanne, du quai", "place": ""}


def test_a_card_becomes_a_proposal_by_the_door_of_paper(cards: Cards):
    (card,) = cards.came_in()
    type_in(card=card, outcome="typed", facts=IDEA, by=cards.volunteer())
    (proposal,) = Proposal.objects.all()
    assert (proposal.title, proposal.body) == (IDEA["title"], IDEA["text"])
    assert (proposal.door, proposal.author_kind, proposal.author_name) == ("paper", "card", "Jeanne, du quai")
    assert proposal.author is None and proposal.right == ""
    card.refresh_from_db()
    assert (card.outcome, card.result) == ("typed", proposal.ref)


def test_the_log_has_the_deed_once_and_nothing_of_the_card(cards: Cards):
    """P23: neither who typed it in nor what is printed on the card can be found in it."""
    (card,) = cards.came_in()
    person = cards.volunteer()
    for _time in range(2):
        type_in(card=card, outcome="typed", facts=IDEA, by=person, token="t" * 32)
    (record,) = Record.objects.filter(type="proposal.version")
    told = record.header.encode() + bytes(record.payload.body)
    for secret in (card.use_value, person.email, person.display_name, card.form.definition_hash[:16]):
        assert secret.encode() not in told
    assert Proposal.objects.count() == 1


def test_a_comment_stands_in_the_same_thread_with_its_opinion(cards: Cards):
    proposal = propose(cards.component)
    (card,) = cards.came_in(subjects=[subject_of(proposal)])
    said = {"text": "Plutôt des chaises.", "name": "", "stance": "against"}
    type_in(card=card, outcome="typed", facts=said, by=cards.volunteer())
    (comment,) = Comment.objects.about("proposal", proposal.ref)
    assert (comment.body, comment.stance, comment.door) == ("Plutôt des chaises.", "against", "paper")
    assert (comment.author_kind, comment.author) == ("card", None)
    proposal.refresh_from_db()
    assert proposal.comment_count == 1


@pytest.mark.parametrize("outcome", ["empty", "unreadable", "none"])
def test_what_is_no_contribution_becomes_nothing_and_is_settled(cards: Cards, outcome: str):
    (card,) = cards.came_in()
    type_in(card=card, outcome=outcome, by=cards.volunteer())
    assert not Proposal.objects.exists()
    with pytest.raises(CardSettled):
        type_in(card=card, outcome="typed", facts=IDEA, by=cards.volunteer("victor"))


def test_two_type_apart_and_what_agrees_is_settled_in_the_firsts_spelling(cards: Cards):
    """B16."""
    (card,) = cards.came_in(persons=2)
    first, second = cards.volunteer(), cards.volunteer("victor")
    assert not type_in(card=card, outcome="typed", facts=IDEA, by=first).settles
    assert not Proposal.objects.exists()
    assert asked(card).shown == ()
    with pytest.raises(AnotherPersonTypes):
        type_in(card=card, outcome="typed", facts=IDEA, by=first)
    other = IDEA | {"title": "des bancs  à l’ombre", "text": "Le long\ndu canal"}
    assert type_in(card=card, outcome="typed", facts=other, by=second).settles
    assert Proposal.objects.get().title == IDEA["title"]


def test_where_two_differ_a_third_sees_both_and_settles_it(cards: Cards):
    """B16, B18."""
    (card,) = cards.came_in(persons=2)
    type_in(card=card, outcome="typed", facts=IDEA, by=cards.volunteer())
    type_in(card=card, outcome="typed", facts=IDEA | {"text": "Le long du quai."}, by=cards.volunteer("victor"))
    question = asked(card)
    assert question.stage == Stage.THIRD
    assert [one.facts["text"] for one in question.shown] == ["Le long du canal.", "Le long du quai."]
    type_in(card=card, outcome="typed", facts=IDEA | {"text": "Le long du mail."}, by=cards.volunteer("valentin"))
    assert Proposal.objects.get().body == "Le long du mail."


def test_two_people_are_never_given_the_same_card(cards: Cards):
    """B17."""
    cards.came_in(2)
    one, other, third = (cards.volunteer(name) for name in ("vera", "victor", "valentin"))
    first, second = (leases.take_next(component=cards.component, by=by) for by in (one, other))
    assert first and second and first != second
    assert leases.take_next(component=cards.component, by=third) is None
    assert leases.take_next(component=cards.component, by=one) == first
    with pytest.raises(CardHeldByAnother):
        type_in(card=second, outcome="empty", by=one)
    leases.let_go(card=second, by=other)
    assert leases.take_next(component=cards.component, by=third) == second


def test_a_hold_that_ran_out_keeps_nobody_away_and_late_words_still_count(cards: Cards):
    """B17."""
    (card,) = cards.came_in()
    one, other = cards.volunteer(), cards.volunteer("victor")
    leases.take(card=card, by=one)
    CardLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert type_in(card=card, outcome="typed", facts=IDEA, by=one).settles
    assert leases.take_next(component=cards.component, by=other) is None
    with pytest.raises(CardSettled):
        leases.keep(card=card, by=other)


def test_a_card_that_came_in_while_it_was_open_is_not_late(cards: Cards):
    (card,) = cards.came_in()
    CardBatch.objects.update(received_at=timezone.now() - timedelta(hours=2))
    close(cards.component)
    type_in(card=card, outcome="typed", facts=IDEA, by=cards.volunteer())
    assert Proposal.objects.count() == 1


def test_a_comment_card_that_came_in_while_it_was_open_is_not_late(cards: Cards):
    proposal = propose(cards.component)
    (card,) = cards.came_in(subjects=[subject_of(proposal)])
    CardBatch.objects.update(received_at=timezone.now() - timedelta(hours=2))
    close(cards.component)
    type_in(card=card, outcome="typed", facts={"text": "Oui.", "name": "", "stance": "for"}, by=cards.volunteer())
    assert Comment.objects.count() == 1


def test_a_comment_stays_with_what_it_is_on_also_when_that_was_withdrawn_since(cards: Cards):
    """P22: what was handed in before stands in its thread; what came after is refused, and nothing is lost."""
    proposal = propose(cards.component)
    early, late = cards.came_in(2, subjects=[subject_of(proposal)])
    Proposal.objects.update(withdrawn_at=timezone.now() - timedelta(hours=1))
    said = {"text": "Oui.", "name": "", "stance": "for"}
    with pytest.raises(DiscussionClosed):
        type_in(card=late, outcome="typed", facts=said, by=cards.volunteer())
    CardBatch.objects.update(received_at=timezone.now() - timedelta(hours=2))
    type_in(card=early, outcome="typed", facts=said, by=cards.volunteer())
    assert Comment.objects.about("proposal", proposal.ref).count() == 1
    assert Card.objects.get(pk=late.pk).outcome == ""


def test_a_card_that_came_in_late_is_refused_and_nothing_is_kept(cards: Cards):
    (card,) = cards.came_in()
    Phase.objects.update(ends_at=timezone.now() - timedelta(hours=3))
    with pytest.raises(PhaseClosed):
        type_in(card=card, outcome="typed", facts=IDEA, by=cards.volunteer())
    assert not Transcription.objects.exists()
    type_in(card=card, outcome="none", by=cards.volunteer())
    assert Card.objects.get(pk=card.pk).outcome == "none"


def test_where_paper_is_no_door_a_card_is_refused(cards: Cards):
    (card,) = cards.came_in()
    Opening.objects.update(doors=["web"])
    with pytest.raises(PhaseClosed):
        type_in(card=card, outcome="typed", facts=IDEA, by=cards.volunteer())
