"""A city's ballot box and its log: ``python -m benchmarks.box [--ballots 100000] [--json OUT]``.

Prints, and writes as JSON: ``certify_s`` from closed to published, ``peak_mb`` of the process that did it, ``verify_s``
of a stranger's check, ``proof_ms`` of one inclusion proof, ``append_us`` of one more record by size of the log.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from . import big_box, log


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.box", description=__doc__)
    parser.add_argument("--ballots", type=int, default=100_000)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parvis-box-") as box, tempfile.TemporaryDirectory() as tree:
        found = big_box.measure(chosen.ballots, Path(box)) | log.measure(log.SIZES, Path(tree))
    text = json.dumps(found, indent=1)
    print(text)
    if chosen.json:
        chosen.json.write_text(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
