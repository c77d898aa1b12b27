"""Run figures one after another, each in a fresh process, and write ``build/faults.json``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from tools.services import ServiceMissing, postgres

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "build" / "faults.json"
# Which figure wants PostgreSQL: a claim about concurrency rests on nothing else.
FIGURES = {
    "F1": True,
    "F2": False,
    "F3": True,
    "F4": False,
    "F5": False,
    "F6": False,
    "F7": True,
    "F8": False,
    "F9": False,
    "F10": False,
    "F11": False,
    "F12": False,
    "F13": False,
    "F15": False,
    "P16": False,
}


def commit(root: Path = ROOT) -> str:
    """The commit that ran, ``-dirty`` where the files are not its files: no figure is ascribed to what did not run."""
    head, changed = (
        subprocess.run(["git", *words], cwd=root, capture_output=True, text=True).stdout.strip()
        for words in (["rev-parse", "HEAD"], ["status", "--porcelain"])
    )
    return f"{head}-dirty" if changed else head


def run_one(name: str, seed: int) -> dict:
    """Run one figure in a process of its own; what it prints last is its result."""
    with tempfile.TemporaryDirectory(prefix="parvis-faults-") as folder:
        environment = {**os.environ, "PARVIS_VAR": folder, "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"}
        if FIGURES[name]:
            with postgres() as url:
                return _call(name, seed, {**environment, "DATABASE_URL": url})
        return _call(name, seed, environment)


def _call(name: str, seed: int, environment: dict[str, str]) -> dict:
    command = [sys.executable, "-m", "benchmarks.faults", "--inside", name, "--seed", str(seed)]
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    seconds = round(time.monotonic() - started, 1)
    try:
        result = json.loads(done.stdout.strip().rpartition("\n")[2])
    except ValueError:
        result = {"pass": False, "figure": "the run ended without a result", "counts": {}}
    return {**result, "seed": seed, "seconds": seconds}


def inside(name: str, seed: int, *, is_small: bool = False) -> None:
    """What the process of one figure does: a fresh installation, then the figure; small, to see that the bench runs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    figure = import_module(f"benchmarks.faults.{name.lower()}")
    is_passed, counts = figure.run(seed, **(figure.SMALL if is_small else {}))
    print(json.dumps({"pass": is_passed, "figure": figure.FIGURE, "counts": counts}))


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--only", default=",".join(FIGURES), help="figures, divided by commas")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("--small", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        inside(chosen.inside, chosen.seed, is_small=chosen.small)
        return 0
    names = [name.strip().upper() for name in chosen.only.split(",") if name.strip()]
    if unknown := set(names) - set(FIGURES):
        parser.error(f"no such figure: {', '.join(sorted(unknown))}; there are {', '.join(FIGURES)}")
    report: dict = {"commit": commit()}
    for name in names:
        print(f"{name} …", flush=True)
        try:
            report[name] = run_one(name, chosen.seed)
        except ServiceMissing as missing:
            report[name] = {"pass": False, "figure": str(missing), "seed": chosen.seed, "seconds": 0, "counts": {}}
        print(f"    {'passed' if report[name]['pass'] else 'FAILED'} {json.dumps(report[name]['counts'])}", flush=True)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=1) + "\n")
    return 0 if all(report[name]["pass"] for name in names) else 1


if __name__ == "__main__":
    sys.exit(main())
