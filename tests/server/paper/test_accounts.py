"""Every sheet printed is somewhere, and a whole evening of paper ends in the log."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from server.ledger.models import Record
from server.paper import actions as paper
from server.paper import storage
from server.paper.accounts import seen_of, sheet_accounts
from server.paper.models import Reading, Sheet
from server.voting import actions as voting
from tests.server.paper.test_reading import opened
from tests.server.paper_bench import Paper
from tests.server.votes import print_sheets

pytestmark = pytest.mark.django_db
CHOICES = ["lavoir", "bancs", "verger", "piste", "kiosque"]


def balance(account: dict) -> int:
    """The left side of the account less its right side: nought, always."""
    places = ("automatic", "adjudicated", "waiting", "refused", "spoiled", "unused", "missing")
    return account["printed"] - sum(account[place] for place in places)


def test_an_evening_of_paper_b1_b2_b3_b4_b5(desk_paper: Paper):
    """Thirty sheets: marked, scanned, one photocopied, two unclear, one spoiled, three unused, one lost."""
    vote, run = desk_paper.vote, desk_paper.print(30)
    tests = desk_paper.sheets(desk_paper.print(1, is_test=True))
    sheets = desk_paper.sheets(run)
    rng = np.random.default_rng(3)
    said = [sorted(rng.choice(CHOICES, size=rng.integers(0, 4), replace=False), key=CHOICES.index) for _ in range(23)]
    pages = [desk_paper.mark(sheet, *chosen, style="cross") for sheet, chosen in zip(sheets, said, strict=False)]
    unclear = [desk_paper.mark(sheets[23], "bancs", style="dot"), desk_paper.mark(sheets[24], *CHOICES[:4])]
    photocopy = desk_paper.mark(sheets[0], *(set(CHOICES[:3]) ^ set(said[0][:1])), style="cross")
    batch = desk_paper.upload(desk_paper.scan([*pages, *unclear, photocopy, pages[1], *tests]))

    statuses = Counter(batch.readings.values_list("status", flat=True))
    assert statuses == {"automatic": 23, "doubtful": 2, "conflict": 1, "repeated": 1, "refused": 1}
    account = sheet_accounts(vote.session, vote.box)
    assert (account["automatic"], account["waiting"], balance(account)) == (22, 3, 0)

    dot, too_many, copy = Reading.objects.waiting().order_by("page")
    paper.adjudicate(reading=dot, outcome="choices", choices={"q1": ["bancs"]}, by=vote.officer)
    paper.adjudicate(reading=too_many, outcome="invalid", by=vote.officer)
    paper.adjudicate(reading=copy, outcome="discard", by=vote.officer)
    spoiled = Sheet.objects.filter(run=run, ballot="").first()
    Sheet.objects.filter(pk=spoiled.pk).update(is_spoiled=True)
    paper.count_unused(run=run, unused=3, by=vote.officer)

    account = sheet_accounts(vote.session, vote.box)
    expected = {"printed": 30, "automatic": 23, "adjudicated": 2, "waiting": 0, "spoiled": 1, "unused": 3, "missing": 1}
    assert {name: account[name] for name in expected} == expected
    assert (balance(account), account["test"]) == (0, 1)
    assert not Sheet.objects.undecided().exists()

    ballots = [opened(desk_paper, sheet.ballot)["q1"] for sheet in Sheet.objects.exclude(ballot="")]
    assert sorted(ballots) == sorted([*said, ["bancs"], [""]])
    assert Record.objects.filter(type="ballot.sealed").count() == 25


def test_sheets_handed_out_are_passes_taken_in_and_replacements(desk_paper: Paper):
    vote = desk_paper.vote
    voting.exchange_pass(session=vote.session, code_text=vote.stack[0].text, by=vote.officer)
    voting.exchange_pass(session=vote.session, code_text=vote.stack[1].text, by=vote.officer)
    account = sheet_accounts(vote.session, vote.box)
    assert (account["exchanged"], account["replacements"], account["handed_out"]) == (2, 0, 2)


def test_a_forged_sheet_is_counted_beside_the_printed_ones_never_among_them_b3(desk_paper: Paper):
    run = desk_paper.print(2)
    sheets = desk_paper.sheets(run)
    readings = desk_paper.read(*sheets)
    assert [reading.status for reading in readings] == ["automatic"] * 2
    other = Paper(desk_paper.vote)
    forged_run = other.print(1)
    forged = other.sheets(forged_run)[0]
    forged_run.sheets.all().delete()
    type(forged_run).objects.filter(pk=forged_run.pk).delete()
    desk_paper.read(forged)
    account = sheet_accounts(desk_paper.vote.session, desk_paper.vote.box)
    assert (account["printed"], account["automatic"], account["refused"], account["refused_images"]) == (2, 2, 0, 1)
    assert balance(account) == 0


def test_accounts_are_plain_numbers(desk_paper: Paper):
    desk_paper.print(2)
    account = sheet_accounts(desk_paper.vote.session, desk_paper.vote.box)
    assert json.loads(json.dumps(account)) == account
    assert account["missing"] == 2
    assert account["is_unused_counted"] is False


def test_a_killed_print_leaves_nothing_and_is_begun_again_s7(desk_paper: Paper, monkeypatch):
    def killed(*args, **facts):
        raise SystemExit

    vote = desk_paper.vote
    run = paper.make_print_run(box=vote.box, session=vote.session, quantity=4, by=vote.officer)
    with monkeypatch.context() as patch:
        patch.setattr("server.paper.printing.Sheet.objects.bulk_create", killed)
        with pytest.raises(SystemExit):
            paper.draw_print_run(run=run)
    assert (run.sheets.count(), type(run).objects.get(pk=run.pk).file) == (0, "")
    done = paper.draw_print_run(run=run)
    assert (done.status, done.sheets.count()) == ("ready", 4)
    assert len(list((desk_paper_folder(done)).glob("sheets-*.pdf"))) == 1, "what the killed one left is gone"
    again = paper.draw_print_run(run=run)
    assert (again.file, again.sheets.count()) == (done.file, 4)


def desk_paper_folder(run):
    return storage.absolute(run.file).parent


def test_killed_passes_are_taken_back_and_made_anew_s7(desk_paper: Paper, monkeypatch):
    def killed(*args, **facts):
        raise SystemExit

    vote = desk_paper.vote
    before = vote.session.pass_batches.count()
    run = paper.order_passes(session=vote.session, quantity=3, by=vote.officer)
    with monkeypatch.context() as patch:
        patch.setattr("server.paper.printing.draw_passes", killed)
        with pytest.raises(SystemExit):
            paper.draw_slips(run=run)
    run.refresh_from_db()
    assert run.status == "failed"
    first = run.passes_id
    done = paper.draw_slips(run=run)
    assert (done.status, done.passes.passes.count()) == ("ready", 3)
    assert done.passes_id != first
    assert vote.session.pass_batches.count() == before + 1


def test_sheets_are_held_against_images_and_lost_ones_are_named_b19(desk_paper: Paper):
    """Three sheets: two scanned, one typed in; the disk lost an image of one."""
    vote = desk_paper.vote
    first, second = desk_paper.sheets(desk_paper.print(2))
    readings = desk_paper.read(desk_paper.mark(first, "bancs"), desk_paper.mark(second, "piste"))
    [(code, _sheet)] = print_sheets(vote, 1)
    for _time in range(2):
        paper.key_sheet(session=vote.session, code_text=code.text, outcome="invalid", by=vote.officer)
    seen = seen_of(vote.session)
    assert (seen.in_box, seen.sheets, seen.typed_in, seen.lost, seen.on_their_way) == (None, 3, 1, [], 0)
    storage.absolute(readings[1].image).unlink()
    assert seen_of(vote.session).lost == [("scan.pdf", 2)]
