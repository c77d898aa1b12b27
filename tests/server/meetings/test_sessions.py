"""A session: states without a way back, blind counts, differences that people explain."""

from __future__ import annotations

import json

import pytest

from server.devices.models import Device
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.meetings.models import Session
from server.office.approvals import SecondPerson
from server.paper.models import Reading, ScanBatch
from server.voting import actions as voting
from server.voting.balance import balance_of
from server.voting.balance_facts import (
    HandCountsMissing,
    HandCountsUnconfirmed,
    counts_blind,
    hand_counts_asked,
)
from server.voting.refusals import BalanceOpen, BoxNotOpen, RecordsUndecided, SheetsUndecided, WrongState
from tests.server.votes import make_box, make_session, make_vote, on_paper, print_sheets, sync, without_guards

pytestmark = pytest.mark.django_db

ALL_THERE = {"passes_unused": 8, "passes_spoiled": 0, "passes_returned": 0}


def close(vote):
    return meetings.close_session(session=vote.session, by=vote.officer)


def count(vote, counts=None, **more):
    return meetings.enter_hand_counts(session=vote.session, counts=counts or ALL_THERE, by=vote.officer, **more)


def explain(vote, equation, text="Une distraction.", by=None):
    return meetings.explain_difference(session=vote.session, equation=equation, text=text, by=by or vote.officer)


def reconcile(vote):
    return meetings.reconcile_session(session=vote.session, by=vote.officer)


def test_a_session_goes_forward_only(vote):
    deeds = [meetings.pause_session, meetings.resume_session, meetings.pause_session, meetings.close_session]
    states = [deed(session=vote.session, by=vote.officer).state for deed in deeds for _again in range(2)]
    assert states == ["paused", "paused", "open", "open", "paused", "paused", "closed", "closed"]
    for deed in (meetings.open_session, meetings.pause_session, meetings.resume_session):
        with pytest.raises(WrongState):
            deed(session=vote.session, by=vote.officer)
    bodies = Record.objects.filter(type="meeting.state").values_list("payload__body", flat=True)
    told = [json.loads(bytes(body))["state"] for body in bodies]
    assert told == ["open", "paused", "open", "paused", "closed"]


def test_a_session_opens_with_open_boxes_only():
    box = make_box()
    session = make_session(box)
    with pytest.raises(BoxNotOpen):
        meetings.open_session(session=session, by=None)
    session.boxes.clear()
    with pytest.raises(meetings.SessionWithoutBox):
        meetings.open_session(session=session, by=None)


def test_the_boxes_of_a_session_are_chosen_before_it_opens(vote):
    other = make_box(slug="elsewhere")
    prepared = make_session(vote.box)
    meetings.choose_boxes(session=prepared, boxes=[], by=vote.officer)
    assert not prepared.boxes.exists()
    with pytest.raises(meetings.BoxElsewhere):
        meetings.choose_boxes(session=prepared, boxes=[other], by=vote.officer)
    with pytest.raises(WrongState):
        meetings.choose_boxes(session=vote.session, boxes=[], by=vote.officer)


def test_enrolled_kiosks_are_told_of_a_new_pack():
    box = make_box()
    session = make_session(box)
    device = Device.objects.create(dev="d" * 64, public_key=b"", label="K", session=session)
    for step in (voting.freeze_box, voting.open_voting):
        before = Device.objects.get(pk=device.pk).pack_version
        step(box=box, by=None)
        assert Device.objects.get(pk=device.pk).pack_version == before + 1


def test_a_session_that_never_took_place_is_closed_and_counted():
    vote = make_vote()
    other = make_session(vote.box)
    assert meetings.close_session(session=other, by=vote.officer).state == "closed"
    assert meetings.reconcile_session(session=other, by=vote.officer).state == "reconciled"


def test_no_figure_is_shown_before_people_counted(vote):
    close(vote)
    assert [one.name for one in hand_counts_asked(vote.session) if one.is_required] == list(ALL_THERE)
    with pytest.raises(HandCountsMissing):
        balance_of(vote.refresh().session)
    with pytest.raises(HandCountsMissing):
        reconcile(vote)
    count(vote)
    assert all(equation.holds for equation in balance_of(vote.refresh().session))


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {"passes_unused": 8},
        ALL_THERE | {"passes_unused": -1},
        ALL_THERE | {"passes_unused": "8"},
        ALL_THERE | {"passes_unused": True},
        ALL_THERE | {"sheets_in_box": 1},
    ],
)
def test_counts_that_are_none_are_refused(vote, counts):
    close(vote)
    with pytest.raises(meetings.HandCountsWrong):
        meetings.enter_hand_counts(session=vote.session, counts=counts, by=vote.officer)


