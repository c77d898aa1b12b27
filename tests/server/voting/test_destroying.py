"""What is kept for contests goes at its date, really; what is published stays, and still adds up."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from server.ledger.installation import installation
from server.ledger.models import Payload, Record
from server.office.models import Job
from server.opendata.actions import published_folder
from server.paper import storage
from server.paper.models import Adjudication, PrintRun, Reading, ScanBatch
from server.processes.days import day_begun
from server.voting import actions as voting
from server.voting.balance import balance_of
from server.voting.models import Box, Challenge, Matching, RollEntry, SampleLetter
from server.voting.refusals import AlreadyDestroyed, KeptLonger, NotDueYet, NotLonger, WrongState
from tests.server.votes import make_session, make_vote, noon, on_paper, print_sheets
from tests.server.voting.test_challenges import at_kiosk, decide, elsewhere, finish, from_paper

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def vote_once(ground):
    """Certified just now: two voted at home, one on a sheet whose scan lies there with what was read on it."""
    vote = make_vote()
    vote.online(0, "verger")
    vote.online(1, "bancs")
    voting.exchange_pass(session=vote.session, code_text=vote.hand_over(2).text, by=vote.officer)
    (_code, sheet), *_rest = print_sheets(vote, 2)
    on_paper(vote, sheet, ["lavoir"])
    scan(vote, sheet)
    vote.finish(passes_unused=7, passes_spoiled=0, passes_returned=0, sheets_in_box=1, sheets_unused=1)
    return vote.refresh()


def scan(vote, sheet) -> None:
    """The files of paper, where the room keeps them."""
    names = {}
    for kind in ("print", "scan", "image"):
        path = storage.folder("print" if kind == "print" else "scans") / storage.new_name(kind, ".bin")
        storage.write_private(path, b"choices and a serial")
        names[kind] = storage.relative(path)
    PrintRun.objects.filter(box=vote.box).update(file=names["print"])
    batch = ScanBatch.objects.create(session=vote.session, filename="a.pdf", file=names["scan"], status="read")
    reading = Reading.objects.create(
        batch=batch, page=1, sheet=sheet, box=vote.box, status="doubtful", image=names["image"],
        fingerprint="f" * 64, scores={"q1": [0.9]}, interpretation={"choices": {"q1": ["lavoir"]}},
    )  # fmt: skip
    Adjudication.objects.create(
        reading=reading, decided_by=vote.officer, outcome="choices", choices={"q1": ["lavoir"]}, note="clear"
    )


def let_pass(box: Box, days: int) -> None:
    Box.objects.filter(pk=box.pk).update(certified_at=noon(days))


def begin_day() -> list[tuple[object, object]]:
    return day_begun.send_robust(sender=None, day=timezone.localdate())


def sealed_bodies(box: Box) -> list[bytes]:
    """Wherever they lie."""
    rows = Payload.objects.filter(record__definition=box.definition_hash, record__type="ballot.sealed")
    beside = rows.exclude(body=b"").values_list("body", flat=True)
    return [bytes(body) for body in (*beside, *box.sealed_ballots.values_list("body", flat=True))]


def files() -> list[str]:
    return sorted(path.name for path in storage.media().rglob("*") if path.is_file())


def sums(place) -> list[dict]:
    """The equations; but for the log, which grows by the record of the destruction."""
    return [one for one in (equation.as_json() for equation in balance_of(place)) if one["number"] != 10]


def test_before_its_day_nothing_is_destroyed_whoever_asks(vote):
    let_pass(vote.box, 59)
    with pytest.raises(NotDueYet):
        voting.destroy_remains(box=vote.box)
    begin_day()
    assert len(sealed_bodies(vote.box)) == 3 and len(files()) == 3
    assert RollEntry.objects.filter(family_name="Nom2").exists()


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_its_day_is_a_day_of_the_town_at_every_hour_and_across_a_change_of_the_clocks(hour):
    paris = ZoneInfo("Europe/Paris")
    certified = dt.datetime(2027, 9, 24, hour, 45, tzinfo=paris).astimezone(dt.UTC)
    box = Box(certified_at=certified, keep_days=60)
    assert box.destroy_on == dt.date(2027, 11, 23)


def test_an_open_box_cannot_be_destroyed():
    with pytest.raises(WrongState):
        voting.destroy_remains(box=make_vote().box)


def test_on_its_day_keys_ballots_images_readings_and_names_are_gone(vote):
    voting.match_account(entry=vote.entries[3], user=vote.officer)
    let_pass(vote.box, 60)
    begin_day()
    vote.refresh()
    assert vote.box.destroyed_at
    assert not Matching.objects.exists()
    assert sealed_bodies(vote.box) == []
    assert list(installation().key_dir.glob(f"box-{vote.box.ref}.*")) == []
    assert files() == []
    reading = Reading.objects.get()
    assert (reading.image, reading.fingerprint, reading.scores, reading.interpretation) == ("", "", {}, {})
    decision = Adjudication.objects.get()
    assert (decision.choices, decision.note) == ({}, "") and decision.decided_by == vote.officer
    people = RollEntry.objects.all()
    assert len(people) == 6 and {one.family_name + one.given_name + one.email for one in people} == {""}
    assert not [one for one in people if not one.number.startswith("#")]
    assert Record.objects.get(type="box.destroyed").definition == vote.box.definition_hash


def where(words: str) -> set[str]:
    """Every column of every table in which these words stand, whatever its kind."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField):
                values = model._base_manager.values_list(field.attname, flat=True)
                if any(words in _as_text(value) for value in values.iterator()):
                    found.add(f"{model.__name__}.{field.name}")
    return found


