"""From the printed sheet to the sealed ballot: what is automatic, what is refused, what goes to people."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
import pytest

from printouts import simulate
from printouts.draw import draw_sheets
from server.accounts.models import User
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.paper import actions as paper
from server.paper.models import Reading, ScanBatch, Sheet
from server.voting import actions as voting
from server.voting import boxkeys
from server.voting.definitions import Definition
from server.voting.sealing import unseal
from tests.server.paper_bench import Paper
from tests.server.votes import Vote, make_box, make_session

pytestmark = pytest.mark.django_db


def opened(paper_: Paper, record_id: str) -> dict[str, list[str]]:
    """What a sealed ballot says, with the key that only the installation has."""
    box = paper_.vote.box
    body = bytes(Record.objects.get(pk=record_id).payload.body)
    return unseal(body, box_private=boxkeys.private_key(box), definition=Definition.of(box).hash_bytes)


def ballots() -> int:
    return Record.objects.filter(type="ballot.sealed").count()


def test_clear_marks_become_sealed_ballots(desk_paper: Paper):
    sheets = desk_paper.sheets(desk_paper.print(3))
    first, second, blank = desk_paper.read(
        desk_paper.mark(sheets[0], "lavoir", "verger"), desk_paper.mark(sheets[1], "piste"), sheets[2]
    )
    assert [first.status, second.status, blank.status] == ["automatic"] * 3
    assert opened(desk_paper, first.sheet.ballot) == {"q1": ["lavoir", "verger"]}
    assert opened(desk_paper, second.sheet.ballot) == {"q1": ["piste"]}
    assert opened(desk_paper, blank.sheet.ballot) == {"q1": []}, "a blank sheet is a blank ballot"


def test_the_log_names_the_sheet_by_its_keyed_value_only(desk_paper: Paper):
    sheet = desk_paper.sheets(desk_paper.print(1))[0]
    (reading,) = desk_paper.read(desk_paper.mark(sheet, "bancs"))
    record = Record.objects.get(pk=reading.sheet.ballot)
    assert record.payload.subject == f"sheet:{reading.sheet.use_value}"
    assert reading.sheet.use_value not in record.header


def test_the_same_sheet_read_again_with_the_same_marks_casts_no_second_ballot_b1(desk_paper: Paper):
    marked = desk_paper.mark(desk_paper.sheets(desk_paper.print(1))[0], "bancs", "piste")
    first, again = desk_paper.read(marked, marked)
    (third,) = desk_paper.read(marked)
    assert [first.status, again.status, third.status] == ["automatic", "repeated", "repeated"]
    assert ballots() == 1


def test_the_same_file_sent_twice_is_one_batch_b1(desk_paper: Paper):
    data = desk_paper.scan([desk_paper.mark(desk_paper.sheets(desk_paper.print(1))[0], "bancs")])
    first = desk_paper.upload(data)
    assert desk_paper.upload(data, "again.pdf") == first
    assert (ballots(), Reading.objects.count(), ScanBatch.objects.count()) == (1, 1, 1)


def test_a_photocopy_with_other_marks_goes_to_people_b2(desk_paper: Paper):
    blank = desk_paper.sheets(desk_paper.print(1))[0]
    first, copy = desk_paper.read(desk_paper.mark(blank, "bancs"), desk_paper.mark(blank, "piste"))
    assert (first.status, copy.status, copy.reason) == ("automatic", "conflict", "other_marks")
    assert ballots() == 1
    assert list(Sheet.objects.undecided()) == [first.sheet]


def test_a_serial_that_was_never_printed_is_refused_and_its_image_kept_b3(desk_paper: Paper):
    run = desk_paper.print(1)
    blank = desk_paper.sheets(run)[0]
    Sheet.objects.filter(run=run).delete()
    (forged,) = desk_paper.read(desk_paper.mark(blank, "bancs"))
    assert (forged.status, forged.reason, forged.sheet) == ("refused", "unknown_serial", None)
    assert forged.image and forged.box == desk_paper.vote.box
    assert ballots() == 0


def test_a_test_sheet_never_counts_b4(desk_paper: Paper):
    blank = desk_paper.sheets(desk_paper.print(1, is_test=True))[0]
    (reading,) = desk_paper.read(desk_paper.mark(blank, "bancs"))
    assert (reading.status, reading.reason) == ("refused", "test_sheet")
    assert reading.interpretation["choices"] == {"q1": ["bancs"]}, "what was seen is shown all the same"
    assert ballots() == 0


def test_a_sheet_of_another_box_of_ours_and_of_another_town_are_told_apart_b4_b5(desk_paper: Paper):
    box = make_box(people=1)
    session = make_session(box)
    voting.freeze_box(box=box, by=desk_paper.vote.officer)
    box.refresh_from_db()
    other = Paper(Vote(box=box, session=session, officer=desk_paper.vote.officer))
    out = io.BytesIO()
    draw_sheets(other.layout, [(bytes(10), False)], definition=b"\x2a" * 32, caption=lambda serial: "0", out=out)
    ours, theirs = desk_paper.read(other.sheets(other.print(1))[0], next(simulate.rasterise(out.getvalue(), dpi=150)))
    assert (ours.status, ours.reason) == ("refused", "other_box")
    assert (theirs.status, theirs.reason) == ("refused", "unknown_definition")


def test_a_layout_that_this_definition_never_had_is_refused_b5(desk_paper: Paper):
    out = io.BytesIO()
    newer = dataclasses.replace(desk_paper.layout, number=9)
    definition = bytes.fromhex(desk_paper.vote.box.definition_hash)
    draw_sheets(newer, [(bytes(10), False)], definition=definition, caption=lambda serial: "0", out=out)
    (reading,) = desk_paper.read(next(simulate.rasterise(out.getvalue(), dpi=150)))
    assert (reading.status, reading.reason) == ("refused", "unknown_layout")


def test_a_sheet_of_another_session_of_the_same_box_is_named_so_b4(desk_paper: Paper):
    vote = desk_paper.vote
    evening = make_session(vote.box)
    other = Paper(Vote(box=vote.box, session=evening, officer=vote.officer))
    (reading,) = desk_paper.read(other.sheets(other.print(1))[0])
    assert (reading.status, reading.reason) == ("refused", "other_session")


def test_a_spoiled_sheet_is_refused(desk_paper: Paper):
    run = desk_paper.print(1)
    blank = desk_paper.sheets(run)[0]
    run.sheets.update(is_spoiled=True)
    (reading,) = desk_paper.read(desk_paper.mark(blank, "bancs"))
    assert (reading.status, reading.reason) == ("refused", "spoiled_sheet")


def test_too_many_marks_and_faint_marks_go_to_people(desk_paper: Paper):
    sheets = desk_paper.sheets(desk_paper.print(2))
    too_many, faint = desk_paper.read(
        desk_paper.mark(sheets[0], "lavoir", "bancs", "verger", "piste"),
        desk_paper.mark(sheets[1], "bancs", style="dot"),
    )
    assert (too_many.status, too_many.reason) == ("doubtful", "too_many")
    assert faint.status == "doubtful"
    assert faint.interpretation["doubtful"] == {"q1": ["bancs"]}
    assert ballots() == 0


def test_a_page_without_code_and_a_white_back_are_refused_by_name(desk_paper: Paper):
    white = np.full((1754, 1240), 250, np.uint8)
    stripes = white.copy()
    stripes[::40] = 0
    back, other = desk_paper.read(white, stripes)
    assert (back.status, back.reason) == ("refused", "blank_page")
    assert (other.status, other.reason) == ("refused", "no_code")


def test_a_killed_reading_goes_on_where_it_was_s7(desk_paper: Paper, monkeypatch):
    sheets = desk_paper.sheets(desk_paper.print(5))
    data = desk_paper.scan([desk_paper.mark(sheet, "bancs") for sheet in sheets])
    monkeypatch.setattr("server.paper.scanning.CHUNK_PAGES", 2)
    monkeypatch.setattr("server.paper.scanning.CHUNK_S", 3600)  # by number alone: a busy machine cuts the same pieces
    real = paper.store_pages

    def killed(*, batch, pages):
        if pages[0].page > 2:
            raise SystemExit
        return real(batch=batch, pages=pages)

    monkeypatch.setattr("server.paper.scanning.store_pages", killed)
    batch = paper.receive_scans(
        session=desk_paper.vote.session, filename="s.pdf", data=data, by=desk_paper.vote.officer
    )
    with pytest.raises(SystemExit):
        paper.read_batch(batch=batch)
    assert ballots() == 2
    monkeypatch.setattr("server.paper.scanning.store_pages", real)
    batch = paper.read_batch(batch=batch)
    assert (batch.status, batch.done_count, batch.page_count, ballots()) == ("read", 5, 5, 5)


def test_a_box_that_is_not_open_yet_stops_the_batch_and_loses_nothing(db):
    box, officer = make_box(people=1), User.objects.create_user("o@example.org")
    voting.freeze_box(box=box, by=officer)
    box.refresh_from_db()
    early = Paper(Vote(box=box, session=make_session(box), officer=officer))
    sheet = early.sheets(early.print(1))[0]
    batch = early.upload(early.scan([early.mark(sheet, "bancs")]))
    assert (batch.status, batch.error, batch.readings.count()) == ("failed", "box_not_open", 0)
    voting.open_voting(box=box, by=officer)
    meetings.open_session(session=early.vote.session, by=officer)
    assert paper.read_batch(batch=batch).status == "read"
    assert ballots() == 1
