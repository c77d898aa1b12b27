"""A right on its way through the pages of a ballot: in the form, signed, for an hour. Never in the session's row.

Were it kept in the session, the database would join an account or a browser to a pass for as long as the row lives.
The form says by itself how the right was shown: a code names a pass, an account an entry of the roll. So an account is
asked for again at every step, and the form of somebody who was separated from an entry is worth nothing.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core import signing

from server.accounts.models import User

from .models import Box
from .refusals import BallotExpired, RightUnknown
from .rights import Right

SALT = "parvis.voting.right"
AN_HOUR_S = 3600


def write_right(right: Right) -> str:
    return signing.dumps([right.box.ref, right.subject], salt=SALT, compress=True)


def read_right(box: Box, text: str, account: User | AnonymousUser) -> Right:
    """account: of whoever sends the form.

    Raises BallotExpired for what is older than an hour, RightUnknown for anything forged or of another box.
    """
    try:
        ref, subject = signing.loads(text, salt=SALT, max_age=AN_HOUR_S)
    except signing.SignatureExpired as error:
        raise BallotExpired from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise RightUnknown from error
    if ref != box.ref:
        raise RightUnknown
    return Right(box=box, subject=subject, account=account if isinstance(account, User) else None)
