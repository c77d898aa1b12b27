"""Once a box is opened nothing joins a ballot to who cast it (I7, promise 5): tried with everything a thief can have.

The thief holds the live database, the key of the box, the pseudonyms' key from before, and what a voter can show: the
code of a pass or a letter, an account, the id on a receipt. Before the opening he reads every choice; afterwards none.
"""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from server.devices import authentic, importing, intake, judging
from server.ledger.codes import Code
from server.ledger.models import Held, Payload, Record
from server.ledger.receipts import receipt_for
from server.ledger.records import commitment, parse_header
from server.meetings import actions as meetings
from server.operations.rows import dump, tables
from server.processes.days import day_begun
from server.voting import actions as voting
from server.voting import boxkeys
from server.voting.actions.untying import EMPTY
from server.voting.balance import balance_of
from server.voting.models import Box, SealedBallot, SealingKey
from server.voting.out_of_line import groups_of
from server.voting.rights import Right
from server.voting.sealing import CannotOpen, ephemeral, unseal
from server.voting.unsealing import reads_the_same
from tests.server.devices.test_intake import push
from tests.server.votes import ONLINE, make_vote, on_paper, print_sheets, sync, without_guards

pytestmark = pytest.mark.django_db
NO_PASS_LEFT = {"passes_spoiled": 0, "passes_returned": 0}


class Thief:
    """Reads a choice out of the database for something that a voter can show. None where he finds nothing."""

    def __init__(self, box: Box) -> None:
        self.box, self.key = box, boxkeys.private_key(box)
        self.pseudonyms = boxkeys.pseudonym_key(box)
        self.secrets = [bytes(box.letter_key), *(bytes(one.code_key) for one in box.sessions.all())]

    def by_code(self, code: Code) -> list[str] | None:
        return self._by_subject({f"use:{code.use(key).hex()}" for key in self.secrets})

    def by_entry(self, number: str) -> list[str] | None:
        return self._by_subject({boxkeys.pseudonym_under(self.pseudonyms, number)})

    def by_receipt(self, record_id: str) -> list[str] | None:
        """Beside the record; else a body whose sealing key names it, or that a salt somewhere ties to its header."""
        beside = Payload.objects.filter(record__id=record_id, record__type="ballot.sealed").first()
        if beside and beside.body:
            return self._read(bytes(beside.body))
        header = parse_header(Record.objects.get(pk=record_id).header)
        salts = {bytes(salt) for salt in Payload.objects.values_list("body_salt", flat=True)}
        for body in self._bodies():
            keyed = SealingKey.objects.filter(record=record_id, value=commitment(b"", ephemeral(body)))
            if keyed.exists() or any(commitment(salt, body) == header.body_c for salt in salts):
                return self._read(body)
        return None

    def by_subject_commitment(self, code: Code) -> str | None:
        """The record whose header commits to this pass, found by any salt that is left."""
        subjects = [f"use:{code.use(key).hex()}".encode() for key in self.secrets]
        for record_id, salt, header in Payload.objects.filter(record__type="ballot.sealed").values_list(
            "record__id", "subject_salt", "record__header"
        ):
            if parse_header(header).subj_c in [commitment(bytes(salt), subject) for subject in subjects]:
                return record_id
        return None

    def by_order_of_keys(self) -> dict[str, list[str] | None]:
        """The k-th sealing key to be noted is of the k-th ballot of the log."""
        of_key = {commitment(b"", ephemeral(body)): body for body in self._bodies()}
        values = SealingKey.objects.filter(definition=self.box.definition_hash).order_by("pk")
        ids = Record.objects.of_box(self.box.definition_hash).ballots().order_by("index").values_list("pk", flat=True)
        pairs = zip(ids, values.values_list("value", flat=True), strict=True)
        return {one: self._read(of_key[value]) for one, value in pairs if value in of_key}

    def in_held(self) -> bool:
        return any(self.box.definition_hash.encode() in bytes(one.content) for one in Held.objects.all())

    def _bodies(self) -> list[bytes]:
        """Every sealed ballot that lies anywhere in the database."""
        beside = Payload.objects.filter(record__type="ballot.sealed").exclude(body=b"")
        kept = SealedBallot.objects.filter(box=self.box)
        return [bytes(row.body) for rows in (beside, kept) for row in rows]

    def _by_subject(self, subjects: set[str]) -> list[str] | None:
        rows = Payload.objects.filter(subject__in=subjects, record__type="ballot.sealed").exclude(body=b"")
        found = [self._read(bytes(row.body)) for row in rows.order_by("record__index")]
        return found[-1] if found else None

    def _read(self, body: bytes) -> list[str] | None:
        try:
            definition = bytes.fromhex(self.box.definition_hash)
            return unseal(body, box_private=self.key, definition=definition)["q1"]
        except CannotOpen:
            return None


