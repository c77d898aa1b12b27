"""Long work around votes, in the background: people come onto a roll, a box is opened, a result certified."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.office.jobs import runs
from server.office.models import Job
from server.office.telling import Tell
from server.processes import spool

from .actions import certify_box, open_box
from .actions.rolls import import_people
from .closing_steps import deed_of
from .models import Box, Roll
from .refusals import FileGone
from .roll_import import read_people


def roll_purpose(roll: Roll) -> str:
    """What a file of people was kept for (``spool``)."""
    return f"roll {roll.pk}"


def _at_roll(job: Job) -> str:
    return reverse("office_voting:roll", args=[job.space.slug, job.facts["roll"]])


def _at_box(job: Job) -> str:
    return reverse("office_closing:box", args=[job.key])


@runs("roll.import", title=_("People come onto the roll"), done=_("The people are on the roll."), address=_at_roll)
def _import_roll(job: Job, tell: Tell) -> None:
    roll = Roll.objects.get(pk=job.facts["roll"], space=job.space)
    content = spool.read(user=job.asker, purpose=roll_purpose(roll), token=job.key)
    if content is None:
        raise FileGone
    people = read_people(content, job.facts.get("columns"))
    tell(0, len(people))
    import_people(roll=roll, people=people, by=job.asker, tell=tell)
    spool.take(user=job.asker, purpose=roll_purpose(roll), token=job.key)


@runs("box.open", title=deed_of("open").title, done=deed_of("open").done, address=_at_box)
def _open(job: Job, tell: Tell) -> None:
    open_box(box=_box(job), by=job.asker, tell=tell)


@runs("box.certify", title=deed_of("certify").title, done=deed_of("certify").done, address=_at_box)
def _certify(job: Job, tell: Tell) -> None:
    certify_box(box=_box(job), by=job.asker)


def _box(job: Job) -> Box:
    return Box.objects.get(ref=job.key, component__space=job.space)