def _as_text(value: object) -> str:
    raw = isinstance(value, bytes | memoryview)
    return bytes(value).decode(errors="replace") if raw else str(value)  # type: ignore[arg-type]


def test_why_a_challenge_was_decided_and_what_a_letter_was_answered_go_with_the_roll():
    """Both are words about one person, as somebody told them. How many there were, and what came of it, stays."""
    vote = make_vote()
    paper = elsewhere(vote)
    at_kiosk(vote, vote.hand_over(0))
    at_kiosk(paper, paper.stack.pop())
    challenge = from_paper(paper)
    decide(challenge, vote, reason="Odile Bréguet was at both halls.")
    finish(vote, paper)
    until = timezone.localdate() + dt.timedelta(days=9)
    draw = {"size": 1, "seed": "4 2 6", "answer_by": until, "answer_to": "Mairie"}
    letter = voting.draw_sample(box=vote.refresh().box, by=vote.officer, **draw).letters.get()
    voting.note_answer(letter=letter, answer="denied", note="Odile Bréguet was abroad.", by=vote.officer)
    voting.open_box(box=vote.box, by=vote.officer)
    voting.certify_box(box=vote.box, by=vote.officer)
    assert where("Odile Bréguet") == {"Challenge.reason", "SampleLetter.note"}
    let_pass(vote.box, 60)
    begin_day()
    assert where("Odile Bréguet") == set()
    assert (Challenge.objects.get().state, SampleLetter.objects.get().answer) == ("first", "denied")


def test_what_was_published_still_verifies_and_the_accounts_are_the_same(vote):
    before = sums(vote.box), sums(vote.session)
    let_pass(vote.box, 60)
    begin_day()
    vote.refresh()
    assert (sums(vote.box), sums(vote.session)) == before
    folder = published_folder(vote.box)
    assert subprocess.run([sys.executable, str(folder / "verify.py")], capture_output=True).returncode == 0


def test_again_is_the_same_as_once(vote):
    let_pass(vote.box, 60)
    for _day in range(2):
        begin_day()
    assert Record.objects.filter(type="box.destroyed").count() == 1


def test_interrupted_halfway_it_is_done_again_and_comes_to_its_end(vote, monkeypatch):
    """Files go first: a row that names a file no longer there hinders nobody."""
    let_pass(vote.box, 60)
    with monkeypatch.context() as broken, pytest.raises(OSError):
        broken.setattr("server.voting.boxkeys.destroy_keys", lambda box: (_ for _ in ()).throw(OSError("disk")))
        voting.destroy_remains(box=vote.box)
    assert Box.objects.get(pk=vote.box.pk).destroyed_at is None and files() == []
    begin_day()
    assert Box.objects.get(pk=vote.box.pk).destroyed_at


