"""Some of these tests once more on PostgreSQL: it takes no NUL, and compares letters in a way of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.services
HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("file", "which"), [("test_finding.py", "hide or found"), ("test_wild_parameters.py", "lead_nowhere or questions")]
)
def test_what_is_found_and_what_is_wild_is_answered_alike_on_postgresql(postgres_url, file, which):
    """X13, X21."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--no-header",
        "-k",
        which,
        str(HERE / file),
    ]
    environment = {**os.environ, "DATABASE_URL": postgres_url}
    done = subprocess.run(command, cwd=HERE.parents[2], env=environment, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
