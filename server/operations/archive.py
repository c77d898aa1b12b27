"""A file that is whole or refused: chunks, sealed by a passphrase or not, and a digest over all of it.

Format ``parvis-backup-1``
--------------------------
    parvis-backup-1 LF
    one line of JSON: {"cipher": "" or "aes-256-gcm", "salt": 32 hex} LF; of a part also "part": "box" (``parts``)
    chunks: 1 byte (0: more follow, 1: the last), 4 bytes length n (big endian), n bytes
    32 bytes: SHA-256 of everything before

The chunks' bytes, one after another, are a gzipped tar. Each chunk holds up to 1 MiB of it. With a cipher, a chunk is
AES-256-GCM under the key scrypt(passphrase, salt, N=2^15, r=8, p=1), nonce = its number as 12 bytes (big endian, from
0), additional data = the two first lines ‖ its first byte; so a chunk cannot be moved, left out, or taken for the last.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import struct
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"parvis-backup-1\n"
CHUNK_BYTES = 1024 * 1024
TAG_BYTES = 16
DIGEST_BYTES = 32
HEAD = struct.Struct(">BI")


class BadArchive(Exception):
    """The file is no backup, is damaged, or the passphrase is not its own. The sentence says which."""


def _key(passphrase: bytes, salt: bytes) -> AESGCM:
    return AESGCM(hashlib.scrypt(passphrase, salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=32))


class Writer(io.RawIOBase):
    """Takes the bytes of a tar, in order. ``finish`` writes the last chunk and the digest."""

    def __init__(self, file: BinaryIO, passphrase: bytes = b"", part: str = "") -> None:
        self._file, self._digest, self._waiting, self._number = file, hashlib.sha256(), bytearray(), 0
        salt = secrets.token_bytes(16)
        facts = {"cipher": "aes-256-gcm" if passphrase else "", "salt": salt.hex()} | ({"part": part} if part else {})
        self._head = MAGIC + json.dumps(facts).encode() + b"\n"
        self._seal = _key(passphrase, salt) if passphrase else None
        self._put(self._head)

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self._waiting += content
        while len(self._waiting) > CHUNK_BYTES:
            self._put_chunk(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
            del self._waiting[:CHUNK_BYTES]
        return len(content)

    def finish(self) -> None:
        self._put_chunk(bytes(self._waiting), is_last=True)
        self._file.write(self._digest.digest())

    def _put_chunk(self, content: bytes, *, is_last: bool) -> None:
        if self._seal:
            extra = self._head + bytes([is_last])
            content = self._seal.encrypt(self._number.to_bytes(12, "big"), content, extra)
        self._put(HEAD.pack(is_last, len(content)) + content)
        self._number += 1

    def _put(self, content: bytes) -> None:
        self._digest.update(content)
        self._file.write(content)


def part_of(path: Path) -> str:
    """Which part of a backup this file says it is; "" for a whole one. Its seal binds it to that. Raises BadArchive."""
    with path.open("rb") as file:
        if file.readline(64) != MAGIC:
            raise BadArchive("this file is no backup of Parvis")
        try:
            return str(json.loads(file.readline(200)).get("part", ""))
        except (ValueError, AttributeError) as error:
            raise BadArchive("this file is no backup of Parvis") from error


def check_digest(path: Path) -> None:
    """Read the whole file once. Raises BadArchive for anything but the bytes that were written."""
    left = path.stat().st_size - DIGEST_BYTES
    digest = hashlib.sha256()
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise BadArchive("this file is no backup of Parvis")
        file.seek(0)
        while left > 0 and (piece := file.read(min(CHUNK_BYTES, left))):
            digest.update(piece)
            left -= len(piece)
        if left or file.read() != digest.digest():
            raise BadArchive("the backup is damaged or cut short: its digest does not fit")


class Reader(io.RawIOBase):
    """Gives the bytes of the tar. Raises BadArchive at the first chunk that does not fit."""

    def __init__(self, file: BinaryIO, passphrase: bytes = b"") -> None:
        self._file, self._waiting, self._number, self._is_over = file, b"", 0, False
        self._head = file.readline(64) + file.readline(200)
        try:
            facts = json.loads(self._head.removeprefix(MAGIC))
            cipher, salt = facts["cipher"], bytes.fromhex(facts["salt"])
        except (ValueError, KeyError, TypeError) as error:
            raise BadArchive("this file is no backup of Parvis") from error
        if cipher not in ("", "aes-256-gcm"):
            raise BadArchive("this backup was made by a newer release")
        if cipher and not passphrase:
            raise BadArchive("this backup is sealed: give its passphrase with --passphrase-file")
        self._seal = _key(passphrase, salt) if cipher else None

    def readable(self) -> bool:
        return True

    def readinto(self, target: bytearray) -> int:  # type: ignore[override]
        if not self._waiting and not self._is_over:
            self._waiting = self._next_chunk()
        count = min(len(target), len(self._waiting))
        target[:count], self._waiting = self._waiting[:count], self._waiting[count:]
        return count

    def _next_chunk(self) -> bytes:
        head = self._file.read(HEAD.size)
        if len(head) < HEAD.size:
            raise BadArchive("the backup is cut short")
        is_last, length = HEAD.unpack(head)
        if is_last > 1 or length > CHUNK_BYTES + TAG_BYTES:
            raise BadArchive("the backup is damaged")
        content = self._file.read(length)
        if self._seal:
            try:
                content = self._seal.decrypt(self._number.to_bytes(12, "big"), content, self._head + head[:1])
            except InvalidTag as error:
                words = "the passphrase is wrong" if self._number == 0 else "the backup is damaged"
                raise BadArchive(words) from error
        self._number, self._is_over = self._number + 1, bool(is_last)
        return content


def read_passphrase(path: Path | None) -> bytes:
    """The first line of the file; b"" without one. Raises BadArchive for an empty or a very short one."""
    if path is None:
        return b""
    words = path.read_bytes().split(b"\n")[0].strip()
    if len(words) < 12:
        raise BadArchive("a passphrase has at least twelve characters; openssl rand -base64 24 makes one")
    return words


def sync_folder(folder: Path) -> None:
    """Make a new name itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
