"""The browser's verifier, run by Node over folders: ``tests/static/verify_folders.js``."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tools.dev import ROOT, node

PROGRAM = ROOT / "tests/static/verify_folders.js"
AT_ONCE = 100


def require_node() -> str:
    """Node's path; without one, skipped aloud, failed where everything is required."""
    path = node()
    if not path:
        if os.environ.get("REQUIRE_E2E"):
            pytest.fail("there is no Node")
        pytest.skip("there is no Node")
    return path


def judged(folders: Sequence[Path], program: str = "", kept: Sequence[str] = ()) -> list[dict[str, Any]]:
    """What it says of each: ``isRight``, ``problems`` (place, code, facts), ``steps``, ``fingerprint``.

    kept: texts of states and receipts that it looks for in each.
    """
    environment = {**os.environ, "KEPT": json.dumps(list(kept))}
    found = []
    for start in range(0, len(folders), AT_ONCE):
        command = [program or require_node(), str(PROGRAM), *map(str, folders[start : start + AT_ONCE])]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        found += [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(folders)
    return found