class Hall:
    """A vote by letter, by account, at a kiosk and on paper, one ballot superseded, one batch held; then closed."""

    def __init__(self) -> None:
        self.vote = make_vote(people=6, passes=6)
        vote = self.vote
        self.letter = vote.online(0, "lavoir")
        voting.match_account(entry=vote.entries[1], user=vote.officer)
        account = Right.of_account(vote.box, vote.officer)
        for choice in ("piste", "bancs"):  # the second takes the place of the first
            self.entry = voting.cast_ballot(box=vote.box, right=account, choices={"q1": [choice]}, origin=ONLINE)
        self.kiosk, self.passes = vote.kiosk(), [vote.hand_over(2), vote.hand_over(3)]
        hash_ = vote.box.definition_hash
        self.cast = [
            self.kiosk.cast(hash_, code, {"q1": [choice]})
            for code, choice in zip(self.passes, ("verger", "kiosque"), strict=True)
        ]
        broken = self.kiosk.batch().replace(b'"count": 4', b'"count": 3')
        with pytest.raises(authentic.NotAuthentic):
            intake.receive_push(broken)
        voting.exchange_pass(session=vote.session, code_text=vote.hand_over(4).text, by=vote.officer)
        (_code, sheet), *_rest = print_sheets(vote, 1)
        self.paper = on_paper(vote, sheet, ["lavoir", "bancs"])
        vote.close_kiosks()

    def reconcile(self) -> Thief:
        self.vote.reconcile(passes_unused=3, **NO_PASS_LEFT, sheets_in_box=1, sheets_unused=0)
        return Thief(self.vote.refresh().box)

    def open(self) -> Box:
        self.vote.box = voting.open_box(box=self.vote.box, by=self.vote.officer)
        self.vote.refresh()
        return self.vote.box

    def seen_by(self, thief: Thief) -> dict[str, object]:
        return {
            "pass": thief.by_code(self.passes[0]),
            "letter": thief.by_code(self.vote.letters[0]),
            "account": thief.by_entry(self.vote.entries[1].number),
            "receipts": [thief.by_receipt(one.id) for one in (self.letter, self.entry, *self.cast, self.paper)],
            "commitment": thief.by_subject_commitment(self.passes[1]),
            "held": thief.in_held(),
        }


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_before_the_opening_a_thief_with_the_key_reads_every_choice_and_afterwards_none(hall):
    """So the key is kept apart from copies of the database; the first half shows that this test can fail."""
    thief = hall.reconcile()
    assert hall.seen_by(thief) == {
        "pass": ["verger"],
        "letter": ["lavoir"],
        "account": ["bancs"],
        "receipts": [["lavoir"], ["bancs"], ["verger"], ["kiosque"], ["lavoir", "bancs"]],
        "commitment": hall.cast[1].id,
        "held": True,
    }
    assert thief.by_order_of_keys()[hall.letter.id] == ["lavoir"]
    box = hall.open()
    blind = {"pass": None, "letter": None, "account": None, "receipts": [None] * 5, "commitment": None, "held": False}
    assert hall.seen_by(thief) == blind
    voting.certify_box(box=box, by=hall.vote.officer)
    assert hall.seen_by(thief) == blind


def test_orders_in_which_ballots_lie_tell_nothing(hall):
    """Rows are numbered in the order of random bytes: neither of the log, nor of the opened ballots."""
    hall.reconcile()
    hall.open()
    bodies = [bytes(one.body) for one in SealedBallot.objects.order_by("pk")]
    keys = list(SealingKey.objects.order_by("pk").values_list("value", flat=True))
    assert bodies == sorted(bodies) and len(bodies) == 5
    assert keys == sorted(keys) and len(keys) == 6
    assert {field.name for field in SealedBallot._meta.get_fields()} == {"id", "box", "position", "body"}


