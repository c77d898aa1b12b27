"""A witness signs a log that only grew, and keeps the evidence of one that did not (S24–S26, F15)."""

from __future__ import annotations

import json

import pytest

from server.ledger import keys, tree, witness
from server.ledger.actions import append, sign_checkpoint
from server.ledger.installation import installation
from server.ledger.messages import checkpoint_message, witness_message
from server.ledger.witness import CannotAsk, Refused, Witness

pytestmark = pytest.mark.django_db
TOWN = "https://town.example"


def grow(count: int) -> None:
    for _record in range(count):
        append(type="test.record", space="town", body=b"{}")
    sign_checkpoint()


@pytest.fixture
def log() -> None:
    grow(5)


@pytest.fixture
def ask(client, monkeypatch):
    """The witness's questions go to the real views; ``ask.shown`` stands for what a dishonest town shows instead."""

    def fetch(_self, what):
        if what in fetch.shown:
            return fetch.shown[what]
        answer = client.get(f"/api/v1/log/{what}")
        if answer.status_code != 200:
            raise CannotAsk(answer.json()["code"])
        return answer.json()

    fetch.shown = {}
    monkeypatch.setattr(Witness, "_fetch", fetch)
    return fetch


@pytest.fixture
def partner(log, ask, tmp_path) -> Witness:
    return Witness(TOWN, tmp_path / "watch")


def forged(size: int, root: str, *, epoch: int = 1, origin: str = "", signer=None) -> dict:
    """What the holder of the town's key can sign, whatever the log says."""
    house = installation()
    origin = origin or house.origin
    message = checkpoint_message(origin, house.log_id, epoch, size, root)
    signature = keys.b64u((signer or house.sign)(message))
    point = {"origin": origin, "log_id": house.log_id, "epoch": epoch, "size": size, "root": root, "sig": signature}
    return {"public_key": keys.b64u(house.public_key), "checkpoint": point}


def statements(partner: Witness) -> list[dict]:
    return [json.loads(path.read_text()) for path in sorted((partner.folder / "statements").glob("*.json"))]


def test_a_log_that_grew_is_signed_each_time_and_anyone_can_check_the_statements(partner):
    assert "signed 5 records" in partner.look()
    assert "nothing new" in partner.look()
    grow(8)
    assert "signed 13 records" in partner.look()
    told = statements(partner)
    assert sorted(one["checkpoint"]["size"] for one in told) == [5, 13]
    for one in told:
        point, key = one["checkpoint"], keys.unb64u(one["public_key"])
        signed = witness_message(
            checkpoint_message(point["origin"], point["log_id"], point["epoch"], point["size"], point["root"])
        )
        assert keys.verify(key, signed, keys.unb64u(one["sig"])) and keys.key_hash(key) == one["witness"]


def test_it_remembers_across_runs(partner):
    partner.look()
    grow(3)
    again = Witness(TOWN, partner.folder)
    assert again.seen["checkpoint"]["size"] == 5 and "signed 8 records" in again.look()


def test_a_log_that_was_rewritten_is_refused(partner, ask):
    """The town signs another root for more records; its honest proof does not lead there, nor does any."""
    partner.look()
    grow(4)
    ask.shown["checkpoint"] = forged(9, "ab" * 32)
    with pytest.raises(Refused, match="does not extend"):
        partner.look()
    assert partner.seen["checkpoint"]["size"] == 5 and len(statements(partner)) == 1


def test_another_root_for_the_same_size_is_refused(partner, ask):
    partner.look()
    ask.shown["checkpoint"] = forged(5, "cd" * 32)
    with pytest.raises(Refused, match="does not extend"):
        partner.look()


def test_a_log_that_shrank_is_refused(partner, ask):
    partner.look()
    leaves = [b"\0" * 32] * 3
    ask.shown["checkpoint"] = forged(3, tree.root(leaves).hex())
    with pytest.raises(Refused, match="had 5 records and now shows 3"):
        partner.look()


