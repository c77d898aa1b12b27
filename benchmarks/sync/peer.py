"""The peer: what the same documents cost from PouchDB to express-pouchdb (``peer.js``), installed for this run."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

PACKAGES = (
    "pouchdb-core@9.0.0", "pouchdb-adapter-http@9.0.0", "pouchdb-mapreduce@9.0.0", "pouchdb-replication@9.0.0",
    "pouchdb-adapter-node-websql@7.0.0", "express-pouchdb@4.2.0", "express@4",
)  # fmt: skip
PATIENCE_S = 900


class PeerMissing(Exception):
    """There is no peer on this machine. The sentence says what is missing."""


def measure(lines: list[bytes]) -> dict[str, float]:
    """``bulk_per_s`` and ``replicate_per_s``: documents written straight to the peer's server, and replicated to it.

    lines: records as a push carries them. Raises PeerMissing.
    """
    if not (shutil.which("node") and shutil.which("npm")):
        raise PeerMissing("node and npm are not installed: apt-get install nodejs npm")
    with tempfile.TemporaryDirectory(prefix="parvis-peer-") as name:
        folder = Path(name)
        (folder / "package.json").write_text('{"private": true}')
        _call(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *PACKAGES], folder)
        (folder / "docs.json").write_text(json.dumps([_document(line) for line in lines]))
        told = json.loads(_call(["node", str(Path(__file__).with_suffix(".js")), name, f"{name}/docs.json"], folder))
    return {kind: told["docs"] / told[f"{kind}_s"] for kind in ("bulk", "replicate")}


def _document(line: bytes) -> dict[str, Any]:
    fields = json.loads(line)
    header = json.loads(fields["header"])
    return {"_id": f"{header['dev']}-{header['seq']:08}", **fields}


def _call(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired as slow:
        raise PeerMissing(f"{command[0]} did not end in {PATIENCE_S} s") from slow
    if done.returncode:
        raise PeerMissing(f"{' '.join(command[:2])} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
