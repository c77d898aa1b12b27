"""Who votes for somebody who is away, and who helps: as many as the frozen definition allows (P13)."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction

from server.ledger.models import Record
from server.meetings import actions as meetings
from server.meetings.models import Session
from server.opendata.actions import publish, published_folder
from server.voting import actions as voting
from server.voting.balance import balance_of
from server.voting.models import Assistance, PresenceMark, Proxy, RollEntry
from server.voting.refusals import BoxNotOpen, NotOnTheRoll, ReasonMissing, SessionNotOpen, Struck, UsedInPerson
from server.voting.refusals_post import VotedByPost
from server.voting.refusals_proxies import (
    HelperNameMissing,
    HelpLimit,
    NoHelp,
    NoProxies,
    ProxyChain,
    ProxyGiven,
    ProxyLimit,
    ProxyMissing,
    ProxyUsed,
)
from server.voting.settlement import settle_box
from tests.server.votes import Vote, make_box, make_session, make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def vote_once(ground) -> Vote:
    return make_vote(people=8, passes=8, proxies_per_holder=2, helped_per_helper=2)


def give(vote: Vote, giver: int, holder: int, **more) -> Proxy:
    facts = {"boxes": [vote.box], "shown": "signed proxy", "by": vote.officer} | more
    return voting.enter_proxy(giver=vote.entries[giver], holder=vote.entries[holder], **facts)[0]


def use(vote: Vote, giver: int, **more) -> PresenceMark:
    return voting.use_proxy(session=vote.session, giver=vote.entries[giver], by=vote.officer, **more)[0]


# What is done first, then the proxy that is entered (giver, holder), and what becomes of it.
RULES = [
    ([], (0, 1), None),
    ([], (1, 1), ProxyChain),  # nobody holds their own
    ([("give", 0, 1)], (0, 1), None),  # again changes nothing
    ([("give", 0, 1)], (0, 2), ProxyGiven),  # one giver, one holder
    ([("give", 0, 1)], (2, 1), None),  # two are allowed
    ([("give", 0, 1), ("give", 2, 1)], (3, 1), ProxyLimit),  # a third is not
    ([("give", 0, 1), ("use", 0), ("give", 2, 1)], (3, 1), ProxyLimit),  # a used one counts as well
    ([("give", 0, 1), ("give", 2, 1), ("revoke", 0)], (3, 1), None),  # a revoked one does not
    ([("give", 0, 1)], (1, 2), ProxyChain),  # a holder gives none
    ([("give", 0, 1)], (2, 0), ProxyChain),  # a giver holds none
    ([("mark", 0)], (0, 1), UsedInPerson),  # who came is not away
    ([("mark", 1)], (0, 1), None),  # the holder may have voted already
    ([("strike", 0)], (0, 1), Struck),
    ([("strike", 1)], (0, 1), Struck),
]


@pytest.mark.parametrize(("before", "people", "refusal"), RULES)
def test_p13_the_table_of_rules_about_proxies(vote, before, people, refusal):
    proxies = {}
    for deed, *who in before:
        if deed == "give":
            proxies[who[0]] = give(vote, *who)
        elif deed == "use":
            use(vote, who[0])
        elif deed == "revoke":
            voting.revoke_proxy(proxy=proxies[who[0]], reason="wants to come", by=vote.officer)
        elif deed == "mark":
            vote.hand_over(who[0])
        elif deed == "strike":
            RollEntry.objects.filter(pk=vote.entries[who[0]].pk).update(struck_at="2027-05-01T00:00Z")
    if refusal is None:
        assert give(vote, *people).state == "given"
    else:
        with pytest.raises(refusal):
            give(vote, *people)


def test_p13_the_database_itself_refuses_one_too_many_a_second_giver_and_a_proxy_of_ones_own(vote):
    first = give(vote, 0, 1)
    facts = {"box": vote.box, "most": 2, "shown": "paper"}
    for wrong in (
        {"giver": vote.entries[2], "holder": vote.entries[1], "place": 3},
        {"giver": vote.entries[2], "holder": vote.entries[1], "place": first.place},
        {"giver": vote.entries[0], "holder": vote.entries[3], "place": 1},
        {"giver": vote.entries[4], "holder": vote.entries[4], "place": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proxy.objects.create(**facts | wrong)


def test_a_vote_whose_definition_says_nothing_of_it_knows_no_proxies_and_no_help():
    vote = make_vote(people=3)
    with pytest.raises(NoProxies):
        give(vote, 0, 1)
    with pytest.raises(NoHelp):
        voting.note_help(session=vote.session, name="Anne", by=vote.officer)


def test_the_definition_freezes_both_numbers(vote):
    facts = json.loads(vote.box.definition)
    assert (facts["proxies"], facts["help"]) == ({"per_holder": 2}, {"per_helper": 2})


def test_a_proxy_is_entered_from_a_paper_for_people_of_this_roll_while_there_is_a_vote(vote):
    with pytest.raises(ReasonMissing):
        give(vote, 0, 1, shown=" ")
    elsewhere = make_box(slug="elsewhere").roll.entries.first()
    with pytest.raises(NotOnTheRoll):
        voting.enter_proxy(boxes=[vote.box], giver=vote.entries[0], holder=elsewhere, shown="paper", by=vote.officer)
    meetings.close_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)
    with pytest.raises(BoxNotOpen):
        give(vote, 0, 1)


def test_used_the_giver_is_used_in_person_and_one_more_pass_is_in_the_accounts(vote):
    give(vote, 0, 1)
    vote.hand_over(1)
    mark = use(vote, 0)
    vote.stack.pop()
    assert (mark.way, mark.entry, Proxy.objects.get().state) == ("proxy", vote.entries[0], "used")
    assert Record.objects.filter(type="right.used").count() == 2
    meetings.close_session(session=vote.session, by=vote.officer)
    counts = {"passes_unused": 6, "passes_spoiled": 0, "passes_returned": 0}
    meetings.enter_hand_counts(session=vote.session, counts=counts, by=vote.officer)
    vote.refresh()
    issued = next(one for one in balance_of(vote.session) if one.name == "passes_issued")
    assert issued.holds and {t.key: t.count for t in issued.terms} == {"marked": 1, "restored": 0, "by_proxy": 1}


@pytest.mark.parametrize("is_online_first", [True, False])
def test_p1_p2_a_ballot_online_of_the_giver_gives_way_in_either_order(vote, is_online_first):
    give(vote, 0, 1)
    deeds = [lambda: vote.online(0, "lavoir"), lambda: use(vote, 0)]
    for deed in deeds if is_online_first else reversed(deeds):
        deed()
    settled = settle_box(vote.box).settlement
    assert not settled.counted and [one.rule for one in settled.superseded] == ["in_person"]


def test_whoever_gave_a_proxy_is_not_marked_before_it_is_revoked_and_never_after_it_was_used(vote):
    proxy = give(vote, 0, 1)
    with pytest.raises(ProxyGiven):
        vote.hand_over(0)
    voting.revoke_proxy(proxy=proxy, reason="came", by=vote.officer)
    voting.revoke_proxy(proxy=proxy, reason="came", by=vote.officer)
    vote.hand_over(0)
    give(vote, 2, 1)
    use(vote, 2)
    with pytest.raises(UsedInPerson):
        vote.hand_over(2)


def test_a_proxy_that_was_used_is_not_revoked_nor_used_twice_and_a_form_sent_twice_uses_it_once_d19(vote):
    proxy = give(vote, 0, 1)
    assert use(vote, 0, token="f") == use(vote, 0, token="f")
    with pytest.raises(UsedInPerson):
        use(vote, 0, token="another")
    with pytest.raises(ProxyUsed):
        voting.revoke_proxy(proxy=proxy, reason="no", by=vote.officer)
    with pytest.raises(ReasonMissing):
        voting.revoke_proxy(proxy=proxy, reason=" ", by=vote.officer)


def test_without_a_proxy_or_where_the_holder_was_struck_nothing_is_used(vote):
    with pytest.raises(ProxyMissing):
        use(vote, 0)
    give(vote, 0, 1)
    RollEntry.objects.filter(pk=vote.entries[1].pk).update(struck_at="2027-05-01T00:00Z")
    with pytest.raises(Struck):
        use(vote, 0)
    assert not PresenceMark.objects.exists()


def test_a_session_of_two_boxes_uses_both_or_none(vote):
    second = make_box(people=1, slug=vote.box.space.slug, proxies_per_holder=1)
    type(second).objects.filter(pk=second.pk).update(roll=vote.box.roll)
    second.refresh_from_db()
    voting.freeze_box(box=second, by=vote.officer)
    voting.open_voting(box=second, by=vote.officer)
    vote.session.boxes.add(second)
    give(vote, 0, 1)
    with pytest.raises(ProxyMissing):
        use(vote, 0)
    assert not PresenceMark.objects.exists() and Proxy.objects.get().state == "given"
    give(vote, 0, 1, boxes=[vote.box, second])
    assert len(voting.use_proxy(session=vote.session, giver=vote.entries[0], by=vote.officer)) == 2


def test_p9_undone_against_the_pass_the_proxy_may_be_used_again(vote):
    give(vote, 0, 1)
    mark = use(vote, 0)
    voting.restore_right(mark=mark, code_text=vote.stack.pop().text, reason="wrong_person", by=vote.officer)
    assert Proxy.objects.get().state == "given"
    use(vote, 0)


def test_who_voted_by_post_is_not_voted_for():
    vote = make_vote(people=3, takes_post=True, post_deadline={"fr": "demain"}, proxies_per_holder=1)
    give(vote, 0, 1)
    [envelope] = voting.prepare_envelopes(box=vote.box, session=vote.session, entries=[vote.entries[0]])
    type(envelope).objects.update(check_value="ab", state="sent")
    voting.judge_envelope(envelope=envelope, outcome="accepted", by=vote.officer)
    with pytest.raises(VotedByPost):
        use(vote, 0)


def test_p13_one_helper_helps_as_many_as_allowed_however_the_name_is_typed(vote):
    for place, name in enumerate(["Zoë Lefèvre-Roux", "ZOE  lefevre roux"], start=1):
        assert voting.note_help(session=vote.session, name=name, by=vote.officer).place == place
    with pytest.raises(HelpLimit):
        voting.note_help(session=vote.session, name="Zoé Lefevre-Roux", by=vote.officer)
    voting.note_help(session=vote.session, name="Somebody Else", by=vote.officer)
    with pytest.raises(HelperNameMissing):
        voting.note_help(session=vote.session, name=" - ", by=vote.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assistance.objects.create(session=vote.session, name="X", helper="x", place=3, most=2)


def test_p13_help_at_another_session_of_the_box_counts_as_well(vote):
    voting.note_help(session=vote.session, name="Anne", by=vote.officer)
    other = make_session(vote.box)
    meetings.open_session(session=other, by=vote.officer)
    assert voting.note_help(session=other, name="Anne", by=vote.officer).place == 2
    with pytest.raises(HelpLimit):
        voting.note_help(session=vote.session, name="Anne", by=vote.officer)


def test_a_form_sent_twice_notes_one_help_d19_and_a_closed_hall_none(vote):
    for _tap in range(2):
        voting.note_help(session=vote.session, name="Anne", by=vote.officer, token="f")
    assert Assistance.objects.count() == 1
    meetings.close_session(session=vote.session, by=vote.officer)
    with pytest.raises(SessionNotOpen):
        voting.note_help(session=vote.session, name="Anne", by=vote.officer)


def test_p18_of_help_the_log_and_the_published_accounts_hold_a_number_and_nothing_joins_it_to_a_ballot(vote):
    before = Record.objects.count()
    voting.note_help(session=vote.session, name="Anne", by=vote.officer)
    assert Record.objects.count() == before
    fields = {field.name for field in Assistance._meta.get_fields()}
    assert fields == {"id", "session", "name", "helper", "place", "most"}
    vote.online(0, "lavoir")
    box = vote.finish(passes_unused=8, passes_spoiled=0, passes_returned=0)
    publish(box, published_folder(box))
    accounts = json.loads((published_folder(box) / "accounts.json").read_text())
    assert accounts["helped"] == [{"session": Session.objects.get(pk=vote.session.pk).ref, "count": 1}]
    closing = Record.objects.get(type="session.reconciled")
    assert json.loads(bytes(closing.payload.body))["helped"] == 1
