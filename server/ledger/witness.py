"""``parvis witness ADDRESS --state FOLDER``: watch another installation's log, and sign what was seen.

For a partner city, an association, a newspaper: any machine, no database. Each run fetches the newest checkpoint and
signs it only if the log it speaks of extends the one that was signed last. So nobody can show a witness one log and
the public another, or rewrite what a witness has seen, without one of the signatures telling.

    FOLDER/key.pem                       the witness's own key, made on the first run
    FOLDER/seen.json                     whose log this is, and the checkpoint signed last
    FOLDER/statements/<epoch>-<size>.json  what was signed
    FOLDER/evidence/…json                what did not fit, both sides of it, whenever something was refused
    FOLDER/refusals/…json                the same, signed
    FOLDER/witness.json                  the newest of all this in one file: publish it where the town cannot reach it

With ``--send`` the town is told at once, too; it shows on its pages who co-signed what.

Exit code 0: signed, or nothing new. 1: refused, with evidence. 2: nothing could be asked (network, state, address).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import tree
from .keys import b64u, key_hash, load_private_key, new_private_key, public_bytes, save_private_key, unb64u
from .statements import (
    MOST_BYTES,
    MOST_EVIDENCE,
    MOST_REFUSALS,
    MOST_STATEMENTS,
    is_signed_by,
    require_checkpoint,
    write_file,
    write_refusal,
    write_statement,
)

PATIENCE_S = 30
HERE = ("localhost", "127.0.0.1", "::1")


class CannotAsk(Exception):
    """The log could not be asked, or this folder's state cannot be read. The sentence says what to do."""


class Refused(Exception):
    """What was shown does not fit what was seen. ``evidence``: the parts that show it."""

    def __init__(self, words: str, **evidence: Any) -> None:
        super().__init__(words)
        self.evidence = evidence


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="parvis witness", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("address", help="of the installation, like https://participer.town.example")
    parser.add_argument("--state", type=Path, required=True, help="folder for the key and what was seen")
    parser.add_argument("--key", default="", help="fingerprint that its key must have; else the first one is believed")
    parser.add_argument("--new-epoch", action="store_true", help="the town said that it restored a backup: begin anew")
    parser.add_argument("--send", action="store_true", help="tell the installation what was signed or refused")
    chosen = parser.parse_args(arguments)
    try:
        witness = Witness(chosen.address, chosen.state)
        code = _look(witness, chosen.key.lower(), chosen.new_epoch)
        if chosen.send:
            witness.send()
    except CannotAsk as problem:
        print(f"parvis witness: {problem}", file=sys.stderr)
        return 2
    return code


def _look(witness: Witness, wanted_key: str, may_begin_anew: bool) -> int:
    try:
        print(witness.look(wanted_key=wanted_key, may_begin_anew=may_begin_anew))
    except Refused as refused:
        kept = witness.keep_evidence(refused)
        print(f"parvis witness: REFUSED. {refused} Both sides are kept in {kept}: publish them.", file=sys.stderr)
        return 1
    return 0