def places_of(text: str) -> set[str]:
    """The tables in which these characters stand, whatever the column."""
    return {
        model._meta.label
        for model in tables(apps)
        if any(text.encode() in line for line in dump(model, using="default"))
    }


def test_no_row_names_a_ballot_beside_anything_of_it(hall):
    """Every table is searched: what names a record, a pass or an entry holds nothing that leads to a choice."""
    hall.reconcile()
    hall.open()
    use = hall.passes[0].use(bytes(hall.vote.session.code_key)).hex()
    assert places_of(use) == {"voting.Pass"}
    assert places_of(hall.cast[0].id) == {"ledger.Record"}
    beside = Payload.objects.filter(record__type="ballot.sealed")
    assert {tuple(row) for row in beside.values_list(*EMPTY)} == {("", b"", b"", b"")}


def test_the_ballots_that_are_kept_read_the_same_again(hall):
    """What a contest may ask for; an opened ballot that was changed afterwards is seen (X17)."""
    thief = hall.reconcile()
    box = hall.open()
    assert reads_the_same(box, thief.key)
    with without_guards():
        box.cast_vote_records.filter(position=1).update(choices={"q1": ["piste"]})
    assert not reads_the_same(box, thief.key)


def test_again_is_the_same_as_once_after_the_opening_too(hall):
    """S1: a kiosk that sends again what it sent before hears the same verdicts, and nothing comes back to life."""
    first = push(hall.kiosk, hall.kiosk.batch(1))
    thief = hall.reconcile()
    hall.open()
    again = push(hall.kiosk, hall.kiosk.batch(1))
    assert again["verdicts"] == first["verdicts"]
    assert {one["verdict"] for one in again["verdicts"]} == {"duplicate"}
    assert {one["first"] for one in again["verdicts"]} == {"accepted"}
    assert importing.import_export(hall.kiosk.export()).verdicts == {"duplicate": len(hall.kiosk.records)}
    assert thief.by_code(hall.passes[0]) is None
    assert "path" in receipt_for(Record.objects.get(pk=hall.cast[0].id))


def test_a_ballot_that_comes_after_the_opening_is_listed_and_tied_to_nothing():
    """S14: it keeps its place in the log and its verdict; it could never be opened, and nothing of it is kept."""
    vote = make_vote(people=3, passes=3)
    early, late = vote.kiosk(), vote.kiosk()
    codes = [vote.hand_over(0), vote.hand_over(1)]
    early.cast(vote.box.definition_hash, codes[0], {"q1": ["lavoir"]})
    record = late.cast(vote.box.definition_hash, codes[1], {"q1": ["verger"]})
    early.move("closed")
    sync(early)
    device = vote.session.devices.get(dev=late.dev)
    meetings.close_session(session=vote.session, by=vote.officer)
    meetings.name_missing_device(device=device, reason="in a cupboard", by=vote.officer)
    vote.count(passes_unused=1, **NO_PASS_LEFT)
    vote.refresh().explain("It was used at the kiosk in the cupboard.")
    vote.reconcile()
    thief = Thief(vote.box)
    vote.box = voting.open_box(box=vote.box, by=vote.officer)
    before = sums(vote)
    answer = push(late, late.batch())
    assert (answer["verdicts"][-1]["verdict"], answer["verdicts"][-1]["reason"]) == ("provisional", "late")
    assert (thief.by_code(codes[1]), thief.by_receipt(record.id)) == (None, None)
    assert record.id not in SealingKey.objects.values_list("record", flat=True)
    again = push(late, late.batch(1))
    assert (again["verdicts"][-1]["verdict"], again["verdicts"][-1]["first"]) == ("duplicate", "provisional")
    assert vote.box.sealed_ballots.count() == 1 and sums(vote) == before


