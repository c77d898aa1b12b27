"""Sheets that go home and come back: one voice at every door, in every order; nothing joins sheet to person."""

from __future__ import annotations

import itertools
import json

import pytest
from django.db import IntegrityError, transaction

from server.accounts.models import User
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.office.approvals import agree
from server.office.models import Approval
from server.opendata.actions import published_equations
from server.voting import actions as voting
from server.voting.balance import balance_of
from server.voting.models import Box, Envelope, PresenceMark, RollEntry
from server.voting.refusals import BoxNotOpen, MarkRestored, ReasonMissing, Struck, UsedInPerson
from server.voting.refusals_desk import AlreadyAsked
from server.voting.refusals_post import (
    EnvelopeDecided,
    EnvelopeOpened,
    EnvelopesShut,
    EnvelopesUndecided,
    EnvelopeVoid,
    NoPost,
    TooEarlyToOpen,
    VotedByPost,
)
from server.voting.settlement import settle_box
from tests.server.post.conftest import Post
from tests.server.votes import make_session, make_vote, print_sheets

pytestmark = pytest.mark.django_db


def equations(post: Post) -> dict[str, tuple[int, dict[str, int]]]:
    post.vote.refresh()
    return {one.name: (one.left, {t.key: t.count for t in one.terms}) for one in balance_of(post.vote.session)}


def test_the_definition_says_so_and_older_ones_say_nothing(post):
    facts = json.loads(post.vote.box.definition)
    assert facts["post"] == {"back_by": {"fr": "vendredi 6 juin à midi", "en": "Friday 6 June at noon"}}
    assert not {"post", "proxies", "help"} & set(json.loads(make_vote(officer="two@example.org").box.definition))


def test_a_vote_whose_definition_does_not_say_so_sends_nothing():
    vote = make_vote()
    with pytest.raises(NoPost):
        voting.prepare_envelopes(box=vote.box, session=vote.session)


def test_a_box_by_pass_with_sheets_by_post_cannot_even_be_stored(post):
    with pytest.raises(IntegrityError), transaction.atomic():
        Box.objects.create(component=post.vote.box.component, regime="pass", takes_post=True)


def test_an_accepted_envelope_uses_the_right_and_names_nobody(post):
    post.send(0)
    post.judge(0)
    mark = PresenceMark.objects.get()
    assert (mark.way, mark.entry) == ("post", post.vote.entries[0])
    record = Record.objects.get(type="right.posted")
    assert record.payload.subject.startswith("entry:") and bytes(record.payload.body) == b"{}"
    assert "subject" not in json.loads(record.header)


def test_said_again_it_changes_nothing_and_another_word_is_refused(post):
    post.send(0)
    assert post.judge(0).pk == post.judge(0).pk
    with pytest.raises(EnvelopeDecided):
        post.judge(0, "refused", reason="late")
    assert Record.objects.filter(type="right.posted").count() == 1


@pytest.mark.parametrize("order", list(itertools.permutations(["online", "desk", "post"])))
def test_p1_p2_one_voice_whichever_of_three_ways_came_first(post, order):
    """Online, at the desk, by post: of one person one thing counts, and never the ballot online."""
    post.send(0)
    ways = {"online": lambda: post.vote.online(0, "lavoir"), "desk": lambda: post.vote.hand_over(0)}
    ways["post"] = lambda: post.judge(0)
    refused = {}
    for way in order:
        try:
            ways[way]()
        except (VotedByPost, UsedInPerson) as refusal:
            refused[way] = refusal.code
    first = next(way for way in order if way != "online")
    assert refused == ({"desk": "voted_by_post"} if first == "post" else {"post": "used_in_person"})
    settled = settle_box(post.vote.box)
    assert not settled.settlement.counted
    rule = "posted" if first == "post" else "in_person"
    assert [one.rule for one in settled.settlement.superseded] == [rule]
    assert PresenceMark.objects.filter(box=post.vote.box, is_restored=False).count() == 1


