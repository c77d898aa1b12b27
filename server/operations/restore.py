"""``parvis restore FILE``: a backup into an empty installation, whole or not at all; of one in parts, all three files.

First each file is read to its end and checked; then it is laid out in a folder aside and each part compared with the
manifest; only then rows are written, in one transaction, at whose end the log is proved and the files are moved into
place. Whatever goes wrong before that leaves the installation as empty as it was.

An installation that comes from a backup may have forgotten what came after it. It says so: the log's epoch is one more,
at which each device sends what was not on the list yet, and the server's own chain of records begins anew, so that no
number is given twice. And it is *recovering* (``server/ledger/recovery.py``) until people say that all is back.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import secrets
import shutil
import sys
import tarfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from . import parts, rows
from .archive import CHUNK_BYTES, BadArchive, Reader, check_digest, part_of
from .backup import NOT_KEPT, PART_HELP, database_files

STAGE = ".restore-"
EPOCH = "keys/epoch"


def main(arguments: list[str]) -> int:
    """0: restored and proved; 2: refused, and nothing was written."""
    parser = argparse.ArgumentParser(prog="parvis restore", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, nargs="+", help="one file; of a backup in parts, all three")
    parser.add_argument("--passphrase-file", type=Path, help="the file's first line is the passphrase of the backup")
    parser.add_argument("--part", action="append", default=[], metavar="PART=FILE", help=PART_HELP)
    chosen = parser.parse_args(arguments)
    import django

    django.setup()
    try:
        told = read(chosen.file, parts.read_passphrases(chosen.passphrase_file, chosen.part))
    except (BadArchive, OSError) as problem:
        print(f"parvis restore: {problem}. Nothing was changed.", file=sys.stderr)
        return 2
    print(f"{told['rows']} rows, {told['files']} files; the log holds {told['log']} records and is whole.")
    print("Devices will send again what came after this backup. Until somebody ends the recovery in the office,")
    print("nothing is opened, closed, counted or published, and nobody votes online.")
    return 0


def read(sources: Sequence[Path], passphrases: Mapping[str, bytes]) -> dict[str, int]:
    """Restore; returns how many rows, files and records of the log. Raises BadArchive."""
    from django.conf import settings

    var = Path(settings.PARVIS_VAR)
    for source in sources:
        check_digest(source)
    found = [(part_of(source), source) for source in sources]
    told = sorted(part for part, _source in found)
    if told != sorted(passphrases):
        raise BadArchive(f"this is not the whole: there is {_named(told)}, and passphrases for {_named(passphrases)}")
    _require_empty(var)
    for left in var.glob(f"{STAGE}*"):
        shutil.rmtree(left)  # of a restore that was broken off
    stage = var / f"{STAGE}{secrets.token_hex(6)}"
    stage.mkdir(mode=0o700)
    try:
        folders = []
        for part, source in found:
            folders.append(stage / (part or "whole"))
            folders[-1].mkdir(mode=0o700)
            with source.open("rb") as file:
                _lay_out(Reader(file, passphrases[part]), folders[-1])
        return _Restoring(var, folders).restore()
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _named(found: Iterable[str]) -> str:
    return ", ".join(part or "a whole backup" for part in sorted(found))


# -- Before ------------------------------------------------------------------------------------------------------------


def _require_empty(var: Path) -> None:
    own = database_files()
    for path in sorted(var.rglob("*")):
        first = path.relative_to(var).parts[0]
        if path.is_dir() or path in own or first in NOT_KEPT or first.startswith(STAGE) or path.suffix == ".log":
            continue
        raise BadArchive(f"this installation is not empty: there is {path}")
    from django.apps import apps
    from django.db import connection

    there = set(connection.introspection.table_names())
    for model in rows.tables(apps):
        label = model._meta.label_lower
        if label not in rows.OWN and model._meta.db_table in there and model._base_manager.exists():
            raise BadArchive(f"this installation is not empty: the database holds rows of {label}")


def _lay_out(sealed: Reader, stage: Path) -> None:
    """Write the tar's members below ``stage`` and compare them with the manifest. Raises BadArchive."""
    found: dict[str, tuple[int, str]] = {}
    try:
        with tarfile.open(fileobj=_Buffered(sealed), mode="r|gz") as tar:  # type: ignore[call-overload]
            for entry in tar:
                found[entry.name] = _write_member(tar, entry, stage)
        while sealed.read(CHUNK_BYTES):  # to the last chunk, whose seal is checked too
            pass
        manifest = json.loads((stage / "manifest.json").read_bytes())["members"]
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError, KeyError) as error:
        raise BadArchive(f"the backup cannot be read ({type(error).__name__})") from error
    del found["manifest.json"]
    if found != {entry["name"]: (entry["size"], entry["sha256"]) for entry in manifest}:
        raise BadArchive("the backup is damaged: it is not what its manifest says")


