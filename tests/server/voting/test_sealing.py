"""Sealing: opens with the right key and definition, and with nothing else (docs/protocol.md §4)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from server.ledger.keys import load_public_key, new_private_key, private_key_from_number, public_bytes
from server.voting import sealing
from server.voting.sealing import BallotTooLong, CannotOpen, ephemeral, pad, seal, sealed_size, unseal

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "sealing.json").read_text())
BOX = private_key_from_number(7)
DEFINITION = bytes(range(32))
CHOICES = {"q1": ["13", "7"]}


def sealed(choices=CHOICES, length=256) -> bytes:
    return seal(choices, box_key=public_bytes(BOX), definition=DEFINITION, length=length)


@given(st.dictionaries(st.text(max_size=3), st.lists(st.text(max_size=5), max_size=3), max_size=3))
def test_what_is_sealed_can_be_opened(choices: dict):
    assert unseal(sealed(choices, 512), box_private=BOX, definition=DEFINITION) == choices


def test_all_sealed_ballots_of_a_box_have_one_size_and_their_own_key():
    ballots = [sealed({}), sealed(CHOICES), sealed({"q1": ["é"] * 20})]
    assert {len(ballot) for ballot in ballots} == {sealed_size(256)}
    assert len({ephemeral(ballot) for ballot in ballots}) == 3


def test_a_ballot_that_does_not_fit_is_refused():
    with pytest.raises(BallotTooLong):
        sealed({"q1": ["1234"] * 60})
    assert pad(b"ab", 4) == b"ab  "


@pytest.mark.parametrize("place", [1, 40, 64, 65, 100, 320, 336])
def test_one_altered_byte_and_it_does_not_open(place: int):
    altered = bytearray(sealed())
    altered[place] ^= 1
    with pytest.raises(CannotOpen):
        unseal(bytes(altered), box_private=BOX, definition=DEFINITION)


def test_it_opens_for_its_own_box_and_definition_only():
    for box, definition in ((new_private_key(), DEFINITION), (BOX, bytes(32))):
        with pytest.raises(CannotOpen, match="wrong_key"):
            unseal(sealed(), box_private=box, definition=definition)


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_garbage_does_not_open(garbage: bytes):
    with pytest.raises(CannotOpen):
        unseal(garbage, box_private=BOX, definition=DEFINITION)


def seal_text(plain: bytes) -> bytes:
    """Seal anything: what a device that is not ours might send."""
    private = new_private_key()
    own, box_key = public_bytes(private), public_bytes(BOX)
    key, iv = sealing._derive(private.exchange(sealing.ec.ECDH(), load_public_key(box_key)), own, box_key)
    return own + AESGCM(key).encrypt(iv, plain, DEFINITION)


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"v":2,"choices":{}}',
        b'{"v":true,"choices":{}}',
        b'{"v":1.0,"choices":{}}',
        b'{"v":1,"choices":[]}',
        b'{"v":1,"choices":{"q1":"13"}}',
        b'{"v":1,"choices":{"q1":[13]}}',
        b'{"v":1,"choices":{"q1":["a"],"q1":["b"]}}',
        b'{"v":1,"choices":{},"who":"me"}',
        b'{"v":1,"choices":{}} x',
        b"[" * 100_000,
    ],
)
def test_an_opened_text_that_is_no_ballot_is_named(plain: bytes):
    with pytest.raises(CannotOpen, match="not_a_ballot"):
        unseal(seal_text(plain), box_private=BOX, definition=DEFINITION)


@pytest.mark.parametrize("case", VECTORS["sealed"], ids=lambda case: case["name"])
def test_sealed_ballots_of_the_vectors(case: dict):
    box, own = (private_key_from_number(int(case[name], 16)) for name in ("box_private", "ephemeral_private"))
    definition = bytes.fromhex(case["definition"])
    ballot = seal(case["choices"], box_key=public_bytes(box), definition=definition, length=case["length"], private=own)
    assert ballot.hex() == case["sealed"]
    assert unseal(ballot, box_private=box, definition=definition) == case["choices"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_refused_ballots_of_the_vectors(case: dict):
    box = private_key_from_number(int(case["box_private"], 16))
    with pytest.raises(CannotOpen) as refusal:
        unseal(bytes.fromhex(case["sealed"]), box_private=box, definition=bytes.fromhex(case["definition"]))
    assert refusal.value.code == case["code"]
