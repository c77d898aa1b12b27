"""``parvis backup FILE``: the whole installation in one file, or in three parts of one moment, while it serves.

The database is read as of one moment; the folder of files is read after it, and files are written before the rows that
name them, so nothing that a row names is missing. Left out: who is logged in, static files, and imports under way.

In the tar (``archive``), in this order: ``facts.json`` (release, time, migrations, tables and their columns),
``rows/<table>.jsonl`` (``rows``), ``files/<path below PARVIS_VAR>``, ``manifest.json`` (size and SHA-256 of each).

With ``--part register=FILE --part box=FILE --part log=FILE`` (files with passphrases) there are three archives, named
``FILE.register``, ``FILE.box``, ``FILE.log``: each table and file is in one of them (``parts``); ``facts.json`` names
the part, its tables, and the moment, 32 hex digits that the three share and no other backup has.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import secrets
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from . import parts, rows
from .archive import BadArchive, Writer, sync_folder

# Below PARVIS_VAR: made anew by the program, or of no worth tomorrow.
NOT_KEPT = ("static", "imports")
SNAPSHOT = "snapshot"
PART_HELP = "in parts: register=FILE, box=FILE and log=FILE, each file with a passphrase of its own"


def main(arguments: list[str]) -> int:
    """0: written; 2: refused, and nothing was written."""
    parser = argparse.ArgumentParser(prog="parvis backup", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, help="where to write; nothing may be there yet")
    parser.add_argument("--passphrase-file", type=Path, help="seal the backup; the file's first line is the passphrase")
    parser.add_argument("--part", action="append", default=[], metavar="PART=FILE", help=PART_HELP)
    chosen = parser.parse_args(arguments)
    import django

    django.setup()
    try:
        written = write(chosen.file, parts.read_passphrases(chosen.passphrase_file, chosen.part))
    except (BadArchive, OSError) as problem:
        print(f"parvis backup: {problem}", file=sys.stderr)
        return 2
    for path, told in written.items():
        print(f"{path}: {told['rows']} rows, {told['files']} files, {path.stat().st_size} bytes")
    return 0


def write(target: Path, passphrases: Mapping[str, bytes]) -> dict[Path, dict[str, int]]:
    """Write an archive for each part (``""``: the whole), all of them or none; says how many rows and files each holds.

    Raises BadArchive.
    """
    from server.ledger.backups import note_backup

    from .health import _migrations

    names = {part: target.with_name(f"{target.name}.{part}") if part else target for part in passphrases}
    for path in names.values():
        if path.exists():
            raise BadArchive(f"{path} is there already")
    if _migrations() != "ok":
        raise BadArchive("the database is not of this release: run parvis setup first")
    drafts = {part: path.with_name(f".{path.name}.part") for part, path in names.items()}
    try:
        with contextlib.ExitStack() as open_files:
            packings = {
                part: _Packing(open_files.enter_context(_draft(drafts[part])), passphrases[part], part, target.parent)
                for part in names
            }
            log = _pack(packings)
            told = {names[part]: packing.close() for part, packing in packings.items()}
        for part, path in names.items():
            drafts[part].rename(path)
        sync_folder(target.parent)
        note_backup(*log)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    return told


def _draft(path: Path) -> BinaryIO:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _pack(packings: Mapping[str, _Packing]) -> tuple[int, int]:
    """Put each table and file where it belongs: into its part, or all into the one archive.

    Returns the epoch and size of the list as of that moment.
    """
    from django.apps import apps
    from django.conf import settings
    from django.db import transaction

    def home(part: str) -> _Packing:
        return packings[part] if part in packings else packings[parts.WHOLE]

    moment = secrets.token_hex(16)
    _open_snapshot()
    with transaction.atomic(using=SNAPSHOT):
        models = rows.tables(apps)
        for part, packing in packings.items():
            own = [model for model in models if not part or parts.of_table(model) == part]
            packing.begin(_facts(own) | ({"part": part, "moment": moment} if part else {}))
        for model in models:
            home(parts.of_table(model)).add_rows(model)
        runs = apps.get_model("paper", "PrintRun").objects.using(SNAPSHOT)
        log = apps.get_model("ledger", "Log").objects.using(SNAPSHOT).values_list("log_epoch", "size").first()
        sheets = frozenset(runs.exclude(file="").values_list("file", flat=True))
    for path in kept_files(Path(settings.PARVIS_VAR)):
        name = path.relative_to(settings.PARVIS_VAR).as_posix()
        home(parts.of_file(name, sheets)).add_file(path, name)
    return log or (1, 0)


class _Packing:
    """One archive under way: what was put into its tar, with size and digest."""

    def __init__(self, file: BinaryIO, passphrase: bytes, part: str, scratch: Path) -> None:
        self.file, self.sealed = file, Writer(file, passphrase, part)
        self.tar = tarfile.open(fileobj=self.sealed, mode="w|gz", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.scratch, self.members = scratch, []  # type: ignore[var-annotated]
        self.counted = {"rows": 0, "files": 0}

    def begin(self, facts: dict[str, Any]) -> None:
        self._add_bytes("facts.json", json.dumps(facts, ensure_ascii=False, indent=1).encode())

    def close(self) -> dict[str, int]:
        self._add_bytes("manifest.json", json.dumps({"members": self.members}, ensure_ascii=False).encode())
        self.tar.close()
        self.sealed.finish()
        self.file.flush()
        os.fsync(self.file.fileno())
        return self.counted

    def _add(self, name: str, size: int, source: BinaryIO) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        hashing = _Hashing(source)
        self.tar.addfile(entry, hashing)  # type: ignore[arg-type]
        self.members.append({"name": name, "size": size, "sha256": hashing.digest.hexdigest()})

    def _add_bytes(self, name: str, content: bytes) -> None:
        self._add(name, len(content), io.BytesIO(content))

    def add_rows(self, model: Any) -> None:
        """A tar wants to know sizes beforehand: the lines wait in a file without a name."""
        with tempfile.TemporaryFile(dir=self.scratch) as waiting:
            for line in rows.dump(model, using=SNAPSHOT):
                waiting.write(line)
                self.counted["rows"] += 1
            size = waiting.tell()
            waiting.seek(0)
            self._add(f"rows/{model._meta.label_lower}.jsonl", size, waiting)

    def add_file(self, path: Path, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):  # destroyed on its date, a moment ago
            with path.open("rb") as file:
                self._add(f"files/{name}", os.fstat(file.fileno()).st_size, file)
            self.counted["files"] += 1


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
