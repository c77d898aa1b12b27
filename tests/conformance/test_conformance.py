"""Our own server is asked what any server is asked, over real HTTP; and the suite sees what is wrong."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.conformance import __main__ as suite
from tests.conformance.bench import CASES
from tests.conformance.client import Device, Key, is_signed, sha256, unb64u
from tests.conformance.proofs import is_consistent, is_signed_state, join_codes, read_answers, use_value, verdicts_in
from tests.conftest import ROOT, LiveSite
from tests.kiosk.fake_server import Town, serve
from tools.services import free_port

VECTORS = ROOT / "tests" / "vectors"
MAKE = """
import django, json
django.setup()
from server.devices.actions import create_enrolment
from tests.server.votes import make_vote
vote = make_vote(people=2, passes=2, letters=False)
code = create_enrolment(session=vote.session, label="C", by=vote.officer)[1]
print(json.dumps({"enrol": code.grouped, "pass": vote.stack[0].grouped}))
"""
TAKE = """
import django, json, sys
django.setup()
from server.devices.answers import answers_to
from server.devices.carried import answers_file, codes_of
from server.devices.importing import import_export
report = import_export(open(sys.argv[1], "rb").read())
answers = answers_to(report.device)
told = {"verdicts": dict(report.verdicts), "file": answers_file(answers).decode(), "codes": codes_of(*answers[0])}
print(json.dumps(told))
"""


def vectors(name: str) -> dict:
    return json.loads((VECTORS / f"{name}.json").read_text())


@pytest.fixture
def site(migrated_file: Path, tmp_path: Path):
    """An installation without a town: one vote, one code, one pass."""
    site = LiveSite(tmp_path / "site", free_port(), tmp_path)
    site.folder.mkdir()
    shutil.copy(migrated_file, site.folder / "db.sqlite3")
    site.environment["DJANGO_SETTINGS_MODULE"] = "server.config.settings"
    yield site
    site.stop()


def inside(site: LiveSite, script: str, *words: str) -> str:
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, cwd=ROOT, env=site.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip().rpartition("\n")[2]


def test_our_server_keeps_every_sentence_and_its_export_file_brings_nothing_new(site, tmp_path, capsys):
    """D14, S1, S3, S5, S6, S16 as a stranger's client sees them."""
    given = json.loads(inside(site, MAKE))
    site.start()
    file = tmp_path / "chain.ndjson"
    words = [site.url, "--enrol", given["enrol"], "--pass", given["pass"], "--export", str(file)]
    status = suite.main(words)
    said, complaints = capsys.readouterr()
    assert status == 0, said + complaints
    assert said.count("ok  ") == len(CASES), said
    assert suite.main([site.url, "--enrol", given["enrol"]]) == 2  # the code is used: nothing can be asked
    told = json.loads(urllib.request.urlopen(f"{site.url}/api/v1/log/checkpoint", timeout=30).read())
    site.stop()
    told |= json.loads(inside(site, TAKE, str(file)))
    assert set(told["verdicts"]) == {"duplicate"}
    check_carried(file.read_bytes(), told, unb64u(told["public_key"]))


def check_carried(export: bytes, told: dict, server: bytes) -> None:
    """The answer to the file goes back by hand, as a file and as codes, and says of each record what a push would."""
    first, *lines = export.splitlines()
    head = json.loads(first)
    ids = [sha256(json.loads(line)["header"].encode()) for line in lines]
    (reply,) = read_answers(told["file"].encode(), server)
    assert json.loads(json.loads(join_codes(told["codes"][::-1]))["reply"]) == reply
    assert join_codes(told["codes"][1:]) == ""
    assert (reply["dev"], reply["epoch"], reply["head"]) == (head["dev"], head["epoch"], head["head"])
    assert is_signed_state(reply["checkpoint"], server)
    found = verdicts_in(reply, ids)
    assert [(seq, record) for seq, record, _verdict in found] == list(enumerate(ids, start=1))
    assert {verdict for *_place, verdict in found} <= {"accepted", "provisional", "quarantined", "parked"}


