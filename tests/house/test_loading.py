"""What every process of the site loads before its first page: nothing that only scans, spreadsheets or benches need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LARGE = ("cv2", "numpy", "openpyxl", "hypothesis", "pytest")
LOAD = "import django, json, sys; django.setup(); import server.config.urls; print(json.dumps(sorted(sys.modules)))"


def test_no_page_loads_the_reader_of_scans_or_of_spreadsheets(tmp_path):
    own = {"DJANGO_SETTINGS_MODULE": "server.config.settings", "PARVIS_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", LOAD], cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, check=True
    )
    loaded = json.loads(done.stdout)
    assert "server.proposals.views" in loaded and "server.cards.views_scans" in loaded
    assert [name for name in LARGE if name in loaded] == []