def test_the_roll_stays_while_another_vote_needs_it(vote):
    """A draft too: next year's vote is prepared with the same people."""
    Box.objects.create(
        component=vote.box.component, title={"fr": "Encore"}, regime="person", roll=vote.box.roll, doors=["web"]
    )
    let_pass(vote.box, 60)
    begin_day()
    assert RollEntry.objects.filter(family_name="Nom2").exists()


def test_scans_of_an_evening_with_two_votes_stay_until_the_second_is_over(vote):
    other = Box.objects.create(component=vote.box.component, title={"fr": "Autre"}, regime="pass", doors=["paper"])
    vote.session.boxes.add(other)
    let_pass(vote.box, 60)
    begin_day()
    batch = ScanBatch.objects.get()
    assert batch.file and storage.absolute(batch.file).exists()
    assert Reading.objects.get().image == ""  # this page was of the vote that is over


def test_one_box_that_stumbles_does_not_keep_the_others(vote, monkeypatch):
    second = make_vote(officer="second@example.org", slug="second", letters=False, passes=0)
    second.finish()
    for box in (vote.box, second.box):
        let_pass(box, 60)
    real = voting.destroy_remains

    def stumble(*, box, tell):
        if box.pk == vote.box.pk:
            raise OSError("disk")
        return real(box=box, tell=tell)

    monkeypatch.setattr("server.voting.days.destroy_remains", stumble)
    outcomes = [outcome for _receiver, outcome in begin_day() if isinstance(outcome, Exception)]
    assert len(outcomes) == 1
    assert Box.objects.get(pk=second.box.pk).destroyed_at and not Box.objects.get(pk=vote.box.pk).destroyed_at
    assert dict(Job.objects.values_list("key", "state")) == {vote.box.ref: "failed", second.box.ref: "done"}


def test_people_can_watch_how_far_the_destruction_is(vote, monkeypatch):
    """Begun by its day and by nobody: shown among the jobs of the space, with how many files are gone."""
    let_pass(vote.box, 60)
    monkeypatch.setattr("server.paper.days.TELL_EVERY", 1)
    told: list[tuple[int, int]] = []
    monkeypatch.setattr("server.office.jobs.beat", lambda job, done, of: told.append((done, of)))
    begin_day()
    files = told[-1][1]
    assert files >= 3 and told == [(0, 0), *((number, files) for number in range(1, files + 1))]
    job = Job.objects.get()
    assert (job.kind, job.key, job.state, job.by) == ("box.destroyed", vote.box.ref, "done", None)


def test_a_contest_puts_the_day_off_and_never_brings_it_forward(vote):
    day = vote.box.destroy_on
    for wrong in (day, day - dt.timedelta(days=1)):
        with pytest.raises(NotLonger):
            voting.keep_longer(box=vote.box, until=wrong, reason="no", by=vote.officer)
    with pytest.raises(KeptLonger):
        voting.keep_longer(box=vote.box, until=day + dt.timedelta(days=3000), reason="for ever", by=vote.officer)
    later = day + dt.timedelta(days=30)
    box = voting.keep_longer(box=vote.box, until=later, reason="TA 2027-17", by=vote.officer)
    assert box.destroy_on == later
    let_pass(box, 61)
    begin_day()
    assert not Box.objects.get(pk=box.pk).destroyed_at
    assert "TA 2027-17" not in Record.objects.get(type="box.kept_longer").header


def test_what_is_gone_cannot_be_kept(vote):
    let_pass(vote.box, 60)
    begin_day()
    with pytest.raises(AlreadyDestroyed):
        voting.keep_longer(box=vote.box, until=timezone.localdate() + dt.timedelta(days=9), reason="x", by=vote.officer)


def test_the_days_are_frozen_with_the_box():
    vote = make_vote()
    assert '"keep_days":60' in vote.box.definition
    with pytest.raises(IntegrityError), transaction.atomic():
        Box.objects.filter(pk=vote.box.pk).update(keep_days=15)


def test_a_session_that_never_took_place_hinders_nothing(vote):
    make_session(vote.box)
    let_pass(vote.box, 60)
    assert voting.destroy_remains(box=vote.box).destroyed_at