class _Buffered:
    """A stream for ``tarfile``, which wants as many bytes as it asked for."""

    def __init__(self, sealed: Reader) -> None:
        self.sealed = sealed

    def read(self, size: int) -> bytes:
        pieces, left = [], size
        while left and (piece := self.sealed.read(left)):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)


def _write_member(tar: tarfile.TarFile, entry: tarfile.TarInfo, stage: Path) -> tuple[int, str]:
    """Only plain files under names of ours; nothing leads out of the folder (X1)."""
    name = PurePosixPath(entry.name)
    is_ours = entry.name in ("facts.json", "manifest.json") or name.parts[0] in ("rows", "files")
    if not entry.isreg() or not is_ours or name.is_absolute() or ".." in name.parts:
        raise BadArchive(f"the backup holds what no backup holds: {entry.name!r}")
    target = stage / name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = tar.extractfile(entry)
    assert source is not None
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        target.chmod(0o600)
        while piece := source.read(CHUNK_BYTES):
            digest.update(piece)
            size += file.write(piece)
    return size, digest.hexdigest()


# -- The deed ----------------------------------------------------------------------------------------------------------


class _Restoring:
    """``folders``: the archives, laid out; ``homes`` says in which of them the rows of a table are."""

    def __init__(self, var: Path, folders: Sequence[Path]) -> None:
        self.var, self.folders = var, folders
        told: list[dict[str, Any]] = [json.loads((folder / "facts.json").read_bytes()) for folder in folders]
        if len({json.dumps([one.get("moment"), one["migrations"], one["origin"]]) for one in told}) > 1:
            raise BadArchive("these parts are of different backups")
        self.facts = told[0]
        self.homes = {label: folder for folder, one in zip(folders, told, strict=True) for label in one["tables"]}
        self.columns = {label: names for one in told for label, names in one["tables"].items()}
        self.moved: list[Path] = []

    def restore(self) -> dict[str, int]:
        from django.core.management import call_command
        from django.db import transaction

        from server.ledger.recovery import begin
        from server.voting.guards import lower_guards

        self._require_origin()
        registry = self._bring_database_there()
        try:
            with transaction.atomic():
                lower_guards()  # what is written back has been frozen and certified already
                count = self._load(registry)
                self._begin_anew(registry)
                self._move_files()
                size = prove_log(registry)
        except Exception as error:
            for path in self.moved:
                path.unlink(missing_ok=True)
            if isinstance(error, BadArchive | OSError):
                raise
            raise BadArchive(f"the rows could not be written ({type(error).__name__}: {error})") from error
        call_command("migrate", verbosity=0, interactive=False)
        if size:
            begin()  # where the backup is of a release that knew no recovery; otherwise it changes nothing
        return {"rows": count, "files": len(self.moved), "log": size}

    def _require_origin(self) -> None:
        """The address is part of all that was signed."""
        from django.conf import settings

        if self.facts["origin"] != settings.PARVIS_ORIGIN:
            raise BadArchive(f"this is the backup of {self.facts['origin']}: set PARVIS_ORIGIN to that")

    def _bring_database_there(self) -> Any:
        """Make the tables of the release that the backup is of; returns its registry of models."""
        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        executor = MigrationExecutor(connection)
        wanted = {(app, name) for app, name in self.facts["migrations"]}
        applied = set(executor.loader.applied_migrations)
        if unknown := {key for key in wanted if key not in executor.loader.disk_migrations}:
            raise BadArchive(f"the backup is of a newer release: it knows {'.'.join(min(unknown))}")
        if applied - wanted:
            raise BadArchive("the database has tables of a newer release than the backup: give an empty database")
        graph = executor.loader.graph
        ends = [key for key in wanted if not any(child in wanted for child in graph.node_map[key].children)]
        executor.migrate(sorted(ends))
        return executor.loader.project_state(sorted(ends)).apps

    def _load(self, registry: Any) -> int:
        models = {model._meta.label_lower: model for model in rows.tables(registry)}
        if set(models) != set(self.columns):
            raise BadArchive("the backup's tables are not those of its release")
        for label in rows.OWN & set(models):
            models[label]._base_manager.all().delete()
        count = 0
        for label, names in sorted(self.columns.items()):
            with (self.homes[label] / "rows" / f"{label}.jsonl").open("rb") as lines:
                count += rows.load(models[label], names, lines)
        rows.continue_numbers(list(models.values()))
        return count

    def _begin_anew(self, registry: Any) -> None:
        """A new epoch of the log, and of the server's own chain; a recovery that begins, and its sign."""
        from django.utils import timezone

        from server.ledger.recovery import SIGN, root_of

        log = registry.get_model("ledger", "Log")._base_manager.first()
        if log is not None:
            log.log_epoch += 1
            log.save(update_fields=["log_epoch"])
        known = {model._meta.label_lower: model for model in registry.get_models()}
        if log is not None and (recovery := known.get("ledger.recovery")):
            facts = {"size": log.size, "root": root_of(log), "began_at": timezone.now()}
            recovery._base_manager.create(log_epoch=log.log_epoch, **facts)
        for folder in self.folders:
            epoch = folder / "files" / EPOCH
            if epoch.exists():
                epoch.write_text(secrets.token_hex(8))
                epoch.with_name(SIGN).touch(0o600)

    def _move_files(self) -> None:
        for source in (folder / "files" for folder in self.folders):
            for path in sorted(source.rglob("*")):
                target = self.var / path.relative_to(source)
                if path.is_dir():
                    target.mkdir(mode=0o700, exist_ok=True)
                else:
                    path.rename(target)
                    self.moved.append(target)


