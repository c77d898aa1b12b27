"""``parvis backup FILE``: the whole installation in one file, while it serves.

The database is read as of one moment; the folder of files is read after it, and files are written before the rows that
name them, so nothing that a row names is missing. Left out: who is logged in, static files, and imports under way.

In the tar (``archive``), in this order: ``facts.json`` (release, time, migrations, tables and their columns),
``rows/<table>.jsonl`` (``rows``), ``files/<path below PARVIS_VAR>``, ``manifest.json`` (size and SHA-256 of each).
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from . import rows
from .archive import BadArchive, Writer, read_passphrase, sync_folder

# Below PARVIS_VAR: made anew by the program, or of no worth tomorrow.
NOT_KEPT = ("static", "imports")
SNAPSHOT = "snapshot"


def main(arguments: list[str]) -> int:
    """0: written; 2: refused, and nothing was written."""
    parser = argparse.ArgumentParser(prog="parvis backup", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, help="where to write; nothing may be there yet")
    parser.add_argument("--passphrase-file", type=Path, help="seal the backup; the file's first line is the passphrase")
    chosen = parser.parse_args(arguments)
    import django

    django.setup()
    try:
        told = write(chosen.file, read_passphrase(chosen.passphrase_file))
    except (BadArchive, OSError) as problem:
        print(f"parvis backup: {problem}", file=sys.stderr)
        return 2
    print(f"{chosen.file}: {told['rows']} rows, {told['files']} files, {chosen.file.stat().st_size} bytes")
    return 0


def write(target: Path, passphrase: bytes = b"") -> dict[str, int]:
    """Write the backup under its name, whole or not at all; returns how many rows and files. Raises BadArchive."""
    from .health import _migrations

    if target.exists():
        raise BadArchive(f"{target} is there already")
    if _migrations() != "ok":
        raise BadArchive("the database is not of this release: run parvis setup first")
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            sealed = Writer(file, passphrase)
            told = _Packing(sealed, target.parent).pack()
            sealed.finish()
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
        sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)
    return told


class _Packing:
    """One backup under way: what was put into the tar, with size and digest."""

    def __init__(self, sealed: Writer, scratch: Path) -> None:
        self.tar = tarfile.open(fileobj=sealed, mode="w|gz", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.scratch, self.members = scratch, []  # type: ignore[var-annotated]

    def pack(self) -> dict[str, int]:
        from django.apps import apps
        from django.conf import settings
        from django.db import transaction

        counted = {"rows": 0, "files": 0}
        _open_snapshot()
        with transaction.atomic(using=SNAPSHOT):
            models = rows.tables(apps)
            self._add_bytes("facts.json", json.dumps(_facts(models), ensure_ascii=False, indent=1).encode())
            for model in models:
                counted["rows"] += self._add_rows(model)
        for path in kept_files(Path(settings.PARVIS_VAR)):
            counted["files"] += self._add_file(path, path.relative_to(settings.PARVIS_VAR).as_posix())
        self._add_bytes("manifest.json", json.dumps({"members": self.members}, ensure_ascii=False).encode())
        self.tar.close()
        return counted

    def _add(self, name: str, size: int, source: BinaryIO) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        hashing = _Hashing(source)
        self.tar.addfile(entry, hashing)  # type: ignore[arg-type]
        self.members.append({"name": name, "size": size, "sha256": hashing.digest.hexdigest()})

    def _add_bytes(self, name: str, content: bytes) -> None:
        self._add(name, len(content), io.BytesIO(content))

    def _add_rows(self, model: Any) -> int:
        """A tar wants to know sizes beforehand: the lines wait in a file without a name."""
        count = 0
        with tempfile.TemporaryFile(dir=self.scratch) as waiting:
            for line in rows.dump(model, using=SNAPSHOT):
                waiting.write(line)
                count += 1
            size = waiting.tell()
            waiting.seek(0)
            self._add(f"rows/{model._meta.label_lower}.jsonl", size, waiting)
        return count

    def _add_file(self, path: Path, name: str) -> int:
        try:
            with path.open("rb") as file:
                self._add(f"files/{name}", os.fstat(file.fileno()).st_size, file)
        except FileNotFoundError:
            return 0  # destroyed on its date, a moment ago
        return 1


class _Hashing:
    def __init__(self, source: BinaryIO) -> None:
        self.source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self.source.read(size)
        self.digest.update(content)
        return content


def _open_snapshot() -> None:
    """A second connection that sees one moment, and on SQLite keeps nobody from writing."""
    from django.db import connections

    facts = {**connections.databases["default"]}
    if facts["ENGINE"].endswith("sqlite3"):
        facts["OPTIONS"] = {**facts["OPTIONS"], "transaction_mode": "DEFERRED"}
    else:
        from django.db.backends.postgresql.psycopg_any import IsolationLevel

        facts["OPTIONS"] = {**facts.get("OPTIONS", {}), "isolation_level": IsolationLevel.REPEATABLE_READ}
    connections.databases[SNAPSHOT] = facts


def _facts(models: list[Any]) -> dict[str, Any]:
    from importlib.metadata import PackageNotFoundError, version

    from django.conf import settings
    from django.db import connections
    from django.db.migrations.recorder import MigrationRecorder

    try:
        release = version("parvis")
    except PackageNotFoundError:
        release = ""
    return {
        "release": release,
        "origin": settings.PARVIS_ORIGIN,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": connections[SNAPSHOT].vendor,
        "migrations": sorted(MigrationRecorder(connections[SNAPSHOT]).applied_migrations()),
        "tables": {model._meta.label_lower: rows.columns(model) for model in models},
    }


def kept_files(var: Path) -> Iterator[Path]:
    """All regular files of the installation, but those that are made anew, in a steady order."""
    own = database_files()
    for path in sorted(var.rglob("*")):
        parts = path.relative_to(var).parts
        if parts[0] in NOT_KEPT or any(part.startswith(".") for part in parts):
            continue
        if path.is_file() and not path.is_symlink() and path not in own and path.suffix != ".log":
            yield path


def database_files() -> set[Path]:
    """The files of an SQLite database: its rows are kept as rows."""
    from django.db import connections

    facts = connections.databases["default"]
    if not facts["ENGINE"].endswith("sqlite3"):
        return set()
    return {Path(f"{facts['NAME']}{end}") for end in ("", "-wal", "-shm", "-journal")}
