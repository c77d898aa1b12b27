"""How long a file of people takes to read and compare, and how much memory: CSV and XLSX, walked through and held.

    python -m benchmarks.roll [--people 200000] [--json OUT]

Each figure is taken in a process of its own. ``held`` is the floor to compare with: the same rows as a tuple.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HEAD = ["number", "family_name", "given_name", "birth_date", "address", "email"]


def people(count: int) -> Iterator[list[str]]:
    """Half of the roll is known already, as when a town brings next year's list."""
    for n in range(1, count + 1):
        day = f"{1930 + n % 80}-{1 + n % 12:02d}-{1 + n % 28:02d}"
        yield [f"{n:06d}", f"Nom{n % 40_000}", f"Prénom{n % 900}", day, f"{n % 90} rue du Lavoir", f"p{n}@example.org"]


def write(folder: Path, count: int) -> dict[str, Path]:
    from openpyxl import Workbook

    files = {"csv": folder / "roll.csv", "xlsx": folder / "roll.xlsx"}
    files["csv"].write_text("\n".join(";".join(row) for row in [HEAD, *people(count)]) + "\n", encoding="utf-8")
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [HEAD, *people(count)]:
        sheet.append(row)
    book.save(files["xlsx"])
    return files


def measure(path: Path, way: str, count: int) -> dict[str, float]:
    """In a process of its own."""
    from server.voting.roll_import import Person, read_people, stream_people
    from server.voting.roll_sketch import sketch_roll

    content = path.read_bytes()
    known = (Person(0, row[0], row[1]) for row in people(count // 2))
    start = time.perf_counter()
    if way == "held":
        rows = len(read_people(content))
    else:
        sketch = sketch_roll(lambda: stream_people(content), lambda: known)
        rows = sketch.new_count + sketch.changed_count + sketch.same_count
    assert rows == count
    return {"seconds": round(time.perf_counter() - start, 1), "peak_mb": round(_peak_mb())}


def _peak_mb() -> float:
    """Of this process alone: ``getrusage`` would begin with what its parent had when it was forked."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", nargs=2, metavar=("FILE", "WAY"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
        print(json.dumps(measure(Path(asked.one[0]), asked.one[1], asked.people)))
        return
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, path in write(Path(folder), asked.people).items():
            for way in ("walked", "held"):
                command = [sys.executable, "-m", "benchmarks.roll", "--people", str(asked.people), "--one", path, way]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                figures[f"{kind}, {way}"] = json.loads(done.stdout)
                print(f"{kind:5} {way:7} {figures[f'{kind}, {way}']}")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
