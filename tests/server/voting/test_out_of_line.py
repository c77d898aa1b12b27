"""What was confirmed to a voter ends as accepted, provisional or quarantined, and people decide (I1, S3, S5, S6)."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from server.accounts.models import User
from server.devices.authentic import NotAuthentic
from server.devices.intake import receive_push
from server.devices.models import Device
from server.ledger import keys, messages
from server.ledger.models import Chain, Record
from server.meetings import actions as meetings
from server.meetings.groups import taken_in
from server.office.approvals import SecondPerson, agree
from server.office.models import Approval
from server.opendata.actions import published_folder
from server.opendata.verify import main as verify
from server.processes.models import SpaceRole
from server.rehearsal.kiosk import Kiosk
from server.voting import actions as voting
from server.voting.out_of_line import Group, groups_of, in_ranges
from server.voting.refusals import GroupChanged, RecordsOutOfLine
from server.voting.settlement import settle_box
from tests.server.votes import Vote, make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def vote_once(ground) -> Vote:
    return make_vote(regime="pass", passes=12, letters=False)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def kiosk_with(vote: Vote, ballots: int) -> Kiosk:
    """A kiosk that was opened, took ballots and was closed; nothing is sent yet."""
    kiosk = vote.kiosk()
    for _person in range(ballots):
        kiosk.cast(vote.box.definition_hash, vote.hand_over(), {"q1": ["bancs"]})
    kiosk.move("closed")
    return kiosk


def lines_of(kiosk: Kiosk) -> list[bytes]:
    return [record.to_line() for record in kiosk.records]


def damaged(line: bytes) -> bytes:
    """One byte of the header is another, as a disk changes it."""
    return line.replace(b'\\"actor\\":\\"\\"', b'\\"actor\\":\\"x\\"')


def batch_of(kiosk: Kiosk, lines: list[bytes], first: int) -> bytes:
    """A push of what lies on the disk now, signed over that (§7)."""
    seq = first + len(lines) - 1
    try:
        head = hashlib.sha256(json.loads(lines[-1])["header"].encode()).hexdigest()
    except (ValueError, KeyError, TypeError, AttributeError):
        head = kiosk.records[seq - 1].id
    signed = messages.push_message(kiosk.pack["log_id"], kiosk.dev, kiosk.epoch, seq, head)
    facts = {"format": "parvis-push-1", "dev": kiosk.dev, "epoch": kiosk.epoch, "count": len(lines), "seq": seq}
    facts |= {"head": head, "sig": keys.b64u(keys.sign(kiosk.key, signed))}
    return b"\n".join([json.dumps(facts).encode(), *lines]) + b"\n"


def bring(kiosk: Kiosk, lines: list[bytes], first: int = 1) -> None:
    """As a kiosk does: a batch that is refused is halved, a record that is refused alone is left, and it goes on."""
    try:
        receive_push(batch_of(kiosk, lines, first))
    except NotAuthentic:
        if len(lines) > 1:
            middle = len(lines) // 2
            bring(kiosk, lines[:middle], first)
            bring(kiosk, lines[middle:], first + middle)


def count_by_hand(vote: Vote) -> None:
    meetings.close_session(session=vote.session, by=vote.officer)
    vote.count(passes_unused=len(vote.stack), passes_spoiled=0, passes_returned=0)
    vote.refresh()
    closed = meetings.closed_devices(vote.session)
    for device in vote.session.devices.exclude(dev__in=closed):
        meetings.name_missing_device(device=device, reason="Its disk is damaged.", by=vote.officer)


def decide(vote: Vote, group: Group, *, is_accepted: bool = True):
    facts = {"root": group.root, "token": group.token, "is_accepted": is_accepted, "by": vote.officer}
    return voting.decide_group(session=vote.session, **facts)


def reconcile(vote: Vote) -> Vote:
    vote.refresh().explain("A kiosk was damaged, or copied.")
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)
    voting.reconcile_box(box=vote.box, by=vote.officer)
    return vote.refresh()


def damaged_kiosk(vote: Vote) -> Kiosk:
    """Eight ballots at 3–10; one byte of record 3 was changed by the disk."""
    kiosk = kiosk_with(vote, 8)
    lines = lines_of(kiosk)
    lines[2] = damaged(lines[2])
    bring(kiosk, lines)
    return kiosk


def test_s6_ballots_behind_a_damaged_record_block_the_reconciliation_until_people_decide(vote):
    damaged_kiosk(vote)
    count_by_hand(vote)
    with pytest.raises(RecordsOutOfLine) as refusal:
        meetings.reconcile_session(session=vote.session, by=vote.officer)
    assert refusal.value.details == {"count": 7}
    [group] = groups_of(vote.session)
    assert (group.numbers, group.reason, len(group.ballots)) == ("4–10", "chain", 7)
    decide(vote, group)
    assert reconcile(vote).box.settlement["counted"] == 8
    assert Record.objects.filter(type="record.decided").count() == 7


def test_s6_ballots_that_people_set_aside_are_kept_and_told(vote):
    damaged_kiosk(vote)
    count_by_hand(vote)
    decide(vote, groups_of(vote.session)[0], is_accepted=False)
    box = reconcile(vote).box
    assert (box.settlement["counted"], box.settlement["quarantined_by_reason"]) == (1, {"refused": 7})


def test_what_people_took_in_is_published_as_an_exception_and_verifies(vote, capsys):
    damaged_kiosk(vote)
    count_by_hand(vote)
    decide(vote, groups_of(vote.session)[0])
    reconcile(vote)
    voting.open_box(box=vote.box, by=vote.officer)
    voting.certify_box(box=vote.box, by=vote.officer)
    folder = published_folder(vote.box)
    exceptions = json.loads((folder / "accounts.json").read_text())["exceptions"]
    # The record of its closing stands on the same branch, and is no ballot that anybody decides about.
    assert [one["verdict"] for one in exceptions] == ["accepted"] * 7 + ["quarantined"]
    assert verify([str(folder)]) == 0
    capsys.readouterr()


def test_i1_of_a_hundred_records_with_a_byte_flipped_anywhere_none_is_lost_and_none_doubled():
    vote = make_vote(regime="pass", passes=97, letters=False)
    kiosk = kiosk_with(vote, 97)
    sound = lines_of(kiosk)
    assert len(sound) == 100
    rng = random.Random(6)
    for _time in range(12):
        place = rng.randrange(2, 99)
        line = bytearray(sound[place])
        line[rng.randrange(len(line))] ^= 1 << rng.randrange(7)
        with undone():
            bring(kiosk, [*sound[:place], bytes(line).replace(b"\n", b" "), *sound[place + 1 :]])
            count_by_hand(vote)
            for group in groups_of(vote.session):
                decide(vote, group)
            reconcile(vote)
            counted = {one.hex() for one in settle_box(vote.box).settlement.counted}
            others = {one.id for number, one in enumerate(kiosk.records[2:99], start=2) if number != place}
            assert others <= counted and len(counted) - len(others) in (0, 1)
        vote.refresh()


def test_s5_ballots_behind_a_record_that_never_came_block_until_people_decide(vote):
    kiosk = kiosk_with(vote, 8)
    for first, count in ((1, 4), (6, 6)):
        receive_push(kiosk.batch(first, count))
    count_by_hand(vote)
    with pytest.raises(RecordsOutOfLine):
        meetings.reconcile_session(session=vote.session, by=vote.officer)
    [group] = groups_of(vote.session)
    assert (group.numbers, group.reason) == ("6–10", "gap")
    decide(vote, group)
    assert reconcile(vote).box.settlement["counted"] == 7


def test_s5_what_people_decided_stands_when_the_missing_record_comes_after_all(vote):
    kiosk = kiosk_with(vote, 8)
    for first, count in ((1, 4), (6, 6)):
        receive_push(kiosk.batch(first, count))
    count_by_hand(vote)
    decide(vote, groups_of(vote.session)[0], is_accepted=False)
    receive_push(kiosk.batch(5, 1))
    rows = Record.objects.filter(dev=kiosk.dev).order_by("seq")
    assert [row.verdict for row in rows] == ["accepted"] * 5 + ["quarantined"] * 5 + ["accepted"]
    assert {row.is_fork for row in rows} == {False}
    chain = Chain.objects.get(dev=kiosk.dev)
    assert (chain.next_seq, chain.is_closed) == (12, True)


def test_s3_a_copy_of_a_disk_makes_one_group_and_one_pass_counts_once(vote):
    genuine = kiosk_with(vote, 4)
    clone = copy.copy(genuine)
    clone.records = genuine.records[:4]
    handed = [*vote.handed, vote.hand_over(), vote.hand_over()]
    for code in handed:  # four of them were used at the genuine device too
        clone.cast(vote.box.definition_hash, code, {"q1": ["piste"]})
    bring(clone, lines_of(clone)[4:], 5)
    bring(genuine, lines_of(genuine))
    count_by_hand(vote)
    [group] = groups_of(vote.session)
    assert (group.reason, group.numbers) == ("fork", "5–10")
    decide(vote, group)
    assert reconcile(vote).box.settlement["counted"] == 6


def test_a_ballot_of_a_group_without_a_right_of_its_own_stays_out(vote):
    kiosk = kiosk_with(vote, 3)
    kiosk.records.pop()
    body = kiosk.records[-1].body
    kiosk._add("ballot.sealed", body, definition=vote.box.definition_hash, subject="use:" + "0" * 32)
    kiosk._add("ballot.sealed", body, definition="a" * 64, subject="use:" + "0" * 32)
    lines = lines_of(kiosk)
    lines[2] = damaged(lines[2])
    bring(kiosk, lines)
    count_by_hand(vote)
    group = decide(vote, groups_of(vote.session)[0])
    assert "2" in taken_in(group)
    reasons = Record.objects.filter(dev=kiosk.dev, seq__gte=4).order_by("seq").values_list("verdict", "reason")
    assert list(reasons)[-2:] == [("quarantined", "unknown_right"), ("quarantined", "context")]
    assert reconcile(vote).box.settlement["counted"] == 3


def test_people_decide_about_what_they_saw_and_nothing_that_came_since(vote):
    kiosk = kiosk_with(vote, 8)
    lines = lines_of(kiosk)
    lines[2] = damaged(lines[2])
    bring(kiosk, lines[:6])
    count_by_hand(vote)
    [shown] = groups_of(vote.session)
    bring(kiosk, lines[6:], 7)
    with pytest.raises(GroupChanged):
        decide(vote, shown)
    decide(vote, groups_of(vote.session)[0])
    with pytest.raises(GroupChanged):
        decide(vote, shown)


class TestTwoPersons:
    @pytest.fixture
    def strict(self, settings) -> Vote:
        settings.PARVIS_SINGLE_HANDED = False
        vote = make_vote(regime="pass", passes=12, letters=False)
        damaged_kiosk(vote)
        count_by_hand(vote)
        return vote

    def test_one_person_asks_and_another_agrees(self, strict):
        second = User.objects.create_user("second@example.org")
        for user in (strict.officer, second):
            SpaceRole.objects.create(space=strict.box.space, user=user, role=SpaceRole.Role.ORGANISER)
        asked = decide(strict, groups_of(strict.session)[0])
        assert isinstance(asked, Approval) and len(groups_of(strict.session)) == 1
        with pytest.raises(SecondPerson):
            agree(approval=asked, by=strict.officer)
        agree(approval=asked, by=second)
        assert groups_of(strict.session) == []
        assert Record.objects.ballots().filter(verdict="accepted").count() == 8

    def test_what_changed_since_it_was_asked_is_not_agreed_to(self, strict):
        asked = decide(strict, groups_of(strict.session)[0])
        Record.objects.ballots().filter(seq=10).update(reason="refused")
        with pytest.raises(GroupChanged):
            agree(approval=asked, by=User.objects.create_user("second@example.org"))
        assert Record.objects.ballots().filter(verdict="accepted").count() == 1


def test_the_device_is_told_apart_once_and_its_numbers_are_named(vote):
    from server.meetings.figures import devices_of

    damaged_kiosk(vote)
    assert [(device.branched, device.waiting) for device in devices_of(vote.session)] == [(8, 0)]
    assert Device.objects.count() == 1


def test_numbers_are_said_in_ranges():
    assert in_ranges([4, 5, 6, 12, 9, 8]) == "4–6, 8–9, 12"
    assert in_ranges([]) == ""
