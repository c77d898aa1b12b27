"""One line of a roll corrected during a vote (P7): with a reason, by two persons, as an event in the public log."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import AnonymousUser

from server.accounts.models import User
from server.ledger.models import Record
from server.office.approvals import AlreadyAnswered, SecondPerson, agree, refuse
from server.office.models import Act, Approval
from server.voting import actions as voting
from server.voting.actions.rolls import import_people
from server.voting.models import Pass, RollCorrection, RollVersion
from server.voting.refusals import (
    NotOnTheRoll,
    NumberTaken,
    ReasonMissing,
    RollInUse,
    RollSettled,
    RollUnchanged,
    Struck,
    UsedInPerson,
)
from server.voting.rights import Right
from server.voting.roll_import import Person
from tests.server.votes import ONLINE, make_box, make_vote

pytestmark = pytest.mark.django_db
Kind = RollVersion.Kind
ONE_MORE = {"number": "00100", "family_name": "Neuve", "given_name": "Ana", "birth_date": None}


def correct(vote, kind: Kind, entry=None, reason="jugement 27/112", by=None, **line):
    correction = voting.Correction(vote.box.roll, kind, reason, entry, line)
    return voting.correct_roll(correction=correction, by=by or vote.officer)


def types(vote) -> list[str]:
    rows = Record.objects.filter(definition=vote.box.definition_hash).order_by("index")
    return list(rows.values_list("type", flat=True))


def close(vote):
    return vote.finish(passes_unused=8, passes_spoiled=0, passes_returned=0)


@pytest.fixture
def second(db) -> User:
    return User.objects.create_user("second@example.org")


@pytest.fixture
def two(settings) -> None:
    settings.PARVIS_SINGLE_HANDED = False


def test_who_is_struck_has_no_voice_by_account_letter_or_desk_and_the_ballot_cast_before_is_taken_out():
    vote = make_vote()
    vote.online(0, "verger")
    vote.online(1, "bancs")
    struck = vote.entries[0]
    user = User.objects.create_user("struck@example.org")
    voting.match_account(entry=struck, user=user)
    assert correct(vote, Kind.STRUCK, struck).people == 5
    with pytest.raises(Struck):
        Right.of_account(vote.box, user)
    with pytest.raises(Struck):
        Right.of_code(vote.box, vote.letters[0].text)
    with pytest.raises(Struck):
        voting.mark_used_in_person(box=vote.box, entry=struck, session=vote.session, by=vote.officer)
    close(vote)
    box = vote.refresh().box
    assert box.settlement["removed_by_rule"] == {"struck": 1} and box.settlement["counted"] == 1
    assert box.result["turnout"] == {"rights": 5, "ballots": 1}


def test_who_is_put_back_votes_again_and_the_ballot_cast_before_counts():
    vote = make_vote()
    vote.online(0, "verger")
    correct(vote, Kind.STRUCK, vote.entries[0])
    correct(vote, Kind.READMITTED, vote.entries[0], reason="pris pour un autre")
    assert types(vote)[-4:] == ["right.struck", "roll.version", "right.readmitted", "roll.version"]
    close(vote)
    assert vote.refresh().box.settlement["counted"] == 1
    assert vote.box.result["turnout"]["rights"] == 6


def test_who_voted_in_the_hall_cannot_be_struck():
    vote = make_vote()
    vote.hand_over(2)
    with pytest.raises(UsedInPerson):
        correct(vote, Kind.STRUCK, vote.entries[2])
    Pass.objects.filter(binding__entry=vote.entries[3]).update(is_exchanged=True)
    with pytest.raises(UsedInPerson):
        correct(vote, Kind.STRUCK, vote.entries[3])
    assert "right.struck" not in types(vote)


def test_who_is_added_during_the_vote_votes_and_the_log_says_the_version_but_no_name():
    vote = make_vote()
    version = correct(vote, Kind.ADDED, **ONE_MORE)
    assert (version.number, version.people, version.reason) == (2, 7, "jugement 27/112")
    user = User.objects.create_user("ana@example.org")
    voting.match_account(entry=version.entry, user=user)
    assert Right.of_account(vote.box, user).subject.startswith("entry:")
    last = Record.objects.filter(type="roll.version").order_by("index").last()
    told = json.loads(bytes(last.payload.body))
    assert told == {"version": 2, "people": 7, "commitment": version.commitment}
    assert "Neuve" not in str(list(Act.objects.values()))


def test_amending_a_line_never_changes_its_number_nor_the_right():
    vote = make_vote()
    entry = vote.entries[0]
    vote.online(0, "verger")
    correct(vote, Kind.AMENDED, entry, number="x", family_name="Lefèvre", given_name="Léa")
    entry.refresh_from_db()
    assert (entry.number, str(entry)) == ("00000", "Léa Lefèvre")
    with pytest.raises(RollUnchanged):
        correct(vote, Kind.AMENDED, entry, family_name="Lefèvre", given_name="Léa")
    vote.online(0, "bancs")
    close(vote)
    assert vote.refresh().box.settlement["counted"] == 1


def test_what_cannot_be_is_refused_and_nothing_is_written():
    vote = make_vote()
    before = (vote.box.roll.versions.count(), Record.objects.count())
    for kind, entry, more, refusal in [
        (Kind.STRUCK, vote.entries[0], {"reason": " "}, ReasonMissing),
        (Kind.READMITTED, vote.entries[0], {}, RollUnchanged),
        (Kind.ADDED, None, ONE_MORE | {"number": "00001"}, NumberTaken),
    ]:
        with pytest.raises(refusal):
            correct(vote, kind, entry, **more)
    with pytest.raises(RollInUse):
        import_people(roll=vote.box.roll, people=[Person(2, "7", "Zoé")], by=vote.officer)
    assert (vote.box.roll.versions.count(), Record.objects.count()) == before


def test_a_certified_result_keeps_its_number_of_rights_when_the_roll_is_corrected_for_the_next_vote():
    vote = make_vote()
    close(vote)
    assert correct(vote, Kind.STRUCK, vote.entries[0], reason="").people == 5
    assert vote.refresh().box.result["turnout"]["rights"] == 6 and "right.struck" not in types(vote)


def test_between_reconciling_and_certifying_nothing_is_corrected():
    vote = make_vote()
    vote.reconcile(passes_unused=8, passes_spoiled=0, passes_returned=0)
    with pytest.raises(RollSettled):
        correct(vote, Kind.ADDED, **ONE_MORE)


def test_before_a_box_is_frozen_one_person_corrects_without_a_reason(two):
    box = make_box()
    officer = User.objects.create_user("officer@example.org")
    correction = voting.Correction(box.roll, Kind.ADDED, "", None, ONE_MORE)
    assert voting.correct_roll(correction=correction, by=officer).people == 7
    assert not Record.objects.exists()


def test_during_a_vote_nothing_changes_until_a_second_person_agrees(two, second):
    vote = make_vote()
    approval = correct(vote, Kind.STRUCK, vote.entries[0])
    assert isinstance(approval, Approval) and approval.is_waiting
    assert vote.box.roll.version == 1 and "right.struck" not in types(vote)
    with pytest.raises(SecondPerson):
        agree(approval=approval, by=vote.officer)
    agree(approval=approval, by=second)
    version = vote.box.roll.versions.first()
    assert (version.kind, version.by, version.agreed_by) == ("struck", vote.officer, second)
    assert "right.struck" in types(vote) and not RollCorrection.objects.exists()
    with pytest.raises(AlreadyAnswered):
        agree(approval=approval, by=second)


def test_what_became_impossible_meanwhile_is_not_done_and_still_waits(two, second):
    vote = make_vote()
    approval = correct(vote, Kind.STRUCK, vote.entries[2])
    vote.hand_over(2)
    with pytest.raises(UsedInPerson):
        agree(approval=approval, by=second)
    approval.refresh_from_db()
    assert approval.is_waiting and RollCorrection.objects.count() == 1
    refuse(approval=approval, by=vote.officer)
    assert not RollCorrection.objects.exists() and vote.box.roll.versions.count() == 1


def test_p14_an_account_that_is_separated_gives_nobody_a_second_voice():
    vote = make_vote(letters=False)
    entry, box = vote.entries[0], vote.box
    for name, choice in (("one", "verger"), ("two", "bancs")):
        user = User.objects.create_user(f"{name}@example.org")
        voting.match_account(entry=entry, user=user)
        right = Right.of_account(box, user)
        voting.cast_ballot(box=box, right=right, choices={"q1": [choice]}, origin=ONLINE)
        voting.unmatch_account(entry=entry, reason="the other of two sisters", by=vote.officer)
        with pytest.raises(NotOnTheRoll):
            Right.of_account(box, user)
    with pytest.raises(NotOnTheRoll):
        Right.of_account(box, AnonymousUser())
    close(vote)
    settled = vote.refresh().box.settlement
    assert (settled["counted"], settled["superseded"]) == (1, 1)
