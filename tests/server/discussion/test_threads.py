"""What people say in a thread, by which door, and what the log keeps of it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone

from server.accounts.actions import erase_account
from server.accounts.holdings import holdings
from server.discussion.actions import Author, edit_comment, vote_comment, withdraw_comment
from server.discussion.models import Comment, CommentVote, Mention, new_ref
from server.discussion.refusals import (
    AnswerHasNoPlace,
    DiscussionClosed,
    NotTheAuthor,
    OwnComment,
    TooLateToEdit,
    TooManyComments,
)
from server.ledger.applying import is_rebuilt_alike
from server.ledger.models import Payload, Record
from server.moderation.actions import hide, show
from server.moderation.reportables import find as thing
from server.processes.origin import Origin
from server.processes.refusals import PhaseClosed
from tests.server.discussion.conftest import ONLINE

pytestmark = pytest.mark.django_db


def useful(talk, comment, by, is_useful=True):
    return vote_comment(comment=comment, right=by.right, is_useful=is_useful, by=by, origin=ONLINE)


def types() -> list[str]:
    return list(Record.objects.filter(type__startswith="comment.").order_by("index").values_list("type", flat=True))


def test_a_comment_is_one_record_and_its_words_lie_beside(talk):
    comment = talk.says("Des bancs à l’ombre.", stance="for")
    record = Record.objects.get(type="comment.written")
    told = json.loads(bytes(record.payload.body))
    assert (told["text"], told["stance"], record.payload.subject) == (comment.body, "for", f"comment:{comment.ref}")
    assert "ombre" not in record.header and str(talk.nadia) not in record.header
    assert talk.reload().comment_count == 1


def test_a_form_sent_twice_is_one_comment(talk):
    ref = new_ref()
    assert talk.says("Une fois.", ref=ref) == talk.says("Une fois.", ref=ref)
    assert types() == ["comment.written"] and talk.reload().comment_count == 1


def test_every_door_is_in_the_same_thread_and_known(talk):
    talk.says("En ligne.")
    card = talk.from_paper("Sur une carte.", name="Carte 0412")
    talk.says("Au guichet.", author=Author(name="M. Roux"), origin=Origin(door="desk", operator=talk.officer))
    assert list(Comment.objects.order_by("pk").values_list("door", flat=True)) == ["web", "paper", "desk"]
    assert card.lies_on_leaf and card.by_name == "Carte 0412" and card.author is None


@pytest.mark.parametrize("door", ["web", "paper"])
def test_after_the_phase_nothing_is_said(talk, door):
    talk.end_phase()
    with pytest.raises(PhaseClosed):
        talk.says("Trop tard.", origin=Origin(door=door, operator=talk.officer))
    assert not Comment.objects.exists() and types() == []


def test_a_door_that_no_phase_opens_is_shut(talk):
    talk.phase.openings.update(doors=["paper"])
    with pytest.raises(PhaseClosed):
        talk.says("En ligne ?")
    assert talk.from_paper("Sur papier.").door == "paper"


def test_a_closed_debate_takes_nothing_more(talk):
    talk.debate.closed_at = timezone.now()
    talk.debate.save()
    with pytest.raises(DiscussionClosed):
        talk.says("Encore un mot.")


def test_an_answer_stays_in_its_branch(talk):
    first = talk.says("Des bancs.")
    second = talk.says("Lesquels ?", by=talk.karim, parent=first.ref)
    third = talk.says("En bois.", parent=second.ref)
    assert (third.parent, third.root) == (second, first) and second.root == first and first.root is None


def test_what_is_gone_or_elsewhere_is_not_answered(talk):
    comment = talk.says("Des bancs.")
    for ref in (new_ref(), withdraw_comment(comment=comment, by=talk.nadia, origin=ONLINE).ref):
        with pytest.raises(AnswerHasNoPlace):
            talk.says("Oui.", parent=ref)


def test_other_words_keep_the_words_before(talk):
    comment = talk.says("Des bans.")
    edit_comment(comment=comment, text="Des bancs.", by=talk.nadia, origin=ONLINE)
    comment.refresh_from_db()
    assert comment.body == "Des bancs." and comment.edited_at
    assert [one.body for one in comment.versions.all()] == ["Des bans."]


def test_the_same_words_change_nothing(talk):
    comment = talk.says("Des bancs.")
    edit_comment(comment=comment, text="Des bancs.\r\n", by=talk.nadia, origin=ONLINE)
    assert types() == ["comment.written"] and not comment.versions.exists()


def test_words_are_changed_by_their_author_and_soon(talk):
    comment = talk.says("Des bancs.")
    with pytest.raises(NotTheAuthor):
        edit_comment(comment=comment, text="Des pavés.", by=talk.karim, origin=ONLINE)
    Comment.objects.update(written_at=timezone.now() - dt.timedelta(minutes=16))
    with pytest.raises(TooLateToEdit):
        edit_comment(comment=comment, text="Des pavés.", by=talk.nadia, origin=ONLINE)
    assert Comment.objects.get().body == "Des bancs."


def test_words_taken_back_leave_their_place_and_nothing_else(talk):
    comment = talk.says("Mon adresse est ici.")
    edit_comment(comment=comment, text="Mon adresse était ici.", by=talk.nadia, origin=ONLINE)
    talk.says("Réponse.", by=talk.karim, parent=comment.ref)
    for _again in range(2):
        withdraw_comment(comment=comment, by=talk.nadia, origin=ONLINE)
    comment.refresh_from_db()
    assert comment.is_withdrawn and comment.body == "" and not comment.versions.exists()
    assert comment.answers.count() == 1 and talk.reload().comment_count == 1
    assert types().count("comment.withdrawn") == 1
    with pytest.raises(NotTheAuthor):
        withdraw_comment(comment=comment.answers.get(), by=talk.nadia, origin=ONLINE)


def test_useful_counts_once_for_an_account_and_can_be_taken_back(talk):
    comment = talk.says("Des bancs.")
    for _again in range(2):
        comment = useful(talk, comment, talk.karim)
    assert comment.useful_count == 1 and types().count("comment.useful") == 1
    assert useful(talk, comment, talk.officer).useful_count == 2
    for _again in range(2):
        comment = useful(talk, comment, talk.karim, is_useful=False)
    assert comment.useful_count == 1 and CommentVote.objects.get().right == talk.officer.right


def test_nobody_finds_their_own_comment_useful(talk):
    with pytest.raises(OwnComment):
        useful(talk, talk.says("Des bancs."), talk.nadia)


def test_what_looks_like_advertising_waits_and_is_counted_when_it_is_let_through(talk):
    comment = talk.says("Voir http://a.example et http://b.example")
    assert comment.held_at and talk.reload().comment_count == 0
    show(thing=thing("comment", comment.ref), by=talk.officer)
    comment.refresh_from_db()
    assert comment.is_shown and talk.reload().comment_count == 1


def test_the_same_text_again_waits(talk):
    assert talk.says("Votez pour la fontaine de mon cousin.").is_shown
    assert talk.says("Votez pour la fontaine, de mon cousin !").held_at
    assert talk.says("Votez pour la fontaine de mon cousin.", by=talk.karim).is_shown


def test_cards_that_say_the_same_are_all_there(talk):
    assert all(talk.from_paper("Des bancs.").is_shown for _card in range(3))


def test_an_account_that_writes_without_end_is_told_to_wait(talk):
    for number in range(12):
        talk.says(f"Idée numéro {number}.")
    with pytest.raises(TooManyComments):
        talk.says("Encore une.")
    for number in range(14):
        talk.from_paper(f"Carte {number}.")


def test_who_is_named_is_noted_once_and_only_if_they_take_part(talk):
    talk.says("Des bancs.")
    comment = talk.says("D’accord avec @nadia b. et @Agnès, @Nadia B. !", by=talk.karim)
    assert [(one.comment, one.user) for one in Mention.objects.all()] == [(comment, talk.nadia)]


def test_p23_an_erased_account_is_named_nowhere(talk):
    comment = talk.says("Des bancs.")
    assert holdings(talk.nadia)["comments"][0]["text"] == "Des bancs."
    erase_account(user=talk.nadia)
    comment = Comment.objects.select_related("author").get(pk=comment.pk)
    assert comment.author.is_erased and "Nadia" not in comment.by_name and "@" not in comment.by_name
    assert not any(b"Nadia" in bytes(one.body) for one in Payload.objects.all())


def test_s22_the_log_applied_anew_gives_the_same_threads(talk):
    first = talk.says("Des bans.")
    edit_comment(comment=first, text="Des bancs.", by=talk.nadia, origin=ONLINE)
    second = talk.says("Oui @Nadia B.", by=talk.karim, parent=first.ref, stance="for")
    useful(talk, first, talk.karim)
    useful(talk, second, talk.officer)
    useful(talk, second, talk.officer, is_useful=False)
    card = talk.from_paper("Sur papier.")
    hide(thing=thing("comment", card.ref), reason="private", by=talk.officer)
    hide(thing=thing("comment", second.ref), reason="insult", by=talk.officer)
    show(thing=thing("comment", second.ref), by=talk.officer)
    withdraw_comment(comment=second, by=talk.karim, origin=ONLINE)
    before = list(Comment.objects.order_by("record").values_list("ref", "body", "hidden_at", "useful_count"))
    assert is_rebuilt_alike()
    assert list(Comment.objects.order_by("record").values_list("ref", "body", "hidden_at", "useful_count")) == before
