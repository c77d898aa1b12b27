"""Long work is known wherever it may be run."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

from server.office.jobs import KINDS

ROOT = Path(__file__).resolve().parents[3]


def test_a_worker_which_loads_no_page_knows_every_kind_of_long_work():
    for path in sorted((ROOT / "server").rglob("*.py")):
        if "import runs" in (text := path.read_text()) or "@runs(" in text:
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    asked = "import django; django.setup(); from server.office.jobs import KINDS; print(*sorted(KINDS))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env={**os.environ}, capture_output=True, text=True)
    assert set(done.stdout.split()) == set(KINDS), done.stderr
