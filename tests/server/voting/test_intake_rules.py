"""What becomes of ballots that kiosks bring: never refused, never counted without a right."""

from __future__ import annotations

import secrets

import pytest

from server.ledger.codes import new_code
from server.ledger.models import Record
from server.voting import actions as voting
from server.voting.intake_rules import judge_ballots
from server.voting.refusals import WrongState
from tests.server.votes import make_session, make_vote, sync

pytestmark = pytest.mark.django_db


def brought(kiosk, record):
    sync(kiosk)
    row = Record.objects.get(pk=record.id)
    return row.verdict, row.reason


def forged(kiosk, vote, subject, body=None):
    """A malicious kiosk, with real key and pack, writes what it likes."""
    size = 65 + kiosk.definitions[vote.box.definition_hash]["sealed_length"] + 16
    body = secrets.token_bytes(size) if body is None else body
    return kiosk._add("ballot.sealed", body, definition=vote.box.definition_hash, subject=subject)


def test_a_ballot_of_a_pass_that_was_handed_over_is_accepted(vote):
    kiosk = vote.kiosk()
    record = kiosk.cast(vote.box.definition_hash, vote.stack[0], {"q1": ["lavoir"]})
    assert brought(kiosk, record) == ("accepted", "")


def test_from_pack_and_key_alone_no_ballot_is_accepted_for_an_unseen_pass(vote):
    """P6: the pack holds check values; the use value needs the code."""
    kiosk = vote.kiosk()
    for subject in (
        *(f"use:{check}" for check in kiosk.pack["checks"][:2]),
        f"use:{new_code().use(bytes(vote.session.code_key)).hex()}",
        f"use:{secrets.token_hex(16)}",
        f"entry:{secrets.token_hex(32)}",
        f"sheet:{secrets.token_hex(16)}",
        "",
    ):
        assert brought(kiosk, forged(kiosk, vote, subject)) == ("quarantined", "unknown_right")


def test_a_pass_of_another_session_gives_no_right_here(vote):
    """P5."""
    other = make_session(vote.box)
    (_code, row), *_rest = voting.make_passes(session=other, quantity=1)
    kiosk = vote.kiosk()
    assert brought(kiosk, forged(kiosk, vote, f"use:{row.use_value}")) == ("quarantined", "unknown_right")


def test_a_letter_gives_no_right_at_a_kiosk(vote):
    kiosk = vote.kiosk()
    use = vote.letters[0].use(bytes(vote.box.letter_key)).hex()
    assert brought(kiosk, forged(kiosk, vote, f"use:{use}")) == ("quarantined", "unknown_right")


def test_a_ballot_of_the_wrong_length_is_malformed(vote):
    kiosk = vote.kiosk()
    use = vote.stack[0].use(bytes(vote.session.code_key)).hex()
    assert brought(kiosk, forged(kiosk, vote, f"use:{use}", b"short")) == ("quarantined", "malformed")


def test_a_copied_ballot_does_not_count_and_cannot_push_out_the_first(vote):
    """E is unique within a box, in one batch and between devices."""
    one, two = vote.kiosk(), vote.kiosk()
    first = one.cast(vote.box.definition_hash, vote.stack[0], {"q1": ["lavoir"]})
    use = vote.stack[1].use(bytes(vote.session.code_key)).hex()
    copy = forged(one, vote, f"use:{use}", first.body)
    assert brought(one, copy) == ("quarantined", "copied")
    assert Record.objects.get(pk=first.id).verdict == "accepted"
    assert brought(two, forged(two, vote, f"use:{use}", first.body)) == ("quarantined", "copied")


def test_a_forged_ballot_does_not_use_up_the_key_of_a_real_one(vote):
    """A thief who saw E may not make the real ballot look like the copy."""
    real, thief = vote.kiosk(), vote.kiosk()
    first = real.cast(vote.box.definition_hash, vote.stack[0], {"q1": ["lavoir"]})
    assert brought(thief, forged(thief, vote, f"use:{secrets.token_hex(16)}", first.body)) == (
        "quarantined",
        "unknown_right",
    )
    assert brought(real, first) == ("accepted", "")


def test_a_test_pass_never_counts(vote):
    (specimen, _row), *_rest = voting.make_passes(session=vote.session, quantity=1, is_test=True)
    kiosk = vote.kiosk()
    use = specimen.use(bytes(vote.session.code_key)).hex()
    assert brought(kiosk, forged(kiosk, vote, f"use:{use}")) == ("quarantined", "test")


def test_a_box_without_the_kiosk_door_takes_no_kiosk_ballot():
    vote = make_vote(doors=["web"])
    kiosk = vote.kiosk()
    use = vote.stack[0].use(bytes(vote.session.code_key)).hex()
    record = kiosk._add("ballot.sealed", b"x", definition=vote.box.definition_hash, subject=f"use:{use}")
    assert brought(kiosk, record) == ("quarantined", "door_closed")


def test_a_batch_is_judged_in_a_handful_of_queries(vote, django_assert_num_queries):
    kiosk = vote.kiosk()
    records = [kiosk.cast(vote.box.definition_hash, code, {"q1": ["lavoir"]}) for code in (vote.stack * 20)[:100]]
    with django_assert_num_queries(3):
        assert judge_ballots(records) == {}


def test_nothing_to_judge_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert judge_ballots([]) == {}


def late_ballot(vote, forge=None):
    """A kiosk goes on after it said that it is closed."""
    kiosk = vote.kiosk()
    kiosk.move("closed")
    code = vote.hand_over(0)
    record = forge(kiosk) if forge else kiosk.cast(vote.box.definition_hash, code, {"q1": ["lavoir"]})
    assert brought(kiosk, record) == ("provisional", "late")
    return Record.objects.get(pk=record.id)


def test_people_take_a_late_ballot_in_or_set_it_aside(vote):
    record = late_ballot(vote)
    for _again in range(2):
        taken = voting.decide_record(record=record, is_accepted=True, by=vote.officer)
        assert (taken.verdict, taken.first_verdict) == ("accepted", "provisional")
    assert Record.objects.filter(type="record.decided").count() == 1
    with pytest.raises(WrongState):
        voting.decide_record(record=record, is_accepted=False, by=vote.officer)


def test_a_late_ballot_that_is_set_aside_stays_in_the_log(vote):
    set_aside = voting.decide_record(record=late_ballot(vote), is_accepted=False, by=vote.officer)
    assert (set_aside.verdict, set_aside.reason) == ("quarantined", "refused")


def test_people_forgive_lateness_and_no_forgery(vote):
    """P6: what would have been quarantined on time is quarantined when it is taken in."""
    record = late_ballot(vote, lambda kiosk: forged(kiosk, vote, f"use:{secrets.token_hex(16)}"))
    decided = voting.decide_record(record=record, is_accepted=True, by=vote.officer)
    assert (decided.verdict, decided.reason) == ("quarantined", "unknown_right")