def test_the_database_itself_knows_one_use_of_a_right_whichever_way(post):
    entry = post.vote.entries[0]
    facts = {"box": post.vote.box, "session": post.vote.session, "entry": entry}
    PresenceMark.objects.create(way="post", **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        PresenceMark.objects.create(way="hall", **facts)


def test_a_person_has_one_envelope_in_force_and_a_new_one_once_it_was_lost(post):
    post.send(0)
    assert not voting.prepare_envelopes(box=post.vote.box, session=post.vote.session, entries=[post.vote.entries[0]])
    lost = voting.void_envelope(envelope=post.of(0), reason="never arrived", by=post.vote.officer)
    assert (lost.state, lost.reason, lost.note) == ("void", "lost", "never arrived")
    post.send(0)
    assert post.of(0).pk != lost.pk
    with pytest.raises(EnvelopeVoid):
        voting.judge_envelope(envelope=lost, outcome="accepted", by=post.vote.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Envelope.objects.create(box=post.vote.box, session=post.vote.session, entry=post.vote.entries[0])


def test_a_lost_envelope_needs_a_reason(post):
    post.send(0)
    with pytest.raises(ReasonMissing):
        voting.void_envelope(envelope=post.of(0), reason=" ", by=post.vote.officer)


def test_whoever_is_struck_is_refused_and_whoever_posted_is_not_struck_p7(post):
    post.send(0, 1)
    RollEntry.objects.filter(pk=post.vote.entries[0].pk).update(struck_at="2027-05-01T00:00Z")
    with pytest.raises(Struck):
        post.judge(0)
    post.judge(1)
    strike = voting.Correction(post.vote.box.roll, "struck", "moved away", post.vote.entries[1])
    with pytest.raises(UsedInPerson):
        voting.correct_roll(correction=strike, by=post.vote.officer)


def test_a_refusal_says_why(post):
    post.send(0)
    for why in ({}, {"reason": "other"}, {"reason": "nonsense"}):
        with pytest.raises(ReasonMissing):
            post.judge(0, "refused", **why)
    assert post.judge(0, "refused", reason="unsigned").reason == "unsigned"
    assert not PresenceMark.objects.exists()


def test_a_mark_made_by_post_is_not_given_back_against_a_pass(post):
    post.send(0)
    post.judge(0)
    with pytest.raises(MarkRestored):
        voting.restore_right(
            mark=PresenceMark.objects.get(), code_text=post.vote.stack[0].text, reason="leaves", by=post.vote.officer
        )


def test_second_thoughts_free_the_right_and_two_persons_decide(post, settings):
    post.send(0)
    post.judge(0)
    post.judge(0, "received", note="two signatures")
    assert not PresenceMark.objects.filter(is_restored=False).exists()
    assert not settle_box(post.vote.box).rights.posted
    settings.PARVIS_SINGLE_HANDED = False
    facts = {"is_accepted": True, "note": "the family explained"}
    approval = voting.decide_envelope(envelope=post.of(0), by=post.vote.officer, **facts)
    assert isinstance(approval, Approval) and post.of(0).state == "received"
    with pytest.raises(AlreadyAsked):
        voting.decide_envelope(envelope=post.of(0), is_accepted=False, note="no", reason="late", by=post.vote.officer)
    agree(approval=approval, by=User.objects.create_user("second@example.org"))
    decided = post.of(0)
    assert (decided.state, decided.asked) == ("accepted", "") and decided.agreed_by is not None
    assert len(settle_box(post.vote.box).rights.posted) == 1
    types = Record.objects.filter(type__startswith="right.").order_by("index").values_list("type", flat=True)
    assert list(types) == ["right.posted", "right.post_undone", "right.posted"]


def test_whoever_came_to_the_hall_while_it_was_doubtful_is_not_accepted_by_post(post):
    post.send(0)
    post.judge(0, "received", note="torn")
    post.vote.hand_over(0)
    with pytest.raises(UsedInPerson):
        voting.decide_envelope(envelope=post.of(0), is_accepted=True, note="whole after all", by=post.vote.officer)


def test_before_the_vote_and_after_its_reconciliation_no_envelope_is_judged():
    facts = {"takes_post": True, "post_deadline": {"fr": "demain"}}
    post = Post(make_vote(people=2, **facts))
    post.send(0)
    Box.objects.filter(pk=post.vote.box.pk).update(state="reconciled")
    with pytest.raises(BoxNotOpen):
        post.judge(0)


def test_envelopes_are_opened_when_no_list_can_speak_of_their_people_any_more(post):
    post.send(0, 1)
    post.judge(0)
    with pytest.raises(TooEarlyToOpen):
        post.open()
    other = make_session(post.vote.box)
    meetings.open_session(session=other, by=post.vote.officer)
    meetings.close_session(session=other, by=post.vote.officer)
    post.close()
    with pytest.raises(TooEarlyToOpen):
        post.open()
    meetings.reconcile_session(session=other, by=post.vote.officer)
    post.judge(1, "received", note="no signature")
    with pytest.raises(EnvelopesUndecided):
        post.open()
    voting.decide_envelope(
        envelope=post.of(1), is_accepted=False, reason="unsigned", note="no signature", by=post.vote.officer
    )
    assert (post.open(), post.open()) == (1, 0)
    with pytest.raises(EnvelopeOpened):
        post.judge(0, "received", note="a mistake")


def test_a_paper_list_keyed_in_makes_a_shut_envelope_give_way_and_not_an_opened_one(post):
    """A hall without network: who was there stands. Once the sheet is mixed with others nobody can find it."""
    post.send(0, 1)
    post.judge(0)
    post.judge(1)
    post.close()
    facts = {"box": post.vote.box, "session": post.vote.session, "by": post.vote.officer, "is_keyed_in": True}
    voting.mark_used_in_person(entry=post.vote.entries[0], **facts)
    assert (post.of(0).state, post.of(0).reason) == ("refused", "in_person")
    rights = settle_box(post.vote.box).rights
    assert (len(rights.in_person), len(rights.posted)) == (1, 1)
    post.open()
    with pytest.raises(VotedByPost):
        voting.mark_used_in_person(entry=post.vote.entries[1], **facts)


def test_a_session_waits_for_doubtful_and_for_shut_envelopes(post):
    post.send(0, 1)
    post.judge(0)
    post.judge(1, "received", note="torn")
    print_sheets(post.vote, 3)
    post.close()
    counts = {"passes_unused": 4, "passes_spoiled": 0, "passes_returned": 0}
    counts |= {"sheets_in_box": 0, "sheets_unused": 1, "sheets_spoiled": 0}
    meetings.enter_hand_counts(session=post.vote.session, counts=counts, by=post.vote.officer)
    with pytest.raises(EnvelopesUndecided):
        meetings.reconcile_session(session=post.vote.session, by=post.vote.officer)
    voting.decide_envelope(
        envelope=post.of(1), is_accepted=False, reason="damaged", note="torn open", by=post.vote.officer
    )
    with pytest.raises(EnvelopesShut):
        meetings.reconcile_session(session=post.vote.session, by=post.vote.officer)


def test_a_sheet_from_an_accepted_envelope_counts_as_any_sheet_and_the_accounts_balance(post):
    post.send(0, 1, 2, 3)
    post.vote.online(0, "lavoir")
    post.vote.online(4, "verger")
    post.judge(0)
    post.judge(1)
    post.judge(2, "refused", reason="late")
    post.close()
    assert post.open() == 2
    post.scan("bancs", "piste")
    print_sheets(post.vote, 3)  # two more went home, one is left over
    counts = {"passes_unused": 4, "passes_spoiled": 0, "passes_returned": 0}
    counts |= {"sheets_in_box": 2, "sheets_unused": 1, "envelopes_sheets": 2, "envelopes_without": 0}
    box = post.finish(**counts)
    told = equations(post)
    assert told["sheets_printed"][1]["sent"] == 4
    assert told["envelopes_sent"] == (4, {"accepted": 2, "refused": 1, "void": 0, "not_returned": 1})
    assert told["envelopes_opened"] == (2, {"taken_out": 2, "without_one": 0})
    assert box.settlement["rights"] == {"used": 3, "in_person": 0, "posted": 2, "online": 1}
    assert box.settlement["superseded_by_rule"] == {"posted": 1}
    assert box.result["turnout"]["ballots"] == 3
    published = {one["name"]: one for one in published_equations(box)}
    assert published["rights_used"]["right"] == {"in_person": 0, "posted": 2, "online": 1}
    assert all("explained" not in one for one in published.values())


def test_b8_an_envelope_without_a_sheet_is_counted_and_a_sheet_too_many_is_seen(post):
    post.send(0, 1)
    post.judge(0)
    post.judge(1)
    post.close()
    post.open()
    print_sheets(post.vote, 2)
    counts = {"passes_unused": 4, "passes_spoiled": 0, "passes_returned": 0, "sheets_in_box": 0, "sheets_unused": 0}
    for sheets, without, holds in ((1, 1, True), (2, 1, False), (1, 0, False)):
        more = {"envelopes_sheets": sheets, "envelopes_without": without}
        meetings.enter_hand_counts(
            session=post.vote.session, counts=counts | more, by=post.vote.officer, is_recount=True
        )
        left, terms = equations(post)["envelopes_opened"]
        assert (left == sum(terms.values())) is holds


def test_envelopes_that_were_sent_without_any_sheet_printed_are_a_difference_to_explain(post):
    post.send(0)
    meetings.close_session(session=post.vote.session, by=post.vote.officer)
    counts = {"passes_unused": 4, "passes_spoiled": 0, "passes_returned": 0}
    meetings.enter_hand_counts(session=post.vote.session, counts=counts, by=post.vote.officer)
    left, terms = equations(post)["sheets_printed"]
    assert (left, terms["sent"]) == (0, 1)


def test_p18_nothing_joins_an_envelope_to_a_sheet(post):
    """No column of the register names a sheet, no record holds both, and no row of an envelope holds a time."""
    post.send(0)
    post.judge(0)
    post.close()
    post.open()
    post.scan("bancs")
    fields = {field.name for field in Envelope._meta.get_fields()}
    assert not {name for name in fields if "sheet" in name or name.endswith("_at")}
    uses = set(Record.objects.filter(payload__subject__startswith="sheet:").values_list("payload__subject", flat=True))
    about_post = Record.objects.filter(type__in=["right.posted", "post.opened"])
    bodies = b"".join(bytes(body) for body in about_post.values_list("payload__body", flat=True))
    assert uses and not any(use.removeprefix("sheet:").encode() in bodies for use in uses)
    assert not set(about_post.values_list("payload__subject", flat=True)) & uses