def test_a_server_that_does_not_keep_it_is_told_case_by_case(capsys):
    """The kiosk's small server of tests knows no forks, no bounds and no context."""
    town = Town([], passes=1)
    server = serve(town)
    try:
        assert suite.main([town.origin, "--enrol", town.enrol_code]) == 1
    finally:
        server.shutdown()
    lines = capsys.readouterr().out.splitlines()
    verdicts = {line[9:].partition(":")[0]: line[:9].strip() for line in lines[:-1]}
    assert list(verdicts) == list(CASES)
    assert verdicts["A batch sent again is a duplicate, with the places and verdicts of the first time"] == "FAILED"
    assert verdicts["What is new and in order is accepted, and next and head follow"] == "ok"


def test_the_client_knows_nothing_of_the_server():
    """So the document is what it was written from."""
    for file in Path(suite.__file__).parent.glob("*.py"):
        if file.name.startswith("test_"):
            continue
        tree = ast.parse(file.read_text())
        named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level]
        named += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
        assert {name.partition(".")[0] for name in named} <= sys.stdlib_module_names | {"cryptography"}, file.name


def test_the_client_reads_the_worked_example_of_the_document():
    """An independent reader of the bytes: ids, bindings, signatures, the list of three records."""
    facts = vectors("worked")
    device = Device("", key=Key(int(facts["keys"]["device_private"], 16)), epoch="0123456789abcdef")
    assert device.dev == facts["keys"]["dev"]
    server = bytes.fromhex(facts["keys"]["server_public"])
    device.pack = {"log_id": sha256(server), "server_key": "", "session": {"space": "", "id": ""}}
    push, prev = facts["push"], ""
    head = json.loads(push["first_line"])
    assert is_signed(device.key.public, head["sig"], push["message"])
    for record in facts["records"]:
        header, line = json.loads(record["header"]), json.loads(record["line"])
        assert (sha256(bytes.fromhex(record["header_hex"])), header["prev"]) == (record["id"], prev)
        assert line["header"] == record["header"]
        assert sha256(bytes.fromhex(record["body_hashed"])) == header["body_c"]
        assert unb64u(line["body_salt"]) + unb64u(line["body"]) == bytes.fromhex(record["body_hashed"])
        if line["subject"]:
            assert sha256(unb64u(line["subject_salt"]) + line["subject"].encode()) == header["subj_c"]
        prev = record["id"]
    assert head["head"] == prev
    assert is_signed(server, facts["reply"]["sig"], "parvis-reply-1\n" + facts["reply"]["reply"])
    reply = json.loads(facts["reply"]["reply"])
    assert is_signed_state(reply["checkpoint"], server) and reply["next"] == 4
    carried = facts["carried"]
    assert json.loads(join_codes(carried["codes"])) == carried["signed"]
    (answer,) = read_answers(carried["file"].encode(), server)
    assert [verdict for *_place, verdict in verdicts_in(answer, [one["id"] for one in facts["records"]])] == [
        "accepted"
    ] * 3
    rest = "".join(record["line"] + "\n" for record in facts["records"]).encode()
    export = json.loads(facts["export"]["first_line"])
    assert (export["sha256"], export["sig"]) == (sha256(rest), head["sig"])
    assert push["bytes"] == len(push["first_line"].encode()) + 1 + len(rest)


def test_the_client_computes_proofs_and_codes_as_the_shared_cases_say():
    for one in vectors("consistency")["cases"]:
        if one["first"]:
            facts = [one[name] for name in ("first", "second", "first_root", "second_root", "proof")]
            assert is_consistent(*facts) == one["holds"], one
    for one in vectors("codes")["codes"]:
        assert use_value(one["grouped"].lower(), bytes.fromhex(one["k"])) == one["use"]
