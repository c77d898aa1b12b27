"""X18: whoever kept a state of the list, or a receipt, finds it in what is published, or finds that it is gone."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from server.ledger.keys import b64u, key_hash, private_key_from_number, public_bytes, sign
from server.ledger.messages import checkpoint_message, printed_checkpoint
from server.ledger.statements import write_file, write_statement
from server.ledger.tree import Frontier, leaf_hash
from server.opendata import verify

from .second_verifier import judged
from .small_town import LOG_ID, ORIGIN, SERVER, WITNESSES, published, some_ballots

DEVICE = private_key_from_number(77)  # the first device of the small town
DEV, EPOCH = key_hash(public_bytes(DEVICE)), "0" * 16


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    for name, content in published(some_ballots(20), some_ballots(3, seed=9)).items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def headers(folder) -> list[str]:
    return [json.loads(line)["header"] for line in (folder / "log.jsonl").read_text().splitlines()]


def both(folder: Path, kept: str, capsys) -> tuple[str, str]:
    """What the two verifiers find: "" where all is well; verify.py's words, the browser's code."""
    code = verify.main([str(folder), "--state", kept])
    words = capsys.readouterr().out
    [found] = judged([folder], kept=[kept])
    assert bool(code) != found["isRight"]
    if found["isRight"]:
        assert "that you kept is in the list" in words or "of the list" in words
        assert any(step["code"].startswith("kept_") for step in found["steps"])
    return (str(code) if code else ""), (found["problems"][0]["code"] if found["problems"] else "")


def state(headers: list[str], size: int, *, root: str = "", key=SERVER) -> dict:
    frontier = Frontier()
    for header in headers[:size]:
        frontier.append(leaf_hash(header.encode()))
    facts = {"origin": ORIGIN, "log_id": LOG_ID, "epoch": 1, "size": size, "root": root or frontier.root().hex()}
    return {**facts, "sig": b64u(sign(key, checkpoint_message(*facts.values())))}


def forms(point: dict, tmp_path: Path) -> list[str]:
    """One state as people keep it: the square, the two lines, JSON, a witness's statement and its file."""
    partner = WITNESSES["Ville de Brume"]
    said = write_statement(partner, point)
    path = tmp_path / "witness.json"
    path.write_text(json.dumps(write_file([said], [])))
    root = " ".join(point["root"][at : at + 8] for at in range(0, 64, 8))
    printed = printed_checkpoint(*point.values())
    return [printed, printed.replace("\n", " "), f"{point['size']} {root}", json.dumps(point), json.dumps(said)]


def test_a_state_that_was_kept_is_found_however_it_was_kept(folder, headers, tmp_path, capsys):
    for size in (0, 7, len(headers)):
        for kept in forms(state(headers, size), tmp_path):
            assert both(folder, kept, capsys) == ("", ""), kept


def test_a_file_that_was_kept_is_read(folder, headers, tmp_path, capsys):
    forms(state(headers, 7), tmp_path)
    assert verify.main([str(folder), "--state", str(tmp_path / "witness.json")]) == 0
    assert "the state of 7 records that you kept is in the list" in capsys.readouterr().out


def test_two_lists_are_told_apart_by_whoever_kept_a_state_of_the_other(folder, headers, tmp_path, capsys):
    """X18: both are well signed by the same key; the files fit; the state from before the fork does not."""
    other = [*headers[:5], headers[5].replace('"actor":""', '"actor":"desk"'), *headers[6:]]
    assert other != headers
    for kept in forms(state(other, 9), tmp_path):
        words, code = both(folder, kept, capsys)
        assert "the list was changed" in words and code == "kept_changed"
    assert both(folder, json.dumps(state(other, 4)), capsys) == ("", "")


def test_a_state_that_is_longer_than_the_list_is_not_passed_over(folder, headers, capsys):
    words, code = both(folder, json.dumps(state(headers, len(headers) + 1, root="ab" * 32)), capsys)
    assert "longer than this list" in words and code == "kept_longer"


def test_a_state_that_another_key_signed_is_said_to_be_so(folder, headers, capsys):
    words, code = both(folder, json.dumps(state(headers, 7, key=private_key_from_number(5))), capsys)
    assert "another key" in words and code == "kept_seal"


