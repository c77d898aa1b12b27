"""P-256 keys and signatures, and base64url as the protocol writes it (``docs/protocol.md`` §1).

A public key is its uncompressed point, 65 bytes; a signature is ``r ‖ s``, 64 bytes, as browsers make and check it.
Both values of s are accepted: browsers do not prefer the lower one, and no record's identity depends on a signature.
"""

from __future__ import annotations

import binascii
import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

PUBLIC_BYTES = 65
SIGNATURE_BYTES = 64
# The signs of plain base64, and its padding, are none of ours.
TO_URL, FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_+/=", b"+/!!!")
# By how many characters there are beyond a multiple of four: what the reader wants behind them, and which may be the
# last one, whose loose bits are then zero. One alone is nothing.
PADDING = (b"", b"", b"==", b"=")
LAST = ("", "", "AQgw", "AEIMQUYcgkosw048")


def b64u(content: bytes) -> str:
    """Write bytes in base64url without padding."""
    return binascii.b2a_base64(content, newline=False).translate(TO_URL).rstrip(b"=").decode("ascii")


def unb64u(text: str) -> bytes:
    """Read base64url without padding.

    Raises ValueError for padding, foreign characters and loose last bits: two texts never mean the same bytes.
    """
    beyond = len(text) % 4
    try:
        content = binascii.a2b_base64(text.encode("ascii").translate(FROM_URL) + PADDING[beyond], strict_mode=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("not base64url") from error
    if beyond and text[-1] not in LAST[beyond]:
        raise ValueError("not base64url")
    return content


def new_private_key() -> ec.EllipticCurvePrivateKey:
    """Draw a P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def private_key_from_number(number: int) -> ec.EllipticCurvePrivateKey:
    """The key with this private number: as it was wrapped for trustees, in test vectors and seeded rehearsals."""
    return ec.derive_private_key(number, ec.SECP256R1())


def public_bytes(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> bytes:
    """The public key as 65 bytes, ``04 ‖ x ‖ y``."""
    public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@lru_cache(maxsize=4096)
def load_public_key(public: bytes) -> ec.EllipticCurvePublicKey:
    """Read the 65 bytes of a public key; raise ValueError when they are no point of P-256."""
    if len(public) != PUBLIC_BYTES or public[0] != 4:
        raise ValueError("not an uncompressed P-256 point")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)


def key_hash(public: bytes) -> str:
    """The name of a key: the SHA-256 of its 65 bytes, in hex."""
    return hashlib.sha256(public).hexdigest()


def sign(private: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """Sign with ECDSA over SHA-256; 64 bytes ``r ‖ s``."""
    r, s = decode_dss_signature(private.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether ``signature`` (64 bytes) of ``message`` was made by the key. False for anything malformed."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        load_public_key(bytes(public)).verify(der, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def save_private_key(path: Path, private: ec.EllipticCurvePrivateKey) -> None:
    """Write the key as PEM (PKCS#8), readable by its owner only, at once or not at all.

    Raises FileExistsError rather than write over a key: a key that is lost is a log that cannot go on.
    """
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # created with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    finally:
        Path(temporary).unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def load_private_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Read a P-256 key from PEM; raise ValueError when the file holds anything else."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")
    return key
