"""From closed to certified: which ballots count, whatever came first, and that nobody slips one in."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import secrets

import pytest
from django.db import transaction

from server.devices.intake import receive_push
from server.devices.models import Device
from server.ledger.actions import DamagedLog, append, sign_checkpoint
from server.ledger.models import Checkpoint, Payload, Record
from server.meetings import actions as meetings
from server.processes.origin import Origin
from server.voting import actions as voting
from server.voting import boxkeys
from server.voting.models import Box, CastVoteRecord, LetterBinding, PresenceMark
from server.voting.refusals import (
    BoxNotOpen,
    RecordsUndecided,
    SessionsNotReconciled,
    SettlementChanged,
    SheetsUndecided,
)
from server.voting.rights import Right
from server.voting.settlement import settle_box
from tests.server.votes import ONLINE, make_vote, on_paper, print_sheets, sync, without_guards

pytestmark = pytest.mark.django_db

Back = PresenceMark.Back
NO_PASS_LEFT = {"passes_spoiled": 0, "passes_returned": 0}


def counted(box):
    return [row.choices["q1"] for row in box.cast_vote_records.all()]


def close(vote):
    meetings.close_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)


def test_a_vote_by_three_doors_is_settled_opened_and_counted():
    vote = make_vote()
    vote.online(0, "verger", "lavoir")
    vote.online(1, "bancs")
    vote.online(1, "piste")
    kiosk = vote.kiosk()
    kiosk.cast(vote.box.definition_hash, vote.hand_over(2), {"q1": ["kiosque", "lavoir"]})
    vote.online(2, "lavoir")
    voting.exchange_pass(session=vote.session, code_text=vote.hand_over(3).text, by=vote.officer)
    (_code, sheet), *_rest = print_sheets(vote, 2)
    on_paper(vote, sheet, ["lavoir", "kiosque"])
    vote.close_kiosks()
    box = vote.finish(passes_unused=6, sheets_in_box=1, sheets_unused=1, **NO_PASS_LEFT)
    assert counted(box) == [["lavoir", "kiosque"], ["lavoir", "kiosque"], ["lavoir", "verger"], ["piste"]]
    assert box.settlement["by_door"] == {"web": 2, "kiosk": 1, "paper": 1}
    assert box.settlement["superseded_by_rule"] == {"in_person": 1, "later": 1}
    assert box.result["turnout"] == {"rights": 6, "ballots": 4}
    assert "by_door" not in box.result  # fewer than ten at a door
    result = box.result["contests"][0]
    assert (result["votes"]["lavoir"], result["winners"]) == (3, ["lavoir", "kiosque", "verger"])
    assert box.state == "certified" and box.certified_at


def test_online_then_in_person_or_the_other_way_round_the_hall_stands():
    """P1, P2: in every order of voting online, voting in the hall and the kiosk's sync."""
    results = set()
    for number, order in enumerate(itertools.permutations(["online", "kiosk", "sync"])):
        vote = make_vote(officer=f"officer{number}@example.org", slug=f"town{number}")
        kiosk = vote.kiosk()
        code = vote.hand_over(0)
        deeds = {
            "online": lambda vote=vote: vote.online(0, "piste"),
            "kiosk": lambda vote=vote, kiosk=kiosk, code=code: kiosk.cast(
                vote.box.definition_hash, code, {"q1": ["lavoir"]}
            ),
            "sync": lambda kiosk=kiosk: sync(kiosk),
        }
        for deed in order:
            deeds[deed]()
        vote.close_kiosks()
        box = voting.open_box(box=vote.reconcile(passes_unused=7, **NO_PASS_LEFT), by=vote.officer)
        results.add((str(counted(box)), json.dumps(box.settlement["superseded_by_pair"], sort_keys=True)))
    assert results == {("[['lavoir']]", '[{"by": "desk", "count": 1, "door": "web"}]')}


