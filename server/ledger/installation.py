"""The installation as a signer: one key for the log and its answers, one for the server's own chain of records.

Keys are files in ``<var>/keys``, mode 0600, outside the database: a copy of the database alone can neither sign nor
open anything. They are made at first use; two processes that start together agree, because the file is linked into
place only if none is there yet.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.conf import settings

from . import keys


@dataclass(frozen=True)
class Installation:
    """Who signs here. ``log_id`` and ``dev`` are key hashes in hex; ``origin`` is the public address."""

    key_dir: Path
    origin: str
    log_key: EllipticCurvePrivateKey
    server_key: EllipticCurvePrivateKey
    epoch: str

    @cached_property
    def public_key(self) -> bytes:
        return keys.public_bytes(self.log_key)

    @cached_property
    def log_id(self) -> str:
        return keys.key_hash(self.public_key)

    @cached_property
    def dev(self) -> str:
        return keys.key_hash(keys.public_bytes(self.server_key))

    def sign(self, message: bytes) -> bytes:
        """64 raw bytes ``r ‖ s`` by the key of the log."""
        return keys.sign(self.log_key, message)


def write_once(path: Path, content: bytes) -> bytes:
    """Put ``content`` at ``path`` unless something is there; return what is there. Whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return path.read_bytes()
    finally:
        draft.unlink()
    return content


def secret_file(name: str, make: Callable[[], bytes]) -> bytes:
    """A secret of this installation that is no part of the log, made at first use and kept beside the keys."""
    path = installation().key_dir / name
    return path.read_bytes() if path.exists() else write_once(path, make())


def _key(path: Path) -> EllipticCurvePrivateKey:
    if not path.exists():
        with contextlib.suppress(FileExistsError):
            keys.save_private_key(path, keys.new_private_key())
    return keys.load_private_key(path)


@lru_cache(maxsize=4)
def _installation(key_dir: Path, origin: str) -> Installation:
    key_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    epoch_file = key_dir / "epoch"
    epoch = epoch_file.read_bytes() if epoch_file.exists() else write_once(epoch_file, secrets.token_hex(8).encode())
    return Installation(
        key_dir=key_dir,
        origin=origin,
        log_key=_key(key_dir / "log.pem"),
        server_key=_key(key_dir / "server.pem"),
        epoch=epoch.decode(),
    )


def read_anew() -> Installation:
    """The keys as they lie there now, whatever this process had read before."""
    _installation.cache_clear()
    return installation()


def begin_chain_anew() -> Installation:
    """The server's own chain of records begins another time. Nobody else may be serving."""
    path = installation().key_dir / "epoch"
    draft = path.with_name(".epoch.part")
    draft.write_text(secrets.token_hex(8))
    draft.chmod(0o600)
    draft.replace(path)
    return read_anew()


def installation() -> Installation:
    """The keys of this installation, made at first use."""
    return _installation(Path(settings.PARVIS_VAR) / "keys", settings.PARVIS_ORIGIN)
