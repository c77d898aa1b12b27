"""The secrets of a ballot box: files in the installation's key folder, outside the database, mode 0600.

    box-<ref>.pem        the private key that opens sealed ballots; destroyed when contests are over
    box-<ref>.pair<ab>   instead of it, where three trustees hold the key: three files (``trustees``)
    box-<ref>.seed       32 random bytes that settle between kiosk ballots of one pass; published at reconciliation
    box-<ref>.pseudonym  32 random bytes that tie an entry of the roll to its pseudonym; destroyed at opening

A copy of the database alone opens no ballot and names no voter.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from server.ledger import keys
from server.ledger.installation import installation, write_once

from . import trustees

if TYPE_CHECKING:
    from .models import Box, RollEntry

SECRET_BYTES = 32


class PseudonymsDestroyed(Exception):
    """The box was opened: nothing ties its ballots to the roll any more. Asking for a pseudonym is a bug."""


def _path(box: Box, kind: str) -> Path:
    return installation().key_dir / f"box-{box.ref}.{kind}"


def make_keys(box: Box) -> None:
    """Make what is not there yet: freezing again after a crash finds the same secrets."""
    if box.has_trustees:
        _path(box, "pem").unlink(missing_ok=True)  # of a freezing that was interrupted before trustees were chosen
    elif not _path(box, "pem").exists():
        with contextlib.suppress(FileExistsError):
            keys.save_private_key(_path(box, "pem"), keys.new_private_key())
    for kind in ("seed", "pseudonym"):
        if not _path(box, kind).exists():
            write_once(_path(box, kind), secrets.token_bytes(SECRET_BYTES))


def private_key(box: Box) -> EllipticCurvePrivateKey:
    """Held by the installation alone: where trustees hold it there is no such file."""
    return keys.load_private_key(_path(box, "pem"))


def public_key(box: Box) -> bytes:
    """The 65 bytes that ballots are sealed to."""
    return trustees.public_key(box) if box.has_trustees else keys.public_bytes(private_key(box))


def seed(box: Box) -> bytes:
    return _path(box, "seed").read_bytes()


def pseudonym_key(box: Box) -> bytes:
    """The key behind the pseudonyms of the roll. Raises PseudonymsDestroyed once the box was opened."""
    try:
        return _path(box, "pseudonym").read_bytes()
    except FileNotFoundError as error:
        raise PseudonymsDestroyed(box.ref) from error


def pseudonym_under(key: bytes, number: str) -> str:
    """``entry:<64 hex>``: the name in the log of the entry with this number on the roll."""
    return "entry:" + hmac.new(key, b"entry" + number.encode(), hashlib.sha256).hexdigest()


def pseudonym(box: Box, entry: RollEntry) -> str:
    return pseudonym_under(pseudonym_key(box), entry.number)


def destroy_keys(box: Box) -> None:
    """Every secret of the box: what is sealed to it opens no more. Again is the same as once."""
    for path in installation().key_dir.glob(f"box-{box.ref}.*"):
        _destroy(path)


def destroy_pseudonyms(box: Box) -> None:
    """From now on no one can tell which pseudonym was whose. Again is the same as once."""
    path = _path(box, "pseudonym")
    if path.exists():
        _destroy(path)


def _destroy(path: Path) -> None:
    # Overwritten first: on a plain disk the old bytes do not linger in the freed block.
    path.write_bytes(secrets.token_bytes(path.stat().st_size))
    path.unlink(missing_ok=True)
