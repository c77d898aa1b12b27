"""Runs each database in a process of its own, then the peer and the growing log, and writes one JSON file."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from benchmarks import log
from benchmarks.faults.__main__ import commit
from tools.services import ServiceMissing, postgres
from tools.topology import settings

from . import peer

ROOT = Path(__file__).resolve().parents[2]
SIZES = ("records", "devices", "per_device", "batch")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sync", description=__doc__)
    parser.add_argument("--json", type=Path, required=True, help="where the figures are written")
    parser.add_argument("--records", type=int, default=20_000, help="of the device that takes turns with the floor")
    parser.add_argument("--devices", type=int, default=50, help="of the fleet")
    parser.add_argument("--per-device", type=int, default=400, help="records of each device of the fleet")
    parser.add_argument("--batch", type=int, default=200, help="records in a push")
    parser.add_argument("--log-sizes", type=int, nargs="*", default=log.SIZES, help="of the growing log")
    parser.add_argument("--log-rounds", type=int, default=log.ROUNDS, help="at each size")
    parser.add_argument("--only", nargs="*", default=["sqlite", "postgres", "pouchdb", "log"], help="what to measure")
    return parser.parse_args()


def main() -> int:
    chosen = parse()
    with tempfile.TemporaryDirectory(prefix="parvis-sync-") as folder:
        report = measure(chosen, Path(folder))
    chosen.json.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))
    return 0


def measure(chosen: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """What could not be measured is null, and a sentence under ``not_measured`` says why."""
    report: dict[str, Any] = {"commit": commit(), "not_measured": {}}
    steps = {
        "sqlite": lambda: on_database(chosen, folder / "sqlite"),
        "postgres": lambda: on_database(chosen, folder / "postgres", is_postgres=True),
        "pouchdb": lambda: of_the_peer(folder, report),
        "log_growth": lambda: log.measure(chosen.log_sizes, folder / "log", chosen.log_rounds)["push_us"],
    }
    for name, step in steps.items():
        report[name] = None
        if name.partition("_")[0] not in chosen.only:
            continue
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            report[name] = step()
            print(f"    {json.dumps(report[name])}", file=sys.stderr, flush=True)
        except (ServiceMissing, peer.PeerMissing) as missing:
            report["not_measured"][name] = str(missing)
            print(f"    not measured: {missing}", file=sys.stderr, flush=True)
    report["fleet"] = worst_fleet([report[name] for name in ("sqlite", "postgres") if report[name]])
    return report


def on_database(chosen: argparse.Namespace, folder: Path, *, is_postgres: bool = False) -> dict[str, Any]:
    """Raises ServiceMissing, CalledProcessError."""
    folder.mkdir(exist_ok=True)
    with postgres() if is_postgres else nullcontext(f"sqlite:///{folder}/db.sqlite3") as url:
        own = {"DJANGO_SETTINGS_MODULE": "benchmarks.sync.settings"}
        environment = settings(folder, url, "", 0, log_level="WARNING") | own
        words = [f"--{name.replace('_', '-')}={getattr(chosen, name)}" for name in SIZES]
        command = [sys.executable, "-m", "benchmarks.sync.database", str(folder), *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def of_the_peer(folder: Path, report: dict[str, Any]) -> dict[str, Any]:
    """Raises PeerMissing."""
    lines = folder / "sqlite" / "lines.ndjson"
    if not lines.exists():
        raise peer.PeerMissing("the peer is measured against SQLite, which was not measured")
    found = peer.measure(lines.read_bytes().splitlines())
    best = max(found.values())
    return {"docs_per_s": round(best), "ratio": round(report["sqlite"]["records_per_s"] / best, 2), **found}


def worst_fleet(found: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The 95th percentile of the slower database, and the errors of both; each database tells its own as well."""
    fleets = [one["fleet"] for one in found]
    if not fleets:
        return None
    return {"p95_s": max(one["p95_s"] for one in fleets), "errors": sum(one["errors"] for one in fleets)}


if __name__ == "__main__":
    sys.exit(main())