def test_a_pass_at_two_kiosks_gives_one_ballot_whichever_syncs_first():
    """P4: decided by the seed, which nobody knew."""
    for first_to_sync in (0, 1):
        vote = make_vote(officer=f"officer{first_to_sync}@example.org", slug=f"town{first_to_sync}")
        code = vote.hand_over(0)
        kiosks = [vote.kiosk(), vote.kiosk()]
        records = [
            kiosk.cast(vote.box.definition_hash, code, {"q1": [choice]})
            for kiosk, choice in zip(kiosks, ["lavoir", "piste"], strict=True)
        ]
        sync(kiosks[first_to_sync])
        sync(kiosks[1 - first_to_sync])
        vote.close_kiosks()
        box = vote.reconcile(passes_unused=7, **NO_PASS_LEFT)
        seed = boxkeys.seed(box)
        kept = min(range(2), key=lambda k: hashlib.sha256(seed + bytes.fromhex(records[k].id)).digest())
        box = voting.open_box(box=box, by=vote.officer)
        assert counted(box) == [[["lavoir"], ["piste"]][kept]]
        assert box.settlement["superseded_by_rule"] == {"seed": 1}


def test_a_pass_spent_at_a_kiosk_and_handed_in_counts_on_paper():
    """P4: paper first, though the kiosk synced long before."""
    vote = make_vote()
    kiosk, code = vote.kiosk(), vote.hand_over(0)
    kiosk.cast(vote.box.definition_hash, code, {"q1": ["lavoir"]})
    sync(kiosk)
    voting.exchange_pass(session=vote.session, code_text=code.text, by=vote.officer)
    (_code, sheet), *_rest = print_sheets(vote, 1)
    on_paper(vote, sheet, ["piste"])
    vote.close_kiosks()
    box = vote.reconcile(passes_unused=7, sheets_in_box=1, sheets_unused=0, **NO_PASS_LEFT)
    assert counted(voting.open_box(box=box, by=vote.officer)) == [["piste"]]
    assert box.settlement["superseded_by_pair"] == [{"door": "kiosk", "by": "paper", "count": 1}]


def test_a_right_given_back_counts_online_and_the_void_pass_does_not():
    vote = make_vote()
    kiosk, code = vote.kiosk(), vote.hand_over(0)
    kiosk.cast(vote.box.definition_hash, code, {"q1": ["lavoir"]})  # without network: the desk cannot know
    voting.restore_right(mark=vote.box.presence_marks.get(), code_text=code.text, reason=Back.ONLINE, by=vote.officer)
    vote.online(0, "piste")
    vote.close_kiosks()
    box = vote.reconcile(passes_unused=7, passes_spoiled=1, passes_returned=0)
    assert counted(voting.open_box(box=box, by=vote.officer)) == [["piste"]]
    assert box.settlement["removed_by_rule"] == {"void": 1}


def test_letter_and_account_of_one_entry_are_one_voice():
    """P14."""
    vote = make_vote(passes=0)
    vote.online(0, "lavoir")
    voting.match_account(entry=vote.entries[0], user=vote.officer)
    right = Right.of_account(vote.box, vote.officer)
    voting.cast_ballot(box=vote.box, right=right, choices={"q1": ["piste"]}, origin=ONLINE)
    assert counted(voting.open_box(box=vote.reconcile(), by=vote.officer)) == [["piste"]]


def test_what_is_foreign_in_a_ballot_is_invalid_and_not_published():
    """P21: a kiosk that is not ours seals anything."""
    vote = make_vote()
    kiosk = vote.kiosk()
    kiosk.cast(vote.box.definition_hash, vote.hand_over(0), {"q1": ["lavoir", "c'est moi, Camille"]})
    kiosk.cast(vote.box.definition_hash, vote.hand_over(1), {"q1": ["lavoir"], "q2": ["moi"]})
    kiosk.cast(vote.box.definition_hash, vote.hand_over(2), {"q1": ["lavoir", "bancs", "verger", "piste"]})
    use = vote.hand_over(3).use(bytes(vote.session.code_key)).hex()
    size = len(kiosk.records[-1].body)
    garbage = secrets.token_bytes(size)
    kiosk._add("ballot.sealed", garbage, definition=vote.box.definition_hash, subject=f"use:{use}")
    vote.close_kiosks()
    box = vote.finish(passes_unused=4, **NO_PASS_LEFT)
    assert set(box.cast_vote_records.values_list("status", flat=True)) == {"invalid"}
    assert sorted(counted(box)) == [["?"], ["?"], ["lavoir", "?"], ["lavoir", "bancs", "verger", "piste"]]
    assert box.result["contests"][0]["invalid"] == 4 and not any(box.result["contests"][0]["votes"].values())


