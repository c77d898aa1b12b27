"""Keys, signatures, base64url."""

from __future__ import annotations

import stat

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from server.ledger import keys


def test_a_signature_holds_for_its_message_and_key_only():
    private, other = keys.new_private_key(), keys.new_private_key()
    public, signature = keys.public_bytes(private), keys.sign(private, b"message")
    assert len(public) == 65 and len(signature) == 64
    assert keys.verify(public, b"message", signature)
    assert not keys.verify(public, b"massage", signature)
    assert not keys.verify(keys.public_bytes(other), b"message", signature)


@pytest.mark.parametrize("signature", [b"", bytes(64), b"\xff" * 64, bytes(63), bytes(65)])
def test_a_malformed_signature_is_no_signature(signature: bytes):
    assert not keys.verify(keys.public_bytes(keys.new_private_key()), b"message", signature)


@pytest.mark.parametrize("public", [b"", bytes(65), b"\x04" + bytes(64), b"\x02" + bytes(32), b"\x04" + b"\xff" * 64])
def test_a_malformed_key_verifies_nothing(public: bytes):
    assert not keys.verify(public, b"message", bytes(range(64)))


def test_a_private_key_is_kept_for_its_owner_only_and_never_written_over(tmp_path):
    private, path = keys.new_private_key(), tmp_path / "installation.pem"
    keys.save_private_key(path, private)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.public_bytes(keys.load_private_key(path)) == keys.public_bytes(private)
    with pytest.raises(FileExistsError):
        keys.save_private_key(path, keys.new_private_key())
    assert keys.public_bytes(keys.load_private_key(path)) == keys.public_bytes(private)
    assert [file.name for file in tmp_path.iterdir()] == ["installation.pem"]


def test_a_key_of_another_curve_is_refused(tmp_path):
    key = ec.generate_private_key(ec.SECP384R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "other.pem").write_bytes(pem)
    with pytest.raises(ValueError):
        keys.load_private_key(tmp_path / "other.pem")


@given(st.binary())
def test_base64url_reads_back(content: bytes):
    assert keys.unb64u(keys.b64u(content)) == content


@pytest.mark.parametrize("text", ["AA==", "A", "AB", "A+/A", "AA A", "AAA\n", "é", "AAAA="])
def test_base64url_has_one_spelling(text: str):
    with pytest.raises(ValueError):
        keys.unb64u(text)
