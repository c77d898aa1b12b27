"""A device is found stolen the next day: what it brought since waits for people, whatever came first (D16, I3)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from server.accounts.models import User
from server.devices.actions import revoke_device
from server.devices.models import Device, Listed, Standing
from server.devices.trust import State, effect_of, state_before, state_of_now
from server.ledger.actions import sign_checkpoint
from server.ledger.applying import apply_pending, is_rebuilt_alike
from server.ledger.models import Chain, Checkpoint, Record
from server.meetings.actions import close_session
from server.office.approvals import agree
from server.rehearsal.kiosk import Kiosk
from server.voting.actions.deciding_groups import decide_group
from server.voting.balance import balance_of
from server.voting.doubted import DecisionWithoutReason, Doubted, doubted
from server.voting.out_of_line import groups_of
from server.voting.settlement import settle_box
from tests.server.votes import Vote, push, sync, without_guards

pytestmark = pytest.mark.django_db


def device_of(kiosk: Kiosk) -> Device:
    return Device.objects.select_related("session__meeting__space").get(dev=kiosk.dev)


def cast(vote: Vote, kiosk: Kiosk, *people: int) -> None:
    for person in people:
        kiosk.cast(vote.box.definition_hash, vote.hand_over(person), {"q1": ["bancs"]})


def revoke(vote: Vote, kiosk: Kiosk, state: State | None = None, why: str = "Stolen in the night.") -> Device:
    return revoke_device(device=device_of(kiosk), by=vote.officer, trusted=state, why=why)


def verdicts(kiosk: Kiosk) -> list[str]:
    """Of each record of the device that is here, by its number."""
    rows = Record.objects.filter(dev=kiosk.dev).order_by("seq").values_list("verdict", "reason")
    return [reason or verdict for verdict, reason in rows]


@pytest.fixture
def stolen(vote) -> tuple[Vote, Kiosk, State]:
    """A kiosk that took a ballot, a signed state of the list, and three ballots and a closing after it."""
    kiosk = vote.kiosk()
    cast(vote, kiosk, 0)
    sync(kiosk)
    state = State(sign_checkpoint().size)
    cast(vote, kiosk, 1, 2, 3)
    kiosk.move("closed")
    return vote, kiosk, state


def test_d16_what_is_beyond_the_named_state_waits_and_the_rest_stands(stolen):
    vote, kiosk, state = stolen
    sync(kiosk)
    apply_pending()
    device = device_of(kiosk)
    told = effect_of(device, state)
    assert (told.boxes, told.ballots, told.others, told.loses_closing) == ((("Le vote", 3),), 3, 1, True)
    assert verdicts(kiosk) == ["accepted"] * 7, "to say what would happen changes nothing"
    revoke(vote, kiosk, state)
    apply_pending()
    assert verdicts(kiosk) == ["accepted"] * 3 + ["revoked"] * 4
    assert Record.objects.filter(dev=kiosk.dev).count() == 7, "nothing is deleted"
    assert (Standing.objects.get().state, Chain.objects.get(dev=kiosk.dev).is_closed) == ("open", False)
    assert len(settle_box(vote.box).settlement.counted) == 1
    assert is_rebuilt_alike()


def test_d16_from_now_on_is_the_state_of_now(stolen):
    vote, kiosk, _state = stolen
    push(kiosk, kiosk.batch(4, 1))
    assert effect_of(device_of(kiosk), state_of_now()).ballots == 0
    revoke(vote, kiosk)
    sync(kiosk)
    assert verdicts(kiosk) == ["accepted"] * 4 + ["revoked"] * 3


def test_d16_a_device_that_was_revoked_before_that_was_a_record_can_have_its_moment_named(stolen):
    vote, kiosk, state = stolen
    push(kiosk, kiosk.batch(4, 1))
    Device.objects.update(status="revoked")
    sync(kiosk)
    assert verdicts(kiosk) == ["accepted"] * 4 + ["revoked"] * 3, "as it was said then: from now on"
    revoke(vote, kiosk, state)
    assert verdicts(kiosk) == ["accepted"] * 3 + ["revoked"] * 4


def everything(kiosk: Kiosk) -> dict[str, Any]:
    """What is here, but for where in the list it stands."""
    apply_pending()
    assert is_rebuilt_alike()
    chain = Chain.objects.get(dev=kiosk.dev)
    return {
        "verdicts": verdicts(kiosk),
        "chain": (chain.next_seq, chain.session_state, chain.is_closed),
        "standing": list(Standing.objects.values_list("state", "seq", "software")),
        "listed": list(Listed.objects.filter(dev=kiosk.dev).values_list("trusted_size", flat=True)),
    }


def in_each_order(deeds: list[Callable[[], Any]], kiosk: Kiosk) -> list[dict[str, Any]]:
    found = []
    for order in itertools.permutations(deeds):
        with transaction.atomic():
            for deed in order:
                deed()
            found.append(everything(kiosk))
            transaction.set_rollback(True)
        kiosk.next_seq = 4
    return found


def test_d16_i3_the_same_records_give_the_same_whichever_came_first(stolen):
    """Two pushes, one behind a gap as long as the other is away, and the revocation."""
    vote, kiosk, state = stolen
    kiosk.cast(vote.box.definition_hash, vote.stack[0], {"q1": []})  # after its closing: late, on its own
    pieces = [kiosk.batch(4, 2), kiosk.batch(6, 9)]
    deeds = [*(partial(push, kiosk, piece) for piece in pieces), partial(revoke, vote, kiosk, state)]
    found = in_each_order(deeds, kiosk)
    assert len(found) == 6 and all(one == found[0] for one in found)
    assert found[0]["verdicts"] == ["accepted"] * 3 + ["revoked"] * 5 and found[0]["listed"] == [state.size]


def test_d16_i3_of_two_named_moments_the_earlier_one_holds_in_either_order(stolen):
    vote, kiosk, state = stolen
    sync(kiosk)
    found = in_each_order([partial(revoke, vote, kiosk, State(size)) for size in (state.size, state.size + 2)], kiosk)
    assert found[0] == found[1] and found[0]["listed"] == [state.size]
    assert found[0]["verdicts"] == ["accepted"] * 3 + ["revoked"] * 4


def test_d16_i3_what_is_broken_on_its_own_is_so_in_either_order(stolen):
    """Damaged bytes are what they are, whatever device they come from."""
    vote, kiosk, state = stolen
    damaged = kiosk.batch(4, 9).split(b"\n")
    line = json.loads(damaged[1])
    damaged[1] = json.dumps(line | {"body": line["body"][:-4] + "AAAA"}).encode()
    deeds = [partial(push, kiosk, b"\n".join(damaged)), partial(revoke, vote, kiosk, state)]
    found = in_each_order(deeds, kiosk)
    assert found[0] == found[1]
    assert found[0]["verdicts"] == ["accepted"] * 3 + ["commitment"] + ["revoked"] * 3


def test_d16_what_was_covered_is_healed_as_if_nothing_had_been_said(stolen):
    """The body of a record that the signed state holds is bound by its header: a thief cannot have made it."""
    vote, kiosk, _state = stolen
    lines = kiosk.batch(4, 1).split(b"\n")
    facts = json.loads(lines[1])
    lines[1] = json.dumps(facts | {"body": facts["body"][:-4] + "AAAA"}).encode()
    push(kiosk, b"\n".join(lines))
    revoke(vote, kiosk, State(sign_checkpoint().size))
    assert verdicts(kiosk)[3] == "commitment"
    push(kiosk, kiosk.batch(4, 1))
    push(kiosk, kiosk.batch(5, 1))
    assert verdicts(kiosk)[3:] == ["accepted", "revoked"]


def test_d16_s12_the_moment_is_asked_by_signed_states_and_a_clock_that_jumped_trusts_less(vote):
    """S12: the states stand by size; between two that contradict each other the shorter one is taken."""
    moments = []
    for _time in range(3):
        vote.kiosk()
        moments.append(sign_checkpoint())
    hours = [timezone.now() + timezone.timedelta(hours=hour) for hour in range(4)]
    with without_guards():
        for checkpoint, at in zip(moments, hours[:3], strict=True):
            Checkpoint.objects.filter(pk=checkpoint.pk).update(signed_at=at)
        Checkpoint.objects.filter(size__lt=moments[0].size).delete()
    sizes = [one.size for one in moments]
    assert [state_before(hour).size for hour in hours] == [0, *sizes]
    with without_guards():  # the clock was ahead for a while
        Checkpoint.objects.filter(pk=moments[1].pk).update(signed_at=hours[3])
    assert [state_before(hour).size for hour in hours] == [0, sizes[0], sizes[0], sizes[0]]


def test_d16_two_persons_say_why_the_ballots_of_a_doubted_device_count(stolen, settings):
    """As a group and unseen; the accounts hold before and after."""
    settings.PARVIS_SINGLE_HANDED = False
    vote, kiosk, state = stolen
    sync(kiosk)
    vote.session = close_session(session=vote.session, by=vote.officer)
    vote.count(passes_spoiled=0, passes_unused=4, passes_returned=0)
    vote.session.refresh_from_db()
    assert all(one.holds for one in balance_of(vote.session))
    revoke(vote, kiosk, state)
    held = {one.key: (one.left, one.holds) for one in balance_of(vote.session)}
    assert held.pop("9") == (1, False), "it is not closed any more: it must be named missing"
    assert held["4"] == (4, True) and all(holds for _left, holds in held.values())
    [group] = groups_of(vote.session)
    assert (len(group.ballots), group.numbers, group.is_doubted) == (3, "4–6", True)
    facts = {"session": vote.session, "root": group.root, "token": group.token, "is_accepted": True}
    with pytest.raises(DecisionWithoutReason):
        decide_group(by=vote.officer, why="  ", **facts)
    asked = decide_group(by=vote.officer, why="It lay in the locked room until noon.", **facts)
    assert verdicts(kiosk)[3] == "revoked" and asked.why.startswith("It lay")
    agree(approval=asked, by=User.objects.create_user("second@example.org"))
    assert verdicts(kiosk)[3:6] == ["accepted"] * 3 and not groups_of(vote.session)
    assert doubted(vote.box) == Doubted(devices=1, taken_in=3)
    told = [json.loads(bytes(row.payload.body)) for row in Record.objects.filter(type="record.decided")]
    assert {one["why"] for one in told} == {"It lay in the locked room until noon."} and len(told) == 3
    revoke(vote, kiosk, State(0))  # an earlier moment: what people decided stands, the first ballot waits now
    assert verdicts(kiosk)[:6] == ["revoked"] * 3 + ["accepted"] * 3