def test_a_count_stands_and_a_recount_is_told(vote):
    with pytest.raises(WrongState):
        count(vote)  # the hall is still open
    close(vote)
    count(vote)
    count(vote)
    with pytest.raises(meetings.AlreadyCounted):
        count(vote, ALL_THERE | {"passes_unused": 7})
    count(vote, ALL_THERE | {"passes_unused": 7}, is_recount=True)
    assert Record.objects.filter(type="count.sealed").count() == 2


def test_a_difference_blocks_until_it_is_explained(vote):
    """P11."""
    close(vote)
    count(vote, ALL_THERE | {"passes_unused": 7})
    with pytest.raises(BalanceOpen) as refused:
        reconcile(vote)
    assert refused.value.details == {"equations": [2]}
    with pytest.raises(meetings.NothingToExplain):
        explain(vote, 1)
    with pytest.raises(meetings.TextMissing):
        explain(vote, 2, "  ")
    explain(vote, 2)
    assert reconcile(vote).state == "reconciled"
    assert [one.explanation for one in balance_of(vote.refresh().session) if not one.holds] == ["Une distraction."]


def test_two_people_sign_the_same_words(vote, settings, django_user_model):
    settings.PARVIS_SINGLE_HANDED = False
    second = django_user_model.objects.create_user("second@example.org")
    close(vote)
    count(vote, ALL_THERE | {"passes_unused": 7})
    meetings.confirm_hand_counts(session=vote.session, by=second)
    explain(vote, 2)
    explain(vote, 2)
    with pytest.raises(BalanceOpen):
        reconcile(vote)
    explain(vote, 2, "D'autres mots.", by=second)
    with pytest.raises(BalanceOpen):
        reconcile(vote)
    explain(vote, 2, "D'autres mots.")
    assert reconcile(vote).state == "reconciled"


def test_two_people_stand_behind_the_count_before_parvis_shows_its_own(vote, settings, django_user_model):
    """Sync protocol §9."""
    settings.PARVIS_SINGLE_HANDED = False
    second = django_user_model.objects.create_user("second@example.org")
    close(vote)
    with pytest.raises(HandCountsMissing):
        meetings.confirm_hand_counts(session=vote.session, by=second)
    count(vote)
    assert counts_blind(vote.refresh().session)
    for deed in (lambda: balance_of(vote.refresh().session), lambda: reconcile(vote)):
        with pytest.raises(HandCountsUnconfirmed):
            deed()
    with pytest.raises(SecondPerson):
        meetings.confirm_hand_counts(session=vote.session, by=vote.officer)
    meetings.confirm_hand_counts(session=vote.session, by=second)
    assert vote.refresh().session.counted_by == [vote.officer.pk, second.pk] and not counts_blind(vote.session)
    # A recount is a count: it is confirmed anew.
    count(vote, ALL_THERE | {"passes_unused": 7}, is_recount=True)
    assert counts_blind(vote.refresh().session)
    meetings.confirm_hand_counts(session=vote.session, by=second)
    meetings.confirm_hand_counts(session=vote.session, by=second)
    assert Record.objects.filter(type="count.confirmed").count() == 2


def test_where_one_suffices_one_counts(vote):
    close(vote)
    count(vote)
    assert not counts_blind(vote.refresh().session)
    meetings.confirm_hand_counts(session=vote.session, by=vote.officer)
    assert reconcile(vote).counted_by == [vote.officer.pk]


def test_a_recount_makes_people_explain_anew(vote):
    close(vote)
    count(vote, ALL_THERE | {"passes_unused": 7})
    explain(vote, 2)
    count(vote, ALL_THERE | {"passes_unused": 6}, is_recount=True)
    with pytest.raises(BalanceOpen):
        reconcile(vote)


def test_a_device_brings_everything_or_is_named_missing(vote):
    """D2."""
    kiosk = vote.kiosk()
    kiosk.cast(vote.box.definition_hash, vote.hand_over(0), {"q1": ["lavoir"]})
    sync(kiosk)
    close(vote)
    count(vote, ALL_THERE | {"passes_unused": 7})
    with pytest.raises(meetings.DevicesMissing) as refused:
        reconcile(vote)
    assert refused.value.details == {"devices": ["K0"]}
    device = Device.objects.get()
    with pytest.raises(meetings.NothingToExplain):
        explain(vote, 9)
    with pytest.raises(meetings.TextMissing):
        meetings.name_missing_device(device=device, reason=" ", by=vote.officer)
    for _again in range(2):
        meetings.name_missing_device(device=device, reason="Cassée.", by=vote.officer)
    assert Record.objects.filter(type="device.missing").count() == 1
    assert reconcile(vote).closing_heads == {}


