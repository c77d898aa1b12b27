"""Register, box and log are backed up apart, each under its own passphrase: one key alone joins nobody (X24)."""

from __future__ import annotations

import io
import itertools
import json
import tarfile
from pathlib import Path

import pytest

from server.ledger.keys import load_private_key
from server.operations.archive import BadArchive, Reader, part_of
from server.operations.parts import PARTS, of_file, read_passphrases
from server.operations.rows import read_value
from server.voting import boxkeys
from server.voting.sealing import CannotOpen, unseal
from tests.server.operations.test_backup import House, compare, read_all

pytestmark = pytest.mark.long
WORDS = {part: f"twelve words of the {part} alone".encode() for part in PARTS}


def options(folder: Path, **other: bytes) -> list[str]:
    """``--part`` for each part, with the file that holds its words."""
    given = []
    for part, words in {**WORDS, **other}.items():
        path = folder / f"words-{part}"
        path.write_bytes(words + b"\n")
        given += ["--part", f"{part}={path}"]
    return given


@pytest.fixture(scope="module")
def apart(tmp_path_factory, migrated_file: Path) -> tuple[House, dict[str, Path], dict]:
    """A house where one vote is over and another one goes on, and its backup in parts."""
    house, folder = House(tmp_path_factory.mktemp("lived-in")).set_up(migrated_file), tmp_path_factory.mktemp("apart")
    _made, seen = house.town("make", "look")
    done = house.parvis("backup", folder / "b", *options(folder))
    assert done.returncode == 0, done.stderr
    return house, {part: folder / f"b.{part}" for part in PARTS}, seen


class Opened:
    """What somebody reads who has these parts, each with its passphrase."""

    def __init__(self, files: dict[str, Path], parts: tuple[str, ...]) -> None:
        self.rows: dict[str, list[dict]] = {}
        self.files: dict[str, bytes] = {}
        self.bytes = b""
        for part in parts:
            with files[part].open("rb") as file:
                content = read_all(Reader(file, WORDS[part]))
            with tarfile.open(fileobj=io.BytesIO(content)) as tar:
                members = {entry.name: tar.extractfile(entry).read() for entry in tar}
            self.bytes += b"".join(members.values())
            facts = json.loads(members["facts.json"])
            assert facts["part"] == part
            for label, names in facts["tables"].items():
                lines = members[f"rows/{label}.jsonl"].splitlines()
                self.rows[label] = [dict(zip(names, map(read_value, json.loads(line)), strict=True)) for line in lines]
            self.files |= {n.removeprefix("files/"): c for n, c in members.items() if n.startswith("files/")}

    def subjects(self) -> dict[str, str]:
        """The names of the register behind what ballots are called by: letters, and pseudonyms."""
        people = {row["id"]: row for row in self.rows.get("voting.rollentry", [])}
        uses = {row["id"]: row["use_value"] for row in self.rows.get("voting.pass", [])}
        found = {
            f"use:{uses[row['letter_id']]}": people[row["entry_id"]]["family_name"]
            for row in self.rows.get("voting.letterbinding", [])
        }
        for name, key in self.files.items():
            if name.endswith(".pseudonym"):
                found |= {boxkeys.pseudonym_under(key, one["number"]): one["family_name"] for one in people.values()}
        return found

    def choices(self, folder: Path) -> dict[str, list[str]]:
        """Every choice that some key opens, by the subject of its ballot."""
        found = {}
        hashes = [row["definition_hash"] for row in self.rows.get("voting.box", [])]
        for name in self.files:
            if not name.endswith(".pem"):
                continue
            (folder / "key.pem").write_bytes(self.files[name])
            private = load_private_key(folder / "key.pem")
            for row, hash_ in itertools.product(self.rows.get("ledger.payload", []), hashes):
                try:
                    definition = bytes.fromhex(hash_)
                    found[row["subject"]] = unseal(row["body"], box_private=private, definition=definition)["q1"]
                except (CannotOpen, ValueError):
                    continue
        return found

    def joined(self, folder: Path) -> dict[str, list[str]]:
        names, choices = self.subjects(), self.choices(folder)
        return {names[subject]: chosen for subject, chosen in choices.items() if subject in names}


def test_x24_all_three_join_people_and_ballots_and_no_two_of_them_do(apart, tmp_path: Path):
    """The first line shows that this test can fail. The vote that is over is joined by nothing at all (I7)."""
    _house, files, _seen = apart
    assert Opened(files, PARTS).joined(tmp_path) == {"Nom0": ["piste"]}
    for parts in (*itertools.combinations(PARTS, 1), *itertools.combinations(PARTS, 2)):
        assert Opened(files, parts).joined(tmp_path) == {}


