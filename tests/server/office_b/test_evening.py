"""One evening through the forms: announced, run, counted, reconciled; the box closed, opened, certified."""

from __future__ import annotations

import re

import pytest

from server.devices.intake import receive_push
from server.devices.models import Device
from server.ledger.models import Record
from server.meetings.figures import turnout
from server.meetings.models import Meeting, Session
from server.voting.actions import decide_walk_in
from server.voting.models import Box, WalkIn
from tests.server.office_b.conftest import Office
from tests.server.votes import sync

pytestmark = pytest.mark.django_db


def test_from_the_open_session_to_the_certified_result(office: Office):
    vote = office.vote
    kiosk = vote.kiosk()
    kiosk.cast(vote.box.definition_hash, vote.hand_over(0), {"q1": ["lavoir"]})
    vote.online(1, "bancs")
    sync(kiosk)
    assert "PIN of the kiosks" in office.see("office_meetings:session")
    for deed, state in (("pause", "paused"), ("resume", "open"), ("close", "closed")):
        assert Session.objects.get().state != state
        office.see("office_meetings:deed", office.ref, deed)
        office.send("office_meetings:deed", office.ref, deed)
        assert Session.objects.get().state == state
    assert "1 device has not brought everything" in office.see("office_meetings:closing_live")
    vote.close_kiosks()
    assert "has not brought everything" not in office.see("office_meetings:closing_live")

    office.send("office_meetings:count", passes_unused="7", passes_spoiled="0", passes_returned="0", passes_issued="")
    ready = office.see("office_meetings:closing")
    assert "The accounts add up, or are explained." in ready and "Adds up" in ready and "Difference" not in ready
    office.send("office_meetings:reconcile")
    assert Session.objects.get().state == "reconciled"

    box = vote.box.ref
    for deed, state in (("close", "closed"), ("reconcile", "reconciled"), ("open", "opened"), ("certify", "certified")):
        office.see("office_closing:deed", box, deed)
        office.send("office_closing:deed", box, deed)
        assert Box.objects.get().state == state
    page = office.see("office_closing:box", box)
    assert "The result is certified" in page and f"/spaces/{office.slug}/vote/{box}/result/" in page
    assert Box.objects.get().result["contests"][0]["valid"] == 2


def test_a_meeting_is_announced_with_its_session(office: Office):
    """And its boxes chosen; the session opens by its form."""
    fields = {
        "title_0": "Forum du Centre", "title_1": "Centre forum", "place": "Salle des fêtes",
        "starts_at": "2027-06-01T18:30", "ends_at": "2027-06-01T21:00", "boxes": [office.vote.box.pk],
    }  # fmt: skip
    names = {name.replace("_0", "_fr").replace("_1", "_en"): value for name, value in fields.items()}
    page = office.send("office_meetings:new_meeting", office.slug, **names)
    assert "Centre forum" in page
    meeting = Meeting.objects.get(place="Salle des fêtes")
    session = meeting.sessions.get()
    assert meeting.title["fr"] == "Forum du Centre" and list(session.boxes.all()) == [office.vote.box]
    office.send("office_meetings:deed", session.ref, "open")
    session.refresh_from_db()
    assert session.state == "open"
    assert "Centre forum" in office.see("office_meetings:meetings", office.slug)


def test_a_meeting_that_ends_before_it_starts_is_not_kept(office: Office):
    fields = {"title_fr": "Forum", "place": "Salle", "starts_at": "2027-06-01T18:30", "ends_at": "2027-06-01T17:00"}
    page = office.send("office_meetings:new_meeting", office.slug, status=400, **fields)
    assert "A meeting ends after it starts." in page
    assert Meeting.objects.count() == 1
    meeting = Meeting.objects.get()
    office.send("office_meetings:edit_meeting", meeting.pk, status=400, **fields)
    meeting.refresh_from_db()
    assert meeting.place != "Salle des fêtes" and str(meeting) == "Assemblée"


