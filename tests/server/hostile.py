"""A town in which nothing is called what it should be: every text that people type is a piece of a script (X5).

Which columns people fill is not listed here, only those that machines fill: a new column is hostile from its first day.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from server.processes.localized import LocalizedField
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
    "Pass": None, "Voice": None, "PassBatch": None, "PrintRun": None, "SlipRun": None,
    "Alarm": {"digest"}, "Box": {"ref", "definition", "definition_hash", "layout", "more_layouts"},
    "Budget": {"currency"},
    "Assistance": {"helper"}, "Device": {"dev", "version"}, "Enrolment": {"code_hash"}, "Envelope": {"check_value"},
    "Invitation": {"code_hash"}, "Job": {"kind", "key"}, "Meeting": {"folded"}, "Project": {"folded", "code"},
    "RollEntry": {"number"}, "RollVersion": {"commitment"}, "ScanBatch": {"file", "digest"},
    "Session": {"ref", "operator_pin"}, "Space": {"slug", "folded"}, "Standing": {"epoch", "head"},
    "User": {"password", "email"}, "Witness": {"key_hash"}, "Listed": None, "Named": None, "StoredFile": None,
    "Comment": {"record", "ref", "session_ref", "subject_kind", "subject_ref", "text_language", "text_record"},
    "CommentVersion": {"record"}, "CommentVote": None, "Debate": {"ref", "folded"}, "Report": {"kind", "ref"},
    "Hiding": None, "ShareToken": {"code_hash"}, "SpaceGroup": {"slug"},
    "Component": {"kind"}, "Opening": None, "Proposal": {"ref", "language", "right", "session_ref"},
    "Version": {"fingerprint", "record_id"}, "Endorsement": None, "VoidVoice": None, "Offer": None, "Word": None,
    "Follow": None, "News": None, "Notice": None, "Wishes": None,
    "Document": {"language"}, "Section": None, "Enclosure": {"ref", "about_kind", "about_ref", "sha256"},
    "TownPlan": {"picture", "version"},
    "DeskDeed": None, "UnlockCard": {"card"}, "Keying": {"token"},
    "CardRun": None, "CardForm": {"subject_kind", "subject_ref", "definition", "definition_hash", "layout"},
    "Card": None, "CardBatch": {"file", "digest"}, "CardImage": None, "Transcription": {"token"}, "Catalogue": None,
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
