"""Where the vote asks two people, nobody decides alone, and nobody sees what the other said (B18)."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from server.accounts.models import User
from server.ledger.models import Record
from server.paper import actions as paper
from server.paper import leases
from server.paper.models import Adjudication, Reading, Sheet
from server.paper.refusals import AlreadyDecided, AnotherPersonAsked
from server.paper.second_looks import Stage, Word, is_settled, stage_of
from server.voting.definitions import Definition, build_definition
from server.voting.models import Box
from tests.server.paper.test_reading import ballots, opened
from tests.server.paper_bench import Paper
from tests.server.votes import Vote, make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def vote_once(ground) -> Vote:
    return make_vote(people=2, passes=8, two_reviewers=True)


@pytest.fixture
def people() -> list[User]:
    return [User.objects.create_user(f"{name}@example.org", display_name=name) for name in ("ada", "ben", "cleo")]


def decide(reading: Reading, by: User, *chosen: str, outcome: str = "choices") -> Adjudication:
    return paper.adjudicate(reading=reading, outcome=outcome, choices={"q1": list(chosen)}, by=by)


def test_words_are_settled_by_one_by_two_equal_ones_or_by_a_third_b16_b18():
    yes, no = [Word(who, "choices", {"q1": ["a"]}) for who in (1, 2, 3)], Word(2, "invalid", {})
    assert [is_settled(said, 1) for said in ([], yes[:1])] == [False, True]
    assert [is_settled(said, 2) for said in ([], yes[:1], yes[:2], [yes[0], no])] == [False, False, True, False]
    assert is_settled([yes[0], no, Word(3, "discard", {})], 2), "whatever the third says"
    assert stage_of([], 2) == Stage.FIRST
    assert [stage_of(yes[:n], 2) for n in (1, 2)] == [Stage.SECOND, Stage.SETTLED]
    assert stage_of([yes[0], no], 2) == Stage.THIRD


def test_what_the_first_says_settles_nothing_yet_b18(desk_paper: Paper, doubtful: Reading, people):
    first = decide(doubtful, people[0], "bancs")
    assert not first.settles
    assert (ballots(), Sheet.objects.get().ballot) == (0, "")
    assert Sheet.objects.undecided().exists()
    assert not Record.objects.filter(type="sheet.decided").exists()


def test_two_who_agree_settle_it_b18(desk_paper: Paper, doubtful: Reading, people):
    decide(doubtful, people[0], "bancs")
    assert decide(doubtful, people[1], "bancs").settles
    assert opened(desk_paper, Sheet.objects.get().ballot) == {"q1": ["bancs"]}
    assert Record.objects.filter(type="sheet.decided").count() == 1
    with pytest.raises(AlreadyDecided):
        decide(doubtful, people[2], "piste")


def test_where_two_differ_a_third_settles_it_and_every_word_is_kept_b18(desk_paper: Paper, doubtful: Reading, people):
    decide(doubtful, people[0], "bancs")
    assert not decide(doubtful, people[1], outcome="invalid").settles
    assert ballots() == 0
    assert decide(doubtful, people[2], "bancs", "piste").settles
    assert opened(desk_paper, Sheet.objects.get().ballot) == {"q1": ["bancs", "piste"]}
    said = list(Adjudication.objects.values_list("outcome", "settles"))
    assert said == [("choices", False), ("invalid", False), ("choices", True)]


def test_nobody_is_asked_twice_about_one_image_b18(vote: Vote, doubtful: Reading, people):
    first = decide(doubtful, people[0], "bancs")
    assert decide(doubtful, people[0], "bancs") == first, "the same sent twice is one"
    with pytest.raises(AnotherPersonAsked):
        decide(doubtful, people[0], "piste")
    assert leases.take_next(session=vote.session, by=people[0]) is None
    assert leases.take_next(session=vote.session, by=people[1]) == doubtful
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjudication.objects.create(reading=doubtful, decided_by=people[0], outcome="invalid", settles=False)


def test_a_copy_that_two_set_aside_leaves_the_first_ballot_standing_b2(desk_paper: Paper, people):
    blank = desk_paper.sheets(desk_paper.print(1))[0]
    _first, copy = desk_paper.read(desk_paper.mark(blank, "bancs"), desk_paper.mark(blank, "piste"))
    before = Sheet.objects.get().ballot
    for person in people[:2]:
        decide(copy, person, outcome="discard")
    [body] = Record.objects.filter(type="sheet.decided").values_list("payload__body", flat=True)
    assert (json.loads(bytes(body))["stands"], Sheet.objects.get().ballot) == (before, before)


def test_the_second_person_sees_nothing_of_what_the_first_said_and_the_third_sees_both_b18(
    vote: Vote, doubtful: Reading, reader
):
    ada, ben, cleo = reader("ada"), reader("ben"), reader("cleo")
    page, decide = reverse("paper:reading", args=[doubtful.pk]), reverse("paper:decide", args=[doubtful.pk])
    pages = [page, reverse("paper:batch", args=[doubtful.batch_id]), reverse("paper:review", args=[vote.session.ref])]
    next_image = reverse("paper:next_image", args=[vote.session.ref])
    ada.post(next_image)
    before = ben.get(page).content.decode()
    ada.post(decide, {"outcome": "choices", "q1": ["bancs", "verger"], "note": "a firm hand"})
    ben.post(next_image)
    for shown in (ben.get(one).content.decode() for one in pages):
        assert "a firm hand" not in shown and "ada" not in shown
    assert before.count(" checked>") == 0 == ben.get(page).content.decode().count(" checked>")
    ben.post(decide, {"outcome": "invalid", "note": "a weak hand"})
    cleo.post(next_image)
    shown = cleo.get(page).content.decode()
    assert all(word in shown for word in ("a firm hand", "a weak hand", "ada", "ben", "2, 3"))
    shown = ben.get(page).content.decode()
    assert "a firm hand" not in shown, "who has spoken waits for the end as well"
    cleo.post(decide, {"outcome": "choices", "q1": ["bancs"]})
    assert "a firm hand" in ben.get(page).content.decode()


def test_whether_two_are_asked_is_frozen_and_old_definitions_keep_their_bytes(vote: Vote):
    assert Definition.of(vote.box).reviewers == 2
    assert Definition.of(vote.box).facts["review"] == {"persons": 2}
    alone = Box.objects.get(pk=vote.box.pk)
    alone.two_reviewers = False
    assert "review" not in build_definition(alone)
    online = Box.objects.get(pk=vote.box.pk)
    online.doors = ["web"]
    assert "review" not in build_definition(online)
    with pytest.raises(IntegrityError), transaction.atomic():
        Box.objects.filter(pk=vote.box.pk).update(two_reviewers=False)
