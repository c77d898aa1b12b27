"""The kiosk's release: every byte of the folder ``kiosk/``, under one hash.

The list of files is computed, never typed. ``sha256`` and ``size`` of each file let the worker store a release whole or
not at all; the release's hash is the SHA-256 over the lines ``path sha256 size`` of all files, the worker itself
included, sorted by path. No Django here, so that tests can serve a kiosk without it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import brotli

INDEX = "index.html"
WORKER = "sw.js"
VERSIONS = "domain/versions.js"

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
NOT_STORED = {".txt"}  # licence texts are served beside what they cover; a kiosk runs without them
ALREADY_COMPRESSED = {".woff2"}
LARGE = 256 * 1024
REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")

#: What a kiosk page may do: nothing but speak with its own origin and run its own modules and QR reader.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": CONTENT_POLICY,
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class ReleasedFile:
    """One file as it is served."""

    path: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def suffix(self) -> str:
        return Path(self.path).suffix

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.suffix]

    @cached_property
    def gzipped(self) -> bytes:
        """No time inside: the same bytes for ever."""
        return gzip.compress(self.content, 9, mtime=0)

    @cached_property
    def brotlied(self) -> bytes:
        """Smaller by a sixth. At its best it takes a second for all small files, and three for the large one alone."""
        return brotli.compress(self.content, quality=9 if len(self.content) > LARGE else 11)

    def encoded(self, accepted: str) -> tuple[str, bytes]:
        """The encoding in which to send it to whoever accepts these ("" as it is), and its bytes."""
        if self.suffix not in ALREADY_COMPRESSED:
            names = {name.partition(";")[0].strip() for name in accepted.split(",") if not REFUSED.search(name)}
            if "br" in names:
                return "br", self.brotlied
            if "gzip" in names:
                return "gzip", self.gzipped
        return "", self.content

    @property
    def size_on_the_wire(self) -> int:
        """To a browser: over TLS, or on the machine itself, every one of them takes Brotli."""
        return len(self.encoded("br")[1])


@dataclass(frozen=True)
class Release:
    """All files of one state of the folder, by path."""

    files: Mapping[str, ReleasedFile]

    @cached_property
    def hash(self) -> str:
        lines = (f"{file.path} {file.sha256} {len(file.content)}\n" for file in self.files.values())
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @property
    def stored_files(self) -> list[ReleasedFile]:
        """What the worker keeps for the hall without network."""
        return [file for file in self.files.values() if file.path != WORKER and file.suffix not in NOT_STORED]

    @cached_property
    def manifest(self) -> bytes:
        """``release.json``."""
        files = [{"path": file.path, "sha256": file.sha256, "size": len(file.content)} for file in self.stored_files]
        return json.dumps({"release": self.hash, "files": files}, separators=(",", ":")).encode()

    @cached_property
    def worker(self) -> ReleasedFile:
        """``sw.js`` with one line before it that says what to store; the rest is the file, byte for byte."""
        line = b"self.PARVIS_RELEASE = " + self.manifest + b";\n"
        return ReleasedFile(WORKER, line + self.files[WORKER].content)


def raised(release: Release, versions: Mapping[str, int]) -> Release:
    """The same kiosk as a later release that writes these versions of its records, under another hash: for tests."""
    text = release.files[VERSIONS].content.decode()
    for type_, version in versions.items():
        text = text.replace(f'"{type_}": 1,', f'"{type_}": {version},')
    return Release(MappingProxyType({**release.files, VERSIONS: ReleasedFile(VERSIONS, text.encode())}))


def fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file of the folder changes: path, time and size of each."""
    stats = ((path, path.stat()) for path in _served_paths(folder))
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)


def read_release(folder: Path) -> Release:
    """Read every file that is served: known suffixes only, no hidden file, no link out of the folder."""
    paths = {path.relative_to(folder).as_posix(): path for path in _served_paths(folder)}
    return Release(MappingProxyType({name: ReleasedFile(name, paths[name].read_bytes()) for name in sorted(paths)}))


def _served_paths(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.suffix in CONTENT_TYPES and path.is_file())
    return sorted(path for path in found if not path.is_symlink() and not path.name.startswith("."))