def test_the_system_shows_no_figure_before_people_counted(office: Office):
    """Blind counts: neither the page nor a refused form tells what the log says."""
    office.send("office_meetings:deed", office.ref, "close")
    page = office.see("office_meetings:closing")
    assert "Passes printed" not in page and "Passes left over in the stack" in page
    assert "Passes printed" not in office.see("office_meetings:closing_live")
    page = office.send("office_meetings:count", status=400, passes_unused="eight")
    assert "Passes printed" not in page and 'role="alert"' in page
    assert Session.objects.get().hand_counts == {}
    office.send("office_meetings:count", passes_unused="8", passes_spoiled="0", passes_returned="0")
    assert "Passes printed" in office.see("office_meetings:closing")


def test_the_way_on_stands_out_once_nothing_is_waited_for_and_not_before(office: Office):
    """A button in full colour says: this is next."""
    walk_in = WalkIn.objects.create(session=office.vote.session, roll=office.vote.box.roll, family_name="Dupré")
    office.send("office_meetings:deed", office.ref, "close")

    def stands_out() -> bool:
        [button] = re.findall(r'class="([^"]*)"\s+href="[^"]*/reconcile/"', office.see("office_meetings:closing_live"))
        return "second" not in button.split()

    assert not stands_out(), "nobody has counted"
    office.send("office_meetings:count", passes_unused="7", passes_spoiled="0", passes_returned="0")
    assert not stands_out(), "a difference is not explained, and somebody waits for a decision"
    office.send("office_meetings:explain", equation="3", text="A pass fell behind the desk.")
    assert not stands_out(), "somebody waits for a decision"
    decide_walk_in(walk_in=walk_in, is_accepted=False, reason="Lives elsewhere.", by=office.vote.officer)
    assert stands_out()


def test_p11_a_difference_is_explained_before_the_session_is_reconciled(office: Office):
    office.send("office_meetings:deed", office.ref, "close")
    office.send("office_meetings:count", passes_unused="7", passes_spoiled="0", passes_returned="0")
    assert "Difference 1" in office.see("office_meetings:closing")
    assert "The accounts do not add up." in office.send("office_meetings:reconcile")
    assert Session.objects.get().state == "closed"
    page = office.send("office_meetings:explain", equation="2", text="A pass fell behind the desk.")
    assert "A pass fell behind the desk." in page and "organiser@example.org" in page
    office.send("office_meetings:reconcile")
    assert Session.objects.get().state == "reconciled"


def test_a_recount_is_entered_on_purpose(office: Office):
    office.send("office_meetings:deed", office.ref, "close")
    counts = {"passes_unused": "7", "passes_spoiled": "0", "passes_returned": "0"}
    office.send("office_meetings:count", **counts)
    again = counts | {"passes_unused": "8"}
    assert "The stacks were already counted." in office.send("office_meetings:count", **again)
    assert Session.objects.get().hand_counts["passes_unused"] == 7
    office.send("office_meetings:count", **again, recount="1")
    assert Session.objects.get().hand_counts["passes_unused"] == 8


@pytest.mark.parametrize(("decision", "verdict"), [("accept", "accepted"), ("refuse", "quarantined")])
def test_a_late_ballot_is_decided_by_people(office: Office, decision, verdict):
    vote = office.vote
    kiosk = vote.kiosk()
    kiosk.move("closed")
    record = kiosk.cast(vote.box.definition_hash, vote.hand_over(0), {"q1": ["lavoir"]})
    sync(kiosk)
    office.send("office_meetings:deed", office.ref, "close")
    assert "It was cast after the device or the session was closed." in office.see("office_meetings:closing")
    assert "1 ballot came late" in office.see("office_meetings:session_live")
    office.send("office_meetings:decide_late", office.ref, record.id, decision=decision)
    assert Record.objects.get(pk=record.id).verdict == verdict
    assert "It was cast after" not in office.see("office_meetings:closing")