class Witness:
    """One witness of one log. Raises CannotAsk where its folder cannot be used or the address is no safe one."""

    def __init__(self, address: str, folder: Path) -> None:
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
            raise CannotAsk(f"{address} is no https address")
        self.address, self.folder = address.rstrip("/"), folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not (folder / "key.pem").exists():
                save_private_key(folder / "key.pem", new_private_key())
            self.key = load_private_key(folder / "key.pem")
            self.seen = _read(folder / "seen.json") if (folder / "seen.json").exists() else {}
            if self.seen:
                require_checkpoint(self.seen["checkpoint"])
                unb64u(self.seen["public_key"])
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise CannotAsk(f"{folder} cannot be read: {problem}. Bring back its last copy") from problem

    def look(self, *, wanted_key: str = "", may_begin_anew: bool = False) -> str:
        """Ask for the newest checkpoint, and sign it if it extends the last. Returns what happened, in a sentence."""
        shown = self._fetch("checkpoint")
        checkpoint, public = self._require_signed(shown, wanted_key)
        last = self.seen.get("checkpoint")
        if last and checkpoint["epoch"] != last["epoch"]:
            self._require_announced(last, checkpoint, may_begin_anew)
        elif last:
            if checkpoint == last:
                return f"nothing new since {last['size']} records"
            self._require_extends(last, checkpoint)
        self._sign(checkpoint, public)
        own = public_bytes(self.key)
        whose = f"witness {key_hash(own)}, public key {b64u(own)}"
        return f"signed {checkpoint['size']} records of {checkpoint['origin']} as {whose}"

    def _fetch(self, what: str) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.address}/api/v1/log/{what}", headers={"Accept": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                content = json.loads(answer.read(MOST_BYTES))
        except (OSError, ValueError) as problem:
            raise CannotAsk(f"{self.address} gives no answer that can be read: {problem}") from problem
        if not isinstance(content, dict):
            raise CannotAsk(f"{self.address} gives no answer that can be read")
        return content

    def _require_signed(self, shown: dict[str, Any], wanted_key: str) -> tuple[dict[str, Any], bytes]:
        """The checkpoint and the key it is signed by: the one seen first, the one asked for."""
        try:
            checkpoint = require_checkpoint(shown["checkpoint"])
            public = unb64u(shown["public_key"])
            unb64u(checkpoint["sig"])
        except (ValueError, KeyError, TypeError) as problem:
            raise Refused("What is shown is no checkpoint.", shown=shown) from problem
        known = self.seen.get("public_key")
        if (known and unb64u(known) != public) or (wanted_key and key_hash(public) != wanted_key):
            raise Refused("The log is signed by another key.", shown=shown, seen=self.seen, wanted=wanted_key)
        if not is_signed_by(checkpoint, public):
            raise Refused("The signature of the checkpoint does not fit.", shown=shown)
        if self.seen and checkpoint["origin"] != self.seen["checkpoint"]["origin"]:
            raise Refused("The log says that it belongs to another address.", shown=shown, seen=self.seen)
        return checkpoint, public

    def _require_announced(self, last: dict[str, Any], checkpoint: dict[str, Any], may_begin_anew: bool) -> None:
        if checkpoint["epoch"] < last["epoch"] or not may_begin_anew:
            words = "The log begins another time, as after a backup was restored. Ask the town; then use --new-epoch."
            raise Refused(words, shown=checkpoint, seen=last)

    def _require_extends(self, last: dict[str, Any], checkpoint: dict[str, Any]) -> None:
        first, second = last["size"], checkpoint["size"]
        if second < first:
            raise Refused(f"The log had {first} records and now shows {second}.", shown=checkpoint, seen=last)
        told = self._fetch(f"consistency?first={first}&second={second}") if second > first else {"proof": []}
        try:
            proof = [bytes.fromhex(step) for step in told["proof"]]
        except (KeyError, TypeError, ValueError):
            proof = [b""]
        roots = bytes.fromhex(last["root"]), bytes.fromhex(checkpoint["root"])
        if not tree.is_consistent(first, second, *roots, proof):
            words = f"The log of {second} records does not extend the {first} records seen before."
            raise Refused(words, shown=checkpoint, seen=last, proof=told)

    def _sign(self, checkpoint: dict[str, Any], public: bytes) -> None:
        """The statement first: what was signed must be told, even if this machine stops before it remembers."""
        statement = write_statement(self.key, checkpoint)
        _write(self.folder / "statements" / f"{checkpoint['epoch']}-{checkpoint['size']}.json", statement)
        self.seen = {"public_key": b64u(public), "checkpoint": checkpoint}
        _write(self.folder / "seen.json", self.seen)
        self._publish()

    def keep_evidence(self, refused: Refused) -> Path:
        folder = self.folder / "evidence"
        number = len(list(folder.glob("*.json"))) + 1 if folder.exists() else 1
        path = folder / f"{number:04d}.json"
        evidence = {"why": str(refused), "address": self.address, **refused.evidence}
        _write(path, evidence)
        text = json.dumps(evidence, ensure_ascii=False)
        if len(text) > MOST_EVIDENCE:  # what a town shows may be long; that it was refused is said all the same
            text = json.dumps({"why": str(refused), "address": self.address}, ensure_ascii=False)
        _write(self.folder / "refusals" / path.name, write_refusal(self.key, text))
        self._publish()
        return path

    def _publish(self) -> None:
        """Put the newest of what was signed and refused into one file."""
        statements = sorted((_read(path) for path in self._newest("statements", MOST_STATEMENTS)), key=_place)
        refusals = [_read(path) for path in self._newest("refusals", MOST_REFUSALS)]
        _write(self.folder / "witness.json", write_file(statements, refusals))

    def _newest(self, kind: str, most: int) -> list[Path]:
        return sorted((self.folder / kind).glob("*.json"), key=_numbers)[-most:]

    def send(self) -> None:
        """Tell the installation. What it answers changes nothing here. Raises CannotAsk."""
        path = self.folder / "witness.json"
        if not path.exists():
            return
        request = urllib.request.Request(
            f"{self.address}/api/v1/log/statements", path.read_bytes(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                answer.read(MOST_BYTES)
        except (OSError, ValueError) as problem:
            raise CannotAsk(f"{self.address} does not take what was said: {problem}") from problem


def _numbers(path: Path) -> tuple[int, ...]:
    """``2-130.json`` after ``2-99.json``."""
    return tuple(int(part) for part in path.stem.split("-") if part.isdecimal())


def _place(statement: dict[str, Any]) -> tuple[int, int]:
    return statement["checkpoint"]["epoch"], statement["checkpoint"]["size"]


def _read(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_bytes())
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} is damaged")
    return content


def _write(path: Path, content: dict[str, Any]) -> None:
    """Whole or not at all, and on the disk before it counts."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.part")
    with draft.open("w", encoding="utf-8") as file:
        file.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