def test_the_heads_of_closed_devices_are_fixed(vote):
    kiosk = vote.kiosk()
    vote.close_kiosks()
    close(vote)
    count(vote)
    session = reconcile(vote)
    head = kiosk.records[-1]
    assert session.closing_heads == {kiosk.dev: [{"epoch": kiosk.epoch, "seq": head.header.seq, "head": head.id}]}
    with pytest.raises(WrongState):
        meetings.name_missing_device(device=Device.objects.get(), reason="Trop tard.", by=vote.officer)


def test_what_waits_for_people_blocks_the_session(vote):
    close(vote)
    count(vote)
    batch = ScanBatch.objects.create(session=vote.session, filename="a.pdf", file="a", digest="a", status="reading")
    with pytest.raises(SheetsUndecided):
        reconcile(vote)
    batch.status = "read"
    batch.save()
    reading = Reading.objects.create(batch=batch, page=1, status="doubtful")
    with pytest.raises(SheetsUndecided):
        reconcile(vote)
    reading.delete()
    record = vote.online(0, "lavoir")
    with without_guards():
        Record.objects.filter(pk=record.pk).update(verdict="provisional", session_ref=vote.session.ref)
    with pytest.raises(RecordsUndecided):
        reconcile(vote)


def test_sheets_are_accounted_for(vote):
    """Promise 4: handed in for, replaced, spoiled, left over; in the box: read and refused."""
    sheets = print_sheets(vote, 6)
    for person in range(3):
        voting.exchange_pass(session=vote.session, code_text=vote.hand_over(person).text, by=vote.officer)
    spoil = {"session": vote.session, "by": vote.officer}
    voting.spoil_sheet(serial_text=sheets[0][0].text, is_replaced=True, **spoil)
    voting.spoil_sheet(serial_text=sheets[1][0].text, is_replaced=False, **spoil)
    for _code, sheet in sheets[2:4]:
        on_paper(vote, sheet, ["lavoir"])
    batch = ScanBatch.objects.create(session=vote.session, filename="a.pdf", file="a", digest="a", status="read")
    Reading.objects.create(batch=batch, page=1, status="refused", reason="code_unreadable")
    Reading.objects.create(batch=batch, page=2, status="refused", reason="test_sheet")
    close(vote)
    count(vote, {"passes_unused": 5, "passes_spoiled": 0, "passes_returned": 0, "sheets_in_box": 3, "sheets_unused": 1})
    by_number = {equation.number: equation for equation in balance_of(vote.refresh().session)}
    assert {term.key: term.count for term in by_number[5].terms} == {
        "exchanged": 3,
        "replacements": 1,
        "spoiled": 1,
        "unused": 1,
    }
    assert {term.key: term.count for term in by_number[6].terms} == {"automatic": 2, "decided": 0, "refused": 1}
    assert all(equation.holds for equation in by_number.values())


def test_the_log_says_who_may_come_and_when_but_no_time(vote):
    close(vote)
    for header in Record.objects.filter(session_ref=vote.session.ref).values_list("header", flat=True):
        assert "time" not in json.loads(header) and json.loads(header)["actor"] in ("organiser", "desk")


def test_session_states_are_those_of_the_house():
    assert list(Session.State) == ["prepared", "open", "paused", "closed", "reconciled"]


def test_one_pass_votes_in_every_box_of_its_session():
    """Two boxes, one stack: a pass is spent once, whether it gave one ballot or two, or a sheet of each."""
    vote = make_vote(regime="pass", letters=False, passes=4)
    second = make_box(regime="pass", slug="budget")
    for step in (voting.freeze_box, voting.open_voting):
        step(box=second, by=vote.officer)
    vote.session.boxes.add(second)
    kiosk = vote.kiosk()
    at_kiosk, for_sheet = vote.hand_over(), vote.hand_over()
    for box in (vote.box, second):
        box.refresh_from_db()
        kiosk.cast(box.definition_hash, at_kiosk, {"q1": ["lavoir"]})
    voting.exchange_pass(session=vote.session, code_text=for_sheet.text, by=vote.officer)
    for box in (vote.box, second):
        vote.box = box
        (_code, sheet), *_rest = print_sheets(vote, 1)
        on_paper(vote, sheet, ["bancs"])
    vote.close_kiosks()
    close(vote)
    count(vote, {"passes_unused": 2, "passes_spoiled": 0, "passes_returned": 0, "sheets_in_box": 2, "sheets_unused": 0})
    equations = balance_of(vote.refresh().session)
    assert [one.number for one in equations if not one.holds] == []
    by_number = {one.key: {term.key: term.count for term in one.terms} for one in equations}
    assert by_number["3"]["spent_at_kiosks"] == 1
    assert by_number["4"]["standing"] == 2 and by_number["5"]["exchanged"] == 2
