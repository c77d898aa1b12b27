"""Who is told of what: once each, never of their own deed, nothing that is hidden, in bulk."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from server.accounts.models import User
from server.discussion.actions import edit_comment, withdraw_comment
from server.discussion.office_actions import conclude_debate
from server.ledger.applying import rebuild
from server.ledger.hearing import Heard, tell
from server.ledger.models import Record
from server.moderation.actions import hide, hold, keep, report, show
from server.moderation.reportables import find as thing
from server.notices import telling
from server.notices.following import follow, follow_by_itself, unfollow
from server.notices.models import Follow, News, Notice, Reason, Way
from server.notices.wishing import keep_wishes
from server.processes.localized import Localized
from server.processes.models import Phase, Space
from server.processes.news import announce_phases, space_place
from server.proposals.answering import Answer, answer_proposal, join_proposals, split_proposal
from server.proposals.endorsing import endorse_proposal
from server.proposals.texts import Text
from server.proposals.writing import About, withdraw_proposal
from tests.server.discussion.conftest import ONLINE
from tests.server.notices.conftest import follows_debate, follows_space, person, told
from tests.server.proposals.ideas import make_ideas, propose

pytestmark = pytest.mark.django_db


def wish(user: User, reason: str, way: str) -> None:
    keep_wishes(user=user, ways={reason: way}, rhythm="weekly")


# -- Comments ---------------------------------------------------------------------------------------


def test_a_new_comment_is_told_to_followers_and_not_to_who_wrote_it(talk):
    follows_debate(talk, talk.karim)
    follows_debate(talk, talk.nadia)
    talk.says("Les bancs sont trop bas.")
    assert told(talk.karim) == ["comment"]
    assert told(talk.nadia) == []


def test_of_several_reasons_the_nearest_is_told_and_once(talk):
    follows_debate(talk, talk.karim)
    first = talk.says("Les bancs sont trop bas.", talk.karim)
    talk.says("@Karim, c’est vrai.", parent=first.ref)
    assert told(talk.karim) == ["mention"]
    talk.says("Oui.", parent=first.ref)
    assert told(talk.karim) == ["mention", "reply"]


def test_told_again_applied_anew_or_rebuilt_tells_nobody_twice(talk):
    follows_debate(talk, talk.karim)
    talk.says("Les bancs sont trop bas.")
    assert told(talk.karim) == ["comment"]
    News.objects.update(told_at=None, after=0)
    assert told(talk.karim) == ["comment"]
    tell([Heard(one.id, one.type, "") for one in Record.objects.all()])
    rebuild()
    assert told(talk.karim) == ["comment"]


def test_rebuilt_after_the_news_was_forgotten_it_is_still_no_news(talk):
    follows_debate(talk, talk.karim)
    talk.says("Les bancs sont trop bas.")
    told(talk.karim)
    News.objects.all().delete()
    rebuild()
    assert told(talk.karim) == [] and not News.objects.exists()


def test_who_comments_follows_unless_their_wishes_say_no(talk):
    talk.says("Les bancs sont trop bas.", talk.nadia)
    keep_wishes(user=talk.karim, ways={}, rhythm="weekly", follows_talk=False)
    talk.says("Je les trouve bien.", talk.karim)
    told(talk.nadia)
    assert list(Follow.objects.values_list("user", flat=True)) == [talk.nadia.pk]


def test_who_stopped_following_is_not_made_to_follow_by_writing(talk):
    unfollow(user=talk.nadia, place=("debate", talk.debate.ref))
    talk.says("Les bancs sont trop bas.", talk.nadia)
    told(talk.nadia)
    assert not Follow.objects.get(user=talk.nadia).is_on
    talk.says("Je les trouve bien.", talk.karim)
    assert told(talk.nadia) == []


def test_what_waits_for_a_moderator_is_told_when_it_is_shown_and_once(talk):
    follows_debate(talk, talk.karim)
    said = talk.says("http://a.example http://b.example http://c.example")
    assert said.held_at and told(talk.karim) == []
    for _time in range(2):
        show(thing=thing("comment", said.ref), by=talk.officer)
        assert told(talk.karim) == ["comment"]
        hold(thing=thing("comment", said.ref), by=talk.officer)


def test_what_is_hidden_or_taken_back_before_it_is_told_is_told_to_nobody(talk):
    follows_debate(talk, talk.karim)
    hide(thing=thing("comment", talk.says("Idiots !").ref), reason="insult", by=talk.officer)
    withdraw_comment(comment=talk.says("Non."), by=talk.nadia, origin=ONLINE)
    assert told(talk.karim) == []


def test_new_words_tell_only_whom_the_first_did_not_name(talk):
    talk.says("Bonjour.", talk.karim)
    keep_wishes(user=talk.officer, ways={}, rhythm="weekly", follows_talk=False)
    talk.says("Bonjour.", talk.officer)
    said = talk.says("@Karim, regarde.")
    assert told(talk.karim) == ["comment", "mention"] and told(talk.officer) == []
    edit_comment(comment=said, text="@Karim et @Agnès, regardez.", by=talk.nadia, origin=ONLINE)
    assert told(talk.karim) == ["comment", "mention"] and told(talk.officer) == ["mention"]


# -- Moderation -------------------------------------------------------------------------------------


def test_whoever_wrote_what_is_hidden_and_whoever_reported_it_are_told(talk):
    said = talk.says("Idiots !")
    report(thing=thing("comment", said.ref), reason="insult", by=talk.karim, source="1.2.3.4")
    hide(thing=thing("comment", said.ref), reason="insult", by=talk.officer)
    assert told(talk.nadia) == ["moderation"] and told(talk.karim) == ["moderation"]
    show(thing=thing("comment", said.ref), by=talk.officer)
    assert told(talk.nadia) == ["moderation"] * 2 and told(talk.karim) == ["moderation"]


def test_a_report_that_changes_nothing_is_answered_to_who_made_it_alone(talk):
    said = talk.says("Je ne suis pas d’accord.")
    report(thing=thing("comment", said.ref), reason="insult", by=talk.karim, source="1.2.3.4")
    keep(thing=thing("comment", said.ref), by=talk.officer)
    assert told(talk.karim) == ["moderation"] and told(talk.nadia) == []


# -- Proposals --------------------------------------------------------------------------------------


@pytest.fixture
def ideas(talk):
    return make_ideas()


def test_authors_and_endorsers_follow_and_learn_what_becomes_of_a_proposal(talk, ideas):
    one = propose(ideas, "Un banc devant la gare", by="ines")
    endorse_proposal(proposal=one, right=talk.karim.right, origin=ONLINE)
    ines = User.objects.get(pk=one.author_id)
    told(ines)
    assert set(Follow.objects.filter(ref=one.ref).values_list("user", flat=True)) == {ines.pk, talk.karim.pk}
    answer_proposal(proposal=one, answer=Answer(None, Localized(fr="Oui.")), by=talk.officer)
    assert told(talk.karim) == ["answer"] and told(ines) == ["answer"]
    one.refresh_from_db()
    withdraw_proposal(proposal=one, by=ines)
    assert told(talk.karim) == ["answer"] * 2 and told(ines) == ["answer"]


def test_a_pass_that_endorses_is_nobody_and_makes_no_news(talk, ideas):
    one = propose(ideas)
    endorse_proposal(proposal=one, right=f"use:{'0' * 32}", origin=ONLINE)
    assert not News.objects.filter(type="endorsement.given").exists()


def test_whoever_follows_what_is_joined_or_split_follows_what_it_became(talk, ideas):
    one, other = (propose(ideas, title) for title in ("Un banc devant la gare", "Des bancs à la gare"))
    follow(user=talk.karim, place=("proposal", one.ref))
    text, about = Text("Des bancs à la gare", "Deux."), About()
    joined = join_proposals(proposals=[one, other], text=text, about=about, by=talk.officer)
    assert told(talk.karim) == ["answer"]
    parts = split_proposal(proposal=joined, texts=[Text("Un", "a"), Text("Deux", "b")], by=talk.officer)
    assert told(talk.karim) == ["answer"] * 2
    for made in (joined, *parts):
        assert Follow.objects.filter(user=talk.karim, kind="proposal", ref=made.ref).exists()


def test_of_new_proposals_followers_of_the_space_read_once_a_day_and_in_the_letter_only(talk, ideas):
    follow(user=talk.karim, place=space_place(ideas.space))
    for title in ("Un banc devant la gare", "Un arbre devant la mairie", "Une fontaine"):
        propose(ideas, title)
    assert told(talk.karim) == ["proposal"]
    notice = Notice.objects.get(user=talk.karim)
    assert (notice.is_here, notice.letter) == (False, Way.DIGEST)


# -- Debates and phases -----------------------------------------------------------------------------


def test_what_the_town_concludes_is_told(talk):
    follows_debate(talk, talk.karim)
    conclude_debate(debate=talk.debate, conclusion=Localized(fr="Des bancs."), by=talk.officer)
    assert told(talk.karim) == ["answer"]


def test_phases_begin_end_and_are_answered_once_each(talk):
    follows_space(talk, talk.karim)
    Phase.objects.all().delete()
    now = timezone.now()
    phase = Phase.objects.create(
        space=talk.space,
        title={"fr": "Débattre"},
        starts_at=now - dt.timedelta(hours=1),
        ends_at=now + dt.timedelta(days=1),
    )
    announce_phases()
    announce_phases()
    assert told(talk.karim) == ["phase"]
    Phase.objects.filter(pk=phase.pk).update(ended_at=now, answer={"fr": "Fait."}, answered_at=now)
    announce_phases()
    assert told(talk.karim) == ["phase"] * 3


def test_what_began_long_ago_is_no_news(talk):
    follows_space(talk, talk.karim)
    Phase.objects.update(starts_at=timezone.now() - dt.timedelta(days=5))
    announce_phases()
    assert told(talk.karim) == []


# -- Who may read, and who wishes -------------------------------------------------------------------


def test_of_a_space_that_is_shut_nobody_is_told_but_who_may_read_it(talk):
    member = person("membre")
    talk.space.members.create(user=member, name="Membre")
    for user in (talk.karim, member):
        follows_space(talk, user)
    Space.objects.filter(pk=talk.space.pk).update(published_at=None, for_members_at=timezone.now())
    Phase.objects.update(starts_at=timezone.now() - dt.timedelta(hours=1))
    announce_phases()
    assert told(talk.karim) == [] and told(member) == ["phase"]


def test_whoever_wishes_not_to_be_told_is_not(talk):
    follows_debate(talk, talk.karim)
    wish(talk.karim, Reason.COMMENT, Way.NONE)
    talk.says("Les bancs sont trop bas.")
    assert told(talk.karim) == []


def test_an_account_that_is_shut_is_not_told(talk):
    follows_debate(talk, talk.karim)
    User.objects.filter(pk=talk.karim.pk).update(is_active=False)
    talk.says("Les bancs sont trop bas.")
    assert told(talk.karim) == []


# -- Many, and trouble ------------------------------------------------------------------------------


def crowd(talk, count: int) -> None:
    base = User.objects.count()
    made = User.objects.bulk_create(User(email=f"n{base + n}@crowd.example") for n in range(count))
    follow_by_itself((one.pk, ("debate", talk.debate.ref), "follows_talk") for one in made)


def test_a_batch_costs_the_same_however_many_follow(talk):
    costs = []
    for count in (10, 60):  # SQLite writes some ninety rows at once
        crowd(talk, count)
        talk.says(f"Nous sommes {count}.")
        with CaptureQueriesContext(connection) as asked:
            assert telling.tell_next()
        costs.append(len(asked))
    assert Notice.objects.count() == 10 + 70
    assert costs[0] == costs[1] <= 20


def test_a_comment_costs_its_writer_the_same_however_many_follow(talk):
    costs = []
    talk.says("Bonjour.", talk.officer)
    for count in (1, 200):
        crowd(talk, count)
        with CaptureQueriesContext(connection) as asked:
            talk.says(f"Nous sommes {count}.")
        costs.append(len(asked))
    assert costs[0] == costs[1] and not Notice.objects.exists()


def test_a_worker_goes_on_where_another_ended(talk, monkeypatch):
    monkeypatch.setattr(telling, "AT_ONCE", 7)
    crowd(talk, 20)
    talk.says("Nous sommes vingt.")
    telling.tell_next()
    assert Notice.objects.count() == 6, "and who wrote it, who is not told"
    telling.tell_all()
    assert Notice.objects.count() == 20 and not telling.waits()


def test_what_cannot_be_told_stops_no_other_and_is_given_up_after_three_times(talk):
    follows_debate(talk, talk.karim)
    News.objects.create(type="phase.begun", key="phase.begun/kein")
    talk.says("Les bancs sont trop bas.")
    assert told(talk.karim) == ["comment"]
    assert News.objects.get(key="phase.begun/kein").attempts == telling.ATTEMPTS and not telling.waits()
