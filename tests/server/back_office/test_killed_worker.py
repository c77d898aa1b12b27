"""A worker that is really killed in the middle of a job (S7): nothing is half done, and going on does it once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ...conftest import ROOT, LiveSite

pytestmark = pytest.mark.e2e
PEOPLE = 8_000
ORDER = f"""
from server.accounts.models import User
from server.office.models import Job
from server.processes import spool
from server.processes.models import Space
from server.voting.actions.rolls import make_roll
from server.voting.jobs import roll_purpose
user, space = User.objects.get(email="organiser@villeneuve.example"), Space.objects.first()
roll = make_roll(space=space, title="Long", by=user)
rows = "".join(f"{{n}};Nom{{n}}\\n" for n in range({PEOPLE}))
token = spool.keep(user=user, purpose=roll_purpose(roll), content=("number;family_name\\n" + rows).encode())
job = Job.objects.create(kind="roll.import", key=token, space=space, by=user, facts={{"roll": roll.pk}})
print(job.pk, roll.pk)
"""
RUN = "from server.office.models import Job; from server.office.jobs import run_job; run_job(Job.objects.get(pk={}))"
TELL = """
import json; from server.office.models import Job; from server.voting.models import Roll
roll = Roll.objects.get(pk={1}); print(json.dumps([Job.objects.get(pk={0}).state, roll.entries.count(), roll.version]))
"""


@pytest.fixture
def site(loaded_town: LiveSite, tmp_path: Path) -> LiveSite:
    return loaded_town.copied_to(tmp_path / "site")


def told(site: LiveSite, job: str, roll: str) -> list:
    return json.loads(site.manage("shell", "-v", "0", "-c", TELL.format(job, roll)).strip().splitlines()[-1])


def test_s7_a_killed_import_leaves_nothing_and_is_done_once_when_gone_on_with(site: LiveSite):
    job, roll = site.manage("shell", "-v", "0", "-c", ORDER).split()[-2:]
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", RUN.format(job)]
    worker = subprocess.Popen(command, cwd=ROOT, env=site.environment)
    progress = site.folder / "jobs" / job
    for _look in range(6000):
        assert worker.poll() is None, "the worker was too quick to be killed"
        if progress.exists() and 0 < int(progress.read_text().split()[0]) < PEOPLE:
            break
        time.sleep(0.01)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert told(site, job, roll) == ["running", 0, 1]
    for _turn in range(2):
        site.manage("shell", "-v", "0", "-c", RUN.format(job))
    assert told(site, job, roll) == ["done", PEOPLE, 2]