def test_x24_each_part_shows_its_own_and_nothing_of_the_others(apart, tmp_path: Path):
    register, box, log = (Opened(apart[1], (part,)) for part in PARTS)
    assert b"Nom0" in register.bytes and b"Nom0" not in box.bytes + log.bytes
    assert [row for row in box.rows["ledger.payload"] if row["subject"].startswith("use:") and row["body"]]
    assert "ledger.payload" not in register.rows | log.rows
    assert [name.rpartition(".")[2] for name in register.files if name.startswith("keys/")] == ["pseudonym"]
    assert not [name for name in box.files if name.startswith("keys/")] and not box.choices(tmp_path)
    assert "keys/server.pem" in log.files and "voting.rollentry" not in box.rows | log.rows
    assert "media/scans/x/scan-1.jpg" in box.files


def test_x24_the_passphrase_of_one_part_opens_no_other(apart):
    for part, other in itertools.permutations(PARTS, 2):
        with apart[1][part].open("rb") as file, pytest.raises(BadArchive, match="passphrase is wrong"):
            read_all(Reader(file, WORDS[other]))
        assert part_of(apart[1][part]) == part


def test_the_three_together_are_the_installation_again(apart, tmp_path: Path, migrated_file: Path):
    """In whatever order they are given."""
    _house, files, before = apart
    fresh = House(tmp_path / "var").set_up(migrated_file)
    done = fresh.parvis("restore", *reversed(files.values()), *options(tmp_path))
    assert done.returncode == 0, done.stderr
    compare(before, *fresh.town("look"))


@pytest.mark.parametrize("lacking", PARTS)
def test_without_one_of_them_nothing_is_restored(apart, tmp_path: Path, lacking: str):
    fresh = House(tmp_path / "var")
    rest = [path for part, path in apart[1].items() if part != lacking]
    done = fresh.parvis("restore", *rest, *options(tmp_path))
    assert (done.returncode, "not the whole" in done.stderr) == (2, True)
    assert fresh.is_empty


def test_parts_of_two_moments_are_refused_and_so_is_a_wrong_key(apart, tmp_path: Path):
    house, files, _seen = apart
    assert house.parvis("backup", tmp_path / "later", *options(tmp_path)).returncode == 0
    mixed = {**files, "box": tmp_path / "later.box"}
    fresh = House(tmp_path / "var")
    done = fresh.parvis("restore", *mixed.values(), *options(tmp_path))
    assert (done.returncode, "different backups" in done.stderr) == (2, True)
    done = fresh.parvis("restore", *files.values(), *options(tmp_path, box=b"some other twelve words"))
    assert (done.returncode, "passphrase is wrong" in done.stderr) == (2, True)
    assert fresh.is_empty


def test_parts_that_are_there_already_stay_as_they_are(apart, tmp_path: Path):
    house, _files, _seen = apart
    (tmp_path / "b.box").write_bytes(b"of yesterday")
    assert house.parvis("backup", tmp_path / "b", *options(tmp_path)).returncode == 2
    assert sorted(path.name for path in tmp_path.glob("b.*")) == ["b.box"]
    assert (tmp_path / "b.box").read_bytes() == b"of yesterday"


def test_each_part_needs_words_of_its_own(tmp_path: Path):
    given = options(tmp_path)[1::2]
    assert read_passphrases(None, given) == WORDS
    same = options(tmp_path, box=WORDS["log"])[1::2]
    for wrong in (same, given[:2], [*given, given[0]], ["roll=x", *given[1:]], [given[0].partition("=")[0]]):
        with pytest.raises(BadArchive):
            read_passphrases(None, wrong)
    with pytest.raises(BadArchive):
        read_passphrases(tmp_path / "words-box", given)


def test_what_shows_a_code_or_a_pseudonym_goes_with_the_register():
    sheets = frozenset({"print/sheets-1.pdf"})
    homes = {name: of_file(name, sheets) for name in (
        "media/print/sheets-1.pdf", "media/print/letters-1.pdf", "media/scans/a/1/p.png", "keys/box-1.pseudonym",
        "keys/box-1.pem", "keys/box-1.seed", "keys/box-1.pair12", "keys/server.pem", "published/1/result.json",
    )}  # fmt: skip
    assert list(homes.values()) == ["box", "register", "box", "register", "log", "log", "log", "log", "log"]
