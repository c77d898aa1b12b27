"""Export files that somebody brings to the office: they come in parts, are checked whole, are read in the background.

A file is named by whoever brings it, for which session, and its SHA-256: so after a reload, a lost answer or a proxy
that gives up, the same file goes on where it stopped (S20). It lies in the spool until it is read. What is wrong with
it is noted with the job; then only its beginning can be read, and only because somebody chose to (S19).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.ledger import actions as ledger
from server.ledger.failpoints import failpoint
from server.meetings.models import Session
from server.office.actions import note_act
from server.office.jobs import runs, start_job
from server.office.models import Job
from server.office.telling import Tell
from server.processes import spool
from server.voting.refusals import FileGone
from server.web.bodies import MIB
from server.web.live import ring
from server.web.refusals import Refusal

from .authentic import BatchTooLarge, NotAuthentic
from .exportfile import Checked, FileOfAnother, check_file, read_first_line
from .importing import ImportReport, store_file
from .models import Device, Stranger
from .strangers import meet

if TYPE_CHECKING:
    from server.accounts.models import User

KIND = "devices.file"
PART_BYTES = 512 * 1024  # below what proxies take without being asked (nginx: 1 MiB)
MOST_BYTES = 512 * MIB
MOST_AT_ONCE = 64 * MIB  # in one form, without a script; also of a device that is not known here
JUST_NOW = timedelta(minutes=10)
DIGEST = re.compile(r"[0-9a-f]{64}")


class PartWrong(Refusal):
    code = "file_part_wrong"
    status = 400
    message = _("This part of the file is not what was expected. Load the page again, and choose the same file.")


class UploadDamaged(Refusal):
    code = "file_upload_damaged"
    message = _("What arrived is not the file that was chosen: it changed on the way, or meanwhile. Choose it again.")


def _purpose(session: Session) -> str:
    return f"file of session {session.ref}"


def _key(session: Session, digest: str) -> str:
    return f"{session.ref} {digest[:32]}"


def arrived(*, session: Session, by: User, digest: str) -> tuple[int, Job | None]:
    """How many bytes of this file are here; and the job that reads it, where all were here a moment ago."""
    jobs = Job.objects.filter(kind=KIND, key=_key(session, digest), by=by, created_at__gt=timezone.now() - JUST_NOW)
    if job := jobs.first():
        return 0, job
    return spool.size(user=by, purpose=_purpose(session), token=digest[:32]), None


def take_part(
    *, session: Session, by: User, name: str, digest: str, size: int, at: int, content: bytes
) -> tuple[int, Job | None]:
    """Put one part of a file where it belongs; with the last one, check the whole and have it read.

    Returns how many bytes are here: whoever sends goes on from there. A part sent again changes nothing. Raises
    PartWrong, BatchTooLarge, UploadDamaged (nothing is kept then).
    """
    if not DIGEST.fullmatch(digest) or not content or min(at, size) < 0 or at + len(content) > size:
        raise PartWrong
    if size > MOST_BYTES:
        raise BatchTooLarge(_("This file is larger than 512 MiB: no kiosk makes one."))
    known: dict[str, Any] = {"user": by, "purpose": _purpose(session), "token": digest[:32]}
    here = spool.grow(**known, at=at, content=content)
    if here < size:
        return here, None
    if _digest(**known) != digest:
        spool.drop(**known)
        raise UploadDamaged
    return here, read_soon(session=session, by=by, name=name, digest=digest)


def _digest(**known: Any) -> str:
    file = spool.opened(**known)
    if file is None:
        return ""
    whole = hashlib.sha256()
    with file:
        while part := file.read(MIB):
            whole.update(part)
    return whole.hexdigest()


def take_whole(*, session: Session, by: User, name: str, chunks: Iterable[bytes]) -> Job:
    """A file that came in one form."""
    content = b"".join(chunks)
    digest = hashlib.sha256(content).hexdigest()
    spool.keep(user=by, purpose=_purpose(session), content=content, token=digest[:32])
    return read_soon(session=session, by=by, name=name, digest=digest)


def read_soon(*, session: Session, by: User, name: str, digest: str, beginning: bool = False) -> Job:
    """Have a file that is here read. beginning: of one that is not whole, what its device signed for."""
    facts = {
        "session": session.ref,
        "name": spool.shown_name(name, "–"),
        "digest": digest,
        "beginning": beginning,
    }
    return start_job(kind=KIND, key=_key(session, digest), space=session.meeting.space, by=by, facts=facts)


def of_session(session: Session, most: int = 10) -> list[Job]:
    """The newest files that were brought to this session."""
    return list(Job.objects.filter(kind=KIND, key__startswith=f"{session.ref} ").order_by("-pk")[:most])


def is_here(job: Job, session: Session) -> bool:
    """Whether the file of a job still lies here."""
    return bool(spool.size(user=job.asker, purpose=_purpose(session), token=job.facts["digest"][:32]))


def session_of(job: Job) -> Session:
    return Session.objects.select_related("meeting__space").get(ref=job.facts["session"])


def page_of(job: Job) -> str:
    return reverse("office_devices:file", args=[job.pk])


@runs(KIND, title=_("The file of a kiosk is read"), done=_("The file is read."), address=page_of)
def _read(job: Job, tell: Tell) -> None:
    session = session_of(job)
    known: dict[str, Any] = {"user": job.asker, "purpose": _purpose(session), "token": job.facts["digest"][:32]}
    file = spool.opened(**known)
    if file is None and "report" in job.facts:
        return  # read to its end by a worker that died right after
    if file is None:
        raise FileGone
    with file:
        try:
            _read_into(job, session, file, tell)
        except NotAuthentic as refusal:
            _note(job, fault={"code": refusal.code, **refusal.details})
            if not refusal.details.get("proved"):
                spool.drop(**known)
            raise
    failpoint("import.before_reply")
    spool.drop(**known)


def _read_into(job: Job, session: Session, file: BinaryIO, tell: Tell) -> None:
    found = look_at(file, session)
    if isinstance(found, Stranger):
        return _note(job, stranger=found.pk)
    if found.fault and not (job.facts.get("beginning") and found.proved):
        raise found.fault
    before = job.facts.get("report", {})
    report = ImportReport(
        found.device,
        verdicts=Counter(before.get("verdicts", {})),
        outcomes=Counter(before.get("outcomes", {})),
        next_seq=before.get("next_seq", 1),
        done=before.get("done", 0),
    )
    store_file(file, found, report, tell=tell, keep=lambda so_far: _note(job, report=_told(so_far, found)))
    counted = {str(name): count for name, count in report.verdicts.items()}
    space = session.meeting.space
    ledger.sign_checkpoint(max_age_s=10)  # what the answer to the device is given under
    note_act("device.file_read", by=job.by, space=space, subject=report.device, about=session, facts=counted)
    ring(space.pk, "devices")
    return None


def _told(report: ImportReport, found: Checked) -> dict[str, Any]:
    verdicts = {str(name): count for name, count in report.verdicts.items()}
    told = {"verdicts": verdicts, "outcomes": dict(report.outcomes), "next_seq": report.next_seq, "done": report.done}
    told |= {"files": {"kept": report.files.kept, "broken": report.files.broken}}
    of = found.fault.details["expected"] if found.fault else found.head.seq
    return told | {"device": report.device.pk, "label": report.device.label, "of": of}


def _note(job: Job, **facts: Any) -> None:
    job.facts |= facts
    Job.objects.filter(pk=job.pk).update(facts=job.facts)


def look_at(file: BinaryIO, session: Session) -> Checked | Stranger:
    """Whose file it is and what is wrong with it; of a device that is not known since a backup was restored, keep it.

    Raises what ``check_file`` raises; FileOfAnother where the device is not of this session, whatever else is known.
    """
    head = read_first_line(file)
    device = Device.objects.named(head.dev)
    file.seek(0)
    if device is None and (unknown := meet(head, file.read(MOST_AT_ONCE), brought_to=session)):
        return unknown
    if device is None or device.session_id != session.pk:
        raise FileOfAnother
    file.seek(0)
    return check_file(file, device)
