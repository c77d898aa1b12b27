"""F15, tampered files and rows: a vote is held and published, then altered again and again; who finds it? (X17)

Published files are altered by the kinds of ``tests/server/opendata/tampering``. The database is altered below the
actions, by SQL: the guards refuse it, and where they are lowered, the vote is not published or the files show it.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PEOPLE, TAMPERINGS = 60, 200


def tamper(seed: int, tamperings: int = TAMPERINGS, people: int = PEOPLE) -> dict[str, Any]:
    """Raw counts: how many were found by ``verify.py`` and by the browser's verifier, and which were missed."""
    from server.ledger.installation import installation
    from server.opendata.actions import published_folder
    from tests.server.opendata.second_verifier import judged
    from tests.server.opendata.tampering.engine import KINDS, Publisher

    from .linking import _hold
    from .rows import tamper_with_rows

    # Online closes first: so there is an order of doors that somebody could alter.
    hall, _truth, images = _hold(people, random.Random(seed), precedence="online-closes-first")
    passes = {"passes_unused": len(hall.stack), "passes_spoiled": 0, "passes_returned": 0}
    box = hall.finish(**passes, sheets_in_box=len(images), sheets_unused=people // 2 - len(images))
    whole = {path.name: path.read_bytes() for path in published_folder(box).iterdir()}
    house = installation()
    with tempfile.TemporaryDirectory(prefix="parvis-tampered-") as root:
        right = _written(whole, Path(root) / "right")
        folders = _altered(whole, Publisher(house.sign, house.public_key), seed, tamperings, Path(root))
        python = {folder.name: not is_right_for_python(folder) for folder in folders}
        browser = {one.name: not told["isRight"] for one, told in zip(folders, judged(folders), strict=True)}
        rows = tamper_with_rows(box, random.Random(seed), Path(root))
        is_right_accepted = is_right_for_python(right) and judged([right])[0]["isRight"]
    return {
        "tamperings": len(folders),
        "kinds": len({name.rpartition("-")[0].partition("-")[2] for name in python}),
        "kinds_there_are": len(KINDS),
        "found_by_verify_py": sum(python.values()),
        "found_by_the_browser": sum(browser.values()),
        "found_by_both": sum(python[name] and browser[name] for name in python),
        "missed": sorted(name for name in python if not (python[name] and browser[name])),
        "right_one_accepted": is_right_accepted,
        "rows": rows,
    }


def _altered(whole: dict[str, bytes], by: Any, seed: int, count: int, root: Path) -> list[Path]:
    """So many folders, each altered in one way; kinds for which this vote has no room are passed over."""
    from tests.server.opendata.tampering.engine import NotHere, cases, tampered

    folders: list[Path] = []
    for case in cases(count * 2, seed):
        if len(folders) == count:
            break
        try:
            folders.append(_written(tampered(whole, case, by), root / f"{len(folders):03}-{case.name}"))
        except NotHere:
            continue
    return folders


def _written(files: dict[str, bytes], folder: Path) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def is_right_for_python(folder: Path) -> bool:
    """Run as a stranger runs it, who has the program from elsewhere."""
    from server.opendata import verify

    command = [sys.executable, "-I", verify.__file__, str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def are_all_found(counts: dict[str, Any]) -> bool:
    rows = counts["rows"]
    all_rows = sum(rows["behind_the_guards"].values()) == rows["tamperings"]
    return all_rows and counts["right_one_accepted"] and counts["found_by_both"] == counts["tamperings"] >= TAMPERINGS