@pytest.mark.parametrize(("decision", "verdict"), [("accept", "accepted"), ("refuse", "quarantined")])
def test_i1_ballots_out_of_line_are_shown_as_a_group_and_decided_by_people(office: Office, decision, verdict):
    vote = office.vote
    kiosk = vote.kiosk()
    for person in range(3):
        kiosk.cast(vote.box.definition_hash, vote.hand_over(person), {"q1": ["lavoir"]})
    for first, count in ((1, 2), (4, 2)):  # record 3 never comes
        receive_push(kiosk.batch(first, count))
    office.send("office_meetings:deed", office.ref, "close")
    page = office.see("office_meetings:closing")
    assert "2 ballots: records 4–5" in page and "A record before them has not come." in page
    root = kiosk.records[3].id
    page = office.see("office_meetings:group", office.ref, root)
    token = page.partition('name="token" value="')[2][:16]
    page = office.send("office_meetings:group", office.ref, root, decision=decision, token=token)
    assert ("The ballots are taken in." if decision == "accept" else "The ballots are set aside.") in page
    assert set(Record.objects.filter(dev=kiosk.dev, seq__gte=4).values_list("verdict", flat=True)) == {verdict}
    page = office.send("office_meetings:group", office.ref, root, decision=decision, token=token)
    assert "came or were decided meanwhile" in page


def test_the_box_names_what_stands_in_its_way(office: Office):
    page = office.see("office_closing:box", office.vote.box.ref)
    assert "is still open." in page
    page = office.send("office_closing:deed", office.vote.box.ref, "close")
    assert Box.objects.get().state == "open" and "messages" in page
    office.send("office_meetings:deed", office.ref, "close")
    office.send("office_closing:deed", office.vote.box.ref, "close")
    assert "is not reconciled." in office.see("office_closing:box", office.vote.box.ref)


def test_ballots_are_shown_in_steps_while_the_session_is_on(office: Office):
    vote = office.vote
    kiosk = vote.kiosk()
    for person in range(6):
        kiosk.cast(vote.box.definition_hash, vote.hand_over(person), {"q1": ["lavoir"]})
    sync(kiosk)
    assert (turnout(vote.session)["kiosk"], turnout(vote.session)["marked"]) == (5, 6)
    office.send("office_meetings:deed", office.ref, "close")
    assert turnout(Session.objects.get()) is None
    assert "once the stacks are counted by hand" in office.see("office_meetings:session")
    office.send("office_meetings:count", passes_unused="2", passes_spoiled="0", passes_returned="0")
    assert turnout(Session.objects.get())["kiosk"] == 6


def test_d2_a_missing_device_that_comes_back_after_the_reconciliation(office: Office):
    """Its ballots wait for people, the box says so and is reconciled only once they have decided."""
    vote, box = office.vote, office.vote.box.ref
    kiosk = vote.kiosk()
    kiosk.cast(vote.box.definition_hash, vote.hand_over(0), {"q1": ["lavoir"]})
    office.send("office_meetings:deed", office.ref, "close")
    office.send("office_meetings:count", passes_unused="7", passes_spoiled="0", passes_returned="0")
    office.send("office_devices:missing", Device.objects.get().pk, reason="Left on the bus.")
    page = office.see("office_meetings:closing")
    assert "Did somebody leave with it?" in page and "named missing may hold their ballots" in page
    office.send("office_meetings:explain", equation="3", text="Its ballot is in the device on the bus.")
    office.send("office_meetings:reconcile")
    office.send("office_closing:deed", box, "close")
    sync(kiosk)
    assert "wait for a decision." in office.see("office_closing:box", box)
    office.send("office_closing:deed", box, "reconcile")
    assert Box.objects.get().state == "closed"
    record = Record.objects.get(type="ballot.sealed")
    assert record.id[:12] in office.see("office_meetings:closing")
    office.send("office_meetings:decide_late", office.ref, record.id, decision="accept")
    office.send("office_closing:deed", box, "reconcile")
    assert Box.objects.get().state == "reconciled"
    assert Box.objects.get().settlement["counted"] == 1
