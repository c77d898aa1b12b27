"""The desk endorses and proposes for somebody: the right is the pass that they show, the door is the desk."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from server.accounts.models import User
from server.discussion.models import Comment, new_ref
from server.ledger import applying
from server.ledger.codes import Code
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.office.models import Act
from server.processes.models import Component, Opening, Space, SpaceRole
from server.proposals.endorsing import by_door
from server.proposals.exports import rows_of
from server.proposals.models import Proposal
from server.proposals.writing import withdraw_proposal
from server.voting.models import Pass
from tests.server.proposals.ideas import make_ideas, person, propose
from tests.server.votes import Vote, make_vote, push

pytestmark = pytest.mark.django_db


@pytest.fixture
def vote() -> Vote:
    vote = make_vote(passes=4)
    Space.objects.filter(pk=vote.box.space.pk).update(published_at=timezone.now())
    vote.box.space.refresh_from_db()
    return vote


@pytest.fixture
def component(vote: Vote) -> Component:
    return make_ideas(space=vote.box.space, doors=["web", "kiosk", "desk"], most_endorsements=1)


@pytest.fixture
def desk(vote: Vote, client):
    user = User.objects.create_user("desk@example.org")
    SpaceRole.objects.create(space=vote.box.space, user=user, role="desk")
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(name: str, vote: Vote, *more: int) -> str:
    return reverse(f"desk_ideas:{name}", args=[vote.session.ref, *more])


def endorse(desk, vote: Vote, proposal: Proposal, code: Code | str, **more: str):
    text = code if isinstance(code, str) else code.grouped
    return desk.post(page("idea", vote, proposal.component_id, proposal.number), {"code": text, **more})


def say(desk, proposal: Proposal, vote: Vote, **facts: str):
    told = {"say": "1", "ref": new_ref(), "text": "Deux suffiraient.", "stance": "for", "name": ""} | facts
    return desk.post(page("idea", vote, proposal.component_id, proposal.number), told)


def count(proposal: Proposal) -> int:
    return Proposal.objects.get(pk=proposal.pk).endorsement_count


def test_the_desk_endorses_for_whoever_shows_a_pass_and_the_log_knows_who_sat_there(desk, vote, component):
    idea = propose(component)
    for _turn in range(2):
        assert endorse(desk, vote, idea, vote.stack[0]).status_code == 302
    assert count(idea) == 1 and by_door(idea) == {"desk": 1}
    record = Record.objects.get(type="endorsement.given")
    operator = User.objects.get(email="desk@example.org").pk
    assert json.loads(bytes(record.payload.body)) == {"proposal": idea.ref, "door": "desk", "operator": operator}
    assert (json.loads(record.header)["actor"], record.session_ref) == ("desk", vote.session.ref)


def test_taken_back_at_the_desk_it_counts_no_more(desk, vote, component):
    idea = propose(component)
    endorse(desk, vote, idea, vote.stack[0])
    endorse(desk, vote, idea, vote.stack[0], back="1")
    assert count(idea) == 0


def test_one_pass_at_desk_and_kiosk_is_one_voice_and_has_one_limit(desk, vote, component):
    first, second = propose(component), propose(component, "Des arbres sur le quai")
    kiosk = vote.kiosk()
    kiosk.endorse(first.ref, vote.stack[0])
    endorse(desk, vote, first, vote.stack[0])
    push(kiosk)
    applying.apply_pending()
    assert count(first) == 1
    answer = endorse(desk, vote, second, vote.stack[0])
    assert answer.status_code == 422 and "as many proposals as each person may" in answer.content.decode()
    assert count(second) == 0


@pytest.mark.parametrize("code", ["", "0000-0000-0000-0000-00", "nothing at all"])
def test_a_code_that_is_none_is_refused_in_words_and_not_repeated(desk, vote, component, code):
    idea = propose(component)
    answer = endorse(desk, vote, idea, code)
    assert answer.status_code == 422 and count(idea) == 0
    assert not code or f'value="{code}"' not in answer.content.decode()


def test_a_void_pass_and_one_of_elsewhere_endorse_nothing(desk, vote, component):
    other = make_vote(slug="ailleurs", officer="ailleurs@example.org", passes=1)
    idea = propose(component)
    Pass.objects.filter(check_value=vote.stack[0].check(bytes(vote.session.code_key)).hex()).update(is_void=True)
    for code in (vote.stack[0], other.stack[0]):
        assert endorse(desk, vote, idea, code).status_code == 422
    assert count(idea) == 0


def test_somebody_s_idea_is_published_under_the_name_they_want_or_none(desk, vote, component):
    told = {"title": "Un banc devant le lavoir", "body": "Pour attendre.", "name": "  Zoé  Roux "}
    for facts in (told, told | {"title": "Des arbres sur le quai", "name": ""}):
        assert desk.post(page("write", vote, component.pk), facts).status_code == 302
    first, second = Proposal.objects.order_by("number")
    assert (first.author_name, first.door, first.session_ref) == ("Zoé Roux", "desk", vote.session.ref)
    assert (second.author_name, second.author, second.right) == ("", None, "")
    assert Act.objects.filter(deed="proposal.at_desk").count() == 2


def test_the_desk_comments_for_somebody_once_and_the_log_knows_who_sat_there(desk, vote, component):
    idea, ref = propose(component), new_ref()
    for _turn in range(2):
        assert say(desk, idea, vote, ref=ref, name="  Zoé  Roux ").status_code == 302
    comment = Comment.objects.get()
    assert (comment.body, comment.author_name, comment.stance) == ("Deux suffiraient.", "Zoé Roux", "for")
    assert (comment.door, comment.session_ref, comment.author) == ("desk", vote.session.ref, None)
    record = Record.objects.get(type="comment.written")
    told = json.loads(bytes(record.payload.body))
    assert told["operator"] == User.objects.get(email="desk@example.org").pk
    assert json.loads(record.header)["actor"] == "desk"
    [row] = rows_of(component)
    assert (row["comments"], row["comments_desk"], row["comments_kiosk"]) == (1, 1, 0)
    assert "Zoé Roux" in desk.get(idea.get_absolute_url()).content.decode()


def test_a_comment_without_words_is_asked_for_again_and_the_pass_is_not(desk, vote, component):
    answer = say(desk, propose(component), vote, text=" ", name="Zoé")
    told = answer.content.decode()
    assert answer.status_code == 422 and 'value="Zoé"' in told and "What the person says: " in told
    assert "Code of the pass: " not in told and not Comment.objects.exists()


@pytest.mark.parametrize("wrong", [{"stance": "perhaps"}, {"ref": "x"}, {"text": "a\u202eb"}, {"text": "x" * 2001}])
def test_a_comment_of_another_shape_is_refused(desk, vote, component, wrong):
    assert say(desk, propose(component), vote, **wrong).status_code == 422 and not Comment.objects.exists()


def test_advertising_that_somebody_has_written_down_waits_and_the_desk_is_told(desk, vote, component):
    idea = propose(component)
    assert say(desk, idea, vote, text="http://a.example http://b.example").status_code == 302
    assert "a moderator looks at it first" in desk.get(page("ideas", vote)).content.decode()
    assert Comment.objects.get().held_at is not None


def test_the_page_of_an_idea_offers_what_is_open_for_the_desk(desk, vote, component):
    idea = propose(component)
    here = page("idea", vote, component.pk, idea.number)
    told = desk.get(here).content.decode()
    assert "Publish the comment" in told and "Endorse for this person" in told
    assert "Endorse or comment for somebody" in desk.get(page("ideas", vote)).content.decode()
    Opening.objects.filter(activity="endorse").update(doors=["web"])
    told = desk.get(here).content.decode()
    assert "Publish the comment" in told and "Endorse for this person" not in told
    assert endorse(desk, vote, idea, vote.stack[0]).status_code == 404
    Opening.objects.filter(activity="endorse").update(doors=["desk"])
    Opening.objects.filter(activity="comment").update(doors=["web"])
    assert "Publish the comment" not in desk.get(here).content.decode()
    assert say(desk, idea, vote).status_code == 404 and not Comment.objects.exists()


def test_nothing_is_said_for_anybody_once_the_session_is_closed_or_the_idea_was_taken_back(desk, vote, component):
    idea, gone = propose(component), propose(component, "Des arbres sur le quai")
    withdraw_proposal(proposal=gone, by=person())
    assert "Nothing more is said" in desk.get(page("idea", vote, component.pk, gone.number)).content.decode()
    assert say(desk, gone, vote).status_code == 422
    meetings.close_session(session=vote.session, by=vote.officer)
    assert say(desk, idea, vote).status_code == 422 and not Comment.objects.exists()


def test_an_idea_without_its_sentence_is_asked_for_again_and_what_was_written_stays(desk, vote, component):
    answer = desk.post(page("write", vote, component.pk), {"title": "", "body": "Pour attendre.", "name": ""})
    assert answer.status_code == 422 and "Pour attendre." in answer.content.decode()
    assert not Proposal.objects.exists()


def test_the_list_offers_what_is_open_for_the_desk_and_nothing_else(desk, vote, component):
    idea = propose(component)
    told = desk.get(page("ideas", vote)).content.decode()
    assert idea.title in told and page("idea", vote, component.pk, idea.number) in told
    assert page("write", vote, component.pk) in told
    assert page("ideas", vote) in desk.get(reverse("desk:home", args=[vote.session.ref])).content.decode()
    Opening.objects.filter(activity="propose").update(doors=["web"])
    assert page("write", vote, component.pk) not in desk.get(page("ideas", vote)).content.decode()
    assert desk.get(page("write", vote, component.pk)).status_code == 404
    Opening.objects.update(doors=["web"])
    assert "no phase opens ideas for the desk" in desk.get(page("ideas", vote)).content.decode()
    assert desk.get(page("idea", vote, component.pk, idea.number)).status_code == 404
    assert page("ideas", vote) not in desk.get(reverse("desk:home", args=[vote.session.ref])).content.decode()


def test_a_word_finds_an_idea(desk, vote, component):
    propose(component), propose(component, "Des arbres sur le quai")
    told = desk.get(page("ideas", vote), {"q": "arbre"}).content.decode()
    assert "Des arbres" in told and "Un banc" not in told
    assert "No idea with this word" in desk.get(page("ideas", vote), {"q": "fontaine"}).content.decode()


def test_a_closed_session_writes_nothing_for_anybody(desk, vote, component):
    idea = propose(component)
    meetings.close_session(session=vote.session, by=vote.officer)
    assert endorse(desk, vote, idea, vote.stack[0]).status_code == 422
    told = {"title": "Un banc devant le lavoir", "body": "Pour attendre.", "name": ""}
    assert desk.post(page("write", vote, component.pk), told).status_code == 422
    assert count(idea) == 0 and Proposal.objects.count() == 1


def test_an_idea_of_another_space_is_not_at_this_desk(desk, vote, component):
    elsewhere = propose(make_ideas(doors=["web", "desk"]))
    assert desk.get(page("idea", vote, elsewhere.component_id, elsewhere.number)).status_code == 404
