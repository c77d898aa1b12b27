"""Reports, hiding, blocking: decided by people, written down, taken back; nothing is deleted."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from server.accounts.actions import erase_account
from server.discussion.models import Comment, Debate
from server.ledger.models import Record
from server.moderation import actions
from server.moderation.models import Block, Hiding, Report
from server.moderation.refusals import AccountBlocked, TooManyReports
from server.moderation.reportables import find
from server.office.actions import undo_act
from server.office.models import Act
from tests.server.discussion.conftest import make_talk, page, reader

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def comment(talk) -> Comment:
    return talk.says("Tous des voleurs.")


def thing(comment: Comment):
    found = find("comment", comment.ref)
    assert found is not None
    return found


def office(talk, comment: Comment, deed: str = "") -> str:
    return f"/office/{talk.space.slug}/moderation/comment/{comment.ref}/{deed}{'/' if deed else ''}"


def test_anyone_reports_and_only_moderators_read_who(talk, comment):
    for user in (None, talk.karim):
        given = {"reason": "insult", "words": "Cela vise les agents."}
        assert reader(user).post(f"/report/comment/{comment.ref}/", given).status_code == 302
    assert {one.by for one in Report.objects.all()} == {None, talk.karim}
    assert "Karim" not in page(reader(), talk.path)
    shown = page(reader(talk.officer), office(talk, comment))
    assert "Karim" in shown and "without an account" in shown and "Cela vise les agents." in shown


def test_an_account_reports_a_thing_once(talk, comment):
    for reason in ("insult", "hate"):
        actions.report(thing=thing(comment), reason=reason, by=talk.karim, source="x")
    assert Report.objects.get().reason == "hate"


def test_who_reports_without_end_is_told_to_wait(talk, comment):
    for _time in range(10):
        actions.report(thing=thing(comment), reason="hate", by=None, source="192.0.2.7")
    with pytest.raises(TooManyReports):
        actions.report(thing=thing(comment), reason="hate", by=None, source="192.0.2.7")
    actions.report(thing=thing(comment), reason="hate", by=None, source="192.0.2.8")


def test_a_reason_is_asked_for(talk, comment):
    answer = reader().post(f"/report/comment/{comment.ref}/", {"words": "Non."})
    assert answer.status_code == 400 and 'class="field bad"' in answer.content.decode()


def test_what_waits_stands_in_the_queue_the_longest_waiting_first(talk, comment):
    held = talk.says("Voir http://a.example et http://b.example")
    actions.report(thing=thing(comment), reason="insult", by=talk.karim, source="x")
    shown = page(reader(talk.officer), f"/office/{talk.space.slug}/moderation/")
    assert shown.index(held.ref) < shown.index(comment.ref)
    assert "Looks like advertising" in shown and "Insults or threats" in shown


def test_hiding_is_one_record_one_act_and_answers_the_reports(talk, comment):
    actions.report(thing=thing(comment), reason="insult", by=talk.karim, source="x")
    answer = reader(talk.officer).post(office(talk, comment, "hide"), {"hide-reason": "insult", "hide-words": "Non."})
    record, act = Record.objects.get(type="moderation.hidden"), Act.objects.latest("pk")
    assert answer.url.endswith(f"?done={act.pk}") and act.deed == "content.hidden"
    assert json.loads(bytes(record.payload.body))["reason"] == "insult" and "voleurs" not in str(act.facts)
    assert (act.subject, act.facts["user"]) == ("What about the benches?", talk.nadia.pk) and "Nadia" not in str(
        act.undo
    )
    assert Report.objects.get().outcome == "hidden" and talk.reload().comment_count == 0
    assert "Nothing waits" in page(reader(talk.officer), f"/office/{talk.space.slug}/moderation/")
    assert comment.ref in page(reader(talk.officer), f"/office/{talk.space.slug}/moderation/hidden/")


def test_hidden_twice_is_hidden_once(talk, comment):
    for _again in range(2):
        actions.hide(thing=thing(comment), reason="insult", by=talk.officer)
    assert Record.objects.filter(type="moderation.hidden").count() == Hiding.objects.count() == 1


def test_what_was_hidden_is_shown_again_word_for_word(talk, comment):
    act = actions.hide(thing=thing(comment), reason="insult", words="Non.", by=talk.officer)
    undone = undo_act(act=act, by=talk.officer)
    comment.refresh_from_db()
    assert comment.is_shown and comment.body == "Tous des voleurs." and talk.reload().comment_count == 1
    assert comment.hidden_reason == comment.hidden_words == "" and not Hiding.objects.exists()
    undo_act(act=undone, by=talk.officer)
    comment.refresh_from_db()
    assert (comment.hidden_reason, comment.hidden_words, talk.reload().comment_count) == ("insult", "Non.", 0)


def test_what_was_let_through_waits_again_when_that_is_undone(talk):
    held = talk.says("Voir http://a.example et http://b.example")
    act = actions.show(thing=thing(held), by=talk.officer)
    undo_act(act=act, by=talk.officer)
    held.refresh_from_db()
    assert held.held_at and not held.is_shown


def test_reports_are_answered_by_leaving_it_and_opened_again(talk, comment):
    actions.report(thing=thing(comment), reason="off_topic", by=talk.karim, source="x")
    act = actions.keep(thing=thing(comment), by=talk.officer)
    assert Report.objects.get().outcome == "kept" and thing(comment).row.is_shown
    assert actions.keep(thing=thing(comment), by=talk.officer) is None
    assert act is not None
    undo_act(act=act, by=talk.officer)
    assert Report.objects.open().count() == 1


def test_a_debate_is_hidden_with_its_text_and_takes_no_comment(talk, comment):
    found = find("debate", talk.debate.ref)
    assert found is not None
    actions.hide(thing=found, reason="unlawful", by=talk.officer)
    shown = page(reader(talk.nadia), talk.path)
    assert "Hidden by the town" in shown and "<textarea" not in shown
    assert "<h1>What about the benches?" not in shown
    assert "What about the benches?" not in page(reader(), talk.space.get_absolute_url())
    assert Debate.objects.get().title["en"] == "What about the benches?"


def test_a_blocked_account_writes_nothing_in_this_space_until_it_ends(talk, comment):
    other = make_talk("jardin")
    act = actions.block(space=talk.space, user=talk.nadia, why="Insultes.", until=timezone.now() + DAY, by=talk.officer)
    with pytest.raises(AccountBlocked):
        talk.says("Encore.")
    assert other.says("Ailleurs.", by=talk.nadia).is_shown
    assert "Nadia" not in act.subject and act.facts["user"] == talk.nadia.pk
    Block.objects.update(until=timezone.now() - DAY)
    assert talk.says("De retour.").is_shown


def test_a_block_is_lifted_and_put_back(talk, comment):
    actions.block(space=talk.space, user=talk.nadia, why="Insultes.", until=timezone.now() + DAY, by=talk.officer)
    actions.block(space=talk.space, user=talk.nadia, why="Encore.", until=timezone.now() + 2 * DAY, by=talk.officer)
    block = Block.objects.in_force().get()
    act = actions.lift(block=block, by=talk.officer)
    assert talk.says("De retour.").is_shown
    undo_act(act=act, by=talk.officer)
    assert Block.objects.in_force().get().why == "Encore."


def test_who_wrote_is_kept_from_writing_from_the_page_of_what_they_wrote(talk, comment):
    client = reader(talk.officer)
    assert client.post(office(talk, comment, "block"), {"block-days": "7", "block-why": ""}).status_code == 400
    client.post(office(talk, comment, "block"), {"block-days": "7", "block-why": "Insultes."})
    block = Block.objects.get()
    assert block.user == talk.nadia and dt.timedelta(days=6) < block.until - timezone.now() < dt.timedelta(days=8)
    assert "Nadia B." in page(client, f"/office/{talk.space.slug}/moderation/blocks/")
    client.post(f"/office/{talk.space.slug}/moderation/blocks/{block.pk}/lift/")
    assert not Block.objects.in_force().exists()


def test_x8_a_thing_of_another_space_is_nobody_s_business(talk, comment):
    other = make_talk("jardin")
    theirs = other.says("Chez eux.")
    client = reader(talk.officer)
    assert client.get(office(talk, theirs)).status_code == 404
    assert client.get(office(other, theirs)).status_code == 404
    for deed in ("hide", "show", "keep", "block"):
        assert client.post(office(talk, theirs, deed), {"hide-reason": "insult"}).status_code == 404
    assert Comment.objects.get(pk=theirs.pk).is_shown


def test_what_is_hidden_or_waits_cannot_be_reported(talk, comment):
    held = talk.says("Voir http://a.example et http://b.example")
    actions.hide(thing=thing(comment), reason="insult", by=talk.officer)
    for ref in (held.ref, comment.ref, "0" * 32):
        assert reader(talk.karim).get(f"/report/comment/{ref}/").status_code == 404
    assert reader(talk.karim).get(f"/report/nothing/{comment.ref}/").status_code == 404


def test_p23_an_erased_account_reported_nothing(talk, comment):
    actions.report(thing=thing(comment), reason="insult", by=talk.karim, source="x")
    erase_account(user=talk.karim)
    assert Report.objects.get().by is None


def test_the_queue_costs_the_same_however_long_it_is(talk, comment):
    client, path = reader(talk.officer), f"/office/{talk.space.slug}/moderation/"

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    def more(count: int) -> None:
        for number in range(count):
            card = talk.from_paper(f"Carte {number}.")
            actions.report(thing=thing(card), reason="hate", by=None, source=f"{card.ref}")

    more(1)
    talk.from_paper("http://a.example http://b.example")
    client.get(path)
    little = cost()
    more(12)
    assert cost() == little