def test_a_box_waits_for_its_sessions_then_for_decisions():
    vote = make_vote(passes=0)
    vote.online(0, "lavoir")
    close(vote)
    with pytest.raises(SessionsNotReconciled):
        voting.reconcile_box(box=vote.box, by=vote.officer)
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    Record.objects.ballots().update(verdict="provisional", reason="late")
    with pytest.raises(RecordsUndecided):
        voting.reconcile_box(box=vote.box, by=vote.officer)
    Record.objects.ballots().update(verdict="accepted", reason="")
    assert voting.reconcile_box(box=vote.box, by=vote.officer).state == "reconciled"


def test_a_web_vote_without_a_meeting_is_reconciled_after_closing():
    vote = make_vote(passes=0)
    vote.session.boxes.clear()
    vote.online(0, "lavoir")
    voting.close_voting(box=vote.box, by=vote.officer)
    assert voting.reconcile_box(box=vote.box, by=vote.officer).settlement["counted"] == 1


def test_two_ballots_of_one_sheet_wait_for_people():
    """B1, B2: the last decision of people holds; without one nothing is opened."""
    vote = make_vote(passes=0)
    (_code, sheet), *_rest = print_sheets(vote, 1)
    first, second = (on_paper(vote, sheet, [choice]) for choice in ("lavoir", "piste"))
    close(vote)
    meetings.enter_hand_counts(session=vote.session, counts={"sheets_in_box": 1, "sheets_unused": 0}, by=vote.officer)
    meetings.explain_difference(session=vote.session, equation=5, text="Sans laissez-passer.", by=vote.officer)
    with pytest.raises(SheetsUndecided):
        meetings.reconcile_session(session=vote.session, by=vote.officer)
    for stands in (first, second):
        voting.decide_sheet(box=vote.box, sheet=sheet, stands=stands, origin=Origin.on_paper(vote.session))
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    box = voting.reconcile_box(box=vote.box, by=vote.officer)
    assert counted(voting.open_box(box=box, by=vote.officer)) == [["piste"]]


def test_nothing_is_cast_after_the_settlement():
    vote = make_vote(passes=0)
    vote.reconcile()
    with pytest.raises(BoxNotOpen):
        vote.online(0, "lavoir")


@pytest.mark.parametrize("deed", ["ballot_added", "body_changed", "ballot_gone"])
def test_who_changes_the_database_after_the_settlement_opens_nothing(deed):
    """X17."""
    vote = make_vote(passes=0)
    record = vote.online(0, "lavoir")
    other = vote.online(1, "piste")
    box = vote.reconcile()
    if deed == "ballot_added":
        append(
            type="ballot.sealed",
            definition=box.definition_hash,
            space=box.space.slug,
            subject=f"entry:{'0' * 64}",
            body=bytes(record.payload.body),
        )
    elif deed == "body_changed":
        Payload.objects.filter(record=record).update(body=bytes(other.payload.body))
    else:
        with without_guards():
            Record.objects.filter(pk=record.pk).update(verdict="quarantined")
    with pytest.raises(SettlementChanged):
        voting.open_box(box=box, by=vote.officer)
    box.refresh_from_db()
    assert box.state == "reconciled" and not CastVoteRecord.objects.exists()
    assert boxkeys.pseudonym_key(box)


@pytest.mark.parametrize("change", [{"subject": f"use:{'0' * 32}"}, {"body": b"x"}, {"subject_salt": b""}])
def test_s26_a_ballot_altered_before_the_settlement_is_seen_by_it(change):
    """Signed long ago; as if it had no right, it would otherwise be taken out without a word."""
    vote = make_vote(passes=0)
    record = vote.online(0, "lavoir")
    sign_checkpoint()
    Payload.objects.filter(record=record).update(**change)
    with pytest.raises(DamagedLog):
        vote.reconcile()
    assert Box.objects.get(pk=vote.box.pk).state == "closed"


