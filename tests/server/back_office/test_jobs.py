"""Long work: started once, watched, refused in words, gone on with when its worker died."""

from __future__ import annotations

import os
import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.utils import timezone

from server.accounts.models import User
from server.office import jobs
from server.office.models import Act, Job
from server.processes.models import Space
from server.voting.actions import close_voting, reconcile_box
from server.voting.actions.rolls import AT_ONCE, import_people, make_roll
from server.voting.models import Box, Roll, RollEntry
from server.voting.roll_import import Person
from tests.server.back_office.conftest import login

pytestmark = pytest.mark.django_db
PEOPLE = b"number;family_name\n" + b"".join(b"%d;Name%d\n" % (n, n) for n in range(1, 31))


@pytest.fixture
def roll(organiser) -> Roll:
    return make_roll(space=Space.objects.get(), title="Liste", by=User.objects.get())


def ask(client, roll: Roll) -> str:
    """Send a file; returns the token of the preview."""
    preview = client.post(f"/office/prepare/rolls/{roll.pk}/import/", {"file": SimpleUploadedFile("a.csv", PEOPLE)})
    found = re.search(rb'name="token" value="([0-9a-f]{32})"', preview.content)
    assert found
    return found[1].decode()


def confirm(client, roll: Roll, token: str):
    return client.post(f"/office/prepare/rolls/{roll.pk}/import/confirm/", {"token": token})


def test_d19_two_clicks_start_one_job(organiser, roll):
    token = ask(organiser, roll)
    first, second = (confirm(organiser, roll, token).url for _click in range(2))
    assert first == second and Job.objects.count() == 1


def test_the_page_of_a_job_survives_a_reload_and_tells_the_end(organiser, roll):
    page = confirm(organiser, roll, ask(organiser, roll)).url
    job = Job.objects.get()
    for _reload in range(2):
        assert "Waiting for its turn." in organiser.get(page).content.decode()
    Job.objects.update(state="running")
    jobs.beat(job, 12_000, 30_000)
    told = organiser.get(f"{page}part/").content.decode()
    assert "12,000 of 30,000" in told and 'value="40"' in told
    jobs.run_job(job)
    told = organiser.get(page).content.decode()
    assert "The people are on the roll." in told and f"/office/prepare/rolls/{roll.pk}/" in told
    assert "hx-get" not in told
    assert RollEntry.objects.count() == 30
    assert Act.objects.get(deed="roll.imported").by == User.objects.get()


def test_s7_a_job_whose_worker_died_says_so_and_goes_on_without_doing_twice(organiser, roll):
    page = confirm(organiser, roll, ask(organiser, roll)).url
    job = Job.objects.get()
    Job.objects.update(state="running")
    jobs.beat(job, 1, 30)
    assert "Nothing was heard" not in organiser.get(page).content.decode()
    long_ago = time.time() - 600
    os.utime(jobs._path(job), (long_ago, long_ago))
    Job.objects.update(created_at=timezone.now() - timezone.timedelta(minutes=20))
    assert "Nothing was heard" in organiser.get(page).content.decode()
    with TestCase.captureOnCommitCallbacks(execute=True):
        organiser.post(f"{page}go-on/")
    job.refresh_from_db()
    assert (job.state, RollEntry.objects.count()) == ("done", 30)
    jobs.run_job(job)  # the worker that was thought dead comes back
    roll.refresh_from_db()
    assert roll.version == 2


def test_what_stops_a_job_is_said_in_the_words_of_its_asker(organiser, roll):
    page = confirm(organiser, roll, ask(organiser, roll)).url
    job = Job.objects.get()
    Box.objects.create(component=component_of(roll.space), roll=roll, regime="person", state="open", title="V")
    jobs.run_job(job)
    told = organiser.get(page).content.decode()
    assert "This was not done" in told and "A vote with this roll has begun" in told
    assert not RollEntry.objects.exists()


def component_of(space: Space):
    return space.components.create(kind="budget", title="B")


def test_a_bug_ends_a_job_and_shows_nothing_of_our_insides(organiser, roll, monkeypatch):
    page = confirm(organiser, roll, ask(organiser, roll)).url

    def broken(job, tell):
        raise ZeroDivisionError("inside")

    kind = jobs.KINDS["roll.import"]
    monkeypatch.setitem(jobs.KINDS, "roll.import", jobs.Kind(broken, kind.title, kind.done, kind.address))
    with pytest.raises(ZeroDivisionError):
        jobs.run_job(Job.objects.get())
    told = organiser.get(page).content.decode()
    assert "A fault of the programme stopped it." in told and "inside" not in told
    assert confirm(organiser, roll, ask(organiser, roll)).url != page  # and it can be tried again


def test_an_import_tells_how_far_it_is(organiser, roll):
    heard: list[tuple[int, int]] = []
    people = [Person(n, str(n), f"N{n}") for n in range(1, AT_ONCE + 3)]
    import_people(roll=roll, people=people, by=User.objects.get(), tell=lambda *told: heard.append(told))
    assert heard == [(AT_ONCE, AT_ONCE + 2), (AT_ONCE + 2, AT_ONCE + 2)]


def test_a_box_is_opened_and_certified_in_the_background(open_vote, town):
    client, box = login(town.staff["organiser"]), open_vote.box
    for session in open_vote.sessions:
        type(session).objects.filter(pk=session.pk).update(state="reconciled")
    close_voting(box=box, by=town.staff["organiser"])
    reconcile_box(box=box, by=town.staff["organiser"])
    with TestCase.captureOnCommitCallbacks(execute=True):
        page = client.post(f"/office/boxes/{box.ref}/closing/open/").url
    assert "The box is open." in client.get(page).content.decode()
    box.refresh_from_db()
    assert box.state == "opened"


def test_x8_a_job_is_seen_by_the_organisers_of_its_space(organiser, roll, open_vote, town):
    page = confirm(organiser, roll, ask(organiser, roll)).url
    stranger = login(town.staff["organiser"])
    assert [stranger.get(page).status_code, stranger.post(f"{page}go-on/").status_code] == [404, 404]
