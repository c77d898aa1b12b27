"""A backup holds all that an installation owns, and a restore is whole or does nothing (S9, X1)."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import zlib
from base64 import b64decode, b64encode
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.operations.archive import MAGIC, BadArchive, Reader, Writer, check_digest, read_passphrase
from tests.databases import new_database
from tests.slowest import HANGS_S

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[3]
PASSPHRASE = b"seven words that nobody would guess"


@dataclass
class House:
    """An installation of its own: a folder and a database."""

    var: Path
    database: str = ""
    origin: str = "http://localhost:8000"

    def set_up(self, tables: Path) -> House:
        """With the tables of an empty installation, as ``parvis setup`` makes them in ten seconds."""
        self.var.mkdir(exist_ok=True)
        shutil.copy(tables, self.var / "db.sqlite3")
        return self

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "PARVIS_VAR": str(self.var), "PARVIS_ORIGIN": self.origin}
        environment["DATABASE_URL"] = self.database or f"sqlite:///{self.var / 'db.sqlite3'}"
        return subprocess.run(
            [sys.executable, "-m", *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANGS_S
        )

    def parvis(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return self.run("server.cli", *map(str, words))

    def town(self, *deeds: str) -> list[dict]:
        """What each deed printed, in order."""
        done = self.run("tests.server.operations.backup_town", *deeds)
        assert done.returncode == 0, done.stderr[-3000:]
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith(("{", "null"))]

    @property
    def is_empty(self) -> bool:
        """Nothing but the database's own file, and no row of ours in it."""
        left = [path for path in self.var.rglob("*") if path.is_file() and not path.name.startswith("db.sqlite3")]
        return not left and rows_of(self.var / "db.sqlite3") == 0


def rows_of(database: Path) -> int:
    if not database.exists():
        return 0
    with closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        ours = [name for name in names if not name.startswith(("sqlite_", "django_migrations"))]
        return sum(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in ours)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory, migrated_file: Path) -> tuple[House, Path, dict]:
    """A house where a vote was held, its backup, and what was in it."""
    house = House(tmp_path_factory.mktemp("lived-in")).set_up(migrated_file)
    backup = tmp_path_factory.mktemp("backups") / "parvis.backup"
    _made, seen = house.town("make", f"backup:{backup}", "look")
    return house, backup, seen


def compare(before: dict, after: dict, *, kept_otherwise: frozenset[str] = frozenset()) -> None:
    """kept_otherwise: tables whose rows say the same in another form."""
    assert after["verified"] is True
    for name in ("files", "votes", "leaves"):
        assert after[name] == before[name]
    assert after["modes"] == ["0o600"]
    differ = {name for name in before["rows"] if before["rows"][name] != after["rows"].get(name)}
    assert differ == kept_otherwise
    assert after["log"] == [[epoch + 1, size] for epoch, size in before["log"]] == after["recovering"]
    assert after["has_sign"] is True
    assert after["epoch"] != before["epoch"]


def test_what_was_there_is_there_again_and_life_goes_on(lived_in, tmp_path: Path, migrated_file: Path):
    _house, backup, before = lived_in
    fresh = House(tmp_path / "var").set_up(migrated_file)
    done = fresh.parvis("restore", backup)
    assert done.returncode == 0, done.stderr
    assert f"the log holds {before['log'][0][1]} records and is whole" in done.stdout
    seen, later = fresh.town("look", "go-on")
    compare(before, seen)
    assert later["size"] > before["log"][0][1]


@pytest.mark.services
def test_a_backup_moves_from_sqlite_to_postgresql_and_back(
    lived_in, tmp_path: Path, postgres_url: str, migrated_postgres: str, migrated_file: Path
):
    _house, backup, before = lived_in
    (tmp_path / "large").mkdir()
    there, _later = House(tmp_path / "large", new_database(postgres_url, "restored", migrated_postgres)).town(
        f"restore:{backup}", "look", f"backup:{tmp_path / 'again'}", "go-on"
    )
    compare(before, there)
    (here,) = House(tmp_path / "small").set_up(migrated_file).town(f"restore:{tmp_path / 'again'}", "look")
    compare(there, here)


def test_a_sealed_backup_shows_nothing_and_opens_with_its_passphrase_alone(
    lived_in, tmp_path: Path, migrated_file: Path
):
    house, plain, before = lived_in
    words, wrong = tmp_path / "words", tmp_path / "wrong"
    words.write_bytes(PASSPHRASE + b"\n")
    wrong.write_bytes(PASSPHRASE[::-1])
    backup = tmp_path / "sealed"
    assert house.parvis("backup", backup, "--passphrase-file", words).returncode == 0
    assert backup.stat().st_mode & 0o777 == 0o600
    assert b"facts.json" not in gunzipped(backup) and b"facts.json" in gunzipped(plain)
    with backup.open("rb") as file, pytest.raises(BadArchive, match="give its passphrase"):
        Reader(file)
    fresh = House(tmp_path / "var")
    done = fresh.parvis("restore", backup, "--passphrase-file", wrong)
    assert (done.returncode, "passphrase is wrong" in done.stderr) == (2, True)
    assert fresh.is_empty
    fresh = House(tmp_path / "set-up").set_up(migrated_file)
    done = fresh.parvis("restore", backup, "--passphrase-file", words)
    assert done.returncode == 0, done.stderr
    compare(before, *fresh.town("look"))


