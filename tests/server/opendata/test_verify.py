"""The stranger's check: passes what is right, and finds one altered byte anywhere, in the right file.

Also against a publisher who holds the key and signs the altered files again.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.ledger.keys import new_private_key, public_bytes, sign
from server.opendata import verify
from server.opendata.published import log_lines, signed_manifest
from server.voting.counting import RULES, count
from tests.server.opendata.small_town import SERVER, SERVER_KEY, checkpoints_of, published, some_ballots, witnesses_of

FOLDER = Path(verify.__file__).parent
PROGRAMS = [
    "verify.py",
    "tables.py",
    "states.py",
    "closings.py",
    "kept.py",
    *(f"recount_{rule.replace('-', '_')}.py" for rule in RULES),
]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return published(some_ballots(14), some_ballots(3, seed=9))


@pytest.fixture
def folder(files, tmp_path) -> Path:
    return written(files, tmp_path)


@pytest.fixture
def quick(monkeypatch):
    """Remember signatures already checked: thousands of runs over the same folder."""
    monkeypatch.setattr(verify, "is_signed", functools.lru_cache(maxsize=None)(verify.is_signed))


def written(files: dict[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-B", "verify.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def again_signed(files: dict[str, bytes], **changes: bytes) -> dict[str, bytes]:
    """What a publisher who holds the key can do: alter files and sign anew."""
    changed = {name: content for name, content in files.items() if not name.startswith("manifest")}
    changed |= {name.replace("__", "."): content for name, content in changes.items()}
    return {**changed, **signed_manifest(changed, lambda message: sign(SERVER, message), SERVER_KEY)}


def edited(content: bytes, edit) -> bytes:
    data = json.loads(content)
    edit(data)
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "contest", [{}, {"method": "choose-1", "max": 1}, {"method": "knapsack", "max_cost": 4_000_000}]
)
def test_a_published_vote_verifies_on_a_strangers_machine(rule, contest, tmp_path):
    folder = written(published(some_ballots(30), rule=rule, threshold=9, **contest), tmp_path)
    result = run(folder)
    assert result.returncode == 0, result.stderr
    assert "Everything agrees." in result.stdout and hashlib.sha256(SERVER_KEY).hexdigest() in result.stdout
    assert not (folder / "__pycache__").exists()


def test_it_speaks_french_and_takes_a_folder(folder):
    assert "Tout concorde." in run(folder, "--fr").stdout
    other = subprocess.run([sys.executable, FOLDER / "verify.py", folder], capture_output=True, text=True, check=False)
    assert other.returncode == 0 and "Everything agrees." in other.stdout
    (folder / "result.pb").write_bytes(b"")
    assert "modifié" in run(folder, "--fr").stderr


def test_a_file_named_like_a_module_is_not_imported(folder):
    (folder / "hashlib.py").write_text("raise SystemExit(0)")
    (folder / "result.pb").write_bytes(b"")
    assert run(folder).returncode == 1


def test_one_altered_byte_anywhere_is_found_and_its_file_is_named(files, folder, quick, capsys):
    """Both ends of every file and 40 places between; ``make faults`` alters 200 folders whole (F15)."""
    draw = random.Random(6)
    for name, content in files.items():
        between = draw.sample(range(len(content)), min(40, len(content)))
        for place in {0, len(content) - 1, *between}:
            altered = bytearray(content)
            altered[place] ^= draw.choice([0x20, 0x01, 0x80, draw.randrange(1, 256)])
            (folder / name).write_bytes(bytes(altered))
            found = verify.main([str(folder)])
            assert found and name in found, (name, place, found)
        (folder / name).write_bytes(content)
    assert verify.main([str(folder)]) == 0
    capsys.readouterr()


@pytest.mark.parametrize("change", ["cut", "longer", "missing", "empty"])
def test_a_file_that_is_cut_or_missing_is_named(files, folder, change, quick, capsys):
    for name, content in files.items():
        path = folder / name
        if change == "missing":
            path.unlink()
        else:
            path.write_bytes({"cut": content[:-1], "longer": content + b"\n", "empty": b""}[change])
        found = verify.main([str(folder)])
        assert found and (name in found or name.startswith("manifest")), (name, found)
        path.write_bytes(content)
    capsys.readouterr()


def test_an_altered_verifier_does_not_call_itself_right(files, folder):
    """Run in the folder itself, with one of its own bytes altered."""
    draw = random.Random(7)
    content = files["verify.py"]
    for place in draw.sample(range(len(content)), 40):
        altered = bytearray(content)
        altered[place] ^= 1 << draw.randrange(7)
        (folder / "verify.py").write_bytes(bytes(altered))
        result = run(folder)
        assert result.returncode != 0 and "verify.py" in result.stderr, place


def test_without_its_companion_the_program_finds_what_it_promises_to_find(files, tmp_path, quick, capsys):
    """log, accounts and result are checked by ``verify.py`` and the recount alone; what is gone is named."""
    for name, content in files.items():
        if name != "tables.py":
            (tmp_path / name).write_bytes(content)
    assert verify.main([str(tmp_path)]) == "! tables.py: altered or missing"
    bare = run(tmp_path)
    assert bare.stderr == "! tables.py: altered or missing\n" and "14 ballots counted again" in bare.stdout
    off = edited(files["accounts.json"], lambda data: data["ballots"].update(in_log=16))
    other = edited(files["result.json"], lambda data: data["contests"][0]["rounds"].pop())
    for name, content in again_signed(files, accounts__json=off, result__json=other).items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "tables.py").unlink()
    told = run(tmp_path).stderr
    assert "! accounts.json, ballots:" in told and "! result.json, q1, rounds:" in told
    capsys.readouterr()


@pytest.mark.parametrize("name", ["tables.py", "recount_greedy.py"])
def test_a_program_that_is_not_the_one_published_is_named_and_never_run(files, folder, name):
    (folder / name).write_text("import os\nprint('Everything agrees.')\nos._exit(0)\n")
    done = run(folder)
    assert done.returncode == 1 and f"! {name}: altered or missing" in done.stderr
    assert "Everything agrees" not in done.stdout
    listed = {name_: content for name_, content in files.items() if name_ != name and not name_.startswith("manifest")}
    unlisted = signed_manifest(listed, lambda message: sign(SERVER, message), SERVER_KEY)
    done = run(written(unlisted, folder))
    assert done.returncode == 1 and "other files are listed" in done.stderr
    assert "Everything agrees" not in done.stdout


def test_an_altered_header_is_named_with_its_line(files, folder, capsys):
    lines = files["log.jsonl"].split(b"\n")
    lines[4] = lines[4].replace(b"ballot.sealed", b"ballot.sealee")
    (folder / "log.jsonl").write_bytes(b"\n".join(lines))
    assert "log.jsonl:5" in verify.main([str(folder)])
    lines[6] = lines[6].replace(b"\\", b"/", 1)
    (folder / "log.jsonl").write_bytes(b"\n".join(lines))
    assert "log.jsonl:7" in verify.main([str(folder)])
    capsys.readouterr()


def headers_in(files: dict[str, bytes]) -> list[str]:
    return [json.loads(line)["header"] for line in files["log.jsonl"].decode().split("\n")[:-1]]


def with_log(files: dict[str, bytes], headers: list[str]) -> dict[str, bytes]:
    """Another list, signed by its owner and by the same witnesses."""
    signed = checkpoints_of(headers, (2, len(headers)))
    points = {"format": "parvis-checkpoints-1", "checkpoints": signed}
    return again_signed(
        files,
        log__jsonl=log_lines(headers),
        checkpoints__json=json.dumps(points).encode(),
        witnesses__json=json.dumps(witnesses_of(signed)).encode(),
    )


def test_a_record_left_out_by_the_publisher_breaks_its_devices_chain(files, tmp_path, capsys):
    headers = headers_in(files)
    found = verify.main([str(written(with_log(files, headers[:8] + headers[9:]), tmp_path))])
    assert "log.jsonl:" in found and "does not follow" in found and "log = log.jsonl" in found
    capsys.readouterr()


def test_a_record_left_out_and_called_an_exception_still_shows_in_the_sums(files, tmp_path, capsys):
    headers = headers_in(files)
    cut = with_log(files, headers[:-1])
    assert "ballots = log.jsonl" in verify.main([str(written(cut, tmp_path))])
    capsys.readouterr()


def test_a_record_that_came_early_is_fine_where_it_is_said_to_have_waited_and_is_named_elsewhere(files, tmp_path):
    """A gap that was closed later: seq 2 of a device has a lower index than its seq 1. Every chain holds."""
    headers = headers_in(files)
    headers[0], headers[3] = headers[3], headers[0]
    moved = with_log(files, headers)
    for told, found in (
        ([0], ""),
        ([], "! log.jsonl:1: stands before a record that it follows\n"),
        ([0, 4], "! log.jsonl:5: waited for none\n"),
        ([0, 0], "! accounts.json, waited: order\n"),
    ):
        accounts = edited(moved["accounts.json"], lambda data, told=told: data.update(waited=told))
        assert run(written(again_signed(moved, accounts__json=accounts), tmp_path)).stderr == found


def test_what_the_house_writes_itself_never_waits(files, tmp_path):
    """The roll was changed before the box was frozen: no list of those that waited explains that."""
    headers = headers_in(files)
    first = next(place for place, one in enumerate(headers) if "roll.version" in one)
    headers[first], headers[first - 1] = headers[first - 1], headers[first]
    moved = with_log(files, headers)
    accounts = edited(moved["accounts.json"], lambda data: data.update(waited=[first - 1]))
    found = run(written(again_signed(moved, accounts__json=accounts), tmp_path)).stderr
    assert f"! log.jsonl:{first}: stands before a record that it follows" in found


def test_forks_are_listed_as_exceptions_or_found(files, tmp_path, capsys):
    headers = headers_in(files)
    fork = json.dumps({**json.loads(headers[5]), "type": "pass.void", "def": ""}, separators=(",", ":"))
    forked = with_log(files, [*headers, fork])

    def edit(accounts, exceptions):
        accounts["log"]["size"] += 1
        accounts["log"]["quarantined"] += 1
        accounts["exceptions"] = exceptions

    exceptions = [{"index": len(headers), "verdict": "quarantined", "reason": "fork"}]
    listed = edited(forked["accounts.json"], lambda data: edit(data, exceptions))
    assert verify.main([str(written(again_signed(forked, accounts__json=listed), tmp_path))]) == 0
    hidden = edited(forked["accounts.json"], lambda data: edit(data, []))
    assert "does not follow" in verify.main([str(written(again_signed(forked, accounts__json=hidden), tmp_path))])
    capsys.readouterr()


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda data: data["contests"][0]["winners"].reverse(), "winners"),
        (lambda data: data["contests"][0]["winners"].pop(), "winners"),
        (lambda data: data["contests"][0].update(valid=99), "valid"),
        (lambda data: data["contests"][0]["votes"].update({"1": 99}), "votes"),
        (lambda data: data.update(contests=[]), "other contests"),
        (lambda data: data["turnout"].update(ballots=9), "counted = result.json"),
        (lambda data: data.update(by_door={"web": 1}), "by_door"),
        (lambda data: data.update(definition="0" * 64), "not the one counted"),
    ],
)
def test_a_result_that_the_publisher_altered_and_signed_is_found(files, tmp_path, edit, told, capsys):
    changed = again_signed(files, result__json=edited(files["result.json"], edit))
    assert told in (verify.main([str(written(changed, tmp_path))]) or "")
    capsys.readouterr()


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda data: data["equations"][0]["left"].update(printed=101), "passes: 101"),
        (lambda data: data["equations"][1].pop("explained"), "sheets: 50"),
        (lambda data: data["ballots"].update(counted=13, removed=1), "cast_vote_records.csv"),
        (lambda data: data["ballots"].update(in_log=16), "ballots"),
        (lambda data: data["log"].update(accepted=1), "log"),
        (lambda data: data["superseded"].clear(), "superseded"),
    ],
)
def test_accounts_off_by_one_are_found(files, tmp_path, edit, told, capsys):
    changed = again_signed(files, accounts__json=edited(files["accounts.json"], edit))
    assert told in (verify.main([str(written(changed, tmp_path))]) or "")
    capsys.readouterr()


def test_ballots_that_the_publisher_exchanged_are_found(files, tmp_path, capsys):
    rows = files["cast_vote_records.csv"].decode().split("\n")
    for change, told in [
        (lambda: [rows[0], "1 2 3 4,valid", *rows[2:]], "this ballot is invalid"),
        (lambda: [*rows[:-1], "6,valid", ""], "counted = cast_vote_records.csv"),
        (lambda: [rows[0], *rows[-2:0:-1], ""], "other columns or order"),
        (lambda: [rows[0], "5 6,valid", *rows[2:]], "votes"),
    ]:
        changed = again_signed(files, cast_vote_records__csv="\n".join(change()).encode())
        assert told in (verify.main([str(written(changed, tmp_path))]) or "")
    capsys.readouterr()


def test_a_checkpoint_of_another_log_or_key_is_found(files, tmp_path, capsys):
    def other_root(data):
        data["checkpoints"][0]["root"] = "0" * 64

    changed = again_signed(files, checkpoints__json=edited(files["checkpoints.json"], other_root))
    assert "checkpoints.json, 1: its signature" in verify.main([str(written(changed, tmp_path))])
    early = again_signed(files, checkpoints__json=edited(files["checkpoints.json"], lambda d: d["checkpoints"].pop()))
    assert "does not cover" in verify.main([str(written(early, tmp_path))])
    key = new_private_key()
    content = {name: value for name, value in files.items() if not name.startswith("manifest")}
    stolen = {**content, **signed_manifest(content, lambda message: sign(key, message), public_bytes(key))}
    assert "made for another key" in verify.main([str(written(stolen, tmp_path))])
    capsys.readouterr()


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=80), st.integers(1, 2**255))
def test_signatures_are_judged_as_the_library_does(message: bytes, number: int):
    from server.ledger.keys import private_key_from_number

    private = private_key_from_number(number)
    signature, public = sign(private, message), public_bytes(private)
    assert verify.is_signed(public, message, signature)
    assert not verify.is_signed(public, message + b"x", signature)
    assert not verify.is_signed(public, message, signature[32:] + signature[:32])


def test_odd_keys_and_signatures_are_refused():
    public, signature = public_bytes(SERVER), sign(SERVER, b"m")
    zero, order = bytes(32), verify.N.to_bytes(32, "big")
    for key in (b"", bytes(65), public[:-1], b"\x03" + public[1:], public[:-1] + bytes([public[-1] ^ 1])):
        assert not verify.is_signed(key, b"m", signature)
    for odd in (b"", signature[:-1], zero + signature[32:], signature[:32] + zero, signature[:32] + order, order * 2):
        assert not verify.is_signed(public, b"m", odd)


def test_doubling_inside_an_addition_is_right():
    """Key = G: the two multiples meet, which a careless addition gets wrong."""
    from server.ledger.keys import private_key_from_number

    for number in (1, 2, verify.N - 1):
        private = private_key_from_number(number)
        assert verify.is_signed(public_bytes(private), b"m", sign(private, b"m"))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60)), min_size=1, max_size=8),
    st.integers(0, 150),
    st.sampled_from(RULES),
    st.integers(0, 4),
)
def test_the_recounts_agree_with_the_count(projects, budget, rule, threshold):
    program: dict = {}
    exec((FOLDER / f"recount_{rule.replace('-', '_')}.py").read_text(), program)
    votes = {str(i): given for i, (given, _) in enumerate(projects)}
    costs = {str(i): cost for i, (_, cost) in enumerate(projects)}
    outcome = count(votes, costs, budget, rule, threshold)
    definition = {"count": {"rule": rule, "threshold": threshold}, "budget": budget}
    choices = [{"id": name, "cost": cost} for name, cost in costs.items()]
    told = program["counted"](choices, votes, definition)
    assert (told["winners"], told["cost"]) == (list(outcome.winners), outcome.spent)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_programs_are_short_and_need_only_the_standard_library(name: str):
    text = (FOLDER / name).read_text()
    assert len(text.splitlines()) <= {"verify.py": 300, "kept.py": 150, "closings.py": 150}.get(name, 120)
    assert max(map(len, text.splitlines())) <= 100
    imported = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        assert not isinstance(node, ast.ImportFrom)
    assert imported <= {"base64", "hashlib", "json", "os", "re", "runpy", "sys"}
    assert not re.search(r"__import__|importlib|subprocess|socket|urllib", text)


def test_two_thousand_records_are_checked(tmp_path):
    """How long it takes is a matter of the benchmarks."""
    assert run(written(published(some_ballots(2000)), tmp_path)).returncode == 0
