"""The bytes that are signed, one function for each kind of message (``docs/protocol.md``).

Each begins with a line that names its format, so that a signature made for one purpose proves nothing for another.
"""

from __future__ import annotations


def _lines(*parts: str | int) -> bytes:
    return "".join(f"{part}\n" for part in parts).encode()


def enrol_message(code: str, public_key: str) -> bytes:
    """What a new device signs: the code's 18 characters and its own public key in base64url (§6)."""
    return f"parvis-enrol-1\n{code}\n{public_key}".encode()


def get_message(path: str, unix_s: int) -> bytes:
    """What a device signs to fetch ``path`` at a time in whole seconds (§6)."""
    return _lines("parvis-get-1", path, unix_s)


def pack_message(pack: bytes) -> bytes:
    """What the installation signs to hand out a pack (§6)."""
    return b"parvis-pack-1\n" + pack


def push_message(log_id: str, dev: str, epoch: str, seq: int, head: str) -> bytes:
    """What a device signs over the head of its chain, for a push and for an export file (§7, §8)."""
    return _lines("parvis-push-1", log_id, dev, epoch, seq, head)


def reply_message(reply: bytes) -> bytes:
    """What the installation signs to answer a push (§7)."""
    return b"parvis-reply-1\n" + reply


def piece_message(log_id: str, dev: str, sha256: str, offset: int, piece_sha256: str) -> bytes:
    """What a device signs to bring a piece of an attachment: of which file, from which byte on, and its hash (§14)."""
    return _lines("parvis-piece-1", log_id, dev, sha256, offset, piece_sha256)


def attachment_message(reply: bytes) -> bytes:
    """What the installation signs to say how much of an attachment it holds (§14)."""
    return b"parvis-attachment-1\n" + reply


def checkpoint_message(origin: str, log_id: str, epoch: int, size: int, root: str) -> bytes:
    """What the installation signs about its log; ``root`` in hex (§9)."""
    return _lines("parvis-checkpoint-1", origin, log_id, epoch, size, root)


def epoch_message(origin: str, log_id: str, epoch: int, size: int, root: str) -> bytes:
    """What the installation signs when a backup was restored: its log goes on, as ``epoch``, from this state (§9)."""
    return _lines("parvis-epoch-1", origin, log_id, epoch, size, root)


def printed_checkpoint(origin: str, log_id: str, epoch: int, size: int, root: str, sig: str) -> str:
    """A checkpoint as it is printed and put into a QR code: the signed lines, and the signature as one more (§9)."""
    return checkpoint_message(origin, log_id, epoch, size, root).decode() + f"{sig}\n"


def witness_message(checkpoint: bytes) -> bytes:
    """What a witness signs: that it saw this checkpoint, and that it extends all it saw before (§9)."""
    return b"parvis-witness-1\n" + checkpoint


def refusal_message(evidence: bytes) -> bytes:
    """What a witness signs instead where a log does not extend what it saw: both sides of it, as JSON (§9)."""
    return b"parvis-refusal-1\n" + evidence


def receipt_message(record_id: str) -> bytes:
    """What a device without network signs for the person in front of it: a promise to deliver this record (§9)."""
    return f"parvis-receipt-1\n{record_id}".encode()


def promise_message(record_id: str, dev: str, epoch: str, seq: int) -> bytes:
    """The same promise, with the record's place in the device's chain (§9)."""
    return _lines("parvis-receipt-2", record_id, dev, epoch, seq)


def manifest_message(manifest: bytes) -> bytes:
    """What the installation signs over everything that it publishes (§11)."""
    return b"parvis-manifest-1\n" + manifest