def gunzipped(backup: Path) -> bytes:
    """What a stranger without the passphrase reads: the first chunk, unpacked if it can be."""
    content = backup.read_bytes()
    head = content.index(b"\n", len(MAGIC)) + 6
    try:
        return zlib.decompressobj(31).decompress(content[head:], 10_000)
    except zlib.error:
        return b""


def test_an_installation_that_holds_something_is_left_as_it_is(lived_in, tmp_path: Path):
    house, backup, before = lived_in
    done = house.parvis("restore", backup)
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert house.town("look") == [before]
    shutil.copy(house.var / "db.sqlite3", tmp_path)
    done = House(tmp_path).parvis("restore", backup)
    assert "the database holds rows" in done.stderr


def test_a_backup_writes_over_no_other(lived_in):
    house, backup, _before = lived_in
    kept = backup.read_bytes()
    assert house.parvis("backup", backup).returncode == 2
    assert backup.read_bytes() == kept


def test_the_backup_of_another_address_is_refused(lived_in, tmp_path: Path):
    fresh = House(tmp_path, origin="http://localhost:9000")
    done = fresh.parvis("restore", lived_in[1])
    assert (done.returncode, "set PARVIS_ORIGIN" in done.stderr) == (2, True)
    assert fresh.is_empty


def rewritten(backup: Path, target: Path, change, rewrite=lambda _members: None) -> Path:
    """The backup as another release would have made it: ``change`` is given its facts, ``rewrite`` all its members."""
    with backup.open("rb") as file:
        content = read_all(Reader(file))
    inner = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(content)) as old, tarfile.open(fileobj=inner, mode="w:gz") as new:
        members = {entry.name: old.extractfile(entry).read() for entry in old}
        facts = json.loads(members["facts.json"])
        change(facts)
        members["facts.json"] = json.dumps(facts).encode()
        rewrite(members)
        told = [
            {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in members.items()
            if name != "manifest.json"
        ]
        members["manifest.json"] = json.dumps({"members": told}).encode()
        for name, content in members.items():
            made = tarfile.TarInfo(name)
            made.size = len(content)
            new.addfile(made, io.BytesIO(content))
    with target.open("wb") as file:
        writer = Writer(file)
        writer.write(inner.getvalue())
        writer.finish()
    return target


def as_the_log_was_kept(members: dict[str, bytes]) -> None:
    """A row for each node of the tree, and what lies beside a record under the record's hash (decision 39)."""

    def rows(name: str) -> list[list]:
        return [json.loads(line) for line in members[f"rows/{name}.jsonl"].splitlines()]

    def write(name: str, found: list[list]) -> None:
        members[f"rows/{name}.jsonl"] = "".join(json.dumps(row) + "\n" for row in found).encode()

    nodes = [
        [level, first + place, hashes[place * 32 : place * 32 + 32]]
        for _id, level, first, told in rows("ledger.node")
        for hashes in [b64decode(told["v"])]
        for place in range(len(hashes) // 32)
    ]
    write(
        "ledger.node",
        [[n, *at, {"is": "bytes", "v": b64encode(one).decode()}] for n, (*at, one) in enumerate(nodes, 1)],
    )
    names = {index: record for record, index, *_rest in rows("ledger.record")}
    write("ledger.payload", [[names[index], *rest] for index, *rest in rows("ledger.payload")])


def test_a_backup_of_an_older_release_is_brought_forward(lived_in, tmp_path: Path):
    """As it was before there were signs of workers, and a time of recovery: it begins all the same, from nothing."""

    def before_then(facts: dict) -> None:
        facts["migrations"].remove(["operations", "0001_worker_sign"])
        facts["migrations"] = [one for one in facts["migrations"] if one[0] != "ledger" or one[1] < "0004"]
        del facts["tables"]["ledger.recovery"]
        facts["tables"]["ledger.held"].remove("mark")
        facts["tables"]["ledger.node"] = ["id", "level", "index", "hash"]

    older = rewritten(lived_in[1], tmp_path / "older", before_then, as_the_log_was_kept)
    fresh = House(tmp_path / "var")
    (seen,) = fresh.town(f"restore:{older}", "look")
    compare(lived_in[2], seen, kept_otherwise=frozenset({"ledger.node"}))
    with closing(sqlite3.connect(fresh.var / "db.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM operations_workersign").fetchone() == (0,)


def test_a_backup_of_a_newer_release_is_refused(lived_in, tmp_path: Path):
    newer = rewritten(
        lived_in[1], tmp_path / "newer", lambda facts: facts["migrations"].append(["voting", "9999_of_tomorrow"])
    )
    fresh = House(tmp_path / "var")
    done = fresh.parvis("restore", newer)
    assert (done.returncode, "newer release" in done.stderr) == (2, True)
    assert fresh.is_empty


class TestDamage:
    """Every byte counts. The command is run on a few; the check that it begins with, on many."""

    def test_a_flipped_byte_anywhere_is_found(self, lived_in, tmp_path: Path):
        whole, rng = lived_in[1].read_bytes(), random.Random(1)
        places = [*range(64), *range(len(whole) - 64, len(whole)), *rng.sample(range(len(whole)), 100)]
        path = tmp_path / "damaged"
        for place in places:
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << rng.randrange(8)]) + whole[place + 1 :])
            with pytest.raises(BadArchive):
                check_digest(path)

    def test_a_file_cut_short_anywhere_is_found(self, lived_in, tmp_path: Path):
        whole, path = lived_in[1].read_bytes(), tmp_path / "short"
        for length in [*range(64), *random.Random(2).sample(range(len(whole)), 60), len(whole) - 1]:
            path.write_bytes(whole[:length])
            with pytest.raises(BadArchive):
                check_digest(path)

    @pytest.mark.parametrize("how", ["flipped", "short"])
    def test_nothing_is_half_written(self, lived_in, tmp_path: Path, how: str):
        whole = bytearray(lived_in[1].read_bytes())
        if how == "flipped":
            whole[len(whole) // 2] ^= 4
        path = tmp_path / "damaged"
        path.write_bytes(whole if how == "flipped" else whole[:-1000])
        fresh = House(tmp_path / "var")
        done = fresh.parvis("restore", path)
        assert (done.returncode, "damaged" in done.stderr) == (2, True)
        assert fresh.is_empty

    def test_a_sealed_archive_that_was_sealed_anew_over_a_flip_is_found(self, tmp_path: Path):
        """Whoever changes a byte can work out the digest again, but not the seal."""
        file = io.BytesIO()
        writer = Writer(file, PASSPHRASE)
        writer.write(b"x" * 3_000_000)
        writer.finish()
        for place in (200, 1_500_000, file.tell() - 40):
            changed = bytearray(file.getvalue()[:-32])
            changed[place] ^= 1
            changed += hashlib.sha256(changed).digest()
            (tmp_path / "a").write_bytes(changed)
            check_digest(tmp_path / "a")
            with pytest.raises(BadArchive):
                while Reader(io.BytesIO(changed), PASSPHRASE).read(65536):
                    read_all(Reader(io.BytesIO(changed), PASSPHRASE))

    def test_chunks_cannot_change_places(self, tmp_path: Path):
        file = io.BytesIO()
        writer = Writer(file, PASSPHRASE)
        writer.write(bytes(3_000_000))
        writer.finish()
        whole = file.getvalue()
        head, size = whole.index(b"\n", len(MAGIC)) + 1, 5 + 1024 * 1024 + 16
        first, second, rest = whole[head : head + size], whole[head + size : head + 2 * size], whole[head + 2 * size :]
        for changed in (second + first + rest, second + rest, first + first + rest):
            with pytest.raises(BadArchive):
                read_all(Reader(io.BytesIO(whole[:head] + changed), PASSPHRASE))


def read_all(reader: Reader) -> bytes:
    return b"".join(iter(lambda: reader.read(1 << 20), b""))


def hostile(path: Path, *entries: tarfile.TarInfo) -> None:
    """A well-formed archive with members that no backup holds."""
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w") as tar:
        for entry in entries:
            tar.addfile(entry, io.BytesIO(b"x" * entry.size))
    with path.open("wb") as file:
        writer = Writer(file)
        writer.write(gzip.compress(inner.getvalue()))
        writer.finish()


def entry(name: str, kind: bytes = tarfile.REGTYPE, to: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, to, 1 if kind == tarfile.REGTYPE else 0
    return made


@pytest.mark.parametrize(
    "member",
    [
        entry("files/../../../escaped"),
        entry("/escaped"),
        entry("elsewhere/escaped"),
        entry("files/link", tarfile.SYMTYPE, "/etc/passwd"),
        entry("files/link", tarfile.LNKTYPE, "facts.json"),
        entry("files/pipe", tarfile.FIFOTYPE),
        entry("files/folder", tarfile.DIRTYPE),
    ],
    ids=lambda one: f"{one.name} {one.type!r}",
)
def test_x1_an_archive_leads_nowhere_outside_of_its_folder(tmp_path: Path, member: tarfile.TarInfo):
    from server.operations import restore

    hostile(tmp_path / "hostile", member)
    stage = tmp_path / "deep" / "stage"
    stage.mkdir(parents=True)
    with (tmp_path / "hostile").open("rb") as file, pytest.raises(BadArchive, match="holds what no backup holds"):
        restore._lay_out(Reader(file), stage)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "hostile"]


def test_an_archive_without_its_manifest_is_refused(tmp_path: Path):
    from server.operations import restore

    hostile(tmp_path / "hostile", entry("facts.json"))
    with (tmp_path / "hostile").open("rb") as file, pytest.raises(BadArchive):
        restore._lay_out(Reader(file), tmp_path)


def test_a_passphrase_that_could_be_guessed_is_refused(tmp_path: Path):
    (tmp_path / "words").write_text("town\n")
    with pytest.raises(BadArchive, match="twelve"):
        read_passphrase(tmp_path / "words")