def test_opening_destroys_what_ties_ballots_to_people():
    """I7."""
    vote = make_vote(passes=0)
    vote.online(0, "lavoir")
    box = voting.open_box(box=vote.reconcile(), by=vote.officer)
    with pytest.raises(boxkeys.PseudonymsDestroyed):
        boxkeys.pseudonym_key(box)
    assert not LetterBinding.objects.exists()
    columns = {field.name for field in CastVoteRecord._meta.get_fields()}
    assert columns == {"id", "box", "position", "choices", "status"}


def test_every_step_again_changes_nothing():
    vote = make_vote(passes=0)
    vote.online(0, "lavoir")
    box = vote.finish()
    before = (Record.objects.count(), Checkpoint.objects.count(), box.settlement, box.result, box.certified_at)
    for step in (
        voting.freeze_box,
        voting.open_voting,
        voting.close_voting,
        voting.reconcile_box,
        voting.open_box,
        voting.certify_box,
    ):
        box = step(box=box, by=vote.officer)
    meetings.close_session(session=vote.session, by=vote.officer)
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    after = (Record.objects.count(), Checkpoint.objects.count(), box.settlement, box.result, box.certified_at)
    assert after == before


def test_doors_are_told_where_each_has_ten():
    vote = make_vote(people=11, passes=0, doors=["web"])
    for person in range(11):
        vote.online(person, "lavoir")
    assert vote.finish().result["by_door"] == {"web": 11}


def test_a_ballot_that_comes_after_the_settlement_is_kept_and_does_not_count():
    """S14."""
    vote = make_vote()
    kiosk, code = vote.kiosk(), vote.hand_over(0)
    kiosk.cast(vote.box.definition_hash, code, {"q1": ["lavoir"]})
    meetings.close_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)
    meetings.enter_hand_counts(session=vote.session, counts={"passes_unused": 7, **NO_PASS_LEFT}, by=vote.officer)
    meetings.name_missing_device(device=Device.objects.get(), reason="Volée.", by=vote.officer)
    # A pass whose ballot never came is a difference that people put into words.
    words = "La borne volée avait un bulletin."
    meetings.explain_difference(session=vote.session, equation=3, text=words, by=vote.officer)
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    box = voting.reconcile_box(box=vote.box, by=vote.officer)
    sync(kiosk)
    assert Record.objects.ballots().get().verdict == "provisional"
    box = voting.certify_box(box=voting.open_box(box=box, by=vote.officer), by=vote.officer)
    assert box.result["turnout"]["ballots"] == 0


def test_any_order_and_split_of_arrival_gives_one_settlement():
    """F4 in small, I3: three kiosks' records, with repeats, in twenty random orders."""
    vote = make_vote(people=8, passes=8)
    kiosks = [vote.kiosk() for _number in range(3)]
    codes = [vote.hand_over(person) for person in range(6)]
    rng = random.Random(4)
    for number, code in enumerate(codes):
        for kiosk in rng.sample(kiosks, 1 + number % 2):
            kiosk.cast(vote.box.definition_hash, code, {"q1": rng.sample(["lavoir", "bancs", "verger"], 2)})
    vote.online(0, "piste")
    voting.exchange_pass(session=vote.session, code_text=codes[5].text, by=vote.officer)
    for kiosk in kiosks:
        kiosk.move("closed")
    found = set()
    for _order in range(20):
        undo = transaction.savepoint()
        batches = [
            kiosk.batch(first=seq, count=rng.randint(1, 3))
            for kiosk in kiosks
            for seq in range(1, len(kiosk.records) + 1)
        ]
        rng.shuffle(batches)
        for batch in batches + rng.sample(batches, 3):
            receive_push(batch)
        settled = settle_box(vote.box)
        found.add((settled.counted_hash, str(settled.settlement.pairs())))
        transaction.savepoint_rollback(undo)
    assert len(found) == 1 and settled.settlement.is_settled
    assert len(settled.settlement.counted) == 5
