"""What a device brings of proposals, looked at as if nobody had: a kiosk without network, or somebody with its key.

    proposal.version     no subject; {"component", "title", "body", "language", "name"}: an idea that somebody wrote.
                         ``name`` as they want it shown, or "". Its ref is the beginning of the record's id, so that
                         however often it comes it is one proposal
    endorsement.given, endorsement.withdrawn
                         subject: the voice of a pass (``voting.voices``); {"proposal": ref}

Whether it was open is asked of the device's chain when it is judged (``devices.judging``): the session was open there.
What is asked here is what the session's packs offered. Lengths are those of the program, not those of today's settings:
a rule that became stricter while the kiosk was away takes nothing from anybody.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from server.ledger.applying import Bell, CannotApply, applies
from server.ledger.installation import installation
from server.ledger.models import Record
from server.processes.component_types import Activity
from server.processes.models import Component, Door
from server.voting.voices import is_voice
from server.web.plain_text import refuse_hidden_characters

from .access import KIND
from .authors import LONGEST_NAME, Author, Kind
from .models import Proposal
from .packed import was_offered
from .rules import LONGEST_BODY, LONGEST_TITLE
from .texts import Text
from .writing import About, bring_proposal

VERSION = "proposal.version"
REF_LENGTH = 24
# A component's key, as the database can hold it.
LARGEST_KEY = 2**63 - 1


def is_of_device(record: Record) -> bool:
    return record.dev != installation().dev


def require_endorsing(record: Record, right: str, proposal: Proposal) -> None:
    """Raises CannotApply: ``not_offered``, ``unknown_right``."""
    require_offered(record, proposal.component, Activity.ENDORSE)
    if not is_voice(right, record.session_ref):
        raise CannotApply("unknown_right")


def require_offered(record: Record, component: Component, activity: str) -> None:
    """Raises CannotApply. A component of another space was offered at no session of this one."""
    if not was_offered(component=component, activity=activity, session_ref=record.session_ref):
        raise CannotApply("not_offered")


@applies(VERSION, writes=None, alone=True)
@transaction.atomic
def apply_version(record: Record, body: bytes) -> Bell:
    """Publish an idea that somebody wrote at a kiosk; the installation's own record of it says all it says."""
    told = _told(body)
    component = Component.objects.select_related("space").filter(pk=told["component"], kind=KIND).first()
    if component is None:
        raise CannotApply("subject_unknown")
    require_offered(record, component, Activity.PROPOSE)
    if record.payload.subject:
        raise CannotApply  # an idea is nobody's right
    bring_proposal(
        component=component,
        author=Author(kind=Kind.PERSON, name=told["name"]),
        text=Text(told["title"], told["body"], told["language"]),
        about=About(),
        door=Door.KIOSK,
        session_ref=record.session_ref,
        ref=record.id[:REF_LENGTH],
    )
    return component.space_id, "proposals"


def _told(body: bytes) -> dict[str, Any]:
    """The idea, its blanks trimmed. Raises CannotApply for what is not in the form above."""
    try:
        facts = json.loads(body)
        told = {name: facts[name] for name in ("component", "title", "body", "language", "name")}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CannotApply from error
    words = {name: told[name] for name in ("title", "body", "language", "name")}
    if type(told["component"]) is not int or not all(isinstance(one, str) for one in words.values()):
        raise CannotApply
    title, name = (" ".join(words[one].split()) for one in ("title", "name"))
    text = words["body"].replace("\r\n", "\n").strip()
    fits = len(title) <= LONGEST_TITLE and len(text) <= LONGEST_BODY and len(name) <= LONGEST_NAME
    if not (0 < told["component"] <= LARGEST_KEY and title and text and fits and _is_language(words["language"])):
        raise CannotApply
    try:
        refuse_hidden_characters(title + text + name)
    except ValidationError as error:
        raise CannotApply from error
    return {**told, "title": title, "body": text, "name": name}


def _is_language(code: str) -> bool:
    return 2 <= len(code) <= 3 and code.isascii() and code.isalpha() and code.islower()