@pytest.mark.parametrize("proof", [None, [], ["zz"], ["ab" * 32] * 3, [7], "ab", ["ab" * 31]])
def test_a_proof_that_proves_nothing_is_refused(partner, ask, proof):
    partner.look()
    grow(4)
    ask.shown["consistency?first=5&second=9"] = {"proof": proof}
    with pytest.raises(Refused):
        partner.look()


def test_a_signature_by_someone_else_is_refused(partner, ask):
    other = keys.new_private_key()
    ask.shown["checkpoint"] = forged(5, "ab" * 32, signer=lambda message: keys.sign(other, message))
    with pytest.raises(Refused, match="signature"):
        partner.look()
    assert not (partner.folder / "seen.json").exists()


def test_another_key_than_the_first_or_the_one_asked_for_is_refused(partner, ask):
    with pytest.raises(Refused, match="another key"):
        partner.look(wanted_key="0" * 64)
    partner.look(wanted_key=installation().log_id)
    partner.seen["public_key"] = keys.b64u(keys.public_bytes(keys.new_private_key()))
    with pytest.raises(Refused, match="another key"):
        partner.look()


def test_a_new_time_of_the_log_is_signed_only_when_people_say_so(partner, ask):
    """A restored backup begins a new epoch; a witness asks why."""
    partner.look()
    ask.shown["checkpoint"] = forged(2, "ab" * 32, epoch=2)
    with pytest.raises(Refused, match="another time"):
        partner.look()
    assert "signed 2 records" in partner.look(may_begin_anew=True)
    ask.shown["checkpoint"] = forged(5, "ab" * 32, epoch=1)
    with pytest.raises(Refused, match="another time"):
        partner.look(may_begin_anew=True)


@pytest.mark.parametrize(
    "change", [{"size": "5"}, {"size": -1}, {"root": "ab"}, {"epoch": 0}, {"sig": 5}, {"more": 1}, {"root": "x" * 64}]
)
def test_what_is_no_checkpoint_is_refused(partner, ask, change):
    shown = forged(5, "ab" * 32)
    ask.shown["checkpoint"] = {**shown, "checkpoint": {**shown["checkpoint"], **change}}
    with pytest.raises(Refused):
        partner.look()


def test_the_command_keeps_both_sides_and_says_what_to_do(partner, ask, capsys):
    words = [TOWN, "--state", str(partner.folder)]
    assert witness.main(words) == 0
    ask.shown["checkpoint"] = forged(3, "ab" * 32)
    assert witness.main(words) == 1
    told = capsys.readouterr().err
    assert "REFUSED" in told and "0001.json" in told
    evidence = json.loads((partner.folder / "evidence/0001.json").read_text())
    assert evidence["shown"]["size"] == 3 and evidence["seen"]["size"] == 5


@pytest.mark.parametrize("content", ["", "{", "[]", '{"checkpoint": 5}', '{"checkpoint": {}, "public_key": ""}'])
def test_a_damaged_memory_signs_nothing(partner, content, capsys):
    partner.look()
    (partner.folder / "seen.json").write_text(content)
    assert witness.main([TOWN, "--state", str(partner.folder)]) == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["http://town.example", "ftp://town.example", "town.example", ""])
def test_an_address_that_anyone_could_answer_for_is_not_asked(address, tmp_path):
    with pytest.raises(CannotAsk):
        Witness(address, tmp_path)


def test_a_town_that_does_not_answer_is_no_refusal(tmp_path, capsys):
    assert witness.main(["http://127.0.0.1:9", "--state", str(tmp_path)]) == 2
    assert not (tmp_path / "evidence").exists()


def test_before_anything_is_signed_there_is_nothing_to_see(client):
    answer = client.get("/api/v1/log/checkpoint")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_checkpoint")


@pytest.mark.parametrize(
    "question",
    [
        "",
        "first=1",
        "first=x&second=2",
        "first=-1&second=2",
        "first=3&second=2",
        "first=1&second=6",
        "first=\uff11&second=2",
        "first=1&second=99999999999999999999",
    ],
)
def test_a_question_about_no_range_of_the_log_is_refused(log, client, question):
    answer = client.get(f"/api/v1/log/consistency?{question}")
    assert (answer.status_code, answer.json()["code"]) == (400, "log_range")
