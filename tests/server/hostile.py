"""A town in which nothing is called what it should be: every text that people type is a piece of a script (X5).

Which columns people fill is not listed here, only those that machines fill: a new column is hostile from its first day.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from server.accounts.models import User
from server.processes.localized import LocalizedField
from server.voting.models import Box
from tests.server.votes import without_guards

# The short one fits into nearly every column; the long one breaks out of whatever stands around it.
MARKUP = "<svg onload=alert(1)>"
POLYGLOT = (
    "jaVasCript:/*`/*\"/*'/*</title></textarea></script><script>alert(3)</script>"
    f"--><img src=x onerror=alert(2)>{{{{7*7}}}}{{% load x %}}{MARKUP}"
)
ESCAPED = "&lt;svg onload=alert(1)&gt;"
# What machines write, read again, or compare; a space is named by its slug and a place on the roll by its number.
BY_MACHINES = {
    "Act": None, "Approval": None, "CastVoteRecord": None, "Chain": None, "Checkpoint": None, "Held": None, "Log": None,
    "MatchCode": None, "Payload": None, "Record": None, "SealingKey": None, "SentForm": None, "Sheet": None,
    "Statement": None, "VersionLines": None, "WrongCodes": None, "WorkerSign": None, "SpaceRole": None, "Reading": None,
    "Pass": None, "PassBatch": None, "PrintRun": None, "SlipRun": None,
    "Alarm": {"digest"}, "Box": {"ref", "definition", "definition_hash", "layout"}, "Budget": {"currency"},
    "Assistance": {"helper"}, "Device": {"dev", "version"}, "Enrolment": {"code_hash"}, "Envelope": {"check_value"},
    "Invitation": {"code_hash"}, "Job": {"kind", "key"}, "Meeting": {"folded"}, "Project": {"folded", "code"},
    "RollEntry": {"number"}, "RollVersion": {"commitment"}, "ScanBatch": {"file", "digest"},
    "Session": {"ref", "operator_pin"}, "Space": {"slug", "folded"}, "Standing": {"epoch", "head"},
    "User": {"password", "email"}, "Witness": {"key_hash"},
}  # fmt: skip


def make_hostile() -> int:
    """Alter every row there is, as whoever owns the tables could. Returns how many columns were filled."""
    filled = 0
    with without_guards():
        for model in apps.get_models():
            if columns := hostile_columns(model):
                model._base_manager.update(**columns)
                filled += len(columns)
    return filled


def hostile_columns(model: type[models.Model]) -> dict[str, Any]:
    spared = BY_MACHINES.get(model.__name__, set())
    if not model.__module__.startswith("server.") or spared is None:
        return {}
    return {
        field.name: {"fr": POLYGLOT, "en": POLYGLOT} if isinstance(field, LocalizedField) else _cut(field)
        for field in model._meta.local_fields
        if field.name not in spared and _is_text(field)
    }


def _is_text(field: models.Field) -> bool:
    """JSON is text where it is words in languages; all other JSON is made by forms and machines."""
    is_words = isinstance(field, models.CharField | models.TextField) and not field.choices
    return is_words or isinstance(field, LocalizedField)


def _cut(field: models.Field) -> str:
    """The end of it, where there is no room for all: a tag that is whole."""
    return POLYGLOT[-(field.max_length or len(POLYGLOT)) :]


def fill_rooms(slug: str = "budget-du-centre") -> None:
    """A row of every kind that people write and that the demo town does not have, so that its pages show it."""
    box, officer = Box.objects.get(component__space__slug=slug), User.objects.get(email__startswith="organiser@")
    session, (giver, holder) = box.sessions.earliest("pk"), box.roll.entries.order_by("-number")[:2]
    rows: dict[str, dict[str, Any]] = {
        "voting.Addendum": {"box": box, "number": 1, "text": {"fr": "x"}, "published_at": timezone.now()},
        "voting.Assistance": {"session": session, "name": "x", "helper": "x", "place": 1, "most": 3},
        "voting.Matching": {"entry": giver, "account": officer, "how": "desk"},
        "voting.MatchQuestion": {"roll": box.roll, "account": officer},
        "voting.Objection": {"box": box, "number": 1, "received_on": timezone.localdate(), "matter": "x"},
        "voting.Proxy": {"box": box, "giver": giver, "holder": holder, "place": 1, "most": 2, "shown": "x"},
        "voting.RollCorrection": {"roll": box.roll, "kind": "amended", "entry": giver, "reason": "x"},
        "voting.Trustee": {"box": box, "number": 1, "name": "x"},
        "voting.WalkIn": {"session": session, "roll": box.roll, "family_name": "x", "address": "x", "shown": "x"},
        "paper.ScanBatch": {"session": session, "filename": "x", "file": "none.pdf", "status": "failed"},
        "office.Job": {"kind": "scan", "key": "x", "space": box.space, "by": officer, "state": "failed"},
        "processes.Invitation": {"space": box.space, "email": "x", "role": "observer", "expires_at": timezone.now()},
    }
    mark = apps.get_model("voting.PresenceMark").objects.filter(box=box).first()
    if mark:
        rows["voting.Challenge"] = {"mark": mark, "session": session, "reason": "x"}
    sample = {"size": 1, "marks": 1, "answer_by": timezone.localdate()}
    rows["voting.Sample"] = {"box": box, "seed": "x", "answer_to": "x", **sample}
    with without_guards():
        for name, fields in rows.items():
            apps.get_model(name)._base_manager.create(**fields)
    for name in ("legal", "privacy", "accessibility", "contact"):
        apps.get_model("web.SiteText").objects.create(name=name, text={"fr": "x", "en": "x"})
    witness = apps.get_model("witnesses.Witness").objects.create(name="x", public_key=b"\4" * 65, key_hash="0" * 64)
    apps.get_model("witnesses.Alarm").objects.create(
        witness=witness, kind="refused", document={"x": POLYGLOT}, answer="x", answered_at=timezone.now()
    )