def prove_log(registry: Any) -> int:
    """The tree over all headers must have every root that was signed. Returns the log's size; raises BadArchive."""
    from server.ledger import keys, messages, tree
    from server.ledger.installation import read_anew

    installation = read_anew()
    log, record, checkpoints = (
        registry.get_model("ledger", name)._base_manager for name in ("Log", "Record", "Checkpoint")
    )
    signed = {checkpoint.size: checkpoint for checkpoint in checkpoints.order_by("log_epoch")}
    frontier = tree.Frontier()
    headers = record.order_by("index").values_list("header", flat=True)
    for header in headers.iterator(chunk_size=2000):
        frontier.append(tree.leaf_hash(header.encode()))
        checkpoint = signed.pop(frontier.size, None)
        if checkpoint is None:
            continue
        root = frontier.root().hex()
        message = messages.checkpoint_message(
            installation.origin, installation.log_id, checkpoint.log_epoch, checkpoint.size, root
        )
        is_signed = keys.verify(installation.public_key, message, keys.unb64u(checkpoint.signature))
        if root != checkpoint.root or not is_signed:
            raise BadArchive(f"the log does not fit what was signed at {checkpoint.size} records")
    size = log.values_list("size", flat=True).first() or 0
    if frontier.size != size or set(signed) - {0}:
        raise BadArchive(f"the log holds {frontier.size} records of {size}")
    return size