def test_a_ballot_that_waited_behind_a_gap_and_was_set_aside_stays_so_when_the_gap_closes():
    """S5: it was emptied with the others; that is not taken for damage."""
    vote = make_vote(people=3, passes=3)
    kiosk, code = vote.kiosk(), vote.hand_over(0)
    record = kiosk.cast(vote.box.definition_hash, code, {"q1": ["verger"]})
    push(kiosk, kiosk.batch(3))
    assert Record.objects.get(pk=record.id).reason == "gap"
    meetings.close_session(session=vote.session, by=vote.officer)
    device = vote.session.devices.get(dev=kiosk.dev)
    meetings.name_missing_device(device=device, reason="lost", by=vote.officer)
    vote.count(passes_unused=2, **NO_PASS_LEFT)
    [group] = groups_of(vote.refresh().session)
    voting.decide_group(session=vote.session, root=group.root, token=group.token, is_accepted=False, by=vote.officer)
    vote.refresh().explain("It was used at the kiosk that was lost.")
    vote.reconcile()
    thief = Thief(vote.box)
    assert thief.by_code(code) == ["verger"]
    voting.open_box(box=vote.box, by=vote.officer)
    push(kiosk, kiosk.batch(1, 2))
    row = Record.objects.get(pk=record.id)
    assert (row.verdict, row.reason) == ("quarantined", "refused")
    assert thief.by_code(code) is None


def test_a_copy_of_a_counted_ballot_is_a_copy_after_the_opening_too(hall):
    """The sealing key is nobody's any more, and still taken."""
    hall.reconcile()
    hall.open()
    copied, other = hall.cast[0], hall.passes[1]
    use = f"use:{other.use(bytes(hall.vote.session.code_key)).hex()}"
    kiosk = hall.kiosk
    with pytest.MonkeyPatch.context() as patch:
        # As if its session were not reconciled yet: otherwise "late" says enough.
        patch.setattr(judging.Judge, "_state", lambda self, record: None)
        kiosk._add("ballot.sealed", copied.body, definition=hall.vote.box.definition_hash, subject=use)
        answer = push(kiosk, kiosk.batch())
    assert (answer["verdicts"][-1]["verdict"], answer["verdicts"][-1]["reason"]) == ("quarantined", "copied")
    assert Payload.objects.get(record__id=kiosk.records[-1].id).body == b""


def test_a_batch_that_cannot_be_checked_is_held_without_its_ballots_after_the_opening(hall):
    hall.reconcile()
    hall.open()
    with pytest.raises(authentic.NotAuthentic):
        intake.receive_push(hall.kiosk.batch(1).replace(b'"count": 5', b'"count": 4'))
    assert {bytes(one.content) for one in Held.objects.all()} == {b""}
    assert {one.code for one in Held.objects.all()} == {"batch_malformed"}


def sums(vote) -> list[dict]:
    """The account of the session, as it is published."""
    vote.refresh()
    return [one.as_json() for one in balance_of(vote.session)]


def test_the_accounts_of_an_evening_are_the_same_before_and_after(hall):
    hall.reconcile()
    before = sums(hall.vote)
    assert {one["name"]: one["left"] for one in before}["kiosk_ballots"] == 2
    hall.open()
    assert sums(hall.vote) == before
    voting.certify_box(box=hall.vote.box, by=hall.vote.officer)
    voting.certify_box(box=hall.vote.box, by=hall.vote.officer)  # published again
    assert sums(hall.vote) == before


def test_another_box_of_the_same_evening_keeps_its_ballots_until_it_is_opened_itself():
    vote = make_vote(passes=0)
    other = make_vote(passes=0, officer="b@example.org", slug="other")
    mine, theirs = vote.online(0, "lavoir"), other.online(0, "piste")
    vote.reconcile()
    thief = Thief(other.box)
    voting.open_box(box=vote.box, by=vote.officer)
    assert thief.by_receipt(theirs.id) == ["piste"]
    assert Payload.objects.get(record__id=mine.id).body == b""
    other.finish()
    assert Thief.by_receipt(thief, theirs.id) is None


def test_a_box_opened_by_an_earlier_release_is_untied_on_the_next_day(hall, monkeypatch):
    monkeypatch.setattr("server.voting.actions.closing.keep_counts", lambda box: None)
    monkeypatch.setattr("server.voting.actions.closing.untie_ballots", lambda box, counted: None)
    thief = hall.reconcile()
    before = sums(hall.vote)
    hall.open()
    assert thief.by_code(hall.passes[0]) == ["verger"]
    day_begun.send(sender=Model, day=timezone.localdate())
    assert thief.by_code(hall.passes[0]) is None and thief.by_receipt(hall.cast[0].id) is None
    assert sums(hall.vote) == before