def test_a_statement_that_no_witness_signed_is_found(folder, headers, capsys):
    said = write_statement(WITNESSES["Ville de Brume"], state(headers, 7))
    said["sig"] = write_statement(WITNESSES["Ligue des lecteurs"], state(headers, 7))["sig"]
    words, code = both(folder, json.dumps(said), capsys)
    assert "did not sign" in words and code == "witness_seal"


@pytest.mark.parametrize("kept", ["x", "7", "[]", "{}", "{", '{"root": 5}', '{"id": 5}', "7 " + "ab" * 31, "é", "null"])
def test_what_nobody_could_have_kept_is_refused_by_both(folder, kept, capsys):
    words, code = both(folder, kept, capsys)
    assert "--state" in words and code == "kept_unread"


class TestReceipts:
    def own(self, headers: list[str]) -> list[tuple[int, dict, str]]:
        """Index, header and id of each record of the first device."""
        told = [(index, json.loads(header), header) for index, header in enumerate(headers)]
        ids = [(index, facts, hashlib.sha256(header.encode()).hexdigest()) for index, facts, header in told]
        return [one for one in ids if one[1]["dev"] == DEV]

    def promise(self, id_: str, seq: int | None) -> dict:
        text = f"parvis-receipt-1\n{id_}" if seq is None else f"parvis-receipt-2\n{id_}\n{DEV}\n{EPOCH}\n{seq}\n"
        sig = b64u(sign(DEVICE, text.encode()))
        place = {} if seq is None else {"epoch": EPOCH, "seq": seq}
        return {"id": id_, "dev": DEV, **place, "public_key": b64u(public_bytes(DEVICE)), "sig": sig}

    def test_a_receipt_is_found_by_number_address_proof_and_promise(self, folder, headers, capsys):
        index, facts, id_ = self.own(headers)[2]
        last = state(headers, len(headers))
        for kept in (
            id_,
            f"{ORIGIN}/receipt/{id_}/",
            f"{ORIGIN}/receipt/{id_}?d={DEV}&s=xyz",
            f"{ORIGIN}/receipt/{id_}?d={DEV}&e={EPOCH}&n={facts['seq']}&s=xyz",
            json.dumps({"id": id_, "index": index, "size": last["size"], "path": [], "checkpoint": last}),
            json.dumps(self.promise(id_, None)),
            json.dumps(self.promise(id_, facts["seq"])),
        ):
            assert both(folder, kept, capsys) == ("", ""), kept

    def test_a_promise_beyond_the_end_of_its_device_is_evidence(self, folder, headers, capsys):
        """Sync §11: not in the closed chain."""
        last = self.own(headers)[-1][1]["seq"]
        for kept in (json.dumps(self.promise("ab" * 32, last + 1)),
                     f"{ORIGIN}/receipt/{'ab' * 32}?d={DEV}&e={EPOCH}&n={last + 1}&s=x"):  # fmt: skip
            words, code = both(folder, kept, capsys)
            assert f"ends at {last}" in words and code == "kept_unchained"

    def test_another_record_under_the_number_of_a_promise_is_evidence(self, folder, capsys):
        words, code = both(folder, json.dumps(self.promise("ab" * 32, 2)), capsys)
        assert "another record stands under its number" in words and code == "kept_other"

    def test_a_promise_that_the_device_did_not_sign_is_said_to_be_so(self, folder, headers, capsys):
        _index, facts, id_ = self.own(headers)[2]
        forged = self.promise(id_, facts["seq"]) | {"sig": self.promise(id_, None)["sig"]}
        words, code = both(folder, json.dumps(forged), capsys)
        assert "the device did not sign it" in words and code == "kept_promise"

    def test_a_receipt_that_is_nowhere_and_one_at_another_place_are_found(self, folder, headers, capsys):
        assert both(folder, "ab" * 32, capsys)[1] == "kept_missing"
        index, _facts, id_ = self.own(headers)[2]
        assert both(folder, json.dumps({"id": id_, "index": index + 1}), capsys)[1] == "kept_place"
