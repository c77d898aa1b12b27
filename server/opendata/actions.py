"""A certified vote is published: everything that a stranger needs to check it, in one folder (``published``)."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from server.ledger.actions import checkpoint_document, sign_checkpoint
from server.ledger.installation import installation
from server.ledger.models import Checkpoint, Record
from server.meetings.helped import helped
from server.meetings.models import new_ref
from server.voting.balance import Equation, balance_of
from server.voting.models import Box
from server.voting.refusals import ResultChanged
from server.voting.result import result_of
from server.witnesses import told

from .commitments import told_besides
from .published import build_accounts, build_published

if TYPE_CHECKING:
    from server.meetings.models import Session


def published_folder(box: Box) -> Path:
    """Where the files of this box lie, once it is certified."""
    return Path(settings.PARVIS_VAR) / "published" / box.ref


def publish(box: Box, folder: Path) -> Path:
    """Write all files of a certified box into ``folder``, whole or not at all. Once: what is there never changes (S14).

    What becomes known later is an addendum on the page of the result, and a record of the public list.
    """
    if folder.exists():
        return folder
    files = _files(box)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}.{new_ref()}")
    draft.mkdir()
    for name, content in files.items():
        (draft / name).write_bytes(content)
    draft.rename(folder)
    return folder


def archive_of(box: Box) -> Path | None:
    """All published files in one, in a folder of their own; None where there are none.

    Packed once for each publication and kept beside the folder: packing a large log anew for whoever asks would let a
    few strangers keep the machine busy.
    """
    folder = published_folder(box)
    names = sorted(path.name for path in folder.glob("*") if path.is_file())
    if not names:
        return None
    path = folder.with_name(f"{folder.name}.zip")
    if path.exists() and path.stat().st_mtime_ns >= folder.stat().st_mtime_ns:
        return path
    draft = path.with_name(f".{path.name}.{new_ref()}")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.write(folder / name, f"{box.ref}/{name}")
    return draft.replace(path)


@dataclass
class _Log:
    """One walk over the log up to a checkpoint: every number about it comes from the same rows."""

    headers: list[str] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)
    ballots: Counter[str] = field(default_factory=Counter)
    exceptions: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def up_to(cls, size: int, definition: str) -> _Log:
        log = cls()
        rows = Record.objects.filter(index__lt=size).order_by("index")
        columns = ("index", "header", "verdict", "reason", "is_fork", "type", "definition")
        for index, header, verdict, reason, is_fork, type_, of in rows.values_list(*columns).iterator(chunk_size=5000):
            log.headers.append(header)
            log.verdicts[verdict] += 1
            if type_ == "ballot.sealed" and of == definition:
                log.ballots[verdict] += 1
            if is_fork is not False:
                log.exceptions.append({"index": index, "verdict": verdict, "reason": reason})
        return log


@transaction.atomic
def _files(box: Box) -> dict[str, bytes]:
    last = sign_checkpoint()
    house = installation()
    log = _Log.up_to(last.size, box.definition_hash)
    settlement = box.settlement
    accounts = build_accounts(
        box.definition.encode(),
        log={"size": len(log.headers), **log.verdicts},
        ballots={
            "in_log": sum(log.ballots.values()),
            "counted": settlement["counted"],
            "superseded": sum(one["count"] for one in settlement["superseded_by_pair"]),
            "removed": sum(settlement["removed_by_rule"].values()),
            **{name: log.ballots[name] for name in ("provisional", "parked", "quarantined")},
        },
        pairs={(one["door"], one["by"]): one["count"] for one in settlement["superseded_by_pair"]},
        exceptions=log.exceptions,
        waited=_waited(last.size),
        equations=published_equations(box),
    )
    checkpoints = Checkpoint.objects.filter(log_epoch=last.log_epoch, size__lte=last.size).order_by("size")
    return build_published(
        box.definition.encode(),
        list(box.cast_vote_records.values_list("choices", flat=True)),
        log.headers,
        [checkpoint_document(one) for one in checkpoints],
        # The seed settles between two kiosk ballots of one pass; its hash is in the frozen definition.
        accounts | {"seed": settlement["seed"], **_helped(box), **told_besides(box, last.size)},
        _counted_again(box),
        house.sign,
        public_key=house.public_key,
        about=_about(box),
        witnesses=told.published(list(checkpoints)),
    )


def _waited(size: int) -> list[int]:
    """The places in the list that do not rise with the numbers of their chain, as the log knows of them."""
    rows = Record.objects.filter(index__lt=size).before_their_turn()
    return list(rows.order_by("index").values_list("index", flat=True))


def _counted_again(box: Box) -> dict[str, Any]:
    """The result, counted from the ballots as they lie there now. Raises ResultChanged if it is another."""
    result = result_of(box)
    if "by_door" not in box.result:
        # Until small doors were joined, one of them hid all: what was certified then stays as it was.
        result.pop("by_door", None)
    if result != box.result:
        raise ResultChanged
    return result


def _about(box: Box) -> Mapping[str, str]:
    """What the ``.pb`` file says beside the vote itself: where, and when the sessions and the certification were."""
    sessions: Sequence[Session] = list(box.sessions.select_related("meeting"))
    assert box.certified_at is not None
    days = [session.meeting.starts_at.date() for session in sessions] + [box.certified_at.date()]
    return {
        "unit": settings.PARVIS_TOWN,
        "instance": str(box.certified_at.year),
        "date_begin": f"{min(days):%d.%m.%Y}",
        "date_end": f"{max(days):%d.%m.%Y}",
    }


def _helped(box: Box) -> dict[str, Any]:
    """How many people were helped at each session; nothing where none was."""
    counted = [(session.ref, helped(session)) for session in box.sessions.order_by("ref")]
    told = [{"session": ref, "count": count} for ref, count in counted if count]
    return {"helped": told} if told else {}


def published_equations(box: Box) -> list[dict[str, Any]]:
    """The accounts of every session and of the box, as ``accounts.json`` carries them: keys, numbers, explanations."""
    equations = []
    for session in box.sessions.order_by("ref"):
        equations += [_published(one, session.ref) for one in balance_of(session)]
    # The log is told in ``log``, up to the checkpoint that the files carry.
    return equations + [_published(one) for one in balance_of(box) if one.number != 10]


def _published(equation: Equation, session: str = "") -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": equation.name,
        "number": equation.number,
        "left": {equation.name: equation.left},
        "right": {term.key: term.count for term in equation.terms},
    }
    if session:
        facts["session"] = session
    if not equation.holds:
        facts["explained"] = equation.explanation
    return facts
