"""Whose an endorsement is that somebody gives with a pass: a value of the code that no ballot carries.

right    ``voice:<32 hexadecimal characters>``, the voice of a code (``ledger.codes``) under the key of its session
"""

from __future__ import annotations

from collections.abc import Iterable

from server.ledger.actions import append
from server.ledger.codes import Code, NotACode, parse_code
from server.ledger.models import Record
from server.ledger.tasks import apply_later
from server.meetings.models import Session

from .models import Pass, Voice
from .refusals import PassUnknown

PREFIX = "voice:"
# This right counts nowhere any more. Who counts what was said with it applies the record (``proposals.endorsing``).
VOID = "voice.void"


def keep_voices(session: Session, codes: Iterable[Code]) -> None:
    """Of passes that are being made for this session's desk; in the order of the values, which tells nothing."""
    key = bytes(session.code_key)
    values = sorted(code.voice(key).hex() for code in codes)
    Voice.objects.bulk_create([Voice(session=session, value=value) for value in values], batch_size=1000)


def is_voice(right: str, session_ref: str) -> bool:
    """Whether a pass of this session has this voice. Passes made before voices were kept have none."""
    value = right.removeprefix(PREFIX)
    return right.startswith(PREFIX) and Voice.objects.filter(session__ref=session_ref, value=value).exists()


def voice_of_code(session: Session, code_text: str) -> str:
    """The right of whoever shows this pass at the session's desk. Raises PassUnknown, also for one that is void."""
    code, right = _read(session, code_text)
    key = bytes(session.code_key)
    good = Pass.objects.filter(batch__session=session, is_test=False, is_void=False, is_refused=False)
    if not good.filter(check_value=code.check(key).hex()).exists() or not is_voice(right, session.ref):
        raise PassUnknown
    return right


def _read(session: Session, code_text: str) -> tuple[Code, str]:
    """The code and its right. Raises PassUnknown."""
    try:
        code = parse_code(code_text)
    except NotACode as error:
        raise PassUnknown from error
    return code, f"{PREFIX}{code.voice(bytes(session.code_key)).hex()}"


def silence(session: Session, code_text: str) -> None:
    """What somebody said in the open with this pass counts no more: they hold no right by it, or have another pass.

    Nothing is written where it can have said nothing: no kiosk of the session was offered anything of the kind, and no
    record names it. Passes made before voices were kept have none.
    """
    _code, right = _read(session, code_text)
    if not is_voice(right, session.ref):
        return
    said = Record.objects.in_session(session.ref).filter(payload__subject=right)
    if session.offers.exists() or said.exists():
        space = session.meeting.space.slug
        apply_later(append(type=VOID, space=space, session=session.ref, actor="desk", subject=right))


def hold_voice(right: str) -> None:
    """Nobody else uses this right until the transaction ends."""
    list(Voice.objects.select_for_update(no_key=True).filter(value=right.removeprefix(PREFIX)))
