"""Reports, records and states of the list on paper: the figures of both sides, whose hands, the log; never a voter."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from server.accounts.models import User
from server.ledger import tree
from server.ledger.actions import append, sign_checkpoint
from server.ledger.installation import installation
from server.ledger.keys import unb64u, verify
from server.ledger.models import Checkpoint
from server.ledger.nodes import from_stored
from server.meetings import actions as meetings
from server.meetings.report import closing_report
from server.voting import actions as voting
from server.voting import printed
from server.voting.actions.correcting import Correction, correct_roll
from server.voting.balance import balance_of
from server.voting.balance_facts import HandCountsMissing
from server.voting.log_states import states_of_box, states_of_session, was_opened
from server.voting.models import RollVersion
from server.voting.proceedings import record_of_proceedings
from server.voting.refusals import WrongState
from server.voting.state_sheet import NoSuchState, sheet_of_box, sheet_of_session
from tests.server.pdf import pdf_codes, pdf_lines, pdf_text
from tests.server.votes import make_box, make_session, make_vote, on_paper, print_sheets

pytestmark = pytest.mark.django_db
COUNTS = {"passes_unused": 7, "passes_spoiled": 0, "passes_returned": 0, "sheets_in_box": 1, "sheets_unused": 1}


@pytest.fixture
def past_vote(standing_past_vote):
    return standing_past_vote


def report(session, language="en"):
    return printed.as_pdf(lambda: closing_report(session), language)


def record(box, language="en"):
    return printed.as_pdf(lambda: record_of_proceedings(box), language)


@pytest.fixture
def evening():
    """One ballot by paper, one by kiosk, one online; closed, with nothing counted yet."""
    vote = make_vote(passes=9)
    vote.online(0, "lavoir")
    kiosk = vote.kiosk()
    kiosk.cast(vote.box.definition_hash, vote.hand_over(1), {"q1": ["bancs"]})
    voting.exchange_pass(session=vote.session, code_text=vote.hand_over(2).text, by=vote.officer)
    (_code, sheet), *_rest = print_sheets(vote, 2)
    on_paper(vote, sheet, ["verger"])
    vote.close_kiosks()
    meetings.close_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)
    return vote.refresh()


def row(lines, equation, outcome):
    """The line of the table that has both sides of an equation."""
    wanted = rf"{equation.key} .*\b{equation.left} .*\b{equation.right} {re.escape(outcome)}"
    return [line for line in lines if re.fullmatch(wanted, line)]


def test_the_report_holds_the_figures_of_both_sides_of_every_equation(past_vote):
    session = past_vote.sessions[0]
    session.refresh_from_db()  # the opening kept what ballots no longer tell
    lines, balance = pdf_lines(report(session)), balance_of(session)
    assert [one.key for one in balance] == ["1", "2", "3", "3b", "4", "5", "6", "9"]
    assert all(row(lines, one, "Adds up") for one in balance)
    # The three that are the box's are named all the same: there are ten.
    assert [line.split()[0] for line in lines if "Of the ballot box: see its record" in line] == ["7", "8", "10"]


def test_the_report_says_that_it_is_provisional_until_the_session_is_reconciled(evening):
    meetings.enter_hand_counts(session=evening.session, counts=COUNTS, by=evening.officer)
    assert "This report is provisional" in pdf_text(report(evening.refresh().session))
    meetings.reconcile_session(session=evening.session, by=evening.officer)
    assert "rovisional" not in pdf_text(report(evening.refresh().session))


def test_nobody_reads_a_figure_on_paper_before_the_stacks_are_counted(evening):
    with pytest.raises(HandCountsMissing):
        report(evening.session)
    told = pdf_text(record(evening.box))
    assert "The stacks are not counted yet." in told and "Passes printed" not in told


def test_a_session_that_goes_on_has_no_report():
    with pytest.raises(WrongState):
        report(make_vote().session)


def test_a_difference_stands_there_with_its_words_and_whoever_signed_them(evening, settings):
    settings.PARVIS_SINGLE_HANDED = False
    counts, other = COUNTS | {"passes_unused": 6}, User.objects.create_user("anna@example.org", display_name="Anna Roy")
    meetings.enter_hand_counts(session=evening.session, counts=counts, by=evening.officer)
    meetings.confirm_hand_counts(session=evening.session, by=other)
    unequal = [one for one in balance_of(evening.refresh().session) if not one.holds]
    assert unequal
    words = "One pass fell behind the radiator."
    for one in unequal:
        meetings.explain_difference(session=evening.session, equation=one.number, text=words, by=evening.officer)
    once = pdf_text(report(evening.refresh().session))
    assert words in once and "A second person must sign" in once
    for one in unequal:
        meetings.explain_difference(session=evening.session, equation=one.number, text=words, by=other)
    lines = pdf_lines(report(evening.refresh().session))
    assert "Signed by officer@example.org, Anna Roy." in lines
    with translation.override("en"):
        assert all(row(lines, one, printed.outcome(one)) for one in unequal)
    meetings.reconcile_session(session=evening.session, by=evening.officer)
    told = pdf_text(record(evening.box))
    assert words in told and "Anna Roy" in told


def test_every_count_by_hand_is_kept_on_the_report_with_who_entered_it(evening):
    other = User.objects.create_user("anna@example.org", display_name="Anna Roy")
    meetings.enter_hand_counts(session=evening.session, counts=COUNTS | {"sheets_in_box": 8}, by=evening.officer)
    meetings.enter_hand_counts(session=evening.session, counts=COUNTS, by=other, is_recount=True)
    lines = pdf_lines(report(evening.refresh().session))
    assert [line for line in lines if line.startswith("Sheets found in the ballot box")] == [
        "Sheets found in the ballot box 8",
        "Sheets found in the ballot box 1",
        "Sheets found in the ballot box 1",  # the last of them, held against the images
    ]
    assert any(line.startswith("Recount") and line.endswith("by Anna Roy") for line in lines)
    assert lines.count("Counted by one person, as far as Parvis knows.") == 2


def test_both_who_counted_stand_on_the_report(evening, settings):
    settings.PARVIS_SINGLE_HANDED = False
    other = User.objects.create_user("anna@example.org", display_name="Anna Roy")
    meetings.enter_hand_counts(session=evening.session, counts=COUNTS | {"sheets_in_box": 8}, by=evening.officer)
    meetings.enter_hand_counts(session=evening.session, counts=COUNTS, by=evening.officer, is_recount=True)
    meetings.confirm_hand_counts(session=evening.session, by=other)
    lines = pdf_lines(report(evening.refresh().session))
    assert lines.index("Counted by one person, as far as Parvis knows.") < lines.index(
        "Counted together with Anna Roy."
    )


def test_a_missing_device_is_named_with_its_reason():
    vote = make_vote(passes=0)
    vote.kiosk()
    meetings.close_session(session=vote.session, by=vote.officer)
    device = vote.session.devices.get()
    meetings.name_missing_device(device=device, reason="It fell into the Aure.", by=vote.officer)
    for told in (pdf_text(report(vote.refresh().session)), pdf_text(record(vote.box))):
        assert device.label in told and "It fell into the Aure." in told


def everything_printed(box, session):
    for language in ("fr", "en"):
        yield report(session, language)
        yield record(box, language)
        for moment in ("opening", "closing"):
            yield printed.as_pdf(lambda moment=moment: sheet_of_session(session, moment), language)
            yield printed.as_pdf(lambda moment=moment: sheet_of_box(box, moment), language)


def test_i7_no_paper_names_a_voter_or_shows_a_code(past_vote):
    told = " ".join(pdf_text(data) for data in everything_printed(past_vote.box, past_vote.sessions[0]))
    words = set(re.findall(r"\w+", told))
    assert not [entry for entry in past_vote.entries if str(entry) in told or entry.family_name in words]
    codes = [*past_vote.letters, *past_vote.stack]
    assert not [code for code in codes if code.grouped in told or code.text in told.replace(" ", "")]


def test_i7_why_a_roll_was_corrected_stays_in_the_office():
    vote = make_vote(passes=0)
    asked = Correction(vote.box.roll, RollVersion.Kind.STRUCK, "Madame Nom3 moved to Lyon.", vote.entries[3])
    correct_roll(correction=asked, by=vote.officer)
    told = pdf_text(record(vote.refresh().box))
    assert "One person struck" in told and "Rights to vote: 5." in told
    assert "Nom3" not in told and "Lyon" not in told


def test_the_record_tells_the_whole_way_of_the_box_with_who_took_each_step(past_vote):
    told = pdf_text(record(past_vote.box))
    for step in ("Ballot box frozen", "Vote opened", "Session opened", "Vote closed", "Ballot box opened"):
        assert step in told
    for file in ("definition.json", "result.json", "manifest.json"):
        assert file in told
    assert "Draft" not in told and str(past_vote.box.definition_hash)[:8] in told
    turnout = past_vote.box.result["turnout"]
    assert f"Ballots counted {turnout['ballots']}" in told and f"Rights to vote {turnout['rights']}" in told
    lines = pdf_lines(record(past_vote.box))
    assert all(row(lines, one, "Adds up") for one in balance_of(past_vote.box) if one.number != 10)


def test_the_record_shows_what_the_rule_decided_in_the_words_of_the_page(past_vote, client):
    lines = pdf_lines(record(past_vote.box))
    winners = past_vote.box.result["contests"][0]["winners"]
    assert sum(line.endswith(" Funded") for line in lines) == len(winners)
    assert "From the most chosen to the least. Each is taken if it fits into what is left." in lines


def test_a_record_is_a_draft_until_the_result_is_certified(evening):
    meetings.enter_hand_counts(session=evening.session, counts=COUNTS, by=evening.officer)
    meetings.reconcile_session(session=evening.session, by=evening.officer)
    voting.reconcile_box(box=evening.box, by=evening.officer)
    voting.open_box(box=evening.box, by=evening.officer)
    told = pdf_text(record(evening.refresh().box))
    assert "This record is a draft" in told and "The result is not certified yet." in told
    voting.certify_box(box=evening.box, by=evening.officer)
    told = pdf_text(record(evening.refresh().box))
    assert "draft" not in told and "Ballots counted 3" in told


def test_words_are_in_the_language_that_was_asked_for_not_in_the_reader_s(past_vote):
    with translation.override("en"):
        told = pdf_text(record(past_vote.box, "fr"))
    assert "Procès-verbal" in told and "Page 1 sur" in told and "Record" not in told
    with translation.override("fr"):
        told = pdf_text(report(past_vote.sessions[0], "en"))
    assert "Closing report" in told and "Rapport" not in told


def test_the_same_facts_are_the_same_bytes_even_when_the_list_has_grown(past_vote):
    box, session = past_vote.box, past_vote.sessions[0]
    first = report(session), record(box)
    append(type="meeting.state", space="elsewhere", body=b"{}")
    sign_checkpoint()
    assert (report(session), record(box)) == first


def checkpoint_of(note):
    """The checkpoint on paper, its signature checked."""
    assert note.count("\n") == 7 and note.endswith("\n")
    *signed, signature = note.splitlines()
    house = installation()
    assert signed[:3] == ["parvis-checkpoint-1", house.origin, house.log_id]
    assert verify(house.public_key, "".join(f"{line}\n" for line in signed).encode(), unb64u(signature))
    return int(signed[4]), bytes.fromhex(signed[5])


def test_the_code_on_paper_is_a_signed_state_that_today_s_list_goes_on_from(past_vote):
    last = sign_checkpoint()
    seen = set()
    for data in everything_printed(past_vote.box, past_vote.sessions[0]):
        [note] = pdf_codes(data)
        size, root = checkpoint_of(note)
        proof = from_stored(lambda node, size=size: tree.consistency_proof(size, last.size, node))
        assert tree.is_consistent(size, last.size, root, bytes.fromhex(last.root), proof)
        seen.add(size)
    assert len(seen) >= 4


def test_a_state_is_the_one_whose_last_record_is_the_turn_itself(past_vote):
    """Opening, closing, reconciling: each is signed at once, so that nothing stands between the turn and its state."""
    box, session = past_vote.box, past_vote.sessions[0]
    states = [states_of_box(box)["opening"], *states_of_session(session).values()]
    assert [one.size for one in states] == sorted(one.size for one in states)
    for one in states:
        last = Checkpoint.objects.filter(size__lt=one.size).order_by("-size").first()
        assert last is None or last.size < one.size


def test_the_sheet_of_the_opening_says_that_no_ballot_was_there_yet(past_vote):
    for sheet, of in ((sheet_of_session, past_vote.sessions[0]), (sheet_of_box, past_vote.box)):
        data = printed.as_pdf(lambda sheet=sheet, of=of: sheet(of, "opening"), "en")
        assert "Ballots then in the list 0" in pdf_text(data)


def test_a_session_that_never_took_place_has_no_state_of_its_opening():
    box = make_box()
    session, officer = make_session(box), User.objects.create_user("officer@example.org")
    meetings.close_session(session=session, by=officer)
    session.refresh_from_db()
    assert not was_opened(session)
    with pytest.raises(NoSuchState):
        sheet_of_session(session, "opening")
