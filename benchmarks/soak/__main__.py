"""``make soak [MINUTES=30]``: mixed load on the native topology, with an eye on each process.

Writes ``build/soak.json``: what was asked and answered, samples of memory, open files and sockets, and a judgement. It
fails on an answer that was not expected, an error in a log, memory that grows, sockets that stay (more in the silence
after the second half than in the silence after the first), or a vote that does not add up.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.faults.__main__ import commit
from server.rehearsal.measure import family, resident_mb
from tools.services import ServiceMissing
from tools.topology import ROOT, Topology, topology

REPORT = ROOT / "build" / "soak.json"
EVERY_S = 10
# Until caches are full and each thread has done each thing once, memory grows and means nothing.
WARM_UP = 1 / 3
GROWTH_MB, GROWTH_SHARE = 15, 0.10
# Pools of connections grow with the busiest moment and stay; what is forgotten grows with each visitor.
SOCKETS_LEFT = 20
QUIET_S = 15


def look_at(pid: int) -> dict[str, float]:
    """Memory in MB (shared pages divided), open files and open sockets of a process and its children."""
    pids, files, sockets = family(pid), 0, 0
    for one in pids:
        try:
            for link in Path(f"/proc/{one}/fd").iterdir():
                files += 1
                sockets += link.readlink().as_posix().startswith("socket:")
        except OSError:
            continue  # it ended, or the file was closed, while we looked
    return {"mb": round(resident_mb(pids), 1), "files": files, "sockets": sockets, "processes": len(pids)}


class Watch:
    """Samples of every process of the topology, in a thread."""

    def __init__(self, made: Topology) -> None:
        self.made, self.begun = made, time.monotonic()
        self.samples: dict[str, list[dict[str, float]]] = {name: [] for name in made.processes}
        self.silences: dict[str, list[float]] = {name: [] for name in made.processes}
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def sample(self) -> None:
        at = round(time.monotonic() - self.begun)
        for name, process in self.made.processes.items():
            self.samples[name].append({"at_s": at, **look_at(process.pid)})

    def _run(self) -> None:
        while not self.stopping.is_set():
            self.sample()
            self.stopping.wait(EVERY_S)

    def note_silence(self) -> None:
        """Open sockets when all have gone: pools of connections, and whatever was forgotten."""
        time.sleep(QUIET_S)
        for name, process in self.made.processes.items():
            self.silences[name].append(look_at(process.pid)["sockets"])

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join()


def run_load(made: Topology, watch: Watch, seconds: float) -> dict[str, Any]:
    """Start the load, watch it until it is quiet, and return what it printed. Raises RuntimeError."""
    words = ["-m", "benchmarks.soak.load", "--port", str(made.port), "--ca", str(made.ca), "--seconds", str(seconds)]
    with subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=made.environment, stdout=subprocess.PIPE, text=True
    ) as load:
        assert load.stdout is not None
        for line in load.stdout:
            if line.startswith("begin"):
                watch.begun = time.monotonic()
                watch.thread.start()
            elif line.startswith("quiet"):
                watch.note_silence()
            elif line.startswith("{"):
                watch.stop()
                return json.loads(line)
    raise RuntimeError("the load ended without a word")


def errors_in_logs(made: Topology) -> list[str]:
    """Lines of the level error, and lines that are no facts of ours, by process. The proxy tells in its own way."""
    found = []
    for name in made.processes:
        for line in made.log(name).splitlines():
            level = json.loads(line).get("level") if line.startswith("{") else ""
            is_plain = level == "" and name != "proxy" and not line.startswith("Parvis: ")
            if level in ("error", "critical") or is_plain:
                found.append(f"{name}: {line[:400]}")
    return found


def judge(report: dict[str, Any]) -> list[str]:
    """What is not as it should be, in words; empty when all is well."""
    found = []
    if report["load"]["trouble_count"]:
        found.append(f"{report['load']['trouble_count']} answers that were not expected")
    if report["errors"]:
        found.append(f"{len(report['errors'])} errors in the logs")
    vote = report["load"]["vote"]
    if vote["ballots"] != vote["expected"] or not vote["verified"]:
        found.append(f"the vote counts {vote['ballots']} ballots of {vote['expected']}")
    for name, samples in report["samples"].items():
        silences = report["silences"][name]
        grown, left = growth(samples), silences[-1] - silences[0]
        if grown > max(GROWTH_MB, GROWTH_SHARE * samples[0]["mb"]):
            found.append(f"{name} grew by {grown:.1f} MB after the warm-up")
        if left > SOCKETS_LEFT:
            found.append(f"{name} keeps {left:.0f} sockets more after the second half than after the first")
    return found


def growth(samples: list[dict[str, float]]) -> float:
    """MB between the means of the first and the last quarter after the warm-up."""
    warm = [sample["mb"] for sample in samples[int(len(samples) * WARM_UP) : -1]] or [samples[-1]["mb"]]
    quarter = max(1, len(warm) // 4)
    return sum(warm[-quarter:]) / quarter - sum(warm[:quarter]) / quarter


def tell(report: dict[str, Any]) -> None:
    print(f"{'process':<12} {'MB at first':>12} {'MB at last':>11} {'growth':>7} {'sockets at most, in silence':>28}")
    for name, samples in report["samples"].items():
        sockets = [int(sample["sockets"]) for sample in samples]
        words = f"{max(sockets)}, {report['silences'][name]}"
        grown = f"{growth(samples):+.1f}"
        print(f"{name:<12} {samples[0]['mb']:>12} {samples[-1]['mb']:>11} {grown:>7} {words:>28}")
    for kind, seconds in report["load"]["seconds"].items():
        print(f"{kind:<14} {seconds['count']:>6} times, median {seconds['median_s']} s, 95 % {seconds['p95_s']} s")
    print(*(report["judgement"] or ["all as it should be"]), sep="\n")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    chosen = parser.parse_args()
    try:
        with topology() as made:
            watch = Watch(made)
            load = run_load(made, watch, chosen.minutes * 60)
            errors = errors_in_logs(made)
    except ServiceMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    report: dict[str, Any] = {"commit": commit(), "minutes": chosen.minutes, "load": load, "errors": errors[:50]}
    report |= {"samples": watch.samples, "silences": watch.silences}
    report["judgement"] = judge(report)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    tell(report)
    return 1 if report["judgement"] else 0


if __name__ == "__main__":
    sys.exit(main())
