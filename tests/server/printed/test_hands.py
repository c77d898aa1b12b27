"""Whose hands: trustees, second persons, people who left; and rights of all kinds, as numbers only."""

from __future__ import annotations

import datetime as dt

import pytest

from server.accounts.actions import erase_account
from server.accounts.models import User
from server.meetings import actions as meetings
from server.meetings.report import closing_report
from server.office.approvals import agree, ask
from server.voting import actions as voting
from server.voting import printed
from server.voting.actions.boxes import save_box
from server.voting.actions.objections import decide_objection, publish_addendum, receive_objection
from server.voting.actions.trustees import hold_ceremony, record_card, show_card
from server.voting.models import Box
from server.voting.proceedings import record_of_proceedings
from server.voting.rights import Right
from tests.server.pdf import pdf_lines, pdf_text
from tests.server.votes import ONLINE, make_box, make_vote, noon

pytestmark = pytest.mark.django_db
NAMES = ["Ana Ruiz", "Bruno Petit", "Chloé Roux"]


def record(box: Box) -> bytes:
    return printed.as_pdf(lambda: record_of_proceedings(Box.objects.get(pk=box.pk)), "en")


@pytest.fixture
def officer():
    return User.objects.create_user("agnes@example.org", display_name="Agnès Moreau")


def test_the_record_names_the_trustees_and_has_a_line_for_each_who_opened(officer):
    box = save_box(box=make_box(doors=["web"]), by=officer, trustees=NAMES)
    cards = [show_card(box=box, number=number, by=officer).text for number in (1, 2, 3)]
    hold_ceremony(box=box, texts=cards, by=officer)
    voting.freeze_box(box=box, by=officer)
    [letter] = [code for code, _row in voting.make_passes(box=box, entries=box.roll.entries.all()[:1])]
    voting.open_voting(box=box, by=officer)
    box.refresh_from_db()
    voting.cast_ballot(box=box, right=Right.of_code(box, letter.grouped), choices={"q1": ["verger"]}, origin=ONLINE)
    record_card(box=box, number=1, is_lost=True, by=officer)
    voting.close_voting(box=box, by=officer)
    voting.reconcile_box(box=box, by=officer)
    voting.open_box(box=box, by=officer, cards=cards[1:])
    voting.certify_box(box=box, by=officer)
    lines = pdf_lines(record(box))
    assert "Key of the box Any two of three trustees: Ana Ruiz, Bruno Petit, Chloé Roux" in lines
    assert "The box was opened with the cards of two of its three trustees: Bruno Petit, Chloé Roux." in lines
    assert {"Trustee: Bruno Petit", "Trustee: Chloé Roux"} <= set(lines) and "Trustee: Ana Ruiz" not in lines
    assert any("Card of a trustee recorded as lost: Ana Ruiz" in line for line in lines)
    assert "This vote is online only: it has no session." in lines
    assert not [card for card in cards if card in "".join(lines).replace(" ", "")]


def test_the_record_names_who_asked_and_who_agreed_to_open_and_to_certify(officer, settings):
    settings.PARVIS_SINGLE_HANDED = False
    vote = make_vote(passes=0)
    vote.online(0, "lavoir")
    vote.reconcile()
    for kind in ("box.open", "box.certify"):
        agree(approval=ask(kind=kind, key=vote.box.ref, space=vote.box.space, by=vote.officer), by=officer)
    voting.open_box(box=vote.box, by=vote.officer)
    voting.certify_box(box=vote.box, by=vote.officer)
    lines = pdf_lines(record(vote.box))
    for deed in ("Open the box", "Certify the result"):
        assert f"{deed} officer@example.org Agnès Moreau" in lines
    assert not any("single-handed" in line for line in lines)


def test_p23_whoever_erased_their_account_is_nobody_on_paper(officer):
    vote = make_vote(passes=0)
    meetings.close_session(session=vote.session, by=officer)
    erase_account(user=officer)
    told = pdf_text(printed.as_pdf(lambda: closing_report(vote.refresh().session), "en"))
    assert "Agnès" not in told and "agnes@" not in told
    assert "Session closed erased account" in told


def test_who_is_on_no_roll_is_a_number(officer):
    vote = make_vote()
    about = {"family_name": "Dupré", "given_name": "Inès", "birth_date": dt.date(1990, 5, 31), "address": "3 rue Haute"}
    about |= {"shown": "identity card", "reason": "moved here in April"}
    code = vote.stack.pop().text
    entered = voting.enter_walk_in(
        session=vote.session, roll=vote.box.roll, about=about, code_text=code, by=vote.officer, token=""
    )
    voting.decide_walk_in(walk_in=entered, is_accepted=False, reason="lives elsewhere", by=vote.officer)
    lines = pdf_lines(record(vote.refresh().box))
    assert "Right refused 1" in lines and "People not on the roll" in lines
    assert not [word for word in ("Dupré", "Inès", "Haute", "elsewhere") if word in " ".join(lines)]


def test_objections_are_told_by_what_was_decided_and_addenda_as_published(settings):
    settings.PARVIS_SINGLE_HANDED = True
    vote = make_vote(passes=0)
    vote.online(0, "lavoir")
    vote.reconcile()
    voting.open_box(box=vote.box, by=vote.officer)
    said = {"matter": "Paul Roux was not let in.", "from_whom": "Paul Roux", "received_on": dt.date(2026, 10, 14)}
    objection = receive_objection(box=vote.box, by=vote.officer, **said)
    decision = "Paul Roux came after the hour."
    decide_objection(objection=objection, outcome="rejected", decision=decision, by=vote.officer)
    voting.certify_box(box=vote.box, by=vote.officer)
    publish_addendum(box=vote.refresh().box, text={"en": "Two ballots were found later."}, by=vote.officer)
    lines = pdf_lines(record(vote.box))
    assert any(line.startswith("1 14 October 2026 Rejected ") for line in lines)
    assert any(line.endswith("Two ballots were found later.") for line in lines)
    assert "Roux" not in " ".join(lines)


def test_a_vote_by_pass_counts_passes_and_has_no_roll():
    vote = make_vote(regime="pass", people=4, passes=3)
    told = pdf_text(record(vote.box))
    assert "One right for each pass: 7 passes." in told and "Commitment" not in told


def test_when_everything_was_destroyed_the_record_says_so_and_still_adds_up():
    vote = make_vote(passes=0)
    vote.online(0, "lavoir")
    box = vote.finish()
    before = pdf_lines(record(box))
    Box.objects.filter(pk=box.pk).update(certified_at=noon(days_ago=61))
    voting.destroy_remains(box=box)
    lines = pdf_lines(record(box))
    assert any(line.startswith("Destroyed ") for line in lines)
    assert any("What was kept for contests destroyed Parvis, on the day set" in line for line in lines)
    sums = [line for line in before if line.endswith("Adds up")]
    assert sums and [line for line in lines if line.endswith("Adds up")] == sums


def test_steps_that_the_log_does_not_tie_to_the_box_are_said_to_be_missing(monkeypatch):
    with monkeypatch.context() as before:
        before.setattr("server.office.actions.name_of", lambda _thing: "")
        vote = make_vote(passes=0)
    assert "are in the office’s log only." in pdf_text(record(vote.box))
    assert "are in the office’s log only." not in pdf_text(record(make_vote(officer="b@example.org", slug="b").box))
