"""Long work around votes, in the background: people come onto a roll, a box is opened, a result certified.

The last two begin when a second person agrees, where two are needed (``two_persons``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.office.approvals import takes_two
from server.office.jobs import runs, start_job
from server.office.models import Approval, Job
from server.office.telling import Tell, silent
from server.processes import spool
from server.processes.fault_words import sentences
from server.processes.tables import BadTable, read_columns

from .actions import certify_box, destroy_remains, match_by_file, open_box
from .actions.match_files import sketch_matching
from .actions.polls import finish_poll
from .actions.rereading import read_again
from .actions.rolls import import_people, people_of
from .closing_steps import deed_of
from .days import DESTROYED
from .match_file import read_claims
from .models import Box, Roll
from .refusals import FileGone, FileUnreadable
from .roll_import import guess_columns, stream_people
from .roll_sketch import RollSketch, sketch_roll
from .two_persons import SIGNED

if TYPE_CHECKING:
    from server.accounts.models import User


def _file_of(job: Job, purpose: str) -> bytes:
    """The file that somebody sent for this job. Raises FileGone."""
    content = spool.read(user=job.asker, purpose=purpose, token=job.key)
    if content is None:
        raise FileGone
    return content


def roll_purpose(roll: Roll) -> str:
    """What a file of people was kept for (``spool``)."""
    return f"roll {roll.pk}"


def sketch_purpose(roll: Roll) -> str:
    """What was read of such a file, for the page that shows it."""
    return f"sketch of roll {roll.pk}"


def match_purpose(roll: Roll) -> str:
    """What a file of accounts was kept for."""
    return f"accounts {roll.pk}"


def _at_roll(job: Job) -> str:
    return reverse("office_voting:roll", args=[job.space.slug, job.facts["roll"]])


def _at_box(job: Job | Approval) -> str:
    return reverse("office_closing:box", args=[job.key])


@runs("roll.import", title=_("People come onto the roll"), done=_("The people are on the roll."), address=_at_roll)
def _import_roll(job: Job, tell: Tell) -> None:
    roll = Roll.objects.get(pk=job.facts["roll"], space=job.space)
    content = _file_of(job, roll_purpose(roll))
    try:
        people = stream_people(content, job.facts.get("columns"))
        import_people(roll=roll, people=people, by=job.asker, tell=tell, of=job.facts.get("rows", 0))
    except BadTable as bad:  # shown before, and then sent with other columns
        raise FileUnreadable(details={"problems": sentences(bad.faults[:3])}) from bad
    for purpose in (roll_purpose(roll), sketch_purpose(roll)):
        spool.take(user=job.asker, purpose=purpose, token=job.key)


def _at_preview(job: Job) -> str:
    return reverse("office_voting:roll_preview", args=[job.space.slug, job.facts["roll"], job.key])


@runs("roll.read", title=_("A file of people is read"), done=_("The file is read."), address=_at_preview)
def _read_roll(job: Job, tell: Tell) -> None:
    """Nothing is written but what the page shows next."""
    roll = Roll.objects.get(pk=job.facts["roll"], space=job.space)
    content = _file_of(job, roll_purpose(roll))
    sketch = sketch_of(roll, content, job.facts.get("columns"), tell)
    if not sketch.header:  # no table at all: there is nothing in it to ask about, and nothing of it is kept
        spool.take(user=job.asker, purpose=roll_purpose(roll), token=job.key)
    spool.keep(user=job.asker, purpose=sketch_purpose(roll), content=sketch.as_json(), token=job.key)


def sketch_of(roll: Roll, content: bytes, columns: dict[str, str] | None, tell: Tell = silent) -> RollSketch:
    """What the file would change, or what is wrong with it; columns: what somebody said of them."""
    header: tuple[str, ...] = ()
    try:
        header = read_columns(content)
        columns = columns or guess_columns(header)
        sketch = sketch_roll(lambda: stream_people(content, columns), lambda: people_of(roll), tell)
    except BadTable as bad:
        sketch = RollSketch(faults=list(bad.faults))
    sketch.header, sketch.columns = list(header), columns or {}
    return sketch


def matched_purpose(roll: Roll) -> str:
    """What was read of a file of accounts, for the page that shows it."""
    return f"sketch of accounts {roll.pk}"


def _at_match_preview(job: Job) -> str:
    return reverse("office_voting:match_preview", args=[job.space.slug, job.facts["roll"], job.key])


@runs(
    "roll.match_read",
    title=_("A file of accounts is read"),
    done=_("The file is read."),
    address=_at_match_preview,
)
def _read_accounts(job: Job, tell: Tell) -> None:
    """Nothing is written but what the page shows next."""
    roll = Roll.objects.get(pk=job.facts["roll"], space=job.space)
    content = _file_of(job, match_purpose(roll))
    sketch = sketch_matching(roll, content)
    if sketch.faults:  # there is nothing to confirm, and nothing of the file is kept
        spool.take(user=job.asker, purpose=match_purpose(roll), token=job.key)
    spool.keep(user=job.asker, purpose=matched_purpose(roll), content=sketch.as_json(), token=job.key)


def _at_accounts(job: Job) -> str:
    return reverse("office_voting:accounts", args=[job.space.slug, job.facts["roll"]])


@runs(
    "roll.match",
    title=_("Accounts are matched to the roll"),
    done=_("The accounts are matched."),
    address=_at_accounts,
)
def _match_accounts(job: Job, tell: Tell) -> None:
    roll = Roll.objects.get(pk=job.facts["roll"], space=job.space)
    content = _file_of(job, match_purpose(roll))
    match_by_file(roll=roll, claims=read_claims(content), by=job.asker, tell=tell)
    for purpose in (match_purpose(roll), matched_purpose(roll)):
        spool.take(user=job.asker, purpose=purpose, token=job.key)


@runs("box.open", title=deed_of("open").title, done=deed_of("open").done, address=_at_box)
def _open(job: Job, tell: Tell) -> None:
    open_box(box=_box(job), by=job.asker, tell=tell)


@runs("box.certify", title=deed_of("certify").title, done=deed_of("certify").done, address=_at_box)
def _certify(job: Job, tell: Tell) -> None:
    certify_box(box=_box(job), by=job.asker)


def _at_reading(job: Job) -> str:
    return reverse("office_closing:reading", args=[job.key])


@runs(
    "box.read_again",
    title=_("The sealed ballots are read again"),
    done=_("The sealed ballots say what the opened ones say."),
    address=_at_reading,
)
def _read_again(job: Job, tell: Tell) -> None:
    read_again(box=_box(job), by=job.asker, tell=tell)


@runs("poll.finish", title=_("Close the poll and publish"), done=_("The poll is over and published."), address=_at_box)
def _finish_poll(job: Job, tell: Tell) -> None:
    finish_poll(box=_box(job), by=job.asker, tell=tell)


def _box(job: Job) -> Box:
    return Box.objects.get(ref=job.key, component__space=job.space)


def _told_of_box(approval: Approval) -> list[tuple[Any, Any]]:
    deed = deed_of(approval.kind.removeprefix("box."))
    return [(_("Ballot box"), Box.objects.get(ref=approval.key)), (_("What happens"), deed.meaning)]


def _begin(approval: Approval, by: User) -> str:
    """The work itself is done in the background, where its progress can be seen."""
    job = start_job(kind=approval.kind, key=approval.key, space=approval.space, by=by)
    return reverse("acts:job", args=[job.pk])


for _name in SIGNED:
    takes_two(f"box.{_name}", title=deed_of(_name).title, told=_told_of_box, address=_at_box)(_begin)


@runs(
    DESTROYED,
    title=_("What was kept for contests is destroyed"),
    done=_("What was kept for contests is destroyed."),
    address=_at_box,
    is_by_day=True,
)
def _destroy(job: Job, tell: Tell) -> None:
    """Begun by its day, which shows it as this job (``days``); gone on with by whoever sees that it stands still."""
    destroy_remains(box=_box(job), tell=tell)
